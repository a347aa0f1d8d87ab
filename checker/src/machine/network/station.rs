//! Ports of our own that a program is sent to: a server, a port where nobody listens, a full queue.
//!
//! Each is bound as long as its check lasts, and to a port that the system picks: nobody else can get it meanwhile.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use mio::net::{TcpListener, TcpStream, UdpSocket};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, bind, connect, getsockname, listen, setsockopt,
    socket, sockopt,
};

use crate::model::course::Post;

/// Connections of the program that may wait for `accepts`.
const BACKLOG: i32 = 128;

#[derive(Debug)]
pub struct Station {
    kind: Kind,
    address: SocketAddr,
}

#[derive(Debug)]
enum Kind {
    Server(TcpListener),
    Mailbox(UdpSocket),
    /// Bound, and not listening: the system refuses.
    Closed {
        _reserved: OwnedFd,
    },
    /// The connection that fills the queue belongs to it.
    Full {
        _listener: OwnedFd,
        _filling: OwnedFd,
    },
}

impl Station {
    /// Opens a port in the network namespace of this thread.
    ///
    /// # Errors
    /// The system gives no socket, or no port.
    pub fn open(post: Post) -> io::Result<Station> {
        let transport = match post {
            Post::TcpServer | Post::TcpClosed | Post::TcpFull => SockType::Stream,
            Post::UdpServer | Post::UdpClosed => SockType::Datagram,
        };
        let (socket, address) = bound(transport)?;
        let kind = match post {
            Post::UdpServer => Kind::Mailbox(as_mailbox(socket)?),
            Post::UdpClosed => {
                // It receives from itself alone; everybody else is told that nobody is there.
                connect(socket.as_raw_fd(), &SockaddrIn::from(address))?;
                Kind::Closed { _reserved: socket }
            }
            Post::TcpServer => {
                listen(&socket, Backlog::new(BACKLOG)?)?;
                Kind::Server(TcpListener::from_std(socket.into()))
            }
            Post::TcpClosed => Kind::Closed { _reserved: socket },
            Post::TcpFull => {
                listen(&socket, Backlog::new(0)?)?;
                let filling = fill(&socket, address)?;
                Kind::Full { _listener: socket, _filling: filling }
            }
        };
        Ok(Station { kind, address: SocketAddr::V4(address) })
    }

    /// The socket, where this is somebody who receives datagrams.
    pub fn mailbox(self) -> Result<UdpSocket, Station> {
        match self.kind {
            Kind::Mailbox(socket) => Ok(socket),
            _ => Err(self),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn is_full(&self) -> bool {
        matches!(self.kind, Kind::Full { .. })
    }

    pub fn listener(&mut self) -> Option<&mut TcpListener> {
        match &mut self.kind {
            Kind::Server(listener) => Some(listener),
            _ => None,
        }
    }

    /// Does a connection wait for us?
    pub fn has_caller(&self) -> bool {
        let Kind::Server(listener) = &self.kind else { return false };
        let mut ready = [PollFd::new(listener.as_fd(), PollFlags::POLLIN)];
        poll(&mut ready, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
    }

    /// The next connection that waits for us, and where it comes from.
    pub fn accept(&self) -> Option<(TcpStream, SocketAddr)> {
        match &self.kind {
            Kind::Server(listener) => listener.accept().ok(),
            _ => None,
        }
    }
}

/// A UDP client's socket, at a port that the system picks.
pub fn udp_client() -> io::Result<UdpSocket> {
    as_mailbox(bound(SockType::Datagram)?.0)
}

/// Errors that come back from the network wait in a queue of their own, and room is for a few large datagrams.
fn as_mailbox(socket: OwnedFd) -> io::Result<UdpSocket> {
    const ROOM: usize = 4 << 20;
    setsockopt(&socket, sockopt::Ipv4RecvErr, &true)?;
    setsockopt(&socket, sockopt::RcvBuf, &ROOM)?;
    Ok(UdpSocket::from_std(socket.into()))
}

fn bound(kind: SockType) -> io::Result<(OwnedFd, SocketAddrV4)> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let socket = socket(AddressFamily::Inet, kind, flags, None)?;
    bind(socket.as_raw_fd(), &SockaddrIn::from(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)))?;
    let name: SockaddrIn = getsockname(socket.as_raw_fd())?;
    Ok((socket, SocketAddrV4::new(name.ip(), name.port())))
}

/// Takes the only place of a queue, and waits until it is taken.
fn fill(listener: &OwnedFd, address: SocketAddrV4) -> io::Result<OwnedFd> {
    let flags = SockFlag::SOCK_CLOEXEC;
    let client = socket(AddressFamily::Inet, SockType::Stream, flags, None)?;
    connect(client.as_raw_fd(), &SockaddrIn::from(address))?;
    let mut ready = [PollFd::new(listener.as_fd(), PollFlags::POLLIN)];
    poll(&mut ready, PollTimeout::from(10_000u16))?;
    Ok(client)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_closed_port_refuses_at_once_and_is_nobody_elses() {
        let station = Station::open(Post::TcpClosed).unwrap();
        let refused = TcpStream::connect(station.address()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let taken = std::net::TcpListener::bind(station.address()).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
    }

    #[test]
    fn a_closed_udp_port_answers_with_an_error() {
        let station = Station::open(Post::UdpClosed).unwrap();
        let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        client.connect(station.address()).unwrap();
        client.send(b"oi").unwrap();
        client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let refused = client.recv(&mut [0; 8]).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn connecting_to_a_full_queue_takes_longer_than_any_limit() {
        let station = Station::open(Post::TcpFull).unwrap();
        for _ in 0..3 {
            let late = TcpStream::connect_timeout(&station.address(), Duration::from_millis(60)).unwrap_err();
            assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        }
    }

    #[test]
    fn a_server_has_the_connections_that_came_before_it_asked() {
        let station = Station::open(Post::TcpServer).unwrap();
        assert!(!station.has_caller() && station.accept().is_none());
        let client = TcpStream::connect(station.address()).unwrap();
        let begin = std::time::Instant::now();
        let (_, from) = loop {
            if let Some(came) = station.accept() {
                break came;
            }
            assert!(begin.elapsed() < Duration::from_secs(20));
        };
        assert_eq!(from, client.local_addr().unwrap());
        let _again = TcpStream::connect(station.address()).unwrap();
        while !station.has_caller() {
            assert!(begin.elapsed() < Duration::from_secs(20));
        }
    }
}
