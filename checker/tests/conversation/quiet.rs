//! Counts, silence and ends.

use std::time::Duration;

use checker::model::outcome::{Actual, Expected, FailureKind, Note};

use crate::play::{Cue, Sight, came, extra, line, play, play_in};

const SILENT: Actual = Actual::SilenceAtRest;

#[test]
fn so_many_lines() {
    let play = play("ana connects\nana receives 3 lines");
    let wanted = || Expected::Lines { wanted: 3 };
    play.clone().says("ana", "a\n\nc\n").passes_with_the_last();
    play.clone().says("ana", "a\nb\nc").passes();
    play.clone().fails(FailureKind::NoAnswer, wanted(), SILENT);
    play.clone().says("ana", "a\nb\n").fails(FailureKind::NoAnswer, wanted(), Actual::Lines { got: 2 });
    play.clone().says("ana", "a\nb").fails(FailureKind::NoAnswer, wanted(), Actual::Lines { got: 2 });
    play.clone().ends("ana").fails(FailureKind::EndedEarly, wanted(), Actual::Ended { bytes: 0 });
    play.clone().says("ana", "a\n").ends("ana").fails(
        FailureKind::EndedEarly,
        wanted(),
        Actual::Lines { got: 1 },
    );
    play.says("ana", "a\nb\nc\nd\n").fails(FailureKind::ExtraData, Expected::Nothing, extra("d"));
}

#[test]
fn at_most_so_many_lines() {
    let play = play("ana connects\nana receives at most 2 lines");
    let wanted = || Expected::AtMostLines { wanted: 2 };
    for said in ["", "a\n", "a\nb\n", "a\nb"] {
        play.clone().says("ana", said).passes();
        play.clone().says("ana", said).ends("ana").passes();
    }
    play.clone().says("ana", "a\nb\nc\n").fails(FailureKind::ExtraData, wanted(), extra("c"));
    play.says("ana", "a\nb\nc").fails(FailureKind::ExtraData, wanted(), extra("c"));
}

#[test]
fn nothing_is_proven_at_rest() {
    let play = play("ana connects\nana receives nothing");
    play.clone().passes();
    play.clone().ends("ana").passes();
    let fall = play.clone().says("ana", "oi\n").fails(FailureKind::ExtraData, Expected::Nothing, extra("oi"));
    assert_eq!(fall.sentence.as_deref(), Some("ana receives nothing"));
    let bytes = Actual::ExtraBytes(b"oi".to_vec());
    play.clone().says("ana", "oi").fails(FailureKind::ExtraData, Expected::Nothing, bytes.clone());
    play.says("ana", "oi").ends("ana").fails(FailureKind::ExtraData, Expected::Nothing, bytes);
}

#[test]
fn nothing_but_certain_lines() {
    let play = play("ana connects\nana receives nothing but: /tick/");
    let wanted = || Expected::NothingBut("/tick/".into());
    play.clone().passes();
    play.clone().says("ana", "tick\ntick 2\n").passes();
    play.clone().says("ana", "tick\ntack\n").fails(FailureKind::ExtraData, wanted(), extra("tack"));
    play.says("ana", "tick\ntac").fails(
        FailureKind::ExtraData,
        wanted(),
        Actual::ExtraBytes(b"tac".to_vec()),
    );
}

#[test]
fn the_end_is_a_fin_with_nothing_before_it() {
    let play = play("ana connects\nana receives the end");
    play.clone().ends("ana").passes_with_the_last();
    play.clone().breaks("ana").fails(FailureKind::Reset, Expected::End, Actual::Reset { bytes: 0 });
    play.clone().fails(FailureKind::NotEnded, Expected::End, Actual::StillOpen);
    play.clone().says("ana", "oi\n").ends("ana").fails(FailureKind::ExtraData, Expected::End, extra("oi"));
    let bytes = Actual::ExtraBytes(b"oi".to_vec());
    play.clone().says("ana", "oi").ends("ana").fails(FailureKind::ExtraData, Expected::End, bytes.clone());
    play.clone().says("ana", "oi").fails(FailureKind::ExtraData, Expected::End, bytes);
    let allowed = play_in("leftovers: allowed", "ana connects\nana receives the end");
    allowed.clone().says("ana", "oi\n").ends("ana").passes_with_the_last();
    allowed.says("ana", "oi\n").fails(FailureKind::NotEnded, Expected::End, Actual::StillOpen);
}

