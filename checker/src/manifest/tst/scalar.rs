//! Texts of an activity as Python would see them. tst reads YAML 1.1, we read 1.2: where the two differ, and where a
//! number is not shown as it was written, quotes are asked for.

use std::sync::LazyLock;

use ::regex::Regex;
use rust_i18n::t;

use crate::manifest::positions::Style;
use crate::manifest::problem::Problem;
use crate::manifest::tree::{Node, Value};

/// May an unquoted number stand for its digits?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    Text,
    /// tst refuses them there.
    Refused,
}

/// Numbers that Python prints as they stand.
static SAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^-?(0|[1-9][0-9]{0,14})(\.(0|[0-9]{0,3}[1-9]))?$").ok());

/// Words that YAML 1.1 takes for something else than a text.
static OTHERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = r"[-+]?(0[0-7_]+|0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*|([0-9][0-9_]*\.[0-9_]*|\.[0-9_]+)([eE][-+]?[0-9]+)?)";
    let sexagesimal = r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?";
    let date = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\x20].*)?";
    let word = r"(?i:yes|no|on|off|true|false|null|~|=|<<|[-+]?\.inf|\.nan)";
    Regex::new(&format!("^({number}|{sexagesimal}|{date}|{word})$")).ok()
});

/// The text of a node, if both YAMLs see the same text there.
pub fn text(node: &Node, numbers: Numbers, problems: &mut Vec<Problem>) -> Option<String> {
    let fits = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|regex| regex.is_match(&node.raw));
    let told = match &node.value {
        Value::Text(text) if node.style != Style::Plain || !fits(&OTHERS) => return Some(text.clone()),
        Value::Integer(_) | Value::Float if numbers == Numbers::Text && fits(&SAME) => {
            return Some(node.raw.clone());
        }
        Value::Integer(_) | Value::Float if numbers == Numbers::Refused => {
            t!("tst wants a text here, and YAML makes a number of `%{text}`", text = node.raw)
        }
        Value::List(_) | Value::Map(_) => t!("a text is needed here"),
        _ => t!("tst's YAML makes something else than this text of `%{text}`", text = node.raw),
    };
    let quoted = serde_json::Value::from(node.raw.as_str()).to_string();
    let cure = t!("write `%{quoted}`", quoted = quoted);
    let is_scalar = !matches!(node.value, Value::List(_) | Value::Map(_));
    problems.push(Problem::new(node.place, told).maybe_help(is_scalar.then_some(cure)));
    None
}
