//! One stream of bytes as the judge holds it: what came, what of it has been asked for, how it ended.

use std::collections::VecDeque;
use std::time::Duration;

use bstr::ByteSlice;
use predicates::Predicate;

use super::http::Exchange;
use super::matcher::Matcher;
use crate::model::course::Speech;
use crate::model::stage::Ending;

/// Bytes that were heard and not yet asked for.
#[derive(Debug, Default)]
pub struct Heard {
    bytes: Vec<u8>,
    /// Everything before this was asked for.
    taken: usize,
    /// No newline stands between `taken` and this: where to go on looking for one.
    searched: usize,
    /// The lengths of the datagrams that were not asked for yet; none of a stream.
    datagrams: Option<VecDeque<usize>>,
    ending: Option<Ending>,
    /// When something last came, since the check began.
    last: Option<Duration>,
    /// Requests and responses, where the stream is read as HTTP.
    pub exchange: Exchange,
}

/// A line without its line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: Vec<u8>,
    pub newline: Newline,
    /// Bytes that it takes up, its line end included.
    pub length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    Lf,
    CrLf,
    Missing,
    /// The end of a datagram, which needs no newline.
    Datagram,
}

/// May a line without newline still grow?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    Possible,
    Over,
}

impl Heard {
    pub fn new(speech: Speech) -> Self {
        let datagrams = match speech {
            Speech::Stream => None,
            Speech::Datagrams => Some(VecDeque::new()),
        };
        Heard { datagrams, ..Heard::default() }
    }

