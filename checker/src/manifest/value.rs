//! Single values of the frame: texts, numbers, times, paths, choices. Each reads one node and
//! reports what is wrong with it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use rust_i18n::t;

use super::positions::Style;
use super::problem::{Place, Problem, did_you_mean};
use super::quantity;
use super::tree::{Node, Value};
use crate::model::course::Text;

/// A text in one language. Reports what YAML made of unquoted words.
pub fn text<'n>(node: &'n Node, problems: &mut Vec<Problem>) -> Option<&'n str> {
    if let Value::Text(text) = &node.value {
        if node.style == Style::Plain && has_word_behind(node) {
            problems.push(
                Problem::new(
                    behind(node),
                    t!("YAML takes `%{text}` for a comment", text = node.behind.trim()),
                )
                .help(t!("quote the whole text; a blank behind the `#` makes a comment on purpose")),
            );
        }
        return Some(text);
    }
    problems.push(not_a_text(node));
    None
}

/// A text, or a map of languages.
pub fn words(node: &Node, problems: &mut Vec<Problem>) -> Option<Text> {
    let Value::Map(entries) = &node.value else {
        return text(node, problems).map(Text::plain);
    };
    let mut by_language = BTreeMap::new();
    let mut first = None;
    for (key, value) in entries {
        match &key.value {
            Value::Text(language) if is_language(language) => {
                if let Some(text) = text(value, problems) {
                    first.get_or_insert_with(|| text.to_string());
                    by_language.entry(language.clone()).or_insert_with(|| text.to_string());
                }
            }
            _ => problems.push(Problem::new(key.place, t!("`%{tag}` is no language", tag = key.raw)).help(
                t!("a map gives one text for each language, as in `{en: Echo, pt-BR: Eco}`; a text with `{` or `: ` in it needs quotes"),
            )),
        }
    }
    if entries.is_empty() {
        problems.push(
            Problem::new(node.place, t!("a map without a text"))
                .help(t!("write a text, or `{en: …, pt-BR: …}`")),
        );
    }
    let default = by_language.get("en").cloned().or(first)?;
    Some(Text { default, by_language })
}

/// `en`, `pt-BR`
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_main =
        |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_more =
        |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.next().is_some_and(is_main) && parts.all(is_more)
}

/// Lower-case letters, digits and `-`.
pub fn id<'n>(node: &'n Node, problems: &mut Vec<Problem>) -> Option<&'n str> {
    let id = text(node, problems)?;
    if !is_id(id) {
        problems.push(
            Problem::new(node.place, t!("`%{id}` cannot be an id", id = id))
                .help(t!("ids are lower-case letters, digits and `-`, as in `echo-loop`")),
        );
        return None;
    }
    Some(id)
}

pub fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(fits)
}

/// A whole number from `least` to `most`.
pub fn whole_number(node: &Node, least: u32, most: u32, problems: &mut Vec<Problem>) -> Option<u32> {
    let problem = match &node.value {
        Value::Integer(number) => {
            match u32::try_from(*number).ok().filter(|number| (least..=most).contains(number)) {
                Some(number) => return Some(number),
                None => Problem::new(node.place, t!("`%{number}` is out of range", number = number)),
            }
        }
        Value::Text(text) if text.parse::<u32>().is_ok() => {
            Problem::new(node.place, t!("\"%{text}\" is a text", text = text))
        }
        _ => Problem::new(node.place, t!("%{found} is no whole number", found = shown(node))),
    };
    problems.push(problem.help(t!(
        "write a whole number from %{least} to %{most}, without quotes",
        least = least,
        most = most
    )));
    None
}

/// `400ms`, `10s`, `2m`
pub fn duration(node: &Node, problems: &mut Vec<Problem>) -> Option<Duration> {
    if matches!(node.value, Value::Integer(_) | Value::Float) {
        problems.push(
            Problem::new(node.place, t!("%{found} has no unit", found = shown(node)))
                .help(t!("write `400ms`, `10s` or `2m`")),
        );
        return None;
    }
    let duration = quantity::duration(text(node, problems)?);
    duration.map_err(|unfit| problems.push(Problem::new(node.place, unfit.message).help(unfit.help))).ok()
}

/// One of these words.
pub fn choice<T: Copy>(node: &Node, choices: &[(&str, T)], problems: &mut Vec<Problem>) -> Option<T> {
    let text = text(node, problems)?;
    let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let known: Vec<String> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
        let near = did_you_mean(text, choices.iter().map(|(word, _)| *word));
        problems.push(
            Problem::new(node.place, t!("`%{text}` is none of the known words", text = text))
                .help(near.unwrap_or_else(|| t!("known are %{known}", known = known.join(", ")).into())),
        );
    }
    found
}

/// `true` or `false`, as one of two things.
pub fn either<T>(node: &Node, when_true: T, when_false: T, problems: &mut Vec<Problem>) -> Option<T> {
    match (&node.value, node.raw.to_ascii_lowercase().as_str()) {
        (Value::Bool, "true") => Some(when_true),
        (Value::Bool, "false") => Some(when_false),
        _ => {
            let message = t!("%{found} where `true` or `false` is needed", found = shown(node));
            problems
                .push(Problem::new(node.place, message).help(t!("write `true` or `false`, without quotes")));
            None
        }
    }
}

