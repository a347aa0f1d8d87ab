//! A script as it was understood: sentences with every name and text resolved.

use std::net::IpAddr;
use std::time::Duration;

use super::course::Text;
use super::stage::{Amount, Bound};

mod folded;
mod quote;
mod words;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    pub steps: Vec<Step>,
}

/// One sentence and what was said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Line of the sentence in labs.yaml, from 1.
    pub line: u32,
    /// The sentence as the instructor wrote it, without its indentation and the lines below it.
    pub written: String,
    /// The sentence's own last resort.
    pub within: Option<Duration>,
    pub hint: Option<Text>,
    pub sentence: Sentence,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// Declared or undeclared names, in the order of the sentence.
    Named(Vec<String>),
    /// All actors that are connected when the sentence begins.
    Everyone { but: Vec<String> },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Sentence {
    Connect {
        who: Who,
        until: Until,
        through: Option<IpAddr>,
    },
    CannotConnect {
        who: Who,
        through: Option<IpAddr>,
    },
    /// `srv accepts`: the connection is the server's own, or acts as somebody else (`srv accepts as rui`).
    Accept {
        server: String,
        guest: Option<String>,
    },
    Send {
        who: Who,
        what: Payload,
        pieces: Option<usize>,
    },
    /// `lia answers instead of mestre: …`: to the one whom `of` has heard last, from an address of their own.
    AnswerInstead {
        who: Who,
        of: String,
        lines: Vec<Phrase>,
    },
    Receive {
        listener: Listener,
        form: Form,
    },
    Forget {
        who: Who,
    },
    StopSending {
        who: Who,
    },
    StopReading {
        who: Who,
    },
    ReadAgain {
        who: Who,
    },
    Close {
        who: Who,
    },
    Reset {
        who: Who,
    },
    /// `crowd's {id} are all different`
    AllDifferent {
        who: String,
        capture: String,
    },
    ProgramStarts,
    ProgramRestarts,
    ProgramGets(Signal),
    ProgramExits(Exit),
    ProgramExitsAfter(Duration),
    ProgramStillRuns,
    /// `program has at least 3 threads`
    ProgramHas {
        bound: Bound,
        amount: Amount,
    },
    MarkResources,
    /// No more threads, connections and open files than at the mark.
    ProgramBackAtMark,
    /// At rest, and using no processor.
    ProgramRests,
    /// Lines typed to the program's standard input, each with a newline.
    UserTypes {
        lines: Vec<Phrase>,
    },
    /// Bytes typed as they are.
    UserTypesRaw {
        text: Phrase,
    },
    /// One key of the terminal's keyboard.
    UserPresses(Key),
    UserEndsInput,
    /// Indented sentences, all begun at once; done when all are done.
    Together(Vec<Step>),
    Repeat {
        times: u32,
        steps: Vec<Step>,
    },
}

/// When `connects` is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The program has accepted the connection and come to rest.
    Accepted,
    /// The handshake is over.
    Handshake,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// Each with a newline behind it.
    Lines(Vec<Phrase>),
    Raw(Phrase),
    /// An HTTP request: the request line and the header fields, and what stands in its body, line by line.
    Request {
        head: Vec<Phrase>,
        body: Vec<Phrase>,
    },
    /// So many seeded bytes of every value.
    Bulk {
        bytes: u64,
    },
    /// So many seeded lines of text (some of it outside ASCII), `each` bytes with the newline.
    BulkLines {
        lines: u64,
        each: u64,
    },
}

/// Whose words a sentence about receiving is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Listener {
    Clients(Who),
    /// `program prints`
    Output,
    /// `user sees`: what stands on the terminal.
    Screen,
    /// `program complains`
    Complaints,
    /// `program writes FILE`
    File(String),
}

