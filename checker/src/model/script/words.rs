//! Scripts in words. In English each sentence is written the way the reference of labs.yaml writes it, so that reading
//! the words again gives the same sentence; in another language it is what a person reads in its place.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use rust_i18n::t;

use crate::model::language::Language;
use crate::model::stage::Bound;

use super::folded::written;
use super::{Case, Exit, Form, Key, Listener, Payload, Phrase, Script, Sentence, Signal, Step, Until, Who};

/// What the lines of a block are indented by.
const INDENT: &str = "  ";

impl Display for Script {
    /// One step after the other, each with its hints and the lines below it; no newline at the end.
    /// The language of labs.yaml, whatever is spoken.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let lines = self.steps.iter().flat_map(|step| lines_of_step(step, LABS_YAML));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

impl Display for Step {
    /// The sentence with its time limit, the lines below it and its hints; no newline at the end.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&lines_of_step(self, LABS_YAML).join("\n"))
    }
}

impl Display for Sentence {
    /// The sentence and the lines below it; no newline at the end.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&lines_of_sentence(self, None, LABS_YAML).join("\n"))
    }
}

impl Step {
    /// The sentence for a report: as it was written, or in the words of another language that is spoken.
    pub fn shown(&self) -> String {
        match Language::spoken() {
            Language::English => self.written.clone(),
            language => self.told_in(language).into_iter().next().unwrap_or_default(),
        }
    }

    /// The sentence and the lines below it, without hints.
    pub fn told_in(&self, language: Language) -> Vec<String> {
        lines_of_sentence(&self.sentence, self.within, language.tag())
    }
}

impl Display for Who {
    /// `ana`, `ana, bia and caio`, `everyone but ana`: as labs.yaml writes it.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&name(self, LABS_YAML))
    }
}

/// Sentences are written in English.
const LABS_YAML: &str = "en";

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

impl Display for Key {
    /// The key's name: `Ctrl-D`, `Enter`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Key::Ctrl(letter) => return write!(f, "Ctrl-{letter}"),
            Key::Enter => "Enter",
            Key::Tab => "Tab",
            Key::Backspace => "Backspace",
            Key::Delete => "Delete",
            Key::Escape => "Escape",
            Key::Up => "Up",
            Key::Down => "Down",
            Key::Left => "Left",
            Key::Right => "Right",
            Key::Home => "Home",
            Key::End => "End",
            Key::PageUp => "PageUp",
            Key::PageDown => "PageDown",
        })
    }
}

/// What follows the head of a sentence.
enum Tail {
    None,
    Text(String),
    Block(Vec<String>),
}

fn lines_of_step(step: &Step, locale: &str) -> Vec<String> {
    let mut lines = lines_of_sentence(&step.sentence, step.within, locale);
    if let Some(hint) = &step.hint {
        if !hint.by_language.values().any(|text| *text == hint.default) {
            lines.push(format!("hint: {}", hint.default));
        }
        lines.extend(hint.by_language.iter().map(|(language, text)| format!("hint.{language}: {text}")));
    }
    lines
}

fn lines_of_sentence(sentence: &Sentence, within: Option<Duration>, locale: &str) -> Vec<String> {
    let (mut head, tail) = head_and_tail(sentence, locale);
    if let Some(within) = within {
        let time = duration(within);
        head = t!("%{sentence} within %{time}", locale = locale, sentence = head, time = time).into_owned();
    }
    match tail {
        Tail::None => vec![head],
        Tail::Text(text) => vec![format!("{head}: {text}")],
        Tail::Block(block) => std::iter::once(format!("{head}:"))
            .chain(block.into_iter().map(|line| format!("{INDENT}{line}")))
            .collect(),
    }
}

