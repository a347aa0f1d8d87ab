//! What threads do, in the words of the course.

use std::borrow::Cow;

use rust_i18n::t;

use super::scene::Scene;
use crate::model::sight::{Doing, Limit, Sighting, ThreadView, WaitsFor, Whom};
use crate::model::stage::Seat;
use crate::report::bytes::visible;

/// How a predicate agrees with what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// `thread 2 is blocked …`
    One,
    /// `threads 4 to 203 are blocked …`
    Many,
    /// `thread 2: blocked …`
    Heading,
    /// `threads 4 to 203: blocked …`
    HeadingOfMany,
}

/// `main`, `thread 2`, with its own name and process where these tell it apart.
pub fn thread_name(thread: &ThreadView, sighting: &Sighting) -> String {
    let mut name = match thread.number {
        1 => t!("main"),
        number => t!("thread %{number}", number = number),
    }
    .into_owned();
    let main = sighting.threads.iter().find(|other| other.pid == thread.pid && other.number == 1);
    if main.is_some_and(|main| main.name != thread.name) && !thread.name.is_empty() {
        name.push_str(&format!(" ({})", visible(&thread.name)));
    }
    if sighting.threads.iter().any(|other| other.pid != thread.pid) {
        name = t!("%{thread} of process %{pid}", thread = name, pid = thread.pid).into_owned();
    }
    name
}

/// `is blocked in recv() on ana's socket`: behind a thread's name.
pub fn doing(thread: &ThreadView, scene: Scene) -> String {
    predicate(thread, Subject::One, scene)
}

/// What a thread does, as a predicate of `subject`.
pub fn predicate(thread: &ThreadView, subject: Subject, scene: Scene) -> String {
    if scene.is_busy(thread) {
        return match subject {
            Subject::One | Subject::Heading => t!("runs all the time (a busy loop)"),
            Subject::Many | Subject::HeadingOfMany => t!("run all the time (a busy loop)"),
        }
        .into_owned();
    }
    let told = match &thread.doing {
        Doing::Running => t!("%{is} running", is = is(subject)),
        Doing::Accepting(_) => t!("%{is_blocked} in accept()", is_blocked = is_blocked(subject)),
        Doing::Receiving(whom) => receiving(whom, subject, scene),
        Doing::Sending(whom) => sending(whom, subject, scene),
        Doing::Connecting(None) => t!("%{is} in connect()", is = is(subject)),
        Doing::Connecting(Some(seat)) => t!(
            "%{is_blocked} in connect() to %{who}'s port, where nobody answers",
            is_blocked = is_blocked(subject),
            who = scene.name(*seat)
        ),
        Doing::Polling { limit: Limit::None } => {
            t!("%{is_blocked} in poll()", is_blocked = is_blocked(subject))
        }
        Doing::Polling { limit: Limit::Timed } => t!("%{is} in poll() with a time limit", is = is(subject)),
        Doing::WaitingForThread { limit: Limit::None } => waiting(thread, subject, scene),
        Doing::WaitingForThread { limit: Limit::Timed } => {
            t!("%{waits} for another thread with a time limit", waits = waits(subject))
        }
        Doing::WaitingForChild => t!("%{waits} for a child process", waits = waits(subject)),
        Doing::WaitingForSignal => t!("%{waits} for a signal", waits = waits(subject)),
        Doing::Sleeping => match subject {
            Subject::One | Subject::Heading => t!("sleeps"),
            Subject::Many | Subject::HeadingOfMany => t!("sleep"),
        },
        Doing::Ended => match subject {
            Subject::One | Subject::Heading => t!("has ended"),
            Subject::Many | Subject::HeadingOfMany => t!("have ended"),
        },
        Doing::Stopped => t!("%{is} stopped", is = is(subject)),
        Doing::Other(number) => t!("%{is} in system call %{number}", is = is(subject), number = number),
    };
    // A heading has no verb, and so nothing stands before the rest.
    told.trim_start().to_owned()
}

/// The client that a thread is busy with.
pub fn partner(doing: &Doing) -> Option<Seat> {
    match doing {
        Doing::Receiving(Whom::Client { seat, .. }) | Doing::Sending(Whom::Client { seat, .. }) => {
            Some(*seat)
        }
        _ => None,
    }
}

