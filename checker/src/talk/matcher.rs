//! What a line must match, once the names in its text are known.

use std::fmt;

use predicates::Predicate;
use predicates::reflection::PredicateReflection;
use regex::bytes::{Regex, RegexBuilder};

use super::ear::{Line, Newline};
use super::text::Bindings;
use crate::model::script::{Phrase, Piece, RegexCase, Shape};

/// How a line is held against a text.
#[derive(Debug, Clone)]
enum Test {
    Equal(Vec<u8>),
    Pattern(Regex),
    /// What was captured is longer than any pattern can be.
    Never,
}

/// A text that a line must match, as a predicate over the line without its line end.
#[derive(Debug, Clone)]
pub struct Matcher {
    pub written: String,
    test: Test,
    /// Names of the unbound captures, by the number of their group less one.
    captures: Vec<String>,
    /// The text itself, where it has unbound captures.
    open: Option<Phrase>,
    line_end: LineEnd,
}

/// How the line must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    /// A missing newline is told, and no more.
    Any,
    /// The text was quoted with `\n`.
    Newline,
    /// The text was quoted with `\r\n`.
    CrLf,
}

/// How a line stands to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Fits,
    /// It fits but for the newline that was asked for.
    WithoutNewline,
    /// It fits but for the `\r` that was asked for.
    WithoutReturn,
    Differs,
}

impl Matcher {
    /// `None` where a pattern does not compile once its names are filled in.
    pub fn new(phrase: &Phrase, bindings: Bindings) -> Option<Matcher> {
        let pieces = phrase.shape.pieces();
        let unbound: Vec<String> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Capture(name) if bindings.value(piece).is_none() => Some(name.clone()),
                _ => None,
            })
            .collect();
        let (test, line_end) = match &phrase.shape {
            Shape::Regex { case, .. } => (pattern(pieces, bindings, *case)?, LineEnd::Any),
            Shape::Plain(_) => (whole(pieces, bindings)?, LineEnd::Any),
            Shape::Quoted(_) => {
                let (pieces, line_end) = without_line_end(pieces);
                (whole(&pieces, bindings)?, line_end)
            }
        };
        let open = (!unbound.is_empty()).then(|| phrase.clone());
        Some(Matcher { written: phrase.written.clone(), test, captures: unbound, open, line_end })
    }

    /// For a text of many lines, to its last byte: `.` is any character, and `^` and `$` stand at each line's ends.
    pub fn of_whole(phrase: &Phrase, bindings: Bindings) -> Option<Matcher> {
        let pieces = phrase.shape.pieces();
        let test = match &phrase.shape {
            Shape::Regex { case, .. } => {
                let lines = [&[Piece::Literal(b"(?sm)".to_vec())], pieces].concat();
                pattern(&lines, bindings, *case)?
            }
            Shape::Plain(_) | Shape::Quoted(_) => whole(pieces, bindings)?,
        };
        let written = phrase.written.clone();
        Some(Matcher { written, test, captures: Vec::new(), open: None, line_end: LineEnd::Any })
    }

    /// Fills in what has been captured since.
    pub fn bind(&mut self, bindings: Bindings) {
        if !self.captures.iter().any(|name| bindings.captures.contains_key(name)) {
            return;
        }
        if let Some(bound) = self.open.as_ref().and_then(|phrase| Matcher::new(phrase, bindings)) {
            *self = bound;
        }
    }

    /// The text itself, where it has no pattern.
    pub fn literal(&self) -> Option<&[u8]> {
        match &self.test {
            Test::Equal(text) => Some(text),
            Test::Pattern(_) | Test::Never => None,
        }
    }

    /// The line against the text, line ends included.
    pub fn fit(&self, line: &Line) -> Fit {
        let missing = matches!(line.newline, Newline::Missing | Newline::Datagram);
        // An unfinished line keeps the `\r` of its line end.
        let text = match self.line_end {
            LineEnd::CrLf if missing => line.text.strip_suffix(b"\r").unwrap_or(&line.text),
            _ => &line.text,
        };
        match (self.eval(text), self.line_end) {
            (false, _) => Fit::Differs,
            (true, LineEnd::Newline | LineEnd::CrLf) if missing => Fit::WithoutNewline,
            (true, LineEnd::CrLf) if line.newline != Newline::CrLf => Fit::WithoutReturn,
            (true, _) => Fit::Fits,
        }
    }

    /// Names and values captured from a line that matches.
    pub fn capture(&self, line: &[u8]) -> Vec<(String, Vec<u8>)> {
        self.read(line).unwrap_or_default()
    }

    /// What a line that matches captures; `None` where it does not match.
    fn read(&self, line: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
        let regex = match &self.test {
            Test::Equal(text) => return (text == line).then(Vec::new),
            Test::Never => return None,
            Test::Pattern(regex) => regex,
        };
        if self.captures.is_empty() {
            return regex.is_match(line).then(Vec::new);
        }
        let found = regex.captures(line)?;
        let mut values: Vec<(String, Vec<u8>)> = Vec::new();
        for (index, name) in self.captures.iter().enumerate() {
            let Some(value) = found.name(&group(index)) else { continue };
            match values.iter().find(|(other, _)| other == name) {
                // A name stands for one value, however often the text has it.
                Some((_, first)) if first != value.as_bytes() => return None,
                Some(_) => {}
                None => values.push((name.clone(), value.as_bytes().to_vec())),
            }
        }
        Some(values)
    }
}

