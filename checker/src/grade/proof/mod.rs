//! A lab on trial: its reference, its skeleton and its known wrong programs, each against its checks.

mod mutants;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::perform::SightMode;
use super::plan::{self, LabPlan, Source};
use super::schedule::{self, Settings};
use crate::model::course::{Check, Lab, WrongProgram};
use crate::model::event::{Event, RunInfo, Submission};
use crate::model::outcome::BuildFailure;
use crate::model::proof::{Advance, CheckId, LabProof, Part, Stage, Trial, Trouble, Verdict, WrongTrial};

/// The programs of a lab.
#[derive(Debug)]
pub struct Dock {
    pub lab: Lab,
    /// Checks of the lab that no known wrong program must fail, whichever of these are tried.
    pub unproven: Vec<String>,
    /// What is tried.
    pub parts: Vec<Part>,
    pub reference: Option<LabPlan>,
    pub skeleton: Option<LabPlan>,
    /// In the order of labs.yaml.
    pub wrong: Vec<LabPlan>,
}

/// Is told how far a proof has come, by several threads.
pub type Onlooker<'a> = &'a (dyn Fn(Advance) + Sync);

/// The plan of a known wrong program that lies in `folder`.
pub fn wrong_plan(lab: &Lab, wrong: &WrongProgram, folder: &Path) -> LabPlan {
    let file = folder.join(&wrong.program);
    let submission = Submission::Program(file.to_string_lossy().into_owned());
    LabPlan {
        lab: Arc::new(lab.clone()),
        checks: plan::choose(lab, &submission, &[]),
        submission,
        source: Source::File(file),
        guide: None,
        again: Vec::new(),
    }
}

/// Checks of `tried` that no known wrong program of the whole lab must fail.
pub fn without_wrong(whole: &Lab, tried: &Lab) -> Vec<String> {
    let is_failed = |check: &&Check| whole.wrong.iter().any(|wrong| wrong.fails == check.id);
    tried.checks.iter().filter(|check| !is_failed(check)).map(|check| check.id.clone()).collect()
}

/// Tries all of them. The reference passes or fails each check in `runs` runs; so often is each wrong
/// program held against the check that must fail it.
pub fn try_lab(dock: &Dock, runs: u32, settings: &Settings, onlooker: Onlooker) -> LabProof {
    let began = Instant::now();
    let lab = &dock.lab;
    let has = |part: Part| dock.parts.contains(&part);
    let reference = dock.reference.as_ref().filter(|_| has(Part::Reference));
    let skeleton = dock.skeleton.as_ref().filter(|_| has(Part::Skeleton));
    let mut plans: Vec<LabPlan> = Vec::new();
    plans.extend(reference.map(|plan| repeated(plan.clone(), runs)));
    plans.extend(skeleton.cloned());
    plans.extend(dock.wrong.iter().cloned());
    let mut parts: Vec<Part> = Vec::new();
    parts.extend(reference.map(|_| Part::Reference));
    parts.extend(skeleton.map(|_| Part::Skeleton));
    parts.resize(plans.len(), Part::Wrong);
    let mut of_wrong = Tries { done: 0, all: dock.wrong.len() * runs as usize };
    let mut of_part = Tries::default();
    let mut trials = trials(&plans, settings, &mut |index, event| {
        let part = parts[index];
        let tries = if part == Part::Wrong { &mut of_wrong } else { &mut of_part };
        tries.told(part, event, onlooker);
    })
    .into_iter();
    let reference = reference.and_then(|_| trials.next());
    let skeleton = skeleton.and_then(|_| trials.next());
    let mut wrong: Vec<WrongTrial> = lab
        .wrong
        .iter()
        .zip(trials)
        .map(|(wrong, trial)| wrong_trial(wrong, trial, settings.sight))
        .collect();
    for round in 1..runs {
        once_more(dock, &mut wrong, round, settings, &mut |_, event| {
            of_wrong.told(Part::Wrong, event, onlooker);
        });
    }
    let altered = dock.reference.as_ref().filter(|_| has(Part::Mutants));
    let mutants = altered.map(|plan| mutants::mutants(plan, settings, onlooker));
    let check = |check: &Check| CheckId { id: check.id.clone(), points: check.points };
    LabProof {
        id: lab.id.clone(),
        title: lab.title.clone(),
        parts: dock.parts.clone(),
        checks: lab.checks.iter().map(check).collect(),
        reference,
        skeleton,
        wrong,
        unproven: dock.unproven.clone(),
        mutants,
        took: began.elapsed(),
    }
}

