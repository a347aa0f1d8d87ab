//! One form of `receives` held against one stream: done, still waiting, or failed.

use std::collections::{BTreeSet, VecDeque};

use bstr::ByteSlice;
use predicates::Predicate;

use super::ear::{Growth, Heard, Newline};
use super::text::{Matcher, NewlineRule};
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::stage::Ending;

/// What one stream still has to bring.
#[derive(Debug)]
pub enum Wanted {
    Next(VecDeque<Matcher>),
    Eventually(VecDeque<Matcher>),
    EventuallyEnd,
    /// Exactly these bytes; `met` of them have come.
    Content {
        bytes: Vec<u8>,
        met: usize,
    },
    OneOf(Vec<Matcher>),
    InAnyOrder {
        texts: Vec<Matcher>,
        lines: Vec<Vec<u8>>,
    },
    /// Each state is a position in every group; several where a line fits several groups.
    Interleaved {
        groups: Vec<Vec<Matcher>>,
        states: BTreeSet<Vec<usize>>,
        left: usize,
    },
    LinesOf(Vec<Sender>),
    Lines {
        wanted: u64,
        got: u64,
    },
    AtMostLines {
        wanted: u64,
        got: u64,
    },
    Nothing,
    NothingBut(Matcher),
    End,
    Disconnected,
    Reset,
}

/// A sender whose every line must come, in its order.
#[derive(Debug)]
pub struct Sender {
    pub name: String,
    pub lines: Vec<Vec<u8>>,
    /// So many of them have come.
    pub come: usize,
}

/// How long a judgement may still wait.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Nothing more is expected to come: at rest, or the last resort is over.
    pub over: Option<GaveUp>,
    /// Silent for long enough to believe that nothing comes.
    pub settled: bool,
    pub leftovers: Leftovers,
}

#[derive(Debug, Clone)]
pub struct GaveUp {
    pub kind: Surrender,
    pub actual: Actual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surrender {
    /// Silence: the kind is what the sentence missed.
    Silence,
    /// It never fell silent and never got there.
    Endless,
}

#[derive(Debug)]
pub enum Judged {
    Done(Found),
    Waiting,
    Failed(Miss),
}

/// What a finished form brought along.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub captures: Vec<(String, Vec<u8>)>,
    pub newline: Option<Newline>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    pub kind: FailureKind,
    pub expected: Expected,
    pub actual: Actual,
    /// A contradiction in what came stands whatever comes later; a lack is only known at the end.
    pub ground: Ground,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    Contradiction,
    Lack,
}

fn contradiction(kind: FailureKind, expected: Expected, actual: Actual) -> Judged {
    Judged::Failed(Miss { kind, expected, actual, ground: Ground::Contradiction })
}

fn done() -> Judged {
    Judged::Done(Found::default())
}

impl Wanted {
    pub fn judge(&mut self, ear: &mut Heard, patience: &Patience, ignore: &[Matcher]) -> Judged {
        let growth = if patience.over.is_some() { Growth::Over } else { Growth::Possible };
        match self {
            Wanted::Next(texts) => next(texts, ear, patience, growth, ignore),
            Wanted::Eventually(texts) => eventually(texts, ear, patience, growth, ignore),
            Wanted::EventuallyEnd => {
                ear.forget();
                end(ear, patience, growth, ignore)
            }
            Wanted::Content { bytes, met } => content(bytes, met, ear, patience),
            Wanted::OneOf(texts) => one_of(texts, ear, patience, growth, ignore),
            Wanted::InAnyOrder { texts, lines } => in_any_order(texts, lines, ear, patience, growth, ignore),
            Wanted::Interleaved { groups, states, left } => {
                interleaved(groups, states, left, ear, patience, growth, ignore)
            }
            Wanted::LinesOf(senders) => lines_of(senders, ear, patience, growth, ignore),
            Wanted::Lines { wanted, got } => {
                while *got < *wanted {
                    let Some(line) = ear.next_line(growth, ignore) else {
                        let lack = lack(Expected::Lines { wanted: *wanted }, ear, patience, *got);
                        return with_count(lack, *got);
                    };
                    ear.take(line.length);
                    *got += 1;
                }
                done()
            }
            Wanted::AtMostLines { wanted, got } => at_most(*wanted, got, ear, patience, ignore),
            Wanted::Nothing => nothing(ear, patience, ignore),
            Wanted::NothingBut(text) => nothing_but(text, ear, patience, ignore),
            Wanted::End => end(ear, patience, growth, ignore),
            Wanted::Disconnected => disconnected(ear, patience, growth, ignore),
            Wanted::Reset => reset(ear, patience),
        }
    }
}

