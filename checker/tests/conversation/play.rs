//! A play: a script, and what the program is heard to say. The machine is played by the test: it
//! carries out every order at once, and lets the next piece be heard only when no sentence can go on.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use checker::manifest;
use checker::model::course::Check;
use checker::model::outcome::{Actual, Expected, FailureKind, Note};
use checker::model::stage::{Departure, Ending, Happening, Order, Rest};
use checker::talk::Conversation;
use checker::talk::spoken::files_of;
use fastrand::Rng;

use crate::stage::Stage;

/// What happens next, once the conversation waits for something.
#[derive(Debug, Clone, PartialEq)]
pub enum Cue {
    Says(String, Vec<u8>),
    Ends(String, Ending),
    Exits(Departure),
    Happens(Happening),
    /// The program comes to rest here: nothing follows unless the script acts.
    Rests,
    /// Time passes, and the program is moving.
    Passes(Duration),
}

/// What shows that nothing more comes, once all cues have been played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sight {
    AtRest,
    Restless,
    Unseen,
}

/// Does the machine report that connections are taken and bytes have left?
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Machine {
    Obliging,
    /// Only what the cues say happens.
    Silent,
}

#[derive(Debug, Clone)]
pub struct Play {
    check: Check,
    cues: Vec<Cue>,
    sight: Sight,
    machine: Machine,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub end: End,
    /// Cues that had been played by then.
    pub played: usize,
    pub orders: Vec<Order>,
    pub notes: Vec<Note>,
    pub now: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub enum End {
    Passed,
    Failed(Box<Fall>),
    Fault(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fall {
    pub kind: FailureKind,
    pub expected: Expected,
    pub actual: Actual,
    pub actor: Option<String>,
    /// The sentence as written; none for what every script ends with.
    pub sentence: Option<String>,
}

pub const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9090);

/// A play of this script.
pub fn play(script: &str) -> Play {
    play_in("", script)
}

/// A play of this script in a check with further settings, a line each.
pub fn play_in(settings: &str, script: &str) -> Play {
    let mut text = String::from(
        "format: 1\ncourse: Plays\nlabs:\n  - id: lab\n    title: Lab\n    exercise: exercises/lab\n    checks:\n      - id: check\n        title: Check\n        points: 1\n",
    );
    for line in settings.lines() {
        text.push_str(&format!("        {}\n", line.trim()));
    }
    text.push_str("        script: |\n");
    for line in script.trim_matches('\n').lines() {
        text.push_str(&format!("          {line}\n"));
    }
    let course = match manifest::read(Path::new("labs.yaml"), &text) {
        Ok(course) => course,
        Err(problems) => panic!("{text}\n{problems:?}"),
    };
    let check = course.labs[0].checks[0].clone();
    Play { check, cues: Vec::new(), sight: Sight::AtRest, machine: Machine::Obliging }
}

impl Play {
    pub fn says(self, who: &str, what: impl AsRef<[u8]>) -> Play {
        self.cue(Cue::Says(who.to_string(), what.as_ref().to_vec()))
    }

    pub fn ends(self, who: &str) -> Play {
        self.cue(Cue::Ends(who.to_string(), Ending::Fin))
    }

    pub fn breaks(self, who: &str) -> Play {
        self.cue(Cue::Ends(who.to_string(), Ending::Reset))
    }

    pub fn exits(self, status: i32) -> Play {
        self.cue(Cue::Exits(Departure::Status(status)))
    }

    pub fn rests(self) -> Play {
        self.cue(Cue::Rests)
    }

    pub fn cue(mut self, cue: Cue) -> Play {
        self.cues.push(cue);
        self
    }

    pub fn cues(mut self, cues: impl IntoIterator<Item = Cue>) -> Play {
        self.cues.extend(cues);
        self
    }

    pub fn sight(mut self, sight: Sight) -> Play {
        self.sight = sight;
        self
    }

    pub fn machine(mut self, machine: Machine) -> Play {
        self.machine = machine;
        self
    }

    /// It passes in whatever pieces it is heard, and not before its last cue.
    #[track_caller]
    pub fn passes(self) {
        let all = self.everywhere();
        for (way, verdict) in all {
            assert_eq!(verdict.end, End::Passed, "{way}");
        }
    }

    /// The same, with the last piece: it was not decided earlier.
    #[track_caller]
    pub fn passes_with_the_last(self) {
        for (way, cues) in self.segmentations() {
            let verdict = self.perform(&cues);
            assert_eq!(verdict.end, End::Passed, "{way}");
            assert_eq!(verdict.played, cues.len(), "{way} {cues:?}");
        }
    }

    /// It fails alike in whatever pieces it is heard.
    #[track_caller]
    pub fn fails(self, kind: FailureKind, expected: Expected, actual: Actual) -> Fall {
        let mut first: Option<Fall> = None;
        for (way, verdict) in self.everywhere() {
            let End::Failed(fall) = verdict.end else { panic!("{way}: {:?}", verdict.end) };
            assert_eq!((fall.kind, &fall.expected), (kind, &expected), "{way}: {:?}", fall.actual);
            assert!(is_like(&fall.actual, &actual), "{way}: {:?}", fall.actual);
            if let Some(first) = &first {
                assert_eq!((&fall.actor, &fall.sentence), (&first.actor, &first.sentence), "{way}");
            } else {
                first = Some(*fall);
            }
        }
        first.unwrap_or_else(|| panic!("it was not played"))
    }

    /// It cannot be played: a mistake in the script.
    #[track_caller]
    pub fn faults(self, words: &str) {
        let End::Fault(fault) = self.verdict().end else { panic!("{:?}", self.verdict().end) };
        assert!(fault.contains(words), "{fault}");
    }

    pub fn verdict(&self) -> Verdict {
        self.perform(&self.cues)
    }

    fn everywhere(&self) -> Vec<(String, Verdict)> {
        let ways = self.segmentations();
        ways.into_iter().map(|(way, cues)| (way, self.perform(&cues))).collect()
    }

    pub fn segmentations(&self) -> Vec<(String, Vec<Cue>)> {
        let mut ways = vec![
            ("whole".to_string(), self.cues.clone()),
            ("byte by byte".to_string(), cut(&self.cues, || 1)),
        ];
        for seed in 0..4 {
            let mut rng = Rng::with_seed(seed);
            ways.push((format!("cut by {seed}"), cut(&self.cues, || rng.usize(1..7))));
        }
        ways
    }

    /// Plays these cues instead of its own.
    pub fn perform(&self, cues: &[Cue]) -> Verdict {
        let files = files_of(&self.check.script.steps);
        let conversation = match Conversation::new(&self.check, ADDRESS, files.clone(), 7) {
            Ok(conversation) => conversation,
            Err(fault) => {
                let end = End::Fault(fault.0);
                let (orders, notes) = (Vec::new(), Vec::new());
                return Verdict { end, played: 0, orders, notes, now: Duration::ZERO };
            }
        };
        let mut stage = Stage {
            conversation,
            files,
            cues: cues.iter().cloned().collect(),
            rest: Rest::Moving,
            sight: self.sight,
            machine: self.machine,
            now: Duration::ZERO,
            played: 0,
            orders: Vec::new(),
        };
        let end = match stage.all(&self.check) {
            Ok(()) => End::Passed,
            Err(end) => end,
        };
        let notes = stage.conversation.notes();
        Verdict { end, played: stage.played, orders: stage.orders, notes, now: stage.now }
    }
}

/// Are these the same, as far as pieces allow? Of different bytes at least the first is shown.
fn is_like(actual: &Actual, wanted: &Actual) -> bool {
    match (actual, wanted) {
        (Actual::Bytes { offset, bytes }, Actual::Bytes { offset: from, bytes: whole }) => {
            offset == from && !bytes.is_empty() && whole.starts_with(bytes)
        }
        _ => actual == wanted,
    }
}

/// The same cues, with what is said in pieces.
pub fn cut(cues: &[Cue], mut size: impl FnMut() -> usize) -> Vec<Cue> {
    let mut pieces = Vec::new();
    for cue in cues {
        match cue {
            Cue::Says(who, what) => {
                let mut rest = &what[..];
                while !rest.is_empty() {
                    let (piece, behind) = rest.split_at(size().min(rest.len()));
                    pieces.push(Cue::Says(who.clone(), piece.to_vec()));
                    rest = behind;
                }
            }
            other => pieces.push(other.clone()),
        }
    }
    pieces
}

pub fn line(text: impl AsRef<[u8]>) -> Expected {
    Expected::Line(text.as_ref().to_vec())
}

pub fn like(pattern: &str) -> Expected {
    Expected::LineLike(pattern.to_string())
}

pub fn remaining(texts: &[&str]) -> Expected {
    Expected::Remaining(texts.iter().map(|text| text.to_string()).collect())
}

pub fn came(text: impl AsRef<[u8]>) -> Actual {
    Actual::Line(text.as_ref().to_vec())
}

pub fn extra(text: impl AsRef<[u8]>) -> Actual {
    Actual::ExtraLine(text.as_ref().to_vec())
}

impl Verdict {
    #[track_caller]
    pub fn failed(self) -> Fall {
        match self.end {
            End::Failed(fall) => *fall,
            other => panic!("{other:?}"),
        }
    }
}

impl Play {
    pub fn cues_so_far(&self) -> &[Cue] {
        &self.cues
    }
}
