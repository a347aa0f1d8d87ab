//! One TCP client: dials, sends in its own manner, and reads whatever comes.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

use mio::net::TcpStream;

use crate::machine::network::port;
use crate::machine::sight::{OurEnd, Reads, Writes};
use crate::model::stage::{Ending, Retry, Seat};

#[derive(Debug)]
pub struct Client {
    pub seat: Seat,
    pub line: Line,
    queue: VecDeque<Outgoing>,
    /// Bytes that the kernel took / that we read, since this connection began.
    sent: u64,
    received: u64,
    reading: Reading,
    ending: Option<Ending>,
    writes: Writes,
    pub acceptance: Acceptance,
    ends: Option<(SocketAddr, SocketAddr)>,
}

#[derive(Debug)]
pub enum Line {
    Away,
    /// Refused so far; tried again.
    Wanted {
        address: SocketAddr,
    },
    /// The handshake is under way.
    Dialing {
        stream: TcpStream,
        retry: Retry,
        address: SocketAddr,
    },
    Open(TcpStream),
    /// Closed or reset by us.
    Left,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    Unknown,
    Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    On,
    Off,
}

#[derive(Debug)]
struct Outgoing {
    bytes: Vec<u8>,
    done: usize,
    piece: Option<usize>,
    /// The socket's own end follows.
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    HalfClose,
}

/// What became of a dial.
#[derive(Debug, PartialEq, Eq)]
pub enum Dialed {
    Open,
    Pending,
    Refused,
}

/// What became of an attempt to send.
#[derive(Debug, PartialEq, Eq)]
pub enum Pushed {
    /// Nothing was queued.
    Idle,
    /// The last queued byte left just now.
    Emptied,
    /// The kernel takes no more for now.
    Full,
    /// The next piece waits until the program has taken the one before.
    Held,
    Failed,
}

/// What one attempt to read brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Gulp {
    Bytes(usize),
    Nothing,
    End(Ending),
}

impl Client {
    pub fn new(seat: Seat) -> Self {
        Client {
            seat,
            line: Line::Away,
            queue: VecDeque::new(),
            sent: 0,
            received: 0,
            reading: Reading::On,
            ending: None,
            writes: Writes::Open,
            acceptance: Acceptance::Unknown,
            ends: None,
        }
    }

    /// Begins a new connection; one that was open before is dropped.
    pub fn want(&mut self, address: SocketAddr) {
        *self = Client { line: Line::Wanted { address }, ..Client::new(self.seat) };
    }

    /// Tries to connect, without waiting for the handshake.
    pub fn dial(&mut self, address: SocketAddr, retry: Retry) -> Dialed {
        match TcpStream::connect(address) {
            Ok(stream) => {
                // Each of our sends is a segment of its own.
                let _ = stream.set_nodelay(true);
                self.line = Line::Dialing { stream, retry, address };
                self.answered()
            }
            Err(_) => self.refused(address, retry),
        }
    }

    /// Looks whether the handshake under way is over.
    pub fn answered(&mut self) -> Dialed {
        let (stream, retry, address) = match std::mem::replace(&mut self.line, Line::Away) {
            Line::Dialing { stream, retry, address } => (stream, retry, address),
            other => {
                self.line = other;
                return Dialed::Pending;
            }
        };
        if !matches!(stream.take_error(), Ok(None)) {
            return self.refused(address, retry);
        }
        match (stream.local_addr(), stream.peer_addr()) {
            (Ok(local), Ok(remote)) => {
                self.ends = Some((local, remote));
                self.line = Line::Open(stream);
                Dialed::Open
            }
            _ => {
                self.line = Line::Dialing { stream, retry, address };
                Dialed::Pending
            }
        }
    }

    /// Begins with a connection that the program has made to us; one that was open before is dropped.
    pub fn welcome(&mut self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let ends = stream.local_addr().ok().zip(stream.peer_addr().ok());
        let acceptance = Acceptance::Known;
        *self = Client { line: Line::Open(stream), ends, acceptance, ..Client::new(self.seat) };
    }

    fn refused(&mut self, address: SocketAddr, retry: Retry) -> Dialed {
        self.line = match retry {
            Retry::Patient => Line::Wanted { address },
            Retry::Once => Line::Away,
        };
        Dialed::Refused
    }

    /// The stream that the event loop watches, while there is one.
    pub fn stream(&mut self) -> Option<&mut TcpStream> {
        match &mut self.line {
            Line::Open(stream) | Line::Dialing { stream, .. } => Some(stream),
            _ => None,
        }
    }

    pub fn is_open(&self) -> bool {
        matches!(self.line, Line::Open(_))
    }

    pub fn has_ended(&self) -> bool {
        self.ending.is_some()
    }

