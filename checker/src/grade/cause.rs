//! Why a sentence failed: what the program's own words, its end and the sight add to it.

use std::net::SocketAddr;

use bstr::ByteSlice;
use regex::bytes::Regex;

use crate::model::course::{Console, Speech};
use crate::model::outcome::{FailureKind, FileSeen, Listening, Place, Why};
use crate::model::sight::{Doing, Sighting, ThreadView, Whom};
use crate::model::stage::{Departure, Seat};

/// What is known when a sentence has failed.
#[derive(Debug)]
pub struct Evidence<'a> {
    pub kind: FailureKind,
    pub actor: Option<(Seat, String)>,
    /// What it wrote to standard error.
    pub complaints: &'a [u8],
    pub departure: Option<Departure>,
    pub sighting: Option<&'a Sighting>,
    pub asked: SocketAddr,
    pub awaits: Awaits,
    /// The file that the sentence is about, and what there is of it.
    pub file: Option<(String, FileSeen)>,
    pub console: Console,
    /// How the failing actor speaks.
    pub speech: Speech,
}

/// Whom the sentence that failed listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// The program's standard output.
    Output,
    /// What the user sees.
    Screen,
    Other,
}

/// The kind as it is reported, and the cause where there is one to tell.
pub fn find(evidence: &Evidence) -> (FailureKind, Option<Why>) {
    if let Some(place) = not_implemented(evidence.complaints) {
        return (FailureKind::NotImplemented, Some(Why::NotImplemented(place)));
    }
    let panic = died(evidence);
    if let Some((name, seen)) = evidence.file.clone()
        && evidence.kind == FailureKind::NoAnswer
        && panic.is_none()
        && matches!(evidence.departure, None | Some(Departure::Status(0)))
    {
        return (evidence.kind, Some(Why::File { name, seen }));
    }
    if let Some(departure) = evidence.departure
        && is_a_lack(evidence.kind)
    {
        let why = panic.or(Some(Why::ExitedBefore(departure)));
        return match departure {
            Departure::Signal(_) => (FailureKind::KilledBySignal, why),
            Departure::Status(0) => (evidence.kind, why),
            Departure::Status(_) => (FailureKind::ExitedEarly, why),
        };
    }
    if panic.is_some() {
        return (evidence.kind, panic);
    }
    if matches!(evidence.kind, FailureKind::EndedEarly | FailureKind::Reset)
        && let Some((actor, actor_name)) = evidence.actor.clone()
    {
        return (evidence.kind, Some(Why::ClosedIt { actor, actor_name }));
    }
    if evidence.kind == FailureKind::NotRefused {
        return (evidence.kind, Some(still_listens(evidence)));
    }
    let Some(sighting) = evidence.sighting else { return (evidence.kind, None) };
    match (evidence.kind, evidence.speech) {
        (FailureKind::NeverListened, Speech::Stream) => return never_listened(sighting, evidence.asked),
        (FailureKind::NeverListened, Speech::Datagrams) => return never_bound(sighting, evidence.asked),
        _ => {}
    }
    if evidence.awaits == Awaits::Output
        && evidence.console == Console::Pipes
        && evidence.kind == FailureKind::NoAnswer
    {
        return (evidence.kind, Some(Why::HeldBack));
    }
    let reads_keyboard = |thread: &ThreadView| thread.doing == Doing::Receiving(Whom::Input);
    if evidence.awaits == Awaits::Screen
        && evidence.kind == FailureKind::NoAnswer
        && sighting.threads.iter().any(reads_keyboard)
    {
        return (evidence.kind, Some(Why::Unflushed));
    }
    let blocked = is_a_lack(evidence.kind) && !sighting.threads.is_empty();
    let (actor, actor_name) = evidence.actor.clone().unzip();
    (evidence.kind, blocked.then_some(Why::Blocked { actor, actor_name }))
}

/// What the program's own complaints tell, while it lives or after its end.
pub fn complaint(stderr: &[u8], departure: Option<Departure>) -> Option<Why> {
    if let Some(place) = not_implemented(stderr) {
        return Some(Why::NotImplemented(place));
    }
    let evidence = Evidence {
        kind: FailureKind::ExitedEarly,
        actor: None,
        complaints: stderr,
        departure,
        sighting: None,
        asked: SocketAddr::from(([0, 0, 0, 0], 0)),
        awaits: Awaits::Other,
        file: None,
        console: Console::Screen,
        speech: Speech::Stream,
    };
    died(&evidence)
}

