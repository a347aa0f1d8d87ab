//! What the program does besides answering clients, and what clients do besides receiving.

use std::time::Duration;

use checker::model::outcome::{Actual, Expected, FailureKind, Note};
use checker::model::script::Signal;
use checker::model::stage::{Departure, Happening, Order, Retry, Seat};

use crate::play::{ADDRESS, Cue, End, Machine, Play, Sight, came, extra, line, play, play_in};

const SILENT: Actual = Actual::SilenceAtRest;
const ANA: Seat = Seat(0);

fn happens(happening: Happening) -> Cue {
    Cue::Happens(happening)
}

fn connecting(script: &str, happenings: &[Happening]) -> Play {
    play_in("leftovers: allowed", script)
        .machine(Machine::Silent)
        .cues(happenings.iter().cloned().map(Cue::Happens))
}

fn connection() -> Expected {
    Expected::Connection { address: ADDRESS }
}

#[test]
fn connects_means_accepted_and_at_rest() {
    use Happening::{Accepted, Connected, Ended, Heard};
    let ana = "ana connects";
    connecting(ana, &[Connected(ANA), Accepted(ANA)]).passes_with_the_last();
    let heard = Heard { ear: checker::model::stage::Ear::Seat(ANA), bytes: b"oi".to_vec() };
    connecting(ana, &[Connected(ANA), heard]).passes_with_the_last();
    let ended =
        Ended { ear: checker::model::stage::Ear::Seat(ANA), ending: checker::model::stage::Ending::Fin };
    connecting(ana, &[Connected(ANA), ended]).passes_with_the_last();
    connecting(ana, &[]).fails(FailureKind::NeverListened, connection(), Actual::Refused);
    connecting(ana, &[Connected(ANA)]).fails(FailureKind::NotAccepted, connection(), Actual::InAcceptQueue);
    let exits = Happening::Exited(Departure::Status(101));
    let exited = || Actual::Exited(Departure::Status(101));
    connecting(ana, std::slice::from_ref(&exits)).fails(FailureKind::ExitedEarly, connection(), exited());
    connecting(ana, &[Connected(ANA), exits.clone()]).fails(FailureKind::ExitedEarly, connection(), exited());
    connecting(ana, &[Connected(ANA), Accepted(ANA), exits]).passes_with_the_last();
}

#[test]
fn those_who_are_named_connect_one_after_the_other() {
    let play = play("bia and ana connect");
    let connect = |seat| Order::Connect { seat: Seat(seat), through: None, retry: Retry::Patient };
    assert_eq!(play.verdict().orders, [Order::StartProgram, connect(0), connect(1)]);
    let first = connecting("bia and ana connect", &[]).verdict();
    assert_eq!(first.orders, [Order::StartProgram, connect(0)]);
    let crowd = connecting("ana connects", &[]);
    assert_eq!(crowd.verdict().failed().actor.as_deref(), Some("ana"));
    let settings = "leftovers: allowed\nactors: { crowd: { clients: 3 } }";
    let all = play_in(settings, "crowd connects").machine(Machine::Silent).verdict();
    assert_eq!(all.orders, [Order::StartProgram, connect(0), connect(1), connect(2)]);
}

#[test]
fn without_waiting_the_handshake_is_enough() {
    let script = "ana connects without waiting";
    connecting(script, &[Happening::Connected(ANA)]).sight(Sight::Restless).passes_with_the_last();
    let both = connecting(script, &[]).cue(happens(Happening::Connected(ANA)));
    assert!(both.verdict().now < Duration::from_millis(10));
    connecting(script, &[]).fails(FailureKind::NeverListened, connection(), Actual::Refused);
}

