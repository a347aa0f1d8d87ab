//! One rich run, made by hand, that every report is tried on.

mod hard;
mod kinds;

use std::path::PathBuf;
use std::time::Duration;

use crate::model::course::{Text, Visibility};
use crate::model::event::{Event, LabInfo, RunInfo, Submission};
use crate::model::outcome::*;
use crate::model::sight::{Doing, HeldView, Limit, Sighting, Stream, ThreadView, Whom};
use crate::model::stage::{Departure, Ending, Seat};
use crate::model::transcript::{Entry, Excerpt, What};

/// A small run: one lab with a pass, a failure and a skip.
pub fn small() -> Vec<Event> {
    wrapped(vec![chat()])
}

/// All sorts of verdicts in six labs.
pub fn run() -> Vec<Event> {
    wrapped(vec![
        chat(),
        untouched(),
        hard::unbuildable(),
        hard::counters(),
        kinds::lab(),
        broken(),
        perfect(),
    ])
}

fn wrapped(labs: Vec<Vec<Event>>) -> Vec<Event> {
    let started = Event::RunStarted(RunInfo {
        labs_file: PathBuf::from("labs.yaml"),
        seed: 7,
        repeat: 1,
        again: Vec::new(),
    });
    let finished = Event::RunFinished { took: ms(1234) };
    std::iter::once(started).chain(labs.into_iter().flatten()).chain([finished]).collect()
}

fn chat() -> Vec<Event> {
    let relay = passed("relay", "a message reaches every connected client", 3, 6);
    let bye = CheckResult {
        transcript: vec![
            at(0, "program", What::Started { command: "chat 41007".into() }),
            at(0, "ana", What::Connected),
            at(0, "bia", What::Connected),
            at(2, "ana", What::Sent(Excerpt::of(b":bye\n"))),
            at(2, "ana", What::Failed),
        ],
        seats: vec!["ana".into(), "bia".into()],
        took: ms(11),
        ..failed(
            "bye",
            ":bye disconnects the sender and tells the others about it",
            Failure {
                step: Some(StepRef { line: 61, sentence: "ana is disconnected".into() }),
                why: Some(Why::Blocked { actor: Some(Seat(0)), actor_name: Some("ana".into()) }),
                hint: Some(Text::plain("Two roads lead out, :bye and a closed connection.")),
                sighting: Some(Sighting {
                    threads: vec![
                        thread(1, Doing::Accepting(None)),
                        thread(2, reading(1)),
                        thread(3, reading(0)),
                    ],
                    held: vec![held(0), held(1)],
                    ..Sighting::default()
                }),
                ..failure(FailureKind::NotEnded, Expected::Disconnected, Actual::SilenceAtRest)
            },
        )
    };
    let leak = skipped("leak", "a client that left leaves nothing behind", Skip::Needs("bye".into()));
    lab("chat", "Mini chat", Some(Ok(())), vec![relay, bye, leak])
}

fn untouched() -> Vec<Event> {
    let todo = |id: &str, title: &str| {
        let why = Why::NotImplemented(Place { file: "src/main.rs".into(), line: 12 });
        let kind = FailureKind::NotImplemented;
        let departure = Departure::Status(101);
        let failure =
            Failure { why: Some(why), ..failure(kind, Expected::ProgramStarts, Actual::Exited(departure)) };
        failed(id, title, failure)
    };
    let checks = vec![
        todo("line", "a line comes back"),
        todo("lines", "many lines come back, in order"),
        skipped("end", "the end comes back", Skip::Needs("line".into())),
    ];
    lab("echo", "Echo", Some(Ok(())), checks)
}

fn broken() -> Vec<Event> {
    let mut events = lab("hello", "Hello", None, Vec::new());
    if let Event::LabStarted(info) = &mut events[0] {
        info.checks = vec!["greets".into(), "waits".into()];
        info.out_of = 2;
    }
    let message = "no free port between 20000 and 29999; close what listens there, or try again".to_owned();
    events.insert(1, Event::LabErrored { message });
    events
}

