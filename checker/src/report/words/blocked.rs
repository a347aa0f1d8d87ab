//! Why a program that lives does not go on: what its threads wait for.

use rust_i18n::t;

use super::doing::{doing, partner, thread_name};
use super::scene::{Act, Answer, Deed, Scene};
use super::table::alike;
use super::{datagrams, keyboard, list};
use crate::model::outcome::FailureKind;
use crate::model::sight::{Doing, Limit, ThreadView, WaitsFor, Whom};
use crate::model::stage::Seat;
use crate::report::bytes::{Showing, quoted_beginning};
use crate::report::count::{Noun, count};

/// Clients that are named in one explanation.
const NAMED: usize = 3;

/// The client that waits in vain.
pub(super) struct Subject {
    pub seat: Seat,
    pub name: String,
}

/// What the program's threads wait for, instead of going on; none where none of them was seen.
pub(super) fn blocked(subject: Option<&Subject>, scene: Scene, showing: Showing) -> Option<String> {
    let living = scene.living();
    if living.is_empty() {
        return None;
    }
    busy(&living, scene)
        .or_else(|| subject.and_then(|subject| queued(subject, &living, scene)))
        .or_else(|| stuck_sender(subject, &living, scene))
        .or_else(|| left_behind(&living, scene))
        .or_else(|| subject.and_then(|subject| kept_open(subject, &living, scene, showing)))
        .or_else(|| datagrams::in_vain(subject?.seat, &said(&living, scene)?, scene, showing))
        .or_else(|| subject.and_then(|subject| unanswered(subject, &living, scene, showing)))
        .or_else(|| among_themselves(subject, &living, scene))
        .or_else(|| subject.is_none().then(|| locked_out(&living, scene)).flatten())
        .or_else(|| subject.is_none().then(|| keyboard::waiting(&living, scene, showing)).flatten())
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
    if living.iter().any(|thread| matches!(thread.doing, Doing::Accepting(_))) {
        let does = said(living, scene)?;
        let told = t!("%{does}, while %{who} waits in the accept queue", does = does, who = subject.name);
        return Some(told.into_owned());
    }
    let with_client = living.iter().find(|thread| partner(&thread.doing).is_some());
    let first = living.first()?;
    let does = match (with_client, sighting.held.len()) {
        (Some(server), 1) if server.number != 1 && joins(first, server, scene) => {
            t!("%{does}, which %{that_does}", does = clause(first, scene), that_does = doing(server, scene))
        }
        (Some(server), 1) => clause(server, scene).into(),
        _ => t!("%{does} instead of accepting,", does = clause(first, scene)),
    };
    let who = &subject.name;
    Some(
        match sighting.held.len() {
            0 => t!("%{does} while %{who} waits in the accept queue", does = does, who = who),
            1 => t!(
                "%{does} while %{who} waits in the accept queue: one client at a time",
                does = does,
                who = who
            ),
            number => t!(
                "%{does} while %{who} waits in the accept queue; %{clients} are connected",
                does = does,
                who = who,
                clients = count(number as u64, Noun::Client)
            ),
        }
        .into_owned(),
    )
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
    let mut told = clause(sender, scene);
    if let Some(subject) = subject.filter(|subject| partner(&sender.doing) != Some(subject.seat)) {
        told = t!("%{told}, and so %{who} waits", told = told, who = subject.name).into_owned();
    }
    let waiters = living.iter().filter(|thread| scene.waits_for(thread) == Some(WaitsFor::Lock)).count();
    Some(match waiters {
        0 => told,
        1 => t!("%{told}; another thread waits for a lock, probably one that it holds", told = told)
            .into_owned(),
        number => t!(
            "%{told}; %{number} threads wait for a lock, probably one that it holds",
            told = told,
            number = number
        )
        .into_owned(),
    })
}

