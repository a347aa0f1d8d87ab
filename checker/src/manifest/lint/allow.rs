//! `lint: { allow: [NAME, …] }` of a lab or a check: warnings that are not wanted there.

use std::collections::BTreeSet;

use rust_i18n::t;

use super::view::get;
use super::warning::Lint;
use crate::manifest::fields::{Fields, Keys};
use crate::manifest::problem::{Problem, did_you_mean};
use crate::manifest::tree::Node;
use crate::manifest::value;

pub static LINT: Keys = Keys { of: || t!("`lint`"), known: &["allow"], later: &[] };

/// Reads the value of `lint`, and reports names that no warning has.
pub fn read(node: &Node, problems: &mut Vec<Problem>) -> BTreeSet<Lint> {
    let Some(fields) = Fields::of(node, &LINT, problems) else { return BTreeSet::new() };
    let names = fields.required("allow", problems).map(|node| value::list(node, problems));
    let mut allowed = BTreeSet::new();
    for node in names.unwrap_or_default() {
        let Some(name) = value::text(node, problems) else { continue };
        match Lint::ALL.iter().copied().find(|lint| lint.name() == name) {
            Some(lint) => drop(allowed.insert(lint)),
            None => {
                let near = did_you_mean(name, Lint::ALL.iter().map(|lint| lint.name()));
                let message = t!("no warning is called `%{name}`", name = name);
                problems.push(Problem::new(node.place, message).help(near.unwrap_or_else(|| {
                    t!("`checker lint` shows each warning's name in brackets").into_owned()
                })));
            }
        }
    }
    allowed
}

/// What a lab or a check allows.
pub fn of(node: &Node) -> BTreeSet<Lint> {
    get(node, "lint").map(|node| read(node, &mut Vec::new())).unwrap_or_default()
}
