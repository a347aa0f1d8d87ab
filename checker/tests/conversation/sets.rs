//! Lines whose order is free, and what others sent.

use checker::model::outcome::{Actual, Expected, FailureKind};

use crate::play::{came, extra, play, play_in, remaining};

const SILENT: Actual = Actual::SilenceAtRest;

#[test]
fn one_of_several_and_no_other() {
    let play = play("ana connects\nana receives one of:\n  sim\n  /não/");
    let wanted = || Expected::OneOf(vec!["sim".into(), "/não/".into()]);
    play.clone().says("ana", "ah, não\n").passes_with_the_last();
    play.clone().says("ana", "talvez\n").fails(FailureKind::Mismatch, wanted(), came("talvez"));
    play.clone().fails(FailureKind::NoAnswer, wanted(), SILENT);
    play.clone().ends("ana").fails(FailureKind::EndedEarly, wanted(), Actual::Ended { bytes: 0 });
    play.says("ana", "sim\nnão\n").fails(FailureKind::ExtraData, Expected::Nothing, extra("não"));
}

#[test]
fn what_one_of_captures_counts() {
    let play = play("ana connects\nana receives one of:\n  sim {id}\n  /não {id}/\nana receives: {id}");
    play.clone().says("ana", "ah, não 7\n7\n").passes_with_the_last();
    play.says("ana", "sim 7\n8\n").fails(FailureKind::Mismatch, Expected::Line(b"7".into()), came("8"));
}

#[test]
fn any_order_takes_each_text_once() {
    let play = play("ana connects\nana receives in any order:\n  a\n  b\n  a");
    for said in ["a\na\nb\n", "a\nb\na\n", "b\na\na\n"] {
        play.clone().says("ana", said).passes_with_the_last();
    }
    play.clone().says("ana", "b\nb\n").fails(FailureKind::ExtraData, remaining(&["a", "a"]), extra("b"));
    play.clone().says("ana", "a\nc\n").fails(FailureKind::Mismatch, remaining(&["b", "a"]), came("c"));
    play.clone().says("ana", "a\nb\n").fails(FailureKind::NoAnswer, remaining(&["a"]), SILENT);
    play.says("ana", "a\nb\n").ends("ana").fails(
        FailureKind::EndedEarly,
        remaining(&["a"]),
        Actual::Ended { bytes: 0 },
    );
}

#[test]
fn patterns_that_overlap_give_way_to_one_another() {
    let script = "ana connects\nana receives in any order:\n  /a/\n  /ab/\n  /abc/\n  abcd";
    let texts = ["a", "ab", "abc", "abcd"];
    for first in 0..4 {
        for second in (0..4).filter(|second| *second != first) {
            let rest: Vec<usize> = (0..4).filter(|n| *n != first && *n != second).collect();
            for rest in [[rest[0], rest[1]], [rest[1], rest[0]]] {
                let said: String =
                    [first, second, rest[0], rest[1]].iter().map(|n| format!("{}\n", texts[*n])).collect();
                play(script).says("ana", said).passes_with_the_last();
            }
        }
    }
    play(script).says("ana", "abcd\nab\nabc\na\n").passes();
    play(script).says("ana", "a\na\n").fails(
        FailureKind::ExtraData,
        remaining(&["/ab/", "/abc/", "abcd"]),
        extra("a"),
    );
}

#[test]
fn groups_keep_their_own_order() {
    let play = play("ana connects\nana receives interleaved:\n  a{2..1}\n  --\n  b{2..1}");
    for said in ["a2\na1\nb2\nb1\n", "b2\na2\nb1\na1\n", "b2\nb1\na2\na1\n"] {
        play.clone().says("ana", said).passes_with_the_last();
    }
    play.clone().says("ana", "b2\na1\n").fails(FailureKind::Mismatch, remaining(&["a2", "b1"]), came("a1"));
    play.clone().says("ana", "b2\nb2\n").fails(FailureKind::Mismatch, remaining(&["a2", "b1"]), came("b2"));
    play.clone().says("ana", "a2\na1\nb2\n").fails(FailureKind::NoAnswer, remaining(&["b1"]), SILENT);
    play.clone().says("ana", "a2\n").breaks("ana").fails(
        FailureKind::EndedEarly,
        remaining(&["a1", "b2"]),
        Actual::Reset { bytes: 0 },
    );
    play.says("ana", "a2\na1\nb2\nb1\nb1\n").fails(FailureKind::ExtraData, Expected::Nothing, extra("b1"));
}

#[test]
fn a_line_that_fits_two_groups_decides_nothing_yet() {
    let play = play("ana connects\nana receives interleaved:\n  x\n  a\n  --\n  x\n  b\n  --\n  /x|c/\n  c");
    for said in ["x\nb\nx\na\nx\nc\n", "x\nc\nx\nb\nx\na\n", "x\nx\nx\nc\nb\na\n", "c\nx\nx\nc\na\nb\n"] {
        play.clone().says("ana", said).passes_with_the_last();
    }
    let Expected::Remaining(left) = play.clone().says("ana", "x\nb\na\n").verdict().failed().expected else {
        panic!("it waits for texts")
    };
    assert!(left.contains(&"x".to_string()), "{left:?}");
    play.says("ana", "x\nx\nx\nx\n").verdict().failed();
}

