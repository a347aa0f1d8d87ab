//! What is proven of labs, for people: a line for each part, a matrix of wrong programs and checks.

mod json;
mod matrix;
mod mutants;
mod underway;

use std::path::Path;
use std::time::Duration;

use rust_i18n::t;

use super::style::{self, Ink, Palette};
use super::terminal::line::{Line, WIDTH, wrap};
use super::words;
use crate::model::proof::{LabProof, Mark, Part, Standing, Trial, Trouble, Verdict};

pub use json::write as write_json;
pub use underway::{Place, advance, interrupted};

/// A whole lab, followed by an empty line.
pub fn lab(proof: &LabProof, labs_file: &Path, palette: &Palette) -> Vec<Line> {
    let title = Line::blank()
        .then(Ink::Strong, &proof.id)
        .then(Ink::Plain, "  ")
        .then(Ink::Plain, words::text(&proof.title));
    let time = words::duration(proof.took);
    let room = WIDTH.saturating_sub(title.width());
    let mut lines = vec![title.right(Ink::Faint, &time, room, palette)];
    for part in &proof.parts {
        lines.extend(match part {
            Part::Reference => reference(proof, labs_file, palette),
            Part::Skeleton => skeleton(proof, palette),
            Part::Wrong => matrix::wrong(proof, labs_file, palette),
            Part::Mutants => mutants::mutants(proof, labs_file, palette),
        });
    }
    lines.push(Line::blank());
    lines
}

/// One line about all of them.
pub fn summary(proofs: &[LabProof], took: Duration) -> Line {
    let proven = proofs.iter().filter(|proof| proof.standing() == Standing::Proven).count();
    let time = words::duration(took);
    let (ink, text) = match (proven, proofs.len()) {
        (1, 1) => (Ink::Good, t!("The lab is proven, in %{time}.", time = time)),
        (proven, all) if proven == all => {
            (Ink::Good, t!("All %{number} labs are proven, in %{time}.", number = all, time = time))
        }
        (_, 1) => (Ink::Bad, t!("The lab is not proven, in %{time}.", time = time)),
        (proven, all) => (
            Ink::Bad,
            t!("%{proven} of %{all} labs are proven, in %{time}.", proven = proven, all = all, time = time),
        ),
    };
    Line::blank().then(ink, &text)
}

/// A part of a lab, and what is proven of it.
fn part(standing: Standing, name: &str, text: &str, palette: &Palette) -> Vec<Line> {
    const NAME: usize = 11;
    let (ink, mark) = match standing {
        Standing::Proven => (Ink::Good, style::Mark::Passed),
        Standing::Refuted => (Ink::Bad, style::Mark::Failed),
        Standing::Unknown => (Ink::Loud, style::Mark::Errored),
    };
    let head = Line::indented(2).then(ink, palette.mark(mark)).then(Ink::Plain, " ").column(
        Ink::Plain,
        name,
        NAME,
        palette,
    );
    let indent = head.width();
    let mut texts = wrap(text, WIDTH.saturating_sub(indent)).into_iter();
    let first = head.then(Ink::Plain, &texts.next().unwrap_or_default());
    let rest = texts.map(|text| Line::indented(indent).then(Ink::Plain, &text));
    std::iter::once(first).chain(rest).collect()
}

/// Something to know about a part.
fn remark(text: &str) -> Vec<Line> {
    const INDENT: usize = 6;
    let lines = wrap(text, WIDTH - INDENT).into_iter();
    lines.map(|line| Line::indented(INDENT).then(Ink::Plain, &line)).collect()
}

