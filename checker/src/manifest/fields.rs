//! Maps with a fixed set of keys, read strictly.

use std::borrow::Cow;

use rust_i18n::t;

use super::problem::{Place, Problem, did_you_mean};
use super::tree::{Node, Value};
use super::value::shown;

/// A text that is said in the language spoken when it is needed.
pub type Said = fn() -> Cow<'static, str>;

/// The keys of one kind of map.
pub struct Keys {
    /// What the map describes: `a lab`.
    pub of: Said,
    pub known: &'static [&'static str],
    /// Keys that a later version brings, and what there is instead.
    pub later: &'static [(&'static str, Said)],
}

/// A map whose keys were checked.
pub struct Fields<'n> {
    keys: &'static Keys,
    start: Place,
    entries: &'n [(Node, Node)],
}

impl<'n> Fields<'n> {
    /// Reports keys that do not belong here. `None`, reported too, where the node is no map.
    pub fn of(node: &'n Node, keys: &'static Keys, problems: &mut Vec<Problem>) -> Option<Self> {
        let of = (keys.of)();
        let Value::Map(entries) = &node.value else {
            let known = listed(keys.known);
            problems.push(
                Problem::new(
                    node.place,
                    t!("%{found} where %{needed} is needed", found = shown(node), needed = of),
                )
                .help(t!("%{of} is a map with the keys %{keys}", of = of, keys = known)),
            );
            return None;
        };
        for (key, _) in entries {
            let name = match &key.value {
                Value::Text(name) => name.as_str(),
                _ => key.raw.as_str(),
            };
            if keys.known.contains(&name) {
                continue;
            }
            if let Some((_, instead)) = keys.later.iter().find(|(later, _)| *later == name) {
                problems.push(
                    Problem::new(key.place, t!("`%{name}` is not supported yet", name = name))
                        .help(instead()),
                );
                continue;
            }
            let help = did_you_mean(name, keys.known.iter().copied()).unwrap_or_else(|| {
                t!("the keys of %{of} are %{keys}", of = of, keys = listed(keys.known)).into()
            });
            problems.push(
                Problem::new(key.place, t!("`%{name}` is no key of %{of}", name = name, of = of)).help(help),
            );
        }
        let start = entries.first().map_or(node.place, |(key, _)| key.place);
        Some(Fields { keys, start, entries })
    }

    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries
            .iter()
            .find(|(name, _)| matches!(&name.value, Value::Text(name) if name == key))
            .map(|(_, value)| value)
    }

    /// Where the key itself stands.
    pub fn place_of(&self, key: &str) -> Place {
        let entry =
            self.entries.iter().find(|(name, _)| matches!(&name.value, Value::Text(name) if name == key));
        entry.map_or(self.start, |(name, _)| name.place)
    }

    /// Reports a missing key where the map begins.
    pub fn required(&self, key: &str, problems: &mut Vec<Problem>) -> Option<&'n Node> {
        let found = self.get(key);
        if found.is_none() {
            problems.push(
                Problem::new(self.start, t!("%{of} without `%{key}`", of = (self.keys.of)(), key = key))
                    .help(t!("every one of them needs `%{key}: …`", key = key)),
            );
        }
        found
    }

    pub fn start(&self) -> Place {
        self.start
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
