//! Counts of lines, silence, and the end.

use super::{Judged, Listening, Miss};
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::stage::Ending;
use crate::talk::matcher::{Fit, Matcher};

/// So many lines, whatever they say.
pub fn lines(wanted: u64, got: &mut u64, listening: &mut Listening) -> Judged {
    while *got < wanted {
        match listening.line() {
            Some(line) if *got + 1 == wanted || !listening.may_grow(&line) => listening.take(&line),
            unfinished => {
                let came = *got + u64::from(unfinished.is_some());
                return with_count(listening.lack(|| Expected::Lines { wanted }, 0), came);
            }
        }
        *got += 1;
    }
    listening.done()
}

/// Says how many lines came before the silence or the end.
fn with_count(judged: Judged, got: u64) -> Judged {
    match judged {
        Judged::Failed(miss)
            if got > 0 && matches!(miss.kind, FailureKind::NoAnswer | FailureKind::EndedEarly) =>
        {
            Judged::Failed(Miss { actual: Actual::Lines { got }, ..miss })
        }
        other => other,
    }
}

/// Silence after no more lines than that.
pub fn at_most(wanted: u64, got: &mut u64, listening: &mut Listening) -> Judged {
    while let Some(line) = listening.line_before_silence() {
        if *got == wanted {
            let expected = Expected::AtMostLines { wanted };
            return listening.wrong(FailureKind::ExtraData, expected, line, Actual::ExtraLine);
        }
        listening.take(&line);
        *got += 1;
    }
    listening.done_in_silence()
}

pub fn nothing(listening: &mut Listening) -> Judged {
    match listening.line_before_silence() {
        Some(line) => listening.extra(Expected::Nothing, line),
        None => listening.done_in_silence(),
    }
}

/// Silence after any number of lines that all fit.
pub fn nothing_but(text: &mut Matcher, listening: &mut Listening) -> Judged {
    text.bind(listening.names.bindings());
    while let Some(line) = listening.line_before_silence() {
        match text.fit(&line) {
            Fit::Fits => listening.take(&line),
            Fit::Differs => {
                let expected = Expected::NothingBut(text.written.clone());
                return listening.extra(expected, line);
            }
            almost => return listening.wrong_end(text, line, almost),
        }
    }
    listening.done_in_silence()
}

pub fn eventually_end(listening: &mut Listening) -> Judged {
    listening.ear.forget();
    end(listening)
}

pub fn end(listening: &mut Listening) -> Judged {
    if let Some(extra) = before_the_end(Expected::End, listening) {
        return extra;
    }
    match listening.ear.ending() {
        Some(Ending::Fin) => listening.done(),
        Some(Ending::Reset) => {
            listening.contradiction(FailureKind::Reset, Expected::End, Actual::Reset { bytes: 0 })
        }
        None => listening.not_ended(Expected::End),
    }
}

pub fn disconnected(listening: &mut Listening) -> Judged {
    if let Some(extra) = before_the_end(Expected::Disconnected, listening) {
        return extra;
    }
    match listening.ear.ending() {
        Some(_) => listening.done(),
        None => listening.not_ended(Expected::Disconnected),
    }
}

pub fn reset(listening: &mut Listening) -> Judged {
    match listening.ear.ending() {
        Some(Ending::Reset) => listening.done(),
        Some(Ending::Fin) => {
            listening.contradiction(FailureKind::Mismatch, Expected::Reset, Actual::Ended { bytes: 0 })
        }
        None => listening.not_ended(Expected::Reset),
    }
}

/// Bytes that nobody asked for, before an end.
fn before_the_end(expected: Expected, listening: &mut Listening) -> Option<Judged> {
    if listening.patience.leftovers == Leftovers::Allowed {
        listening.ear.forget();
        return None;
    }
    let line = listening.line()?;
    Some(listening.extra(expected, line))
}
