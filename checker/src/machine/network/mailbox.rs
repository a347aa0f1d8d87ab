//! One actor's UDP socket: a client that sends to the program's port, or a server that the program sends to.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use mio::net::UdpSocket;
use nix::sys::socket::{MsgFlags, recv};

use crate::machine::network::loopback::Loopback;
use crate::model::stage::Seat;

#[derive(Debug)]
pub struct Mailbox {
    pub seat: Seat,
    socket: UdpSocket,
    queue: VecDeque<Letter>,
    /// Who sent the last datagram that came.
    pub peer: Option<SocketAddr>,
}

#[derive(Debug)]
struct Letter {
    bytes: Vec<u8>,
    to: To,
}

/// Where a datagram goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To the program's port; again and again until the program receives there.
    Program,
    /// To whoever sent the last datagram; if nobody receives there any more, it is lost.
    Address(SocketAddr),
    /// There was no such datagram.
    Nobody,
}

/// What became of an attempt to send.
#[derive(Debug, PartialEq, Eq)]
pub enum Posted {
    /// Nothing was queued.
    Idle,
    /// The last of it has arrived.
    All,
    /// Nobody receives there yet.
    Refused,
}

impl Mailbox {
    pub fn new(seat: Seat, socket: UdpSocket) -> Mailbox {
        Mailbox { seat, socket, queue: VecDeque::new(), peer: None }
    }

    pub fn socket(&mut self) -> &mut UdpSocket {
        &mut self.socket
    }

    pub fn address(&self) -> Option<SocketAddr> {
        self.socket.local_addr().ok()
    }

    pub fn queue(&mut self, bytes: Vec<u8>, to: To) {
        self.queue.push_back(Letter { bytes, to });
    }

    pub fn has_queue(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Sends what is queued, each datagram when the one before has arrived.
    pub fn post(&mut self, program: SocketAddr, loopback: &mut Loopback) -> Posted {
        if self.queue.is_empty() {
            return Posted::Idle;
        }
        while let Some(letter) = self.queue.front() {
            let address = match letter.to {
                To::Program => Some(program),
                To::Address(address) => Some(address),
                To::Nobody => None,
            };
            if let Some(address) = address {
                self.forget_errors();
                let (sent, _) = loopback.carry(|| self.socket.send_to(&letter.bytes, address));
                let refused = sent.is_err() || self.socket.take_error().is_ok_and(|error| error.is_some());
                self.forget_errors();
                if refused && letter.to == To::Program {
                    return Posted::Refused;
                }
            }
            self.queue.pop_front();
        }
        Posted::All
    }

    /// The next datagram and where it comes from.
    pub fn read(&mut self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        loop {
            match self.socket.recv_from(buffer) {
                Ok(came) => return Some(came),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                // An error of something that was sent before.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => self.forget_errors(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
    }

    fn forget_errors(&self) {
        let mut sink = [0; 64];
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        while recv(self.socket.as_raw_fd(), &mut sink, flags).is_ok() {}
        let _ = self.socket.take_error();
    }
}
