//! A student's own progress: what a run adds to it, and how far each lab has come.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use rust_i18n::t;

use crate::grade::plan::LabPlan;
use crate::machine::building::build::fnv;
use crate::machine::disk::memo::{Memo, Mishap};
use crate::model::course::{Check, Course, Lab};
use crate::model::event::{Event, Submission};
use crate::model::outcome::{CheckResult, Failure, FailureKind, Outcome, Skip};
use crate::model::progress::{CheckProgress, FailedSentence, LabProgress, Stage, Verdict};
use crate::report::Report;

/// Takes the verdicts on a student's own work out of the events of a run, and keeps them at its end.
///
/// Own is what was checked once for its lab, and is no reference: several submissions of one lab are other
/// people's.
pub struct Recorder {
    course: String,
    labs: BTreeMap<String, OwnLab>,
    current: Option<String>,
}

struct OwnLab {
    folder: Option<PathBuf>,
    /// By the check's id.
    forms: BTreeMap<String, String>,
    verdicts: Vec<(String, Verdict, Option<FailedSentence>)>,
}

/// How far a lab has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub stage: Stage,
    /// Points of the checks that have passed.
    pub reached: u64,
    /// Points of all checks that this machine can do.
    pub out_of: u64,
}

impl Recorder {
    pub fn new(course: &Course, plans: &[LabPlan]) -> Recorder {
        let is_own = |plan: &&LabPlan| {
            !matches!(plan.submission, Submission::Solution(_))
                && plans.iter().filter(|other| other.lab.id == plan.lab.id).count() == 1
        };
        let labs = plans.iter().filter(is_own).map(|plan| (plan.lab.id.clone(), OwnLab::of(plan)));
        Recorder { course: course.title.default.clone(), labs: labs.collect(), current: None }
    }

    /// Keeps what the run has shown.
    pub fn keep(self) -> Vec<Mishap> {
        let mut labs: Vec<_> = self.labs.into_iter().filter(|(_, lab)| !lab.verdicts.is_empty()).collect();
        if labs.is_empty() {
            return Vec::new();
        }
        let memo = match Memo::of_course(&self.course) {
            Ok(memo) => memo,
            // Nobody lives here, so nobody's progress is lost.
            Err(_) => return Vec::new(),
        };
        let mut mishaps = Vec::new();
        for (id, lab) in &mut labs {
            memo.change(id, |progress| lab.add_to(progress), &mut mishaps);
        }
        mishaps
    }
}

