//! Exact questions about one TCP connection over sock_diag.
//!
//! The two messages are laid out by hand: the answer's `tcp_info` is the same bytes that
//! `getsockopt(TCP_INFO)` gives, so that one parser serves both, and nothing is allocated in a path that runs
//! for every connection of every look.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};

use super::{Flow, Standing, Stream};

/// The system's numbers of a TCP connection's states.
pub(super) mod state {
    pub const ESTABLISHED: u8 = 1;
    pub const SYN_SENT: u8 = 2;
    pub const SYN_RECV: u8 = 3;
    pub const TIME_WAIT: u8 = 6;
    pub const CLOSE: u8 = 7;
    pub const CLOSE_WAIT: u8 = 8;
    pub const LAST_ACK: u8 = 9;
    pub const LISTEN: u8 = 10;
    pub const CLOSING: u8 = 11;
    pub const NEW_SYN_RECV: u8 = 12;
}

/// A netlink socket for questions about connections of the network namespace it was made in.
pub(super) struct Diag {
    socket: OwnedFd,
    sequence: u32,
    answer: Vec<u8>,
}

/// One socket, as sock_diag tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    pub state: u8,
    /// 0 where no descriptor belongs to the socket.
    pub inode: u64,
    /// Sequence numbers not read yet.
    pub unread: u64,
    pub info: Option<Info>,
}

/// The part of the kernel's `tcp_info` that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Info {
    pub state: u8,
    pub in_flight: u32,
    /// Sequence numbers taken in: the end of the stream counts one.
    pub taken: u64,
    pub unsent: u64,
    /// Bytes sent, each counted once.
    pub sent: u64,
    pub window: u32,
}

impl Diag {
    /// Opens the socket and asks once, to learn whether questions are answered.
    pub fn open() -> io::Result<Diag> {
        let socket = socket(
            AddressFamily::Netlink,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC,
            SockProtocol::NetlinkSockDiag,
        )?;
        let mut diag = Diag { socket, sequence: 0, answer: vec![0; 8192] };
        let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
        diag.ask(nobody, nobody)?;
        Ok(diag)
    }

    /// The socket at `near` whose other end is `far`; `None` if there is none.
    pub fn ask(&mut self, near: SocketAddr, far: SocketAddr) -> io::Result<Option<Record>> {
        self.sequence = self.sequence.wrapping_add(1);
        let question = question(self.sequence, near, far);
        send(self.socket.as_raw_fd(), &question, MsgFlags::empty())?;
        loop {
            // The kernel answers inside `send`, so there is nothing to wait for.
            let length = recv(self.socket.as_raw_fd(), &mut self.answer, MsgFlags::MSG_DONTWAIT)?;
            if let Some(answer) = answer(&self.answer[..length], self.sequence) {
                // With no such connection the kernel tells of the listener in its place.
                return answer.map(|record| record.filter(|record| record.state != state::LISTEN));
            }
        }
    }
}

/// What a record says of the program's end of one of our connections; fails on kernels that do
/// not count bytes.
pub(super) fn standing(record: Option<Record>) -> io::Result<Standing> {
    let Some(record) = record else { return Ok(Standing::Gone) };
    Ok(match record.state {
        state::SYN_SENT | state::SYN_RECV | state::NEW_SYN_RECV => Standing::InHandshake,
        state::CLOSE => Standing::Gone,
        state::ESTABLISHED | state::CLOSE_WAIT if record.inode == 0 => Standing::InAcceptQueue,
        _ if record.inode == 0 => Standing::ClosedByProgram,
        state::TIME_WAIT => Standing::ClosedByProgram,
        _ => Standing::Held(flow(&record)?),
    })
}

