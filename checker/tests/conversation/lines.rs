//! Lines in order, captures, exact bytes.

use checker::model::outcome::{Actual, Expected, FailureKind, Note};

use crate::play::{End, Sight, came, like, line, play, play_in};

const SILENT: Actual = Actual::SilenceAtRest;

#[test]
fn the_next_line_is_the_text() {
    let play = play("ana connects\nana receives: oi");
    play.clone().says("ana", "oi\n").passes_with_the_last();
    play.clone().says("ana", "oi\r\n").passes_with_the_last();
    let fall = play.clone().says("ana", "oi!\n").fails(FailureKind::Mismatch, line("oi"), came("oi!"));
    assert_eq!(fall.actor.as_deref(), Some("ana"));
    assert_eq!(fall.sentence.as_deref(), Some("ana receives: oi"));
    play.clone().says("ana", " oi\n").fails(FailureKind::Mismatch, line("oi"), came(" oi"));
    play.clone().says("ana", "\noi\n").fails(FailureKind::Mismatch, line("oi"), came(""));
    play.clone().fails(FailureKind::NoAnswer, line("oi"), SILENT);
    play.clone().says("ana", "o").fails(FailureKind::Mismatch, line("oi"), came("o"));
    play.clone().says("ana", "o").ends("ana").fails(FailureKind::Mismatch, line("oi"), came("o"));
    play.clone().ends("ana").fails(FailureKind::EndedEarly, line("oi"), Actual::Ended { bytes: 0 });
    play.clone().breaks("ana").fails(FailureKind::EndedEarly, line("oi"), Actual::Reset { bytes: 0 });
    play.says("ana", "oi\nmais\n").fails(
        FailureKind::ExtraData,
        Expected::Nothing,
        Actual::ExtraLine(b"mais".to_vec()),
    );
}

#[test]
fn a_missing_newline_is_told_and_no_more() {
    let play = play("ana connects\nana receives: oi").says("ana", "oi");
    play.clone().passes();
    assert_eq!(play.verdict().notes, [Note::MissingNewline { who: "ana".into() }]);
    play.clone().ends("ana").passes();
    let told = [
        "ana eventually receives: oi",
        "ana receives one of:\n  oi\n  olá",
        "ana receives in any order:\n  oi",
        "ana receives interleaved:\n  oi",
        "ana receives 1 line",
    ];
    for sentence in told {
        let play = self::play(&format!("ana connects\n{sentence}")).says("ana", "oi");
        play.clone().passes();
        assert_eq!(play.verdict().notes, [Note::MissingNewline { who: "ana".into() }], "{sentence}");
    }
}

#[test]
fn a_quoted_newline_is_demanded_by_every_form_of_lines() {
    let without = || Actual::WithoutNewline(b"oi".to_vec());
    for sentence in [
        "ana receives: \"oi\\n\"",
        "ana eventually receives: \"oi\\n\"",
        "ana receives one of:\n  \"oi\\n\"\n  \"a\\n\"",
        "ana receives in any order:\n  \"oi\\n\"",
        "ana receives interleaved:\n  \"oi\\n\"",
        "ana receives nothing but: \"oi\\n\"",
    ] {
        let play = play(&format!("ana connects\n{sentence}"));
        play.clone().says("ana", "oi\n").passes();
        play.clone().says("ana", "oi").fails(FailureKind::MissingNewline, line("oi"), without());
        play.says("ana", "oi").ends("ana").fails(FailureKind::MissingNewline, line("oi"), without());
    }
    let play = play("ana connects\nana receives raw: \"a\\noi\\n\"").says("ana", "a\noi");
    play.fails(FailureKind::MissingNewline, Expected::Bytes { offset: 4, bytes: b"\n".to_vec() }, without());
}

#[test]
fn a_quoted_return_is_demanded() {
    let play = play("ana connects\nana receives: \"oi\\r\\n\"");
    play.clone().says("ana", "oi\r\n").passes_with_the_last();
    play.clone().says("ana", "oi\n").fails(
        FailureKind::Mismatch,
        Expected::Bytes { offset: 0, bytes: b"oi\r\n".to_vec() },
        Actual::Bytes { offset: 0, bytes: b"oi\n".to_vec() },
    );
    play.says("ana", "oi\r").fails(
        FailureKind::MissingNewline,
        line("oi"),
        Actual::WithoutNewline(b"oi\r".to_vec()),
    );
}

