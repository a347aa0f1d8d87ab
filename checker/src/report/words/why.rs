//! The cause of a failure in one sentence.

use rust_i18n::t;

use super::blocked::{Subject, blocked, name};
use super::expected::narrow;
use super::keyboard;
use super::scene::Scene;
use super::{departed, list};
use crate::model::outcome::{FileSeen, Listening, Place, Why};
use crate::model::sight::{Doing, ThreadView, Whom};
use crate::model::stage::{Departure, Seat};
use crate::report::bytes::{Showing, quoted_beginning, visible};

/// The cause; none where a blocked program was not seen.
pub fn why(why: &Why, scene: Scene, showing: Showing) -> Option<String> {
    let told = |place: &Place, message: &str| format!("{}: {}", place_shown(place), visible(message.trim()));
    let told = match why {
        Why::NotImplemented(place) => t!("not yet implemented: %{place}", place = place_shown(place)),
        Why::Panicked { place, message } => {
            t!("the program panicked at %{place}", place = told(place, message))
        }
        Why::Raised { place, message } => {
            t!("an exception ended the program at %{place}", place = told(place, message))
        }
        Why::ThreadLost { place, message } => {
            t!("a thread died at %{place}; the others go on without it", place = told(place, message))
        }
        Why::ExitedBefore(how) => exited_before(*how, scene).into(),
        Why::ClosedIt { actor, actor_name } => closed_it(*actor, actor_name, scene, showing).into(),
        Why::ListensElsewhere { on, asked } => {
            let on: Vec<String> = on.iter().map(ToString::to_string).collect();
            t!("it listens on %{on}, but the checker connects to %{asked}", on = list(&on), asked = asked)
        }
        Why::StillListens { address, by: Listening::TheProgram } => {
            t!("the program still listens on %{address}", address = address)
        }
        Why::StillListens { address, by: Listening::Survivor } => t!(
            "the program has ended, but a process that it started lived on and listened on %{address}",
            address = address
        ),
        Why::BoundElsewhere { on, asked } => {
            let on: Vec<String> = on.iter().map(ToString::to_string).collect();
            t!(
                "its UDP socket is bound to %{on}, but datagrams go to %{asked}",
                on = list(&on),
                asked = asked
            )
        }
        Why::HearsOnlyOne { at } => {
            t!(
                "its UDP socket at %{address} is connected to one client, and deaf to all others",
                address = at
            )
        }
        Why::NeverBinds { listens } if !listens.is_empty() => {
            let on: Vec<String> = listens.iter().map(ToString::to_string).collect();
            t!("it listens with TCP on %{on}, where UDP is asked for", on = list(&on))
        }
        Why::NeverBinds { .. } => t!("the program runs, but has bound no UDP socket"),
        Why::NeverListens => never_listens(scene).into(),
        Why::HeldBack => t!(
            "what the program prints goes to a pipe, and is held back in its own buffer until that is full or flushed"
        ),
        Why::Unflushed => keyboard::unflushed(scene, showing).into(),
        Why::File { name, seen } => file(&visible(name), seen, showing).into(),
        Why::Blocked { actor, actor_name } => {
            let subject = actor.map(|seat| Subject {
                seat,
                name: actor_name.as_deref().map_or_else(|| scene.name(seat), visible),
            });
            return blocked(subject.as_ref(), scene, showing);
        }
    };
    Some(told.into_owned())
}

fn file(name: &str, seen: &FileSeen, showing: Showing) -> String {
    match seen {
        FileSeen::Missing { others } if others.is_empty() => {
            t!("there is no file %{file} in the program's working folder, nor any other", file = name)
        }
        FileSeen::Missing { others } => {
            let others: Vec<String> = others.iter().map(|other| visible(other)).collect();
            t!(
                "there is no file %{file} in the program's working folder, but %{others}",
                file = name,
                others = list(&others)
            )
        }
        FileSeen::NoFile => t!("%{file} is no ordinary file, and what is behind it is not read", file = name),
        FileSeen::Unreadable => t!("%{file} cannot be read", file = name),
        FileSeen::Empty => t!(
            "%{file} is empty; what was written may lie in the program's own buffer until that is flushed",
            file = name
        ),
        FileSeen::LastLine(line) => t!(
            "the last line in %{file} is %{line}",
            file = name,
            line = quoted_beginning(line, line.len() as u64, narrow(showing))
        ),
    }
    .into_owned()
}

fn never_listens(scene: Scene) -> String {
    let reads_input = |thread: &&ThreadView| matches!(thread.doing, Doing::Receiving(Whom::Input));
    match scene.living().into_iter().find(reads_input) {
        Some(reader) => t!(
            "%{thread} waits for its standard input, where nobody types, instead of listening: a server takes its port from the arguments, and its data from its clients",
            thread = name(reader, scene)
        )
        .into(),
        None => t!("the program runs, but does not listen on any port").into(),
    }
}

fn place_shown(place: &Place) -> String {
    format!("{}:{}", visible(&place.file), place.line)
}

fn exited_before(how: Departure, scene: Scene) -> String {
    let told = t!("%{told} before that", told = departed(how));
    match how {
        Departure::Signal(SIGPIPE) => {
            t!("%{told}: it wrote to a connection that its client had closed", told = told)
        }
        Departure::Signal(SIGSEGV) => t!("%{told}: it used memory that is not its own", told = told),
        Departure::Signal(SIGABRT) => t!(
            "%{told}: it gave up by itself, as after a failed assertion or with its memory corrupted",
            told = told
        ),
        Departure::Status(_) if (0..scene.seats.len()).any(|seat| scene.was_cut_off(Seat(seat))) => {
            t!("%{told}, with bytes of its clients unread: their connections were reset", told = told)
        }
        Departure::Status(0) if scene.seats.is_empty() => {
            t!("%{told}; if a thread was still to print it, main has not waited for it (join)", told = told)
        }
        Departure::Status(0) => t!("%{told}, and its connections ended with it", told = told),
        _ => told,
    }
    .into_owned()
}

const SIGPIPE: i32 = nix::sys::signal::Signal::SIGPIPE as i32;
const SIGSEGV: i32 = nix::sys::signal::Signal::SIGSEGV as i32;
const SIGABRT: i32 = nix::sys::signal::Signal::SIGABRT as i32;

fn closed_it(seat: Seat, name: &str, scene: Scene, showing: Showing) -> String {
    let name = visible(name);
    match scene.last_sent(seat) {
        // A kernel resets a connection that is closed with words unread.
        Some(sent) if scene.was_cut_off(seat) && !scene.was_answered(seat) => t!(
            "%{who} was cut off with %{sent} unread: the program closed that connection, or the socket where it waited to be accepted",
            sent = quoted_beginning(&sent.head, sent.total, showing),
            who = name
        ),
        Some(sent) => t!(
            "the program read %{sent} from %{who} and closed the connection; it is still running",
            sent = quoted_beginning(&sent.head, sent.total, showing),
            who = name
        ),
        None => t!("the program closed the connection to %{who} itself; it is still running", who = name),
    }
    .into_owned()
}