fn reference(proof: &LabProof, labs_file: &Path, palette: &Palette) -> Vec<Line> {
    let name = t!("reference");
    let standing = proof.reference_stands();
    let Some(trial) = &proof.reference else {
        let text = t!("labs.yaml names no solution, so nothing shows that the checks can be passed");
        return part(standing, &name, &text, palette);
    };
    if let Some(trouble) = &trial.trouble {
        return part(standing, &name, &told(trouble), palette);
    }
    let passed = trial.verdicts.iter().filter(|verdict| verdict.mark == Mark::Passed).count();
    let runs: u64 = trial.verdicts.iter().map(|verdict| u64::from(verdict.runs.total)).sum();
    let (all, absent) = (proof.checks.len(), count(trial, |mark| *mark == Mark::NotPossible));
    let text =
        t!("passes %{passed} of %{all} checks, in %{runs} runs", passed = passed, all = all, runs = runs);
    let mut lines = part(standing, &name, &text, palette);
    if absent > 0 {
        lines.extend(remark(&t!(
            "not possible on this machine: %{checks}",
            checks = {
                let absent = trial.verdicts.iter().filter(|verdict| verdict.mark == Mark::NotPossible);
                words::list(&absent.map(|verdict| verdict.check.clone()).collect::<Vec<_>>())
            }
        )));
    }
    let others =
        trial.verdicts.iter().filter(|verdict| !matches!(verdict.mark, Mark::Passed | Mark::NotPossible));
    lines.extend(others.flat_map(|verdict| remark(&unlike(verdict, labs_file))));
    lines
}

/// A check that the reference does not pass.
fn unlike(verdict: &Verdict, labs_file: &Path) -> String {
    let check = &verdict.check;
    match (&verdict.mark, &verdict.step) {
        (Mark::Failed(kind), Some(step)) => t!(
            "%{check} failed in %{failed} of %{total} runs with %{kind}, at %{file}:%{line}: %{sentence}",
            check = check,
            failed = verdict.runs.total - verdict.runs.passed,
            total = verdict.runs.total,
            kind = kind.id(),
            file = labs_file.display(),
            line = step.line,
            sentence = step.sentence
        )
        .into_owned(),
        (mark, _) => said(check, mark),
    }
}

/// What a check said, in a few words.
fn said(check: &str, mark: &Mark) -> String {
    match mark {
        Mark::Passed => t!("%{check} passed", check = check),
        Mark::Failed(kind) => t!("%{check} failed with %{kind}", check = check, kind = kind.id()),
        Mark::NotRun(need) => {
            t!("%{check} was not run, since %{need} did not pass", check = check, need = need)
        }
        Mark::NotPossible => t!("%{check} is not possible on this machine", check = check),
        Mark::OtherFile => t!("%{check} is for other files", check = check),
        Mark::Interrupted => t!("%{check} was interrupted", check = check),
        Mark::Errored(message) => {
            t!("%{check}: the checker failed: %{message}", check = check, message = message)
        }
    }
    .into_owned()
}

fn skeleton(proof: &LabProof, palette: &Palette) -> Vec<Line> {
    let name = t!("skeleton");
    let standing = proof.skeleton_stands();
    let Some(trial) = &proof.skeleton else {
        return part(standing, &name, &t!("labs.yaml names no exercise"), palette);
    };
    if let Some(trouble) = &trial.trouble {
        return part(standing, &name, &told(trouble), palette);
    }
    let graded = proof.graded();
    let given = proof.given_away();
    let text = match given.len() {
        0 => t!("passes none of %{graded} graded checks", graded = graded),
        passed => t!("passes %{passed} of %{graded} graded checks", passed = passed, graded = graded),
    };
    let mut lines = part(standing, &name, &text, palette);
    if !given.is_empty() {
        let given: Vec<String> = given.into_iter().map(str::to_owned).collect();
        lines.extend(remark(&t!(
            "points for nothing: %{checks}. Let these checks ask for something that the student must write, or give them 0 points.",
            checks = words::list(&given)
        )));
    }
    let broken = trial.verdicts.iter().filter(|verdict| matches!(verdict.mark, Mark::Errored(_)));
    lines.extend(broken.flat_map(|verdict| remark(&said(&verdict.check, &verdict.mark))));
    lines
}

fn told(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NotBuilt(summary) => t!("did not build: %{why}", why = summary),
        Trouble::Broken(message) => t!("could not be tried: %{why}", why = message),
    }
    .into_owned()
}

fn count(trial: &Trial, which: impl Fn(&Mark) -> bool) -> usize {
    trial.verdicts.iter().filter(|verdict| which(&verdict.mark)).count()
}
