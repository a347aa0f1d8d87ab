//! The cause of a failure in one sentence.

use super::doing::{doing, partner, thread_name};
use super::scene::{Act, Answer, Deed, Scene};
use super::table::alike;
use super::{departure, list};
use crate::model::outcome::{FailureKind, Listening, Place, Why};
use crate::model::sight::{Doing, Limit, ThreadView, WaitsFor, Whom};
use crate::model::stage::{Departure, Ending, Seat};
use crate::model::transcript::{Entry, What};
use crate::report::bytes::{Showing, count, quoted_beginning, visible};

/// Clients that are named in one explanation.
const NAMED: usize = 3;

/// The cause; none where a blocked program was not seen.
pub fn why(why: &Why, scene: Scene, showing: Showing) -> Option<String> {
    let told = |place: &Place, message: &str| format!("{}: {}", place_shown(place), visible(message.trim()));
    Some(match why {
        Why::NotImplemented(place) => format!("not yet implemented: {}", place_shown(place)),
        Why::Panicked { place, message } => format!("the program panicked at {}", told(place, message)),
        Why::Raised { place, message } => {
            format!("an exception ended the program at {}", told(place, message))
        }
        Why::ThreadLost { place, message } => {
            format!("a thread died at {}; the others go on without it", told(place, message))
        }
        Why::ExitedBefore(how) => exited_before(*how, scene),
        Why::ClosedIt { actor, actor_name } => closed_it(*actor, actor_name, scene, showing),
        Why::ListensElsewhere { on, asked } => {
            let on: Vec<String> = on.iter().map(ToString::to_string).collect();
            format!("it listens on {}, but the checker connects to {asked}", list(&on))
        }
        Why::StillListens { address, by: Listening::TheProgram } => {
            format!("the program still listens on {address}")
        }
        Why::StillListens { address, by: Listening::Survivor } => {
            format!("the program has ended, but a process that it started lived on and listened on {address}")
        }
        Why::NeverListens => "the program runs, but does not listen on any port".to_owned(),
        Why::HeldBack => {
            "what the program prints goes to a pipe, and is held back in its own buffer until that is \
            full or flushed"
                .to_owned()
        }
        Why::Blocked { actor, actor_name } => {
            let subject = actor.map(|seat| Subject {
                seat,
                name: actor_name.as_deref().map_or_else(|| scene.name(seat), visible),
            });
            return blocked(subject.as_ref(), scene, showing);
        }
    })
}

/// The client that waits in vain.
struct Subject {
    seat: Seat,
    name: String,
}

fn place_shown(place: &Place) -> String {
    format!("{}:{}", visible(&place.file), place.line)
}

fn exited_before(how: Departure, scene: Scene) -> String {
    let told = format!("the program {} before that", departure(how));
    match how {
        Departure::Signal(SIGPIPE) => {
            format!("{told}: it wrote to a connection that its client had closed")
        }
        Departure::Signal(SIGSEGV) => format!("{told}: it used memory that is not its own"),
        Departure::Signal(SIGABRT) => {
            format!("{told}: it gave up by itself, as after a failed assertion or with its memory corrupted")
        }
        Departure::Status(_) if scene.transcript.iter().any(is_reset) => {
            format!("{told}, with bytes of its clients unread: their connections were reset")
        }
        Departure::Status(0) if scene.seats.is_empty() => {
            format!("{told}; if a thread was still to print it, main has not waited for it (join)")
        }
        Departure::Status(0) => format!("{told}, and its connections ended with it"),
        _ => told,
    }
}

const SIGPIPE: i32 = nix::sys::signal::Signal::SIGPIPE as i32;
const SIGSEGV: i32 = nix::sys::signal::Signal::SIGSEGV as i32;
const SIGABRT: i32 = nix::sys::signal::Signal::SIGABRT as i32;

fn is_reset(entry: &Entry) -> bool {
    entry.what == What::Ended(Ending::Reset)
}

