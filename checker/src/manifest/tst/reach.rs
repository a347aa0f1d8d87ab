//! `fnmatch`: for which answers a test is.

use rust_i18n::t;

use super::scalar::{self, Numbers};
use crate::manifest::problem::Problem;
use crate::manifest::tree::{Node, Value};

/// What tst takes for answers where a test says nothing else.
const USUAL: [&str; 4] = ["*.py", "*.py2", "*.js", "*.mjs"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Nothing is said.
    Usual,
    Everything,
    Only(Vec<String>),
}

/// Does tst take a file of this name for an answer?
pub fn is_usual(name: &str) -> bool {
    USUAL.iter().any(|usual| name.ends_with(&usual[1..]))
}

impl Reach {
    pub fn read(entry: Option<&(Node, Node)>, problems: &mut Vec<Problem>) -> Reach {
        let Some((key, node)) = entry else { return Reach::Usual };
        let items = match &node.value {
            Value::List(items) if items.is_empty() => return Reach::Usual,
            Value::Null => return Reach::Usual,
            Value::List(items) => items,
            _ => {
                let told = t!("tst takes each letter of this text for a pattern of its own");
                let list = serde_json::Value::from(vec![node.raw.as_str()]).to_string();
                let cure = t!("write a list: `fnmatch: %{list}`", list = list);
                problems.push(Problem::new(key.place, told).help(cure));
                return Reach::Usual;
            }
        };
        let mut patterns = Vec::new();
        for item in items {
            let Some(pattern) = scalar::text(item, Numbers::Refused, problems) else { continue };
            if pattern.is_empty() || pattern.contains('/') {
                problems.push(
                    Problem::new(item.place, t!("`%{pattern}` fits no file's name", pattern = pattern))
                        .help(t!("write a name, or a pattern such as `*.py`; folders are not part of it")),
                );
            }
            patterns.push(pattern);
        }
        if patterns.iter().any(|pattern| pattern == "*") { Reach::Everything } else { Reach::Only(patterns) }
    }

    /// Does it let in what no other test without `fnmatch` is for?
    pub fn is_wider(&self) -> bool {
        match self {
            Reach::Usual => false,
            Reach::Everything => true,
            Reach::Only(patterns) => !patterns.iter().all(|pattern| is_usual(pattern)),
        }
    }

    /// The patterns of a check's `for`; empty where it is for every program. `is_mixed` where another test of the
    /// activity lets in other answers than the usual ones.
    pub fn patterns(self, is_mixed: bool) -> Vec<String> {
        match self {
            Reach::Only(patterns) => patterns,
            Reach::Usual if is_mixed => USUAL.map(str::to_owned).to_vec(),
            Reach::Usual | Reach::Everything => Vec::new(),
        }
    }
}