    /// Bytes that the kernel took since this connection began.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    pub fn queue(&mut self, bytes: Vec<u8>, piece: Option<usize>) {
        self.queue.push_back(Outgoing { bytes, done: 0, piece, then: Then::GoOn });
    }

    /// Ends our direction, once everything queued has left.
    pub fn half_close(&mut self) {
        self.queue.push_back(Outgoing { bytes: Vec::new(), done: 0, piece: None, then: Then::HalfClose });
    }

    pub fn has_queue(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Does the next piece wait for the program to take the one before?
    pub fn sends_in_pieces(&self) -> bool {
        self.queue.front().is_some_and(|outgoing| outgoing.piece.is_some())
    }

    /// Sends what the kernel takes. `taken`: the program has read everything sent so far.
    pub fn push(&mut self, taken: Taken) -> Pushed {
        if self.queue.is_empty() {
            return Pushed::Idle;
        }
        let Line::Open(stream) = &mut self.line else {
            self.queue.clear();
            return Pushed::Failed;
        };
        let mut may_send_piece = taken == Taken::Yes;
        while let Some(outgoing) = self.queue.front_mut() {
            let rest = &outgoing.bytes[outgoing.done..];
            if let Some(piece) = outgoing.piece {
                // The last piece, too, must have been taken before all counts as sent.
                if !may_send_piece {
                    return Pushed::Held;
                }
                may_send_piece = false;
                if !rest.is_empty() {
                    let piece = &rest[..piece.min(rest.len())];
                    match stream.write(piece) {
                        Ok(count) => {
                            outgoing.done += count;
                            self.sent += count as u64;
                        }
                        Err(error) if is_full(&error) => return Pushed::Full,
                        Err(_) => return self.broken(),
                    }
                    return Pushed::Held;
                }
            } else if !rest.is_empty() {
                match stream.write(rest) {
                    Ok(count) => {
                        outgoing.done += count;
                        self.sent += count as u64;
                    }
                    Err(error) if is_full(&error) => return Pushed::Full,
                    Err(_) => return self.broken(),
                }
                continue;
            }
            if outgoing.then == Then::HalfClose {
                let _ = stream.shutdown(Shutdown::Write);
                self.writes = Writes::HalfClosed;
            }
            self.queue.pop_front();
        }
        Pushed::Emptied
    }

    fn broken(&mut self) -> Pushed {
        self.queue.clear();
        Pushed::Failed
    }

    pub fn read(&mut self, buffer: &mut [u8]) -> Gulp {
        if self.reading == Reading::Off || self.ending.is_some() {
            return Gulp::Nothing;
        }
        let Line::Open(stream) = &mut self.line else { return Gulp::Nothing };
        let ending = match stream.read(buffer) {
            Ok(0) => Ending::Fin,
            Ok(count) => {
                self.received += count as u64;
                return Gulp::Bytes(count);
            }
            Err(error) if is_full(&error) => return Gulp::Nothing,
            Err(_) => Ending::Reset,
        };
        self.ending = Some(ending);
        Gulp::End(ending)
    }

    pub fn stop_reading(&mut self) {
        self.reading = Reading::Off;
    }

    pub fn read_again(&mut self) {
        self.reading = Reading::On;
    }

    /// Closes in good order, or with a reset.
    pub fn leave(&mut self, manner: Writes) {
        if let Line::Open(stream) = std::mem::replace(&mut self.line, Line::Left) {
            if manner == Writes::Reset {
                linger_not(&stream);
            }
            self.writes = manner;
            // The program sees its end when the last descriptor is closed.
            let _guard = port::alone();
            drop(stream);
        }
        self.queue.clear();
    }

    /// At the end of a check: nothing of ours may linger and use up ports.
    pub fn vanish(&mut self) {
        if let Line::Open(stream) | Line::Dialing { stream, .. } = &self.line {
            linger_not(stream);
        }
        self.line = Line::Left;
    }

    /// What the sight has to know of this connection; none where there never was one.
    pub fn end(&self) -> Option<OurEnd> {
        let (local, remote) = self.ends?;
        let reads = match (self.reading, self.ending) {
            (_, Some(_)) => Reads::Ended,
            (Reading::On, None) => Reads::Reading,
            (Reading::Off, None) => Reads::Stopped,
        };
        let writes = self.writes;
        Some(OurEnd {
            seat: self.seat,
            local,
            remote,
            sent: self.sent,
            received: self.received,
            reads,
            writes,
        })
    }
}

/// Has the program read everything that was sent so far?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Yes,
    No,
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

fn linger_not(stream: &TcpStream) {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    let _ = nix::sys::socket::setsockopt(stream, nix::sys::socket::sockopt::Linger, &linger);
}

/// Without sight, a piece is believed to be taken after this long: many times what a read takes.
pub const PIECE_UNSEEN: Duration = Duration::from_millis(10);
