//! A text of labs.yaml against a line, read plainly: written once more, so that the matcher that judges
//! programs is not its own judge.

use std::collections::BTreeMap;

use regex::bytes::{Regex, RegexBuilder};

use super::tape::{Line, LineEnd};
use crate::model::script::{Phrase, Piece, RegexCase, Shape};

/// What names in a text stand for, for one listener.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub words: &'a [String],
    pub captures: &'a BTreeMap<String, Vec<u8>>,
    pub member: Option<usize>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Fit {
    /// With what the line gives names to.
    Fits(Vec<(String, Vec<u8>)>),
    /// But for its line end.
    Almost,
    Differs,
}

/// The bytes that a text stands for; none where a name in it is not known yet.
pub fn bytes(phrase: &Phrase, known: Known) -> Option<Vec<u8>> {
    let parts: Option<Vec<Vec<u8>>> = phrase.shape.pieces().iter().map(|piece| value(piece, known)).collect();
    parts.map(|parts| parts.concat())
}

/// A quoted text of several lines is a text for each.
pub fn split(phrase: &Phrase) -> Vec<Phrase> {
    let Shape::Quoted(pieces) = &phrase.shape else { return vec![phrase.clone()] };
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        let Piece::Literal(text) = piece else {
            lines.iter_mut().last().into_iter().for_each(|line| line.push(piece.clone()));
            continue;
        };
        for part in text.split_inclusive(|byte| *byte == b'\n') {
            if let Some(line) = lines.last_mut() {
                line.push(Piece::Literal(part.to_vec()));
            }
            if part.ends_with(b"\n") {
                lines.push(Vec::new());
            }
        }
    }
    if lines.len() > 1 && lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    let line = |pieces| Phrase { written: phrase.written.clone(), shape: Shape::Quoted(pieces) };
    lines.into_iter().map(line).collect()
}

/// The line against the text, its line end included.
pub fn fit(phrase: &Phrase, line: &Line, known: Known) -> Fit {
    let mut pieces = phrase.shape.pieces().to_vec();
    let mut wanted: Option<LineEnd> = None;
    if let (Shape::Quoted(_), Some(Piece::Literal(last))) = (&phrase.shape, pieces.last_mut()) {
        if last.ends_with(b"\r\n") {
            last.truncate(last.len() - 2);
            wanted = Some(LineEnd::CrLf);
        } else if last.ends_with(b"\n") {
            last.truncate(last.len() - 1);
            wanted = Some(LineEnd::Lf);
        }
    }
    let text = match (wanted, line.end) {
        (Some(LineEnd::CrLf), LineEnd::Missing) => line.text.strip_suffix(b"\r").unwrap_or(&line.text),
        _ => &line.text,
    };
    let Some(captured) = captured(&phrase.shape, &pieces, text, known, Lines::One) else {
        return Fit::Differs;
    };
    match (wanted, line.end) {
        (Some(LineEnd::Lf | LineEnd::CrLf), LineEnd::Missing) => Fit::Almost,
        (Some(LineEnd::CrLf), LineEnd::Lf) => Fit::Almost,
        _ => Fit::Fits(captured),
    }
}

/// All that came as one text: a regex may go on over line ends.
pub fn fit_whole(phrase: &Phrase, came: &[u8], known: Known) -> Option<Vec<(String, Vec<u8>)>> {
    captured(&phrase.shape, phrase.shape.pieces(), came, known, Lines::Many)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

fn value(piece: &Piece, known: Known) -> Option<Vec<u8>> {
    match piece {
        Piece::Literal(text) => Some(text.clone()),
        Piece::Capture(name) => known.captures.get(name).cloned(),
        Piece::Word(number) => {
            known.words.get((*number as usize).checked_sub(1)?).map(|word| word.as_bytes().to_vec())
        }
        Piece::Member => known.member.map(|member| member.to_string().into_bytes()),
    }
}

fn captured(
    shape: &Shape,
    pieces: &[Piece],
    text: &[u8],
    known: Known,
    lines: Lines,
) -> Option<Vec<(String, Vec<u8>)>> {
    let is_regex = matches!(shape, Shape::Regex { .. });
    if !is_regex
        && let Some(values) = pieces.iter().map(|piece| value(piece, known)).collect::<Option<Vec<_>>>()
    {
        return (values.concat() == text).then(Vec::new);
    }
    let mut source = String::new();
    let mut names: Vec<&str> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match (piece, value(piece, known)) {
            (Piece::Literal(text), _) if is_regex => source.push_str(std::str::from_utf8(text).ok()?),
            (_, Some(value)) => source.push_str(&literally(&value)),
            (Piece::Capture(name), None) => {
                let lazy = if is_regex && index + 1 == pieces.len() { "" } else { "?" };
                source.push_str(&format!("(?P<n{}>(?s-u:.)+{lazy})", names.len()));
                names.push(name);
            }
            (_, None) => return None,
        }
    }
    let regex = if is_regex { source } else { format!("^(?:{source})$") };
    let many = is_regex && lines == Lines::Many;
    let ignored = matches!(shape, Shape::Regex { case: RegexCase::Ignored, .. });
    let regex: Regex = RegexBuilder::new(&regex)
        .case_insensitive(ignored)
        .dot_matches_new_line(many)
        .multi_line(many)
        .build()
        .ok()?;
    let groups = regex.captures(text)?;
    let mut values: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        let value = groups.name(&format!("n{index}"))?.as_bytes().to_vec();
        if values.insert((*name).to_string(), value.clone()).is_some_and(|other| other != value) {
            return None;
        }
    }
    Some(values.into_iter().collect())
}

fn literally(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => regex::escape(text),
        Err(_) => bytes.iter().map(|byte| format!("(?-u:\\x{byte:02x})")).collect(),
    }
}