#[test]
fn a_program_that_never_rests_is_given_time_to_settle() {
    let happenings = [Happening::Connected(ANA), Happening::Accepted(ANA)];
    for (sight, note) in [(Sight::Restless, Note::RestNotSeen), (Sight::Unseen, Note::NoSight)] {
        let verdict = connecting("ana connects", &happenings).sight(sight).verdict();
        assert_eq!((verdict.end, verdict.notes), (End::Passed, vec![note]));
        assert!(verdict.now >= Duration::from_millis(200));
    }
    let exited = [&happenings[..], &[Happening::Exited(Departure::Status(0))]].concat();
    assert_eq!(connecting("ana connects", &exited).verdict().notes, []);
    // Where nothing shows whether it was accepted, a silence has to do.
    connecting("ana connects", &happenings[..1]).sight(Sight::Unseen).passes();
    connecting("ana connects", &[]).sight(Sight::Unseen).fails(
        FailureKind::NeverListened,
        connection(),
        Actual::Refused,
    );
}

#[test]
fn cannot_connect_waits_for_rest_and_then_for_a_refusal() {
    let script = "ana cannot connect";
    let play = connecting(script, &[]).rests();
    let once = Order::Connect { seat: ANA, through: None, retry: Retry::Once };
    play.clone().cue(happens(Happening::Refused(ANA))).passes();
    let verdict = play.clone().cue(happens(Happening::Refused(ANA))).verdict();
    assert_eq!(verdict.orders, [Order::StartProgram, once]);
    play.cue(happens(Happening::Connected(ANA))).fails(
        FailureKind::NotRefused,
        Expected::Refusal { address: ADDRESS },
        Actual::ConnectedAnyway,
    );
}

#[test]
fn sends_ends_when_everything_has_left() {
    let silent = |cues: &[Happening]| {
        let connected = [Happening::Connected(ANA), Happening::Accepted(ANA)];
        connecting("ana connects\nana sends: oi", &connected)
            .rests()
            .cues(cues.iter().cloned().map(Cue::Happens))
    };
    let taken = || Expected::Taken { bytes: 3 };
    silent(&[Happening::Sent(ANA)]).passes_with_the_last();
    silent(&[]).fails(FailureKind::NoAnswer, taken(), SILENT);
    silent(&[Happening::SendFailed(ANA)]).fails(FailureKind::EndedEarly, taken(), Actual::Reset { bytes: 0 });
    let ended = Happening::Ended {
        ear: checker::model::stage::Ear::Seat(ANA),
        ending: checker::model::stage::Ending::Fin,
    };
    silent(&[ended, Happening::SendFailed(ANA)]).fails(
        FailureKind::EndedEarly,
        taken(),
        Actual::Ended { bytes: 0 },
    );
    silent(&[]).sight(Sight::Restless).fails(
        FailureKind::NoAnswer,
        taken(),
        Actual::SilenceFor(Duration::from_secs(5)),
    );
}

#[test]
fn what_is_sent_becomes_orders() {
    let orders = |script: &str| play(&format!("ana connects\n{script}")).verdict().orders.split_off(2);
    let send = |bytes: &[u8], piece| Order::Send { seat: ANA, bytes: bytes.to_vec(), piece };
    assert_eq!(orders("ana sends: oi"), [send(b"oi\n", None)]);
    assert_eq!(orders("ana sends: {3..1}"), [send(b"3\n2\n1\n", None)]);
    assert_eq!(orders("ana sends raw: \"\\0{{\\xC3\""), [send(b"\0{\xC3", None)]);
    assert_eq!(orders("ana sends in pieces of 1 byte: oi"), [send(b"oi\n", Some(1))]);
    assert_eq!(orders("ana stops sending"), [Order::HalfClose(ANA)]);
    assert_eq!(
        orders("ana stops reading\nana reads again"),
        [Order::StopReading(ANA), Order::ReadAgain(ANA)]
    );
    assert_eq!(orders("ana closes"), [Order::Close(ANA)]);
    assert_eq!(orders("ana resets"), [Order::Reset(ANA)]);
    assert_eq!(orders("program gets SIGINT"), [Order::Signal(Signal::Int)]);
    assert_eq!(orders("user types: oi"), [Order::Type(b"oi\n".to_vec())]);
    assert_eq!(
        orders("user types raw: oi\nuser ends the input"),
        [Order::TypeRaw(b"oi".into()), Order::EndInput]
    );
    assert_eq!(orders("program restarts"), [Order::RestartProgram]);
}

