//! One form of `receives` held against one stream: done, still waiting, or failed.

mod any_order;
mod content;
mod http;
mod in_order;
mod listening;
mod quiet;
mod weave;
mod woven;

use std::collections::VecDeque;

pub use any_order::Unordered;
pub use http::Asking;
pub use listening::Listening;
pub use woven::{Groups, Relay, Sender, Sent};

use super::ear::Newline;
use super::matcher::Matcher;
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};

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
    /// A datagram of exactly these bytes.
    Datagram(Vec<u8>),
    OneOf(Vec<Matcher>),
    InAnyOrder(Unordered),
    Interleaved(Groups),
    LinesOf(Relay),
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
    /// Everything up to the end, as one text.
    Whole(Matcher),
    End,
    Disconnected,
    Reset,
    /// Of an HTTP response.
    Http(Asking),
}

/// How long a judgement may still wait.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Nothing more is expected to come: at rest, or the last resort is over.
    pub over: Option<GaveUp>,
    /// Silent for long enough to believe that nothing comes.
    pub settled: bool,
    pub leftovers: Leftovers,
    pub prompts: Prompts,
}

/// Is a text without a newline something to wait for?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompts {
    /// It is a line that is not whole yet.
    No,
    /// It is a prompt, as soon as it is silent for long enough.
    Yes,
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
    /// How the last line ended.
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

impl Wanted {
    /// Does it ask for the end of the stream?
    pub fn is_an_end(&self) -> bool {
        matches!(
            self,
            Wanted::End | Wanted::EventuallyEnd | Wanted::Disconnected | Wanted::Reset | Wanted::Whole(_)
        )
    }

    /// Holds the form against what has come. What it has taken stays taken, so that it goes on
    /// where it stood when more comes.
    pub fn judge(&mut self, listening: &mut Listening) -> Judged {
        match self {
            Wanted::Next(texts) => in_order::next(texts, listening),
            Wanted::Eventually(texts) => in_order::eventually(texts, listening),
            Wanted::EventuallyEnd => quiet::eventually_end(listening),
            Wanted::Content { bytes, met } => content::content(bytes, met, listening),
            Wanted::Datagram(bytes) => content::datagram(bytes, listening),
            Wanted::OneOf(texts) => in_order::one_of(texts, listening),
            Wanted::InAnyOrder(texts) => any_order::in_any_order(texts, listening),
            Wanted::Interleaved(groups) => woven::interleaved(groups, listening),
            Wanted::LinesOf(relay) => woven::lines_of(relay, listening),
            Wanted::Lines { wanted, got } => quiet::lines(*wanted, got, listening),
            Wanted::AtMostLines { wanted, got } => quiet::at_most(*wanted, got, listening),
            Wanted::Nothing => quiet::nothing(listening),
            Wanted::NothingBut(text) => quiet::nothing_but(text, listening),
            Wanted::Whole(text) => content::whole(text, listening),
            Wanted::End => quiet::end(listening),
            Wanted::Disconnected => quiet::disconnected(listening),
            Wanted::Reset => quiet::reset(listening),
            Wanted::Http(asking) => http::judge(asking, listening),
        }
    }
}
