//! Answers that were altered on their way: the verdict must be what a plain reading of the answer
//! says, which knows no captures, segments or time.

use checker::model::outcome::FailureKind;
use checker::model::stage::Ending;
use proptest::prelude::*;

use crate::cases::{Case, Heard, cases};
use crate::play::{Cue, End, Sight, play};

/// What may happen to an answer on its way.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(prop::sample::Index, u8),
    Drop(prop::sample::Index),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Cut(prop::sample::Index),
    Case(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    CrLf,
    Ends(Option<Ending>),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<prop::sample::Index>;
    let ending = prop::sample::select(vec![None, Some(Ending::Fin), Some(Ending::Reset)]);
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..4),
        prop::sample::select(vec!["\n", "oi\n", "a", "x\n", "#", "\r", "1", "[1]\n"])
            .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, mask)| Mutation::Flip(at, mask)),
        at().prop_map(Mutation::Drop),
        at().prop_map(Mutation::Double),
        (at(), at()).prop_map(|(one, other)| Mutation::Swap(one, other)),
        at().prop_map(Mutation::Cut),
        at().prop_map(Mutation::Case),
        (at(), bytes).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        Just(Mutation::CrLf),
        ending.prop_map(Mutation::Ends),
    ]
}

fn mutate(bytes: &[u8], ending: &mut Option<Ending>, mutation: &Mutation) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let mut bytes = bytes.to_vec();
    match mutation {
        Mutation::Flip(at, mask) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
        }
        Mutation::Case(at) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] = if bytes[at].is_ascii_lowercase() {
                bytes[at].to_ascii_uppercase()
            } else {
                bytes[at].to_ascii_lowercase()
            };
        }
        Mutation::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
        Mutation::Insert(at, more) => {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, more.iter().copied());
        }
        Mutation::Drop(at) if !lines.is_empty() => {
            lines.remove(at.index(lines.len()));
            bytes = lines.concat();
        }
        Mutation::Double(at) if !lines.is_empty() => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at].clone());
            bytes = lines.concat();
        }
        Mutation::Swap(one, other) if !lines.is_empty() => {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
            bytes = lines.concat();
        }
        Mutation::CrLf => {
            bytes = bytes
                .iter()
                .flat_map(|byte| if *byte == b'\n' { b"\r\n".to_vec() } else { vec![*byte] })
                .collect()
        }
        Mutation::Ends(other) => *ending = *other,
        _ => {}
    }
    bytes
}

#[test]
fn every_answer_as_it_should_be_passes() {
    for case in cases() {
        let heard = Heard { bytes: case.answer.as_bytes(), ending: case.ends };
        assert!((case.takes)(&heard), "{}", case.script);
        case.play(heard.bytes, heard.ending).passes();
    }
}

/// Each single mutation at each place, not only those that chance chooses.
#[test]
fn every_single_mutation_is_judged_by_what_it_breaks() {
    let mut broken = 0;
    for case in cases() {
        let answer = case.answer.as_bytes();
        let mut mutants: Vec<(Vec<u8>, Option<Ending>)> = Vec::new();
        for at in 0..answer.len() {
            let mut flipped = answer.to_vec();
            flipped[at] ^= 1;
            let mut cased = answer.to_vec();
            cased[at] ^= 0x20;
            mutants.extend([flipped, cased, answer[..at].to_vec()].map(|bytes| (bytes, case.ends)));
        }
        let lines: Vec<&[u8]> = answer.split_inclusive(|byte| *byte == b'\n').collect();
        for at in 0..lines.len() {
            let mut dropped = lines.clone();
            dropped.remove(at);
            let mut doubled = lines.clone();
            doubled.insert(at, lines[at]);
            mutants.extend([dropped, doubled].map(|lines| (lines.concat(), case.ends)));
            for other in 0..at {
                let mut swapped = lines.clone();
                swapped.swap(at, other);
                mutants.push((swapped.concat(), case.ends));
            }
        }
        for at in 0..=answer.len() {
            for more in ["x", "\n", "x\n", "\r", "\0"] {
                let mut longer = answer.to_vec();
                longer.splice(at..at, more.bytes());
                mutants.push((longer, case.ends));
            }
        }
        for ending in [None, Some(Ending::Fin), Some(Ending::Reset)] {
            mutants.extend((0..=answer.len()).map(|at| (answer[..at].to_vec(), ending)));
        }
        for (bytes, ending) in mutants {
            broken += usize::from(!agrees(&case, &bytes, ending));
        }
    }
    assert!(broken > 500, "{broken} mutants were broken");
}

/// The verdict is what a plain reading says; gives it.
#[track_caller]
fn agrees(case: &Case, bytes: &[u8], ending: Option<Ending>) -> bool {
    let right = (case.takes)(&Heard { bytes, ending });
    let verdict = case.play(bytes, ending).verdict();
    let passed = verdict.end == End::Passed;
    assert_eq!(passed, right, "{:?} {ending:?} for {}: {:?}", bstr(bytes), case.script, verdict.end);
    right
}