#[test]
fn bulk_comes_back_as_it_was_sent() {
    for script in ["ana sends 3000 bytes", "ana sends 50 lines of 40 bytes"] {
        let play = play(&format!("ana connects\n{script}\nana receives what it sent"));
        let orders = play.verdict().orders;
        let Some(Order::Send { bytes, .. }) = orders.last() else { panic!("{orders:?}") };
        play.clone().says("ana", bytes).passes_with_the_last();
        let mut other = bytes.clone();
        other[1234] ^= 1;
        assert_eq!(play.says("ana", other).verdict().failed().kind, FailureKind::Mismatch);
    }
}

#[test]
fn the_program_ends_as_it_should() {
    let cases = [
        ("program exits", Expected::ExitCleanly, [Some(0), Some(3), None]),
        ("program exits: 0", Expected::ExitStatus(0), [Some(0), None, None]),
        ("program exits: 101", Expected::ExitStatus(101), [Some(101), None, None]),
        ("program exits: nonzero", Expected::ExitNonzero, [Some(1), Some(3), Some(101)]),
    ];
    for (sentence, expected, right) in cases {
        let play = play(sentence);
        for status in [0, 1, 3, 101] {
            let is_right = right.contains(&Some(status)) || (status == 1 && sentence == "program exits");
            let exits = play.clone().exits(status);
            if is_right {
                exits.passes_with_the_last();
            } else {
                let actual = Actual::Exited(Departure::Status(status));
                exits.fails(FailureKind::WrongExit, expected.clone(), actual);
            }
        }
        let killed = Departure::Signal(11);
        play.clone().cue(Cue::Exits(killed)).fails(
            FailureKind::KilledBySignal,
            expected.clone(),
            Actual::Exited(killed),
        );
        play.fails(FailureKind::StillRunning, expected, Actual::Running);
    }
    let ours = play("program gets SIGTERM\nprogram exits: 0").cue(Cue::Exits(Departure::Signal(15)));
    let actual = Actual::Exited(Departure::Signal(15));
    ours.fails(FailureKind::WrongExit, Expected::ExitStatus(0), actual);
}

#[test]
fn a_program_that_goes_on_talking_is_not_taken_for_stuck() {
    let tick = |_| [Cue::Passes(Duration::from_secs(3)), Cue::Says("prints".into(), b"tick\n".to_vec())];
    let play = play_in("leftovers: allowed", "program exits").sight(Sight::Restless);
    play.clone().cues((0..10).flat_map(tick)).exits(0).passes();
    play.clone().cues((0..100).flat_map(tick)).exits(0).fails(
        FailureKind::StillRunning,
        Expected::ExitCleanly,
        Actual::Running,
    );
}

#[test]
fn the_program_ends_no_sooner_than_that() {
    let play = play("program exits after at least 400ms");
    let at = |ms| play.clone().cue(Cue::Passes(Duration::from_millis(ms))).exits(0);
    at(399).passes();
    at(390).fails(
        FailureKind::WrongExit,
        Expected::ExitNotBefore(Duration::from_millis(400)),
        Actual::ExitedAfter(Duration::from_millis(392)),
    );
    play.clone().fails(FailureKind::StillRunning, Expected::ExitCleanly, Actual::Running);
    play.clone().cue(Cue::Passes(Duration::from_secs(1))).exits(101).fails(
        FailureKind::WrongExit,
        Expected::ExitCleanly,
        Actual::Exited(Departure::Status(101)),
    );
    // The time counts from our last action.
    let asked = self::play("ana connects\nana stops sending\nprogram exits after at least 400ms");
    let fall = asked.cue(Cue::Passes(Duration::from_millis(300))).exits(0).verdict().failed();
    assert_eq!(fall.kind, FailureKind::WrongExit);
}

#[test]
fn the_program_is_still_running() {
    let play = play("program is still running");
    play.clone().passes();
    play.clone().sight(Sight::Restless).passes();
    play.exits(0).fails(
        FailureKind::ExitedEarly,
        Expected::StillRunning,
        Actual::Exited(Departure::Status(0)),
    );
}