#[test]
fn a_quoted_text_of_several_lines_is_as_many_lines() {
    let play = play("ana connects\nana receives: \"um\\n\\ndois\\n\"");
    play.clone().says("ana", "um\n\ndois\n").passes_with_the_last();
    play.clone().says("ana", "um\r\n\r\ndois\r\n").passes();
    play.clone().says("ana", "um\ndois\n").fails(FailureKind::Mismatch, line(""), came("dois"));
    play.says("ana", "um\n\ndois").fails(
        FailureKind::MissingNewline,
        line("dois"),
        Actual::WithoutNewline(b"dois".to_vec()),
    );
    let open = self::play("ana connects\nana receives: \"um\\ndois\"");
    open.clone().says("ana", "um\ndois").passes();
    open.clone().says("ana", "um\ndois\n").passes();
    open.says("ana", "um\ndoisx\n").fails(FailureKind::Mismatch, line("dois"), came("doisx"));
    let ignoring = play_in("ignore: [/^#/]", "ana connects\nana receives: \"um\\ndois\\n\"");
    ignoring.says("ana", "um\n# nota\ndois\n").passes();
}

#[test]
fn single_lines_refuse_a_text_of_several() {
    for sentence in [
        "ana eventually receives: \"um\\ndois\\n\"",
        "ana receives one of:\n  \"um\\ndois\\n\"\n  tres",
        "ana receives in any order:\n  \"um\\ndois\"",
        "ana receives nothing but: \"um\\ndois\"",
    ] {
        play(&format!("ana connects\n{sentence}")).faults("2 lines");
    }
}

#[test]
fn a_regex_is_found_in_the_next_line() {
    let play = play("ana connects\nana receives: /oi, (ana|bia)/i");
    play.clone().says("ana", b"\xff OI, Bia \xfe\n").passes_with_the_last();
    play.clone().says("ana", "oi, caio\n").fails(
        FailureKind::Mismatch,
        like("/oi, (ana|bia)/i"),
        came("oi, caio"),
    );
    play.fails(FailureKind::NoAnswer, like("/oi, (ana|bia)/i"), SILENT);
}

#[test]
fn numbers_make_a_line_each() {
    let play = play("ana connects\nana receives: n {3..1}");
    play.clone().says("ana", "n 3\nn 2\nn 1\n").passes_with_the_last();
    play.clone().says("ana", "n 3\nn 1\nn 2\n").fails(FailureKind::Mismatch, line("n 2"), came("n 1"));
    play.clone().says("ana", "n 3\nn 2\n").fails(FailureKind::NoAnswer, line("n 1"), SILENT);
    play.says("ana", "n 3\nn 2\n").ends("ana").fails(
        FailureKind::EndedEarly,
        line("n 1"),
        Actual::Ended { bytes: 0 },
    );
}

#[test]
fn eventually_skips_what_comes_before() {
    let play = play("ana connects\nana eventually receives:\n  um\n  /dois/");
    play.clone().says("ana", "x\num\ny\nz dois\n").passes_with_the_last();
    play.clone().says("ana", "x\num\numa\n").fails(FailureKind::NoAnswer, like("/dois/"), SILENT);
    play.clone().says("ana", "dois\num\n").fails(FailureKind::NoAnswer, like("/dois/"), SILENT);
    play.clone().says("ana", "x\nu").fails(FailureKind::NoAnswer, line("um"), SILENT);
    play.says("ana", "x\n").ends("ana").fails(
        FailureKind::EndedEarly,
        line("um"),
        Actual::Ended { bytes: 0 },
    );
}

#[test]
fn exact_bytes_are_compared_wherever_lines_end() {
    let play = play("ana connects\nana receives raw: \"a\\0\\xC3\\nb\"");
    play.clone().says("ana", b"a\0\xC3\nb").passes_with_the_last();
    play.clone().says("ana", b"a\0\xC4\nb").fails(
        FailureKind::Mismatch,
        Expected::Bytes { offset: 0, bytes: b"a\0\xC3\nb".to_vec() },
        Actual::Bytes { offset: 0, bytes: b"a\0\xC4\nb".to_vec() },
    );
    play.clone().says("ana", b"a\0").fails(
        FailureKind::NoAnswer,
        Expected::Bytes { offset: 2, bytes: b"\xC3\nb".to_vec() },
        SILENT,
    );
    play.clone().says("ana", b"a\0").breaks("ana").fails(
        FailureKind::EndedEarly,
        Expected::Bytes { offset: 2, bytes: b"\xC3\nb".to_vec() },
        Actual::Reset { bytes: 2 },
    );
    play.says("ana", b"a\0\xC3\nbc").fails(
        FailureKind::ExtraData,
        Expected::Nothing,
        Actual::ExtraBytes(b"c".to_vec()),
    );
}

