//! A check against the program that it was recorded from, several times.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rust_i18n::t;

use crate::command::by_hand::Ground;
use crate::command::check::{default_jobs, fresh_seed};
use crate::grade::perform::Threads;
use crate::grade::plan::{Counts, LabPlan, PlannedCheck, Source};
use crate::grade::schedule::{self, Settings};
use crate::machine::{building::build, disk::folder};
use crate::model::course::Check;
use crate::model::event::{Event, RunInfo};
use crate::model::outcome::{Failure, Outcome};
use crate::report::style::Palette;
use crate::report::words;

/// What came of it.
#[derive(Debug)]
pub enum Proof {
    Passed,
    Failed {
        /// In so many runs.
        failed: usize,
        /// The sentence that failed first, what it waited for and what came, a line each.
        step: Vec<String>,
    },
    Interrupted,
    Broken(String),
}

/// Runs the check so often. `palette` decides how a failure is told.
pub fn prove(ground: &Ground, check: &Check, runs: u32, palette: Palette) -> Proof {
    // A name of its own for each run, and so other words.
    let plan = |number: u32| {
        let check = Check { id: format!("{}-{number}", check.id), ..check.clone() };
        LabPlan {
            source: Source::Program(ground.program.clone()),
            checks: vec![PlannedCheck { check: Arc::new(check), counts: Counts::Yes, beside: None }],
            ..ground.plan.clone()
        }
    };
    let mut plans: Vec<LabPlan> = (0..runs).map(plan).collect();
    plans.iter_mut().for_each(|plan| plan.hold_against(ground.reach.level, ground.sight));
    let settings = Settings {
        info: RunInfo {
            labs_file: ground.room.course().file.clone(),
            seed: fresh_seed(),
            repeat: 1,
            again: Vec::new(),
        },
        jobs: default_jobs(),
        sight: ground.sight,
        threads: Threads::OfFailures,
        reach: ground.reach.clone(),
        cache: folder::cache(),
        build_within: build::WITHIN,
        interrupted: &ground.interrupted,
    };
    let mut outcomes: Vec<Outcome> = Vec::new();
    schedule::run(&plans, &settings, &mut |event| {
        if let Event::CheckFinished(result) = event {
            outcomes.push(result.outcome);
        }
    });
    if ground.interrupted.load(Ordering::Relaxed) {
        return Proof::Interrupted;
    }
    verdict(&outcomes, palette)
}

fn verdict(outcomes: &[Outcome], palette: Palette) -> Proof {
    let failures: Vec<&Failure> = outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            Outcome::Failed(failure) => Some(failure.as_ref()),
            _ => None,
        })
        .collect();
    if let Some(failure) = failures.first() {
        return Proof::Failed { failed: failures.len(), step: told(failure, palette) };
    }
    let odd = outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Errored(message) => Some(message.clone()),
        Outcome::Skipped(skip) => Some(words::skip(skip)),
        _ => None,
    });
    odd.map_or(Proof::Passed, Proof::Broken)
}

fn told(failure: &Failure, palette: Palette) -> Vec<String> {
    // What a line of 80 columns has left.
    let showing = palette.showing(64);
    let sentence = failure.step.as_ref().map(|step| step.sentence.clone());
    let expected = words::expected(&failure.expected, showing);
    let actual = words::actual(&failure.actual, showing);
    let rows = [
        t!("expected  %{what}", what = expected).into_owned(),
        t!("actual    %{what}", what = actual).into_owned(),
    ];
    sentence.into_iter().chain(rows.map(|row| format!("  {row}"))).collect()
}
