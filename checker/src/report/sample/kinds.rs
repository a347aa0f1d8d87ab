//! A lab in which every kind of failure happens once.

use super::*;
use crate::model::stage::Departure;

pub fn lab() -> Vec<Event> {
    let checks = FailureKind::ALL
        .iter()
        .zip(1..)
        .filter(|(kind, _)| **kind != FailureKind::BuildFailed)
        .map(|(kind, number)| check(*kind, number))
        .collect();
    super::lab("kinds", "Every kind of failure", Some(Ok(())), checks)
}

fn check(kind: FailureKind, number: u32) -> CheckResult {
    use FailureKind::*;
    let address = "127.0.0.1:41007".parse().unwrap();
    let connection = Expected::Connection { address };
    let line = || Expected::Line(b"oi".to_vec());
    let place = || Place { file: "src/main.rs".into(), line: 12 };
    let panicked = Why::Panicked { place: place(), message: "index out of bounds".into() };
    let elsewhere = || Why::ListensElsewhere { on: vec!["127.0.0.1:9090".parse().unwrap()], asked: address };
    let exited = Actual::Exited(Departure::Status(101));
    let (expected, actual, why) = match kind {
        BuildFailed => (Expected::ProgramStarts, Actual::BuildFailed, None),
        NotImplemented => (connection, exited, Some(Why::NotImplemented(place()))),
        ExitedEarly => (connection, exited, Some(panicked)),
        NeverListened => (connection, Actual::Refused, Some(Why::NeverListens)),
        WrongPort | WrongAddress => (connection, Actual::Refused, Some(elsewhere())),
        NotAccepted => (connection, Actual::InAcceptQueue, None),
        NotRefused => (Expected::Refusal { address }, Actual::ConnectedAnyway, None),
        NeverConnected => {
            (Expected::ItsConnection { to: "srv".into(), address }, Actual::NoConnectionAtRest, None)
        }
        NoAnswer => (Expected::OneOf(vec!["oi".into(), "/olá/i".into()]), Actual::SilenceAtRest, None),
        Mismatch => (
            Expected::LineOf { sender: "ana".into(), line: b"oi".to_vec() },
            Actual::Line(b"io".to_vec()),
            None,
        ),
        MissingNewline => (line(), Actual::WithoutNewline(b"oi".to_vec()), None),
        EndedEarly => (Expected::Lines { wanted: 200 }, Actual::Lines { got: 199 }, None),
        Reset => (line(), Actual::Reset { bytes: 1 }, None),
        NotEnded => (Expected::End, Actual::StillOpen, None),
        ExtraData => (Expected::Nothing, Actual::ExtraLine(b"oi, oi".to_vec()), None),
        WrongExit => (Expected::ExitStatus(0), exited, Some(Why::ExitedBefore(Departure::Status(101)))),
        StillRunning => (Expected::ExitCleanly, Actual::Running, None),
        KilledBySignal => (Expected::StillRunning, Actual::Exited(Departure::Signal(6)), None),
        Leak => {
            (Expected::Distinct { capture: "id".into() }, Actual::Repeated { value: b"3".to_vec() }, None)
        }
        BusyLoop => (Expected::NothingBut("/oi/".into()), Actual::ExtraBytes(b"\0\0".to_vec()), None),
        LimitExceeded => {
            (Expected::ExitNonzero, Actual::LimitExceeded("more than 64 processes".into()), None)
        }
        TimedOut => (Expected::ExitNotBefore(ms(400)), Actual::ExitedAfter(ms(12)), None),
    };
    let step =
        (number > 3).then(|| StepRef { line: 300 + number, sentence: format!("sentence number {number}") });
    failed(kind.id(), "what must happen", Failure { step, why, ..failure(kind, expected, actual) })
}