    pub fn push(&mut self, bytes: &[u8], now: Duration) {
        if self.taken > 1 << 16 && self.taken * 2 > self.bytes.len() {
            self.bytes.drain(..self.taken);
            self.searched = self.searched.saturating_sub(self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
        if let Some(datagrams) = &mut self.datagrams {
            datagrams.push_back(bytes.len());
        }
        self.last = Some(now);
    }

    pub fn end(&mut self, ending: Ending, now: Duration) {
        self.ending.get_or_insert(ending);
        self.last = Some(now);
    }

    /// A program that is started again goes on where it ended.
    pub fn reopen(&mut self) {
        self.ending = None;
    }

    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    pub fn last(&self) -> Option<Duration> {
        self.last
    }

    /// What came and was not asked for yet.
    pub fn unread(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    pub fn take(&mut self, count: usize) {
        if let Some(datagrams) = &mut self.datagrams {
            let mut rest = count.min(self.bytes.len() - self.taken);
            while rest > 0
                && let Some(first) = datagrams.front_mut()
            {
                let part = rest.min(*first);
                *first -= part;
                rest -= part;
                if *first == 0 {
                    datagrams.pop_front();
                }
            }
        }
        self.pass(count);
    }

    /// Takes a line that was found; an empty datagram, too.
    pub fn take_line(&mut self, line: &Line) {
        if let Some(datagrams) = &mut self.datagrams {
            datagrams.pop_front();
        }
        self.pass(line.length);
    }

    fn pass(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.bytes.len());
        self.searched = self.searched.max(self.taken);
    }

    /// Gives back what was not asked for yet, in datagrams where it came in such, and the end.
    pub fn take_back(&mut self) -> (Vec<Vec<u8>>, Option<Ending>) {
        let unread = self.unread().to_vec();
        self.bytes.truncate(self.taken);
        self.searched = self.searched.min(self.taken);
        let units = match &mut self.datagrams {
            None if unread.is_empty() => Vec::new(),
            None => vec![unread],
            Some(lengths) => {
                let mut rest = unread.as_slice();
                let mut cut = |length: usize| {
                    let (datagram, behind) = rest.split_at(length.min(rest.len()));
                    rest = behind;
                    datagram.to_vec()
                };
                lengths.drain(..).map(&mut cut).collect()
            }
        };
        (units, self.ending.take())
    }

    pub fn forget(&mut self) {
        self.pass(self.unread().len());
        if let Some(datagrams) = &mut self.datagrams {
            datagrams.clear();
        }
    }

    /// The next line that no `ignore` pattern matches; ignored ones before it are taken.
    ///
    /// `None` while there is no whole line; with `Growth::Over`, or after the end, the rest counts as one.
    pub fn next_line(&mut self, growth: Growth, ignore: &[Matcher]) -> Option<Line> {
        loop {
            let line = self.peek_line(growth)?;
            if !ignore.iter().any(|pattern| pattern.eval(&line.text)) {
                return Some(line);
            }
            // Its rest may still come, and would be taken for a line of its own.
            if line.newline == Newline::Missing && self.ending.is_none() {
                return None;
            }
            self.take_line(&line);
        }
    }

    fn peek_line(&mut self, growth: Growth) -> Option<Line> {
        if let Some(datagrams) = &self.datagrams {
            return datagrams.front().map(|length| self.datagram(*length));
        }
        let from = self.searched.max(self.taken);
        match self.bytes[from..].find_byte(b'\n') {
            Some(offset) => {
                let end = from + offset;
                self.searched = end;
                let text = &self.bytes[self.taken..end];
                let (text, newline) = match text.strip_suffix(b"\r") {
                    Some(text) => (text, Newline::CrLf),
                    None => (text, Newline::Lf),
                };
                let length = end + 1 - self.taken;
                Some(Line { text: text.to_vec(), newline, length })
            }
            None => {
                self.searched = self.bytes.len();
                let rest = self.unread();
                let over = growth == Growth::Over || self.ending.is_some();
                (over && !rest.is_empty()).then(|| Line {
                    text: rest.to_vec(),
                    newline: Newline::Missing,
                    length: rest.len(),
                })
            }
        }
    }
}

impl Heard {
    /// The next datagram. A newline at its end is its sender's taste.
    fn datagram(&self, length: usize) -> Line {
        let whole = &self.unread()[..length];
        let (text, newline) = match (whole.strip_suffix(b"\r\n"), whole.strip_suffix(b"\n")) {
            (Some(text), _) => (text, Newline::CrLf),
            (None, Some(text)) => (text, Newline::Lf),
            (None, None) => (whole, Newline::Datagram),
        };
        Line { text: text.to_vec(), newline, length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(pieces: &[&[u8]]) -> Heard {
        let mut heard = Heard::default();
        for piece in pieces {
            heard.push(piece, Duration::ZERO);
        }
        heard
    }

    #[test]
    fn lines_are_found_across_segments() {
        let mut ear = heard(&[b"o"]);
        assert_eq!(ear.next_line(Growth::Possible, &[]), None);
        ear.push(b"i\r\nx", Duration::ZERO);
        let line = ear.next_line(Growth::Possible, &[]).unwrap();
        assert_eq!((line.text.as_slice(), line.newline, line.length), (&b"oi"[..], Newline::CrLf, 4));
        ear.take(line.length);
        assert_eq!(ear.next_line(Growth::Possible, &[]), None);
        let rest = ear.next_line(Growth::Over, &[]).unwrap();
        assert_eq!((rest.text.as_slice(), rest.newline), (&b"x"[..], Newline::Missing));
    }

    #[test]
    fn looking_twice_at_a_line_sees_it_twice() {
        let mut ear = heard(&[b"oi\n"]);
        assert_eq!(ear.next_line(Growth::Possible, &[]), ear.next_line(Growth::Possible, &[]));
    }

    #[test]
    fn the_end_makes_a_line_of_the_rest() {
        let mut ear = heard(&[b"tail"]);
        ear.end(Ending::Fin, Duration::ZERO);
        assert_eq!(ear.next_line(Growth::Possible, &[]).unwrap().text, b"tail");
    }

    #[test]
    fn a_datagram_is_one_message_even_an_empty_one() {
        let mut ear = Heard::new(Speech::Datagrams);
        for message in [&b"oi"[..], b"", b"a\nb\n"] {
            ear.push(message, Duration::ZERO);
        }
        for (text, newline) in
            [(&b"oi"[..], Newline::Datagram), (b"", Newline::Datagram), (b"a\nb", Newline::Lf)]
        {
            let line = ear.next_line(Growth::Possible, &[]).unwrap();
            assert_eq!((line.text.as_slice(), line.newline), (text, newline));
            ear.take_line(&line);
        }
        assert_eq!(ear.next_line(Growth::Over, &[]), None);
        ear.push(b"abc", Duration::ZERO);
        ear.take(2);
        assert_eq!(ear.next_line(Growth::Possible, &[]).unwrap().text, b"c");
    }

    #[test]
    fn much_taken_is_dropped_and_nothing_lost() {
        let mut ear = Heard::default();
        let mut lines = 0;
        for _ in 0..200 {
            ear.push(&b"0123456789\n".repeat(100), Duration::ZERO);
            while let Some(line) = ear.next_line(Growth::Possible, &[]) {
                assert_eq!(line.text, b"0123456789");
                ear.take(line.length);
                lines += 1;
            }
        }
        assert_eq!(lines, 20_000);
        assert!(ear.bytes.len() < 1 << 18);
    }
}
