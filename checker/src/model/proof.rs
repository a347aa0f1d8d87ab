//! What `checker verify` found out: do a lab's checks tell right programs from wrong ones?

use std::time::Duration;

use super::course::Text;
use super::mutation::Alteration;
use super::outcome::{CheckResult, FailureKind, Outcome, Runs, Skip, StepRef};

/// Everything that was tried with one lab.
#[derive(Debug, Clone)]
pub struct LabProof {
    pub id: String,
    pub title: Text,
    /// What was tried.
    pub parts: Vec<Part>,
    /// Of all checks, in the order of labs.yaml.
    pub checks: Vec<CheckId>,
    /// None where labs.yaml names no solution, or nobody asked.
    pub reference: Option<Trial>,
    /// None where labs.yaml names no exercise, or nobody asked.
    pub skeleton: Option<Trial>,
    pub wrong: Vec<WrongTrial>,
    /// Checks that no known wrong program must fail: nothing shows that they find what they are there for.
    pub unproven: Vec<String>,
    /// None where there is no reference that passes, or nobody asked.
    pub mutants: Option<Mutants>,
    pub took: Duration,
}

/// What can be tried of a lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Reference,
    Skeleton,
    Wrong,
    Mutants,
}

/// How far the proof of a lab has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advance {
    pub part: Part,
    pub stage: Stage,
}

/// What is being done for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Building,
    /// To the answers as they are, before they are altered.
    Listening,
    /// So many checks, wrong programs or altered answers of all.
    Trying {
        done: usize,
        all: usize,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckId {
    pub id: String,
    pub points: u32,
}

/// One program against all checks.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Why there was no program, in one line.
    pub trouble: Option<Trouble>,
    /// In the order of the lab's checks; empty where there was no program.
    pub verdicts: Vec<Verdict>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It did not build, or does not do what it must.
    NotBuilt(String),
    /// The machine's fault, or the checker's.
    Broken(String),
}

/// What one check said of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub check: String,
    pub mark: Mark,
    pub runs: Runs,
    /// The sentence that failed.
    pub step: Option<StepRef>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    Passed,
    Failed(FailureKind),
    /// A check that it needs did not pass: this one.
    NotRun(String),
    /// This machine cannot do it.
    NotPossible,
    /// It is meant for other files.
    OtherFile,
    Interrupted,
    Errored(String),
}

/// A known wrong program, and what labs.yaml says of it.
#[derive(Debug, Clone)]
pub struct WrongTrial {
    pub program: String,
    /// The check that must fail, and how.
    pub fails: String,
    pub kind: FailureKind,
    /// Of the entry in labs.yaml.
    pub line: u32,
    pub trial: Trial,
    /// What that check said the other times, where it was run more than once.
    pub again: Vec<Mark>,
}

/// What became of the reference's answers, altered one by one.
#[derive(Debug, Clone, Default)]
pub struct Mutants {
    /// Altered answers that break what a sentence declares, and that fail.
    pub broken: u32,
    /// Altered answers that break nothing, and that pass.
    pub harmless: u32,
    /// Of these, how many leave something over that `leftovers: allowed` lets pass.
    pub tolerated: u32,
    pub findings: Vec<Finding>,
    /// Why a check could not be tried, by check.
    pub trouble: Vec<(String, Trouble)>,
    pub took: Duration,
}

/// An altered answer that got another verdict than it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub check: String,
    /// Of the sentence in labs.yaml.
    pub line: u32,
    pub sentence: String,
    pub alteration: Alteration,
    pub found: Found,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// It breaks what the sentence declares, and passes.
    Survives,
    /// `leftovers: allowed` lets it pass here, and no check of the lab fails for the like of it.
    Unnoticed,
    /// It breaks nothing, and fails.
    FalseAlarm(FailureKind),
}

/// What is proven of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Proven,
    Refuted,
    /// The machine or the checker failed: nothing is known.
    Unknown,
}

impl Verdict {
    pub fn of(result: &CheckResult) -> Verdict {
        let (mark, step) = match &result.outcome {
            Outcome::Passed => (Mark::Passed, None),
            Outcome::Failed(failure) => (Mark::Failed(failure.kind), failure.step.clone()),
            Outcome::Skipped(Skip::Needs(id)) => (Mark::NotRun(id.clone()), None),
            Outcome::Skipped(Skip::NotPossible(_)) => (Mark::NotPossible, None),
            Outcome::Skipped(Skip::OtherFile) => (Mark::OtherFile, None),
            Outcome::Skipped(Skip::Interrupted) => (Mark::Interrupted, None),
            Outcome::Skipped(Skip::NotBuilt) => (Mark::Failed(FailureKind::BuildFailed), None),
            Outcome::Errored(message) => (Mark::Errored(message.clone()), None),
        };
        Verdict { check: result.id.clone(), mark, runs: result.runs, step }
    }
}

