//! Builds and checks side by side; results leave in the order of labs.yaml.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rust_i18n::t;

use super::board::{Board, ProgramState, Work};
use super::command_line::ProgramLine;
use super::news::{News, as_they_come, in_order};
use super::perform::{self, Request, Run, SightMode, Threads};
use super::plan::{LabPlan, PlannedCheck, Source};
use crate::machine::building::build::{BuildError, Terms, fnv};
use crate::machine::building::program;
use crate::machine::building::single;
use crate::machine::isolation::Reach;
use crate::model::event::{Event, RunInfo};
use crate::model::outcome::{
    Actual, CheckResult, Expected, Failure, FailureKind, LastOutput, Outcome, Runs, Skip,
};

/// How a run is carried out.
#[derive(Debug)]
pub struct Settings<'a> {
    pub info: RunInfo,
    /// Programs that are checked or built at a time, at least 1. At most half of them are builds: a compiler keeps a
    /// processor busy, and most checks wait.
    pub jobs: usize,
    pub sight: SightMode,
    pub threads: Threads,
    pub reach: Reach,
    /// Where builds are kept.
    pub cache: PathBuf,
    /// How long a build may take.
    pub build_within: Duration,
    /// Set when the user wants everything to end.
    pub interrupted: &'a AtomicBool,
}

impl<'a> Settings<'a> {
    /// The same for another run.
    pub fn with_info(&self, info: RunInfo) -> Settings<'a> {
        Settings { info, reach: self.reach.clone(), cache: self.cache.clone(), ..*self }
    }

    /// What a build may do.
    pub fn terms(&self) -> Terms<'_> {
        Terms {
            cache: &self.cache,
            reach: &self.reach,
            within: self.build_within,
            interrupted: self.interrupted,
        }
    }
}

/// After so many failures and no success a repeated check is no race: the rest is not run.
const HOPELESS: u32 = 3;

/// Runs the plan; every event goes to `sink`, in order, from the calling thread.
pub fn run(plans: &[LabPlan], settings: &Settings, sink: &mut dyn FnMut(Event)) {
    let started = Instant::now();
    sink(Event::RunStarted(settings.info.clone()));
    with_workers(plans, settings, &|_| settings.info.seed, |news| in_order(plans, news, sink));
    sink(Event::RunFinished { took: started.elapsed() });
}

/// Runs many plans, each with a seed of its own. The events of a plan go to `sink` together, with the plan's
/// index, as soon as it is over, whichever that is; nothing is kept of it then.
pub fn run_as_they_come(
    plans: &[LabPlan],
    seeds: &[u64],
    settings: &Settings,
    sink: &mut dyn FnMut(usize, Event),
) {
    let seed = |plan: usize| seeds.get(plan).copied().unwrap_or(settings.info.seed);
    with_workers(plans, settings, &seed, |news| as_they_come(plans, news, sink));
}

/// `seed` gives each plan's.
fn with_workers(
    plans: &[LabPlan],
    settings: &Settings,
    seed: &(dyn Fn(usize) -> u64 + Sync),
    listen: impl FnOnce(mpsc::Receiver<News>),
) {
    let board = Board::new(plans, settings.jobs.div_ceil(2));
    let (results, finished) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..settings.jobs.max(1) {
            let results = results.clone();
            let board = &board;
            scope.spawn(move || work(plans, settings, seed, board, &results));
        }
        drop(results);
        listen(finished);
    });
}

fn work(
    plans: &[LabPlan],
    settings: &Settings,
    seed: &(dyn Fn(usize) -> u64 + Sync),
    board: &Board,
    results: &mpsc::Sender<News>,
) {
    while let Some(work) = board.next(plans) {
        // Nobody listens any more only when the run is being given up.
        let _ = match work {
            Work::Build { lab } => {
                let (news, program) = build_lab(lab, &plans[lab], settings);
                let sent = results.send(news);
                board.built(lab, program);
                sent
            }
            Work::Check { lab, check, program } => {
                let planned = &plans[lab].checks[check];
                let seeds = |number| seed_of(seed(lab), &plans[lab].lab.id, &planned.check.id, number);
                let result = check_once_or_more(planned, &program, settings, seeds);
                board.checked(lab, check, &result.outcome);
                results.send(News::Checked { lab, check, result: Box::new(result) })
            }
            Work::Settle { lab, check, outcome } => {
                board.checked(lab, check, &outcome);
                let result = settled(&plans[lab].checks[check], outcome);
                results.send(News::Checked { lab, check, result: Box::new(result) })
            }
        };
    }
}

