//! What a student's program did not do, and what it did instead.

use std::net::SocketAddr;
use std::time::Duration;

use strum::{IntoStaticStr, VariantArray};

use super::http::{HttpActual, HttpExpected};
use crate::model::course::Text;
use crate::model::sight::Sighting;
use crate::model::stage::{Amount, Bound, Departure, Seat};

#[derive(Debug, Clone)]
pub struct Failure {
    pub kind: FailureKind,
    /// The sentence that failed; none where the program never got so far.
    pub step: Option<StepRef>,
    pub expected: Expected,
    pub actual: Actual,
    pub why: Option<Why>,
    /// The sentence's own hint, else the check's.
    pub hint: Option<Text>,
    /// What the program was doing when it failed, where the machine shows it.
    pub sighting: Option<Sighting>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRef {
    pub line: u32,
    /// As written in labs.yaml; for what every script ends with, in the language's own words.
    pub sentence: String,
}

/// Stable identifiers in every report.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum FailureKind {
    BuildFailed,
    NotImplemented,
    ExitedEarly,
    NeverListened,
    WrongPort,
    WrongAddress,
    NotAccepted,
    NotRefused,
    NeverConnected,
    NoAnswer,
    Mismatch,
    MissingNewline,
    EndedEarly,
    Reset,
    NotEnded,
    ExtraData,
    WrongExit,
    StillRunning,
    KilledBySignal,
    Leak,
    BusyLoop,
    LimitExceeded,
    TimedOut,
}

impl FailureKind {
    pub const ALL: &[FailureKind] = FailureKind::VARIANTS;

    /// What the same failure is told as where nothing shows what the program does (`--sight none`).
    pub fn without_sight(self) -> FailureKind {
        match self {
            FailureKind::WrongPort | FailureKind::WrongAddress => FailureKind::NeverListened,
            // A connection in the accept queue looks like any other until nobody answers on it.
            FailureKind::NotAccepted => FailureKind::NoAnswer,
            other => other,
        }
    }

    /// The identifier, as in labs.yaml and reports.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

/// What the sentence waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    Connection {
        address: SocketAddr,
    },
    Refusal {
        address: SocketAddr,
    },
    /// The program receives datagrams at this address.
    Bound {
        address: SocketAddr,
    },
    /// The program connects to this actor.
    ItsConnection {
        to: String,
        address: SocketAddr,
    },
    /// The program takes what was sent.
    Taken {
        bytes: u64,
    },
    /// A line that equals this text (shown as it must be, captures and words filled in).
    Line(Vec<u8>),
    /// A line that matches this pattern, as written.
    LineLike(String),
    /// Everything together matches this pattern, as written.
    WholeLike(String),
    /// One of these, as written.
    OneOf(Vec<String>),
    /// All of these, as written; what is left of them.
    Remaining(Vec<String>),
    /// Exactly these bytes, from `offset` of all that was expected.
    Bytes {
        offset: u64,
        bytes: Vec<u8>,
    },
    /// So many lines in all.
    Lines {
        wanted: u64,
    },
    AtMostLines {
        wanted: u64,
    },
    /// What this sender sent, line by line; the first line still missing.
    LineOf {
        sender: String,
        line: Vec<u8>,
    },
    Nothing,
    NothingBut(String),
    End,
    Disconnected,
    Reset,
    /// The captured values differ from one another.
    Distinct {
        capture: String,
    },
    ExitCleanly,
    ExitStatus(i32),
    ExitNonzero,
    ExitNotBefore(Duration),
    StillRunning,
    /// The program has this.
    Has {
        bound: Bound,
        amount: Amount,
    },
    /// No more than this, which is what it had at the mark; only what is exceeded.
    AtMark(Vec<Amount>),
    /// At rest, using no processor.
    Rest,
    ProgramStarts,
    /// Something about an HTTP response.
    Http(HttpExpected),
}