#[test]
fn what_is_printed_complained_or_written_is_heard_alike() {
    for (verb, who) in [("prints", "prints"), ("complains", "complains")] {
        let play = play(&format!("program {verb}: oi"));
        play.clone().says(who, "oi\n").passes_with_the_last();
        play.clone().says(who, "ai\n").fails(FailureKind::Mismatch, line("oi"), came("ai"));
        play.clone().fails(FailureKind::NoAnswer, line("oi"), SILENT);
        play.clone().ends(who).fails(FailureKind::EndedEarly, line("oi"), Actual::Ended { bytes: 0 });
        play.clone().says(who, "oi\nui\n").fails(FailureKind::ExtraData, Expected::Nothing, extra("ui"));
        play.clone().says(who, "oi").passes();
        assert_eq!(play.says(who, "oi").verdict().notes, [Note::MissingNewline { who: "program".into() }]);
        self::play(&format!("program {verb} the end")).ends(who).passes_with_the_last();
        self::play(&format!("program {verb} nothing")).says(who, "x\n").fails(
            FailureKind::ExtraData,
            Expected::Nothing,
            extra("x"),
        );
    }
    let whole = play("program prints as a whole: /^a.*^b$/");
    whole.clone().says("prints", "x\na\né\nb\ny\n").ends("prints").passes_with_the_last();
    whole.clone().says("prints", "a\nb\n").fails(FailureKind::NotEnded, Expected::End, Actual::StillOpen);
    whole.says("prints", "b\na\n").ends("prints").fails(
        FailureKind::Mismatch,
        Expected::WholeLike("/^a.*^b$/".into()),
        Actual::Bytes { offset: 0, bytes: b"b\na\n".into() },
    );
    let exact = play("program complains as a whole: \"a\\nb\\n\"");
    exact.clone().says("complains", "a\nb\n").ends("complains").passes_with_the_last();
    exact.says("complains", "a\nb").ends("complains").fails(
        FailureKind::Mismatch,
        Expected::Bytes { offset: 0, bytes: b"a\nb\n".into() },
        Actual::Bytes { offset: 0, bytes: b"a\nb".into() },
    );
    // What nobody asked about does not count.
    play("ana connects").says("prints", "debug\n").says("complains", "warning\n").passes();
    let file = play("program writes server.log: /oi/");
    file.clone().says("server.log", "start\noi, ana\nmore\n").passes();
    file.clone().says("server.log", "start\n").fails(
        FailureKind::NoAnswer,
        Expected::LineLike("/oi/".into()),
        SILENT,
    );
    file.exits(0).fails(FailureKind::NoAnswer, Expected::LineLike("/oi/".into()), SILENT);
}

#[test]
fn everyone_is_who_is_connected() {
    let script = "ana, bia and caio connect\ncaio closes\neveryone receives: oi";
    play(script).says("bia", "oi\n").says("ana", "oi\n").passes_with_the_last();
    let fall = play(script).says("ana", "oi\n").fails(FailureKind::NoAnswer, line("oi"), SILENT);
    assert_eq!(fall.actor.as_deref(), Some("bia"));
    let but = "ana, bia and caio connect\neveryone but bia receives: oi";
    play(but).says("caio", "oi\n").says("ana", "oi\n").passes_with_the_last();
    play(but).says("caio", "oi\n").says("ana", "oi\n").says("bia", "oi\n").fails(
        FailureKind::ExtraData,
        Expected::Nothing,
        extra("oi"),
    );
    let gone = "ana and bia connect\nbia is disconnected\neveryone receives: oi";
    play(gone).ends("bia").says("ana", "oi\n").passes();
}

