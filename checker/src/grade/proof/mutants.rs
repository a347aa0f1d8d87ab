//! The reference's answers, altered one by one: those that break what a sentence declares must fail its check,
//! the others must pass.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rust_i18n::t;

use super::Onlooker;
use crate::grade::command_line::ProgramLine;
use crate::grade::perform::{self, Request, Run};
use crate::grade::plan::{LabPlan, PlannedCheck};
use crate::grade::schedule::{self, Settings};
use crate::machine::building::build::{BuildError, fnv};
use crate::model::mutation::{Alteration, Declared, Mutant, Probe, Reading};
use crate::model::outcome::Outcome;
use crate::model::proof::{Advance, Finding, Found, Mutants, Part, Stage, Trouble};
use crate::model::script::{Form, Listener, Sentence, Step};

/// Tries all mutants of all checks that this machine can do.
pub fn mutants(plan: &LabPlan, settings: &Settings, onlooker: Onlooker) -> Mutants {
    let told = |stage: Stage| onlooker(Advance { part: Part::Mutants, stage });
    told(Stage::Building);
    let began = Instant::now();
    let mut mutants = Mutants::default();
    let program = match schedule::program_of(&plan.source, settings.terms()) {
        Ok(program) => program,
        Err(error) => {
            let told = match error {
                BuildError::Failed(failure) => Trouble::NotBuilt(failure.summary),
                BuildError::Broken(message) => Trouble::Broken(message),
                BuildError::Interrupted => return mutants,
            };
            mutants.trouble.push((plan.lab.id.clone(), told));
            return mutants;
        }
    };
    let possible: Vec<&PlannedCheck> =
        plan.checks.iter().filter(|planned| planned.beside.is_none()).collect();
    let lab = Bench { plan, program: &program, settings };
    told(Stage::Listening);
    let controls = side_by_side(&possible, settings, |planned| lab.run(planned, Probe::Listen));
    let mut jobs: Vec<Job> = Vec::new();
    for (planned, control) in possible.iter().zip(&controls) {
        match control {
            Some(run) => match (&run.outcome, run.reading) {
                (Outcome::Passed, Some(reading)) if reading.declared != Declared::Broken => {
                    each_receiving(&planned.check.script.steps, &mut |step| {
                        jobs.extend(jobs_of(planned, step, reading));
                    });
                }
                (outcome, _) => mutants.trouble.push((planned.check.id.clone(), in_short(outcome))),
            },
            None => return mutants,
        }
    }
    let done = AtomicUsize::new(0);
    let tried = |more: usize| {
        let done = done.fetch_add(more, Ordering::Relaxed) + more;
        told(Stage::Trying { done, all: jobs.len() });
    };
    tried(0);
    let results = side_by_side(&jobs, settings, |job| {
        let run = lab.run(job.planned, Probe::Alter(job.mutant));
        tried(1);
        run
    });
    judge(&jobs, &results, &mut mutants);
    mutants.took = began.elapsed();
    mutants
}

/// A mutant of one check.
struct Job<'a> {
    planned: &'a PlannedCheck,
    step: &'a Step,
    mutant: Mutant,
    /// What the unaltered answers leave over, which the check allows.
    control: Reading,
}

struct Bench<'a> {
    plan: &'a LabPlan,
    program: &'a ProgramLine,
    settings: &'a Settings<'a>,
}

impl Bench<'_> {
    fn run(&self, planned: &PlannedCheck, probe: Probe) -> Run {
        let settings = self.settings;
        let name = format!("{}/{}/{}/mutants", settings.info.seed, self.plan.lab.id, planned.check.id);
        perform::run(Request {
            check: &planned.check,
            program: self.program,
            seed: fnv(name.as_bytes()),
            sight: settings.sight,
            threads: settings.threads,
            probe: Some(probe),
            reach: &settings.reach,
            interrupted: settings.interrupted,
        })
    }
}

