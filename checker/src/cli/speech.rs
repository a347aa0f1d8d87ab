//! Help in the language that is spoken: clap itself knows only English.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::{Arg, Command};
use rust_i18n::t;

use crate::model::language::Language;

/// The language that `--lang` asks for, before anything else is read: clap's own mistakes are told in it, too.
pub fn asked_for(arguments: &[OsString]) -> Option<Language> {
    let words: Vec<&str> = arguments.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let words = words.split(|word| *word == "--").next().unwrap_or_default();
    let name = |index: usize, word: &'_ str| match word.strip_prefix("--lang")? {
        "" => words.get(index + 1).copied().map(str::to_owned),
        value => value.strip_prefix('=').map(str::to_owned),
    };
    let named = words.iter().enumerate().filter_map(|(index, word)| name(index, word));
    named.filter_map(|name| Language::read(&name)).next()
}

/// The command as it is spoken of: every text of its help, and clap's own words around them.
pub fn spoken(command: Command) -> Command {
    match Language::spoken() {
        Language::English => command,
        Language::BrazilianPortuguese => in_full(command),
    }
}

/// The same with every word said by us, in whichever language.
pub fn in_full(mut command: Command) -> Command {
    command.build();
    translated(command)
}

/// Every text of a command and the commands below it that a person reads in their help, in English.
pub fn texts(command: &Command) -> BTreeSet<String> {
    let mut command = command.clone();
    command.build();
    let mut all = BTreeSet::new();
    gather(&command, &mut all);
    all
}

fn gather(command: &Command, all: &mut BTreeSet<String>) {
    all.extend(about_texts(command).into_iter().flatten().map(ToString::to_string));
    for argument in command.get_arguments() {
        all.extend(
            [argument.get_help(), argument.get_long_help()].into_iter().flatten().map(ToString::to_string),
        );
        all.extend(value_names(argument));
        all.extend(
            argument.get_possible_values().iter().filter_map(|value| Some(value.get_help()?.to_string())),
        );
    }
    for below in command.get_subcommands() {
        gather(below, all);
    }
}

fn about_texts(command: &Command) -> [Option<&StyledStr>; 4] {
    [command.get_about(), command.get_long_about(), command.get_after_help(), command.get_after_long_help()]
}

fn value_names(argument: &Arg) -> Vec<String> {
    if !argument.get_action().takes_values() {
        return Vec::new();
    }
    argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// tests/language.rs knows that this is asked with every text that [`texts`] gives.
fn word(text: &str) -> String {
    t!(text).into_owned()
}

fn translated(mut command: Command) -> Command {
    let [about, long_about, after, after_long] =
        about_texts(&command).map(|text| text.map(|text| word(&text.to_string())));
    if let Some(text) = about {
        command = command.about(text);
    }
    if let Some(text) = long_about {
        command = command.long_about(text);
    }
    if let Some(text) = after {
        command = command.after_help(text);
    }
    if let Some(text) = after_long {
        command = command.after_long_help(text);
    }
    command = command.mut_args(argument).mut_subcommands(translated);
    if command.has_subcommands() {
        command = command
            .subcommand_value_name(t!("COMMAND").into_owned())
            .subcommand_help_heading(t!("Commands").into_owned());
    }
    let usage = usage(&mut command);
    let heading = command.get_styles().get_usage();
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{heading}{}:{heading:#} {{usage}}\n\n{{all-args}}{{after-help}}",
        t!("Usage")
    );
    command.help_template(template).override_usage(usage)
}

/// What clap writes behind "Usage: ".
pub(super) fn usage(command: &mut Command) -> String {
    let text = command.render_usage().ansi().to_string();
    let usage = text.split_once(' ').map_or(text.as_str(), |(_, usage)| usage);
    usage.replace("[OPTIONS]", &t!("[OPTIONS]"))
}

fn argument(mut argument: Arg) -> Arg {
    let behind = behind(&argument);
    let told = |text: Option<&StyledStr>| {
        let text = text.map(|text| word(&text.to_string()));
        match (text, behind.is_empty()) {
            (Some(text), true) => Some(text),
            (Some(text), false) => Some(format!("{text} {behind}")),
            (None, true) => None,
            (None, false) => Some(behind.clone()),
        }
    };
    let long_help = argument.get_long_help().is_some().then(|| told(argument.get_long_help())).flatten();
    if let Some(help) = told(argument.get_help()) {
        argument = argument.help(help);
    }
    if let Some(help) = long_help {
        argument = argument.long_help(help);
    }
    let names: Vec<String> = value_names(&argument).iter().map(|name| word(name)).collect();
    if !names.is_empty() {
        argument = argument.value_names(names);
    }
    if let Some(index) = argument.get_index() {
        // Below a heading of one's own, clap would sort them by name.
        argument = argument.display_order(index);
    }
    let heading = if argument.is_positional() { t!("Arguments") } else { t!("Options") };
    argument.help_heading(heading.into_owned()).hide_default_value(true).hide_possible_values(true)
}

/// `[default: auto] [possible values: auto, always, never]`, which clap writes behind a help text.
fn behind(argument: &Arg) -> String {
    let mut parts = Vec::new();
    let takes_values = argument.get_action().takes_values();
    let defaults: Vec<_> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if takes_values && !defaults.is_empty() && !argument.is_hide_default_value_set() {
        parts.push(t!("[default: %{value}]", value = defaults.join(" ")));
    }
    let values = argument.get_possible_values();
    let values: Vec<&str> =
        values.iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name()).collect();
    if takes_values && !values.is_empty() && !argument.is_hide_possible_values_set() {
        parts.push(t!("[possible values: %{values}]", values = values.join(", ")));
    }
    parts.join(" ")
}
