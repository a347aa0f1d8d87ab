//! The texts of a sentence: what is sent, what must come, and what may be captured from it.

use std::collections::BTreeSet;

use rust_i18n::t;

use super::layout::Entry;
use super::parts::Parts;
use super::phrase::{self, Reading};
use super::slice::Slice;
use crate::model::script::{Phrase, Shape};

impl<'a> Parts<'_, 'a, '_> {
    /// Texts to be sent or typed: nothing in them may be unknown.
    pub fn sent_texts(&mut self) -> Vec<Phrase> {
        let texts = self.texts();
        texts.into_iter().flat_map(|text| self.sent(text)).collect()
    }

    /// The one text to be sent or typed as it stands.
    pub fn sent_text(&mut self) -> Phrase {
        let text = self.one_text();
        let phrases = self.sent(text);
        self.single(phrases)
    }

    /// Texts that come one after another; each may capture for those behind it.
    pub fn heard_texts(&mut self) -> Vec<Phrase> {
        let texts = self.texts();
        let mut phrases = Vec::new();
        for text in texts {
            let reading = self.read(text);
            self.reader.scope.make_captures(&reading, &self.voice, &mut self.reader.problems);
            phrases.extend(reading.phrases);
        }
        phrases
    }

    /// A text that comes, and may capture.
    pub fn heard_text(&mut self) -> Phrase {
        let text = self.one_text();
        self.heard(text)
    }

    pub(super) fn heard(&mut self, text: Slice<'a>) -> Phrase {
        let reading = self.read(text);
        self.refuse_range(&reading);
        self.reader.scope.make_captures(&reading, &self.voice, &mut self.reader.problems);
        self.single(reading.phrases)
    }

    /// Bytes that must come exactly.
    pub fn exact_text(&mut self) -> Phrase {
        let text = self.one_text();
        let reading = self.read(text);
        if reading.is_regex() {
            let cure =
                t!("write the bytes themselves, or take `receives: /regex/`, which looks at a whole line");
            self.report(text.place(), t!("exact bytes cannot be a regex"), cure);
        }
        self.refuse_range(&reading);
        self.known_captures(&reading, &t!("exact bytes must be known"));
        self.single(reading.phrases)
    }

    /// The text of `nothing but`, which may match many lines.
    pub fn pattern(&mut self) -> Phrase {
        let text = self.one_text();
        let reading = self.read(text);
        self.refuse_range(&reading);
        self.known_captures(&reading, &t!("`nothing but` may match many lines"));
        self.single(reading.phrases)
    }

    /// The text of `as a whole`, which is held against everything at once.
    pub fn whole(&mut self) -> Phrase {
        self.checked_whole(&t!("`as a whole` takes nothing out of the text"))
    }

    pub(super) fn checked_whole(&mut self, why: &str) -> Phrase {
        let text = self.one_text();
        let reading = self.read(text);
        self.refuse_range(&reading);
        self.known_captures(&reading, why);
        self.single(reading.phrases)
    }