/// What came instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actual {
    /// Nothing, and the program is at rest: it will not send more.
    SilenceAtRest,
    /// Nothing within this time.
    SilenceFor(Duration),
    /// Something came again and again for this long, and never what was awaited.
    NeverFellSilent(Duration),
    /// This line (without its newline).
    Line(Vec<u8>),
    /// Nobody receives datagrams there.
    Unbound,
    /// A datagram that was not asked for.
    ExtraDatagram(Vec<u8>),
    /// A line that was not asked for, or a second time.
    ExtraLine(Vec<u8>),
    /// These bytes, from `offset` of all that was expected.
    Bytes {
        offset: u64,
        bytes: Vec<u8>,
    },
    /// More bytes than expected.
    ExtraBytes(Vec<u8>),
    /// This text without the newline that was asked for.
    WithoutNewline(Vec<u8>),
    /// So many lines, and then silence or the end.
    Lines {
        got: u64,
    },
    /// The connection (or the output) ended after `bytes` of what was expected here.
    Ended {
        bytes: u64,
    },
    /// The connection was reset after `bytes` of what was expected here.
    Reset {
        bytes: u64,
    },
    StillOpen,
    Refused,
    /// The program has not connected, and is at rest.
    NoConnectionAtRest,
    /// The program has not connected within this time.
    NoConnectionFor(Duration),
    ConnectedAnyway,
    /// Connected, but never taken out of the accept queue.
    InAcceptQueue,
    /// Only so many bytes were taken.
    TakenOnly {
        bytes: u64,
    },
    /// Two members captured the same value.
    Repeated {
        value: Vec<u8>,
    },
    Exited(Departure),
    ExitedAfter(Duration),
    Running,
    /// What the program has.
    Has(Vec<Amount>),
    /// It used a processor all the time, for this long.
    BusyFor(Duration),
    CouldNotStart(String),
    LimitExceeded(String),
    BuildFailed,
    /// An HTTP response, or what should have been one.
    Http(HttpActual),
}

/// The cause, where the machine showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// `todo!()`, `unimplemented!()` or `NotImplementedError`.
    NotImplemented(Place),
    Panicked {
        place: Place,
        message: String,
    },
    /// An exception that ended the program (Python).
    Raised {
        place: Place,
        message: String,
    },
    /// A panic or an exception that ended a thread; the program goes on without it.
    ThreadLost {
        place: Place,
        message: String,
    },
    ExitedBefore(Departure),
    /// The program goes on, and ended the connection of this actor itself.
    ClosedIt {
        actor: Seat,
        actor_name: String,
    },
    /// Somebody still listens, though the program has ended or should listen no more.
    StillListens {
        address: SocketAddr,
        by: Listening,
    },
    /// What it printed may lie in its own buffer, since its standard output is a pipe.
    HeldBack,
    /// A thread reads the keyboard, while the user waits for something on the screen.
    Unflushed,
    ListensElsewhere {
        on: Vec<SocketAddr>,
        asked: SocketAddr,
    },
    NeverListens,
    /// It receives datagrams at other addresses.
    BoundElsewhere {
        on: Vec<SocketAddr>,
        asked: SocketAddr,
    },
    /// Its UDP socket is connected, and so hears one client alone.
    HearsOnlyOne {
        at: SocketAddr,
    },
    /// No UDP socket of the program is bound; it listens with TCP instead, where it does.
    NeverBinds {
        listens: Vec<SocketAddr>,
    },
    /// What there is of the file that it should have written.
    File {
        name: String,
        seen: FileSeen,
    },
    /// Threads and what they are blocked in, in the sighting; the failing actor, where there is one.
    Blocked {
        actor: Option<Seat>,
        actor_name: Option<String>,
    },
}

/// A file of the working folder in which a line is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSeen {
    /// It is not there; some that are.
    Missing {
        others: Vec<String>,
    },
    /// A folder, a link, a pipe.
    NoFile,
    Unreadable,
    Empty,
    LastLine(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listening {
    TheProgram,
    /// A process that the program started and that lives on.
    Survivor,
}

/// A place in the student's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub line: u32,
}

/// A submission that did not build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildFailure {
    /// One line: what did not work.
    pub summary: String,
    /// What to do about it, where it is a common accident.
    pub cure: Option<String>,
    /// What cargo and rustc said, untouched.
    pub output: Vec<u8>,
}
