use super::{duration, list, size};
use crate::model::outcome::Expected;
use crate::model::stage::{Amount, Bound};
use crate::report::bytes::{Showing, count, quoted, visible};

/// What a list of patterns shows at most.
const PATTERNS_SHOWN: usize = 5;

/// What the sentence waited for, behind "expected".
pub fn expected(expected: &Expected, showing: Showing) -> String {
    match expected {
        Expected::Connection { address } => format!("a connection to {address} that the program accepts"),
        Expected::Refusal { address } => format!("a connection to {address} to be refused"),
        Expected::Taken { bytes } => format!("the program to take all {}", size(*bytes)),
        Expected::Line(line) => quoted(line, showing),
        Expected::LineLike(pattern) => format!("a line like {}", visible(pattern)),
        Expected::OneOf(patterns) => format!("one of {}", patterns_shown(patterns)),
        Expected::Remaining(patterns) => format!("still to come: {}", patterns_shown(patterns)),
        Expected::Bytes { offset: 0, bytes } => quoted(bytes, showing),
        Expected::Bytes { offset, bytes } => {
            format!("{} from byte {offset} on", quoted(bytes, narrow(showing)))
        }
        Expected::Lines { wanted } => count(*wanted, "line"),
        Expected::AtMostLines { wanted } => format!("at most {}", count(*wanted, "line")),
        Expected::LineOf { sender, line } => {
            format!("a line with {}, which {} sent", quoted(line, narrow(showing)), visible(sender))
        }
        Expected::Nothing => "nothing more".to_owned(),
        Expected::NothingBut(pattern) => format!("nothing but {}", visible(pattern)),
        Expected::End | Expected::Disconnected => "the connection to end".to_owned(),
        Expected::Reset => "the connection to be reset".to_owned(),
        Expected::Distinct { capture } => format!("{{{}}} to be different for each", visible(capture)),
        Expected::ExitCleanly => "the program to end by itself, without a panic or a signal".to_owned(),
        Expected::ExitStatus(status) => format!("the program to exit with status {status}"),
        Expected::ExitNonzero => "the program to exit with a status other than 0".to_owned(),
        Expected::ExitNotBefore(time) => format!("the program to exit, but not before {}", duration(*time)),
        Expected::StillRunning => "the program to be running still".to_owned(),
        Expected::Has { bound: Bound::Exactly, amount } => amount.to_string(),
        Expected::Has { bound: Bound::AtLeast, amount } => format!("{amount} at least"),
        Expected::Has { bound: Bound::AtMost, amount } => format!("{amount} at most"),
        Expected::AtMark(amounts) => format!("{} at most, as at the mark", amounts_shown(amounts)),
        Expected::Rest => "the program to rest, and to leave the processor alone meanwhile".to_owned(),
        Expected::ProgramStarts => "the program to start".to_owned(),
    }
}

/// What the failing actor was doing, in few words: `waits for the end`.
pub fn awaited(expected: &Expected, showing: Showing) -> String {
    let what = match expected {
        Expected::Connection { .. } => return "waits to be accepted".to_owned(),
        Expected::Refusal { .. } => return "waits to be refused".to_owned(),
        Expected::Taken { .. } => return "is still sending".to_owned(),
        Expected::Nothing => return "expects nothing".to_owned(),
        Expected::AtMostLines { .. } | Expected::NothingBut(_) => return "expects no more".to_owned(),
        Expected::Distinct { .. } => return "compares".to_owned(),
        Expected::Line(line) | Expected::LineOf { line, .. } | Expected::Bytes { bytes: line, .. } => {
            quoted(line, narrow(showing))
        }
        Expected::LineLike(pattern) => visible(pattern),
        Expected::OneOf(patterns) | Expected::Remaining(patterns) => match patterns.as_slice() {
            [only] => visible(only),
            _ => "one of several".to_owned(),
        },
        Expected::Lines { wanted } => count(*wanted, "line"),
        Expected::End | Expected::Disconnected => "the end".to_owned(),
        Expected::Reset => "a reset".to_owned(),
        Expected::ExitCleanly
        | Expected::ExitStatus(_)
        | Expected::ExitNonzero
        | Expected::ExitNotBefore(_) => "its exit".to_owned(),
        Expected::StillRunning => "a sign of life".to_owned(),
        Expected::Has { .. } | Expected::AtMark(_) => return "is counted".to_owned(),
        Expected::Rest => "rest".to_owned(),
        Expected::ProgramStarts => "the start".to_owned(),
    };
    format!("waits for {what}")
}

/// `5 threads and 2 connections`
pub(super) fn amounts_shown(amounts: &[Amount]) -> String {
    list(&amounts.iter().map(Amount::to_string).collect::<Vec<_>>())
}

/// Room for some words beside the bytes.
pub(super) fn narrow(showing: Showing) -> Showing {
    Showing { columns: showing.columns.saturating_sub(24).max(12), ..showing }
}

fn patterns_shown(patterns: &[String]) -> String {
    let mut shown: Vec<String> = patterns.iter().take(PATTERNS_SHOWN).map(|p| visible(p)).collect();
    if patterns.len() > PATTERNS_SHOWN {
        shown.push(format!("{} more", patterns.len() - PATTERNS_SHOWN));
    }
    shown.join("  ")
}