/// The program of a plan, built where it has to be.
///
/// # Errors
/// It could not be built.
pub fn program_of(source: &Source, terms: Terms) -> Result<ProgramLine, BuildError> {
    match source {
        Source::Crate(folder) => program::make(folder, terms).map(ProgramLine::Words),
        Source::File(file) => single::build(file, terms).map(ProgramLine::Words),
        Source::Program(line) => Ok(line.clone()),
    }
}

fn build_lab(lab: usize, plan: &LabPlan, settings: &Settings) -> (News, ProgramState) {
    let started = Instant::now();
    let built = match settings.interrupted.load(Ordering::Relaxed) {
        true => Err(BuildError::Interrupted),
        false => program_of(&plan.source, settings.terms()),
    };
    let took = started.elapsed();
    match built {
        Ok(program) => (News::Built { lab, took, result: Ok(()) }, ProgramState::Ready(program)),
        Err(BuildError::Failed(failure)) => {
            let outcome = Outcome::Failed(Box::new(build_failed()));
            (News::Built { lab, took, result: Err(failure) }, ProgramState::Missing(Box::new(outcome)))
        }
        Err(BuildError::Interrupted) => {
            let outcome = Outcome::Skipped(Skip::Interrupted);
            (News::Built { lab, took, result: Ok(()) }, ProgramState::Missing(Box::new(outcome)))
        }
        Err(BuildError::Broken(message)) => {
            let outcome = Outcome::Errored(message.clone());
            (News::Errored { lab, message }, ProgramState::Missing(Box::new(outcome)))
        }
    }
}

fn build_failed() -> Failure {
    Failure {
        kind: FailureKind::BuildFailed,
        step: None,
        expected: Expected::ProgramStarts,
        actual: Actual::BuildFailed,
        why: None,
        hint: None,
        sighting: None,
    }
}

fn check_once_or_more(
    planned: &PlannedCheck,
    program: &ProgramLine,
    settings: &Settings,
    seeds: impl Fn(u32) -> u64,
) -> CheckResult {
    let started = Instant::now();
    let check = &planned.check;
    let times = check.repeat.max(1).saturating_mul(settings.info.repeat.max(1));
    let mut runs = Runs { passed: 0, total: 0 };
    let mut shown: Option<Run> = None;
    for number in 0..times {
        if settings.interrupted.load(Ordering::Relaxed) {
            return settled(planned, Outcome::Skipped(Skip::Interrupted));
        }
        let request = Request {
            check,
            program,
            seed: seeds(number),
            sight: settings.sight,
            threads: settings.threads,
            probe: None,
            reach: &settings.reach,
            interrupted: settings.interrupted,
        };
        let run = perform::run(request);
        runs.total += 1;
        let end = match run.outcome {
            Outcome::Passed => {
                runs.passed += 1;
                false
            }
            Outcome::Failed(_) => runs.passed == 0 && runs.total >= HOPELESS,
            Outcome::Skipped(_) | Outcome::Errored(_) => true,
        };
        // The first run that did not pass decides; an error wins over a failure.
        let decides = shown.as_ref().is_none_or(|shown| {
            matches!(
                (&shown.outcome, &run.outcome),
                (Outcome::Passed, _) | (_, Outcome::Skipped(_) | Outcome::Errored(_))
            )
        });
        if decides {
            shown = Some(run);
        }
        if end {
            break;
        }
    }
    let Run { outcome, transcript, seats, last_output, notes, sighting, .. } = match shown {
        Some(run) => run,
        None => {
            return settled(planned, Outcome::Errored(t!("the check was run no time at all").into_owned()));
        }
    };
    let points = if matches!(outcome, Outcome::Passed) { planned.out_of() } else { 0 };
    CheckResult {
        points,
        took: started.elapsed(),
        runs,
        transcript,
        seats,
        last_output,
        notes,
        sighting,
        ..settled(planned, outcome)
    }
}

/// A result that needed no run.
pub(super) fn settled(planned: &PlannedCheck, outcome: Outcome) -> CheckResult {
    let check = &planned.check;
    CheckResult {
        id: check.id.clone(),
        title: check.title.clone(),
        visibility: check.visibility,
        points: 0,
        out_of: planned.out_of(),
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

/// A seed of its own for each run of each check, the same wherever and whenever it runs.
fn seed_of(seed: u64, lab: &str, check: &str, number: u32) -> u64 {
    fnv(format!("{seed}/{lab}/{check}/{number}").as_bytes())
}
