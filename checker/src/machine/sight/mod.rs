//! What the kernel shows of a running program, and whether the program is at rest.
//!
//! A program is *at rest* when nothing more can come of it unless somebody else acts: every thread
//! of its whole process tree is blocked in a call that has no time limit, no timer can wake it,
//! and nothing is under way on any connection, in either direction. It is a proof, not a guess:
//!
//! 1. a first sample of every thread: its system call and how often it was switched off a processor;
//! 2. the connections, descriptors and timers;
//! 3. a second sample. Where the counts agree nobody ran in between, so all that step 2 saw held
//!    at one moment. The kernel wakes a reader under the same socket lock under which it
//!    counts the bytes, so a thread to which they mattered shows as running in step 3.
//!
//! Whatever is not understood counts as moving.
//!
//! Two things are outside its view. Bytes that wait in the program's output pipe: read it once
//! more after `AtRest`. And an `alarm` whose signal would simply kill the program.

use std::fmt;
use std::net::SocketAddr;

use rust_i18n::t;

use crate::model::sight::Doing;
use crate::model::stage::Seat;

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod clocks;
#[cfg(target_os = "linux")]
mod fds;
#[cfg(target_os = "linux")]
mod look;
#[cfg(target_os = "linux")]
mod rest;
#[cfg(target_os = "linux")]
mod sockets;
#[cfg(target_os = "linux")]
mod threads;
#[cfg(target_os = "linux")]
mod tree;
#[cfg(target_os = "linux")]
mod waits;
#[cfg(target_os = "linux")]
mod words;
#[cfg(target_os = "linux")]
pub use look::Sight;

#[cfg(not(target_os = "linux"))]
mod nothing;
#[cfg(not(target_os = "linux"))]
pub use nothing::Sight;

/// One of our connections to the program, as we know it from our end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OurEnd {
    pub seat: Seat,
    /// Our address of the connection.
    pub local: SocketAddr,
    /// The program's address of the connection.
    pub remote: SocketAddr,
    /// Bytes that our kernel has taken from us.
    pub sent: u64,
    /// Bytes that our code has read.
    pub received: u64,
    pub reads: Reads,
    pub writes: Writes,
}

/// What we do about the bytes that the program sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// We read whatever comes.
    Reading,
    /// We do not read, on purpose.
    Stopped,
    /// We have read the end of the stream or an error.
    Ended,
}

/// What we have told the program about the end of our bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    Open,
    HalfClosed,
    /// The socket is closed; nothing was left unread in it, or the system resets it by itself.
    Closed,
    Reset,
}

/// Whom to look at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The processes whose trees make the program; the first one is the program itself. More are
    /// needed only for descendants that lost their parent and were handed to us.
    pub roots: &'a [i32],
    pub ours: &'a [OurEnd],
    /// Ports of ours at which connecting takes for ever, each with the seat of its owner.
    pub full: &'a [(Seat, SocketAddr)],
    pub datagrams: Datagrams,
}

/// Datagrams that somebody has sent: do they all wait where they were sent to?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Datagrams {
    /// Nobody knows.
    #[default]
    UnderWay,
    /// None is on its way any more.
    Delivered,
}

/// What one look tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Glance {
    /// Nothing more comes unless somebody acts.
    AtRest,
    /// Something may still come: the first reason found.
    Moving(Motion),
    /// The system does not show enough.
    Unseen(Blind),
    /// No thread of the program lives any more. What it sent last may still wait to be read.
    Gone,
}

/// Why a program is not at rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Motion {
    /// This thread runs, or waits for something that comes by itself.
    Thread { pid: i32, tid: i32, doing: Doing },
    /// The program's side has not finished the handshake.
    Handshake(Seat),
    /// Something that we sent has not arrived yet.
    OnItsWay(Seat),
    /// Something has arrived and its reader was not woken yet.
    Untaken(Seat),
    /// Something that the program sent was not read by us yet.
    Unheard(Seat),
    /// A connection that no process of the program has open any more, and that has not ended yet.
    Unowned(Seat),
    /// A timer that may go off.
    Timer { pid: i32, clock: Clock },
    /// A socket of the program that is none of ours and not provably quiet.
    OtherSocket { pid: i32, fd: i32 },
    /// It ran between two samples.
    Ran,
}

/// Something that can wake a program without anybody acting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// A timerfd that is armed.
    TimerFd,
    /// A POSIX timer (`timer_create`).
    PosixTimer,
    /// SIGALRM is handled or awaited, so an `alarm` may be running.
    Alarm,
    /// An io_uring: requests may finish with no thread to be seen.
    Ring,
}

/// The program's end of one of our connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The handshake has not finished on the program's side.
    InHandshake,
    /// Complete, and the program has not accepted it yet.
    InAcceptQueue,
    Held(Flow),
    /// The program closed it; its kernel still finishes the conversation.
    ClosedByProgram,
    /// No such socket: refused, reset, or closed and done with.
    Gone,
}

/// Counts of a connection that the program holds, from its end; all in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// Arrived from us so far.
    pub arrived: u64,
    /// Arrived and not read by the program yet.
    pub unread: u64,
    /// Sent towards us so far, each byte counted once.
    pub sent: u64,
    /// Written by the program and not sent yet.
    pub unsent: u64,
    /// Segments sent towards us that our kernel has not acknowledged.
    pub in_flight: u32,
    /// How many bytes our kernel is ready to take.
    pub window: u32,
    /// Whether our end of stream has arrived.
    pub from_us: Stream,
    /// Whether the program has ended its own stream (`shutdown`).
    pub to_us: Stream,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Open,
    Ended,
}

/// What the system does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blind {
    /// Only Linux shows what a program is doing.
    NotLinux,
    /// The sock_diag socket is refused; with the system's error number.
    Sockets(i32),
    /// The kernel is too old to count a connection's bytes (before Linux 4.19).
    ByteCounts,
    /// `/proc` does not show this; with the system's error number.
    Proc(Page, i32),
    /// Descriptors of the program cannot be examined (`pidfd_getfd`); with the error number.
    Descriptors(i32),
}

/// A file of `/proc` that the sight lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Tasks,
    SystemCall,
    Stat,
    /// How often a thread has run.
    Turns,
    Children,
    Descriptors,
}

impl fmt::Display for Blind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = |errno: &i32| std::io::Error::from_raw_os_error(*errno);
        match self {
            Blind::NotLinux => f.write_str(&t!("only Linux shows what a program is doing")),
            Blind::Sockets(errno) => {
                f.write_str(&t!("sock_diag is not available: %{error}", error = reason(errno)))
            }
            Blind::ByteCounts => {
                f.write_str(&t!("this kernel does not count a connection's bytes (Linux 4.19 does)"))
            }
            Blind::Proc(page, errno) => f.write_str(&t!(
                "/proc/PID/%{page} cannot be read: %{error}",
                page = page.path(),
                error = reason(errno)
            )),
            Blind::Descriptors(errno) => f.write_str(&t!(
                "descriptors of the program cannot be examined: %{error}",
                error = reason(errno)
            )),
        }
    }
}

impl std::error::Error for Blind {}

impl Page {
    fn path(self) -> &'static str {
        match self {
            Page::Tasks => "task",
            Page::SystemCall => "task/TID/syscall",
            Page::Stat => "task/TID/stat",
            Page::Turns => "task/TID/status",
            Page::Children => "task/TID/children",
            Page::Descriptors => "fd",
        }
    }
}
