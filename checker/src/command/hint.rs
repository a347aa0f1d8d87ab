//! `checker hint`: a lab's hints, one after another.

use std::io::Write;
use std::path::PathBuf;

use rust_i18n::t;

use super::progress::{self, form};
use super::room::Room;
use super::{UsageError, way};
use crate::machine::building::build::fnv;
use crate::machine::disk::memo::Memo;
use crate::model::course::{Check, Course, Lab, Text, Visibility};
use crate::model::progress::{CheckProgress, HintId, LabProgress, Stage, Verdict};
use crate::model::script::{Sentence, Step};
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};
use crate::report::words::text;

#[derive(Debug, Clone)]
pub struct HintOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// The lab that this folder is of where there is none.
    pub lab: Option<String>,
    pub which: Which,
    /// Of standard output.
    pub palette: Palette,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one behind those that were given.
    Next,
    /// `--again`: from the first one on.
    Again,
    /// `--all`: of every check, passed or not.
    All,
}

/// Writes the next hint to `out`, and remembers that it was given.
///
/// # Errors
/// There is no such lab, or nothing tells which one is meant; `out` cannot be written to.
pub fn hint(options: HintOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    let room = Room::find(options.labs.as_deref())?;
    let lab = way::lab_named_or_here(&room, options.lab.as_deref())?;
    let lines = match options.which {
        Which::All => every_hint(lab),
        which => match next_hint(room.course(), lab, which) {
            Given::Hint(hint) => told(lab, &hint),
            Given::NoMore => no_more(lab),
            Given::NoneNeeded => vec![Line::blank().then(Ink::Good, &none_needed(lab))],
        },
    };
    for line in lines {
        writeln!(out, "{}", line.render(&options.palette))?;
    }
    Ok(out.flush()?)
}

/// A hint that is given, and how many follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The check that it belongs to.
    pub check: String,
    pub title: String,
    pub text: String,
    pub left: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Hint(Hint),
    NoMore,
    /// Everything has passed.
    NoneNeeded,
}

/// The next hint, which counts as given from now on.
pub fn next_hint(course: &Course, lab: &Lab, which: Which) -> Given {
    let mut given = Given::NoMore;
    let mut mishaps = Vec::new();
    let mut choose = |progress: &mut LabProgress| {
        if which == Which::Again {
            progress.hints.clear();
        }
        given = choose(lab, progress);
    };
    match Memo::of_course(&course.title.default) {
        Ok(memo) => {
            memo.change(&lab.id, &mut choose, &mut mishaps);
            // What could not be remembered can be given all the same.
            if !mishaps.is_empty() && given == Given::NoMore {
                given = self::choose(lab, &mut LabProgress::default());
            }
        }
        Err(mishap) => {
            choose(&mut LabProgress::default());
            mishaps.push(mishap);
        }
    }
    progress::warn(&mishaps);
    given
}

/// Why no hint is given.
pub fn none_needed(lab: &Lab) -> String {
    t!("Every check of %{lab} has passed: there is nothing to hint at.", lab = lab.id).into_owned()
}

fn choose(lab: &Lab, progress: &mut LabProgress) -> Given {
    if progress::standing(lab, progress).stage == Stage::Done {
        return Given::NoneNeeded;
    }
    let open: Vec<(HintId, &Check, &Text)> = offered(lab, progress)
        .into_iter()
        .map(|(check, text)| (id_of(check, text), check, text))
        .filter(|(id, ..)| !progress.hints.contains(id))
        .collect();
    let Some((id, check, hint)) = open.first() else { return Given::NoMore };
    progress.hints.insert(id.clone());
    Given::Hint(Hint {
        check: check.id.clone(),
        title: text(&check.title).to_owned(),
        text: one_line(hint),
        left: open.len() - 1,
    })
}