impl Predicate<[u8]> for Matcher {
    fn eval(&self, line: &[u8]) -> bool {
        self.read(line).is_some()
    }
}

impl PredicateReflection for Matcher {}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn group(index: usize) -> String {
    format!("c{index}")
}

/// Any byte: what a name captures need not be UTF-8.
const ANY: &str = "(?s-u:.)";

/// A regex text with its names filled in; unbound ones become groups.
fn pattern(pieces: &[Piece], bindings: Bindings, case: RegexCase) -> Option<Test> {
    let mut source = String::new();
    let mut groups = 0;
    for (index, piece) in pieces.iter().enumerate() {
        match (piece, bindings.value(piece)) {
            (Piece::Literal(text), _) => source.push_str(std::str::from_utf8(text).ok()?),
            (_, Some(value)) => source.push_str(&escaped(&value)),
            (_, None) => {
                // At the end a lazy group would stop after one character.
                let lazy = if index + 1 == pieces.len() { "" } else { "?" };
                source.push_str(&format!("(?P<{}>{ANY}+{lazy})", group(groups)));
                groups += 1;
            }
        }
    }
    compile(&source, case)
}

/// The text of a whole line; a pattern where it has unbound names.
fn whole(pieces: &[Piece], bindings: Bindings) -> Option<Test> {
    let values: Vec<Option<Vec<u8>>> = pieces.iter().map(|piece| bindings.value(piece)).collect();
    if values.iter().all(Option::is_some) {
        return Some(Test::Equal(values.into_iter().flatten().flatten().collect()));
    }
    let mut source = String::from("^");
    let mut groups = 0;
    for value in values {
        match value {
            Some(value) => source.push_str(&escaped(&value)),
            None => {
                source.push_str(&format!("(?P<{}>{ANY}+?)", group(groups)));
                groups += 1;
            }
        }
    }
    source.push('$');
    compile(&source, RegexCase::Exact)
}

fn without_line_end(pieces: &[Piece]) -> (Vec<Piece>, LineEnd) {
    let mut pieces = pieces.to_vec();
    let Some(Piece::Literal(text)) = pieces.last_mut() else { return (pieces, LineEnd::Any) };
    for (end, line_end) in [(&b"\r\n"[..], LineEnd::CrLf), (b"\n", LineEnd::Newline)] {
        if text.ends_with(end) {
            text.truncate(text.len() - end.len());
            return (pieces, line_end);
        }
    }
    (pieces, LineEnd::Any)
}

fn compile(source: &str, case: RegexCase) -> Option<Test> {
    match RegexBuilder::new(source).case_insensitive(case == RegexCase::Ignored).build() {
        Ok(regex) => Some(Test::Pattern(regex)),
        Err(regex::Error::CompiledTooBig(_)) => Some(Test::Never),
        Err(_) => None,
    }
}

