//! Where a program's words come out besides its sockets and files: standard output, standard error.

use std::io;
use std::os::fd::OwnedFd;

use crate::machine::running::descriptors;
use crate::model::stage::Ear;

/// Standard output or standard error, read without waiting.
#[derive(Debug)]
pub struct Outlet {
    pub ear: Ear,
    pub fd: OwnedFd,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Ended,
}

/// What one attempt to read brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Gulp {
    Bytes(usize),
    Nothing,
    End,
}

impl Outlet {
    pub fn new(ear: Ear, fd: OwnedFd) -> Self {
        Outlet { ear, fd, state: State::Open }
    }

    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    pub fn read(&mut self, buffer: &mut [u8]) -> Gulp {
        if self.state == State::Ended {
            return Gulp::Nothing;
        }
        match descriptors::read(&self.fd, buffer) {
            Ok(0) => {
                self.state = State::Ended;
                Gulp::End
            }
            Ok(count) => Gulp::Bytes(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Gulp::Nothing,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Gulp::Nothing,
            Err(_) => {
                self.state = State::Ended;
                Gulp::End
            }
        }
    }
}
