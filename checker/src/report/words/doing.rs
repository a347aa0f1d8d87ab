//! What the machine showed of the program, in the words of the course.

use super::departure;
use crate::model::outcome::{Actual, CheckResult, Failure, Place, Why};
use crate::model::sight::{Doing, Limit, Sighting, ThreadView, Whom};
use crate::model::stage::Seat;
use crate::model::transcript::{Excerpt, What};
use crate::report::bytes::{Showing, quoted_beginning, visible};

/// Threads named in one explanation.
const THREADS_NAMED: usize = 3;

/// What an explanation may look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub sighting: Option<&'a Sighting>,
    /// The name of each seat.
    pub seats: &'a [String],
    /// The last that the failing actor sent, where the program is known to have read it.
    pub read: Option<&'a Excerpt>,
}

impl<'a> Scene<'a> {
    pub fn of(result: &'a CheckResult, failure: &'a Failure) -> Self {
        Scene { sighting: failure.sighting.as_ref(), seats: &result.seats, read: last_read(result, failure) }
    }

    fn name(&self, seat: Seat) -> String {
        self.seats.get(seat.0).map_or_else(|| format!("client {}", seat.0 + 1), |name| visible(name))
    }
}

/// The cause; none where a blocked program was not seen.
pub fn why(why: &Why, scene: Scene, showing: Showing) -> Option<String> {
    match why {
        Why::NotImplemented(place) => Some(format!("not yet implemented: {}", place_shown(place))),
        Why::Panicked { place, message } => {
            Some(format!("the program panicked at {}: {}", place_shown(place), visible(message.trim())))
        }
        Why::ExitedBefore(how) => Some(format!("the program {} before that", departure(*how))),
        Why::ListensElsewhere { on, asked } => {
            let on: Vec<String> = on.iter().map(ToString::to_string).collect();
            Some(format!("it listens on {}, but the checker connects to {asked}", super::list(&on)))
        }
        Why::NeverListens => Some("the program runs, but does not listen on any port".to_owned()),
        Why::Blocked { actor, actor_name } => blocked(*actor, actor_name.as_deref(), scene, showing),
    }
}

/// What each thread does, the most telling first, where anything was seen.
pub fn threads(scene: Scene) -> Option<String> {
    let sighting = scene.sighting?;
    let living: Vec<&ThreadView> = sighting.threads.iter().filter(|t| t.doing != Doing::Ended).collect();
    named(&living, sighting, scene)
}

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
pub fn doing(doing: &Doing, scene: Scene) -> String {
    match doing {
        Doing::Running => "is running".to_owned(),
        Doing::Accepting(_) => "is blocked in accept()".to_owned(),
        Doing::Receiving(whom) => receiving(whom, scene),
        Doing::Sending(whom) => sending(whom, scene),
        Doing::Connecting => "is in connect()".to_owned(),
        Doing::Polling { limit: Limit::None } => "is blocked in poll()".to_owned(),
        Doing::Polling { limit: Limit::Timed } => "is in poll() with a time limit".to_owned(),
        Doing::WaitingForThread { limit: Limit::None } => {
            "waits for another thread (a lock, a channel or a join)".to_owned()
        }
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

fn place_shown(place: &Place) -> String {
    format!("{}:{}", visible(&place.file), place.line)
}

/// At rest everything that was sent has arrived, and a thread blocked in recv() has found nothing more to read.
fn last_read<'a>(result: &'a CheckResult, failure: &Failure) -> Option<&'a Excerpt> {
    let Some(Why::Blocked { actor: Some(seat), .. }) = failure.why else { return None };
    let is_reading =
        |thread: &ThreadView| thread.doing == Doing::Receiving(Whom::Client { seat, limit: Limit::None });
    if failure.actual != Actual::SilenceAtRest || !failure.sighting.as_ref()?.threads.iter().any(is_reading) {
        return None;
    }
    let name = result.seats.get(seat.0)?;
    result.transcript.iter().rev().filter(|entry| entry.who == *name).find_map(|entry| match &entry.what {
        What::Sent(excerpt) => Some(excerpt),
        _ => None,
    })
}

