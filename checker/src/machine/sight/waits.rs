//! What a thread that waits for another one waits for, as far as the futex tells.
//!
//! The kernel is asked to wait while a word of memory has a certain value. Of that value libraries make
//! habits: 2 is a lock that somebody holds and somebody else wants (glibc, musl, Rust), and a thread's
//! number, which the kernel clears when that thread ends, is a join.

use std::fs;

use super::calls::Line;
use super::rest::SeenThread;
use super::threads::State;
use crate::model::sight::{WaitView, WaitsFor};

const CONTENDED: u32 = 2;

pub(super) fn waits(threads: &[SeenThread]) -> Vec<WaitView> {
    let view = |thread: &SeenThread| {
        let waits_for = match value(thread)? {
            0 | 1 | u32::MAX => return None,
            CONTENDED => WaitsFor::Lock,
            number => {
                let others = threads.iter().filter(|other| {
                    other.pid == thread.pid
                        && other.sample.tid != thread.sample.tid
                        && other.sample.state != State::Ended
                });
                let mut named = others.filter(|other| own_number(other) == Some(number));
                WaitsFor::EndOf(named.next()?.sample.tid)
            }
        };
        Some(WaitView { tid: thread.sample.tid, waits_for })
    };
    threads.iter().filter_map(view).collect()
}

/// The value that a thread blocked in a futex waits to see changed.
fn value(thread: &SeenThread) -> Option<u32> {
    if thread.sample.state != State::Blocked {
        return None;
    }
    match thread.sample.line {
        Line::Call(raw) if raw.number == libc::SYS_futex => Some(raw.args[2] as u32),
        _ => None,
    }
}

/// The number by which a thread knows itself: in a process table of its own it is another one than ours.
fn own_number(thread: &SeenThread) -> Option<u32> {
    let status =
        fs::read_to_string(format!("/proc/{}/task/{}/status", thread.pid, thread.sample.tid)).ok()?;
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    numbers.split_whitespace().last()?.parse().ok()
}