/// The outcome of having found less than was asked for.
fn lack(expected: Expected, ear: &Heard, patience: &Patience, bytes: u64) -> Judged {
    let (kind, actual) = match (ear.ending(), &patience.over) {
        (Some(Ending::Fin), _) => (FailureKind::EndedEarly, Actual::Ended { bytes }),
        (Some(Ending::Reset), _) => (FailureKind::EndedEarly, Actual::Reset { bytes }),
        (None, Some(gave_up)) => (silence_kind(gave_up, FailureKind::NoAnswer), gave_up.actual.clone()),
        (None, None) => return Judged::Waiting,
    };
    Judged::Failed(Miss { kind, expected, actual, ground: Ground::Lack })
}

fn silence_kind(gave_up: &GaveUp, kind: FailureKind) -> FailureKind {
    match gave_up.kind {
        Surrender::Silence => kind,
        Surrender::Endless => FailureKind::TimedOut,
    }
}

/// Says how many lines came where the others fell silent.
fn with_count(judged: Judged, got: u64) -> Judged {
    match judged {
        Judged::Failed(miss) if got > 0 && miss.kind == FailureKind::NoAnswer => {
            Judged::Failed(Miss { actual: Actual::Lines { got }, ..miss })
        }
        other => other,
    }
}

/// How a text is shown that was waited for.
fn expected(text: &Matcher) -> Expected {
    match text.literal() {
        Some(literal) => Expected::Line(literal.to_vec()),
        None => Expected::LineLike(text.written.clone()),
    }
}

fn written<'a>(texts: impl IntoIterator<Item = &'a Matcher>) -> Vec<String> {
    texts.into_iter().map(|text| text.written.clone()).collect()
}

fn next(
    texts: &mut VecDeque<Matcher>,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    let mut found = Found::default();
    while let Some(text) = texts.front() {
        let Some(line) = ear.next_line(growth, ignore) else {
            return lack(expected(text), ear, patience, 0);
        };
        if !text.eval(&line.text) {
            return contradiction(FailureKind::Mismatch, expected(text), Actual::Line(line.text));
        }
        if line.newline == Newline::Missing && text.newline == NewlineRule::Fatal {
            return contradiction(
                FailureKind::MissingNewline,
                expected(text),
                Actual::WithoutNewline(line.text),
            );
        }
        found.captures.extend(text.capture(&line.text));
        found.newline = Some(line.newline);
        ear.take(line.length);
        texts.pop_front();
    }
    Judged::Done(found)
}

fn eventually(
    texts: &mut VecDeque<Matcher>,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    let mut found = Found::default();
    while let Some(text) = texts.front() {
        let Some(line) = ear.next_line(growth, ignore) else {
            return lack(expected(text), ear, patience, 0);
        };
        ear.take(line.length);
        if !text.eval(&line.text) {
            continue;
        }
        if line.newline == Newline::Missing && text.newline == NewlineRule::Fatal {
            return contradiction(
                FailureKind::MissingNewline,
                expected(text),
                Actual::WithoutNewline(line.text),
            );
        }
        found.captures.extend(text.capture(&line.text));
        found.newline = Some(line.newline);
        texts.pop_front();
    }
    Judged::Done(found)
}

/// Bytes shown on each side of the first difference.
const CONTEXT: usize = 40;

fn content(bytes: &[u8], met: &mut usize, ear: &mut Heard, patience: &Patience) -> Judged {
    let rest = &bytes[*met..];
    let unread = ear.unread();
    let same = unread.iter().zip(rest).take_while(|(came, wanted)| came == wanted).count();
    if same < unread.len().min(rest.len()) {
        let from = same.saturating_sub(CONTEXT / 2);
        let offset = (*met + from) as u64;
        let excerpt = |all: &[u8]| all[from..all.len().min(same + CONTEXT)].to_vec();
        return contradiction(
            FailureKind::Mismatch,
            Expected::Bytes { offset, bytes: excerpt(rest) },
            Actual::Bytes { offset, bytes: excerpt(unread) },
        );
    }
    ear.take(same);
    *met += same;
    let rest = &bytes[*met..];
    if rest.is_empty() {
        return done();
    }
    let missing = Expected::Bytes { offset: *met as u64, bytes: rest[..rest.len().min(CONTEXT)].to_vec() };
    match lack(missing, ear, patience, *met as u64) {
        Judged::Failed(miss) if rest == b"\n" && *met > 0 => Judged::Failed(Miss {
            kind: FailureKind::MissingNewline,
            actual: Actual::WithoutNewline(bytes[..*met].to_vec()),
            ..miss
        }),
        other => other,
    }
}

