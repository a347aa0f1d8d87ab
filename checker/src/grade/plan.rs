//! What is to be checked: labs, submissions, checks.

use std::path::PathBuf;
use std::sync::Arc;

use super::command_line::ProgramLine;
use super::perform::SightMode;
use crate::machine::isolation::Level;
use crate::model::course::{Check, Lab, Network, PortWish};
use crate::model::event::Submission;
use crate::model::outcome::{Lack, Skip};

/// One lab of a run.
#[derive(Debug, Clone)]
pub struct LabPlan {
    pub lab: Arc<Lab>,
    pub submission: Submission,
    pub source: Source,
    pub guide: Option<PathBuf>,
    /// In the order of labs.yaml.
    pub checks: Vec<PlannedCheck>,
    /// What follows `checker check` to check this submission again.
    pub again: Vec<String>,
}

/// Where the program comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A folder: a cargo package to build, or a program in another language.
    Crate(PathBuf),
    /// A program that is one file, compiled where it has to be.
    File(PathBuf),
    Program(ProgramLine),
}

#[derive(Debug, Clone)]
pub struct PlannedCheck {
    pub check: Arc<Check>,
    pub counts: Counts,
    /// Why it is not run, and counts for nobody.
    pub beside: Option<Skip>,
}

/// Do the points of a check count in this run?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    Yes,
    /// It only runs because another one needs it.
    No,
}

/// A lab whose plans, however many, hold it together.
#[derive(Debug, Clone)]
pub struct Shared {
    pub lab: Arc<Lab>,
    checks: Vec<Arc<Check>>,
}

impl Shared {
    pub fn new(lab: &Lab) -> Self {
        Shared { lab: Arc::new(lab.clone()), checks: lab.checks.iter().cloned().map(Arc::new).collect() }
    }

    /// The checks named by `only`, and what they need, in the order of labs.yaml; all where `only` is empty.
    pub fn choose(&self, submission: &Submission, only: &[String]) -> Vec<PlannedCheck> {
        let file = submission.file_name();
        let named = |check: &Check| only.is_empty() || only.contains(&check.id);
        let mut needed: Vec<&str> =
            self.checks.iter().filter(|check| named(check)).map(|check| check.id.as_str()).collect();
        let mut next = 0;
        while next < needed.len() {
            let needs = self.checks.iter().find(|check| check.id == needed[next]).map(|check| &check.needs);
            for need in needs.into_iter().flatten() {
                if !needed.contains(&need.as_str()) {
                    needed.push(need);
                }
            }
            next += 1;
        }
        self.checks
            .iter()
            .filter(|check| needed.contains(&check.id.as_str()))
            .map(|check| PlannedCheck {
                check: Arc::clone(check),
                beside: (!check.is_for(&file)).then_some(Skip::OtherFile),
                counts: if named(check) { Counts::Yes } else { Counts::No },
            })
            .collect()
    }
}

/// As [`Shared::choose`], of a lab that has this plan alone.
pub fn choose(lab: &Lab, submission: &Submission, only: &[String]) -> Vec<PlannedCheck> {
    Shared::new(lab).choose(submission, only)
}

impl LabPlan {
    /// Marks the checks that this machine cannot do.
    pub fn hold_against(&mut self, level: Level, sight: SightMode) {
        for planned in &mut self.checks {
            let lack = match (planned.check.network, planned.check.port) {
                (Network::SmallBuffers, _) if level != Level::Full => Some(Lack::SmallBuffers),
                (_, PortWish::Any) if sight == SightMode::None => Some(Lack::Sight),
                _ => None,
            };
            planned.beside = planned.beside.take().or(lack.map(Skip::NotPossible));
        }
    }
}

impl PlannedCheck {
    pub fn out_of(&self) -> u32 {
        match (self.counts, &self.beside) {
            (Counts::Yes, None) => self.check.points,
            _ => 0,
        }
    }
}
