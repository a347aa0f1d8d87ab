//! All that one stream brought and no sentence has taken: lines, or datagrams.

use std::collections::VecDeque;

use crate::model::course::Speech;
use crate::model::stage::Ending;

/// Units are lines with their line ends, of which the last may be unfinished, or datagrams.
#[derive(Debug, Clone)]
pub struct Tape {
    speech: Speech,
    units: VecDeque<Vec<u8>>,
    pub ending: Option<Ending>,
}

/// A line, or a datagram, without its line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: Vec<u8>,
    pub end: LineEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    Lf,
    CrLf,
    Missing,
}

impl Tape {
    pub fn new(speech: Speech) -> Tape {
        Tape { speech, units: VecDeque::new(), ending: None }
    }

    pub fn of(speech: Speech, units: impl IntoIterator<Item = Vec<u8>>, ending: Option<Ending>) -> Tape {
        let mut tape = Tape { ending, ..Tape::new(speech) };
        units.into_iter().for_each(|unit| tape.hear(&unit));
        tape
    }

    pub fn hear(&mut self, bytes: &[u8]) {
        if self.speech == Speech::Datagrams {
            return self.units.push_back(bytes.to_vec());
        }
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            match self.units.back_mut() {
                Some(last) if !last.ends_with(b"\n") => last.extend_from_slice(part),
                _ => self.units.push_back(part.to_vec()),
            }
        }
    }

    pub fn units(&self) -> &VecDeque<Vec<u8>> {
        &self.units
    }

    pub fn into_units(self) -> Vec<Vec<u8>> {
        self.units.into()
    }

    pub fn length(&self) -> usize {
        self.units.iter().map(Vec::len).sum()
    }

    pub fn forget(&mut self) {
        self.units.clear();
    }

    /// Gives back what came last: so many bytes, or datagrams.
    pub fn unhear(&mut self, count: usize) {
        if self.speech == Speech::Datagrams {
            return self.units.truncate(self.units.len().saturating_sub(count));
        }
        let mut rest = count;
        while rest > 0
            && let Some(last) = self.units.back_mut()
        {
            let part = rest.min(last.len());
            last.truncate(last.len() - part);
            rest -= part;
            if last.is_empty() {
                self.units.pop_back();
            }
        }
    }

    /// The first unit, if it is whole, or if nothing more of it comes.
    pub fn line(&self, over: bool) -> Option<Line> {
        let unit = self.units.front()?;
        let is_whole = self.speech == Speech::Datagrams || unit.ends_with(b"\n");
        let line = |text: &[u8], end| Line { text: text.to_vec(), end };
        match (unit.strip_suffix(b"\r\n"), unit.strip_suffix(b"\n")) {
            (Some(text), _) => Some(line(text, LineEnd::CrLf)),
            (None, Some(text)) => Some(line(text, LineEnd::Lf)),
            (None, None) if is_whole || over || self.ending.is_some() => Some(line(unit, LineEnd::Missing)),
            (None, None) => None,
        }
    }

    /// May the first unit still grow?
    pub fn is_growing(&self) -> bool {
        let is_whole = |unit: &Vec<u8>| self.speech == Speech::Datagrams || unit.ends_with(b"\n");
        self.ending.is_none() && self.units.front().is_some_and(|unit| !is_whole(unit))
    }

    pub fn take_unit(&mut self) -> Option<Vec<u8>> {
        self.units.pop_front()
    }

    /// At most so many bytes of a stream.
    pub fn take_bytes(&mut self, count: usize) -> Vec<u8> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count
            && let Some(first) = self.units.front_mut()
        {
            let part = (count - taken.len()).min(first.len());
            taken.extend(first.drain(..part));
            if first.is_empty() {
                self.units.pop_front();
            }
        }
        taken
    }
}