/// What must come. `Vec<Phrase>` where `{200..1}` may have made a line of each number.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// The next line, or the next lines in this order.
    Next(Vec<Phrase>),
    Eventually(Vec<Phrase>),
    EventuallyEnd,
    /// Exactly these bytes next.
    Raw(Phrase),
    OneOf(Vec<Phrase>),
    InAnyOrder(Vec<Phrase>),
    /// Each group in its own order, every line once.
    Interleaved(Vec<Vec<Phrase>>),
    /// All that it sent itself, whole and in order.
    WhatItSent(Case),
    /// Each line that `by` sent within one line, in the sender's order; of a crowd, every member's.
    WhatWasSent {
        by: String,
    },
    Lines(u64),
    AtMostLines(u64),
    Nothing,
    NothingBut(Phrase),
    /// Everything up to the end, as one text.
    Whole(Phrase),
    /// FIN.
    End,
    /// FIN or RST.
    Disconnected,
    /// RST.
    Reset,
    /// Of an HTTP response: the next one's status, or
    Status(Phrase),
    /// the value of a header field, or
    Header {
        name: String,
        value: Phrase,
    },
    /// the body.
    Body(Phrase),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    AsSent,
    Upper,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Ends by itself, without panic or signal, whatever the status.
    Cleanly,
    Status(i32),
    Nonzero,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Int,
    Term,
    Hup,
    Kill,
    Usr1,
    Usr2,
}

/// A key that a person presses at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// With an upper-case letter, or one of `[`, `\\`, `]`, `^`, `_`.
    Ctrl(char),
    Enter,
    Tab,
    Backspace,
    Delete,
    Escape,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

impl Key {
    /// The keys that have a name of their own.
    pub const NAMED: [Key; 13] = [
        Key::Enter,
        Key::Tab,
        Key::Backspace,
        Key::Delete,
        Key::Escape,
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
    ];

    /// The key of this name, as `Display` writes it; letters behind `Ctrl-` in either case.
    pub fn named(name: &str) -> Option<Key> {
        if let Some(letter) = name.strip_prefix("Ctrl-") {
            let mut letters = letter.chars().map(|letter| letter.to_ascii_uppercase());
            let letter = letters.next().filter(|letter| ('A'..='_').contains(letter))?;
            return letters.next().is_none().then_some(Key::Ctrl(letter));
        }
        Key::NAMED.into_iter().find(|key| key.to_string() == name)
    }

    /// What a terminal like xterm sends for it.
    pub fn bytes(self) -> Vec<u8> {
        let sent: &[u8] = match self {
            Key::Ctrl(letter) => return vec![(letter as u8) & 0x1f],
            Key::Enter => b"\r",
            Key::Tab => b"\t",
            Key::Backspace => b"\x7f",
            Key::Delete => b"\x1b[3~",
            Key::Escape => b"\x1b",
            Key::Up => b"\x1b[A",
            Key::Down => b"\x1b[B",
            Key::Right => b"\x1b[C",
            Key::Left => b"\x1b[D",
            Key::Home => b"\x1b[H",
            Key::End => b"\x1b[F",
            Key::PageUp => b"\x1b[5~",
            Key::PageDown => b"\x1b[6~",
        };
        sent.to_vec()
    }

    /// Does the terminal make a signal of it that may end the program?
    pub fn interrupts(self) -> bool {
        matches!(self, Key::Ctrl('C' | '\\'))
    }
}

/// A text of a script: what is sent, or what must come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// As the instructor wrote it, quotes and slashes included.
    pub written: String,
    pub shape: Shape,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The rest of the line as it stands: the whole line must be equal.
    Plain(Vec<Piece>),
    /// `"…"` with its escapes resolved. A missing last newline is fatal where the text ends in one.
    Quoted(Vec<Piece>),
    /// `/…/` or `/…/i`: found anywhere in the line. `Literal` pieces are regex source (UTF-8).
    Regex { pieces: Vec<Piece>, case: RegexCase },
}

impl Shape {
    pub fn pieces(&self) -> &[Piece] {
        match self {
            Shape::Plain(pieces) | Shape::Quoted(pieces) | Shape::Regex { pieces, .. } => pieces,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegexCase {
    Exact,
    Ignored,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes as they stand (escapes resolved, `{{` and `}}` made single).
    Literal(Vec<u8>),
    /// `{name}`: captures where unbound, must match where bound.
    Capture(String),
    /// `{word}` is number 1, `{word2}` number 2: a fresh random word per run.
    Word(u32),
    /// `{member}`: the number of the crowd's member, from 1.
    Member,
}
