//! Scripts in words: each sentence the way the reference of labs.yaml writes it, so that reading
//! the words again gives the same sentence.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use crate::model::stage::Bound;

use super::{Case, Exit, Form, Listener, Payload, Phrase, Script, Sentence, Signal, Step, Until, Who};

/// What the lines of a block are indented by.
const INDENT: &str = "  ";

impl Display for Script {
    /// One step after the other, each with its hints and the lines below it; no newline at the end.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.steps.iter().flat_map(lines_of_step).collect::<Vec<_>>().join("\n"))
    }
}

impl Display for Step {
    /// The sentence with its time limit, the lines below it and its hints; no newline at the end.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&lines_of_step(self).join("\n"))
    }
}

impl Display for Sentence {
    /// The sentence and the lines below it; no newline at the end.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&lines_of_sentence(self, None).join("\n"))
    }
}

impl Display for Who {
    /// `ana`, `ana, bia and caio`, `everyone but ana`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Who::Named(names) => f.write_str(&list(names)),
            Who::Everyone { but } if but.is_empty() => f.write_str("everyone"),
            Who::Everyone { but } => write!(f, "everyone but {}", list(but)),
        }
    }
}

impl Display for Signal {
    /// The signal's name: `SIGINT`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Signal::Int => "SIGINT",
            Signal::Term => "SIGTERM",
            Signal::Hup => "SIGHUP",
            Signal::Kill => "SIGKILL",
            Signal::Usr1 => "SIGUSR1",
            Signal::Usr2 => "SIGUSR2",
        })
    }
}

/// What follows the head of a sentence.
enum Tail {
    None,
    Text(String),
    Block(Vec<String>),
}

fn lines_of_step(step: &Step) -> Vec<String> {
    let mut lines = lines_of_sentence(&step.sentence, step.within);
    if let Some(hint) = &step.hint {
        if !hint.by_language.values().any(|text| *text == hint.default) {
            lines.push(format!("hint: {}", hint.default));
        }
        lines.extend(hint.by_language.iter().map(|(language, text)| format!("hint.{language}: {text}")));
    }
    lines
}

fn lines_of_sentence(sentence: &Sentence, within: Option<Duration>) -> Vec<String> {
    let (mut head, tail) = head_and_tail(sentence);
    if let Some(within) = within {
        head.push_str(&format!(" within {}", duration(within)));
    }
    match tail {
        Tail::None => vec![head],
        Tail::Text(text) => vec![format!("{head}: {text}")],
        Tail::Block(block) => std::iter::once(format!("{head}:"))
            .chain(block.into_iter().map(|line| format!("{INDENT}{line}")))
            .collect(),
    }
}