fn head_and_tail(sentence: &Sentence, l: &str) -> (String, Tail) {
    let plain = |head: Cow<str>| (head.into_owned(), Tail::None);
    let does = |who: &Who, one: Cow<str>, many: Cow<str>| {
        (format!("{} {}", name(who, l), verb(who, one, many)), Tail::None)
    };
    let all = |who: &Who| name(who, l);
    match sentence {
        Sentence::Connect { who, until, through } => {
            let one = t!("%{who} connects", locale = l, who = all(who));
            let mut head = verb(who, one, t!("%{who} connect", locale = l, who = all(who))).into_owned();
            if let Some(host) = through {
                head =
                    t!("%{sentence} through %{host}", locale = l, sentence = head, host = host).into_owned();
            }
            if *until == Until::Handshake {
                head = t!("%{sentence} without waiting", locale = l, sentence = head).into_owned();
            }
            (head, Tail::None)
        }
        Sentence::CannotConnect { who, through } => {
            let mut head = t!("%{who} cannot connect", locale = l, who = all(who)).into_owned();
            if let Some(host) = through {
                head =
                    t!("%{sentence} through %{host}", locale = l, sentence = head, host = host).into_owned();
            }
            (head, Tail::None)
        }
        Sentence::Accept { server, guest: None } => {
            plain(t!("%{server} accepts", locale = l, server = server))
        }
        Sentence::Accept { server, guest: Some(guest) } => {
            plain(t!("%{server} accepts as %{guest}", locale = l, server = server, guest = guest))
        }
        Sentence::AnswerInstead { who, of, lines } => {
            let one = t!("%{who} answers instead of %{of}", locale = l, who = all(who), of = of);
            let many = t!("%{who} answer instead of %{of}", locale = l, who = all(who), of = of);
            (verb(who, one, many).into_owned(), texts(lines))
        }
        Sentence::Send { who, what, pieces } => send(who, what, *pieces, l),
        Sentence::Receive { listener, form } => receive(listener, form, l),
        Sentence::Forget { who } => does(who, t!("forgets", locale = l), t!("forget", locale = l)),
        Sentence::StopSending { who } => {
            does(who, t!("stops sending", locale = l), t!("stop sending", locale = l))
        }
        Sentence::StopReading { who } => {
            does(who, t!("stops reading", locale = l), t!("stop reading", locale = l))
        }
        Sentence::ReadAgain { who } => does(who, t!("reads again", locale = l), t!("read again", locale = l)),
        Sentence::Close { who } => {
            let one = t!("%{who} closes", locale = l, who = all(who));
            plain(verb(who, one, t!("%{who} close", locale = l, who = all(who))))
        }
        Sentence::Reset { who } => {
            let one = t!("%{who} resets", locale = l, who = all(who));
            plain(verb(who, one, t!("%{who} reset", locale = l, who = all(who))))
        }
        Sentence::AllDifferent { who, capture } => {
            let capture = format!("{{{capture}}}");
            plain(t!("%{who}'s %{capture} are all different", locale = l, who = who, capture = capture))
        }
        Sentence::ProgramStarts => plain(t!("program starts", locale = l)),
        Sentence::ProgramRestarts => plain(t!("program restarts", locale = l)),
        Sentence::ProgramGets(signal) => plain(t!("program gets %{signal}", locale = l, signal = signal)),
        Sentence::ProgramExits(exit) => {
            let tail = match exit {
                Exit::Cleanly => Tail::None,
                Exit::Status(status) => Tail::Text(status.to_string()),
                Exit::Nonzero => Tail::Text(t!("nonzero", locale = l).into_owned()),
            };
            (t!("program exits", locale = l).into_owned(), tail)
        }
        Sentence::ProgramExitsAfter(least) => {
            plain(t!("program exits after at least %{time}", locale = l, time = duration(*least)))
        }
        Sentence::ProgramStillRuns => plain(t!("program is still running", locale = l)),
        Sentence::ProgramHas { bound, amount } => {
            let amount =
                Language::read(l).map_or_else(|| amount.to_string(), |language| amount.told_in(language));
            plain(match bound {
                Bound::Exactly => t!("program has %{amount}", locale = l, amount = amount),
                Bound::AtLeast => t!("program has at least %{amount}", locale = l, amount = amount),
                Bound::AtMost => t!("program has at most %{amount}", locale = l, amount = amount),
            })
        }
        Sentence::MarkResources => plain(t!("mark the resources", locale = l)),
        Sentence::ProgramBackAtMark => plain(t!("program is back at the mark", locale = l)),
        Sentence::ProgramRests => plain(t!("program rests", locale = l)),
        Sentence::UserTypes { lines } => (t!("user types", locale = l).into_owned(), texts(lines)),
        Sentence::UserTypesRaw { text } => {
            (t!("user types raw", locale = l).into_owned(), Tail::Text(text.written.clone()))
        }
        Sentence::UserPresses(key) => plain(t!("user presses %{key}", locale = l, key = key)),
        Sentence::UserEndsInput => plain(t!("user ends the input", locale = l)),
        Sentence::Together(steps) => (t!("together", locale = l).into_owned(), block(steps, l)),
        Sentence::Repeat { times: 1, steps } => {
            (t!("repeat 1 time", locale = l).into_owned(), block(steps, l))
        }
        Sentence::Repeat { times, steps } => {
            (t!("repeat %{number} times", locale = l, number = times).into_owned(), block(steps, l))
        }
    }
}