/// The hints of what has not passed: first of the checks that failed last, then of the others; of a sentence
/// that failed before those of its check.
fn offered<'a>(lab: &'a Lab, progress: &LabProgress) -> Vec<(&'a Check, &'a Text)> {
    let open = lab.checks.iter().filter(|check| check.visibility == Visibility::Shown);
    let known = |check: &Check| progress.of(&check.id, || form(check));
    let (failed, others): (Vec<&Check>, Vec<&Check>) = open
        .filter(|check| {
            !known(check).is_some_and(|known| known.is_settled() && known.last != Verdict::Failed)
        })
        .partition(|check| known(check).is_some_and(|known| known.last == Verdict::Failed));
    let of_check = |check: &'a Check| {
        let sentence = known(check).and_then(|known| failed_hint(check, known));
        sentence.into_iter().chain(check.hint.as_ref()).map(move |hint| (check, hint))
    };
    let mut offered: Vec<(&Check, &Text)> = Vec::new();
    for (check, hint) in failed.into_iter().chain(others).flat_map(of_check) {
        // Checks may share a hint.
        if !text(hint).trim().is_empty() && !offered.iter().any(|(_, other)| text(other) == text(hint)) {
            offered.push((check, hint));
        }
    }
    offered
}

/// The hint of the sentence that failed.
fn failed_hint<'a>(check: &'a Check, known: &CheckProgress) -> Option<&'a Text> {
    let failed = known.sentence.as_ref().filter(|_| known.last == Verdict::Failed)?;
    let steps = all_steps(&check.script.steps);
    let mut same = steps.iter().filter(|step| step.written == failed.text);
    // The file may have changed since above the sentence.
    let step = same.clone().find(|step| step.line == failed.line).or_else(|| same.next())?;
    step.hint.as_ref()
}

fn all_steps(steps: &[Step]) -> Vec<&Step> {
    let mut all = Vec::new();
    for step in steps {
        all.push(step);
        if let Sentence::Together(below) | Sentence::Repeat { steps: below, .. } = &step.sentence {
            all.extend(all_steps(below));
        }
    }
    all
}

fn id_of(check: &Check, hint: &Text) -> HintId {
    format!("{}/{:016x}", check.id, fnv(hint.default.as_bytes()))
}

fn told(lab: &Lab, hint: &Hint) -> Vec<Line> {
    let mut lines = heading(lab, &hint.check, &hint.title);
    lines.push(Line::blank());
    lines.extend(paragraph(&hint.text));
    lines.push(Line::blank());
    let command = format!("checker hint {}", lab.id);
    let left = match hint.left {
        0 => t!("That was the last hint. `%{command} --again` begins anew.", command = command),
        1 => t!("One more hint: %{command}", command = command),
        left => t!("%{count} more hints: %{command}", count = left, command = command),
    };
    lines.push(Line::blank().then(Ink::Faint, &left));
    lines
}

fn no_more(lab: &Lab) -> Vec<Line> {
    let text = t!(
        "There are no more hints for %{lab}. `checker hint %{lab} --again` begins anew, and `--all` shows those of all checks.",
        lab = lab.id
    );
    wrap(&text, WIDTH).iter().map(|line| Line::blank().then(Ink::Plain, line)).collect()
}

fn every_hint(lab: &Lab) -> Vec<Line> {
    let mut lines = Vec::new();
    for check in lab.checks.iter().filter(|check| check.visibility == Visibility::Shown) {
        let of_sentences = all_steps(&check.script.steps).into_iter().filter_map(|step| step.hint.as_ref());
        let hints: Vec<String> = of_sentences.chain(&check.hint).map(one_line).collect();
        if hints.iter().all(String::is_empty) {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::blank());
        }
        lines.extend(heading(lab, &check.id, text(&check.title)));
        lines.extend(hints.iter().flat_map(|hint| paragraph(hint)));
    }
    if lines.is_empty() { no_more(lab) } else { lines }
}

fn heading(lab: &Lab, check: &str, title: &str) -> Vec<Line> {
    let name = format!("{}/{check}", lab.id);
    let mut lines = wrap(&format!("{name}  {title}"), WIDTH).into_iter();
    let first = lines.next().unwrap_or_default();
    let rest = first.strip_prefix(&name).unwrap_or_default().to_owned();
    let mut all = vec![Line::blank().then(Ink::Strong, &name).then(Ink::Plain, &rest)];
    all.extend(lines.map(|line| Line::indented(2).then(Ink::Plain, &line)));
    all
}

fn paragraph(text: &str) -> Vec<Line> {
    wrap(text, WIDTH - 4).iter().map(|line| Line::indented(2).then(Ink::Plain, line)).collect()
}

fn one_line(hint: &Text) -> String {
    text(hint).split_whitespace().collect::<Vec<_>>().join(" ")
}