impl Report for Recorder {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::LabStarted(info) => self.current = Some(info.id.clone()),
            Event::CheckFinished(result) => {
                let lab = self.current.as_ref().and_then(|id| self.labs.get_mut(id));
                if let (Some(lab), Some(verdict)) = (lab, verdict(result)) {
                    lab.verdicts.push((result.id.clone(), verdict, sentence(result)));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl OwnLab {
    fn of(plan: &LabPlan) -> OwnLab {
        let folder = match &plan.submission {
            Submission::Exercise(folder) | Submission::Folder(folder) => folder.canonicalize().ok(),
            Submission::Solution(_) | Submission::File(_) | Submission::Program(_) => None,
        };
        let forms = plan.checks.iter().map(|planned| (planned.check.id.clone(), form(&planned.check)));
        OwnLab { folder, forms: forms.collect(), verdicts: Vec::new() }
    }

    fn add_to(&mut self, progress: &mut LabProgress) {
        if let Some(folder) = self.folder.take() {
            progress.folder = Some(folder);
        }
        for (check, verdict, sentence) in self.verdicts.drain(..) {
            let form = self.forms.get(&check).cloned().unwrap_or_default();
            progress.record(&check, form, verdict, sentence);
        }
    }
}

/// What the check asks of a program, in a few letters. Its title, its hints, its points and its place in the
/// file may change without making it another one.
pub fn form(check: &Check) -> String {
    let script = check.script.to_string();
    let script: Vec<&str> = script.lines().filter(|line| !line.trim_start().starts_with("hint")).collect();
    let around = (&check.run, &check.args, &check.env, &check.files, check.repeat);
    let machine = (check.leftovers, check.port, check.network, check.console);
    format!("{:016x}", fnv(format!("{script:?}{around:?}{machine:?}").as_bytes()))
}

/// How far the lab has come, by what is known of it.
pub fn standing(lab: &Lab, progress: &LabProgress) -> Standing {
    let known: Vec<(&Check, Option<&CheckProgress>)> =
        lab.checks.iter().map(|check| (check, progress.of(&check.id, || form(check)))).collect();
    let points = |counts: &dyn Fn(Option<&CheckProgress>) -> bool| -> u64 {
        known.iter().filter(|(_, known)| counts(*known)).map(|(check, _)| u64::from(check.points)).sum()
    };
    let stage =
        if !known.is_empty() && known.iter().all(|(_, known)| known.is_some_and(CheckProgress::is_settled)) {
            Stage::Done
        } else if progress.checks.is_empty() && progress.hints.is_empty() {
            Stage::Untouched
        } else {
            Stage::Begun
        };
    Standing {
        stage,
        reached: points(&|known| known.is_some_and(|known| known.passed)),
        out_of: points(&|known| {
            !known.is_some_and(|known| known.last == Verdict::NotPossible && !known.passed)
        }),
    }
}

/// What is known of each lab of the course, in its order.
pub fn recall(course: &Course, mishaps: &mut Vec<Mishap>) -> Vec<LabProgress> {
    match Memo::of_course(&course.title.default) {
        Ok(memo) => course.labs.iter().map(|lab| memo.recall(&lab.id, mishaps)).collect(),
        Err(_) => course.labs.iter().map(|_| LabProgress::default()).collect(),
    }
}

/// What is known of one lab of the course.
pub fn recall_lab(course: &Course, lab: &str) -> LabProgress {
    Memo::of_course(&course.title.default).map(|memo| memo.recall(lab, &mut Vec::new())).unwrap_or_default()
}

/// One line for each mishap.
pub fn warn(mishaps: &[Mishap]) {
    for mishap in mishaps {
        // Where not even this can be written, nobody misses it.
        let _ = writeln!(io::stderr(), "{}", t!("note: %{what}", what = mishap));
    }
}

/// None where nothing was learnt about the program.
fn verdict(result: &CheckResult) -> Option<Verdict> {
    match &result.outcome {
        Outcome::Passed => Some(Verdict::Passed),
        // A program that was not built was asked nothing.
        Outcome::Failed(failure) if failure.kind == FailureKind::BuildFailed => None,
        Outcome::Failed(_) => Some(Verdict::Failed),
        Outcome::Skipped(Skip::Needs(_)) => Some(Verdict::Skipped),
        Outcome::Skipped(Skip::NotPossible(_) | Skip::OtherFile) => Some(Verdict::NotPossible),
        Outcome::Skipped(Skip::NotBuilt | Skip::Interrupted) | Outcome::Errored(_) => None,
    }
}

fn sentence(result: &CheckResult) -> Option<FailedSentence> {
    let Outcome::Failed(failure) = &result.outcome else { return None };
    let Failure { step, .. } = failure.as_ref();
    step.as_ref().map(|step| FailedSentence { line: step.line, text: step.sentence.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::course::tests_support::course;
    use crate::model::course::Text;

    fn progress(lab: &Lab, verdicts: &[(&str, Verdict)]) -> LabProgress {
        let mut progress = LabProgress::default();
        for (id, verdict) in verdicts {
            let check = lab.checks.iter().find(|check| check.id == *id).unwrap();
            progress.record(id, form(check), *verdict, None);
        }
        progress
    }

    #[test]
    fn points_and_stages_follow_from_what_passed() {
        let course = course();
        let lab = &course.labs[0];
        let seen = |verdicts: &[(&str, Verdict)]| {
            let Standing { stage, reached, out_of } = standing(lab, &progress(lab, verdicts));
            (stage, reached, out_of)
        };
        assert_eq!(seen(&[]), (Stage::Untouched, 0, 4));
        assert_eq!(seen(&[("line", Verdict::Failed)]), (Stage::Begun, 0, 4));
        assert_eq!(seen(&[("line", Verdict::Passed), ("end", Verdict::Skipped)]), (Stage::Begun, 3, 4));
        assert_eq!(seen(&[("line", Verdict::Passed), ("end", Verdict::Passed)]), (Stage::Done, 4, 4));
        assert_eq!(seen(&[("line", Verdict::Passed), ("end", Verdict::NotPossible)]), (Stage::Done, 3, 3));
    }

    #[test]
    fn a_check_that_asks_something_else_is_another_one() {
        let mut course = course();
        let lab = &mut course.labs[0];
        let known = progress(lab, &[("line", Verdict::Passed), ("end", Verdict::Passed)]);
        let check = &mut lab.checks[0];
        check.title = Text::plain("another title");
        check.hint = None;
        check.points += 1;
        check.line += 7;
        check.script.steps[0].line += 7;
        check.script.steps[0].hint = Some(Text::plain("hint"));
        assert_eq!(standing(lab, &known), Standing { stage: Stage::Done, reached: 5, out_of: 5 });
        lab.checks[0].run.push_str(" --more");
        assert_eq!(standing(lab, &known), Standing { stage: Stage::Begun, reached: 1, out_of: 5 });
    }
}
