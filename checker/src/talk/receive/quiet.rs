//! Counts of lines, silence, and the end.

use predicates::Predicate;

use super::{Ground, Judged, Miss, Patience, Surrender, contradiction, done, lack, silence_kind};
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::stage::Ending;
use crate::talk::ear::{Growth, Heard, Newline};
use crate::talk::text::Matcher;

pub(super) fn lines(
    wanted: u64,
    got: &mut u64,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    while *got < wanted {
        let Some(line) = ear.next_line(growth, ignore) else {
            let lack = lack(Expected::Lines { wanted }, ear, patience, *got);
            return with_count(lack, *got);
        };
        ear.take(line.length);
        *got += 1;
    }
    done()
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

pub(super) fn at_most(
    wanted: u64,
    got: &mut u64,
    ear: &mut Heard,
    patience: &Patience,
    ignore: &[Matcher],
) -> Judged {
    let growth = if patience.settled { Growth::Over } else { Growth::Possible };
    while let Some(line) = ear.next_line(growth, ignore) {
        ear.take(line.length);
        *got += 1;
        if *got > wanted {
            return contradiction(
                FailureKind::ExtraData,
                Expected::AtMostLines { wanted },
                Actual::ExtraLine(line.text),
            );
        }
    }
    if patience.settled || ear.ending().is_some() { done() } else { Judged::Waiting }
}

pub(super) fn nothing(ear: &mut Heard, patience: &Patience, ignore: &[Matcher]) -> Judged {
    let growth = if patience.settled { Growth::Over } else { Growth::Possible };
    match ear.next_line(growth, ignore) {
        Some(line) => {
            let actual = match line.newline {
                Newline::Present => Actual::ExtraLine(line.text),
                Newline::Missing => Actual::ExtraBytes(line.text),
            };
            contradiction(FailureKind::ExtraData, Expected::Nothing, actual)
        }
        None if patience.settled || ear.ending().is_some() => done(),
        None => Judged::Waiting,
    }
}

pub(super) fn nothing_but(
    text: &Matcher,
    ear: &mut Heard,
    patience: &Patience,
    ignore: &[Matcher],
) -> Judged {
    let growth = if patience.settled { Growth::Over } else { Growth::Possible };
    while let Some(line) = ear.next_line(growth, ignore) {
        if !text.eval(&line.text) {
            return contradiction(
                FailureKind::ExtraData,
                Expected::NothingBut(text.written.clone()),
                Actual::ExtraLine(line.text),
            );
        }
        ear.take(line.length);
    }
    if patience.settled || ear.ending().is_some() { done() } else { Judged::Waiting }
}

/// Bytes that nobody asked for, before an end.
fn before_the_end(
    expected: Expected,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Option<Judged> {
    if patience.leftovers == Leftovers::Allowed {
        ear.forget();
        return None;
    }
    let line = ear.next_line(growth, ignore)?;
    Some(contradiction(FailureKind::ExtraData, expected, Actual::ExtraLine(line.text)))
}

fn not_ended(expected: Expected, patience: &Patience) -> Judged {
    match &patience.over {
        None => Judged::Waiting,
        Some(gave_up) => Judged::Failed(Miss {
            kind: silence_kind(gave_up, FailureKind::NotEnded),
            expected,
            actual: match gave_up.kind {
                Surrender::Silence => Actual::StillOpen,
                Surrender::Endless => gave_up.actual.clone(),
            },
            ground: Ground::Lack,
        }),
    }
}

pub(super) fn end(ear: &mut Heard, patience: &Patience, growth: Growth, ignore: &[Matcher]) -> Judged {
    if let Some(extra) = before_the_end(Expected::End, ear, patience, growth, ignore) {
        return extra;
    }
    match ear.ending() {
        Some(Ending::Fin) => done(),
        Some(Ending::Reset) => contradiction(FailureKind::Reset, Expected::End, Actual::Reset { bytes: 0 }),
        None => not_ended(Expected::End, patience),
    }
}

pub(super) fn disconnected(
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    if let Some(extra) = before_the_end(Expected::Disconnected, ear, patience, growth, ignore) {
        return extra;
    }
    match ear.ending() {
        Some(_) => done(),
        None => not_ended(Expected::Disconnected, patience),
    }
}

pub(super) fn reset(ear: &mut Heard, patience: &Patience) -> Judged {
    match ear.ending() {
        Some(Ending::Reset) => done(),
        Some(Ending::Fin) => {
            contradiction(FailureKind::Mismatch, Expected::Reset, Actual::Ended { bytes: 0 })
        }
        None => not_ended(Expected::Reset, patience),
    }
}
