//! A thousand clients in one script, in a process of its own, whose memory tells what they cost.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use checker::grade::perform::{self, Request, SightMode};
use checker::machine::isolation::Reach;
use checker::machine::{memory, running::process};
use checker::model::outcome::Outcome;
use checker::model::transcript::What;

use super::programs;

/// Runs the check once; the time from the first client's last word to the moment when the crowd was in.
pub fn connect(id: &str, program: &Path, reach: &Reach) -> Duration {
    process::raise_descriptor_limit();
    memory::keep_little();
    let course = programs::own_labs();
    let run = perform::run(Request {
        check: programs::check(&course, id),
        program: &programs::line(program),
        seed: 1,
        sight: SightMode::Auto,
        threads: checker::grade::perform::Threads::OfFailures,
        probe: None,
        reach,
        interrupted: &AtomicBool::new(false),
    });
    assert!(matches!(run.outcome, Outcome::Passed), "{id}: {:?}", run.outcome);
    let at = |wanted: What| {
        let entry = run.transcript.iter().find(|entry| entry.who == "ana" && entry.what == wanted);
        entry.unwrap().at
    };
    at(What::StoppedReading) - at(What::Connected)
}
