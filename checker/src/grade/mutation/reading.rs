//! What a sentence declares, held against what came: plainly, line by line, without time or pieces.
//!
//! This is no second conversation: it is told when a sentence begins and when it is over, and has then all
//! that came for it. It shares none of the code that judges in `talk`, with which it is compared.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use bstr::ByteSlice;

use super::tape::{Line, LineEnd, Tape};
use super::texts::{self, Fit, Known};
use crate::model::course::{Leftovers, Speech};
use crate::model::script::{Case, Form, Phrase};
use crate::model::stage::Ending;

/// What is known when a sentence is read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub known: Known<'a>,
    pub speech: Speech,
    pub ignore: &'a [Phrase],
    pub leftovers: Leftovers,
    /// What the listener sent since it was last answered.
    pub sent: &'a [u8],
    /// The lines of those that the sentence speaks of.
    pub others: &'a [Vec<Vec<u8>>],
    /// A file: other lines may stand before the one that is asked for.
    pub is_file: bool,
    /// Nothing more comes.
    pub over: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// With what its lines give names to.
    Holds(Vec<(String, Vec<u8>)>),
    /// Something is still missing.
    Lacks,
    Breaks,
}

const HOLDS: Verdict = Verdict::Holds(Vec::new());

/// Takes off the tape what the sentence receives.
pub fn read(form: &Form, tape: &mut Tape, context: Context) -> Verdict {
    match form {
        Form::Next(texts) if context.is_file => eventually(texts, tape, context),
        Form::Next(texts) => next(texts, tape, context),
        Form::Eventually(texts) => eventually(texts, tape, context),
        Form::EventuallyEnd => {
            tape.forget();
            end(tape, &[Ending::Fin])
        }
        Form::Raw(text) => match texts::bytes(text, context.known) {
            Some(bytes) => content(&bytes, tape, context),
            None => Verdict::Breaks,
        },
        Form::OneOf(texts) => match line(tape, context) {
            None => Verdict::Lacks,
            Some(line) => {
                match texts.iter().map(|text| texts::fit(text, &line, context.known)).find(is_fit) {
                    Some(Fit::Fits(names)) => {
                        tape.take_unit();
                        Verdict::Holds(names)
                    }
                    _ => Verdict::Breaks,
                }
            }
        },
        Form::InAnyOrder(texts) => any_order(texts, tape, context),
        Form::Interleaved(groups) => interleaved(groups, tape, context),
        Form::WhatItSent(Case::AsSent) => content(context.sent, tape, context),
        Form::WhatItSent(Case::Upper) => content(&upper(context.sent), tape, context),
        Form::WhatWasSent { .. } => what_was_sent(tape, context),
        Form::Lines(wanted) => {
            for _ in 0..*wanted {
                if line(tape, context).is_none() {
                    return Verdict::Lacks;
                }
                tape.take_unit();
            }
            HOLDS
        }
        Form::AtMostLines(most) => {
            let mut count = 0;
            while line(tape, context).is_some() {
                tape.take_unit();
                count += 1;
            }
            if count <= *most { HOLDS } else { Verdict::Breaks }
        }
        Form::Nothing if line(tape, context).is_none() => HOLDS,
        Form::Nothing => Verdict::Breaks,
        Form::NothingBut(text) => {
            while let Some(line) = line(tape, context) {
                if !is_fit(&texts::fit(text, &line, context.known)) {
                    return Verdict::Breaks;
                }
                tape.take_unit();
            }
            HOLDS
        }
        Form::Whole(_) if tape.ending.is_none() => Verdict::Lacks,
        Form::Whole(text) => {
            let came = tape.take_bytes(tape.length());
            texts::fit_whole(text, &came, context.known).map_or(Verdict::Breaks, Verdict::Holds)
        }
        Form::End => nothing_then(tape, context, &[Ending::Fin]),
        Form::Disconnected => nothing_then(tape, context, &[Ending::Fin, Ending::Reset]),
        Form::Reset => end(tape, &[Ending::Reset]),
        // Whose responses they are, this does not know.
        Form::Status(_) | Form::Header { .. } | Form::Body(_) => Verdict::Breaks,
    }
}

fn is_fit(fit: &Fit) -> bool {
    matches!(fit, Fit::Fits(_))
}

/// The next line that is not ignored; those before it are dropped.
fn line(tape: &mut Tape, context: Context) -> Option<Line> {
    loop {
        let line = tape.line(context.over)?;
        let is_ignored = |text: &Phrase| is_fit(&texts::fit(text, &line, context.known));
        if !context.ignore.iter().any(is_ignored) {
            return Some(line);
        }
        if tape.is_growing() {
            return None;
        }
        tape.take_unit();
    }
}

