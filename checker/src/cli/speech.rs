//! Help and mistakes of the command line in the language that is spoken: clap itself knows only English.

use std::collections::BTreeSet;

use clap::{Arg, Command};

/// Every text of a command and the commands below it that a person reads in their help.
pub fn texts(command: &Command) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    gather(command, &mut all);
    all
}

fn gather(command: &Command, all: &mut BTreeSet<String>) {
    for text in
        [command.get_about(), command.get_long_about(), command.get_after_help()].into_iter().flatten()
    {
        all.insert(text.to_string());
    }
    for argument in command.get_arguments() {
        all.extend(texts_of(argument));
    }
    for below in command.get_subcommands() {
        gather(below, all);
    }
}

fn texts_of(argument: &Arg) -> Vec<String> {
    let help = [argument.get_help(), argument.get_long_help()].into_iter().flatten().map(ToString::to_string);
    let names = argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string);
    let values = argument.get_possible_values();
    let values = values.iter().filter_map(|value| value.get_help()).map(ToString::to_string);
    let takes_values = argument.get_action().takes_values();
    help.chain(names.filter(|_| takes_values)).chain(values).collect()
}
