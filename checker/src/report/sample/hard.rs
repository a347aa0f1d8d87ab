//! What is hard to show: hostile output, long texts, many actors, races, errors.

use super::*;
use crate::model::stage::Departure;

pub fn unbuildable() -> Vec<Event> {
    let output = b"\x1b[1m\x1b[31merror[E0425]\x1b[0m: cannot find value `stream` in this scope\n  \
        --> src/main.rs:9:5\n   |\n9  |     stream.write_all(b\"oi\")?;\n   |     ^^^^^^ not found in this scope\n\n\
        ::error file=x::from a build script\n\x1b]0;title\x07##[group]y\n\
        error: could not compile `tally` (bin \"tally\") due to 1 previous error\n";
    let build =
        BuildFailure { summary: "error[E0425] at src/main.rs:9".into(), cure: None, output: output.to_vec() };
    let check = |id: &str| {
        failed(id, "counts", failure(FailureKind::BuildFailed, Expected::ProgramStarts, Actual::BuildFailed))
    };
    let mut events = lab("tally", "Tally", Some(Err(build)), vec![check("one"), check("two")]);
    if let Event::LabStarted(info) = &mut events[0] {
        // A check that is announced and never reported must not get lost.
        info.checks.push("three".into());
    }
    events
}

pub fn counters() -> Vec<Event> {
    let checks = vec![
        race(),
        short_mismatch(),
        long_mismatch(),
        raw_bytes(),
        crowd(),
        long_conversation(),
        hostile(),
        never_listened("port", "listens on the port that it is given"),
        never_listened("again", "listens again after a restart"),
        not_seen(),
        hidden(),
        errored("limits", "stays within its limits"),
        errored("memory", "needs little memory"),
        skipped("late", "was not tried any more", Skip::Interrupted),
    ];
    lab(
        "counters",
        "Counters with a title that is rather too long for the one line that it has",
        Some(Ok(())),
        checks,
    )
}

fn race() -> CheckResult {
    CheckResult {
        runs: Runs { passed: 18, total: 20 },
        transcript: vec![
            at(0, "ana", What::Connected),
            at(0, "bia", What::Connected),
            at(1, "caio", What::Connected),
            at(1, "ana", What::Sent(Excerpt::of(b"+1\n"))),
            at(1, "bia", What::Sent(Excerpt::of(b"+1\n"))),
            at(1, "caio", What::Sent(Excerpt::of(b"total?\n"))),
            at(2, "caio", What::Received(Excerpt::of(b"1\n"))),
            at(2, "caio", What::Failed),
        ],
        seats: vec!["ana".into(), "bia".into(), "caio".into()],
        notes: vec![Note::Words(vec!["tulipa".into(), "pedra".into()])],
        ..failed(
            "race",
            "two clients add at the same time",
            Failure {
                step: Some(StepRef { line: 120, sentence: "caio receives: 2".into() }),
                hint: Some(Text::plain(
                    "Reading, adding and writing back are three steps; another thread may come between.",
                )),
                ..failure(FailureKind::Mismatch, Expected::Line(b"2".to_vec()), Actual::Line(b"1".to_vec()))
            },
        )
    }
}

fn short_mismatch() -> CheckResult {
    CheckResult {
        transcript: vec![
            at(0, "ana", What::Connected),
            at(0, "ana", What::Sent(Excerpt::of("coração\n".as_bytes()))),
            at(1, "program", What::Printed(Excerpt::of(b"got 10 bytes\n"))),
            at(1, "ana", What::Received(Excerpt::of("CORAçãO\r\n".as_bytes()))),
            at(1, "ana", What::Failed),
        ],
        ..failed(
            "caps",
            "日本語 and ação keep their columns in a line that is cut",
            Failure {
                step: Some(StepRef { line: 131, sentence: "ana receives: CORAÇÃO".into() }),
                ..failure(
                    FailureKind::Mismatch,
                    Expected::Line("CORAÇÃO".into()),
                    Actual::Line("CORAçãO".into()),
                )
            },
        )
    }
}