fn lines_of(texts: &[Phrase], context: Context) -> Vec<Phrase> {
    match context.speech {
        Speech::Stream => texts.iter().flat_map(texts::split).collect(),
        Speech::Datagrams => texts.to_vec(),
    }
}

fn next(texts: &[Phrase], tape: &mut Tape, context: Context) -> Verdict {
    let mut captured = Captured::new(context);
    for text in lines_of(texts, context) {
        let Some(line) = line(tape, context) else { return Verdict::Lacks };
        match texts::fit(&text, &line, captured.known(context)) {
            Fit::Fits(names) => captured.learn(names),
            _ => return Verdict::Breaks,
        }
        tape.take_unit();
    }
    Verdict::Holds(captured.new)
}

fn eventually(texts: &[Phrase], tape: &mut Tape, context: Context) -> Verdict {
    let mut captured = Captured::new(context);
    for text in texts {
        loop {
            let Some(line) = line(tape, context) else { return Verdict::Lacks };
            match texts::fit(text, &line, captured.known(context)) {
                Fit::Fits(names) => {
                    tape.take_unit();
                    captured.learn(names);
                    break;
                }
                Fit::Almost => return Verdict::Breaks,
                Fit::Differs if tape.is_growing() => return Verdict::Lacks,
                Fit::Differs => drop(tape.take_unit()),
            }
        }
    }
    Verdict::Holds(captured.new)
}

/// Names that the lines before gave values to.
struct Captured {
    all: BTreeMap<String, Vec<u8>>,
    new: Vec<(String, Vec<u8>)>,
}

impl Captured {
    fn new(context: Context) -> Captured {
        Captured { all: context.known.captures.clone(), new: Vec::new() }
    }

    fn learn(&mut self, names: Vec<(String, Vec<u8>)>) {
        self.all.extend(names.iter().cloned());
        self.new.extend(names);
    }

    fn known<'a>(&'a self, context: Context<'a>) -> Known<'a> {
        Known { captures: &self.all, ..context.known }
    }
}

/// Exactly these bytes, wherever lines end; or a datagram of them.
fn content(bytes: &[u8], tape: &mut Tape, context: Context) -> Verdict {
    if context.speech == Speech::Datagrams {
        return match tape.take_unit() {
            None => Verdict::Lacks,
            Some(unit) if unit == bytes => HOLDS,
            Some(_) => Verdict::Breaks,
        };
    }
    let came = tape.take_bytes(bytes.len());
    match () {
        () if came == bytes => HOLDS,
        () if bytes.starts_with(&came) => Verdict::Lacks,
        () => Verdict::Breaks,
    }
}

fn upper(sent: &[u8]) -> Vec<u8> {
    let mut upper = Vec::with_capacity(sent.len());
    for chunk in sent.utf8_chunks() {
        upper.extend_from_slice(chunk.valid().to_uppercase().as_bytes());
        upper.extend_from_slice(chunk.invalid());
    }
    upper
}

/// A line for each text: is there a way to give each one of its own?
fn any_order(texts: &[Phrase], tape: &mut Tape, context: Context) -> Verdict {
    let mut fits: Vec<Vec<usize>> = Vec::new();
    for _ in texts {
        let Some(line) = line(tape, context) else { return Verdict::Lacks };
        let fitting = |text: &&Phrase| is_fit(&texts::fit(text, &line, context.known));
        fits.push((0..texts.len()).filter(|index| fitting(&&texts[*index])).collect());
        if fits.last().is_some_and(Vec::is_empty) {
            return Verdict::Breaks;
        }
        tape.take_unit();
    }
    let mut holder: Vec<Option<usize>> = vec![None; texts.len()];
    let all = (0..fits.len()).all(|line| place(line, &fits, &mut holder, &mut BTreeSet::new()));
    if all { HOLDS } else { Verdict::Breaks }
}

fn place(
    line: usize,
    fits: &[Vec<usize>],
    holder: &mut Vec<Option<usize>>,
    seen: &mut BTreeSet<usize>,
) -> bool {
    for text in &fits[line] {
        if seen.insert(*text) {
            let other = holder[*text];
            if other.is_none_or(|other| place(other, fits, holder, seen)) {
                holder[*text] = Some(line);
                return true;
            }
        }
    }
    false
}