pub fn list<'n>(node: &'n Node, problems: &mut Vec<Problem>) -> &'n [Node] {
    match &node.value {
        Value::List(items) => items,
        Value::Text(text) => {
            problems.push(
                Problem::new(node.place, t!("a text where a list is needed"))
                    .help(t!("write `[%{text}]`", text = text)),
            );
            &[]
        }
        _ => {
            let message = t!("%{found} where a list is needed", found = shown(node));
            problems.push(
                Problem::new(node.place, message)
                    .help(t!("write `[one, two]`, or one item a line after `- `")),
            );
            &[]
        }
    }
}

/// The entries of a map whose keys are free.
pub fn entries<'n>(node: &'n Node, problems: &mut Vec<Problem>) -> Vec<(&'n str, &'n Node, &'n Node)> {
    let Value::Map(entries) = &node.value else {
        let message = t!("%{found} where a map is needed", found = shown(node));
        problems.push(
            Problem::new(node.place, message).help(t!("write `{name: value}`, or `name: value` a line")),
        );
        return Vec::new();
    };
    entries.iter().filter_map(|(key, value)| Some((text(key, problems)?, key, value))).collect()
}

/// A path below a folder.
pub fn path(node: &Node, problems: &mut Vec<Problem>) -> Option<PathBuf> {
    let text = text(node, problems)?;
    match inner_path(text) {
        Ok(path) => Some(path),
        Err(fault) => {
            problems.push(
                Problem::new(node.place, fault).help(t!("write a relative path, as in `exercises/echo`")),
            );
            None
        }
    }
}

/// A relative path that stays below its folder, or what is wrong with it.
pub fn inner_path(text: &str) -> Result<PathBuf, String> {
    let path = Path::new(text);
    if text.is_empty() || text.contains('\0') {
        return Err(t!("this is no path").into());
    }
    if path.is_absolute() {
        return Err(t!("`%{text}` is an absolute path", text = text).into());
    }
    if path.components().any(|component| component == Component::ParentDir) {
        return Err(t!("`%{text}` leads out of its folder", text = text).into());
    }
    Ok(path.to_path_buf())
}

/// A node in a message.
pub fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => t!("nothing").into(),
        Value::List(_) => t!("a list").into(),
        Value::Map(_) => t!("a map").into(),
        Value::Tagged(tag) => t!("a value with the tag `%{tag}`", tag = tag).into(),
        Value::Text(text) if text.chars().count() > 40 || text.contains('\n') => t!("a text").into(),
        Value::Text(text) => format!("`{text}`"),
        Value::Bool | Value::Integer(_) | Value::Float => format!("`{}`", node.raw),
    }
}

fn not_a_text(node: &Node) -> Problem {
    let raw = &node.raw;
    let quote = t!("if it is a text, quote it: `\"%{raw}\"`", raw = raw);
    let (message, help) = match &node.value {
        Value::Null if raw.is_empty() && has_word_behind(node) => (
            t!("YAML takes `%{comment}` for a comment, so there is no text", comment = comment(node)),
            t!("quote the text"),
        ),
        Value::Null if raw.is_empty() => (t!("a text is missing here"), t!("write one")),
        Value::Null => (t!("YAML reads `%{raw}` as nothing, where a text is needed", raw = raw), quote),
        Value::Bool => (t!("YAML reads `%{raw}` as true or false, where a text is needed", raw = raw), quote),
        Value::Integer(_) | Value::Float => {
            (t!("YAML reads `%{raw}` as a number, where a text is needed", raw = raw), quote)
        }
        Value::List(_) => (
            t!("YAML reads this as a list, where a text is needed"),
            t!("a text that begins with `[` or `- ` needs quotes"),
        ),
        Value::Map(_) => (
            t!("YAML reads this as a map, where a text is needed"),
            t!("a text that begins with `{` or has `: ` in it needs quotes"),
        ),
        Value::Tagged(tag) => (
            t!("YAML reads `%{tag}` as a tag, where a text is needed", tag = tag),
            t!("a text that begins with `!` needs quotes"),
        ),
        Value::Text(_) => (t!("this text cannot stand here"), quote),
    };
    Problem::new(node.place, message).help(help)
}

/// Is there a `#word` behind the value? Comments on purpose have a blank behind their `#`.
fn has_word_behind(node: &Node) -> bool {
    let comment = comment(node);
    comment.starts_with('#') && comment[1..].starts_with(|c: char| !c.is_whitespace() && c != '#')
}

fn comment(node: &Node) -> &str {
    node.behind.trim_start_matches(':').trim()
}

fn behind(node: &Node) -> Place {
    let Place { line, column, length } = node.place;
    let blanks = node.behind.chars().take_while(|c| c.is_whitespace()).count();
    let all = node.behind.trim_end().chars().count();
    let count = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    Place { line, column: column + length + count(blanks), length: count(all.saturating_sub(blanks)) }
}