#[test]
fn an_end_that_came_early_excuses_nobody() {
    let script = "ana and bia connect\nana receives: tchau\neveryone receives the end\nprogram exits";
    let right = play(script).ends("bia").says("ana", "tchau\n").ends("ana").exits(0);
    right.passes();
    let script = "ana and bia connect\nana receives: a\neveryone receives: tchau";
    let fall = play(script).ends("bia").says("ana", "a\ntchau\n").fails(
        FailureKind::EndedEarly,
        line("tchau"),
        Actual::Ended { bytes: 0 },
    );
    assert_eq!(fall.actor.as_deref(), Some("bia"));
}

#[test]
fn a_contradiction_wins_over_a_lack_and_the_first_named_speaks() {
    let both = "ana and bia connect\nana and bia receive: oi";
    let fall = play(both).fails(FailureKind::NoAnswer, line("oi"), SILENT);
    assert_eq!(fall.actor.as_deref(), Some("ana"));
    let fall = play(both).says("bia", "ai\n").fails(FailureKind::Mismatch, line("oi"), came("ai"));
    assert_eq!(fall.actor.as_deref(), Some("bia"));
}

#[test]
fn strands_go_on_side_by_side() {
    let script = "ana and bia connect\ntogether:\n  ana receives: oi\n  bia receives: ui";
    play(script).says("bia", "ui\n").says("ana", "oi\n").passes_with_the_last();
    play(script).says("ana", "oi\n").says("bia", "ui\n").passes_with_the_last();
    let fall = play(script).says("ana", "oi\n").fails(FailureKind::NoAnswer, line("ui"), SILENT);
    assert_eq!(fall.sentence.as_deref(), Some("bia receives: ui"));
    let fall = play(script).says("bia", "x\n").fails(FailureKind::Mismatch, line("ui"), came("x"));
    assert_eq!(fall.sentence.as_deref(), Some("bia receives: ui"));
}

/// One strand is at a loss at rest; the other still acts, and then the first goes on.
#[test]
fn a_strand_at_a_loss_waits_for_another_that_can_act() {
    for (sentence, before, after) in [
        ("ana receives: oi", "o", "i\n"),
        ("ana eventually receives: oi", "x\no", "i\n"),
        ("ana receives 2 lines", "a\nb", "c\nd\n"),
        ("ana receives 3 lines", "a\nb", "c\nd\n"),
        ("ana receives one of:\n    oi\n    ui", "u", "i\n"),
        ("ana receives in any order:\n    oi\n    ui", "ui\no", "i\n"),
        ("ana receives interleaved:\n    oi\n    --\n    ui", "ui\no", "i\n"),
        ("ana receives raw: oi", "o", "i"),
        ("ana receives what bia sent, line by line", "a", " bia: oi\n"),
        ("ana receives the end", "", ""),
    ] {
        let script =
            format!("ana and bia connect\nbia sends: oi\ntogether:\n  {sentence}\n  bia cannot be\n");
        let script = script.replace("bia cannot be", "bia forgets");
        let settings = "leftovers: allowed";
        let mut play = play_in(settings, &script).says("ana", before).rests().says("ana", after);
        if after.is_empty() {
            play = play.ends("ana");
        }
        play.passes();
    }
}

#[test]
fn repeated_sentences_begin_anew() {
    let script = "ana connects\nrepeat 3 times:\n  ana sends: oi\n  ana receives what it sent";
    play(script).says("ana", "oi\noi\noi\n").passes_with_the_last();
    play(script).says("ana", "oi\noi\n").fails(
        FailureKind::NoAnswer,
        Expected::Bytes { offset: 0, bytes: b"oi\n".to_vec() },
        SILENT,
    );
    let again = "repeat 2 times:\n  ana connects\n  ana receives: oi\n  ana receives the end";
    play(again).says("ana", "oi\n").ends("ana").passes_with_the_last_of_two();
}

impl Play {
    /// The machine knows one connection at a time; the second is the same again.
    #[track_caller]
    fn passes_with_the_last_of_two(self) {
        let cues = self.segmentations();
        for (way, cues) in cues {
            let twice: Vec<Cue> = [&cues[..], &cues[..]].concat();
            assert_eq!(self.perform(&twice).end, End::Passed, "{way}");
        }
    }
}
