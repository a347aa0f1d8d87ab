//! Counting verdicts, and what the events leave unsaid about a lab.

use std::io;
use std::time::Duration;

use rust_i18n::t;

use super::Report;
use crate::model::course::{Text, Visibility};
use crate::model::event::{Event, LabInfo};
use crate::model::outcome::{
    Actual, BuildFailure, CheckResult, Expected, Failure, FailureKind, LastOutput, Outcome, Runs, Skip,
};

/// Verdicts and points of a lab or of a whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    pub errored: u32,
    /// Skipped because this machine cannot do them; they count for nobody.
    pub not_possible: u32,
    /// Skipped because they are meant for other files; they count for nobody.
    pub other_files: u32,
    pub points: u32,
    pub out_of: u32,
}

impl Tally {
    pub fn checks(&self) -> u32 {
        self.passed + self.failed + self.skipped + self.errored
    }

    pub fn all_passed(&self) -> bool {
        self.checks() > 0 && self.checks() == self.passed
    }

    fn count(&mut self, result: &CheckResult) {
        match result.outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Skipped(Skip::NotPossible(_)) => self.not_possible += 1,
            Outcome::Skipped(Skip::OtherFile) => self.other_files += 1,
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Errored(_) => self.errored += 1,
        }
        self.points += result.points;
    }

    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.errored += other.errored;
        self.not_possible += other.not_possible;
        self.other_files += other.other_files;
        self.points += other.points;
        self.out_of += other.out_of;
    }
}

/// A lab whose results are coming in.
#[derive(Debug)]
pub struct OpenLab {
    pub info: LabInfo,
    pub build: Option<Built>,
    /// The checker's own fault with this lab.
    pub errored: Option<String>,
    pub tally: Tally,
    reported: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Built {
    pub took: Duration,
    pub result: Result<(), BuildFailure>,
}

impl OpenLab {
    pub fn new(info: LabInfo) -> Self {
        let tally = Tally { out_of: info.out_of, ..Tally::default() };
        OpenLab { info, build: None, errored: None, tally, reported: Vec::new() }
    }

    pub fn count(&mut self, result: &CheckResult) {
        self.tally.count(result);
        self.reported.push(result.id.clone());
    }

    pub fn build_failure(&self) -> Option<&BuildFailure> {
        self.build.as_ref()?.result.as_ref().err()
    }

    /// Results for the checks that were announced and never reported, so that none can get lost.
    pub fn unreported(&self) -> Vec<CheckResult> {
        let missing = self.info.checks.iter().filter(|id| !self.reported.contains(id));
        missing.map(|id| self.stand_in(id)).collect()
    }

    fn stand_in(&self, id: &str) -> CheckResult {
        let outcome = match (&self.errored, self.build_failure()) {
            (Some(message), _) => Outcome::Errored(message.clone()),
            (None, Some(_)) => Outcome::Failed(Box::new(Failure {
                kind: FailureKind::BuildFailed,
                step: None,
                expected: Expected::ProgramStarts,
                actual: Actual::BuildFailed,
                why: None,
                hint: None,
                sighting: None,
            })),
            (None, None) => {
                Outcome::Errored(t!("the run ended without a verdict for this check").into_owned())
            }
        };
        CheckResult {
            id: id.to_owned(),
            title: Text::plain(""),
            visibility: Visibility::Shown,
            points: 0,
            out_of: 0,
            outcome,
            took: Duration::ZERO,
            runs: Runs { passed: 0, total: 0 },
            transcript: Vec::new(),
            seats: Vec::new(),
            last_output: LastOutput::default(),
            notes: Vec::new(),
            sighting: None,
        }
    }
}

/// Counts a whole run: what the exit status is made of.
#[derive(Debug, Default)]
pub struct Counting {
    lab: Option<OpenLab>,
    total: Tally,
}

impl Counting {
    /// The counts of every lab that has finished.
    pub fn total(&self) -> Tally {
        self.total
    }

    fn close_lab(&mut self) {
        let Some(mut lab) = self.lab.take() else { return };
        for result in lab.unreported() {
            lab.count(&result);
        }
        self.total.add(lab.tally);
        // A lab that could not be checked at all is an error even where it has no checks to count.
        if lab.errored.is_some() && lab.tally.errored == 0 {
            self.total.errored += 1;
        }
    }
}

impl Report for Counting {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::LabStarted(info) => {
                self.close_lab();
                self.lab = Some(OpenLab::new(info.clone()));
            }
            Event::Built { took, result } => {
                if let Some(lab) = &mut self.lab {
                    lab.build = Some(Built { took: *took, result: result.clone() });
                }
            }
            Event::CheckFinished(result) => {
                if let Some(lab) = &mut self.lab {
                    lab.count(result);
                }
            }
            Event::LabErrored { message } => {
                if let Some(lab) = &mut self.lab {
                    lab.errored = Some(message.clone());
                }
            }
            Event::LabFinished | Event::RunFinished { .. } => self.close_lab(),
            Event::RunStarted(_) | Event::CheckStarted { .. } => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_announced_check_is_counted_once() {
        let mut counting = Counting::default();
        for event in sample::run() {
            counting.event(&event).unwrap();
        }
        let announced: usize = sample::run()
            .iter()
            .map(|event| if let Event::LabStarted(info) = event { info.checks.len() } else { 0 })
            .sum();
        assert_eq!(counting.total().checks() as usize, announced);
        assert!(counting.total().errored > 0 && counting.total().skipped > 0);
    }
}