#[test]
fn what_it_sent_comes_back_whole() {
    let play = play("ana connects\nana sends: coração\nana sends: dois\nana receives what it sent");
    play.clone().says("ana", "coração\ndois\n").passes_with_the_last();
    play.clone().says("ana", "coração\ndols\n").fails(
        FailureKind::Mismatch,
        Expected::Bytes { offset: 0, bytes: "coração\ndois\n".into() },
        Actual::Bytes { offset: 0, bytes: "coração\ndols\n".into() },
    );
    play.clone().says("ana", "coração\n").fails(
        FailureKind::NoAnswer,
        Expected::Bytes { offset: 10, bytes: b"dois\n".to_vec() },
        SILENT,
    );
    play.says("ana", "coração\ndois").ends("ana").fails(
        FailureKind::MissingNewline,
        Expected::Bytes { offset: 14, bytes: b"\n".to_vec() },
        Actual::WithoutNewline(b"dois".to_vec()),
    );
}

#[test]
fn what_it_sent_may_be_in_upper_case() {
    let play = play("ana connects\nana sends: pão\nana receives what it sent, in upper case");
    play.clone().says("ana", "PÃO\n").passes_with_the_last();
    play.says("ana", "PãO\n").fails(
        FailureKind::Mismatch,
        Expected::Bytes { offset: 0, bytes: "PÃO\n".into() },
        Actual::Bytes { offset: 0, bytes: "PãO\n".into() },
    );
}

#[test]
fn what_it_sent_begins_anew_after_an_answer() {
    let script =
        "ana connects\nana sends: um\nana receives what it sent\nana sends: dois\nana receives what it sent";
    play(script).says("ana", "um\ndois\n").passes();
    let script = "ana connects\nana sends: um\nana forgets\nana sends: dois\nana receives what it sent";
    play(script).says("ana", "um\n").rests().says("ana", "dois\n").passes();
    let script =
        "ana connects\nana sends: um\nana receives nothing\nana sends: dois\nana receives what it sent";
    play(script).rests().says("ana", "um\ndois\n").passes();
}

#[test]
fn what_it_sent_needs_something_sent() {
    play("ana connects\nana receives what it sent").faults("sent nothing");
}

#[test]
fn a_difference_is_shown_with_what_stands_before() {
    let text = "0123456789".repeat(10);
    let play = play(&format!("ana connects\nana receives raw: {text}"));
    let came = format!("{}x", &text[..60]);
    play.says("ana", came).fails(
        FailureKind::Mismatch,
        Expected::Bytes { offset: 40, bytes: text[40..100].into() },
        Actual::Bytes { offset: 40, bytes: format!("{}x", &text[40..60]).into() },
    );
}

#[test]
fn a_capture_must_match_where_it_is_bound() {
    let play = play("ana connects\nana receives: /number {id};/\nana receives: {id}!");
    play.clone().says("ana", "your number 12;\n12!\n").passes_with_the_last();
    play.clone().says("ana", "your number 12;\n13!\n").fails(FailureKind::Mismatch, line("12!"), came("13!"));
    play.says("ana", "number ;\n").fails(FailureKind::Mismatch, like("/number {id};/"), came("number ;"));
    let sent =
        self::play("ana connects\nana receives: id {id}\nana sends: my id {id}\nana receives what it sent");
    sent.says("ana", b"id \xff7\nmy id \xff7\n").passes();
}

#[test]
fn a_later_text_uses_what_an_earlier_one_captured() {
    for verb in ["receives", "eventually receives"] {
        let play =
            play(&format!("ana connects\nana {verb}:\n  id {{id}}\n  /again {{id}}$/\nana receives: {{id}}"));
        play.clone().says("ana", "id 1.\nagain 1.\n1.\n").passes_with_the_last();
        let kept = play.clone().says("ana", "id 1.\nagain 12\n");
        let End::Failed(fall) = kept.verdict().end else { panic!("it passed") };
        assert_eq!(fall.expected, like("/again {id}$/"));
        play.says("ana", "id 1.\nagain 1.\n2.\n").fails(FailureKind::Mismatch, line("1."), came("2."));
    }
    let quoted = play("ana connects\nana receives: \"{a} and {b}\\n{b} or {a}\\n\"");
    quoted.clone().says("ana", "x and y\ny or x\n").passes_with_the_last();
    quoted.says("ana", "x and y\nx or y\n").fails(FailureKind::Mismatch, line("y or x"), came("x or y"));
}

