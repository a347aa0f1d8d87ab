use rust_i18n::t;

use super::{duration, http, list, size};
use crate::model::outcome::Expected;
use crate::model::stage::{Amount, Bound};
use crate::report::bytes::{Showing, quoted, visible};
use crate::report::count::{Noun, count};

/// What a list of patterns shows at most.
const PATTERNS_SHOWN: usize = 5;

/// What the sentence waited for, behind "expected".
pub fn expected(expected: &Expected, showing: Showing) -> String {
    match expected {
        Expected::Connection { address } => {
            t!("a connection to %{address} that the program accepts", address = address)
        }
        Expected::Refusal { address } => t!("a connection to %{address} to be refused", address = address),
        Expected::ItsConnection { to, address } => {
            t!("the program to connect to %{actor}, at %{address}", actor = visible(to), address = address)
        }
        Expected::Bound { address } => {
            t!("the program to receive datagrams at %{address}", address = address)
        }
        Expected::Taken { bytes } => t!("the program to take all %{bytes}", bytes = size(*bytes)),
        Expected::Line(line) => quoted(line, showing).into(),
        Expected::LineLike(pattern) => t!("a line like %{pattern}", pattern = visible(pattern)),
        Expected::WholeLike(pattern) => t!("a text like %{pattern}", pattern = visible(pattern)),
        Expected::OneOf(patterns) => t!("one of %{patterns}", patterns = patterns_shown(patterns)),
        Expected::Remaining(patterns) => {
            t!("still to come: %{patterns}", patterns = patterns_shown(patterns))
        }
        Expected::Bytes { offset: 0, bytes } => quoted(bytes, showing).into(),
        Expected::Bytes { offset, bytes } => {
            t!("%{bytes} from byte %{offset} on", bytes = quoted(bytes, narrow(showing)), offset = offset)
        }
        Expected::Lines { wanted } => count(*wanted, Noun::Line).into(),
        Expected::AtMostLines { wanted } => t!("at most %{number}", number = count(*wanted, Noun::Line)),
        Expected::LineOf { sender, line } => t!(
            "a line with %{line}, which %{sender} sent",
            line = quoted(line, narrow(showing)),
            sender = visible(sender)
        ),
        Expected::Nothing => t!("nothing more"),
        Expected::NothingBut(pattern) => t!("nothing but %{pattern}", pattern = visible(pattern)),
        Expected::End | Expected::Disconnected => t!("the connection to end"),
        Expected::Reset => t!("the connection to be reset"),
        Expected::Distinct { capture } => {
            t!("%{capture} to be different for each", capture = format!("{{{}}}", visible(capture)))
        }
        Expected::ExitCleanly => t!("the program to end by itself, without a panic or a signal"),
        Expected::ExitStatus(status) => t!("the program to exit with status %{status}", status = status),
        Expected::ExitNonzero => t!("the program to exit with a status other than 0"),
        Expected::ExitNotBefore(time) => {
            t!("the program to exit, but not before %{time}", time = duration(*time))
        }
        Expected::StillRunning => t!("the program to be running still"),
        Expected::Has { bound: Bound::Exactly, amount } => amount.told().into(),
        Expected::Has { bound: Bound::AtLeast, amount } => t!("%{amount} at least", amount = amount.told()),
        Expected::Has { bound: Bound::AtMost, amount } => t!("%{amount} at most", amount = amount.told()),
        Expected::AtMark(amounts) => {
            t!("%{amounts} at most, as at the mark", amounts = amounts_shown(amounts))
        }
        Expected::Rest => t!("the program to rest, and to leave the processor alone meanwhile"),
        Expected::ProgramStarts => t!("the program to start"),
        Expected::Http(expected) => http::expected(expected).into(),
    }
    .into_owned()
}

/// What the failing actor was doing, in few words: `waits for the end`.
pub fn awaited(expected: &Expected, showing: Showing) -> String {
    let what = match expected {
        Expected::Connection { .. } => return t!("waits to be accepted").into_owned(),
        Expected::Refusal { .. } => return t!("waits to be refused").into_owned(),
        Expected::ItsConnection { .. } => return t!("waits for a connection").into_owned(),
        Expected::Bound { .. } => return t!("waits for somebody to receive it").into_owned(),
        Expected::Taken { .. } => return t!("is still sending").into_owned(),
        Expected::Nothing => return t!("expects nothing").into_owned(),
        Expected::AtMostLines { .. } | Expected::NothingBut(_) => return t!("expects no more").into_owned(),
        Expected::Distinct { .. } => return t!("compares").into_owned(),
        Expected::Has { .. } | Expected::AtMark(_) => return t!("is counted").into_owned(),
        Expected::Line(line) | Expected::LineOf { line, .. } | Expected::Bytes { bytes: line, .. } => {
            quoted(line, narrow(showing)).into()
        }
        Expected::LineLike(pattern) | Expected::WholeLike(pattern) => visible(pattern).into(),
        Expected::OneOf(patterns) | Expected::Remaining(patterns) => match patterns.as_slice() {
            [only] => visible(only).into(),
            _ => t!("one of several"),
        },
        Expected::Lines { wanted } => count(*wanted, Noun::Line).into(),
        Expected::End | Expected::Disconnected => t!("the end"),
        Expected::Reset => t!("a reset"),
        Expected::ExitCleanly
        | Expected::ExitStatus(_)
        | Expected::ExitNonzero
        | Expected::ExitNotBefore(_) => t!("its exit"),
        Expected::StillRunning => t!("a sign of life"),
        Expected::Rest => t!("rest"),
        Expected::ProgramStarts => t!("the start"),
        Expected::Http(expected) => http::expected(expected).into(),
    };
    t!("waits for %{what}", what = what).into_owned()
}

/// `5 threads and 2 connections`
pub(super) fn amounts_shown(amounts: &[Amount]) -> String {
    list(&amounts.iter().map(Amount::told).collect::<Vec<_>>())
}

/// Room for some words beside the bytes.
pub(super) fn narrow(showing: Showing) -> Showing {
    Showing { columns: showing.columns.saturating_sub(24).max(12), ..showing }
}

fn patterns_shown(patterns: &[String]) -> String {
    let mut shown: Vec<String> = patterns.iter().take(PATTERNS_SHOWN).map(|p| visible(p)).collect();
    if patterns.len() > PATTERNS_SHOWN {
        shown.push(t!("%{number} more", number = patterns.len() - PATTERNS_SHOWN).into_owned());
    }
    shown.join("  ")
}
