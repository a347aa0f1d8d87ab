//! Lines that come one after the other, and one that is any of several.

use std::collections::VecDeque;

use predicates::Predicate;

use super::listening::{expected, written};
use super::{Judged, Listening};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::ear::{Line, Newline};
use crate::talk::text::{Matcher, NewlineRule};

/// A line for each text, and no other between them.
pub fn next(texts: &mut VecDeque<Matcher>, listening: &mut Listening) -> Judged {
    while let Some(text) = texts.front_mut() {
        text.bind(listening.names.bindings());
        let Some(line) = listening.line() else { return listening.lack(|| expected(text), 0) };
        if !text.eval(&line.text) {
            return listening.wrong(FailureKind::Mismatch, expected(text), Actual::Line(line.text));
        }
        if lacks_newline(text, &line) {
            return without_newline(text, line, listening);
        }
        listening.accept(text, &line);
        texts.pop_front();
    }
    listening.done()
}

/// A line for each text, whatever comes before it.
pub fn eventually(texts: &mut VecDeque<Matcher>, listening: &mut Listening) -> Judged {
    while let Some(text) = texts.front_mut() {
        text.bind(listening.names.bindings());
        let Some(line) = listening.line() else { return listening.lack(|| expected(text), 0) };
        if !text.eval(&line.text) {
            listening.take(&line);
            continue;
        }
        if lacks_newline(text, &line) {
            return without_newline(text, line, listening);
        }
        listening.accept(text, &line);
        texts.pop_front();
    }
    listening.done()
}

/// A line that fits one of the texts.
pub fn one_of(texts: &mut [Matcher], listening: &mut Listening) -> Judged {
    for text in texts.iter_mut() {
        text.bind(listening.names.bindings());
    }
    let wanted = || Expected::OneOf(written(texts.iter()));
    let Some(line) = listening.line() else { return listening.lack(wanted, 0) };
    match texts.iter().find(|text| text.eval(&line.text)) {
        Some(text) => {
            listening.accept(text, &line);
            listening.done()
        }
        None => listening.wrong(FailureKind::Mismatch, wanted(), Actual::Line(line.text)),
    }
}

fn lacks_newline(text: &Matcher, line: &Line) -> bool {
    line.newline == Newline::Missing && text.newline == NewlineRule::Fatal
}

fn without_newline(text: &Matcher, line: Line, listening: &Listening) -> Judged {
    listening.wrong(FailureKind::MissingNewline, expected(text), Actual::WithoutNewline(line.text))
}