fn head_and_tail(sentence: &Sentence) -> (String, Tail) {
    let plain = |head: String| (head, Tail::None);
    match sentence {
        Sentence::Connect { who, until, through } => {
            let through = through.map(|host| format!(" through {host}")).unwrap_or_default();
            let waiting = match until {
                Until::Accepted => "",
                Until::Handshake => " without waiting",
            };
            plain(format!("{who} {}{through}{waiting}", verb(who, "connects", "connect")))
        }
        Sentence::CannotConnect { who, through } => {
            let through = through.map(|host| format!(" through {host}")).unwrap_or_default();
            plain(format!("{who} cannot connect{through}"))
        }
        Sentence::Send { who, what, pieces } => {
            send(format!("{who} {}", verb(who, "sends", "send")), what, *pieces)
        }
        Sentence::Receive { listener, form } => receive(listener, form),
        Sentence::Forget { who } => plain(format!("{who} {}", verb(who, "forgets", "forget"))),
        Sentence::StopSending { who } => plain(format!("{who} {} sending", verb(who, "stops", "stop"))),
        Sentence::StopReading { who } => plain(format!("{who} {} reading", verb(who, "stops", "stop"))),
        Sentence::ReadAgain { who } => plain(format!("{who} {} again", verb(who, "reads", "read"))),
        Sentence::Close { who } => plain(format!("{who} {}", verb(who, "closes", "close"))),
        Sentence::Reset { who } => plain(format!("{who} {}", verb(who, "resets", "reset"))),
        Sentence::AllDifferent { who, capture } => plain(format!("{who}'s {{{capture}}} are all different")),
        Sentence::ProgramStarts => plain("program starts".into()),
        Sentence::ProgramRestarts => plain("program restarts".into()),
        Sentence::ProgramGets(signal) => plain(format!("program gets {signal}")),
        Sentence::ProgramExits(exit) => {
            let tail = match exit {
                Exit::Cleanly => Tail::None,
                Exit::Status(status) => Tail::Text(status.to_string()),
                Exit::Nonzero => Tail::Text("nonzero".into()),
            };
            ("program exits".into(), tail)
        }
        Sentence::ProgramExitsAfter(least) => {
            plain(format!("program exits after at least {}", duration(*least)))
        }
        Sentence::ProgramStillRuns => plain("program is still running".into()),
        Sentence::ProgramHas { bound, amount } => {
            let bound = match bound {
                Bound::Exactly => "",
                Bound::AtLeast => "at least ",
                Bound::AtMost => "at most ",
            };
            plain(format!("program has {bound}{amount}"))
        }
        Sentence::MarkResources => plain("mark the resources".into()),
        Sentence::ProgramBackAtMark => plain("program is back at the mark".into()),
        Sentence::ProgramRests => plain("program rests".into()),
        Sentence::UserTypes { lines } => ("user types".into(), texts(lines)),
        Sentence::UserTypesRaw { text } => ("user types raw".into(), Tail::Text(text.written.clone())),
        Sentence::UserEndsInput => plain("user ends the input".into()),
        Sentence::Together(steps) => {
            ("together".into(), Tail::Block(steps.iter().flat_map(lines_of_step).collect()))
        }
        Sentence::Repeat { times, steps } => (
            format!("repeat {}", counted(u64::from(*times), "time")),
            Tail::Block(steps.iter().flat_map(lines_of_step).collect()),
        ),
    }
}

fn send(head: String, what: &Payload, pieces: Option<usize>) -> (String, Tail) {
    let in_pieces = pieces.map(|bytes| format!(" in pieces of {}", size(bytes as u64))).unwrap_or_default();
    match what {
        Payload::Lines(lines) => (format!("{head}{in_pieces}"), texts(lines)),
        Payload::Raw(text) => (format!("{head} raw{in_pieces}"), Tail::Text(text.written.clone())),
        Payload::Bulk { bytes } => (format!("{head} {}{in_pieces}", size(*bytes)), Tail::None),
        Payload::BulkLines { lines, each } => {
            (format!("{head} {} of {}{in_pieces}", counted(*lines, "line"), size(*each)), Tail::None)
        }
    }
}

fn receive(listener: &Listener, form: &Form) -> (String, Tail) {
    let head = |rest: &str| hears(listener, "", rest);
    let eventually = |rest: &str| hears(listener, "eventually ", rest);
    let one = |phrase: &Phrase| Tail::Text(phrase.written.clone());
    match form {
        Form::Next(lines) => (head(""), texts(lines)),
        Form::Eventually(lines) => (eventually(""), texts(lines)),
        Form::EventuallyEnd => (eventually("the end"), Tail::None),
        Form::Raw(text) => (head("raw"), one(text)),
        Form::OneOf(lines) => (head("one of"), Tail::Block(written(lines))),
        Form::InAnyOrder(lines) => (head("in any order"), Tail::Block(written(lines))),
        Form::Interleaved(groups) => {
            let groups: Vec<Vec<String>> = groups.iter().map(|group| written(group)).collect();
            (head("interleaved"), Tail::Block(groups.join(&"--".to_string())))
        }
        Form::WhatItSent(case) => {
            let it = match listener {
                Listener::Clients(who) => verb(who, "it", "they"),
                _ => "it",
            };
            let case = match case {
                Case::AsSent => "",
                Case::Upper => ", in upper case",
            };
            (head(&format!("what {it} sent{case}")), Tail::None)
        }
        Form::WhatWasSent { by } => (head(&format!("what {by} sent, line by line")), Tail::None),
        Form::Lines(lines) => (head(&counted(*lines, "line")), Tail::None),
        Form::AtMostLines(lines) => (head(&format!("at most {}", counted(*lines, "line"))), Tail::None),
        Form::Nothing => (head("nothing"), Tail::None),
        Form::NothingBut(text) => (head("nothing but"), one(text)),
        Form::End => (head("the end"), Tail::None),
        Form::Disconnected => match listener {
            Listener::Clients(who) => (format!("{who} {} disconnected", verb(who, "is", "are")), Tail::None),
            _ => (head("the end"), Tail::None),
        },
        Form::Reset => (head("a reset"), Tail::None),
    }
}

