//! Who takes which work next: builds before their checks, and a check when what it needs has passed.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::command_line::ProgramLine;
use super::plan::{LabPlan, PlannedCheck, Source};
use crate::model::outcome::{Outcome, Skip};

/// Which work is taken, and what came of it.
pub struct Board {
    /// Builds at a time.
    builders: usize,
    labs: Mutex<Labs>,
    changed: Condvar,
}

#[derive(Default)]
struct Labs {
    states: Vec<LabState>,
    /// All work of the labs before this one is taken.
    first: usize,
    /// Those under way.
    builds: usize,
}

struct LabState {
    program: ProgramState,
    checks: Vec<CheckState>,
}

#[derive(Debug, Clone)]
pub enum ProgramState {
    Unbuilt,
    BeingBuilt,
    Ready(ProgramLine),
    /// What becomes of every check of the lab.
    Missing(Box<Outcome>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CheckState {
    Waiting,
    Running,
    Passed,
    /// Failed, skipped or errored.
    NotPassed,
}

pub enum Work {
    Build {
        lab: usize,
    },
    Check {
        lab: usize,
        check: usize,
        program: ProgramLine,
    },
    /// The verdict is known without running anything.
    Settle {
        lab: usize,
        check: usize,
        outcome: Outcome,
    },
}

impl Board {
    pub fn new(plans: &[LabPlan], builders: usize) -> Board {
        let lab = |plan: &LabPlan| LabState {
            program: match &plan.source {
                Source::Crate(_) | Source::File(_) => ProgramState::Unbuilt,
                Source::Program(line) => ProgramState::Ready(line.clone()),
            },
            checks: vec![CheckState::Waiting; plan.checks.len()],
        };
        let labs = Labs { states: plans.iter().map(lab).collect(), ..Labs::default() };
        Board { builders: builders.max(1), labs: Mutex::new(labs), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Labs> {
        self.labs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next thing to do; waits while everything left depends on something that runs.
    pub fn next(&self, plans: &[LabPlan]) -> Option<Work> {
        let mut labs = self.lock();
        loop {
            if let Some(work) = take(plans, &mut labs, self.builders) {
                return Some(work);
            }
            if labs.states[labs.first..].iter().all(LabState::is_taken) {
                return None;
            }
            labs = self.changed.wait(labs).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn built(&self, lab: usize, program: ProgramState) {
        let mut labs = self.lock();
        labs.states[lab].program = program;
        labs.builds -= 1;
        self.changed.notify_all();
    }

    pub fn checked(&self, lab: usize, check: usize, outcome: &Outcome) {
        let state =
            if matches!(outcome, Outcome::Passed) { CheckState::Passed } else { CheckState::NotPassed };
        self.lock().states[lab].checks[check] = state;
        self.changed.notify_all();
    }
}

impl LabState {
    /// Nothing of it is left to be taken, now or later.
    fn is_taken(&self) -> bool {
        !self.checks.contains(&CheckState::Waiting)
            && !matches!(self.program, ProgramState::Unbuilt | ProgramState::BeingBuilt)
    }
}

fn take(plans: &[LabPlan], labs: &mut Labs, builders: usize) -> Option<Work> {
    // A class has thousands of checks, and each time most of them are behind us.
    while labs.states.get(labs.first).is_some_and(LabState::is_taken) {
        labs.first += 1;
    }
    for (lab, state) in labs.states.iter_mut().enumerate().skip(labs.first) {
        match &state.program {
            ProgramState::BeingBuilt => {}
            ProgramState::Unbuilt if labs.builds == builders => {}
            ProgramState::Unbuilt => {
                labs.builds += 1;
                state.program = ProgramState::BeingBuilt;
                return Some(Work::Build { lab });
            }
            ProgramState::Missing(outcome) => {
                let outcome = outcome.as_ref().clone();
                if let Some(check) = state.checks.iter().position(|check| *check == CheckState::Waiting) {
                    state.checks[check] = CheckState::Running;
                    return Some(Work::Settle { lab, check, outcome });
                }
            }
            ProgramState::Ready(program) => {
                for (check, planned) in plans[lab].checks.iter().enumerate() {
                    if state.checks[check] != CheckState::Waiting {
                        continue;
                    }
                    if let Some(skip) = &planned.beside {
                        state.checks[check] = CheckState::Running;
                        let outcome = Outcome::Skipped(skip.clone());
                        return Some(Work::Settle { lab, check, outcome });
                    }
                    match need(planned, &plans[lab].checks, &state.checks) {
                        Need::Open => {}
                        Need::Met => {
                            state.checks[check] = CheckState::Running;
                            return Some(Work::Check { lab, check, program: program.clone() });
                        }
                        Need::Unmet(id) => {
                            state.checks[check] = CheckState::Running;
                            let outcome = Outcome::Skipped(Skip::Needs(id));
                            return Some(Work::Settle { lab, check, outcome });
                        }
                    }
                }
            }
        }
    }
    None
}

enum Need {
    Met,
    /// Not known yet.
    Open,
    Unmet(String),
}

fn need(planned: &PlannedCheck, checks: &[PlannedCheck], states: &[CheckState]) -> Need {
    let mut need = Need::Met;
    for id in &planned.check.needs {
        let index = checks.iter().position(|other| other.check.id == *id);
        match index.map(|index| states[index]) {
            Some(CheckState::Passed) | None => {}
            Some(CheckState::NotPassed) => return Need::Unmet(id.clone()),
            Some(CheckState::Waiting | CheckState::Running) => need = Need::Open,
        }
    }
    need
}
