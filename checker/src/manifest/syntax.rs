//! What is wrong with a text that is no YAML, in the words of the parser and in the reader's language.

use std::borrow::Cow;

use rust_i18n::t;

use super::problem::{Place, Problem};

/// The parser's complaint about this text.
pub fn problem(source: &str, error: &serde_yaml::Error) -> Problem {
    let place = error.location().map_or(Place { line: 1, column: 1, length: 0 }, |location| Place {
        line: u32::try_from(location.line()).unwrap_or(u32::MAX),
        column: u32::try_from(location.column()).unwrap_or(u32::MAX),
        length: 0,
    });
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or_default();
    let is_limit = what.ends_with("limit exceeded");
    let begun = message
        .split_once(", while ")
        .and_then(|(_, context)| context.split_once(" column "))
        .and_then(|(context, _)| context.split_once(" at line "));
    let what = complaint(what);
    let message = match begun {
        Some((doing, line)) => t!(
            "this is no YAML: %{what}, while %{doing} at line %{line}",
            what = what,
            doing = task(doing),
            line = line
        ),
        None => t!("this is no YAML: %{what}", what = what),
    };
    Problem::new(place, message).maybe_help(if is_limit { None } else { advice(source, place) })
}

/// The usual reasons why a line is no YAML.
pub fn advice(source: &str, place: Place) -> Option<Cow<'static, str>> {
    let line = source.split('\n').nth((place.line as usize).checked_sub(1)?)?;
    let content = line.trim_start();
    let indentation = &line[..line.len() - content.len()];
    if indentation.contains('\t') {
        return Some(t!("indent with spaces; YAML takes no tabs"));
    }
    let value =
        content.trim_start_matches("- ").split_once(": ").map_or(content, |(_, value)| value).trim_start();
    if value.contains(": ") || value.trim_end().ends_with(':') {
        return Some(t!("a text with `: ` in it needs quotes around it"));
    }
    if value.starts_with(['@', '`', '%', '*', '&', '!', '[', ']', '{', '}', '"', '\'', '|', '>', ',']) {
        return Some(t!("a text that begins with a sign of YAML's own needs quotes around it"));
    }
    None
}

/// The parser's usual complaints; others stay as they are.
fn complaint(what: &str) -> Cow<'_, str> {
    match what {
        "did not find expected key" => t!("did not find expected key"),
        "did not find expected '-' indicator" => t!("did not find expected '-' indicator"),
        "did not find expected ',' or ']'" => t!("did not find expected ',' or ']'"),
        "did not find expected ',' or '}'" => t!("did not find expected ',' or '}'"),
        "did not find expected node content" => t!("did not find expected node content"),
        "did not find expected <document start>" => t!("did not find expected <document start>"),
        "did not find expected comment or line break" => t!("did not find expected comment or line break"),
        "did not find expected whitespace or line break" => {
            t!("did not find expected whitespace or line break")
        }
        "could not find expected ':'" => t!("could not find expected ':'"),
        "mapping values are not allowed in this context" => {
            t!("mapping values are not allowed in this context")
        }
        "mapping keys are not allowed in this context" => t!("mapping keys are not allowed in this context"),
        "block sequence entries are not allowed in this context" => {
            t!("block sequence entries are not allowed in this context")
        }
        "control characters are not allowed" => t!("control characters are not allowed"),
        "found character that cannot start any token" => t!("found character that cannot start any token"),
        "found a tab character that violates indentation" => {
            t!("found a tab character that violates indentation")
        }
        "found unexpected end of stream" => t!("found unexpected end of stream"),
        "found unexpected document indicator" => t!("found unexpected document indicator"),
        "found unknown escape character" => t!("found unknown escape character"),
        "recursion limit exceeded" => t!("recursion limit exceeded"),
        "repetition limit exceeded" => t!("repetition limit exceeded"),
        other => Cow::Borrowed(other),
    }
}

/// What the parser was doing, as it comes behind `while`.
fn task(doing: &str) -> Cow<'_, str> {
    match doing {
        "parsing a block collection" => t!("parsing a block collection"),
        "parsing a block mapping" => t!("parsing a block mapping"),
        "parsing a flow mapping" => t!("parsing a flow mapping"),
        "parsing a flow sequence" => t!("parsing a flow sequence"),
        "parsing a node" => t!("parsing a node"),
        "parsing a quoted scalar" => t!("parsing a quoted scalar"),
        "parsing a tag" => t!("parsing a tag"),
        "scanning a simple key" => t!("scanning a simple key"),
        "scanning a quoted scalar" => t!("scanning a quoted scalar"),
        "scanning a plain scalar" => t!("scanning a plain scalar"),
        "scanning a block scalar" => t!("scanning a block scalar"),
        "scanning for the next token" => t!("scanning for the next token"),
        other => Cow::Borrowed(other),
    }
}