impl Mark {
    /// Says it what it must?
    fn stands(&self, must: impl Fn(&Mark) -> bool) -> Standing {
        match self {
            Mark::Errored(_) | Mark::Interrupted => Standing::Unknown,
            Mark::NotPossible => Standing::Proven,
            other if must(other) => Standing::Proven,
            _ => Standing::Refuted,
        }
    }
}

impl Part {
    pub const ALL: [Part; 4] = [Part::Reference, Part::Skeleton, Part::Wrong, Part::Mutants];
}

impl Trial {
    pub fn verdict(&self, check: &str) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.check == check)
    }

    /// The worst of the verdicts; trouble with the program is worse than a verdict.
    fn stands(&self, must: impl Fn(&Verdict) -> bool) -> Standing {
        let all = || self.verdicts.iter().map(|verdict| verdict.mark.stands(|_| must(verdict)));
        match &self.trouble {
            Some(Trouble::NotBuilt(_)) => Standing::Refuted,
            Some(Trouble::Broken(_)) => Standing::Unknown,
            None => all().max().unwrap_or(Standing::Refuted),
        }
    }
}

impl WrongTrial {
    /// It fails at the check that labs.yaml names, and in that way.
    pub fn standing(&self) -> Standing {
        match &self.trial.trouble {
            Some(Trouble::NotBuilt(_)) => Standing::Refuted,
            Some(Trouble::Broken(_)) => Standing::Unknown,
            None => {
                let first = self.trial.verdict(&self.fails).map(|verdict| &verdict.mark);
                let all = first.into_iter().chain(&self.again);
                let must = |mark: &Mark| *mark == Mark::Failed(self.kind);
                all.map(|mark| mark.stands(must)).max().unwrap_or(Standing::Refuted)
            }
        }
    }
}

impl LabProof {
    pub fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// The reference passes every check; without one, nothing is proven.
    pub fn reference_stands(&self) -> Standing {
        if !self.has(Part::Reference) {
            return Standing::Proven;
        }
        self.reference.as_ref().map_or(Standing::Refuted, |trial| {
            trial.stands(|verdict| matches!(verdict.mark, Mark::Passed | Mark::OtherFile))
        })
    }

    /// The skeleton passes no check that gives points.
    pub fn skeleton_stands(&self) -> Standing {
        self.skeleton.as_ref().map_or(Standing::Proven, |trial| match &trial.trouble {
            // What does not build passes nothing, but nobody could begin with it.
            Some(Trouble::NotBuilt(_)) => Standing::Refuted,
            _ => trial.stands(|verdict| verdict.mark != Mark::Passed || !self.is_graded(&verdict.check)),
        })
    }

    /// Graded checks that the skeleton passes.
    pub fn given_away(&self) -> Vec<&str> {
        let verdicts = self.skeleton.iter().flat_map(|trial| &trial.verdicts);
        let passed = verdicts.filter(|verdict| verdict.mark == Mark::Passed);
        passed.map(|verdict| verdict.check.as_str()).filter(|check| self.is_graded(check)).collect()
    }

    pub fn wrong_stand(&self) -> Standing {
        self.wrong.iter().map(WrongTrial::standing).max().unwrap_or(Standing::Proven)
    }

    pub fn mutants_stand(&self) -> Standing {
        match &self.mutants {
            _ if !self.has(Part::Mutants) => Standing::Proven,
            None => Standing::Refuted,
            Some(mutants)
                if mutants.trouble.iter().any(|(_, trouble)| matches!(trouble, Trouble::Broken(_))) =>
            {
                Standing::Unknown
            }
            Some(mutants) if mutants.findings.is_empty() && mutants.trouble.is_empty() => Standing::Proven,
            Some(_) => Standing::Refuted,
        }
    }

    pub fn standing(&self) -> Standing {
        self.reference_stands().max(self.skeleton_stands()).max(self.wrong_stand()).max(self.mutants_stand())
    }

    pub fn is_graded(&self, check: &str) -> bool {
        self.checks.iter().any(|known| known.id == check && known.points > 0)
    }

    pub fn graded(&self) -> usize {
        self.checks.iter().filter(|check| check.points > 0).count()
    }
}
