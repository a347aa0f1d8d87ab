//! Where a program's words come out besides its sockets: standard output, standard error, files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::process;
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
        match process::read(&self.fd, buffer) {
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

/// A file of the working folder that the program may write, read from where it was left.
#[derive(Debug)]
pub struct Written {
    pub ear: Ear,
    path: PathBuf,
    offset: u64,
}

impl Written {
    pub fn new(ear: Ear, path: PathBuf) -> Self {
        Written { ear, path, offset: 0 }
    }

    /// What was added since the last time; a file that shrank is read from its beginning.
    pub fn read(&mut self, buffer: &mut [u8]) -> usize {
        self.try_read(buffer).unwrap_or(0)
    }

    fn try_read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A fifo or a link of the program's making must not hold us up or lead us elsewhere.
        let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_CLOEXEC;
        let mut file = File::options().read(true).custom_flags(flags).open(&self.path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(0);
        }
        if metadata.len() < self.offset {
            self.offset = 0;
        }
        file.seek(SeekFrom::Start(self.offset))?;
        let count = file.read(buffer)?;
        self.offset += count as u64;
        Ok(count)
    }
}