/// Something is missing that a program that has ended can no longer do.
fn is_a_lack(kind: FailureKind) -> bool {
    use FailureKind::*;
    matches!(
        kind,
        NoAnswer
            | EndedEarly
            | Reset
            | NotEnded
            | NeverListened
            | NotAccepted
            | NeverConnected
            | ExitedEarly
            | StillRunning
            | TimedOut
            | Leak
            | BusyLoop
    )
}

/// The panic or the exception of a thread, or of the whole program where that has ended.
fn died(evidence: &Evidence) -> Option<Why> {
    let ended = match evidence.departure {
        Some(Departure::Status(0)) => return None,
        other => other.is_some(),
    };
    if let Some((place, message)) = panicked(evidence.complaints) {
        return Some(match ended {
            true => Why::Panicked { place, message },
            false => Why::ThreadLost { place, message },
        });
    }
    let (place, message) = raised(evidence.complaints)?;
    Some(match ended {
        true => Why::Raised { place, message },
        false => Why::ThreadLost { place, message },
    })
}

/// Nobody else can listen where the program is to be found.
fn still_listens(evidence: &Evidence) -> Why {
    let by = match evidence.departure {
        Some(_) => Listening::Survivor,
        None => Listening::TheProgram,
    };
    Why::StillListens { address: evidence.asked, by }
}

fn never_listened(sighting: &Sighting, asked: SocketAddr) -> (FailureKind, Option<Why>) {
    if sighting.listening.is_empty() {
        return (FailureKind::NeverListened, Some(Why::NeverListens));
    }
    let kind = if sighting.listening.iter().any(|address| address.port() == asked.port()) {
        FailureKind::WrongAddress
    } else {
        FailureKind::WrongPort
    };
    (kind, Some(Why::ListensElsewhere { on: sighting.listening.clone(), asked }))
}

fn never_bound(sighting: &Sighting, asked: SocketAddr) -> (FailureKind, Option<Why>) {
    if sighting.bound.is_empty() {
        let listens = sighting.listening.clone();
        return (FailureKind::NeverListened, Some(Why::NeverBinds { listens }));
    }
    let is_asked = |address: &&SocketAddr| {
        address.port() == asked.port() && (address.ip() == asked.ip() || address.ip().is_unspecified())
    };
    if let Some(at) = sighting.bound.iter().find(is_asked) {
        return (FailureKind::NeverListened, Some(Why::HearsOnlyOne { at: *at }));
    }
    let same_port = sighting.bound.iter().any(|address| address.port() == asked.port());
    let kind = if same_port { FailureKind::WrongAddress } else { FailureKind::WrongPort };
    (kind, Some(Why::BoundElsewhere { on: sighting.bound.clone(), asked }))
}

/// The place of a `todo!()`, an `unimplemented!()` or a `NotImplementedError`.
fn not_implemented(stderr: &[u8]) -> Option<Place> {
    let (place, message) = panicked(stderr).or_else(|| raised(stderr)).or_else(|| remarked(stderr))?;
    let unfinished = ["not yet implemented", "not implemented", "NotImplementedError"];
    unfinished.iter().any(|words| message.starts_with(words)).then_some(place)
}

/// The first panic of a Rust program: its place and its message's first line.
fn panicked(stderr: &[u8]) -> Option<(Place, String)> {
    let pattern = Regex::new(r"panicked at ([^\n]*?):(\d+):\d+:\r?\n([^\r\n]*)").ok()?;
    let found = pattern.captures(stderr)?;
    Some((place(&found[1], &found[2])?, text(&found[3])))
}

