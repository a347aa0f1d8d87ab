//! What threads do, in the words of the course.

use super::scene::Scene;
use crate::model::sight::{Doing, Limit, Sighting, ThreadView, WaitsFor, Whom};
use crate::model::stage::Seat;
use crate::report::bytes::visible;

/// `main`, `thread 2`, with its own name and process where these tell it apart.
pub fn thread_name(thread: &ThreadView, sighting: &Sighting) -> String {
    let mut name = if thread.number == 1 { "main".to_owned() } else { format!("thread {}", thread.number) };
    let main = sighting.threads.iter().find(|other| other.pid == thread.pid && other.number == 1);
    if main.is_some_and(|main| main.name != thread.name) && !thread.name.is_empty() {
        name.push_str(&format!(" ({})", visible(&thread.name)));
    }
    if sighting.threads.iter().any(|other| other.pid != thread.pid) {
        name.push_str(&format!(" of process {}", thread.pid));
    }
    name
}

/// `is blocked in recv() on ana's socket`: behind a thread's name.
pub fn doing(thread: &ThreadView, scene: Scene) -> String {
    if scene.is_busy(thread) {
        return "runs all the time (a busy loop)".to_owned();
    }
    match &thread.doing {
        Doing::Running => "is running".to_owned(),
        Doing::Accepting(_) => "is blocked in accept()".to_owned(),
        Doing::Receiving(whom) => receiving(whom, scene),
        Doing::Sending(whom) => sending(whom, scene),
        Doing::Connecting => "is in connect()".to_owned(),
        Doing::Polling { limit: Limit::None } => "is blocked in poll()".to_owned(),
        Doing::Polling { limit: Limit::Timed } => "is in poll() with a time limit".to_owned(),
        Doing::WaitingForThread { limit: Limit::None } => waiting(thread, scene),
        Doing::WaitingForThread { limit: Limit::Timed } => {
            "waits for another thread with a time limit".to_owned()
        }
        Doing::WaitingForChild => "waits for a child process".to_owned(),
        Doing::WaitingForSignal => "waits for a signal".to_owned(),
        Doing::Sleeping => "sleeps".to_owned(),
        Doing::Ended => "has ended".to_owned(),
        Doing::Stopped => "is stopped".to_owned(),
        Doing::Other(number) => format!("is in system call {number}"),
    }
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

fn waiting(thread: &ThreadView, scene: Scene) -> String {
    let ended = |tid: i32| scene.sighting?.threads.iter().find(|other| other.tid == tid);
    match scene.waits_for(thread) {
        Some(WaitsFor::Lock) => "waits for a lock".to_owned(),
        Some(WaitsFor::EndOf(tid)) => match (ended(tid), scene.sighting) {
            (Some(other), Some(sighting)) => {
                format!("waits for {} to end (a join)", thread_name(other, sighting))
            }
            _ => "waits for a thread to end (a join)".to_owned(),
        },
        None => "waits for another thread (a lock, a channel or a join)".to_owned(),
    }
}

fn receiving(whom: &Whom, scene: Scene) -> String {
    match whom {
        Whom::Client { seat, limit: Limit::None } => {
            format!("is blocked in recv() on {}'s socket", scene.name(*seat))
        }
        Whom::Client { seat, limit: Limit::Timed } => {
            format!("is in recv() on {}'s socket, with a time limit", scene.name(*seat))
        }
        Whom::Input => "is blocked in read() on its standard input".to_owned(),
        Whom::Output => "is blocked in read() on its standard output".to_owned(),
        Whom::Socket { .. } => "is in recv() on a socket that no client is connected to".to_owned(),
        Whom::File => "reads a file".to_owned(),
        Whom::Unknown => "is in read()".to_owned(),
    }
}

fn sending(whom: &Whom, scene: Scene) -> String {
    match whom {
        Whom::Client { seat, limit: Limit::None } => {
            format!("is blocked in send() to {}, who is not reading", scene.name(*seat))
        }
        Whom::Client { seat, limit: Limit::Timed } => {
            format!("is in send() to {}, with a time limit", scene.name(*seat))
        }
        Whom::Input => "is in write() on its standard input".to_owned(),
        Whom::Output => "is in write() on its standard output".to_owned(),
        Whom::Socket { .. } => "is in send() on a socket that no client is connected to".to_owned(),
        Whom::File => "writes a file".to_owned(),
        Whom::Unknown => "is in write()".to_owned(),
    }
}
