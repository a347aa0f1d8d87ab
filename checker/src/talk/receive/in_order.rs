//! Lines that come one after the other, and one that is any of several.

use std::collections::VecDeque;

use super::listening::{expected, written};
use super::{Judged, Listening};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::matcher::{Fit, Matcher};

/// A line for each text, and no other between them.
pub fn next(texts: &mut VecDeque<Matcher>, listening: &mut Listening) -> Judged {
    while let Some(text) = texts.front_mut() {
        text.bind(listening.names.bindings());
        let Some(line) = listening.line_or_prompt(&[text]) else {
            return listening.lack(|| expected(text), 0);
        };
        match text.fit(&line) {
            Fit::Fits => listening.accept(text, &line),
            Fit::Differs => {
                return listening.wrong(FailureKind::Mismatch, expected(text), line, Actual::Line);
            }
            almost => return listening.wrong_end(text, line, almost),
        }
        texts.pop_front();
    }
    listening.done()
}

/// A line for each text, whatever comes before it.
pub fn eventually(texts: &mut VecDeque<Matcher>, listening: &mut Listening) -> Judged {
    while let Some(text) = texts.front_mut() {
        text.bind(listening.names.bindings());
        let Some(line) = listening.line_or_prompt(&[text]) else {
            return listening.lack(|| expected(text), 0);
        };
        match text.fit(&line) {
            Fit::Fits => {
                listening.accept(text, &line);
                texts.pop_front();
            }
            // What may still grow may still fit.
            Fit::Differs if listening.may_grow(&line) => return listening.lack(|| expected(text), 0),
            Fit::Differs => listening.take(&line),
            almost => return listening.wrong_end(text, line, almost),
        }
    }
    listening.done()
}

/// A line that fits one of the texts.
pub fn one_of(texts: &mut [Matcher], listening: &mut Listening) -> Judged {
    for text in texts.iter_mut() {
        text.bind(listening.names.bindings());
    }
    let wanted = || Expected::OneOf(written(texts.iter()));
    let Some(line) = listening.line_or_prompt(&texts.iter().collect::<Vec<_>>()) else {
        return listening.lack(wanted, 0);
    };
    if let Some(text) = texts.iter().find(|text| text.fit(&line) == Fit::Fits) {
        listening.accept(text, &line);
        return listening.done();
    }
    listening.misfit(texts.iter(), line, wanted)
}