fn blocked(actor: Option<Seat>, actor_name: Option<&str>, scene: Scene, showing: Showing) -> Option<String> {
    let sighting = scene.sighting?;
    let living: Vec<&ThreadView> = sighting.threads.iter().filter(|t| t.doing != Doing::Ended).collect();
    let Some(seat) = actor else { return named(&living, sighting, scene) };
    let name = actor_name.map_or_else(|| scene.name(seat), visible);

    let (busy_with_it, others): (Vec<&ThreadView>, Vec<&ThreadView>) =
        living.into_iter().partition(|thread| partner(&thread.doing) == Some(seat));
    if !busy_with_it.is_empty() {
        let doing = named(&busy_with_it, sighting, scene)?;
        return Some(match scene.read {
            Some(read) => {
                let read = quoted_beginning(&read.head, read.total, showing);
                format!("{doing}: the program read {read} and waits for more")
            }
            None => doing,
        });
    }
    let rest = named(&others, sighting, scene)?;
    if sighting.waiting_in_queue.contains(&seat) {
        return Some(format!("{rest}, while {name} waits in the accept queue"));
    }
    if others.iter().any(|thread| may_serve_anybody(&thread.doing)) {
        return Some(rest);
    }
    Some(format!("{rest}; no thread is reading from {name}"))
}

/// A thread in poll() waits for many clients at once.
fn may_serve_anybody(doing: &Doing) -> bool {
    matches!(doing, Doing::Polling { .. } | Doing::Receiving(Whom::Unknown) | Doing::Other(_))
}

fn partner(doing: &Doing) -> Option<Seat> {
    match doing {
        Doing::Receiving(Whom::Client { seat, .. }) | Doing::Sending(Whom::Client { seat, .. }) => {
            Some(*seat)
        }
        _ => None,
    }
}

/// Those busy with a client first, and so few that the line stays readable.
fn named(threads: &[&ThreadView], sighting: &Sighting, scene: Scene) -> Option<String> {
    if threads.is_empty() {
        return None;
    }
    let mut threads = threads.to_vec();
    threads.sort_by_key(|thread| partner(&thread.doing).is_none());
    let mut said: Vec<String> = threads
        .iter()
        .take(THREADS_NAMED)
        .map(|thread| format!("{} {}", thread_name(thread, sighting), doing(&thread.doing, scene)))
        .collect();
    if threads.len() > THREADS_NAMED {
        said.push(format!("{} more", threads.len() - THREADS_NAMED));
    }
    Some(said.join("; "))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(number: usize, doing: Doing) -> ThreadView {
        ThreadView { number, pid: 10, tid: 9 + number as i32, name: "chat".into(), doing }
    }

    fn on(seat: usize) -> Doing {
        Doing::Receiving(Whom::Client { seat: Seat(seat), limit: Limit::None })
    }

    fn explain(sighting: &Sighting, seat: usize) -> String {
        let seats = ["ana".to_owned(), "bia".to_owned()];
        let scene = Scene { sighting: Some(sighting), seats: &seats, read: None };
        let showing = Showing { columns: 20, ellipsis: "…", no_newline: "" };
        why(&Why::Blocked { actor: Some(Seat(seat)), actor_name: None }, scene, showing).unwrap()
    }

    #[test]
    fn the_thread_of_the_failing_actor_is_the_explanation() {
        let sighting = Sighting {
            threads: vec![thread(1, Doing::Accepting(None)), thread(2, on(1)), thread(3, on(0))],
            ..Sighting::default()
        };
        assert_eq!(explain(&sighting, 0), "thread 3 is blocked in recv() on ana's socket");
    }

    #[test]
    fn one_client_at_a_time_is_told_by_the_accept_queue() {
        let sighting = Sighting {
            threads: vec![thread(1, on(0))],
            waiting_in_queue: vec![Seat(1)],
            ..Sighting::default()
        };
        assert_eq!(
            explain(&sighting, 1),
            "main is blocked in recv() on ana's socket, while bia waits in the accept queue"
        );
    }

    #[test]
    fn nobody_reading_is_told() {
        let sighting = Sighting { threads: vec![thread(1, Doing::Accepting(None))], ..Sighting::default() };
        assert_eq!(explain(&sighting, 1), "main is blocked in accept(); no thread is reading from bia");
    }

    #[test]
    fn many_threads_are_cut_and_named_apart() {
        let mut threads: Vec<ThreadView> = (1..=6).map(|n| thread(n, Doing::Sleeping)).collect();
        threads[1].name = "relay".into();
        threads[5].pid = 11;
        let sighting = Sighting { threads, ..Sighting::default() };
        let scene = Scene { sighting: Some(&sighting), seats: &[], read: None };
        assert_eq!(
            super::threads(scene).unwrap(),
            "main of process 10 sleeps; thread 2 (relay) of process 10 sleeps; thread 3 of process 10 sleeps; 3 more"
        );
    }
}