fn sent(sender: &str, line: &str) -> Expected {
    Expected::LineOf { sender: sender.to_string(), line: line.as_bytes().to_vec() }
}

const RELAY: &str =
    "ana and bia connect\nana sends:\n  um\n  dez 10\n  1\nbia receives what ana sent, line by line";

#[test]
fn what_another_sent_comes_line_by_line() {
    let play = play(RELAY);
    play.clone().says("bia", "um\ndez 10\n1\n").passes_with_the_last();
    play.clone().says("bia", "ana: um\n<dez 10>\n[1] ana\n").passes_with_the_last();
    play.clone().says("bia", "um\n1\n").fails(FailureKind::Mismatch, sent("ana", "dez 10"), came("1"));
    play.clone().says("bia", "um\num\n").fails(FailureKind::ExtraData, sent("ana", "dez 10"), extra("um"));
    play.clone().says("bia", "um\nDEZ 10\n").fails(
        FailureKind::Mismatch,
        sent("ana", "dez 10"),
        came("DEZ 10"),
    );
    play.clone().says("bia", "um\ndez 100\n").fails(
        FailureKind::Mismatch,
        sent("ana", "dez 10"),
        came("dez 100"),
    );
    play.clone().says("bia", "um\ndez 10\n10\n").fails(FailureKind::Mismatch, sent("ana", "1"), came("10"));
    play.clone().says("bia", "um\ndez 10\n").fails(FailureKind::NoAnswer, sent("ana", "1"), SILENT);
    play.clone().says("bia", "um\n").ends("bia").fails(
        FailureKind::EndedEarly,
        sent("ana", "dez 10"),
        Actual::Ended { bytes: 0 },
    );
    play.says("bia", "um dez 10\n1\n").fails(FailureKind::Mismatch, sent("ana", "dez 10"), came("1"));
}

#[test]
fn other_lines_between_are_leftovers() {
    play(RELAY).says("bia", "ana joined\num\n").fails(
        FailureKind::Mismatch,
        sent("ana", "um"),
        came("ana joined"),
    );
    let allowed = play_in("leftovers: allowed", RELAY);
    allowed.clone().says("bia", "ana joined\num\nhm\ndez 10\n1\nhm\n").passes();
    allowed.clone().says("bia", "hm\n1\n").fails(FailureKind::Mismatch, sent("ana", "um"), came("1"));
    allowed.says("bia", "um\nhm\num\n").fails(FailureKind::ExtraData, sent("ana", "dez 10"), extra("um"));
}

const CROWD: &str = "actors: { crowd: { clients: 12 } }";

fn crowd() -> crate::play::Play {
    play_in(
        CROWD,
        "crowd and ana connect\ncrowd sends:\n  a{member}\n  b{member}\nana receives what crowd sent, line by line",
    )
}

#[test]
fn every_member_of_a_crowd_keeps_its_own_order() {
    let all = |letter: &'static str| (1..13).map(move |member: u32| format!("{member}: {letter}{member}\n"));
    let said: String = all("a").chain(all("b")).collect();
    crowd().says("ana", &said).passes_with_the_last();
    let one_by_one: String = all("a").zip(all("b")).rev().map(|(a, b)| a + &b).collect();
    crowd().says("ana", &one_by_one).passes_with_the_last();
    let early = said.replacen("7: a7\n", "", 1);
    crowd().says("ana", &early).fails(FailureKind::Mismatch, sent("crowd 7", "a7"), came("7: b7"));
    let lost = said.replacen("7: b7\n", "", 1);
    crowd().says("ana", &lost).fails(FailureKind::NoAnswer, sent("crowd 7", "b7"), SILENT);
    let twice = said.replacen("2: a2\n", "2: a2\n2: a2\n", 1);
    crowd().says("ana", &twice).fails(FailureKind::ExtraData, sent("crowd 1", "b1"), extra("2: a2"));
}

#[test]
fn equal_lines_of_several_senders_may_be_anyones() {
    let crowd = "actors: { crowd: { clients: 3 } }";
    let same =
        "crowd and ana connect\ncrowd sends:\n  oi\n  {member}\nana receives what crowd sent, line by line";
    for said in ["oi\n3\noi\n1\noi\n2\n", "oi\noi\n2\n1\noi\n3\n", "oi\noi\noi\n3\n2\n1\n"] {
        play_in(crowd, same).says("ana", said).passes_with_the_last();
    }
    play_in(crowd, same).says("ana", "oi\n3\n2\n").verdict().failed();
    play_in(crowd, same).says("ana", "oi\noi\noi\noi\n").verdict().failed();
}

#[test]
fn a_crowd_that_says_the_same_is_counted() {
    let script = "crowd and ana connect\ncrowd sends: oi\nana receives what crowd sent, line by line";
    play_in(CROWD, script).says("ana", "oi\n".repeat(12)).passes_with_the_last();
    play_in(CROWD, script).says("ana", "oi\n".repeat(11)).verdict().failed();
    play_in(CROWD, script).says("ana", "oi\n".repeat(13)).fails(
        FailureKind::ExtraData,
        Expected::Nothing,
        extra("oi"),
    );
}
