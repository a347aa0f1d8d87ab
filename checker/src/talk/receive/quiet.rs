//! Counts of lines, silence, and the end.

use super::{Judged, Listening, Miss};
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::stage::Ending;
use crate::talk::ear::Newline;
use crate::talk::text::{Fit, Matcher};

/// So many lines, whatever they say.
pub fn lines(wanted: u64, got: &mut u64, listening: &mut Listening) -> Judged {
    while *got < wanted {
        let Some(line) = listening.line() else {
            let lack = listening.lack(|| Expected::Lines { wanted }, *got);
            return with_count(lack, *got);
        };
        listening.take(&line);
        *got += 1;
    }
    listening.done()
}

/// Says how many lines came where the others fell silent.
fn with_count(judged: Judged, got: u64) -> Judged {
    match judged {
        Judged::Failed(miss) if got > 0 && miss.kind == FailureKind::NoAnswer => {
            Judged::Failed(Miss { actual: Actual::Lines { got }, ..miss })
        }
        other => other,
    }
}

/// Silence after no more lines than that.
pub fn at_most(wanted: u64, got: &mut u64, listening: &mut Listening) -> Judged {
    while let Some(line) = listening.line_before_silence() {
        if *got == wanted {
            return listening.wrong(
                FailureKind::ExtraData,
                Expected::AtMostLines { wanted },
                Actual::ExtraLine(line.text),
            );
        }
        listening.take(&line);
        *got += 1;
    }
    listening.done_in_silence()
}

pub fn nothing(listening: &mut Listening) -> Judged {
    match listening.line_before_silence() {
        Some(line) => {
            let actual = match line.newline {
                Newline::Lf | Newline::CrLf => Actual::ExtraLine(line.text),
                Newline::Missing => Actual::ExtraBytes(line.text),
            };
            listening.wrong(FailureKind::ExtraData, Expected::Nothing, actual)
        }
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
                return listening.wrong(
                    FailureKind::ExtraData,
                    Expected::NothingBut(text.written.clone()),
                    Actual::ExtraLine(line.text),
                );
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
        Some(Ending::Reset) => listening.wrong(FailureKind::Reset, Expected::End, Actual::Reset { bytes: 0 }),
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
            listening.wrong(FailureKind::Mismatch, Expected::Reset, Actual::Ended { bytes: 0 })
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
    Some(listening.wrong(FailureKind::ExtraData, expected, Actual::ExtraLine(line.text)))
}