    /// Texts of which one comes: all of them must capture the same.
    pub fn alternatives(&mut self) -> Vec<Phrase> {
        let readings: Vec<Reading<'_>> = self.below().into_iter().map(|text| self.read(text)).collect();
        let names = |reading: &Reading<'a>| {
            reading.captures.iter().map(|capture| capture.text).collect::<BTreeSet<_>>()
        };
        let of_all = readings.iter().map(names).reduce(|all, more| &all & &more).unwrap_or_default();
        for reading in &readings {
            let (common, own): (Vec<_>, Vec<_>) =
                reading.captures.iter().copied().partition(|capture| of_all.contains(capture.text));
            let common = Reading { captures: common, members: reading.members.clone(), ..Reading::default() };
            let own = Reading { captures: own, ..Reading::default() };
            self.known_captures(&own, &t!("not every line of `one of` captures it"));
            self.reader.scope.make_captures(&common, &self.voice, &mut self.reader.problems);
        }
        readings.into_iter().flat_map(|reading| reading.phrases).collect()
    }

    pub fn unordered(&mut self) -> Vec<Phrase> {
        let texts = self.below();
        self.settled(texts, &t!("lines in any order cannot capture"))
    }

    pub fn groups(&mut self) -> Vec<Vec<Phrase>> {
        let entries: Vec<&Entry<'a>> = self.entry.below.iter().collect();
        let mut groups = Vec::new();
        for group in entries.split(|entry| entry.line.text.trim_end() == "--") {
            if group.is_empty() {
                let message = t!("a group without lines");
                self.report(
                    self.entry.line.trimmed().place(),
                    message,
                    t!("`--` stands between two groups of lines"),
                );
            }
            let texts = self.lines_of(group);
            groups.push(self.settled(texts, &t!("interleaved lines cannot capture")));
        }
        groups
    }

    pub(super) fn sent(&mut self, text: Slice<'a>) -> Vec<Phrase> {
        let reading = self.read(text);
        if reading.is_regex() {
            let quoted = text.text.replace('\\', "\\\\");
            let cure = t!("to send these very characters, quote them: `\"%{text}\"`", text = quoted);
            self.report(text.place(), t!("a regex cannot be sent"), cure);
        }
        self.known_captures(&reading, &t!("it has no value to send"));
        reading.phrases
    }

    /// As `sent`; what is wrong with it is told where it is really read.
    pub(super) fn sent_silently(&mut self, text: Slice<'a>) -> Vec<Phrase> {
        let mut room = phrase::MOST_LINES;
        phrase::read(text, &mut room, &mut Vec::new()).phrases
    }

    fn settled(&mut self, texts: Vec<Slice<'a>>, why: &str) -> Vec<Phrase> {
        let mut phrases = Vec::new();
        for text in texts {
            let reading = self.read(text);
            self.known_captures(&reading, why);
            phrases.extend(reading.phrases);
        }
        phrases
    }

    fn known_captures(&mut self, reading: &Reading<'_>, why: &str) {
        self.reader.scope.use_captures(reading, &self.voice, why, &mut self.reader.problems);
    }

    fn refuse_range(&mut self, reading: &Reading<'_>) {
        if let Some(range) = reading.range {
            self.report(
                range.place(),
                t!("this sentence takes one text, which cannot count"),
                t!("write the text out"),
            );
        }
    }

    fn read(&mut self, text: Slice<'a>) -> Reading<'a> {
        phrase::read(text, &mut self.reader.scope.room, &mut self.reader.problems)
    }

    fn single(&mut self, phrases: Vec<Phrase>) -> Phrase {
        if phrases.len() > 1 {
            let place = self.text.unwrap_or(self.entry.line).place();
            if !self.reader.problems.iter().any(|problem| problem.line == place.line) {
                self.report(
                    place,
                    t!("this sentence takes one text, which cannot count"),
                    t!("write the text out"),
                );
            }
        }
        phrases
            .into_iter()
            .next()
            .unwrap_or_else(|| Phrase { written: String::new(), shape: Shape::Plain(Vec::new()) })
    }

    pub(super) fn one_text(&self) -> Slice<'a> {
        self.text.unwrap_or(self.entry.line)
    }

    pub(super) fn texts(&mut self) -> Vec<Slice<'a>> {
        match self.text {
            Some(text) => vec![text],
            None => self.below(),
        }
    }

    fn below(&mut self) -> Vec<Slice<'a>> {
        let entries: Vec<&Entry<'a>> = self.entry.below.iter().collect();
        self.lines_of(&entries)
    }

    fn lines_of(&mut self, entries: &[&Entry<'a>]) -> Vec<Slice<'a>> {
        for deeper in entries.iter().flat_map(|entry| entry.below.first()) {
            let cure = t!("texts of one block begin in one column; quote a text that begins with blanks");
            self.report(deeper.line.trimmed().place(), t!("an indented line below a text"), cure);
        }
        entries.iter().map(|entry| entry.line).collect()
    }
}