/// As many at a time as the settings allow; none for what was not begun when the user had enough.
fn side_by_side<'j, J: Sync>(
    jobs: &'j [J],
    settings: &Settings,
    run: impl Fn(&'j J) -> Run + Sync,
) -> Vec<Option<Run>> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Run>>> = Mutex::new(jobs.iter().map(|_| None).collect());
    let interrupted: &AtomicBool = settings.interrupted;
    std::thread::scope(|scope| {
        for _ in 0..settings.jobs.max(1).min(jobs.len()) {
            scope.spawn(|| {
                while !interrupted.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { return };
                    let run = run(job);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(run);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn each_receiving<'s>(steps: &'s [Step], visit: &mut dyn FnMut(&'s Step)) {
    for step in steps {
        match &step.sentence {
            Sentence::Receive { .. } => visit(step),
            Sentence::Together(inner) | Sentence::Repeat { steps: inner, .. } => each_receiving(inner, visit),
            _ => {}
        }
    }
}

fn jobs_of<'a>(planned: &'a PlannedCheck, step: &'a Step, control: Reading) -> Vec<Job<'a>> {
    let all = Alteration::ALL
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, alteration)| may_alter(&step.sentence, *alteration));
    all.map(|(index, alteration)| {
        let mutant = Mutant { line: step.line, listener: index, alteration };
        Job { planned, step, mutant, control }
    })
    .collect()
}

/// Is there anything that it could alter? A mutant that alters nothing costs a run.
fn may_alter(sentence: &Sentence, alteration: Alteration) -> bool {
    use Alteration::*;
    let Sentence::Receive { listener, form } = sentence else { return false };
    if alteration == Reset && !matches!(listener, Listener::Clients(_)) {
        return false;
    }
    match form {
        Form::Nothing => matches!(alteration, LineBefore | BytesBefore | Later),
        Form::End | Form::Disconnected | Form::Reset | Form::EventuallyEnd => {
            matches!(alteration, LineBefore | BytesBefore | NeverEnded | Reset | Later | AllAtOnce)
        }
        Form::Whole(_) | Form::Status(_) | Form::Header { .. } | Form::Body(_) => true,
        _ => alteration != NeverEnded,
    }
}

/// What a run says of the checker and of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Score {
    /// Nothing was altered: there was no occasion.
    Idle,
    /// Broken, and it failed.
    Killed,
    /// Not broken, and it passed.
    Harmless,
    /// The same, but for something left over that the check allows.
    LeftOver,
    Found(Found),
    /// No verdict.
    Trouble,
}

fn score(outcome: &Outcome, reading: Reading, control: Reading) -> Score {
    match (outcome, reading.declared) {
        (Outcome::Errored(_), _) => Score::Trouble,
        _ if !reading.altered => Score::Idle,
        (Outcome::Skipped(_), _) => Score::Trouble,
        (Outcome::Failed(_), Declared::Broken) => Score::Killed,
        (Outcome::Passed, Declared::Broken) => Score::Found(Found::Survives),
        (Outcome::Passed, Declared::HoldsByLeave) if control.declared == Declared::Holds => Score::LeftOver,
        (Outcome::Passed, _) => Score::Harmless,
        (Outcome::Failed(failure), _) => Score::Found(Found::FalseAlarm(failure.kind)),
    }
}

fn judge(jobs: &[Job], results: &[Option<Run>], mutants: &mut Mutants) {
    let mut noticed: BTreeSet<Alteration> = BTreeSet::new();
    let mut left_over: Vec<&Job> = Vec::new();
    for (job, run) in jobs.iter().zip(results) {
        let Some(run) = run else { continue };
        match score(&run.outcome, run.reading.unwrap_or_default(), job.control) {
            Score::Idle => {}
            Score::Killed => {
                noticed.insert(job.mutant.alteration);
                mutants.broken += 1;
            }
            Score::Harmless => mutants.harmless += 1,
            Score::LeftOver if !job.mutant.alteration.adds() => mutants.harmless += 1,
            Score::LeftOver => {
                mutants.harmless += 1;
                mutants.tolerated += 1;
                left_over.push(job);
            }
            Score::Found(found) => mutants.findings.push(finding(job, found)),
            Score::Trouble => mutants.trouble.push((job.planned.check.id.clone(), in_short(&run.outcome))),
        }
    }
    let unnoticed = left_over.into_iter().filter(|job| !noticed.contains(&job.mutant.alteration));
    mutants.findings.extend(unnoticed.map(|job| finding(job, Found::Unnoticed)));
}

fn finding(job: &Job, found: Found) -> Finding {
    Finding {
        check: job.planned.check.id.clone(),
        line: job.step.line,
        sentence: job.step.shown(),
        alteration: job.mutant.alteration,
        found,
    }
}

fn in_short(outcome: &Outcome) -> Trouble {
    match outcome {
        Outcome::Passed => {
            Trouble::Broken(t!("a second reading of the reference's answers differs").into_owned())
        }
        Outcome::Failed(failure) => {
            Trouble::NotBuilt(t!("the reference failed with %{kind}", kind = failure.kind.id()).into_owned())
        }
        Outcome::Skipped(_) => Trouble::NotBuilt(String::new()),
        Outcome::Errored(message) => Trouble::Broken(message.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::outcome::{Actual, Expected, Failure, FailureKind};

    fn failed() -> Outcome {
        Outcome::Failed(Box::new(Failure {
            kind: FailureKind::Mismatch,
            step: None,
            expected: Expected::Nothing,
            actual: Actual::StillOpen,
            why: None,
            hint: None,
            sighting: None,
        }))
    }

    const RIGHT: Reading = Reading { altered: true, declared: Declared::Holds };
    const BROKEN: Reading = Reading { altered: true, declared: Declared::Broken };

    #[test]
    fn a_judge_who_lets_everything_pass_has_survivors() {
        assert_eq!(score(&Outcome::Passed, BROKEN, RIGHT), Score::Found(Found::Survives));
        assert_eq!(score(&failed(), BROKEN, RIGHT), Score::Killed);
    }

    #[test]
    fn a_judge_who_lets_nothing_pass_gives_false_alarms() {
        let alarm = Score::Found(Found::FalseAlarm(FailureKind::Mismatch));
        assert_eq!(score(&failed(), RIGHT, RIGHT), alarm);
        assert_eq!(score(&Outcome::Passed, RIGHT, RIGHT), Score::Harmless);
    }

    #[test]
    fn what_is_left_over_counts_where_nothing_was_before() {
        let left_over = Reading { declared: Declared::HoldsByLeave, ..RIGHT };
        assert_eq!(score(&Outcome::Passed, left_over, RIGHT), Score::LeftOver);
        assert_eq!(score(&Outcome::Passed, left_over, left_over), Score::Harmless);
    }

    #[test]
    fn what_alters_nothing_says_nothing() {
        assert_eq!(score(&Outcome::Passed, Reading::default(), RIGHT), Score::Idle);
        assert_eq!(score(&Outcome::Errored(String::new()), Reading::default(), RIGHT), Score::Trouble);
    }
}
