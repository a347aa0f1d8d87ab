//! The languages of a course, and texts that lack one of them.

use std::collections::BTreeSet;

use rust_i18n::t;

use super::allow;
use super::view::{View, get, items};
use super::warning::{Finds, Lint};
use crate::manifest::problem::Place;
use crate::manifest::tree::{Node, Value};
use crate::manifest::value;
use crate::model::language::Language;
use crate::model::script::{Sentence, Step};

/// Languages in which some text of the course is written; none where no text has several.
pub fn of_course(view: &View<'_>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut add = |node: Option<&Node>| all.extend(node.map(of_text).unwrap_or_default());
    add(get(view.root, "course"));
    for lab in &view.labs {
        add(get(lab.node, "title"));
        items(lab.node, "topics").iter().for_each(|topic| add(Some(topic)));
        for check in &lab.checks {
            add(get(check.node, "title"));
            add(get(check.node, "hint"));
        }
    }
    for check in view.labs.iter().flat_map(|lab| &lab.checks) {
        each_step(&check.check.script.steps, &mut |step| {
            let tags = step.hint.iter().flat_map(|hint| hint.by_language.keys().cloned());
            let tags: Vec<String> = tags.collect();
            if !tags.is_empty() {
                all.insert(Language::English.tag().to_string());
            }
            all.extend(tags);
        });
    }
    all
}

/// Warns of texts that lack a language of the course.
pub fn look(view: &View<'_>, finds: &mut Finds) {
    let languages = of_course(view);
    if languages.len() < 2 {
        return;
    }
    let look_at = |node: Option<&Node>, finds: &mut Finds| {
        let Some(node) = node.filter(|node| !is_odd(node)) else { return };
        let own = of_text(node);
        lacking(&languages, &own, node.place, finds);
    };
    look_at(get(view.root, "course"), finds);
    for lab in &view.labs {
        finds.without(allow::of(lab.node), |finds| {
            look_at(get(lab.node, "title"), finds);
            // A plain topic is a name, the same in every language.
            let maps = items(lab.node, "topics").iter().filter(|topic| matches!(topic.value, Value::Map(_)));
            maps.for_each(|topic| look_at(Some(topic), finds));
            for check in &lab.checks {
                finds.without(allow::of(check.node), |finds| {
                    look_at(get(check.node, "title"), finds);
                    look_at(get(check.node, "hint"), finds);
                    each_step(&check.check.script.steps, &mut |step| {
                        let Some(hint) = &step.hint else { return };
                        let own: BTreeSet<String> = match hint.by_language.is_empty() {
                            true => BTreeSet::new(),
                            false => hint.by_language.keys().cloned().chain(["en".to_string()]).collect(),
                        };
                        lacking(&languages, &own, view.place_of(step), finds);
                    });
                });
            }
        });
    }
}

/// One warning for all languages that a text lacks.
fn lacking(languages: &BTreeSet<String>, own: &BTreeSet<String>, place: Place, finds: &mut Finds) {
    if own.is_empty() {
        let listed: Vec<&str> = languages.iter().map(String::as_str).collect();
        finds.warn(
            Lint::NoTranslation,
            place,
            t!(
                "one text for all languages of the course, which are %{languages}",
                languages = listed.join(", ")
            ),
            t!("write one for each, as in `{ en: Echo, pt-BR: Eco }`, or `hint.pt-BR: …` below `hint: …`"),
        );
        return;
    }
    let missing: Vec<&str> = languages.difference(own).map(String::as_str).collect();
    if !missing.is_empty() {
        finds.warn(
            Lint::NoTranslation,
            place,
            t!("this text is not there in %{languages}", languages = missing.join(", ")),
            t!("other texts of the course are; write it in the same map"),
        );
    }
}

/// The languages of a map; none of a plain text.
fn of_text(node: &Node) -> BTreeSet<String> {
    let Value::Map(entries) = &node.value else { return BTreeSet::new() };
    let tags = entries.iter().map(|(key, _)| key.raw.clone());
    tags.filter(|tag| value::is_language(tag) && !is_odd(node)).collect()
}

/// A map of one text in a language that nobody here speaks: probably a text with `: ` in it.
pub fn is_odd(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => {
            matches!(entries.as_slice(), [(key, _)] if !Language::ALL.iter().any(|one| one.tag() == key.raw))
        }
        _ => false,
    }
}

/// Every sentence, those of blocks included.
pub fn each_step(steps: &[Step], look: &mut dyn FnMut(&Step)) {
    for step in steps {
        look(step);
        if let Sentence::Together(below) | Sentence::Repeat { steps: below, .. } = &step.sentence {
            each_step(below, look);
        }
    }
}