fn one_of(
    texts: &[Matcher],
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    let expected = Expected::OneOf(written(texts));
    let Some(line) = ear.next_line(growth, ignore) else { return lack(expected, ear, patience, 0) };
    match texts.iter().find(|text| text.eval(&line.text)) {
        Some(text) => {
            ear.take(line.length);
            Judged::Done(Found { captures: text.capture(&line.text), newline: Some(line.newline) })
        }
        None => contradiction(FailureKind::Mismatch, expected, Actual::Line(line.text)),
    }
}

fn in_any_order(
    texts: &[Matcher],
    lines: &mut Vec<Vec<u8>>,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    while lines.len() < texts.len() {
        let Some(line) = ear.next_line(growth, ignore) else {
            return lack(Expected::Remaining(written(unmatched(texts, lines))), ear, patience, 0);
        };
        lines.push(line.text.clone());
        if assignment(texts, lines).is_none() {
            lines.pop();
            let remaining = Expected::Remaining(written(unmatched(texts, lines)));
            return if texts.iter().any(|text| text.eval(&line.text)) {
                contradiction(FailureKind::ExtraData, remaining, Actual::ExtraLine(line.text))
            } else {
                contradiction(FailureKind::Mismatch, remaining, Actual::Line(line.text))
            };
        }
        ear.take(line.length);
    }
    done()
}

/// The line that each text is matched with, so that every line has a text of its own; `None` where
/// that cannot be (a maximum bipartite matching by augmenting paths).
fn assignment(texts: &[Matcher], lines: &[Vec<u8>]) -> Option<Vec<Option<usize>>> {
    fn place(
        line: usize,
        texts: &[Matcher],
        lines: &[Vec<u8>],
        owner: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for text in 0..texts.len() {
            if seen[text] || !texts[text].eval(&lines[line]) {
                continue;
            }
            seen[text] = true;
            let free = match owner[text] {
                None => true,
                Some(other) => place(other, texts, lines, owner, seen),
            };
            if free {
                owner[text] = Some(line);
                return true;
            }
        }
        false
    }
    let mut owner = vec![None; texts.len()];
    for line in 0..lines.len() {
        if !place(line, texts, lines, &mut owner, &mut vec![false; texts.len()]) {
            return None;
        }
    }
    Some(owner)
}

fn unmatched<'a>(texts: &'a [Matcher], lines: &[Vec<u8>]) -> Vec<&'a Matcher> {
    match assignment(texts, lines) {
        Some(owner) => {
            texts.iter().zip(owner).filter(|(_, owner)| owner.is_none()).map(|(text, _)| text).collect()
        }
        None => texts.iter().collect(),
    }
}

fn interleaved(
    groups: &[Vec<Matcher>],
    states: &mut BTreeSet<Vec<usize>>,
    left: &mut usize,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    while *left > 0 {
        let awaited = || -> Vec<String> {
            let positions = states.iter().next().cloned().unwrap_or_default();
            let next = groups.iter().zip(positions).filter_map(|(group, position)| group.get(position));
            written(next)
        };
        let Some(line) = ear.next_line(growth, ignore) else {
            return lack(Expected::Remaining(awaited()), ear, patience, 0);
        };
        let mut after = BTreeSet::new();
        for state in states.iter() {
            for (group, position) in state.iter().enumerate() {
                if groups[group].get(*position).is_some_and(|text| text.eval(&line.text)) {
                    let mut state = state.clone();
                    state[group] += 1;
                    after.insert(state);
                }
            }
        }
        if after.is_empty() {
            let remaining = Expected::Remaining(awaited());
            return contradiction(FailureKind::Mismatch, remaining, Actual::Line(line.text));
        }
        *states = after;
        *left -= 1;
        ear.take(line.length);
    }
    done()
}

