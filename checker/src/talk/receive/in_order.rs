//! Lines that come one after the other, and one that is any of several.

use std::collections::VecDeque;

use predicates::Predicate;

use super::{Found, Judged, Patience, contradiction, expected, lack, written};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::ear::{Growth, Heard, Newline};
use crate::talk::text::{Matcher, NewlineRule};

pub(super) fn next(
    texts: &mut VecDeque<Matcher>,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    let mut found = Found::default();
    while let Some(text) = texts.front() {
        let Some(line) = ear.next_line(growth, ignore) else {
            return lack(expected(text), ear, patience, 0);
        };
        if !text.eval(&line.text) {
            return contradiction(FailureKind::Mismatch, expected(text), Actual::Line(line.text));
        }
        if line.newline == Newline::Missing && text.newline == NewlineRule::Fatal {
            return contradiction(
                FailureKind::MissingNewline,
                expected(text),
                Actual::WithoutNewline(line.text),
            );
        }
        found.captures.extend(text.capture(&line.text));
        found.newline = Some(line.newline);
        ear.take(line.length);
        texts.pop_front();
    }
    Judged::Done(found)
}

pub(super) fn eventually(
    texts: &mut VecDeque<Matcher>,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    let mut found = Found::default();
    while let Some(text) = texts.front() {
        let Some(line) = ear.next_line(growth, ignore) else {
            return lack(expected(text), ear, patience, 0);
        };
        ear.take(line.length);
        if !text.eval(&line.text) {
            continue;
        }
        if line.newline == Newline::Missing && text.newline == NewlineRule::Fatal {
            return contradiction(
                FailureKind::MissingNewline,
                expected(text),
                Actual::WithoutNewline(line.text),
            );
        }
        found.captures.extend(text.capture(&line.text));
        found.newline = Some(line.newline);
        texts.pop_front();
    }
    Judged::Done(found)
}

pub(super) fn one_of(
    texts: &[Matcher],
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    let expected = Expected::OneOf(written(texts));
    let Some(line) = ear.next_line(growth, ignore) else { return lack(expected, ear, patience, 0) };
    match texts.iter().find(|text| text.eval(&line.text)) {
        Some(text) => {
            ear.take(line.length);
            Judged::Done(Found { captures: text.capture(&line.text), newline: Some(line.newline) })
        }
        None => contradiction(FailureKind::Mismatch, expected, Actual::Line(line.text)),
    }
}