fn closed_it(seat: Seat, name: &str, scene: Scene, showing: Showing) -> String {
    let name = visible(name);
    match scene.last_sent(seat) {
        Some(sent) => {
            let sent = quoted_beginning(&sent.head, sent.total, showing);
            format!("the program read {sent} from {name} and closed the connection; it is still running")
        }
        None => format!("the program closed the connection to {name} itself; it is still running"),
    }
}

fn blocked(subject: Option<&Subject>, scene: Scene, showing: Showing) -> Option<String> {
    let living = scene.living();
    if living.is_empty() {
        return None;
    }
    busy(&living, scene)
        .or_else(|| subject.and_then(|subject| queued(subject, &living, scene)))
        .or_else(|| stuck_sender(subject, &living, scene))
        .or_else(|| left_behind(&living, scene))
        .or_else(|| subject.and_then(|subject| kept_open(subject, &living, scene, showing)))
        .or_else(|| subject.and_then(|subject| unanswered(subject, &living, scene, showing)))
        .or_else(|| among_themselves(subject, &living, scene))
        .or_else(|| said(&living, scene))
}

fn busy(living: &[&ThreadView], scene: Scene) -> Option<String> {
    let busy: Vec<&ThreadView> = living.iter().copied().filter(|thread| scene.is_busy(thread)).collect();
    if busy.is_empty() {
        return None;
    }
    said(&busy, scene)
}

/// Not accepted: who should accept, and what it does instead.
fn queued(subject: &Subject, living: &[&ThreadView], scene: Scene) -> Option<String> {
    if !scene.is_queued(subject.seat) {
        return None;
    }
    let sighting = scene.sighting?;
    let waits = format!("while {} waits in the accept queue", subject.name);
    if living.iter().any(|thread| matches!(thread.doing, Doing::Accepting(_))) {
        return Some(format!("{}, {waits}", said(living, scene)?));
    }
    let one_at_a_time = if sighting.held.len() == 1 { ": one client at a time" } else { "" };
    let with_client = living.iter().find(|thread| partner(&thread.doing).is_some());
    let first = living.first()?;
    let told = match (with_client, sighting.held.len()) {
        (Some(server), 1) if server.number != 1 && joins(first, server, scene) => {
            format!("{} {}, which {}", name(first, scene), doing(first, scene), doing(server, scene))
        }
        (Some(server), 1) => format!("{} {}", name(server, scene), doing(server, scene)),
        _ => format!("{} {} instead of accepting,", name(first, scene), doing(first, scene)),
    };
    let served = match sighting.held.len() {
        0 | 1 => String::new(),
        number => format!("; {} are connected", count(number as u64, "client")),
    };
    Some(format!("{told} {waits}{one_at_a_time}{served}"))
}

fn joins(waiting: &ThreadView, other: &ThreadView, scene: Scene) -> bool {
    scene.waits_for(waiting) == Some(WaitsFor::EndOf(other.tid))
}

/// A thread that cannot go on sending, and who waits for it.
fn stuck_sender(subject: Option<&Subject>, living: &[&ThreadView], scene: Scene) -> Option<String> {
    let is_stuck = |thread: &&&ThreadView| {
        matches!(thread.doing, Doing::Sending(Whom::Client { limit: Limit::None, .. }))
    };
    let sender = living.iter().find(is_stuck)?;
    let mut told = format!("{} {}", name(sender, scene), doing(sender, scene));
    if let Some(subject) = subject.filter(|subject| partner(&sender.doing) != Some(subject.seat)) {
        told.push_str(&format!(", and so {} waits", subject.name));
    }
    let waiters = living.iter().filter(|thread| scene.waits_for(thread) == Some(WaitsFor::Lock)).count();
    match waiters {
        0 => {}
        1 => told.push_str("; another thread waits for a lock, probably one that it holds"),
        number => told.push_str(&format!("; {number} threads wait for a lock, probably one that it holds")),
    }
    Some(told)
}