fn hears(listener: &Listener, adverb: &str, rest: &str) -> String {
    let head = match listener {
        Listener::Clients(who) => format!("{who} {adverb}{}", verb(who, "receives", "receive")),
        Listener::Output => format!("program {adverb}prints"),
        Listener::Complaints => format!("program {adverb}complains"),
        Listener::File(file) => format!("program {adverb}writes {file}"),
    };
    if rest.is_empty() { head } else { format!("{head} {rest}") }
}

/// A single text stands behind the colon, several stand below it.
fn texts(phrases: &[Phrase]) -> Tail {
    match written(phrases).as_slice() {
        [one] => Tail::Text(one.clone()),
        many => Tail::Block(many.to_vec()),
    }
}

/// The phrases as written, with counting neighbours folded back into one `{5..1}`.
fn written(phrases: &[Phrase]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = phrases;
    while let Some(first) = rest.first() {
        let (line, taken) = counting(rest).unwrap_or_else(|| (first.written.clone(), 1));
        lines.push(line);
        rest = &rest[taken..];
    }
    lines
}

/// The line `A: {5..1}` for phrases that begin with `A: 5`, `A: 4` … `A: 1`, and how many those are.
fn counting(phrases: &[Phrase]) -> Option<(String, usize)> {
    let [first, second, ..] = phrases else { return None };
    let (before, from, after) = differing_number(&first.written, &second.written)?;
    if is_part_of_something_else(before) {
        return None;
    }
    let nth = |n: u64| format!("{before}{n}{after}");
    let up = second.written == nth(from.checked_add(1)?);
    let is_next = |i: u64| if up { from.checked_add(i) } else { from.checked_sub(i) };
    let taken = (0..)
        .zip(phrases)
        .take_while(|(i, phrase)| is_next(*i).is_some_and(|n| phrase.written == nth(n)))
        .count();
    let to = is_next((taken as u64).checked_sub(1)?)?;
    (taken > 1).then(|| (format!("{before}{{{from}..{to}}}{after}"), taken))
}

/// Is a number behind this text part of `{word2}`, `a{3}`, `[0-9]` or `\x31`?
fn is_part_of_something_else(before: &str) -> bool {
    let is_regex = before.starts_with('/');
    let has_escapes = is_regex || before.starts_with('"');
    let single = if is_regex { before.to_string() } else { before.replace("{{", "") };
    let open = single.rfind('{').is_some_and(|open| single.rfind('}').is_none_or(|close| close < open));
    let escape = has_escapes && before.chars().rev().take(3).any(|c| c == '\\');
    open || escape || (is_regex && before.contains('['))
}

/// Splits `one` at the number in which it differs from `other`: what is before, the number, what is behind.
fn differing_number<'a>(one: &'a str, other: &str) -> Option<(&'a str, u64, &'a str)> {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let start = one.as_bytes()[..same].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    let digits = one.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = start + digits;
    let zeros = one.as_bytes()[start..end].iter().take_while(|byte| **byte == b'0').count();
    let start = start + zeros.min(digits.saturating_sub(1));
    let number = one.get(start..end)?.parse().ok()?;
    Some((one.get(..start)?, number, one.get(end..)?))
}

fn verb<'a>(who: &Who, singular: &'a str, plural: &'a str) -> &'a str {
    match who {
        Who::Named(names) if names.len() > 1 => plural,
        _ => singular,
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn counted(number: u64, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * KIB;
    match bytes {
        0 => "0 bytes".into(),
        _ if bytes.is_multiple_of(MIB) => format!("{} MiB", bytes / MIB),
        _ if bytes.is_multiple_of(KIB) => format!("{} KiB", bytes / KIB),
        _ => counted(bytes, "byte"),
    }
}

fn duration(time: Duration) -> String {
    let milliseconds = time.as_millis();
    match milliseconds {
        0 => "0ms".into(),
        _ if milliseconds.is_multiple_of(60_000) => format!("{}m", milliseconds / 60_000),
        _ if milliseconds.is_multiple_of(1000) => format!("{}s", milliseconds / 1000),
        _ => format!("{milliseconds}ms"),
    }
}