/// A leak: connections that are over for everybody else, and threads that serve nobody.
fn left_behind(living: &[&ThreadView], scene: Scene) -> Option<String> {
    if scene.kind != FailureKind::Leak {
        return None;
    }
    let mut told = Vec::new();
    let leavers = scene.leavers();
    if scene.excess.connections > 0 && !leavers.is_empty() {
        let connections = count(scene.excess.connections, Noun::Connection);
        let who = list(&leavers);
        told.push(if leavers.len() == 1 {
            t!(
                "%{who} has left, but the program holds %{connections} too many: one is held until its last descriptor is closed, clones included",
                who = who,
                connections = connections
            )
        } else {
            t!(
                "%{who} have left, but the program holds %{connections} too many: one is held until its last descriptor is closed, clones included",
                who = who,
                connections = connections
            )
        });
    } else if scene.excess.files > 0 {
        let files = count(scene.excess.files, Noun::OpenDescriptor);
        told.push(t!("%{number} more than at the mark", number = files));
    }
    if scene.excess.threads > 0 {
        let waits = |thread: &&&ThreadView| {
            thread.number != 1 && matches!(thread.doing, Doing::WaitingForThread { .. } | Doing::Sleeping)
        };
        let waiting: Vec<&ThreadView> = living.iter().filter(waits).copied().collect();
        let who = said(&waiting, scene).or_else(|| said(living, scene))?;
        let threads = count(scene.excess.threads, Noun::Thread);
        told.push(t!("%{number} more than at the mark: %{who}", number = threads, who = who));
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
        let does = clause(reader, scene);
        let told = match scene.last_sent(subject.seat) {
            Some(sent) if held.unread == 0 => t!(
                "%{does}: it has read %{sent} and waits for more instead of closing the connection",
                does = does,
                sent = quoted_beginning(&sent.head, sent.total, showing)
            ),
            _ => t!("%{does}: it waits for %{who} instead of closing the connection", does = does, who = who),
        };
        return Some(told.into_owned());
    }
    if living.iter().any(|thread| may_serve_anybody(&thread.doing)) {
        return None;
    }
    let handles = match held.descriptors {
        1 => t!("a descriptor of %{who}'s connection", who = who),
        number => t!(
            "%{number} descriptors of %{who}'s connection (a clone is one more)",
            number = number,
            who = who
        ),
    };
    let idle = match living {
        [only] => clause(only, scene).into(),
        _ => t!("no thread reads from %{who} or writes to %{who} any more", who = who),
    };
    Some(
        t!(
            "%{idle}, but the program still holds %{handles}: it ends when the last one is closed",
            idle = idle,
            handles = handles
        )
        .into_owned(),
    )
}

/// Silence after somebody did something.
fn unanswered(subject: &Subject, living: &[&ThreadView], scene: Scene, showing: Showing) -> Option<String> {
    let act = scene.act?;
    let doer = if act.seat == subject.seat { subject.name.clone() } else { scene.name(act.seat) };
    let own = act.seat == subject.seat;
    let nothing_to = match (scene.answer(act, subject.seat), own) {
        (Answer::Nothing, true) => t!("sent nothing back"),
        (Answer::Nothing, false) => t!("sent nothing to %{who}", who = subject.name),
        (Answer::Only(came), own) => {
            let came = quoted_beginning(&came.head, came.total, showing);
            match own {
                true => t!("sent back only %{came}", came = came),
                false => t!("sent only %{came} to %{who}", came = came, who = subject.name),
            }
        }
    };
    let reader = reader_of(act.seat, living);
    match act.what {
        Deed::Sent(sent) => {
            let sent = quoted_beginning(&sent.head, sent.total, showing);
            sent_in_vain(act, &doer, &sent, &nothing_to, living, scene)
        }
        Deed::Connected => {
            let reader = reader.filter(|_| own)?;
            let told = t!(
                "%{does}: it waits for %{who} to speak first, and %{who} waits for the program",
                does = clause(reader, scene),
                who = doer
            );
            Some(told.into_owned())
        }
        Deed::HalfClosed | Deed::Closed | Deed::Reset => {
            let has_ended = match act.what {
                Deed::HalfClosed => t!("%{who} has stopped sending", who = doer),
                Deed::Closed => t!("%{who} has closed", who = doer),
                _ => t!("%{who} has reset the connection", who = doer),
            };
            let told = match (scene.held(act.seat), reader) {
                // A reset leaves no trace of whether the program still holds its end.
                (None, _) if matches!(act.what, Deed::Reset) => t!(
                    "%{has_ended}, and the program %{nothing_to}",
                    has_ended = has_ended,
                    nothing_to = nothing_to
                ),
                (None, _) => t!(
                    "%{has_ended}; the program has let go of that connection, but %{nothing_to}",
                    has_ended = has_ended,
                    nothing_to = nothing_to
                ),
                (Some(_), Some(reader)) => {
                    t!("%{has_ended}, but %{does}", has_ended = has_ended, does = clause(reader, scene))
                }
                (Some(_), None) => t!(
                    "%{has_ended}, but the program still holds the connection (CLOSE_WAIT) and %{nothing_to}: no thread reads from %{who} any more",
                    has_ended = has_ended,
                    nothing_to = nothing_to,
                    who = doer
                ),
            };
            Some(told.into_owned())
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
            t!(
                "the program read %{sent} from %{who}, closed that connection and %{nothing_to}",
                sent = sent,
                who = doer,
                nothing_to = nothing_to
            )
            .into_owned()
        });
    };
    let reader = reader_of(act.seat, living);
    let told = match (reader, held.unread) {
        (Some(reader), 0) => t!(
            "%{thread} has read %{sent} from %{who}, %{nothing_to}, and waits for more in recv()",
            thread = name(reader, scene),
            sent = sent,
            who = doer,
            nothing_to = nothing_to
        ),
        (None, 0) => t!(
            "the program has read %{sent} from %{who} and %{nothing_to}: %{does}",
            sent = sent,
            who = doer,
            nothing_to = nothing_to,
            does = said(living, scene)?
        ),
        (_, unread) => t!(
            "%{bytes} from %{who} have not been read: %{does}",
            bytes = count(unread, Noun::Byte),
            who = doer,
            does = said(living, scene)?
        ),
    };
    Some(told.into_owned())
}

