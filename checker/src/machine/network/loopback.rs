//! Is a datagram on its way over loopback? No counter tells; a datagram of our own that went the same way does.
//!
//! Each processor has a queue of what it is still to deliver, first come, first served. What a thread sends
//! goes into the queue of the processor that it runs on. So when something that we send to ourselves from a
//! processor has arrived, all that was sent from there before has arrived as well, or was dropped.

use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// A machine that does not deliver for so long shows nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a datagram sets off, an error that says that nobody is there, is delivered a round later.
const ROUNDS: usize = 2;

#[derive(Debug)]
pub struct Loopback {
    /// Connected to itself.
    socket: UdpSocket,
    round: u64,
}

/// From where datagrams were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    ThisProcessor,
    Anywhere,
}

/// Has everything arrived?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    Yes,
    Unknown,
}

impl Loopback {
    /// For the network namespace of this thread.
    pub fn open() -> io::Result<Loopback> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.connect(socket.local_addr()?)?;
        socket.set_nonblocking(true)?;
        Ok(Loopback { socket, round: 0 })
    }

    /// Waits until all has arrived that was sent before, by anybody and from any processor, and what
    /// it set off.
    pub fn drain(&mut self) -> Drained {
        self.rounds(From::Anywhere)
    }

    /// Lets `send` send something, and waits until it has arrived, and what it set off.
    pub fn carry<T>(&mut self, send: impl FnOnce() -> T) -> (T, Drained) {
        let before = sched_getaffinity(Pid::from_raw(0)).ok();
        // Without this, we might be moved to another processor between the two sends.
        pin(nix::sched::sched_getcpu().ok());
        let sent = send();
        let drained = self.rounds(From::ThisProcessor);
        if let Some(before) = before {
            let _ = sched_setaffinity(Pid::from_raw(0), &before);
        }
        (sent, drained)
    }

    fn rounds(&mut self, from: From) -> Drained {
        for _ in 0..ROUNDS {
            match self.one_round(from) {
                Ok(Drained::Yes) => {}
                Ok(Drained::Unknown) | Err(_) => return Drained::Unknown,
            }
        }
        Drained::Yes
    }

    fn one_round(&mut self, from: From) -> io::Result<Drained> {
        self.round += 1;
        let word = self.round.to_ne_bytes();
        let mut sent = 0;
        match (from, sched_getaffinity(Pid::from_raw(0))) {
            (From::Anywhere, Ok(all)) => {
                for processor in (0..CpuSet::count()).filter(|number| all.is_set(*number).unwrap_or(false)) {
                    pin(Some(processor));
                    self.socket.send(&word)?;
                    sent += 1;
                }
                let _ = sched_setaffinity(Pid::from_raw(0), &all);
            }
            _ => {
                self.socket.send(&word)?;
                sent += 1;
            }
        }
        let begin = Instant::now();
        while sent > 0 {
            let mut came = [0; 8];
            match self.socket.recv(&mut came) {
                // One of a round that was given up is no sign.
                Ok(8) if came == word => sent -= 1,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if begin.elapsed() > PATIENCE {
                        return Ok(Drained::Unknown);
                    }
                    let mut awaited = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
                    poll(&mut awaited, PollTimeout::from(100u8))?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Drained::Yes)
    }
}

/// Lets this thread run on this processor alone.
fn pin(processor: Option<usize>) {
    let mut only = CpuSet::new();
    if processor.is_some_and(|processor| only.set(processor).is_ok()) {
        let _ = sched_setaffinity(Pid::from_raw(0), &only);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_there_once_it_is_drained() {
        let mut loopback = Loopback::open().unwrap();
        let before = sched_getaffinity(Pid::from_raw(0)).unwrap();
        let there = UdpSocket::bind("127.0.0.1:0").unwrap();
        there.set_nonblocking(true).unwrap();
        let address = there.local_addr().unwrap();
        for number in 0..200u8 {
            let (sent, drained) = loopback.carry(|| {
                let here = UdpSocket::bind("127.0.0.1:0").unwrap();
                here.send_to(&[number], address).unwrap()
            });
            assert_eq!((sent, drained), (1, Drained::Yes));
            let mut came = [0; 8];
            assert_eq!((there.recv(&mut came).unwrap(), came[0]), (1, number));
        }
        assert_eq!(loopback.drain(), Drained::Yes);
        assert_eq!(sched_getaffinity(Pid::from_raw(0)).unwrap(), before);
    }
}
