//! What a form needs while it is held against its stream, and the words it answers with.

use super::{Found, Ground, Judged, Miss, Patience, Prompts, Surrender};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::stage::Ending;
use crate::talk::ear::{Growth, Heard, Line, Newline};
use crate::talk::matcher::{Fit, Matcher};
use crate::talk::text::Names;

/// One stream, with the names that its texts may use and make.
#[derive(Debug)]
pub struct Listening<'e> {
    pub ear: &'e mut Heard,
    pub patience: &'e Patience,
    pub ignore: &'e [Matcher],
    pub names: Names<'e>,
    /// How the last line ended that was taken.
    newline: Option<Newline>,
}

impl<'e> Listening<'e> {
    pub fn new(
        ear: &'e mut Heard,
        patience: &'e Patience,
        ignore: &'e [Matcher],
        names: Names<'e>,
    ) -> Listening<'e> {
        Listening { ear, patience, ignore, names, newline: None }
    }

    /// The next line; an unfinished one counts when nothing more is expected.
    pub(super) fn line(&mut self) -> Option<Line> {
        let growth = if self.patience.over.is_some() { Growth::Over } else { Growth::Possible };
        self.ear.next_line(growth, self.ignore)
    }

    /// The next line, or a prompt that is one of these texts.
    pub(super) fn line_or_prompt(&mut self, texts: &[&Matcher]) -> Option<Line> {
        let line = self.line();
        if line.is_some() || self.patience.prompts == Prompts::No || !self.patience.settled {
            return line;
        }
        let prompt = self.ear.next_line(Growth::Over, self.ignore)?;
        texts.iter().any(|text| text.fit(&prompt) == Fit::Fits).then_some(prompt)
    }

    /// The next line; an unfinished one counts when it is silent for long enough.
    pub(super) fn line_before_silence(&mut self) -> Option<Line> {
        let growth = if self.patience.settled { Growth::Over } else { Growth::Possible };
        self.ear.next_line(growth, self.ignore)
    }

    /// May this line still grow? Whoever speaks of it as wrong may yet be proven wrong.
    pub(super) fn may_grow(&self, line: &Line) -> bool {
        line.newline == Newline::Missing && self.ear.ending().is_none()
    }

    pub(super) fn take(&mut self, line: &Line) {
        self.ear.take_line(line);
        self.newline = Some(line.newline);
    }

    /// Takes a line that fits this text, and what it captures.
    pub(super) fn accept(&mut self, text: &Matcher, line: &Line) {
        self.names.captures.extend(text.capture(&line.text));
        self.take(line);
    }

    pub(super) fn done(&self) -> Judged {
        Judged::Done(Found { newline: self.newline })
    }

    /// Silence is what was asked for.
    pub(super) fn done_in_silence(&self) -> Judged {
        if self.patience.settled || self.ear.ending().is_some() { self.done() } else { Judged::Waiting }
    }

    /// The outcome of having found less than was asked for, after `bytes` of it.
    pub(super) fn lack(&self, expected: impl FnOnce() -> Expected, bytes: u64) -> Judged {
        let (kind, actual) = match (self.ear.ending(), &self.patience.over) {
            (Some(Ending::Fin), _) => (FailureKind::EndedEarly, Actual::Ended { bytes }),
            (Some(Ending::Reset), _) => (FailureKind::EndedEarly, Actual::Reset { bytes }),
            (None, Some(gave_up)) => {
                (gave_up.kind.unless_endless(FailureKind::NoAnswer), gave_up.actual.clone())
            }
            (None, None) => return Judged::Waiting,
        };
        Judged::Failed(Miss { kind, expected: expected(), actual, ground: Ground::Lack })
    }

    /// The outcome of a stream that contradicts the sentence, whatever comes later.
    pub(super) fn contradiction(&self, kind: FailureKind, expected: Expected, actual: Actual) -> Judged {
        Judged::Failed(Miss { kind, expected, actual, ground: Ground::Contradiction })
    }

    /// The outcome of a line that should not have come like this; `actual` shows its text.
    pub(super) fn wrong(
        &self,
        kind: FailureKind,
        expected: Expected,
        line: Line,
        actual: fn(Vec<u8>) -> Actual,
    ) -> Judged {
        let ground = if self.may_grow(&line) { Ground::Lack } else { Ground::Contradiction };
        Judged::Failed(Miss { kind, expected, actual: actual(line.text), ground })
    }

    /// The outcome of a line, or the beginning of one, that nobody asked for.
    pub(super) fn extra(&self, expected: Expected, line: Line) -> Judged {
        let shown = match line.newline {
            Newline::Lf | Newline::CrLf => Actual::ExtraLine,
            Newline::Datagram => Actual::ExtraDatagram,
            Newline::Missing => Actual::ExtraBytes,
        };
        self.wrong(FailureKind::ExtraData, expected, line, shown)
    }

    /// The outcome of a line that fits a text but for its line end.
    pub(super) fn wrong_end(&self, text: &Matcher, line: Line, fit: Fit) -> Judged {
        match (fit, text.literal()) {
            (Fit::WithoutReturn, Some(literal)) => self.contradiction(
                FailureKind::Mismatch,
                Expected::Bytes { offset: 0, bytes: [literal, b"\r\n"].concat() },
                Actual::Bytes { offset: 0, bytes: [&line.text[..], b"\n"].concat() },
            ),
            (Fit::WithoutReturn, None) => {
                self.wrong(FailureKind::Mismatch, expected(text), line, Actual::Line)
            }
            _ => self.wrong(FailureKind::MissingNewline, expected(text), line, Actual::WithoutNewline),
        }
    }

    /// The outcome of a line that fits none of these texts, or one of them but for its line end.
    pub(super) fn misfit<'t>(
        &self,
        mut texts: impl Iterator<Item = &'t Matcher>,
        line: Line,
        wanted: impl FnOnce() -> Expected,
    ) -> Judged {
        let almost = texts.find_map(|text| match text.fit(&line) {
            Fit::Fits | Fit::Differs => None,
            almost => Some((text, almost)),
        });
        match almost {
            Some((text, almost)) => self.wrong_end(text, line, almost),
            None => self.wrong(FailureKind::Mismatch, wanted(), line, Actual::Line),
        }
    }

    /// The stream did not end.
    pub(super) fn not_ended(&self, expected: Expected) -> Judged {
        let Some(gave_up) = &self.patience.over else { return Judged::Waiting };
        Judged::Failed(Miss {
            kind: gave_up.kind.unless_endless(FailureKind::NotEnded),
            expected,
            actual: match gave_up.kind {
                Surrender::Silence => Actual::StillOpen,
                Surrender::Endless => gave_up.actual.clone(),
            },
            ground: Ground::Lack,
        })
    }
}

impl Surrender {
    /// What a silence is told as; a stream that never fell silent is told as timed out.
    fn unless_endless(self, kind: FailureKind) -> FailureKind {
        match self {
            Surrender::Silence => kind,
            Surrender::Endless => FailureKind::TimedOut,
        }
    }
}

/// How a text is shown that was waited for.
pub(super) fn expected(text: &Matcher) -> Expected {
    match text.literal() {
        Some(literal) => Expected::Line(literal.to_vec()),
        None => Expected::LineLike(text.written.clone()),
    }
}

pub(super) fn written<'a>(texts: impl IntoIterator<Item = &'a Matcher>) -> Vec<String> {
    texts.into_iter().map(|text| text.written.clone()).collect()
}
