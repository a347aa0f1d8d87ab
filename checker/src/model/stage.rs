//! What the conversation asks of the machine (`Order`) and what the machine reports back (`Happening`).

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rust_i18n::t;

use super::language::Language;
use super::script::{Key, Signal};

/// One socket's owner: a client, or one member of a crowd. An index into the check's seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seat(pub usize);

/// A stream of bytes that the program produces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ear {
    Seat(Seat),
    Output,
    Complaints,
    /// A file of the working folder, by its index in the list of files that the script speaks of.
    File(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    StartProgram,
    RestartProgram,
    Signal(Signal),
    /// Connect, again and again while it is refused (`Patient`), or once (`Once`).
    Connect {
        seat: Seat,
        through: Option<IpAddr>,
        retry: Retry,
    },
    /// Take the next connection that the program makes to the port of `at`; `seat` acts on it.
    Accept {
        seat: Seat,
        at: Seat,
    },
    /// Queue bytes; `piece` bytes a segment, each sent when the program has taken the one before.
    Send {
        seat: Seat,
        bytes: Vec<u8>,
        piece: Option<usize>,
    },
    /// Datagrams from this seat's address: a client's to the program's port, a server's to the one whom it
    /// has heard last, or whom somebody else has.
    Post {
        seat: Seat,
        letters: Vec<Vec<u8>>,
        instead_of: Option<Seat>,
    },
    HalfClose(Seat),
    Close(Seat),
    Reset(Seat),
    StopReading(Seat),
    ReadAgain(Seat),
    /// Lines, each with its newline: at a terminal, that is the Enter key.
    Type(Vec<u8>),
    /// Bytes as they are.
    TypeRaw(Vec<u8>),
    Press(Key),
    /// At a terminal Ctrl-D at the beginning of a line, else the pipe's end.
    EndInput,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    Patient,
    Once,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    ProgramStarted,
    Connected(Seat),
    /// The program has taken the connection out of its accept queue.
    Accepted(Seat),
    /// The program's connection was taken from our own accept queue.
    CameIn(Seat),
    /// A connect that is not tried again was refused or timed out.
    Refused(Seat),
    /// Everything queued for this seat has left (with pieces: and was taken by the program).
    Sent(Seat),
    /// The connection broke while something was still to be sent.
    SendFailed(Seat),
    Heard {
        ear: Ear,
        bytes: Vec<u8>,
    },
    /// A datagram came from somebody else than the program's port: it is for nobody.
    Strayed {
        seat: Seat,
        from: SocketAddr,
        bytes: Vec<u8>,
    },
    Ended {
        ear: Ear,
        ending: Ending,
    },
    Exited(Departure),
    /// What the program has, counted while a sentence asks for it.
    Counted(Resources),
}

/// What a program has in all its processes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resources {
    pub threads: u64,
    /// TCP sockets that are or were connected and that the program still holds.
    pub connections: u64,
    /// Open descriptors of any kind.
    pub files: u64,
    pub load: Load,
}

/// Does the program use processors all the time?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Load {
    /// Not watched for long enough to tell.
    #[default]
    Unknown,
    Calm,
    /// A thread of it ran, or waited for a processor, nearly all of the time.
    Busy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    Threads,
    Connections,
    Files,
}

/// So many of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub number: u64,
    pub of: Resource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Exactly,
    AtLeast,
    AtMost,
}

impl Resource {
    pub const ALL: [Resource; 3] = [Resource::Threads, Resource::Connections, Resource::Files];
}

impl Resources {
    pub fn amount(&self, of: Resource) -> Amount {
        let number = match of {
            Resource::Threads => self.threads,
            Resource::Connections => self.connections,
            Resource::Files => self.files,
        };
        Amount { number, of }
    }
}

impl Bound {
    /// Is this number within it?
    pub fn allows(self, wanted: u64, number: u64) -> bool {
        match self {
            Bound::Exactly => number == wanted,
            Bound::AtLeast => number >= wanted,
            Bound::AtMost => number <= wanted,
        }
    }
}

impl Amount {
    /// In the language that people are spoken to in: `1 thread`, `3 files open`.
    pub fn told(&self) -> String {
        self.told_in(Language::spoken())
    }

    pub fn told_in(&self, language: Language) -> String {
        let (locale, number) = (language.tag(), self.number);
        let is_one = number == 1;
        match self.of {
            Resource::Threads if is_one => t!("1 thread", locale = locale),
            Resource::Threads => t!("%{number} threads", locale = locale, number = number),
            Resource::Connections if is_one => t!("1 connection", locale = locale),
            Resource::Connections => t!("%{number} connections", locale = locale, number = number),
            Resource::Files if is_one => t!("1 file open", locale = locale),
            Resource::Files => t!("%{number} files open", locale = locale, number = number),
        }
        .into_owned()
    }
}

impl std::fmt::Display for Amount {
    /// As labs.yaml writes it, whatever is spoken: `1 thread`, `3 files open`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.told_in(Language::English))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Fin,
    Reset,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    Status(i32),
    Signal(i32),
}

/// The moment at which a waiting sentence is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since the check began.
    pub now: Duration,
    pub rest: Rest,
}

/// What the sight says of the program right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Proven: nothing more comes unless somebody acts. An ended program is at rest, too.
    AtRest,
    /// It runs, sleeps or polls, or was not looked at yet.
    Moving,
    /// The machine shows nothing.
    Unseen,
}
