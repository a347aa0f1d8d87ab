//! A class: many submissions against the core labs, every program ready to run.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use checker::grade::perform::SightMode;
use checker::grade::plan::{LabPlan, Shared, Source};
use checker::grade::schedule::{self, Settings};
use checker::machine::isolation::Reach;
use checker::machine::{memory, running::process};
use checker::model::event::{Event, RunInfo, Submission};
use checker::model::outcome::Outcome;

use super::programs;

#[derive(Debug)]
pub struct Class {
    pub checks: u32,
    pub took: Duration,
}

/// Checks so many submissions; every third student hands in a wrong program for each lab.
pub fn check(submissions: usize, jobs: usize, reach: &Reach) -> Class {
    process::raise_descriptor_limit();
    memory::keep_little();
    let course = programs::core_labs();
    let mut plans = Vec::new();
    for lab in &course.labs {
        let shared = Shared::new(lab);
        let (reference, wrong) = (programs::reference(lab), programs::wrong(lab));
        for student in 0..submissions {
            let program = match student % 3 {
                2 => wrong[student / 3 % wrong.len()].clone(),
                _ => reference.clone(),
            };
            let submission = Submission::Program(program.display().to_string());
            plans.push(LabPlan {
                lab: Arc::clone(&shared.lab),
                checks: shared.choose(&submission, &[]),
                submission,
                source: Source::Program(programs::line(&program)),
                guide: None,
                again: Vec::new(),
            });
        }
    }
    let settings = Settings {
        info: RunInfo { labs_file: PathBuf::from("labs.yaml"), seed: 1, repeat: 1, again: Vec::new() },
        jobs,
        sight: SightMode::Auto,
        threads: checker::grade::perform::Threads::OfFailures,
        reach: reach.clone(),
        cache: programs::cache(),
        build_within: checker::machine::building::build::WITHIN,
        interrupted: &AtomicBool::new(false),
    };
    let started = Instant::now();
    let mut checks = 0;
    schedule::run(&plans, &settings, &mut |event| {
        if let Event::CheckFinished(result) = event {
            assert!(!matches!(result.outcome, Outcome::Errored(_)), "{}: {:?}", result.id, result.outcome);
            // A skipped check costs nothing and counts for nothing.
            checks += u32::from(result.runs.total > 0);
        }
    });
    Class { checks, took: started.elapsed() }
}
