//! When to look again: soon after something happened, ever later while nothing does.

use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::sys::timer::TimerSetTimeFlags;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags};

/// A loopback answer takes 30 to 60 µs.
const FIRST: Duration = Duration::from_micros(30);

/// A program that sleeps is looked at a hundred times a second.
const LAST: Duration = Duration::from_millis(10);

/// Below this pause, something happened not long ago.
const EAGER: Duration = Duration::from_millis(1);

/// A timer that an event loop can wait for, finer than the milliseconds of `epoll_wait`.
#[derive(Debug)]
pub struct Tick {
    timer: TimerFd,
    pause: Duration,
    /// What the last look took.
    cost: Duration,
}

impl Tick {
    pub fn new() -> io::Result<Tick> {
        let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
        Ok(Tick { timer: TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?, pause: FIRST, cost: Duration::ZERO })
    }

    pub fn raw(&self) -> RawFd {
        self.timer.as_fd().as_raw_fd()
    }

    /// Something happened: look again soon.
    pub fn soon(&mut self) {
        self.pause = FIRST;
    }

    /// Nothing happened: look again later than last time.
    pub fn later(&mut self) {
        self.pause = (self.pause * 3 / 2).min(LAST);
    }

    /// A look took so long: at least as long passes until the next, or the checker would take the
    /// processor from a program with many threads.
    pub fn looked(&mut self, cost: Duration) {
        self.cost = cost;
    }

    /// Did something happen not long ago?
    pub fn is_eager(&self) -> bool {
        self.pause < EAGER
    }

    /// No look at all, until it is armed again.
    pub fn disarm(&self) -> io::Result<()> {
        Ok(self.timer.unset()?)
    }

    /// Arms the timer for the next look, at most `limit` from now.
    pub fn arm(&self, limit: Duration) -> io::Result<()> {
        // Zero would disarm it.
        let pause = self.pause.max(self.cost).min(limit).max(Duration::from_micros(1));
        let expiration = Expiration::OneShot(TimeSpec::from_duration(pause));
        Ok(self.timer.set(expiration, TimerSetTimeFlags::empty())?)
    }
}