fn bstr(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

fn alike(one: &End, other: &End) -> bool {
    match (one, other) {
        (End::Failed(one), End::Failed(other)) => {
            (one.kind, &one.expected, &one.actor, &one.sentence)
                == (other.kind, &other.expected, &other.actor, &other.sentence)
        }
        (one, other) => one == other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutants_are_judged_by_what_they_break(
        index in any::<prop::sample::Index>(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let cases = cases();
        let case = &cases[index.index(cases.len())];
        let mut ending = case.ends;
        let bytes = mutations.iter().fold(case.answer.as_bytes().to_vec(), |bytes, mutation| {
            mutate(&bytes, &mut ending, mutation)
        });
        agrees(case, &bytes, ending);
    }

    #[test]
    fn pieces_change_nothing(
        index in any::<prop::sample::Index>(),
        mutations in prop::collection::vec(mutation(), 0..3),
        sizes in prop::collection::vec(1..6_usize, 1..20),
        sight in prop::sample::select(vec![Sight::AtRest, Sight::Restless, Sight::Unseen]),
    ) {
        let cases = cases();
        let case = &cases[index.index(cases.len())];
        let mut ending = case.ends;
        let bytes = mutations.iter().fold(case.answer.as_bytes().to_vec(), |bytes, mutation| {
            mutate(&bytes, &mut ending, mutation)
        });
        let play = case.play(&bytes, ending).sight(sight);
        let whole = play.verdict();
        let mut next = sizes.iter().cycle();
        let pieces = crate::play::cut(play.cues_so_far(), || *next.next().unwrap_or(&1));
        let cut = play.perform(&pieces);
        prop_assert!(alike(&whole.end, &cut.end), "{:?}\n{:?}", whole.end, cut.end);
    }

    #[test]
    fn any_bytes_get_a_verdict(
        index in any::<prop::sample::Index>(),
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8),
        ending in prop::sample::select(vec![None, Some(Ending::Fin), Some(Ending::Reset)]),
    ) {
        let cases = cases();
        let case = &cases[index.index(cases.len())];
        let bytes = pieces.concat();
        let play = case.play(&bytes, ending);
        let cut: Vec<Cue> = pieces.into_iter().map(|piece| Cue::Says("ana".into(), piece)).collect();
        let ends = ending.map(|ending| Cue::Ends("ana".into(), ending));
        let end = play.perform(&cut.into_iter().chain(ends).collect::<Vec<_>>()).end;
        prop_assert!(alike(&end, &play.verdict().end), "{end:?}");
        agrees(case, &bytes, ending);
    }

    /// Who is heard first changes nothing about the verdict.
    #[test]
    fn ears_may_be_heard_in_any_turn(
        turns in prop::collection::vec(0..3_usize, 0..40),
        mutations in prop::collection::vec(mutation(), 3),
        mutated in prop::collection::vec(any::<bool>(), 3),
    ) {
        let script = "ana, bia and caio connect\nana receives:\n  um\n  dois\nbia receives in any order:\n  a\n  b\ncaio receives 2 lines";
        let names = ["ana", "bia", "caio"];
        let answers = ["um\ndois\n", "b\na\n", "x\ny\n"];
        let streams: Vec<Vec<Cue>> = (0..3).map(|who| {
            let mut ending = None;
            let bytes = if mutated[who] {
                mutate(answers[who].as_bytes(), &mut ending, &mutations[who])
            } else {
                answers[who].as_bytes().to_vec()
            };
            let says = bytes.iter().map(|byte| Cue::Says(names[who].into(), vec![*byte]));
            says.chain(ending.map(|ending| Cue::Ends(names[who].into(), ending))).collect()
        }).collect();
        let play = play(script);
        let in_turn = play.perform(&streams.concat()).end;
        let mut rest: Vec<_> = streams.into_iter().map(Vec::into_iter).collect();
        let mut mixed: Vec<Cue> = turns.iter().filter_map(|who| rest[*who].next()).collect();
        mixed.extend(rest.into_iter().flatten());
        let mixed = play.perform(&mixed).end;
        prop_assert_eq!(in_turn == End::Passed, mixed == End::Passed);
        // Of two who are wrong, the one that is heard first is told.
        if mutated.iter().filter(|mutated| **mutated).count() < 2 {
            prop_assert!(alike(&in_turn, &mixed), "{in_turn:?}\n{mixed:?}");
        }
    }
}

#[test]
fn a_broken_answer_has_the_kind_of_what_broke_it() {
    use FailureKind::{EndedEarly, ExtraData, Mismatch, NoAnswer};
    let play = play("ana connects\nana receives: n {3..1}");
    let kind = |bytes: &str, ending: Option<Ending>| {
        let play = play.clone().says("ana", bytes);
        match ending {
            Some(ending) => play.cue(Cue::Ends("ana".into(), ending)).verdict().failed().kind,
            None => play.verdict().failed().kind,
        }
    };
    assert_eq!(kind("n 3\nn 2\n", None), NoAnswer);
    assert_eq!(kind("n 3\nn 2\n", Some(Ending::Fin)), EndedEarly);
    assert_eq!(kind("n 3\nn 2\n", Some(Ending::Reset)), EndedEarly);
    assert_eq!(kind("n 3\nN 2\nn 1\n", None), Mismatch);
    assert_eq!(kind("n 3\nn 3\nn 2\nn 1\n", None), Mismatch);
    assert_eq!(kind("n 3\nn 2\nn 1\nn 1\n", None), ExtraData);
}
