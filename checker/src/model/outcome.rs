//! Verdicts as data; `report` gives them words.

use std::time::Duration;

use super::course::{Text, Visibility};
use super::sight::Sighting;
use super::transcript::Entry;

mod failure;
mod http;

pub use failure::{
    Actual, BuildFailure, Expected, Failure, FailureKind, FileSeen, Listening, Place, StepRef, Why,
};
pub use http::{HttpActual, HttpExpected};

/// What became of one check.
#[derive(Debug, Clone)]
pub struct CheckResult {
    pub id: String,
    pub title: Text,
    pub visibility: Visibility,
    pub points: u32,
    pub out_of: u32,
    pub outcome: Outcome,
    /// Wall-clock time of all runs.
    pub took: Duration,
    pub runs: Runs,
    /// Of the run that decided: the first that did not pass, else the last.
    pub transcript: Vec<Entry>,
    /// The name of each seat of the check (`ana`, `crowd 17`), in order: a sighting knows only seats.
    pub seats: Vec<String>,
    /// The end of what the program printed and complained, for a report of a failure.
    pub last_output: LastOutput,
    pub notes: Vec<Note>,
    /// What the threads of a passing program did at the end of the script, where that was asked for.
    pub sighting: Option<Sighting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runs {
    pub passed: u32,
    pub total: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastOutput {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

#[derive(Debug, Clone)]
pub enum Outcome {
    Passed,
    Failed(Box<Failure>),
    Skipped(Skip),
    /// The checker or its machine failed; never the student's fault.
    Errored(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skip {
    /// A check that this one needs did not pass.
    Needs(String),
    /// The submission did not build.
    NotBuilt,
    /// The run was interrupted.
    Interrupted,
    /// This machine, or the level of isolation, cannot do what the check needs. It counts for nobody.
    NotPossible(Lack),
    /// It is meant for other files. It counts for nobody.
    OtherFile,
}

/// What a machine cannot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// A network of the check's own, with small buffers.
    SmallBuffers,
    /// To see where the program listens.
    Sight,
}

/// What a passing or failing check has to tell besides its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The last line that this actor received had no newline; accepted.
    MissingNewline { who: String },
    /// The program never came to rest, so that a settling time stood in for the proof.
    RestNotSeen,
    /// The machine does not show what the program does; time-outs decided.
    NoSight,
    /// Random words of this run, in order of number.
    Words(Vec<String>),
}