/// How many of them are done.
#[derive(Debug, Clone, Copy, Default)]
struct Tries {
    done: usize,
    all: usize,
}

impl Tries {
    /// Wrong programs are counted as a whole, and other programs check by check.
    fn told(&mut self, part: Part, event: &Event, onlooker: Onlooker) {
        match (event, part) {
            (Event::LabStarted(_), Part::Wrong) => {}
            (Event::LabFinished, Part::Wrong) => self.done += 1,
            (Event::LabStarted(lab), _) => {
                *self = Tries { done: 0, all: lab.checks.len() };
                return onlooker(Advance { part, stage: Stage::Building });
            }
            (Event::Built { .. }, Part::Reference | Part::Skeleton) => {}
            (Event::CheckFinished(_), Part::Reference | Part::Skeleton) => self.done += 1,
            _ => return,
        }
        let Tries { done, all } = *self;
        onlooker(Advance { part, stage: Stage::Trying { done, all } });
    }
}

fn repeated(mut plan: LabPlan, runs: u32) -> LabPlan {
    for planned in &mut plan.checks {
        let check = Arc::make_mut(&mut planned.check);
        check.repeat = check.repeat.saturating_mul(runs);
    }
    plan
}

fn wrong_trial(wrong: &WrongProgram, trial: Trial, sight: SightMode) -> WrongTrial {
    WrongTrial {
        program: wrong.program.to_string_lossy().into_owned(),
        fails: wrong.fails.clone(),
        kind: match sight {
            SightMode::Auto => wrong.kind,
            SightMode::None => wrong.kind.without_sight(),
        },
        line: wrong.line,
        trial,
        again: Vec::new(),
    }
}

/// Every wrong program against the check that must fail it, with words and bytes of another run.
fn once_more(
    dock: &Dock,
    wrong: &mut [WrongTrial],
    round: u32,
    settings: &Settings,
    told: &mut dyn FnMut(usize, &Event),
) {
    let only = |(plan, wrong): (&LabPlan, &WrongTrial)| {
        let checks = plan.checks.iter();
        let needed = plan::choose(&dock.lab, &plan.submission, std::slice::from_ref(&wrong.fails));
        let is_needed = |id: &str| needed.iter().any(|other| other.check.id == id);
        LabPlan {
            checks: checks.filter(|planned| is_needed(&planned.check.id)).cloned().collect(),
            ..plan.clone()
        }
    };
    let plans: Vec<LabPlan> = dock.wrong.iter().zip(wrong.iter()).map(only).collect();
    let info = RunInfo { seed: settings.info.seed.wrapping_add(round.into()), ..settings.info.clone() };
    for (wrong, trial) in wrong.iter_mut().zip(trials(&plans, &settings.with_info(info), told)) {
        wrong.again.extend(trial.verdict(&wrong.fails).map(|verdict| verdict.mark.clone()));
    }
}

/// What became of each plan; every event of one is told with its number.
fn trials(plans: &[LabPlan], settings: &Settings, told: &mut dyn FnMut(usize, &Event)) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    schedule::run(plans, settings, &mut |event| {
        if let Event::LabStarted(_) = event {
            trials.push(Trial::default());
        }
        if let Some(index) = trials.len().checked_sub(1) {
            told(index, &event);
            take_in(&mut trials[index], event);
        }
    });
    trials
}

fn take_in(trial: &mut Trial, event: Event) {
    match event {
        Event::Built { result: Err(failure), .. } => {
            trial.trouble = Some(Trouble::NotBuilt(in_short(&failure)));
        }
        Event::LabErrored { message } => trial.trouble = Some(Trouble::Broken(message)),
        Event::CheckFinished(result) if trial.trouble.is_none() => {
            trial.verdicts.push(Verdict::of(&result));
        }
        _ => {}
    }
}

/// What did not work, and the first thing that the compiler says about it, or else the last.
fn in_short(failure: &BuildFailure) -> String {
    let output = String::from_utf8_lossy(&failure.output);
    let mut lines = output.lines().filter(|line| !line.trim().is_empty());
    match lines.clone().find(|line| line.contains("error")).or_else(|| lines.next_back()) {
        Some(line) => format!("{}: {}", failure.summary, line.trim()),
        None => failure.summary.clone(),
    }
}
