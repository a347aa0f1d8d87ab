//! Who said what, and when: what a student reads first.

use std::net::SocketAddr;
use std::time::Duration;

use super::stage::{Departure, Ending};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Since the program was started.
    pub at: Duration,
    /// An actor's name (`ana`, `crowd 17`), `user` or `program`.
    pub who: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Started {
        command: String,
    },
    Connected,
    /// It accepted a connection that the program has made.
    Accepted,
    Sent(Excerpt),
    Received(Excerpt),
    /// A datagram from an address that it did not send to.
    Strayed {
        from: SocketAddr,
        bytes: Excerpt,
    },
    /// The program ended the connection.
    Ended(Ending),
    HalfClosed,
    Closed,
    Reset,
    StoppedReading,
    ReadAgain,
    Typed(Excerpt),
    Pressed(super::script::Key),
    EndedInput,
    Printed(Excerpt),
    Complained(Excerpt),
    GotSignal(&'static str),
    Exited(Departure),
    /// Here the failing sentence gave up.
    Failed,
}

/// The beginning of some bytes, and how many there were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    pub head: Vec<u8>,
    pub total: u64,
}

impl Excerpt {
    /// Bytes that an entry keeps; longer ones are cut for reports.
    pub const KEPT: usize = 4096;

    pub fn of(bytes: &[u8]) -> Self {
        Excerpt { head: bytes[..bytes.len().min(Self::KEPT)].to_vec(), total: bytes.len() as u64 }
    }

    pub fn extend(&mut self, bytes: &[u8]) {
        let room = Self::KEPT.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.total += bytes.len() as u64;
    }

    pub fn is_cut(&self) -> bool {
        self.total > self.head.len() as u64
    }
}
