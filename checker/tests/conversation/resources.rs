//! Sentences about what the program has.

use std::time::Duration;

use checker::model::outcome::{Actual, Expected, FailureKind, Note};
use checker::model::stage::{Amount, Bound, Departure, Happening, Load, Resource, Resources};

use crate::play::{Cue, End, Play, Sight, play};

fn counted(threads: u64, connections: u64, files: u64) -> Cue {
    Cue::Happens(Happening::Counted(Resources { threads, connections, files, load: Load::Unknown }))
}

fn load(load: Load) -> Cue {
    Cue::Happens(Happening::Counted(Resources { load, ..Resources::default() }))
}

fn amount(number: u64, of: Resource) -> Amount {
    Amount { number, of }
}

#[test]
fn counts_are_held_against_each_bound() {
    let has = |sentence: &str| play(sentence).cue(counted(3, 1, 6));
    for right in [
        "program has 3 threads",
        "program has at least 2 threads",
        "program has at most 3 threads",
        "program has 1 connection",
        "program has at most 6 files open",
    ] {
        has(right).passes();
    }
    let wrong = [
        ("program has 2 threads", Bound::Exactly, amount(2, Resource::Threads), 3),
        ("program has at least 4 threads", Bound::AtLeast, amount(4, Resource::Threads), 3),
        ("program has 0 connections", Bound::Exactly, amount(0, Resource::Connections), 1),
        ("program has at most 5 files open", Bound::AtMost, amount(5, Resource::Files), 6),
    ];
    for (sentence, bound, wanted, found) in wrong {
        let actual = Actual::Has(vec![amount(found, wanted.of)]);
        has(sentence).fails(FailureKind::Mismatch, Expected::Has { bound, amount: wanted }, actual);
    }
}

#[test]
fn nothing_is_judged_before_the_program_is_quiet() {
    let early = play("program has 3 threads").cue(counted(2, 0, 3)).cue(counted(3, 0, 3));
    early.passes_with_the_last();
}

fn back(then: Cue, now: Cue) -> Play {
    let script = "ana connects\nmark the resources\nana closes\nprogram is back at the mark";
    play(script).cue(then).rests().cue(now)
}

#[test]
fn no_more_than_at_the_mark_is_back_at_it() {
    back(counted(3, 1, 6), counted(3, 1, 6)).passes();
    back(counted(3, 1, 6), counted(2, 0, 5)).passes();
}

#[test]
fn what_is_more_than_at_the_mark_is_a_leak() {
    let fall = back(counted(3, 1, 6), counted(5, 1, 6)).fails(
        FailureKind::Leak,
        Expected::AtMark(vec![amount(3, Resource::Threads)]),
        Actual::Has(vec![amount(5, Resource::Threads)]),
    );
    assert_eq!(fall.sentence.as_deref(), Some("program is back at the mark"));
    // A file for each connection is no news of its own; one more is.
    back(counted(3, 1, 6), counted(3, 3, 8)).fails(
        FailureKind::Leak,
        Expected::AtMark(vec![amount(1, Resource::Connections)]),
        Actual::Has(vec![amount(3, Resource::Connections)]),
    );
    back(counted(3, 1, 6), counted(3, 3, 9)).fails(
        FailureKind::Leak,
        Expected::AtMark(vec![amount(1, Resource::Connections), amount(6, Resource::Files)]),
        Actual::Has(vec![amount(3, Resource::Connections), amount(9, Resource::Files)]),
    );
}

#[test]
fn without_proof_of_rest_there_is_time_to_get_back() {
    let quiet = || Cue::Passes(Duration::from_millis(400));
    for sight in [Sight::Unseen, Sight::Restless] {
        let script = "mark the resources\nprogram is back at the mark";
        let more = play(script).cue(counted(3, 1, 6)).cue(quiet()).cue(counted(4, 1, 6)).sight(sight);
        let late = more.clone().cue(quiet()).cue(counted(3, 1, 6)).verdict();
        assert_eq!(late.end, End::Passed, "{sight:?}");
        let never = more.verdict();
        assert!(never.now >= Duration::from_secs(5), "{sight:?}");
        assert_eq!(never.failed().kind, FailureKind::Leak);
    }
}

#[test]
fn a_program_at_rest_rests_and_a_busy_one_does_not() {
    play("program rests").cue(load(Load::Unknown)).passes();
    let restless = |of| play("program rests").cue(load(of)).sight(Sight::Restless);
    let calm = restless(Load::Calm).verdict();
    assert_eq!((calm.end, calm.notes), (End::Passed, vec![Note::RestNotSeen]));
    let busy = restless(Load::Busy).verdict();
    assert!(busy.now >= Duration::from_secs(5));
    let fall = busy.failed();
    assert_eq!((fall.kind, fall.expected), (FailureKind::BusyLoop, Expected::Rest));
}

#[test]
fn a_program_that_has_ended_has_nothing_to_count() {
    let expected = Expected::Has { bound: Bound::AtLeast, amount: amount(1, Resource::Threads) };
    play("program has at least 1 thread").exits(0).fails(
        FailureKind::ExitedEarly,
        expected,
        Actual::Exited(Departure::Status(0)),
    );
}