#[test]
fn one_name_is_one_value_for_all_who_share_it() {
    let play = play("ana and bia connect\nana and bia receive: turn {n}");
    play.clone().says("bia", "turn 1\n").says("ana", "turn 1\n").passes_with_the_last();
    let fall = play.says("bia", "turn 1\n").says("ana", "turn 2\n").fails(
        FailureKind::Mismatch,
        line("turn 1"),
        came("turn 2"),
    );
    assert_eq!(fall.actor.as_deref(), Some("ana"));
    let twice = self::play("ana connects\nana receives: {x}-{x}");
    twice.clone().says("ana", "7-7\n").passes();
    twice.says("ana", "7-8\n").fails(FailureKind::Mismatch, like("{x}-{x}"), came("7-8"));
}

const CROWD: &str = "actors: { crowd: { clients: 3 } }";

#[test]
fn members_of_a_crowd_capture_for_themselves() {
    let script = "crowd connects\ncrowd receives: id {id} of {member}\ncrowd's {id} are all different\ncrowd receives: {id}";
    let play = play_in(CROWD, script);
    let ids = |play: crate::play::Play, third: &str| {
        play.says("crowd 1", "id a of 1\n")
            .says("crowd 2", "id b of 2\n")
            .says("crowd 3", format!("id {third} of 3\n"))
    };
    let all = ids(play.clone(), "c").says("crowd 3", "c\n").says("crowd 1", "a\n").says("crowd 2", "b\n");
    all.passes_with_the_last();
    ids(play.clone(), "a").fails(
        FailureKind::Mismatch,
        Expected::Distinct { capture: "id".into() },
        Actual::Repeated { value: b"a".to_vec() },
    );
    let fall = ids(play, "c").says("crowd 3", "a\n").fails(FailureKind::Mismatch, line("c"), came("a"));
    assert_eq!(fall.actor.as_deref(), Some("crowd 3"));
}

#[test]
fn words_are_random_and_the_same_throughout() {
    let play = play("ana connects\nana sends: {word} {word99}\nana receives: {word} {word99}");
    let End::Failed(fall) = play.verdict().end else { panic!("it passed") };
    let Expected::Line(words) = fall.expected else { panic!("{:?}", fall.expected) };
    let words = String::from_utf8(words).unwrap();
    let (first, last) = words.split_once(' ').unwrap();
    assert!(first.len() > 4 && last.len() > 4 && first != last, "{words}");
    let Note::Words(told) = &play.verdict().notes[0] else { panic!("no words") };
    assert_eq!((told.len(), told[0].as_str(), told[98].as_str()), (99, first, last));
    play.says("ana", format!("{words}\n")).passes_with_the_last();
}

#[test]
fn ignored_lines_never_count() {
    for (sentence, said) in [
        ("ana receives: oi", "# a\noi\n# b\n"),
        ("ana receives:\n  um\n  dois", "um\n# a\n# b\ndois\n"),
        ("ana receives 2 lines", "# a\num\n# b\ndois\n"),
        ("ana receives in any order:\n  a\n  b", "b\n# c\na\n"),
        ("ana receives nothing", "# a\n# b"),
        ("ana receives at most 1 line", "# a\nb\n# c\n"),
        ("ana receives nothing but: a", "a\n# b\na\n"),
    ] {
        let play = play_in("ignore: [/^#/]", &format!("ana connects\n{sentence}"));
        play.says("ana", said).passes();
    }
    let end = play_in("ignore: [/^#/]", "ana connects\nana receives the end");
    end.clone().says("ana", "# a\n# b").ends("ana").passes_with_the_last();
    end.says("ana", "# a\nb\n").ends("ana").fails(
        FailureKind::ExtraData,
        Expected::End,
        Actual::ExtraLine(b"b".to_vec()),
    );
}

#[test]
fn an_ignored_line_is_whole_before_it_is_dropped() {
    let play =
        play_in("ignore: [/^log/]", "ana connects\nana receives nothing\nana sends: oi\nana receives: oi");
    play.says("ana", "log").rests().says("ana", "ging\noi\n").passes();
}

#[test]
fn where_nothing_is_seen_time_decides() {
    let play = play("ana connects\nana receives within 2s: oi");
    let within = Actual::SilenceFor(std::time::Duration::from_secs(2));
    for sight in [Sight::Restless, Sight::Unseen] {
        play.clone().sight(sight).fails(FailureKind::NoAnswer, line("oi"), within.clone());
        play.clone().sight(sight).says("ana", "oi\n").passes();
    }
}