fn block(steps: &[Step], locale: &str) -> Tail {
    Tail::Block(steps.iter().flat_map(|step| lines_of_step(step, locale)).collect())
}

fn send(who: &Who, what: &Payload, pieces: Option<usize>, l: &str) -> (String, Tail) {
    let does = |one: Cow<str>, many: Cow<str>| format!("{} {}", name(who, l), verb(who, one, many));
    let sends = || does(t!("sends", locale = l), t!("send", locale = l));
    let (head, tail) = match what {
        Payload::Lines(lines) => (sends(), texts(lines)),
        Payload::Raw(text) => {
            (does(t!("sends raw", locale = l), t!("send raw", locale = l)), Tail::Text(text.written.clone()))
        }
        Payload::Request { head, body } => {
            let requests = does(t!("requests", locale = l), t!("request", locale = l));
            let lines = match body.as_slice() {
                [] => written(head),
                body => [written(head), vec!["--".to_owned()], written(body)].concat(),
            };
            let tail = match lines.as_slice() {
                [one] => Tail::Text(one.clone()),
                _ => Tail::Block(lines),
            };
            (requests, tail)
        }
        Payload::Bulk { bytes } => (format!("{} {}", sends(), size(*bytes, l)), Tail::None),
        Payload::BulkLines { lines, each } => {
            let (lines, each) = (number_of_lines(*lines, l), size(*each, l));
            let lines = t!("%{lines} of %{size}", locale = l, lines = lines, size = each);
            (format!("{} {lines}", sends()), Tail::None)
        }
    };
    let head = match pieces {
        None => head,
        Some(bytes) => {
            let size = size(bytes as u64, l);
            t!("%{sentence} in pieces of %{size}", locale = l, sentence = head, size = size).into_owned()
        }
    };
    (head, tail)
}

fn receive(listener: &Listener, form: &Form, l: &str) -> (String, Tail) {
    let head = |rest: Cow<str>| format!("{} {rest}", hears(listener, l));
    let one = |phrase: &Phrase| Tail::Text(phrase.written.clone());
    match form {
        Form::Next(lines) => (hears(listener, l), texts(lines)),
        Form::Eventually(lines) => (hears_eventually(listener, l), texts(lines)),
        Form::EventuallyEnd => {
            (format!("{} {}", hears_eventually(listener, l), t!("the end", locale = l)), Tail::None)
        }
        Form::Raw(text) => (head(t!("raw", locale = l)), one(text)),
        Form::OneOf(lines) => (head(t!("one of", locale = l)), Tail::Block(written(lines))),
        Form::InAnyOrder(lines) => (head(t!("in any order", locale = l)), Tail::Block(written(lines))),
        Form::Interleaved(groups) => {
            let groups: Vec<Vec<String>> = groups.iter().map(|group| written(group)).collect();
            (head(t!("interleaved", locale = l)), Tail::Block(groups.join(&"--".to_string())))
        }
        Form::WhatItSent(case) => {
            let many = matches!(listener, Listener::Clients(who) if is_plural(who));
            let what = match (case, many) {
                (Case::AsSent, false) => t!("what it sent", locale = l),
                (Case::AsSent, true) => t!("what they sent", locale = l),
                (Case::Upper, false) => t!("what it sent, in upper case", locale = l),
                (Case::Upper, true) => t!("what they sent, in upper case", locale = l),
            };
            (head(what), Tail::None)
        }
        Form::WhatWasSent { by } => {
            (head(t!("what %{who} sent, line by line", locale = l, who = by)), Tail::None)
        }
        Form::Lines(lines) => (head(number_of_lines(*lines, l)), Tail::None),
        Form::AtMostLines(lines) => {
            let lines = number_of_lines(*lines, l);
            (head(t!("at most %{number}", locale = l, number = lines)), Tail::None)
        }
        Form::Nothing => (hears_nothing(listener, l), Tail::None),
        Form::NothingBut(text) => (head(t!("nothing but", locale = l)), one(text)),
        Form::Whole(text) => (head(t!("as a whole", locale = l)), one(text)),
        Form::End => (head(t!("the end", locale = l)), Tail::None),
        Form::Disconnected => match listener {
            Listener::Clients(who) => {
                let is = verb(who, t!("is disconnected", locale = l), t!("are disconnected", locale = l));
                (format!("{} {is}", name(who, l)), Tail::None)
            }
            _ => (head(t!("the end", locale = l)), Tail::None),
        },
        Form::Reset => (head(t!("a reset", locale = l)), Tail::None),
        Form::Status(text) => (gets(listener, Gets::Status, l), one(text)),
        Form::Header { name, value } => {
            (gets(listener, Gets::Header, l), Tail::Text(format!("{name}: {}", value.written)))
        }
        Form::Body(text) => (gets(listener, Gets::Body, l), one(text)),
    }
}

