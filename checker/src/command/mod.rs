//! One file for each verb of the command line, and what they share.

pub mod by_hand;
pub mod check;
pub mod checkout;
pub mod course;
pub mod doctor;
pub mod explain;
pub mod grade;
mod guide;
pub mod hint;
pub mod import;
pub mod lint;
pub mod list;
pub mod new;
mod parcel;
mod progress;
pub mod record;
pub mod refusal;
pub mod report;
pub mod room;
pub mod schema;
pub mod site;
pub mod sites;
pub mod solution;
pub mod targets;
pub mod update;
mod usage;
pub mod verify;
pub mod watch;
mod way;

use std::process::ExitCode;

pub use usage::{UsageError, suggest};

use crate::report::SinkError;
use crate::report::tally::Tally;

/// How a run ended, for whoever started it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: everything passed.
    Passed,
    /// 1: something failed, or was skipped.
    Failed,
    /// 2: wrong use, problems in labs.yaml, or nothing was run.
    Misused,
    /// 3: the checker or its machine failed.
    Errored,
    /// 130: interrupted by Ctrl-C or SIGTERM.
    Interrupted,
}

impl ExitStatus {
    /// The status of a run with these verdicts and these reports that could not be written.
    pub fn of(tally: Tally, unwritten: &[SinkError]) -> Self {
        if tally.errored > 0 || unwritten.iter().any(|error| !error.is_closed_pipe()) {
            ExitStatus::Errored
        } else if tally.checks() == 0 {
            ExitStatus::Misused
        } else if tally.all_passed() {
            ExitStatus::Passed
        } else {
            ExitStatus::Failed
        }
    }

    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Passed => 0,
            ExitStatus::Failed => 1,
            ExitStatus::Misused => 2,
            ExitStatus::Errored => 3,
            ExitStatus::Interrupted => 130,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::report::sink::Destination;

    fn status(passed: u32, failed: u32, skipped: u32, errored: u32, unwritten: &[SinkError]) -> u8 {
        ExitStatus::of(Tally { passed, failed, skipped, errored, ..Tally::default() }, unwritten).code()
    }

    #[test]
    fn the_worst_verdict_decides() {
        assert_eq!(status(5, 0, 0, 0, &[]), 0);
        assert_eq!(status(5, 1, 0, 0, &[]), 1);
        assert_eq!(status(5, 0, 1, 0, &[]), 1);
        assert_eq!(status(5, 1, 1, 1, &[]), 3);
        assert_eq!(status(0, 0, 0, 0, &[]), 2);
    }

    #[test]
    fn a_report_that_is_missing_counts_unless_its_reader_left() {
        let unwritten = |destination| [SinkError { destination, error: io::ErrorKind::BrokenPipe.into() }];
        assert_eq!(status(5, 0, 0, 0, &unwritten(Destination::File("a.json".into()))), 3);
        assert_eq!(status(5, 0, 0, 0, &unwritten(Destination::Output)), 0);
    }
}