fn flow(record: &Record) -> io::Result<Flow> {
    let info = record.info.ok_or(io::ErrorKind::Unsupported)?;
    // The state is read again under the socket's lock, together with the counts.
    let from_us = if end_arrived(info.state) { Stream::Ended } else { Stream::Open };
    let to_us = match info.state {
        state::ESTABLISHED | state::CLOSE_WAIT => Stream::Open,
        _ => Stream::Ended,
    };
    Ok(Flow {
        arrived: info.arrived(),
        // The end of the stream waits in the same queue and counts one.
        unread: record.unread.saturating_sub(u64::from(from_us == Stream::Ended)),
        sent: info.sent,
        unsent: info.unsent,
        in_flight: info.in_flight,
        window: info.window,
        from_us,
        to_us,
    })
}

/// Whether a socket in this state has received its peer's end of stream.
pub(super) fn end_arrived(state: u8) -> bool {
    matches!(state, state::CLOSE_WAIT | state::LAST_ACK | state::CLOSING | state::TIME_WAIT | state::CLOSE)
}

impl Info {
    /// Reads a `tcp_info`; `None` where the kernel is too old to count bytes sent.
    pub fn parse(bytes: &[u8]) -> Option<Info> {
        const UNACKED: usize = 24;
        const BYTES_RECEIVED: usize = 128;
        const NOTSENT_BYTES: usize = 144;
        const BYTES_SENT: usize = 200;
        const BYTES_RETRANS: usize = 208;
        const SND_WND: usize = 228;
        Some(Info {
            state: *bytes.first()?,
            in_flight: u32_at(bytes, UNACKED)?,
            taken: u64_at(bytes, BYTES_RECEIVED)?,
            unsent: u64::from(u32_at(bytes, NOTSENT_BYTES)?),
            sent: u64_at(bytes, BYTES_SENT)?.checked_sub(u64_at(bytes, BYTES_RETRANS)?)?,
            window: u32_at(bytes, SND_WND).unwrap_or(u32::MAX),
        })
    }

    /// Bytes arrived, without the end of the stream.
    pub fn arrived(&self) -> u64 {
        self.taken.saturating_sub(u64::from(end_arrived(self.state)))
    }
}

const HEADER: usize = 16;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const INET_DIAG_INFO: u16 = 2;

