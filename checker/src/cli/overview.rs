//! The help of the checker as a whole: its verbs by who needs them, a student's in the order of a first hour.

use clap::Command;
use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::speech;
use crate::report::terminal::line::{WIDTH, wrap};

const OF_STUDENTS: [&str; 9] =
    ["list", "checkout", "check", "watch", "try", "hint", "solution", "update", "explain"];
const OF_INSTRUCTORS: [&str; 9] =
    ["new", "record", "lint", "verify", "grade", "replay", "report", "schema", "site"];

/// The command with its verbs in groups; all that they have in common is below them.
pub fn grouped(mut command: Command) -> Command {
    command.build();
    let usage = speech::usage(&mut command);
    let heading = command.get_styles().get_usage();
    let template = format!(
        "{{about-with-newline}}\n{heading}{}:{heading:#} {{usage}}\n\n{}{{all-args}}{{after-help}}",
        t!("Usage"),
        groups(&command)
    );
    // Shown above already.
    command.mut_subcommands(|verb| verb.hide(true)).help_template(template).override_usage(usage)
}

fn groups(command: &Command) -> String {
    let is_named =
        |verb: &&Command| OF_STUDENTS.contains(&verb.get_name()) || OF_INSTRUCTORS.contains(&verb.get_name());
    let named = |names: &[&str]| names.iter().filter_map(|name| command.find_subcommand(name)).collect();
    let others = command.get_subcommands().filter(|verb| !is_named(verb)).collect();
    let groups: [(_, Vec<&Command>); 3] = [
        (t!("For students"), named(&OF_STUDENTS)),
        (t!("For instructors"), named(&OF_INSTRUCTORS)),
        (t!("For everybody"), others),
    ];
    let (header, literal) = (command.get_styles().get_header(), command.get_styles().get_literal());
    let longest = command.get_subcommands().map(|verb| verb.get_name().width()).max().unwrap_or(0);
    let mut text = String::new();
    for (title, verbs) in groups {
        text.push_str(&format!("{header}{title}:{header:#}\n"));
        for verb in verbs {
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            let name = verb.get_name();
            for (index, part) in wrap(&about, WIDTH - longest - 4).iter().enumerate() {
                let name = if index == 0 { name } else { "" };
                text.push_str(&format!("  {literal}{name:longest$}{literal:#}  {part}\n"));
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    #[test]
    fn every_verb_is_told_of_once() {
        let help = grouped(command()).render_help().to_string();
        for verb in command().get_subcommands() {
            let line = format!("\n  {} ", verb.get_name());
            assert_eq!(help.matches(&line).count(), 1, "{line}{help}");
        }
        for name in OF_STUDENTS.iter().chain(&OF_INSTRUCTORS) {
            assert!(command().find_subcommand(name).is_some(), "{name}");
        }
        assert!(help.contains("Usage: checker [OPTIONS] <COMMAND>\n") && help.contains("--lang"), "{help}");
        assert!(help.lines().all(|line| line.width() <= WIDTH), "{help}");
    }
}