/// The last exception that a Python program told: the innermost place that is no library's, and its message.
fn raised(stderr: &[u8]) -> Option<(Place, String)> {
    const BEGIN: &[u8] = b"Traceback (most recent call last):";
    let told = &stderr[stderr.rfind(BEGIN)?..];
    let pattern = Regex::new(r#"(?m)^  File "([^"\n]*)", line (\d+)"#).ok()?;
    let places: Vec<_> = pattern.captures_iter(told).collect();
    let of_library = |file: &[u8]| file.contains_str("/lib/python") || file.starts_with(b"<");
    let own = places.iter().rev().find(|found| !of_library(&found[1]));
    let found = own.or(places.last())?;
    // The frames are indented; the message is not.
    let message = told.lines().skip(1).find(|line| !line.is_empty() && !line.starts_with(b" "))?;
    Some((place(&found[1], &found[2])?, text(message)))
}

/// `main.c:12: not yet implemented: …`, as a macro of a program in C may say it.
fn remarked(stderr: &[u8]) -> Option<(Place, String)> {
    let pattern = Regex::new(r"(?m)^([^\s:]+\.[a-z]+):(\d+): (not (?:yet )?implemented[^\r\n]*)").ok()?;
    let found = pattern.captures(stderr)?;
    Some((place(&found[1], &found[2])?, text(&found[3])))
}

fn place(file: &[u8], line: &[u8]) -> Option<Place> {
    Some(Place { file: text(file), line: std::str::from_utf8(line).ok()?.parse().ok()? })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(kind: FailureKind, stderr: &[u8], departure: Option<Departure>) -> Evidence<'_> {
        Evidence {
            kind,
            actor: None,
            complaints: stderr,
            departure,
            sighting: None,
            asked: "127.0.0.1:9090".parse().unwrap(),
            awaits: Awaits::Other,
            file: None,
            console: Console::Screen,
            speech: Speech::Stream,
        }
    }

    #[test]
    fn a_todo_is_told_with_its_place() {
        let stderr =
            b"\nthread 'main' (77) panicked at src/main.rs:12:5:\nnot yet implemented: accept\nnote: run";
        let (kind, why) = find(&evidence(FailureKind::ExitedEarly, stderr, Some(Departure::Status(101))));
        assert_eq!(kind, FailureKind::NotImplemented);
        assert_eq!(why, Some(Why::NotImplemented(Place { file: "src/main.rs".into(), line: 12 })));
    }

    #[test]
    fn a_python_program_may_be_unfinished_too() {
        let stderr =
            b"Traceback (most recent call last):\n  File \"echo.py\", line 3, in <module>\n    main()\n  \
            File \"echo.py\", line 2, in main\n    raise NotImplementedError\nNotImplementedError\n";
        let (kind, why) = find(&evidence(FailureKind::NeverListened, stderr, Some(Departure::Status(1))));
        assert_eq!(kind, FailureKind::NotImplemented);
        assert_eq!(why, Some(Why::NotImplemented(Place { file: "echo.py".into(), line: 2 })));
    }

    #[test]
    fn a_panic_in_main_is_an_early_exit_and_in_a_thread_is_not() {
        let stderr = b"thread '<unnamed>' panicked at src/main.rs:9:1:\nindex out of bounds\n";
        let (kind, _) = find(&evidence(FailureKind::EndedEarly, stderr, Some(Departure::Status(101))));
        assert_eq!(kind, FailureKind::ExitedEarly);
        let (kind, why) = find(&evidence(FailureKind::EndedEarly, stderr, None));
        assert_eq!(kind, FailureKind::EndedEarly);
        assert!(matches!(why, Some(Why::ThreadLost { .. })));
    }

    #[test]
    fn a_contradiction_stays_what_it_is() {
        let (kind, why) = find(&evidence(FailureKind::Mismatch, b"", Some(Departure::Status(0))));
        assert_eq!((kind, why), (FailureKind::Mismatch, None));
    }

    #[test]
    fn where_it_listens_instead_is_told() {
        let asked = "127.0.0.1:20001".parse().unwrap();
        let elsewhere =
            |address: &str| Sighting { listening: vec![address.parse().unwrap()], ..Sighting::default() };
        let kind = |sighting: &Sighting| {
            let evidence = Evidence {
                sighting: Some(sighting),
                asked,
                ..evidence(FailureKind::NeverListened, b"", None)
            };
            find(&evidence).0
        };
        assert_eq!(kind(&elsewhere("127.0.0.1:9090")), FailureKind::WrongPort);
        assert_eq!(kind(&elsewhere("127.0.0.2:20001")), FailureKind::WrongAddress);
        assert_eq!(kind(&Sighting::default()), FailureKind::NeverListened);
    }
}
