//! One form of `receives` held against one stream: done, still waiting, or failed.

mod content;
mod in_order;
mod quiet;
mod sets;

use std::collections::{BTreeSet, VecDeque};

use content::content;
use in_order::{eventually, next, one_of};
use quiet::{at_most, disconnected, end, lines, nothing, nothing_but, reset};
use sets::{in_any_order, interleaved, lines_of};

use super::ear::{Growth, Heard, Newline};
use super::text::Matcher;
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::stage::Ending;

/// What one stream still has to bring.
#[derive(Debug)]
pub enum Wanted {
    Next(VecDeque<Matcher>),
    Eventually(VecDeque<Matcher>),
    EventuallyEnd,
    /// Exactly these bytes; `met` of them have come.
    Content {
        bytes: Vec<u8>,
        met: usize,
    },
    OneOf(Vec<Matcher>),
    InAnyOrder {
        texts: Vec<Matcher>,
        lines: Vec<Vec<u8>>,
    },
    /// Each state is a position in every group; several where a line fits several groups.
    Interleaved {
        groups: Vec<Vec<Matcher>>,
        states: BTreeSet<Vec<usize>>,
        left: usize,
    },
    LinesOf(Vec<Sender>),
    Lines {
        wanted: u64,
        got: u64,
    },
    AtMostLines {
        wanted: u64,
        got: u64,
    },
    Nothing,
    NothingBut(Matcher),
    End,
    Disconnected,
    Reset,
}

/// A sender whose every line must come, in its order.
#[derive(Debug)]
pub struct Sender {
    pub name: String,
    pub lines: Vec<Vec<u8>>,
    /// So many of them have come.
    pub come: usize,
}

/// How long a judgement may still wait.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Nothing more is expected to come: at rest, or the last resort is over.
    pub over: Option<GaveUp>,
    /// Silent for long enough to believe that nothing comes.
    pub settled: bool,
    pub leftovers: Leftovers,
}

#[derive(Debug, Clone)]
pub struct GaveUp {
    pub kind: Surrender,
    pub actual: Actual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surrender {
    /// Silence: the kind is what the sentence missed.
    Silence,
    /// It never fell silent and never got there.
    Endless,
}

#[derive(Debug)]
pub enum Judged {
    Done(Found),
    Waiting,
    Failed(Miss),
}

/// What a finished form brought along.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub captures: Vec<(String, Vec<u8>)>,
    pub newline: Option<Newline>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    pub kind: FailureKind,
    pub expected: Expected,
    pub actual: Actual,
    /// A contradiction in what came stands whatever comes later; a lack is only known at the end.
    pub ground: Ground,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    Contradiction,
    Lack,
}

fn contradiction(kind: FailureKind, expected: Expected, actual: Actual) -> Judged {
    Judged::Failed(Miss { kind, expected, actual, ground: Ground::Contradiction })
}

fn done() -> Judged {
    Judged::Done(Found::default())
}

impl Wanted {
    pub fn judge(&mut self, ear: &mut Heard, patience: &Patience, ignore: &[Matcher]) -> Judged {
        let growth = if patience.over.is_some() { Growth::Over } else { Growth::Possible };
        match self {
            Wanted::Next(texts) => next(texts, ear, patience, growth, ignore),
            Wanted::Eventually(texts) => eventually(texts, ear, patience, growth, ignore),
            Wanted::EventuallyEnd => {
                ear.forget();
                end(ear, patience, growth, ignore)
            }
            Wanted::Content { bytes, met } => content(bytes, met, ear, patience),
            Wanted::OneOf(texts) => one_of(texts, ear, patience, growth, ignore),
            Wanted::InAnyOrder { texts, lines } => in_any_order(texts, lines, ear, patience, growth, ignore),
            Wanted::Interleaved { groups, states, left } => {
                interleaved(groups, states, left, ear, patience, growth, ignore)
            }
            Wanted::LinesOf(senders) => lines_of(senders, ear, patience, growth, ignore),
            Wanted::Lines { wanted, got } => lines(*wanted, got, ear, patience, growth, ignore),
            Wanted::AtMostLines { wanted, got } => at_most(*wanted, got, ear, patience, ignore),
            Wanted::Nothing => nothing(ear, patience, ignore),
            Wanted::NothingBut(text) => nothing_but(text, ear, patience, ignore),
            Wanted::End => end(ear, patience, growth, ignore),
            Wanted::Disconnected => disconnected(ear, patience, growth, ignore),
            Wanted::Reset => reset(ear, patience),
        }
    }
}

/// The outcome of having found less than was asked for.
fn lack(expected: Expected, ear: &Heard, patience: &Patience, bytes: u64) -> Judged {
    let (kind, actual) = match (ear.ending(), &patience.over) {
        (Some(Ending::Fin), _) => (FailureKind::EndedEarly, Actual::Ended { bytes }),
        (Some(Ending::Reset), _) => (FailureKind::EndedEarly, Actual::Reset { bytes }),
        (None, Some(gave_up)) => (silence_kind(gave_up, FailureKind::NoAnswer), gave_up.actual.clone()),
        (None, None) => return Judged::Waiting,
    };
    Judged::Failed(Miss { kind, expected, actual, ground: Ground::Lack })
}

fn silence_kind(gave_up: &GaveUp, kind: FailureKind) -> FailureKind {
    match gave_up.kind {
        Surrender::Silence => kind,
        Surrender::Endless => FailureKind::TimedOut,
    }
}

/// How a text is shown that was waited for.
fn expected(text: &Matcher) -> Expected {
    match text.literal() {
        Some(literal) => Expected::Line(literal.to_vec()),
        None => Expected::LineLike(text.written.clone()),
    }
}

fn written<'a>(texts: impl IntoIterator<Item = &'a Matcher>) -> Vec<String> {
    texts.into_iter().map(|text| text.written.clone()).collect()
}
