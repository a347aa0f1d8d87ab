//! Texts for people of which YAML took a part away.

use rust_i18n::t;

use super::allow;
use super::languages::is_odd;
use super::view::{View, get, items};
use super::warning::{Finds, Lint};
use crate::manifest::positions::Style;
use crate::manifest::problem::Place;
use crate::manifest::tree::{Node, Value};

pub fn look(view: &View<'_>, finds: &mut Finds) {
    text(get(view.root, "course"), finds);
    for lab in &view.labs {
        finds.without(allow::of(lab.node), |finds| {
            text(get(lab.node, "title"), finds);
            items(lab.node, "topics").iter().for_each(|topic| text(Some(topic), finds));
            for check in &lab.checks {
                finds.without(allow::of(check.node), |finds| {
                    text(get(check.node, "title"), finds);
                    text(get(check.node, "hint"), finds);
                });
            }
        });
    }
}

fn text(node: Option<&Node>, finds: &mut Finds) {
    let Some(node) = node else { return };
    if let Value::Map(entries) = &node.value {
        match entries.as_slice() {
            [(key, _)] if is_odd(node) => finds.warn(
                Lint::EatenColon,
                key.place,
                t!("YAML takes `%{word}:` for the name of a language", word = key.raw),
                t!("if it belongs to the text, quote the whole text"),
            ),
            _ => entries.iter().for_each(|(_, value)| cut(value, finds)),
        }
    } else {
        cut(node, finds);
    }
}

/// Comments on purpose stand apart, behind two blanks or more.
fn cut(node: &Node, finds: &mut Finds) {
    let behind = node.behind.trim_end();
    if node.style != Style::Plain || !behind.starts_with(" #") {
        return;
    }
    let Place { line, column, length } = node.place;
    let rest = u32::try_from(behind.chars().count() - 1).unwrap_or(u32::MAX);
    finds.warn(
        Lint::CutByComment,
        Place { line, column: column + length + 1, length: rest },
        t!("YAML takes `%{text}` for a comment, and the text ends before it", text = behind.trim_start()),
        t!("quote the whole text; before a comment on purpose put two blanks"),
    );
}