fn lines_of(
    senders: &mut [Sender],
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Judged {
    loop {
        let Some(missing) = senders.iter().find(|sender| sender.come < sender.lines.len()) else {
            return done();
        };
        let expected = |sender: &Sender| Expected::LineOf {
            sender: sender.name.clone(),
            line: sender.lines.get(sender.come).cloned().unwrap_or_default(),
        };
        let missing = expected(missing);
        let Some(line) = ear.next_line(growth, ignore) else {
            return lack(missing, ear, patience, 0);
        };
        let next = |sender: &Sender| {
            sender.lines.get(sender.come).is_some_and(|wanted| stands_within(wanted, &line.text))
        };
        if let Some(sender) = senders.iter_mut().find(|sender| next(sender)) {
            sender.come += 1;
            ear.take(line.length);
            continue;
        }
        let within = |lines: &[Vec<u8>]| lines.iter().any(|sent| stands_within(sent, &line.text));
        if senders.iter().any(|sender| within(&sender.lines[..sender.come])) {
            return contradiction(FailureKind::ExtraData, missing, Actual::ExtraLine(line.text));
        }
        if let Some(sender) = senders.iter().find(|sender| within(&sender.lines[sender.come..])) {
            return contradiction(FailureKind::Mismatch, expected(sender), Actual::Line(line.text));
        }
        match patience.leftovers {
            Leftovers::Allowed => ear.take(line.length),
            Leftovers::Forbidden => {
                return contradiction(FailureKind::Mismatch, missing, Actual::Line(line.text));
            }
        }
    }
}

/// Is `sent` in `line`, with no letter or digit right beside it (so that `1` is not in `10`)?
fn stands_within(sent: &[u8], line: &[u8]) -> bool {
    if sent.is_empty() {
        return line.is_empty();
    }
    let joins = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    line.find_iter(sent).any(|start| {
        let before = start.checked_sub(1).and_then(|index| line.get(index));
        !joins(before) && !joins(line.get(start + sent.len()))
    })
}

fn at_most(wanted: u64, got: &mut u64, ear: &mut Heard, patience: &Patience, ignore: &[Matcher]) -> Judged {
    let growth = if patience.settled { Growth::Over } else { Growth::Possible };
    while let Some(line) = ear.next_line(growth, ignore) {
        ear.take(line.length);
        *got += 1;
        if *got > wanted {
            return contradiction(
                FailureKind::ExtraData,
                Expected::AtMostLines { wanted },
                Actual::ExtraLine(line.text),
            );
        }
    }
    if patience.settled || ear.ending().is_some() { done() } else { Judged::Waiting }
}

fn nothing(ear: &mut Heard, patience: &Patience, ignore: &[Matcher]) -> Judged {
    let growth = if patience.settled { Growth::Over } else { Growth::Possible };
    match ear.next_line(growth, ignore) {
        Some(line) => {
            let actual = match line.newline {
                Newline::Present => Actual::ExtraLine(line.text),
                Newline::Missing => Actual::ExtraBytes(line.text),
            };
            contradiction(FailureKind::ExtraData, Expected::Nothing, actual)
        }
        None if patience.settled || ear.ending().is_some() => done(),
        None => Judged::Waiting,
    }
}

fn nothing_but(text: &Matcher, ear: &mut Heard, patience: &Patience, ignore: &[Matcher]) -> Judged {
    let growth = if patience.settled { Growth::Over } else { Growth::Possible };
    while let Some(line) = ear.next_line(growth, ignore) {
        if !text.eval(&line.text) {
            return contradiction(
                FailureKind::ExtraData,
                Expected::NothingBut(text.written.clone()),
                Actual::ExtraLine(line.text),
            );
        }
        ear.take(line.length);
    }
    if patience.settled || ear.ending().is_some() { done() } else { Judged::Waiting }
}

/// Bytes that nobody asked for, before an end.
fn before_the_end(
    expected: Expected,
    ear: &mut Heard,
    patience: &Patience,
    growth: Growth,
    ignore: &[Matcher],
) -> Option<Judged> {
    if patience.leftovers == Leftovers::Allowed {
        ear.forget();
        return None;
    }
    let line = ear.next_line(growth, ignore)?;
    Some(contradiction(FailureKind::ExtraData, expected, Actual::ExtraLine(line.text)))
}

fn not_ended(expected: Expected, patience: &Patience) -> Judged {
    match &patience.over {
        None => Judged::Waiting,
        Some(gave_up) => Judged::Failed(Miss {
            kind: silence_kind(gave_up, FailureKind::NotEnded),
            expected,
            actual: match gave_up.kind {
                Surrender::Silence => Actual::StillOpen,
                Surrender::Endless => gave_up.actual.clone(),
            },
            ground: Ground::Lack,
        }),
    }
}

fn end(ear: &mut Heard, patience: &Patience, growth: Growth, ignore: &[Matcher]) -> Judged {
    if let Some(extra) = before_the_end(Expected::End, ear, patience, growth, ignore) {
        return extra;
    }
    match ear.ending() {
        Some(Ending::Fin) => done(),
        Some(Ending::Reset) => contradiction(FailureKind::Reset, Expected::End, Actual::Reset { bytes: 0 }),
        None => not_ended(Expected::End, patience),
    }
}

fn disconnected(ear: &mut Heard, patience: &Patience, growth: Growth, ignore: &[Matcher]) -> Judged {
    if let Some(extra) = before_the_end(Expected::Disconnected, ear, patience, growth, ignore) {
        return extra;
    }
    match ear.ending() {
        Some(_) => done(),
        None => not_ended(Expected::Disconnected, patience),
    }
}

fn reset(ear: &mut Heard, patience: &Patience) -> Judged {
    match ear.ending() {
        Some(Ending::Reset) => done(),
        Some(Ending::Fin) => {
            contradiction(FailureKind::Mismatch, Expected::Reset, Actual::Ended { bytes: 0 })
        }
        None => not_ended(Expected::Reset, patience),
    }
}