#[test]
fn eventually_the_end_whatever_comes_before() {
    let play = play("ana connects\nana eventually receives the end");
    play.clone().says("ana", "a\nb").ends("ana").passes_with_the_last();
    play.clone().says("ana", "a\n").fails(FailureKind::NotEnded, Expected::End, Actual::StillOpen);
    play.says("ana", "a").breaks("ana").fails(FailureKind::Reset, Expected::End, Actual::Reset { bytes: 0 });
}

#[test]
fn disconnected_is_either_end() {
    let play = play("ana connects\nana is disconnected");
    play.clone().ends("ana").passes_with_the_last();
    play.clone().breaks("ana").passes_with_the_last();
    play.clone().fails(FailureKind::NotEnded, Expected::Disconnected, Actual::StillOpen);
    play.says("ana", "oi\n").breaks("ana").fails(FailureKind::ExtraData, Expected::Disconnected, extra("oi"));
}

#[test]
fn a_reset_is_no_fin() {
    let play = play("ana connects\nana receives a reset");
    play.clone().breaks("ana").passes_with_the_last();
    play.clone().ends("ana").fails(FailureKind::Mismatch, Expected::Reset, Actual::Ended { bytes: 0 });
    play.clone().fails(FailureKind::NotEnded, Expected::Reset, Actual::StillOpen);
    play.says("ana", "oi\n").breaks("ana").fails(FailureKind::ExtraData, Expected::Nothing, extra("oi"));
}

#[test]
fn to_forget_is_to_begin_anew_at_rest() {
    let play = play("ana connects\nana forgets\nana receives: dois");
    play.clone().says("ana", "um\nd").rests().says("ana", "dois\n").passes();
    play.says("ana", "um\n").rests().says("ana", "um\n").fails(
        FailureKind::Mismatch,
        line("dois"),
        came("um"),
    );
}

#[test]
fn leftovers_are_a_fault_unless_allowed() {
    let script = "ana and bia connect\nana receives: oi";
    let fall = play(script).says("bia", "oi\n").says("ana", "oi\n").fails(
        FailureKind::ExtraData,
        Expected::Nothing,
        extra("oi"),
    );
    assert_eq!((fall.actor.as_deref(), fall.sentence), (Some("bia"), None));
    play_in("leftovers: allowed", script).says("bia", "oi\n").says("ana", "oi\n").passes();
    play("ana connects\nana closes").says("ana", "late\n").passes();
    play("ana connects\nana is disconnected").ends("ana").passes();
}

fn ticks(who: &'static str, said: &'static str) -> impl Iterator<Item = Cue> {
    let tick =
        move |_| [Cue::Passes(Duration::from_millis(100)), Cue::Says(who.into(), said.as_bytes().to_vec())];
    (0..2000).flat_map(tick)
}

#[test]
fn nobody_waits_for_ever_for_a_program_that_is_never_silent() {
    let ignoring = |sentence: &str| {
        let play = play_in("ignore: [/^tick$/]", &format!("ana connects\n{sentence}"));
        play.cues(ticks("ana", "tick\n")).sight(Sight::Restless)
    };
    for sentence in ["ana receives nothing", "ana receives at most 1 line", "ana forgets", "bia connects"] {
        let verdict = ignoring(sentence).verdict();
        assert_eq!(verdict.end, crate::play::End::Passed, "{sentence}");
        assert!(verdict.now < Duration::from_secs(130), "{sentence} {:?}", verdict.now);
    }
    assert!(ignoring("ana forgets").verdict().notes.contains(&Note::RestNotSeen));
    let never = Actual::NeverFellSilent(Duration::from_secs(60));
    let fall = ignoring("ana receives: oi").verdict().failed();
    assert_eq!((fall.kind, fall.actual), (FailureKind::TimedOut, never.clone()));
    let fall = ignoring("ana receives the end").verdict().failed();
    assert_eq!((fall.kind, fall.actual), (FailureKind::TimedOut, never));
}