fn long_mismatch() -> CheckResult {
    let expected: Vec<u8> = (0..2000u32).flat_map(|n| format!("{n},").into_bytes()).collect();
    let mut actual = expected.clone();
    actual[4321] = b'?';
    CheckResult {
        transcript: vec![
            at(0, "ana", What::Connected),
            at(3, "ana", What::Sent(Excerpt::of(&expected))),
            at(9, "ana", What::Received(Excerpt::of(&actual))),
            at(9, "ana", What::Failed),
        ],
        ..failed(
            "long",
            "a very long line comes back whole",
            Failure {
                step: Some(StepRef {
                    line: 140,
                    sentence: format!("ana receives: {}", "0,1,2,3,".repeat(30)),
                }),
                ..failure(FailureKind::Mismatch, Expected::Line(expected), Actual::Line(actual))
            },
        )
    }
}

fn raw_bytes() -> CheckResult {
    let bytes = |bytes: &[u8]| bytes.to_vec();
    failed(
        "raw",
        "bytes come back as they are",
        Failure {
            step: Some(StepRef { line: 150, sentence: "ana receives what it sent".into() }),
            ..failure(
                FailureKind::Mismatch,
                Expected::Bytes { offset: 65536, bytes: bytes(b"\x00\x01\xC3\xA7\xFF") },
                Actual::Bytes { offset: 65536, bytes: bytes(b"\x00\x01\xC3\n\xFF") },
            )
        },
    )
}

fn crowd() -> CheckResult {
    let mut transcript: Vec<Entry> =
        (1..=12).map(|n| at(n, &format!("crowd {n}"), What::Connected)).collect();
    transcript.extend((1..=12).map(|n| at(20, &format!("crowd {n}"), What::Sent(Excerpt::of(b"oi\n")))));
    transcript.push(at(25, "crowd 12", What::Ended(Ending::Reset)));
    transcript.push(at(25, "crowd 12", What::Failed));
    CheckResult {
        transcript,
        ..failed(
            "crowd",
            "twelve clients talk at once",
            Failure {
                step: Some(StepRef { line: 160, sentence: "crowd receives: oi".into() }),
                ..failure(FailureKind::Reset, Expected::LineLike("/oi/".into()), Actual::Reset { bytes: 0 })
            },
        )
    }
}

fn long_conversation() -> CheckResult {
    let mut transcript = vec![at(0, "program", What::Started { command: "counters 41007".into() })];
    transcript.push(at(0, "ana", What::Connected));
    for n in 0..20 {
        transcript.push(at(n, "ana", What::Sent(Excerpt::of(format!("line {n}\n").as_bytes()))));
        transcript.push(at(n, "ana", What::Received(Excerpt::of(format!("line {n}\n").as_bytes()))));
    }
    transcript.push(at(21, "ana", What::Sent(Excerpt { head: b"x".repeat(4096), total: 8 << 20 })));
    transcript.push(at(22, "ana", What::HalfClosed));
    transcript.push(at(5030, "ana", What::Failed));
    CheckResult {
        transcript,
        took: ms(5031),
        ..failed(
            "bulk",
            "a lot comes back",
            Failure {
                step: Some(StepRef { line: 170, sentence: "ana receives what it sent".into() }),
                why: Some(Why::Blocked { actor: Some(Seat(0)), actor_name: Some("ana".into()) }),
                sighting: Some(Sighting {
                    threads: vec![thread(1, Doing::Accepting(None))],
                    waiting_in_queue: vec![Seat(0)],
                    ..Sighting::default()
                }),
                ..failure(
                    FailureKind::NoAnswer,
                    Expected::Taken { bytes: 8 << 20 },
                    Actual::TakenOnly { bytes: 2_621_440 },
                )
            },
        )
    }
}