/// Every way in which the groups may have come so far is followed.
fn interleaved(groups: &[Vec<Phrase>], tape: &mut Tape, context: Context) -> Verdict {
    let groups: Vec<Vec<Phrase>> = groups.iter().map(|group| lines_of(group, context)).collect();
    let mut ways: BTreeSet<Vec<usize>> = BTreeSet::from([vec![0; groups.len()]]);
    for _ in 0..groups.iter().map(Vec::len).sum() {
        let Some(line) = line(tape, context) else { return Verdict::Lacks };
        let mut on = BTreeSet::new();
        for way in &ways {
            for (index, group) in groups.iter().enumerate() {
                let text = group.get(way[index]);
                if text.is_some_and(|text| is_fit(&texts::fit(text, &line, context.known))) {
                    let mut way = way.clone();
                    way[index] += 1;
                    on.insert(way);
                }
            }
        }
        if on.is_empty() {
            return Verdict::Breaks;
        }
        ways = on;
        tape.take_unit();
    }
    HOLDS
}

/// Each line of each sender within one line, in the sender's order.
fn what_was_sent(tape: &mut Tape, context: Context) -> Verdict {
    let mut came = vec![0; context.others.len()];
    let mut anybody: Option<Beginnings> = None;
    let is_through =
        |came: &[usize]| context.others.iter().zip(came).all(|(lines, came)| *came == lines.len());
    while !is_through(&came) {
        let Some(line) = line(tape, context) else { return Verdict::Lacks };
        let next = |sender: &usize| {
            let lines = &context.others[*sender];
            lines.get(came[*sender]).is_some_and(|sent| stands_in(sent, &line.text))
        };
        if let Some(sender) = (0..came.len()).find(next) {
            came[sender] += 1;
        } else {
            let anybody = anybody.get_or_insert_with(|| Beginnings::new(context.others));
            if anybody.stand_in(&line.text) || context.leftovers == Leftovers::Forbidden {
                return Verdict::Breaks;
            }
            if tape.is_growing() {
                return Verdict::Lacks;
            }
        }
        tape.take_unit();
    }
    HOLDS
}

/// All that was sent, to be searched for at once: thousands of long lines in each of thousands.
struct Beginnings<'a> {
    sent: Vec<&'a [u8]>,
    finder: Option<AhoCorasick>,
}

impl<'a> Beginnings<'a> {
    fn new(others: &'a [Vec<Vec<u8>>]) -> Beginnings<'a> {
        let sent: Vec<&[u8]> = others.iter().flatten().map(Vec::as_slice).collect();
        let beginnings = sent.iter().map(|line| &line[..line.len().min(24)]);
        Beginnings { finder: AhoCorasick::new(beginnings).ok(), sent }
    }

    fn stand_in(&self, line: &[u8]) -> bool {
        let Some(finder) = &self.finder else { return self.sent.iter().any(|sent| stands_in(sent, line)) };
        let mut found = finder.find_overlapping_iter(line).map(|hit| self.sent[hit.pattern().as_usize()]);
        found.any(|sent| stands_in(sent, line))
    }
}

/// As words of its own: `1` does not stand in `10`.
fn stands_in(sent: &[u8], line: &[u8]) -> bool {
    if sent.is_empty() {
        return line.is_empty();
    }
    let wordy = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (first, last) = (wordy(sent.chars().next()), wordy(sent.chars().next_back()));
    line.find_iter(sent).any(|at| {
        let (before, behind) = (&line[..at], &line[at + sent.len()..]);
        !(first && wordy(before.chars().next_back()) || last && wordy(behind.chars().next()))
    })
}

fn nothing_then(tape: &mut Tape, context: Context, endings: &[Ending]) -> Verdict {
    match context.leftovers {
        Leftovers::Allowed => tape.forget(),
        Leftovers::Forbidden if line(tape, context).is_some() => return Verdict::Breaks,
        Leftovers::Forbidden => {}
    }
    end(tape, endings)
}

fn end(tape: &Tape, endings: &[Ending]) -> Verdict {
    match &tape.ending {
        None => Verdict::Lacks,
        Some(ending) if endings.contains(ending) => HOLDS,
        Some(_) => Verdict::Breaks,
    }
}

/// Does a line without its line end come true as a prompt?
pub fn is_prompt(texts: &[Phrase], tape: &Tape, context: Context) -> bool {
    let over = Context { over: true, ..context };
    let Some(line) = tape.line(true) else { return false };
    line.end == LineEnd::Missing && texts.iter().any(|text| is_fit(&texts::fit(text, &line, over.known)))
}