/// In front of what does not change with the number.
pub(super) fn is(subject: Subject) -> Cow<'static, str> {
    match subject {
        Subject::One => t!("is"),
        Subject::Many => t!("are"),
        Subject::Heading | Subject::HeadingOfMany => "".into(),
    }
}

pub(super) fn is_blocked(subject: Subject) -> Cow<'static, str> {
    match subject {
        Subject::One => t!("is blocked"),
        Subject::Many => t!("are blocked"),
        Subject::Heading | Subject::HeadingOfMany => t!("blocked"),
    }
}

fn waits(subject: Subject) -> Cow<'static, str> {
    match subject {
        Subject::One | Subject::Heading => t!("waits"),
        Subject::Many | Subject::HeadingOfMany => t!("wait"),
    }
}

fn waiting(thread: &ThreadView, subject: Subject, scene: Scene) -> Cow<'static, str> {
    let waits = waits(subject);
    let ended = |tid: i32| scene.sighting?.threads.iter().find(|other| other.tid == tid);
    match scene.waits_for(thread) {
        Some(WaitsFor::Lock) => t!("%{waits} for a lock", waits = waits),
        Some(WaitsFor::EndOf(tid)) => match (ended(tid), scene.sighting) {
            (Some(other), Some(sighting)) => {
                let thread = thread_name(other, sighting);
                t!("%{waits} for %{thread} to end (a join)", waits = waits, thread = thread)
            }
            _ => t!("%{waits} for a thread to end (a join)", waits = waits),
        },
        None => t!("%{waits} for another thread (a lock, a channel or a join)", waits = waits),
    }
}

fn receiving(whom: &Whom, subject: Subject, scene: Scene) -> Cow<'static, str> {
    let (is, is_blocked) = (is(subject), is_blocked(subject));
    match whom {
        Whom::Client { seat, limit: Limit::None } => {
            t!("%{is_blocked} in recv() on %{who}'s socket", is_blocked = is_blocked, who = scene.name(*seat))
        }
        Whom::Client { seat, limit: Limit::Timed } => {
            t!("%{is} in recv() on %{who}'s socket, with a time limit", is = is, who = scene.name(*seat))
        }
        Whom::Input => t!("%{is_blocked} in read() on its standard input", is_blocked = is_blocked),
        Whom::Output => t!("%{is_blocked} in read() on its standard output", is_blocked = is_blocked),
        Whom::Datagrams { limit: Limit::None } => {
            t!("%{is_blocked} in recv_from() with no time limit", is_blocked = is_blocked)
        }
        Whom::Datagrams { limit: Limit::Timed } => t!("%{is} in recv_from() with a time limit", is = is),
        Whom::Socket { .. } => t!("%{is} in recv() on a socket that no client is connected to", is = is),
        Whom::File => match subject {
            Subject::One | Subject::Heading => t!("reads a file"),
            Subject::Many | Subject::HeadingOfMany => t!("read a file"),
        },
        Whom::Unknown => t!("%{is} in read()", is = is),
    }
}

fn sending(whom: &Whom, subject: Subject, scene: Scene) -> Cow<'static, str> {
    let is = is(subject);
    match whom {
        Whom::Client { seat, limit: Limit::None } => t!(
            "%{is_blocked} in send() to %{who}, who is not reading",
            is_blocked = is_blocked(subject),
            who = scene.name(*seat)
        ),
        Whom::Client { seat, limit: Limit::Timed } => {
            t!("%{is} in send() to %{who}, with a time limit", is = is, who = scene.name(*seat))
        }
        Whom::Input => t!("%{is} in write() on its standard input", is = is),
        Whom::Output => t!("%{is} in write() on its standard output", is = is),
        Whom::Datagrams { .. } => t!("%{is} in send_to()", is = is),
        Whom::Socket { .. } => t!("%{is} in send() on a socket that no client is connected to", is = is),
        Whom::File => match subject {
            Subject::One | Subject::Heading => t!("writes a file"),
            Subject::Many | Subject::HeadingOfMany => t!("write a file"),
        },
        Whom::Unknown => t!("%{is} in write()", is = is),
    }
}