fn hostile() -> CheckResult {
    let nasty =
        b"\x1b[2J\x1b]0;owned\x07::error file=a,line=1::injected\n##[error]injected\n\r\x9b31mred\0\xFF \
        \xE2\x80\xAEbackwards\n::set-output name=x::y\n";
    CheckResult {
        transcript: vec![
            at(0, "ana", What::Connected),
            at(1, "ana", What::Received(Excerpt::of(nasty))),
            at(1, "program", What::Complained(Excerpt::of(nasty))),
            at(1, "program", What::Exited(Departure::Signal(11))),
            at(1, "ana", What::Failed),
        ],
        last_output: LastOutput {
            stdout: nasty.repeat(3),
            stderr: [&b"x".repeat(300)[..], b"\n::error::z"].concat(),
        },
        notes: vec![Note::MissingNewline { who: "ana\x1b[31m".into() }],
        ..failed(
            "nasty",
            "\x1b[31ma title with an escape",
            Failure {
                step: Some(StepRef { line: 180, sentence: "ana receives: \x1b[0m::error::oi".into() }),
                why: Some(Why::Panicked {
                    place: Place { file: "src/\x1b[7mmain.rs".into(), line: 3 },
                    message: "boom\n::error::from a panic".into(),
                }),
                hint: Some(Text::plain("Look at line 3.\n::error::hint")),
                ..failure(
                    FailureKind::KilledBySignal,
                    Expected::LineLike("/\x1boi/".into()),
                    Actual::Exited(Departure::Signal(11)),
                )
            },
        )
    }
}

fn never_listened(id: &str, title: &str) -> CheckResult {
    CheckResult {
        transcript: vec![at(0, "program", What::Started { command: "target/debug/counters 41007".into() })],
        last_output: LastOutput { stdout: b"ready\n".to_vec(), stderr: Vec::new() },
        ..failed(
            id,
            title,
            Failure {
                why: Some(Why::NeverListens),
                ..failure(
                    FailureKind::NeverListened,
                    Expected::Connection { address: "127.0.0.1:41007".parse().unwrap() },
                    Actual::Refused,
                )
            },
        )
    }
}

fn not_seen() -> CheckResult {
    CheckResult {
        transcript: vec![at(0, "ana", What::Connected), at(5000, "ana", What::Failed)],
        took: ms(5003),
        notes: vec![Note::NoSight, Note::RestNotSeen],
        ..failed(
            "slow",
            "answers in time",
            Failure {
                step: Some(StepRef { line: 190, sentence: "ana receives: oi".into() }),
                sighting: Some(Sighting { threads: vec![thread(1, Doing::Sleeping)], ..Sighting::default() }),
                ..failure(FailureKind::NoAnswer, Expected::Line(b"oi".to_vec()), Actual::SilenceFor(ms(5000)))
            },
        )
    }
}

fn hidden() -> CheckResult {
    CheckResult {
        visibility: Visibility::Hidden,
        transcript: vec![at(0, "ana", What::Sent(Excerpt::of(b"top secret\n")))],
        last_output: LastOutput { stdout: b"top secret\n".to_vec(), stderr: Vec::new() },
        notes: vec![Note::Words(vec!["top secret".into()])],
        ..failed(
            "secret",
            "something that is checked behind a curtain",
            Failure {
                step: Some(StepRef { line: 200, sentence: "ana receives: top secret".into() }),
                hint: Some(Text::plain("top secret")),
                ..failure(
                    FailureKind::Mismatch,
                    Expected::Line(b"top secret".to_vec()),
                    Actual::Line(b"top secret?".to_vec()),
                )
            },
        )
    }
}

fn errored(id: &str, title: &str) -> CheckResult {
    let message = "the working folder could not be made in /tmp: no space left on device. Free some space and run again.";
    CheckResult { outcome: Outcome::Errored(message.into()), ..skipped(id, title, Skip::Interrupted) }
}