/// Regex source that matches exactly these bytes.
fn escaped(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => regex::escape(text),
        Err(_) => bytes.iter().map(|byte| format!("(?-u:\\x{byte:02X})")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::talk::text::{bytes_of, lines_of};

    fn phrase(shape: Shape) -> Phrase {
        Phrase { written: "as written".into(), shape }
    }

    fn literal(text: &str) -> Piece {
        Piece::Literal(text.as_bytes().to_vec())
    }

    fn none<'a>(captures: &'a BTreeMap<String, Vec<u8>>, words: &'a [String]) -> Bindings<'a> {
        Bindings { captures, words, member: Some(7) }
    }

    #[test]
    fn plain_text_is_the_whole_line() {
        let captures = BTreeMap::new();
        let matcher = Matcher::new(&phrase(Shape::Plain(vec![literal("oi")])), none(&captures, &[])).unwrap();
        assert!(matcher.eval(b"oi"));
        assert!(!matcher.eval(b"oi!"));
        assert!(!matcher.eval(b" oi"));
    }

    #[test]
    fn a_regex_is_found_anywhere_and_sees_invalid_utf8() {
        let captures = BTreeMap::new();
        let shape = Shape::Regex { pieces: vec![literal("OI")], case: RegexCase::Ignored };
        let matcher = Matcher::new(&phrase(shape), none(&captures, &[])).unwrap();
        assert!(matcher.eval(b"\xff ana: oi \xff"));
        assert!(!matcher.eval(b"o i"));
    }

    #[test]
    fn names_capture_once_and_must_match_after() {
        let shape = Shape::Plain(vec![literal("client "), Piece::Capture("id".into()), literal(".")]);
        let captures = BTreeMap::new();
        let matcher = Matcher::new(&phrase(shape.clone()), none(&captures, &[])).unwrap();
        assert!(matcher.eval(b"client 12."));
        assert!(!matcher.eval(b"client ."));
        assert_eq!(matcher.capture(b"client 12."), [("id".to_string(), b"12".to_vec())]);

        let captures = BTreeMap::from([("id".to_string(), b"1.".to_vec())]);
        let matcher = Matcher::new(&phrase(shape), none(&captures, &[])).unwrap();
        assert!(matcher.eval(b"client 1.."));
        assert!(!matcher.eval(b"client 12."));
    }

    #[test]
    fn a_quoted_newline_is_demanded() {
        let captures = BTreeMap::new();
        let quoted = phrase(Shape::Quoted(vec![literal("oi\n")]));
        let matcher = Matcher::new(&quoted, none(&captures, &[])).unwrap();
        let line = |newline| Line { text: b"oi".to_vec(), newline, length: 3 };
        assert_eq!(matcher.fit(&line(Newline::Lf)), Fit::Fits);
        assert_eq!(matcher.fit(&line(Newline::CrLf)), Fit::Fits);
        assert_eq!(matcher.fit(&line(Newline::Missing)), Fit::WithoutNewline);
    }

    #[test]
    fn a_quoted_return_is_demanded() {
        let captures = BTreeMap::new();
        let quoted = phrase(Shape::Quoted(vec![literal("oi\r\n")]));
        let matcher = Matcher::new(&quoted, none(&captures, &[])).unwrap();
        let line = |text: &str, newline| Line { text: text.into(), newline, length: 4 };
        assert_eq!(matcher.fit(&line("oi", Newline::CrLf)), Fit::Fits);
        assert_eq!(matcher.fit(&line("oi", Newline::Lf)), Fit::WithoutReturn);
        assert_eq!(matcher.fit(&line("oi\r", Newline::Missing)), Fit::WithoutNewline);
        assert_eq!(matcher.fit(&line("o", Newline::CrLf)), Fit::Differs);
    }

    #[test]
    fn a_quoted_text_falls_into_lines() {
        let lines = |text: &str| -> Vec<Vec<Piece>> {
            let phrase = phrase(Shape::Quoted(vec![literal(text)]));
            lines_of(&phrase).iter().map(|line| line.shape.pieces().to_vec()).collect()
        };
        assert_eq!(lines("a\nb\n"), [[literal("a\n")], [literal("b\n")]]);
        assert_eq!(lines("a\nb"), [[literal("a\n")], [literal("b")]]);
        assert_eq!(lines("\n\n"), [[literal("\n")], [literal("\n")]]);
        assert_eq!(lines(""), [[]; 1]);
        let named = phrase(Shape::Quoted(vec![literal("a "), Piece::Word(1), literal("\nb\n")]));
        assert_eq!(lines_of(&named).len(), 2);
    }

    #[test]
    fn a_name_twice_in_a_text_is_one_value() {
        let captures = BTreeMap::new();
        let name = || Piece::Capture("id".into());
        let shape = Shape::Plain(vec![name(), literal("="), name()]);
        let matcher = Matcher::new(&phrase(shape), none(&captures, &[])).unwrap();
        assert!(matcher.eval(b"7=7"));
        assert!(!matcher.eval(b"7=8"));
        assert_eq!(matcher.capture(b"7=7"), [("id".to_string(), b"7".to_vec())]);
    }

    #[test]
    fn what_is_captured_need_not_be_utf8() {
        let captures = BTreeMap::new();
        let shape = Shape::Regex {
            pieces: vec![literal("id="), Piece::Capture("id".into()), literal(";")],
            case: RegexCase::Exact,
        };
        let matcher = Matcher::new(&phrase(shape), none(&captures, &[])).unwrap();
        assert_eq!(matcher.capture(b"id=\xff\xfe;"), [("id".to_string(), b"\xff\xfe".to_vec())]);
    }

    #[test]
    fn words_and_members_are_filled_in() {
        let captures = BTreeMap::new();
        let words = ["lua".to_string(), "sol".to_string()];
        let shape = Shape::Plain(vec![Piece::Word(2), literal(" "), Piece::Member]);
        assert_eq!(bytes_of(&phrase(shape), none(&captures, &words)), b"sol 7");
    }

    #[test]
    fn bytes_outside_utf8_match_themselves_in_a_pattern() {
        let shape = Shape::Plain(vec![Piece::Literal(vec![0xC3]), Piece::Capture("rest".into())]);
        let captures = BTreeMap::new();
        let matcher = Matcher::new(&phrase(shape), none(&captures, &[])).unwrap();
        assert!(matcher.eval(b"\xC3x"));
        assert!(!matcher.eval(b"\xC4x"));
    }
}
