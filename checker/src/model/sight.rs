//! What the kernel showed of a program at one moment, as plain data.

use std::net::SocketAddr;

use super::stage::Seat;

/// The program's whole tree at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sighting {
    pub threads: Vec<ThreadView>,
    /// Addresses on which any process of the tree listens (TCP).
    pub listening: Vec<SocketAddr>,
    /// Addresses at which any process of the tree receives datagrams (UDP).
    pub bound: Vec<SocketAddr>,
    /// Seats whose connection still waits in the accept queue.
    pub waiting_in_queue: Vec<Seat>,
    /// Connections that the program holds.
    pub held: Vec<HeldView>,
    /// What threads wait for that wait for another thread, where it shows.
    pub waits: Vec<WaitView>,
    /// Threads (`tid`) that used a processor, or waited for one, all the time.
    pub busy: Vec<i32>,
}

/// One of our connections, at the program's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldView {
    pub seat: Seat,
    /// Bytes that have arrived and that the program has not read.
    pub unread: u64,
    /// Descriptors of it in all processes together: a clone of a stream is one more.
    pub descriptors: usize,
    /// Has our end of the stream arrived?
    pub from_us: Stream,
}

/// Bytes in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Open,
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitView {
    pub tid: i32,
    pub waits_for: WaitsFor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// A lock that another thread holds.
    Lock,
    /// The end of this thread (`tid`): a join.
    EndOf(i32),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadView {
    /// Position among the threads of its process by age: 1 is main.
    pub number: usize,
    pub pid: i32,
    pub tid: i32,
    /// The kernel's name of the thread (`comm`).
    pub name: String,
    pub doing: Doing,
}

/// What a thread does, in the words of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// On a processor, or ready to be.
    Running,
    /// accept(), on the listening address where it is known.
    Accepting(Option<SocketAddr>),
    /// recv() or read() from.
    Receiving(Whom),
    /// send() or write() to.
    Sending(Whom),
    /// connect() under way; at whose full accept queue it hangs, where it does.
    Connecting(Option<Seat>),
    /// poll, epoll or select; true where it has no time limit.
    Polling {
        limit: Limit,
    },
    /// A lock, a join, a channel or a condition variable.
    WaitingForThread {
        limit: Limit,
    },
    WaitingForChild,
    WaitingForSignal,
    Sleeping,
    /// A zombie or a thread that ended.
    Ended,
    /// Stopped or traced.
    Stopped,
    /// Another system call, by number.
    Other(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    None,
    Timed,
}

/// The other end of a descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// One of our clients. `limit` tells a read or write time-out on the socket.
    Client {
        seat: Seat,
        limit: Limit,
    },
    Input,
    Output,
    /// Whoever sends a datagram to this UDP socket.
    Datagrams {
        limit: Limit,
    },
    /// A socket that is none of ours.
    Socket {
        limit: Limit,
    },
    File,
    Unknown,
}
