//! A command of ours that runs code of others: off the network, in its own folders, not for ever.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rust_i18n::t;

use crate::machine::isolation::landlock::Allowed;
use crate::machine::isolation::{Reach, Sandbox};
use crate::machine::running::appetite::{Allowance, Appetite, Excess};
use crate::machine::running::descriptors;
use crate::machine::running::process::{Program, Recipe, Streams};
use crate::model::stage::Departure;

/// Bytes kept of each stream; what is more is read and dropped.
const KEPT: usize = 4 << 20;

/// Between two looks at the clock, at the user's wishes and at what the command takes.
const PATIENCE: u16 = 50;

#[derive(Debug)]
pub struct Orders<'a> {
    pub recipe: &'a Recipe,
    pub reach: &'a Reach,
    pub allowed: Allowed,
    pub allowance: Allowance,
    pub within: Duration,
    /// Set when the user wants everything to end.
    pub interrupted: &'a AtomicBool,
}

#[derive(Debug)]
pub struct Output {
    pub end: End,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Departed(Departure),
    TooLong,
    TooMuch(Excess),
    Interrupted,
}

/// Runs it until its end or until it has to be ended; nothing of its tree is left afterwards.
///
/// Errors: this machine could not start it.
pub fn run(orders: Orders) -> io::Result<Output> {
    // A thread of its own: what it enters, it cannot leave.
    std::thread::scope(|scope| {
        let lost = |_| Err(io::Error::other(t!("the thread of the build was lost")));
        scope.spawn(|| run_here(orders)).join().unwrap_or_else(lost)
    })
}

fn run_here(orders: Orders) -> io::Result<Output> {
    let begin = Instant::now();
    let sandbox = Sandbox::open_for_build(orders.reach, orders.allowed)?;
    let (mut program, streams) = Program::start(orders.recipe, &sandbox)?;
    let mut appetite = Appetite::new(orders.allowance);
    let Streams { stdin, stdout, stderr } = streams;
    drop(stdin);
    let mut stdout = Stream { fd: Some(stdout), kept: Vec::new() };
    let mut stderr = Stream { fd: stderr, kept: Vec::new() };
    let end = loop {
        wait(&program, [&stdout, &stderr])?;
        // Before its output is read for the last time: what it said before its end comes with it.
        let departure = program.departure();
        stdout.read();
        stderr.read();
        if let Some(departure) = departure {
            break End::Departed(departure);
        }
        if begin.elapsed() > orders.within {
            break End::TooLong;
        }
        if orders.interrupted.load(Ordering::Relaxed) {
            break End::Interrupted;
        }
        if let Some(excess) = appetite.look(|| program.roots()) {
            break End::TooMuch(excess);
        }
    };
    Ok(Output { end, stdout: stdout.kept, stderr: stderr.kept })
}

/// Waits until there is something to read, it has ended, or a moment is over.
fn wait(program: &Program, streams: [&Stream; 2]) -> io::Result<()> {
    let fds = streams.iter().filter_map(|stream| stream.fd.as_ref()).map(AsFd::as_fd);
    let mut watched: Vec<PollFd> =
        fds.chain([program.end_fd()]).map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
    match poll(&mut watched, PollTimeout::from(PATIENCE)) {
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

struct Stream {
    fd: Option<OwnedFd>,
    kept: Vec<u8>,
}

impl Stream {
    /// Takes what is there, but no more than a pipe holds many times over: an endless one must not keep
    /// the clock from being looked at.
    fn read(&mut self) {
        const GULPS: usize = 64;
        let mut buffer = [0; 64 << 10];
        for _ in 0..GULPS {
            let Some(fd) = &self.fd else { return };
            match descriptors::read(fd, &mut buffer) {
                Ok(0) => self.fd = None,
                Ok(count) => {
                    let room = KEPT.saturating_sub(self.kept.len());
                    self.kept.extend_from_slice(&buffer[..count.min(room)]);
                }
                Err(_) => return,
            }
        }
    }
}
