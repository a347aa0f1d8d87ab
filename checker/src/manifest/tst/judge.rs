//! A test that runs a script of the activity's own: its command line in our words, and the files that it names.

use std::borrow::Cow;
use std::sync::LazyLock;

use ::regex::Regex;
use rust_i18n::t;

use super::companions::Companions;
use super::scalar::{self, Numbers};
use crate::manifest::problem::{Place, Problem};
use crate::manifest::tree::Node;

/// What runs a script, and says what tst reads out of it.
pub const SUMMARY: &str = include_str!("summary.py");
pub const SUMMARY_NAME: &str = "tst-summary.py";

/// Stands for the answer's name while the command is taken apart.
const FILE: char = '\u{e000}';

/// tst runs this Python, whatever the script says.
static PYTHON: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bpython\b").ok());

/// What looks like a placeholder of ours.
static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{[A-Za-z0-9_.-]+\}").ok());

/// Endings of files that somebody has written for this activity.
const SOURCES: [&str; 6] = [".py", ".sh", ".js", ".mjs", ".rb", ".pl"];

/// The `run` line of a script, whose files are taken along.
pub fn run_line(
    key: &Node,
    node: &Node,
    companions: &mut Companions,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let script = scalar::text(node, Numbers::Refused, problems)?;
    let place = node.place;
    let words = match words(&script) {
        Ok(words) => words,
        Err((told, cure)) => {
            let place = if script.trim().is_empty() { key.place } else { place };
            problems.push(Problem::new(place, told).help(cure));
            return None;
        }
    };
    let before = problems.len();
    for (index, word) in words.iter().enumerate() {
        let is_module = index > 0 && words[index - 1] == "-m";
        take_along(word, is_module, place, companions, problems);
    }
    if problems.len() > before {
        return None;
    }
    let is_told = words.iter().any(|word| word.contains(FILE));
    let lead = if is_told { "" } else { "--for {file} " };
    let words: Vec<String> = words.iter().map(|word| shown(word)).collect();
    Some(format!("python3 {SUMMARY_NAME} {lead}{}", words.join(" ")))
}

/// What is wrong, and what to do about it.
type Fault = (String, String);

fn fault(told: Cow<str>, cure: Cow<str>) -> Fault {
    (told.into_owned(), cure.into_owned())
}

/// The words of the command that tst starts, with `FILE` for the answer.
fn words(script: &str) -> Result<Vec<String>, Fault> {
    let command = formatted(script)?;
    let command = match PYTHON.as_ref() {
        Some(python) => python.replace_all(&command, "python3").into_owned(),
        None => command,
    };
    if let Some(found) = PLACEHOLDER.as_ref().and_then(|pattern| pattern.find(&command)) {
        return Err(fault(
            t!("`%{braces}` in a command line cannot be imported", braces = found.as_str()),
            t!("move it into a script, and run that one"),
        ));
    }
    match shell_words::split(&command) {
        Ok(words) if words.is_empty() => Err(fault(
            t!("a script without a command"),
            t!("write a command line, as in `script: python3 judge.py {}`"),
        )),
        Ok(words) => Ok(words),
        Err(_) => {
            Err(fault(t!("a quote in this command line is never closed"), t!("close it, or leave it out")))
        }
    }
}

/// `str.format` of Python with the answer's name, as tst calls it where `{}` stands in the text.
fn formatted(script: &str) -> Result<String, Fault> {
    if !script.contains("{}") {
        return Ok(script.to_owned());
    }
    let mut command = String::new();
    let mut is_filled = false;
    let mut rest = script.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('{', Some('{')) | ('}', Some('}')) => {
                rest.next();
                command.push(c);
            }
            ('{', Some('}')) if !is_filled => {
                rest.next();
                is_filled = true;
                command.push(FILE);
            }
            ('{', Some('}')) => {
                return Err(fault(
                    t!("tst breaks off at a second `{}`"),
                    t!("name the answer once; a script of your own can use it as often as it likes"),
                ));
            }
            ('{' | '}', _) => {
                return Err(fault(
                    t!("tst breaks off at a single brace"),
                    t!("beside a `{}`, write every other brace twice: `{{` and `}}`"),
                ));
            }
            _ => command.push(c),
        }
    }
    Ok(command)
}

/// Takes a file along that this word of a command names.
fn take_along(
    word: &str,
    is_module: bool,
    place: Place,
    companions: &mut Companions,
    problems: &mut Vec<Problem>,
) {
    let name = word.strip_prefix("./").unwrap_or(word);
    if name.split('/').any(|part| part == "..") {
        problems.push(
            Problem::new(place, t!("`%{path}` lies outside of the activity", path = word))
                .help(t!("put the file beside the tests, and name it from there")),
        );
    } else if is_module {
        companions.take(&format!("{}.py", name.replace('.', "/")), place, problems);
    } else if name.contains(['.', '/']) && !name.starts_with(['-', '/']) && !name.contains(FILE) {
        let is_there = companions.take(name, place, problems);
        if !is_there && SOURCES.iter().any(|ending| name.ends_with(ending)) {
            problems.push(
                Problem::new(place, t!("there is no file `%{path}` in the activity", path = name))
                    .help(t!("put the file beside the tests, or correct its name")),
            );
        }
    }
}

/// A word of a `run` line, in quotes where it needs them.
fn shown(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == FILE || "_@%+=:,./-".contains(c);
    let quoted = match word.chars().all(is_plain) && !word.is_empty() {
        true => word.to_owned(),
        false => shell_words::quote(word).into_owned(),
    };
    quoted.replace(FILE, "{file}")
}
