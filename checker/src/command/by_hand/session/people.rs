//! Who is on stage: a seat for each.

use std::collections::VecDeque;

use crate::model::course::{Post, Speech};

#[derive(Debug)]
pub struct Person {
    pub name: String,
    pub role: Role,
    pub line: LineState,
    pub connection: Connection,
    /// Sizes of datagrams that have not arrived yet.
    pub posted: VecDeque<usize>,
    /// How many datagrams came.
    pub letters: u64,
}

/// What somebody on stage is to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Connects to it.
    Dialer,
    /// Sends datagrams to its port.
    Mailer,
    /// Somebody at a port of their own, which the program is sent to.
    Host(Post),
    /// One more connection that the program has made to a server.
    Guest,
}

impl Role {
    pub fn speech(self) -> Speech {
        match self {
            Role::Mailer | Role::Host(Post::UdpServer | Post::UdpClosed) => Speech::Datagrams,
            Role::Dialer | Role::Guest | Role::Host(Post::TcpServer | Post::TcpClosed | Post::TcpFull) => {
                Speech::Stream
            }
        }
    }
}

/// Was the person told that there is one?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    Untold,
    Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    Dialing,
    Queued,
    Open,
    HalfClosed,
    /// Ended by the program.
    Ended,
    /// Ended by us, or never begun.
    Over,
}

impl Person {
    pub fn new(name: String, role: Role) -> Person {
        Person {
            name,
            role,
            // With datagrams there is nothing to begin and nothing to end.
            line: match role.speech() {
                Speech::Datagrams => LineState::Open,
                Speech::Stream => LineState::Over,
            },
            connection: Connection::Untold,
            posted: VecDeque::new(),
            letters: 0,
        }
    }

    pub fn is_gone(&self) -> bool {
        matches!(self.line, LineState::Ended | LineState::Over)
    }

    pub fn may_dial_again(&self) -> bool {
        self.role == Role::Dialer && self.is_gone()
    }

    pub fn sends_datagrams(&self) -> bool {
        self.role.speech() == Speech::Datagrams
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    User,
    Client(usize),
}