#[derive(Clone, Copy)]
enum Gets {
    Status,
    Header,
    Body,
}

fn gets(listener: &Listener, what: Gets, l: &str) -> String {
    let Listener::Clients(who) = listener else { return hears(listener, l) };
    let (one, many) = match what {
        Gets::Status => (t!("gets status", locale = l), t!("get status", locale = l)),
        Gets::Header => (t!("gets header", locale = l), t!("get header", locale = l)),
        Gets::Body => (t!("gets body", locale = l), t!("get body", locale = l)),
    };
    format!("{} {}", name(who, l), verb(who, one, many))
}

fn hears(listener: &Listener, l: &str) -> String {
    match listener {
        Listener::Clients(who) => {
            let receives = verb(who, t!("receives", locale = l), t!("receive", locale = l));
            format!("{} {receives}", name(who, l))
        }
        Listener::Output => t!("program prints", locale = l).into_owned(),
        Listener::Screen => t!("user sees", locale = l).into_owned(),
        Listener::Complaints => t!("program complains", locale = l).into_owned(),
        Listener::File(file) => t!("program writes %{file}", locale = l, file = file).into_owned(),
    }
}

fn hears_eventually(listener: &Listener, l: &str) -> String {
    match listener {
        Listener::Clients(who) => {
            let one = t!("eventually receives", locale = l);
            let receives = verb(who, one, t!("eventually receive", locale = l));
            format!("{} {receives}", name(who, l))
        }
        Listener::Output => t!("program eventually prints", locale = l).into_owned(),
        Listener::Screen => t!("user eventually sees", locale = l).into_owned(),
        Listener::Complaints => t!("program eventually complains", locale = l).into_owned(),
        Listener::File(file) => t!("program eventually writes %{file}", locale = l, file = file).into_owned(),
    }
}

fn hears_nothing(listener: &Listener, l: &str) -> String {
    match listener {
        Listener::Clients(Who::Everyone { but }) if but.is_empty() => {
            t!("everyone receives nothing", locale = l).into_owned()
        }
        Listener::Clients(who) => {
            let receives = verb(who, t!("receives nothing", locale = l), t!("receive nothing", locale = l));
            format!("{} {receives}", name(who, l))
        }
        Listener::Output => t!("program prints nothing", locale = l).into_owned(),
        Listener::Screen => t!("user sees nothing", locale = l).into_owned(),
        Listener::Complaints => t!("program complains nothing", locale = l).into_owned(),
        Listener::File(file) => t!("program writes %{file} nothing", locale = l, file = file).into_owned(),
    }
}

/// A single text stands behind the colon, several stand below it.
fn texts(phrases: &[Phrase]) -> Tail {
    match written(phrases).as_slice() {
        [one] => Tail::Text(one.clone()),
        many => Tail::Block(many.to_vec()),
    }
}

fn name(who: &Who, l: &str) -> String {
    match who {
        Who::Named(names) => list(names, l),
        Who::Everyone { but } if but.is_empty() => t!("everyone", locale = l).into_owned(),
        Who::Everyone { but } => t!("everyone but %{names}", locale = l, names = list(but, l)).into_owned(),
    }
}

fn is_plural(who: &Who) -> bool {
    matches!(who, Who::Named(names) if names.len() > 1)
}

fn verb<'a>(who: &Who, singular: Cow<'a, str>, plural: Cow<'a, str>) -> Cow<'a, str> {
    if is_plural(who) { plural } else { singular }
}

fn list(names: &[String], l: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => {
            t!("%{most} and %{last}", locale = l, most = most.join(", "), last = last).into_owned()
        }
    }
}

fn number_of_lines(number: u64, l: &str) -> Cow<'static, str> {
    match number {
        1 => t!("1 line", locale = l),
        _ => t!("%{number} lines", locale = l, number = number),
    }
}

fn size(bytes: u64, l: &str) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * KIB;
    match bytes {
        1 => t!("1 byte", locale = l).into_owned(),
        _ if bytes > 0 && bytes.is_multiple_of(MIB) => format!("{} MiB", bytes / MIB),
        _ if bytes > 0 && bytes.is_multiple_of(KIB) => format!("{} KiB", bytes / KIB),
        _ => t!("%{number} bytes", locale = l, number = bytes).into_owned(),
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