/// Threads that wait for one another, or for time to pass; those that serve other clients are left out.
fn among_themselves(subject: Option<&Subject>, living: &[&ThreadView], scene: Scene) -> Option<String> {
    let [main, others @ ..] = living else { return None };
    if scene.kind == FailureKind::StillRunning
        && let Some(host) = living.iter().find(|thread| matches!(thread.doing, Doing::Accepting(_)))
    {
        let does = clause(host, scene);
        return Some(t!("%{does}: it waits for one more client", does = does).into_owned());
    }
    if !matches!(main.doing, Doing::WaitingForThread { .. }) || subject.is_some() {
        return None;
    }
    let does = clause(main, scene);
    let told = match (scene.waits_for(main), others) {
        (_, []) => t!("%{does}, and there is no other thread that could wake it", does = does),
        (Some(WaitsFor::EndOf(tid)), _) => {
            let awaited = others.iter().find(|thread| thread.tid == tid)?;
            let meanwhile = clause(awaited, scene);
            match others {
                [_] => t!(
                    "%{does}, while %{meanwhile}; there is no other thread",
                    does = does,
                    meanwhile = meanwhile
                ),
                _ => t!("%{does}, while %{meanwhile}", does = does, meanwhile = meanwhile),
            }
        }
        _ => return None,
    };
    Some(told.into_owned())
}

/// A thread that waits for a lock while another one sleeps; whose lock it is, nobody sees.
fn locked_out(living: &[&ThreadView], scene: Scene) -> Option<String> {
    let waiting = living.iter().find(|thread| scene.waits_for(thread) == Some(WaitsFor::Lock))?;
    let sleeping = living.iter().find(|thread| thread.doing == Doing::Sleeping)?;
    let told = t!(
        "%{does}, probably one that %{holder} holds while it sleeps",
        does = clause(waiting, scene),
        holder = name(sleeping, scene)
    );
    Some(told.into_owned())
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

pub(super) fn name(thread: &ThreadView, scene: Scene) -> String {
    scene.sighting.map(|sighting| thread_name(thread, sighting)).unwrap_or_default()
}

/// What a thread does, as a sentence.
fn clause(thread: &ThreadView, scene: Scene) -> String {
    format!("{} {}", name(thread, scene), doing(thread, scene))
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
        said.push(t!("%{number} more", number = left_out).into_owned());
    }
    Some(said.join("; "))
}