fn question(sequence: u32, near: SocketAddr, far: SocketAddr) -> [u8; 72] {
    let mut message = [0; 72];
    let mut put = |at: usize, bytes: &[u8]| message[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &72u32.to_ne_bytes());
    put(4, &SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    put(6, &(libc::NLM_F_REQUEST as u16).to_ne_bytes());
    put(8, &sequence.to_ne_bytes());
    let (near_ip, far_ip) = (near.ip().to_canonical(), far.ip().to_canonical());
    let family = if near_ip.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    put(HEADER, &[family as u8, libc::IPPROTO_TCP as u8, 1 << (INET_DIAG_INFO - 1), 0]);
    put(20, &u32::MAX.to_ne_bytes());
    put(24, &near.port().to_be_bytes());
    put(26, &far.port().to_be_bytes());
    for (at, ip) in [(28, near_ip), (44, far_ip)] {
        match ip {
            IpAddr::V4(ip) => put(at, &ip.octets()),
            IpAddr::V6(ip) => put(at, &ip.octets()),
        }
    }
    put(64, &[0xff; 8]);
    message
}

/// The answer to the question with this sequence number; `None` for any other message.
fn answer(message: &[u8], sequence: u32) -> Option<io::Result<Option<Record>>> {
    const ERROR: u16 = libc::NLMSG_ERROR as u16;
    if u32_at(message, 8)? != sequence {
        return None;
    }
    let body = message.get(HEADER..)?;
    match u16_at(message, 4)? {
        SOCK_DIAG_BY_FAMILY => record(body).map(|record| Ok(Some(record))),
        ERROR => match -(u32_at(body, 0)? as i32) {
            libc::ENOENT => Some(Ok(None)),
            errno => Some(Err(io::Error::from_raw_os_error(errno))),
        },
        _ => None,
    }
}

fn record(body: &[u8]) -> Option<Record> {
    const ATTRIBUTES: usize = 72;
    let mut record = Record {
        state: *body.get(1)?,
        unread: u64::from(u32_at(body, 56)?),
        inode: u64::from(u32_at(body, 68)?),
        info: None,
    };
    let mut rest = body.get(ATTRIBUTES..)?;
    while let (Some(length), Some(kind)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let length = usize::from(length);
        let Some(value) = rest.get(4..length) else { break };
        if kind == INET_DIAG_INFO {
            record.info = Info::parse(value);
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Some(record)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{Shutdown, TcpListener, TcpStream};

    /// The accepted end's address and the client's; a closed client forgets them.
    fn addresses(client: &TcpStream) -> (SocketAddr, SocketAddr) {
        (client.peer_addr().unwrap(), client.local_addr().unwrap())
    }

    /// Asks for the socket at `near` until `wanted` holds.
    fn until(
        diag: &mut Diag,
        (near, far): (SocketAddr, SocketAddr),
        wanted: impl Fn(Standing) -> bool,
    ) -> Standing {
        let begin = std::time::Instant::now();
        loop {
            let seen = standing(diag.ask(near, far).unwrap()).unwrap();
            if wanted(seen) {
                return seen;
            }
            assert!(begin.elapsed().as_secs() < 20, "still {seen:?}");
        }
    }

    fn held(seen: Standing) -> Flow {
        match seen {
            Standing::Held(flow) => flow,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_connection_is_followed_from_the_queue_to_its_end_in_every_family() {
        let mut diag = Diag::open().unwrap();
        for (bind, port_of) in
            [("127.0.0.1:0", "127.0.0.1"), ("[::1]:0", "[::1]"), ("[::]:0", "127.0.0.1"), ("[::]:0", "[::1]")]
        {
            let listener = TcpListener::bind(bind).unwrap();
            let port = listener.local_addr().unwrap().port();
            let mut client = TcpStream::connect(format!("{port_of}:{port}")).unwrap();
            let ends = addresses(&client);
            until(&mut diag, ends, |seen| seen == Standing::InAcceptQueue);
            let (mut server, _) = listener.accept().unwrap();

            client.write_all(b"12345").unwrap();
            let seen = until(&mut diag, ends, |seen| held(seen).arrived == 5);
            assert_eq!((held(seen).unread, held(seen).from_us), (5, Stream::Open));

            server.read_exact(&mut [0; 5]).unwrap();
            server.write_all(b"abc").unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            let seen = held(until(&mut diag, ends, |seen| {
                held(seen).from_us == Stream::Ended && held(seen).sent == 3
            }));
            assert_eq!((seen.arrived, seen.unread, seen.to_us), (5, 0, Stream::Open));

            drop(server);
            until(&mut diag, ends, |seen| matches!(seen, Standing::Gone | Standing::ClosedByProgram));
        }
    }

    #[test]
    fn a_listener_is_not_taken_for_a_connection() {
        let mut diag = Diag::open().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let far = SocketAddr::from(([127, 0, 0, 1], 1));
        assert_eq!(diag.ask(listener.local_addr().unwrap(), far).unwrap(), None);
    }

    #[test]
    fn a_half_close_by_the_program_is_told_from_a_close() {
        let mut diag = Diag::open().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let ends = addresses(&client);
        let (server, _) = listener.accept().unwrap();
        server.shutdown(Shutdown::Write).unwrap();
        let seen = until(&mut diag, ends, |seen| held(seen).to_us == Stream::Ended);
        assert_eq!(held(seen).from_us, Stream::Open);
        drop(server);
        until(&mut diag, ends, |seen| seen == Standing::ClosedByProgram);
    }

    #[test]
    fn broken_answers_are_not_understood_and_do_no_harm() {
        for length in 0..HEADER + 80 {
            let mut message = vec![0; length];
            if length > 12 {
                message[8..12].copy_from_slice(&7u32.to_ne_bytes());
                message[4..6].copy_from_slice(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
            }
            let understood = answer(&message, 7).is_some();
            assert_eq!(understood, length >= HEADER + 72, "length {length}");
        }
    }
}
