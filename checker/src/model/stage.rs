//! What the conversation asks of the machine (`Order`) and what the machine reports back (`Happening`).

use std::net::IpAddr;
use std::time::Duration;

use super::script::Signal;

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
    /// Queue bytes; `piece` bytes a segment, each sent when the program has taken the one before.
    Send {
        seat: Seat,
        bytes: Vec<u8>,
        piece: Option<usize>,
    },
    HalfClose(Seat),
    Close(Seat),
    Reset(Seat),
    StopReading(Seat),
    ReadAgain(Seat),
    Type(Vec<u8>),
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
    Ended {
        ear: Ear,
        ending: Ending,
    },
    Exited(Departure),
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
