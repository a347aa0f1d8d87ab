//! Much of everything: work must grow with what comes, not with its square. There are no clocks
//! here; what is quadratic does not come to its end.

use std::fmt::Write;

use crate::play::{Play, play, play_in};

const MANY: usize = 100_000;

fn numbers(count: usize, line: impl Fn(usize) -> String) -> String {
    (1..=count).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", line(number));
        text
    })
}

/// Heard in one piece and in many.
#[track_caller]
fn passes(play: &Play) {
    assert_eq!(play.verdict().end, crate::play::End::Passed);
    let mut size = 0;
    let cut = crate::play::cut(play.cues_so_far(), || {
        size = size % 97 + 1;
        size
    });
    assert_eq!(play.perform(&cut).end, crate::play::End::Passed);
}

#[test]
fn many_lines_in_order() {
    let said = numbers(MANY, |n| n.to_string());
    passes(&play("ana connects\nana receives: {1..100000}").says("ana", &said));
    passes(&play("ana connects\nana eventually receives: 100000").says("ana", &said));
    passes(&play("ana connects\nana receives 100000 lines").says("ana", &said));
    passes(&play("ana connects\nana receives nothing but: /^[0-9]+$/").says("ana", &said));
}

#[test]
fn many_lines_in_any_order() {
    let backwards = numbers(MANY, |n| (MANY + 1 - n).to_string());
    passes(&play("ana connects\nana receives in any order:\n  {1..100000}").says("ana", backwards));
}

#[test]
fn patterns_that_all_overlap() {
    let patterns: String = (1..=200).map(|n| format!("  /^{}/\n", "a".repeat(n))).collect();
    let said: String = (1..=200).rev().map(|n| format!("{}\n", "a".repeat(n))).collect();
    passes(&play(&format!("ana connects\nana receives in any order:\n{patterns}")).says("ana", said));
}

#[test]
fn many_interleaved_lines() {
    let said = numbers(MANY, |n| format!("{} {}", ["a", "b"][n % 2], n.div_ceil(2)));
    passes(
        &play("ana connects\nana receives interleaved:\n  a {1..50000}\n  --\n  b {1..50000}")
            .says("ana", said),
    );
}

#[test]
fn many_groups_that_are_alike() {
    let groups = vec!["  x\n  {1..3}\n"; 40].join("  --\n");
    let said = ["x\n".repeat(40), "1\n2\n3\n".repeat(40)].concat();
    passes(&play(&format!("ana connects\nana receives interleaved:\n{groups}")).says("ana", said));
}

#[test]
fn groups_that_all_begin_alike() {
    let groups: Vec<String> = (1..=30).map(|n| format!("  x\n  x\n  end {n}\n")).collect();
    let said = ["x\n".repeat(60), numbers(30, |n| format!("end {n}"))].concat();
    passes(
        &play(&format!("ana connects\nana receives interleaved:\n{}", groups.join("  --\n")))
            .says("ana", said),
    );
}

#[test]
fn a_crowd_that_begins_alike() {
    let script = "crowd and ana connect\ncrowd sends:\n  oi\n  oi\n  {member}\nana receives what crowd sent, line by line";
    let crowd = |script| play_in("actors: { crowd: { clients: 60 } }", script);
    let one_by_one = (1..=60).map(|n| format!("oi\noi\n{n}\n")).collect::<String>();
    passes(&crowd(script).says("ana", one_by_one));
    let all_at_once = ["oi\n".repeat(120), numbers(60, |n| (61 - n).to_string())].concat();
    passes(&crowd(script).says("ana", all_at_once));
    let crossing = [
        "oi\n".repeat(60),
        numbers(30, |n| n.to_string()),
        "oi\n".repeat(60),
        numbers(30, |n| (n + 30).to_string()),
    ];
    passes(&crowd(script).says("ana", crossing.concat()));
    let one_short = ["oi\n".repeat(59), numbers(30, |n| n.to_string())].concat();
    crowd(script).says("ana", one_short).verdict().failed();
}

#[test]
fn a_whole_crowd_hears_a_whole_crowd() {
    let script =
        "crowd connects\ncrowd sends: [{member}:{1..20}]\ncrowd receives what crowd sent, line by line";
    let said: String =
        (1..=20).flat_map(|n| (1..=100).map(move |member| format!("[{member}:{n}]\n"))).collect();
    let play = play_in("actors: { crowd: { clients: 100 } }", script);
    let play = (1..=100).fold(play, |play, member| play.says(&format!("crowd {member}"), &said));
    assert_eq!(play.verdict().end, crate::play::End::Passed);
}

#[test]
fn long_lines_of_another() {
    let play =
        play("ana and bia connect\nana sends 2000 lines of 4 KiB\nbia receives what ana sent, line by line");
    let orders = play.verdict().orders;
    let Some(checker::model::stage::Order::Send { bytes, .. }) = orders.last() else {
        panic!("nothing sent")
    };
    let play = play.says("bia", bytes);
    assert_eq!(play.verdict().end, crate::play::End::Passed);
}