/// A leak: connections that are over for everybody else, and threads that serve nobody.
fn left_behind(living: &[&ThreadView], scene: Scene) -> Option<String> {
    if scene.kind != FailureKind::Leak {
        return None;
    }
    let mut told = Vec::new();
    let leavers = scene.leavers();
    if scene.excess.connections > 0 && !leavers.is_empty() {
        let connections = count(scene.excess.connections, "connection");
        let verb = if leavers.len() == 1 { "has" } else { "have" };
        told.push(format!(
            "{} {verb} left, but the program holds {connections} too many: one is held until its last descriptor is \
             closed, clones included",
            list(&leavers)
        ));
    } else if scene.excess.files > 0 {
        told.push(format!("{} more than at the mark", count(scene.excess.files, "open descriptor")));
    }
    if scene.excess.threads > 0 {
        let waits = |thread: &&&ThreadView| {
            thread.number != 1 && matches!(thread.doing, Doing::WaitingForThread { .. } | Doing::Sleeping)
        };
        let waiting: Vec<&ThreadView> = living.iter().filter(waits).copied().collect();
        let who = said(&waiting, scene).or_else(|| said(living, scene))?;
        told.push(format!("{} more than at the mark: {who}", count(scene.excess.threads, "thread")));
    }
    (!told.is_empty()).then(|| told.join("; "))
}

/// An end that does not come: who holds the connection.
fn kept_open(subject: &Subject, living: &[&ThreadView], scene: Scene, showing: Showing) -> Option<String> {
    if scene.kind != FailureKind::NotEnded {
        return None;
    }
    let held = scene.held(subject.seat)?;
    let who = &subject.name;
    if let Some(reader) = reader_of(subject.seat, living) {
        let does = format!("{} {}", name(reader, scene), doing(reader, scene));
        return Some(match scene.last_sent(subject.seat) {
            Some(sent) if held.unread == 0 => {
                let sent = quoted_beginning(&sent.head, sent.total, showing);
                format!("{does}: it has read {sent} and waits for more instead of closing the connection")
            }
            _ => format!("{does}: it waits for {who} instead of closing the connection"),
        });
    }
    if living.iter().any(|thread| may_serve_anybody(&thread.doing)) {
        return None;
    }
    let handles = match held.descriptors {
        1 => format!("a descriptor of {who}'s connection"),
        number => format!("{number} descriptors of {who}'s connection (a clone is one more)"),
    };
    let idle = match living {
        [only] => format!("{} {}", name(only, scene), doing(only, scene)),
        _ => format!("no thread reads from {who} or writes to {who} any more"),
    };
    Some(format!("{idle}, but the program still holds {handles}: it ends when the last one is closed"))
}

/// Silence after somebody did something.
fn unanswered(subject: &Subject, living: &[&ThreadView], scene: Scene, showing: Showing) -> Option<String> {
    let act = scene.act?;
    let doer = if act.seat == subject.seat { subject.name.clone() } else { scene.name(act.seat) };
    let nothing_to = match (scene.answer(act, subject.seat), act.seat == subject.seat) {
        (Answer::Nothing, true) => "sent nothing back".to_owned(),
        (Answer::Nothing, false) => format!("sent nothing to {}", subject.name),
        (Answer::Only(came), true) => {
            format!("sent back only {}", quoted_beginning(&came.head, came.total, showing))
        }
        (Answer::Only(came), false) => {
            format!("sent only {} to {}", quoted_beginning(&came.head, came.total, showing), subject.name)
        }
    };
    let reader = reader_of(act.seat, living);
    match act.what {
        Deed::Sent(sent) => {
            let sent = quoted_beginning(&sent.head, sent.total, showing);
            sent_in_vain(act, &doer, &sent, &nothing_to, living, scene)
        }
        Deed::Connected => {
            let reader = reader.filter(|_| act.seat == subject.seat)?;
            Some(format!(
                "{} {}: it waits for {doer} to speak first, and {doer} waits for the program",
                name(reader, scene),
                doing(reader, scene)
            ))
        }
        Deed::HalfClosed | Deed::Closed | Deed::Reset => {
            let has_ended = match act.what {
                Deed::HalfClosed => "has stopped sending",
                Deed::Closed => "has closed",
                _ => "has reset the connection",
            };
            match (scene.held(act.seat), reader) {
                // A reset leaves no trace of whether the program still holds its end.
                (None, _) if matches!(act.what, Deed::Reset) => {
                    Some(format!("{doer} {has_ended}, and the program {nothing_to}"))
                }
                (None, _) => Some(format!(
                    "{doer} {has_ended}; the program has let go of that connection, but {nothing_to}"
                )),
                (Some(_), Some(reader)) => {
                    Some(format!("{doer} {has_ended}, but {} {}", name(reader, scene), doing(reader, scene)))
                }
                (Some(_), None) => Some(format!(
                    "{doer} {has_ended}, but the program still holds the connection (CLOSE_WAIT) and {nothing_to}: no \
                     thread reads from {doer} any more"
                )),
            }
        }
    }
}

