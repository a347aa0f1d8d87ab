//! What is suspicious around the scripts: points, needs, hints, limits, and checks that are alike.

use std::time::Duration;

use rust_i18n::t;

use super::allow;
use super::view::{CheckView, LabView, get, items};
use super::warning::{Finds, Lint};
use crate::manifest::problem::Place;
use crate::manifest::quantity;
use crate::manifest::tree::{Node, Value};
use crate::model::course::{Check, Lab};
use crate::model::script::{Sentence, Step};

/// A sentence that waits longer is a mistake, or makes everybody wait for programs that never answer.
pub const LONG: Duration = Duration::from_secs(60);

pub fn lab(view: &LabView<'_>, finds: &mut Finds) {
    let checks = &view.lab.checks;
    if checks.iter().all(|check| check.points == 0) {
        finds.warn(
            Lint::NoPoints,
            view.place(),
            t!("the points of this lab add up to nothing"),
            t!("give its checks points, or leave `points` out: a check is worth 1 then"),
        );
    } else {
        for check in view.checks.iter().filter(|check| check.check.points == 0) {
            let place = get(check.node, "points").map_or(check.place(), |node| node.place);
            finds.without(allow::of(check.node), |finds| {
                finds.warn(
                    Lint::NoPoints,
                    place,
                    t!("this check is worth nothing"),
                    t!("whoever passes it should gain something; without `points` it is worth 1"),
                );
            });
        }
    }
    long_within(view.node, finds);
}

pub fn check(lab: &LabView<'_>, view: &CheckView<'_>, finds: &mut Finds) {
    let check = view.check;
    if check.hint.is_none() && !has_hint(&check.script.steps) {
        finds.warn(
            Lint::NoHint,
            view.place(),
            t!("a check without a hint"),
            t!("write `hint: …` for somebody who has just failed: a question that leads on"),
        );
    }
    long_within(view.node, finds);
    needs(lab.lab, view, finds);
    files_for(view, finds);
    unused_actors(view, finds);
    let before = lab.checks.iter().take_while(|other| other.check.line < check.line);
    for other in before {
        alike(other, view, finds);
    }
}

fn has_hint(steps: &[Step]) -> bool {
    steps.iter().any(|step| {
        step.hint.is_some()
            || match &step.sentence {
                Sentence::Together(below) | Sentence::Repeat { steps: below, .. } => has_hint(below),
                _ => false,
            }
    })
}

fn long_within(node: &Node, finds: &mut Finds) {
    let Some(node) = get(node, "within") else { return };
    let Value::Text(text) = &node.value else { return };
    if quantity::duration(text).is_ok_and(|within| within > LONG) {
        warn_of_long(node.place, text, finds);
    }
}

pub fn warn_of_long(place: Place, written: &str, finds: &mut Finds) {
    finds.warn(
        Lint::LongWithin,
        place,
        t!("%{time} is a long time to wait", time = written),
        t!("the limit is for programs that never answer: 1m is plenty"),
    );
}

/// `*` lets every file in.
fn files_for(view: &CheckView<'_>, finds: &mut Finds) {
    let is_open = |pattern: &String| pattern.chars().all(|c| c == '*');
    if view.check.files_for.as_ref().is_some_and(|names| names.patterns().iter().any(is_open)) {
        finds.warn(
            Lint::ForEverything,
            get(view.node, "for").map_or(view.place(), |node| node.place),
            t!("this check is for every file there is"),
            t!("name what it is for, as in `for: \"*.py\"`, or leave `for` out"),
        );
    }
}

fn needs(lab: &Lab, view: &CheckView<'_>, finds: &mut Finds) {
    let needs = &view.check.needs;
    for (need, node) in needs.iter().zip(items(view.node, "needs")) {
        let through = needs.iter().find(|other| *other != need && leads_to(lab, other, need));
        if let Some(through) = through {
            finds.warn(
                Lint::ImpliedNeed,
                node.place,
                t!("`%{through}` needs `%{need}` already", through = through, need = need),
                t!("leave `%{need}` out", need = need),
            );
        }
        if lab.checks.iter().any(|check| check.id == *need && check.points == 0) {
            finds.warn(
                Lint::WorthlessNeed,
                node.place,
                t!("`%{need}` is worth nothing, and this check is skipped without it", need = need),
                t!("give `%{need}` points, or do not need it", need = need),
            );
        }
    }
}

/// Does `from` need `to`, directly or through others? Needs point backwards, so this ends.
fn leads_to(lab: &Lab, from: &str, to: &str) -> bool {
    let check = lab.checks.iter().find(|check| check.id == from);
    check.is_some_and(|check| check.needs.iter().any(|need| need == to || leads_to(lab, need, to)))
}

/// Those who are mentioned, but do not act; a name that stands nowhere is a problem already.
fn unused_actors(view: &CheckView<'_>, finds: &mut Finds) {
    let Some(Value::Map(entries)) = get(view.node, "actors").map(|node| &node.value) else { return };
    for (name, _) in entries {
        if !view.check.cast.iter().any(|actor| actor.name == name.raw) {
            finds.warn(
                Lint::UnusedActor,
                name.place,
                t!("`%{name}` is named in the script and never acts", name = name.raw),
                t!("let it connect, as in `%{name} connects`, or leave it out", name = name.raw),
            );
        }
    }
}

fn alike(other: &CheckView<'_>, view: &CheckView<'_>, finds: &mut Finds) {
    let line = other.check.line;
    if other.check.title == view.check.title {
        finds.warn(
            Lint::SameTitle,
            get(view.node, "title").map_or(view.place(), |node| node.place),
            t!("`%{id}` has the same title", id = other.check.id),
            t!("say what this check asks for that the one in line %{line} does not", line = line),
        );
    }
    if asks(other.check) == asks(view.check) {
        finds.warn(
            Lint::SameScript,
            view.place(),
            t!("this check asks for the same as `%{id}`", id = other.check.id),
            t!("change its script, or leave it out; the other one is in line %{line}", line = line),
        );
    }
}

/// Whatever decides whether a check passes.
fn asks(check: &Check) -> String {
    let bare = Check {
        id: String::new(),
        title: Default::default(),
        points: 0,
        needs: Vec::new(),
        hint: None,
        tags: Vec::new(),
        line: 0,
        script: Default::default(),
        ..check.clone()
    };
    let sentences: Vec<String> = check.script.steps.iter().map(said).collect();
    format!("{bare:?} {sentences:?}")
}

fn said(step: &Step) -> String {
    format!("{:?} {}", step.within, step.sentence)
}
