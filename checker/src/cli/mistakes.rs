//! What clap did not understand, in the language that is spoken, and what was probably meant.

use std::borrow::Cow;
use std::io::{self, Write};

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use rust_i18n::t;

use super::command;
use crate::command::room::Room;
use crate::command::{UsageError, suggest};
use crate::model::language::Language;

const TAB: &str = "  ";

/// Tells the mistake on standard error, or what was asked for (help, version) on standard output.
pub fn tell(mut error: Error) -> io::Result<()> {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let is_short_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if let Some(tip) = lab_that_is_no_verb(&error) {
        let tips = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tips);
    }
    if is_answer || is_short_help || Language::spoken() == Language::English {
        return error.print();
    }
    writeln!(io::stderr(), "{}", told(&error))
}

/// Somebody who writes `checker echo` means `checker check echo`.
fn lab_that_is_no_verb(error: &Error) -> Option<String> {
    let Some(ContextValue::String(asked)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let room = Room::find(None).ok()?;
    let labs: Vec<String> = room.course().labs.iter().map(|lab| lab.id.clone()).collect();
    let is_near_a_verb = error.get(ContextKind::SuggestedSubcommand).is_some();
    let lab = match labs.contains(asked) {
        true => asked,
        false if is_near_a_verb => return None,
        false => suggest(asked, &labs)?,
    };
    Some(t!("%{lab} is a lab: 'checker check %{lab}' checks it", lab = lab).into_owned())
}

/// Somebody who writes `checker check list` means `checker list`.
pub fn verb_that_is_no_lab(error: &UsageError) -> Option<String> {
    let UsageError::UnknownLab { asked, .. } = error else { return None };
    command().find_subcommand(asked)?;
    Some(t!("%{verb} is a verb of its own: `checker %{verb}`", verb = asked).into_owned())
}

/// The whole message, in the language that is spoken.
fn told(error: &Error) -> String {
    let what = what(error).unwrap_or_else(|| error.kind().to_string().into());
    let mut text = t!("error: %{error}", error = what).into_owned();
    let tips = tips(error);
    if !tips.is_empty() {
        text.push('\n');
    }
    for tip in tips {
        text.push_str(&format!("\n{TAB}{}", t!("tip: %{tip}", tip = tip)));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.strip_prefix("Usage:").unwrap_or(&usage).replace("[OPTIONS]", &t!("[OPTIONS]"));
        text.push_str(&format!("\n\n{}:{usage}", t!("Usage")));
    }
    text.push_str(&format!("\n\n{}", t!("For more information, try '--help'.")));
    text
}

fn what(error: &Error) -> Option<Cow<'static, str>> {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        Some(ContextValue::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    Some(match error.kind() {
        ErrorKind::ArgumentConflict => {
            let argument = argument?;
            match text(ContextKind::PriorArg) {
                Some(prior) if prior == argument => {
                    t!("the argument '%{argument}' cannot be used multiple times", argument = argument)
                }
                Some(prior) => t!(
                    "the argument '%{argument}' cannot be used with '%{other}'",
                    argument = argument,
                    other = prior
                ),
                None => t!(
                    "the argument '%{argument}' cannot be used with one or more of the other specified arguments",
                    argument = argument
                ),
            }
        }
        ErrorKind::InvalidValue => {
            let (argument, value) = (argument?, value?);
            let told = match value.is_empty() {
                true => {
                    t!("a value is required for '%{argument}' but none was supplied", argument = argument)
                }
                false => {
                    t!("invalid value '%{value}' for '%{argument}'", value = value, argument = argument)
                }
            };
            match text(ContextKind::ValidValue).filter(|values| !values.is_empty()) {
                Some(values) => {
                    format!("{told}\n{TAB}{}", t!("[possible values: %{values}]", values = values)).into()
                }
                None => told,
            }
        }
        ErrorKind::ValueValidation => {
            let told = t!("invalid value '%{value}' for '%{argument}'", value = value?, argument = argument?);
            match std::error::Error::source(error) {
                Some(source) => format!("{told}: {}", reason(&source.to_string())).into(),
                None => told,
            }
        }
        ErrorKind::InvalidSubcommand => {
            t!("unrecognized subcommand '%{asked}'", asked = text(ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::MissingRequiredArgument => {
            let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
                return None;
            };
            let list: String = missing.iter().map(|argument| format!("\n{TAB}{argument}")).collect();
            t!("the following required arguments were not provided:%{list}", list = list)
        }
        ErrorKind::MissingSubcommand => t!(
            "a subcommand is missing\n  [subcommands: %{list}]",
            list = text(ContextKind::ValidSubcommand)?
        ),
        ErrorKind::TooManyValues => t!(
            "unexpected value '%{value}' for '%{argument}' found; no more were expected",
            value = value?,
            argument = argument?
        ),
        ErrorKind::UnknownArgument => t!("unexpected argument '%{argument}' found", argument = argument?),
        ErrorKind::InvalidUtf8 => t!("an argument is not UTF-8"),
        _ => return None,
    })
}

/// Why a number was not taken; our own parsers speak the right language already.
fn reason(source: &str) -> Cow<'_, str> {
    match source {
        "invalid digit found in string" => t!("it is no number"),
        "number would be zero for non-zero type" => t!("it must not be zero"),
        "number too large to fit in target type" => t!("the number is too large"),
        "cannot parse integer from empty string" => t!("the number is missing"),
        other => other.into(),
    }
}

fn tips(error: &Error) -> Vec<Cow<'static, str>> {
    let near = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(name)) => Some(format!("'{name}'")),
        Some(ContextValue::Strings(names)) if !names.is_empty() => {
            Some(names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    };
    let mut tips = Vec::new();
    tips.extend(
        near(ContextKind::SuggestedSubcommand)
            .map(|name| t!("a similar subcommand exists: %{name}", name = name)),
    );
    tips.extend(
        near(ContextKind::SuggestedArg).map(|name| t!("a similar argument exists: %{name}", name = name)),
    );
    tips.extend(
        near(ContextKind::SuggestedValue).map(|name| t!("a similar value exists: %{name}", name = name)),
    );
    if let Some(ContextValue::StyledStrs(more)) = error.get(ContextKind::Suggested) {
        tips.extend(more.iter().map(|tip| claps_tip(&tip.to_string())));
    }
    tips
}

/// Tips that clap words itself; ours stay as they are.
fn claps_tip(tip: &str) -> Cow<'static, str> {
    let quoted: Vec<&str> = tip.split('\'').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [value, way] if tip.starts_with("to pass '") => {
            t!("to pass '%{value}' as a value, use '%{way}'", value = value, way = way)
        }
        [name, ..] if tip.starts_with("subcommand '") => {
            t!("subcommand '%{name}' exists; to use it, remove the '--' before it", name = name)
        }
        _ => tip.to_owned().into(),
    }
}