fn sent_in_vain(
    act: Act,
    doer: &str,
    sent: &str,
    nothing_to: &str,
    living: &[&ThreadView],
    scene: Scene,
) -> Option<String> {
    let is_served = living.iter().any(|thread| partner(&thread.doing) == Some(act.seat));
    let Some(held) = scene.held(act.seat) else {
        return (!scene.is_queued(act.seat) && !is_served).then(|| {
            format!("the program read {sent} from {doer}, closed that connection and {nothing_to}")
        });
    };
    let reader = reader_of(act.seat, living);
    match (reader, held.unread) {
        (Some(reader), 0) => {
            let who = name(reader, scene);
            Some(format!("{who} has read {sent} from {doer}, {nothing_to}, and waits for more in recv()"))
        }
        (None, 0) => {
            let does = said(living, scene)?;
            Some(format!("the program has read {sent} from {doer} and {nothing_to}: {does}"))
        }
        (_, unread) => {
            let does = said(living, scene)?;
            Some(format!("{} from {doer} have not been read: {does}", count(unread, "byte")))
        }
    }
}

/// Threads that wait for one another, or for time to pass; those that serve other clients are left out.
fn among_themselves(subject: Option<&Subject>, living: &[&ThreadView], scene: Scene) -> Option<String> {
    let [main, others @ ..] = living else { return None };
    if scene.kind == FailureKind::StillRunning
        && let Some(host) = living.iter().find(|thread| matches!(thread.doing, Doing::Accepting(_)))
    {
        return Some(format!("{} {}: it waits for one more client", name(host, scene), doing(host, scene)));
    }
    if !matches!(main.doing, Doing::WaitingForThread { .. }) || subject.is_some() {
        return None;
    }
    let does = format!("{} {}", name(main, scene), doing(main, scene));
    Some(match (scene.waits_for(main), others) {
        (_, []) => format!("{does}, and there is no other thread that could wake it"),
        (Some(WaitsFor::EndOf(tid)), _) => {
            let awaited = others.iter().find(|thread| thread.tid == tid)?;
            let alone = if others.len() == 1 { "; there is no other thread" } else { "" };
            format!("{does}, while {} {}{alone}", name(awaited, scene), doing(awaited, scene))
        }
        _ => return None,
    })
}

fn reader_of<'a>(seat: Seat, living: &[&'a ThreadView]) -> Option<&'a ThreadView> {
    let wanted = Doing::Receiving(Whom::Client { seat, limit: Limit::None });
    living.iter().copied().find(|thread| thread.doing == wanted)
}

/// A thread in poll() waits for many clients at once.
fn may_serve_anybody(doing: &Doing) -> bool {
    matches!(
        doing,
        Doing::Polling { .. } | Doing::Receiving(Whom::Unknown) | Doing::Other(_) | Doing::Running
    )
}

fn name(thread: &ThreadView, scene: Scene) -> String {
    scene.sighting.map(|sighting| thread_name(thread, sighting)).unwrap_or_default()
}

/// A few threads, the most telling first.
fn said(threads: &[&ThreadView], scene: Scene) -> Option<String> {
    if threads.is_empty() {
        return None;
    }
    let groups = alike(threads, scene);
    let shown = groups.iter().take(NAMED).map(|group| format!("{} {}", group.names, group.doing));
    let mut said: Vec<String> = shown.collect();
    if groups.len() > NAMED {
        let left_out: usize = groups[NAMED..].iter().map(|group| group.threads).sum();
        said.push(format!("{left_out} more"));
    }
    Some(said.join("; "))
}