fn perfect() -> Vec<Event> {
    let mut line = passed("caps", "letters come back as capitals", 2, 1);
    line.notes = vec![Note::MissingNewline { who: "ana".into() }, Note::Words(vec!["tulipa".into()])];
    let mut races = passed("many", "twenty clients at once", 2, 900);
    races.runs = Runs { passed: 20, total: 20 };
    let mut events = lab("echocaps", "Echo in capitals", Some(Ok(())), vec![line, races]);
    if let Event::LabStarted(info) = &mut events[0] {
        info.submission = Submission::Program("python3 echo.py".into());
    }
    events
}

fn lab(
    id: &str,
    title: &str,
    build: Option<Result<(), BuildFailure>>,
    checks: Vec<CheckResult>,
) -> Vec<Event> {
    let mut events = vec![Event::LabStarted(LabInfo {
        id: id.into(),
        title: Text::plain(title),
        submission: Submission::Exercise(PathBuf::from("exercises").join(id)),
        guide: Some(PathBuf::from("exercises").join(id).join("README.md")),
        checks: checks.iter().map(|check| check.id.clone()).collect(),
        judged: Vec::new(),
        needed: checks.iter().filter_map(needed).collect(),
        out_of: checks.iter().map(|check| check.out_of).sum(),
        again: vec![id.into()],
    })];
    events.extend(build.map(|result| Event::Built { took: ms(400), result }));
    for check in checks {
        events.push(Event::CheckStarted { id: check.id.clone() });
        events.push(Event::CheckFinished(Box::new(check)));
    }
    events.push(Event::LabFinished);
    events
}

fn needed(check: &CheckResult) -> Option<String> {
    match &check.outcome {
        Outcome::Skipped(Skip::Needs(id)) => Some(id.clone()),
        _ => None,
    }
}

fn passed(id: &str, title: &str, points: u32, took: u64) -> CheckResult {
    CheckResult {
        id: id.into(),
        title: Text::plain(title),
        visibility: Visibility::Shown,
        points,
        out_of: points,
        outcome: Outcome::Passed,
        took: ms(took),
        runs: Runs { passed: 1, total: 1 },
        transcript: vec![
            at(0, "program", What::Started { command: format!("{id} 41007") }),
            at(0, "ana", What::Connected),
            at(1, "ana", What::Sent(Excerpt::of("olá\n".as_bytes()))),
            at(1, "ana", What::Received(Excerpt::of("olá\n".as_bytes()))),
            at(1, "ana", What::Ended(Ending::Fin)),
        ],
        seats: vec!["ana".into()],
        last_output: LastOutput::default(),
        notes: Vec::new(),
        sighting: None,
    }
}

fn failed(id: &str, title: &str, failure: Failure) -> CheckResult {
    CheckResult {
        points: 0,
        outcome: Outcome::Failed(Box::new(failure)),
        runs: Runs { passed: 0, total: 1 },
        transcript: Vec::new(),
        ..passed(id, title, 3, 11)
    }
}

fn skipped(id: &str, title: &str, skip: Skip) -> CheckResult {
    CheckResult {
        points: 0,
        outcome: Outcome::Skipped(skip),
        runs: Runs { passed: 0, total: 0 },
        transcript: Vec::new(),
        seats: Vec::new(),
        ..passed(id, title, 2, 0)
    }
}

fn failure(kind: FailureKind, expected: Expected, actual: Actual) -> Failure {
    Failure { kind, step: None, expected, actual, why: None, hint: None, sighting: None }
}

fn at(at: u64, who: &str, what: What) -> Entry {
    Entry { at: ms(at), who: who.into(), what }
}

fn held(seat: usize) -> HeldView {
    HeldView { seat: Seat(seat), unread: 0, descriptors: 1, from_us: Stream::Open }
}

fn thread(number: usize, doing: Doing) -> ThreadView {
    let tid = 4710 + i32::try_from(number).unwrap();
    ThreadView { number, pid: 4711, tid, name: "chat".into(), doing }
}

fn reading(seat: usize) -> Doing {
    Doing::Receiving(Whom::Client { seat: Seat(seat), limit: Limit::None })
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}
