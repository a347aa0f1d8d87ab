//! Single values of the frame: texts, numbers, times, paths, choices. Each reads one node and
//! reports what is wrong with it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

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
                Problem::new(behind(node), format!("YAML takes `{}` for a comment", node.behind.trim()))
                    .help("quote the whole text; a blank behind the `#` makes a comment on purpose"),
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
            _ => problems.push(Problem::new(key.place, format!("`{}` is no language", key.raw)).help(
                "a map gives one text for each language, as in `{en: Echo, pt-BR: Eco}`; a text with `{` or `: ` in \
                 it needs quotes",
            )),
        }
    }
    if entries.is_empty() {
        problems.push(
            Problem::new(node.place, "a map without a text").help("write a text, or `{en: …, pt-BR: …}`"),
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
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.is_empty() || id.starts_with('-') || !id.bytes().all(fits) {
        problems.push(
            Problem::new(node.place, format!("`{id}` cannot be an id"))
                .help("ids are lower-case letters, digits and `-`, as in `echo-loop`"),
        );
        return None;
    }
    Some(id)
}

/// A whole number from `least` to `most`.
pub fn whole_number(node: &Node, least: u32, most: u32, problems: &mut Vec<Problem>) -> Option<u32> {
    let problem = match &node.value {
        Value::Integer(number) => {
            match u32::try_from(*number).ok().filter(|number| (least..=most).contains(number)) {
                Some(number) => return Some(number),
                None => Problem::new(node.place, format!("`{number}` is out of range")),
            }
        }
        Value::Text(text) if text.parse::<u32>().is_ok() => {
            Problem::new(node.place, format!("\"{text}\" is a text"))
        }
        _ => Problem::new(node.place, format!("{} is no whole number", shown(node))),
    };
    problems.push(problem.help(format!("write a whole number from {least} to {most}, without quotes")));
    None
}

/// `400ms`, `10s`, `2m`
pub fn duration(node: &Node, problems: &mut Vec<Problem>) -> Option<Duration> {
    if matches!(node.value, Value::Integer(_) | Value::Float) {
        problems.push(
            Problem::new(node.place, format!("{} has no unit", shown(node)))
                .help("write `400ms`, `10s` or `2m`"),
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
            Problem::new(node.place, format!("`{text}` is none of the known words"))
                .help(near.unwrap_or_else(|| format!("known are {}", known.join(", ")))),
        );
    }
    found
}

pub fn list<'n>(node: &'n Node, problems: &mut Vec<Problem>) -> &'n [Node] {
    match &node.value {
        Value::List(items) => items,
        Value::Text(text) => {
            problems.push(
                Problem::new(node.place, "a text where a list is needed").help(format!("write `[{text}]`")),
            );
            &[]
        }
        _ => {
            let message = format!("{} where a list is needed", shown(node));
            problems.push(
                Problem::new(node.place, message).help("write `[one, two]`, or one item a line after `- `"),
            );
            &[]
        }
    }
}

/// The entries of a map whose keys are free.
pub fn entries<'n>(node: &'n Node, problems: &mut Vec<Problem>) -> Vec<(&'n str, &'n Node, &'n Node)> {
    let Value::Map(entries) = &node.value else {
        let message = format!("{} where a map is needed", shown(node));
        problems
            .push(Problem::new(node.place, message).help("write `{name: value}`, or `name: value` a line"));
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
            problems
                .push(Problem::new(node.place, fault).help("write a relative path, as in `exercises/echo`"));
            None
        }
    }
}

/// A relative path that stays below its folder, or what is wrong with it.
pub fn inner_path(text: &str) -> Result<PathBuf, String> {
    let path = Path::new(text);
    if text.is_empty() || text.contains('\0') {
        return Err("this is no path".into());
    }
    if path.is_absolute() {
        return Err(format!("`{text}` is an absolute path"));
    }
    if path.components().any(|component| component == Component::ParentDir) {
        return Err(format!("`{text}` leads out of its folder"));
    }
    Ok(path.to_path_buf())
}

/// A node in a message.
pub fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "nothing".into(),
        Value::List(_) => "a list".into(),
        Value::Map(_) => "a map".into(),
        Value::Tagged(tag) => format!("a value with the tag `{tag}`"),
        Value::Text(text) if text.chars().count() > 40 || text.contains('\n') => "a text".into(),
        Value::Text(text) => format!("`{text}`"),
        Value::Bool | Value::Integer(_) | Value::Float => format!("`{}`", node.raw),
    }
}

fn not_a_text(node: &Node) -> Problem {
    let raw = &node.raw;
    let quote = format!("if it is a text, quote it: `\"{raw}\"`");
    let (message, help) = match &node.value {
        Value::Null if raw.is_empty() && has_word_behind(node) => (
            format!("YAML takes `{}` for a comment, so there is no text", comment(node)),
            "quote the text".into(),
        ),
        Value::Null if raw.is_empty() => ("a text is missing here".into(), "write one".into()),
        Value::Null => (format!("YAML reads `{raw}` as nothing, where a text is needed"), quote),
        Value::Bool => (format!("YAML reads `{raw}` as true or false, where a text is needed"), quote),
        Value::Integer(_) | Value::Float => {
            (format!("YAML reads `{raw}` as a number, where a text is needed"), quote)
        }
        Value::List(_) => (
            "YAML reads this as a list, where a text is needed".into(),
            "a text that begins with `[` or `- ` needs quotes".into(),
        ),
        Value::Map(_) => (
            "YAML reads this as a map, where a text is needed".into(),
            "a text that begins with `{` or has `: ` in it needs quotes".into(),
        ),
        Value::Tagged(tag) => (
            format!("YAML reads `{tag}` as a tag, where a text is needed"),
            "a text that begins with `!` needs quotes".into(),
        ),
        Value::Text(_) => ("this text cannot stand here".into(), quote),
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
