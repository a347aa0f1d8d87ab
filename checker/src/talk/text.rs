//! Texts of a script, once their names and words are known.

use std::collections::BTreeMap;

use crate::model::script::{Phrase, Piece, Shape};

/// What the names in a text stand for, for one actor.
#[derive(Debug, Clone, Copy)]
pub struct Bindings<'a> {
    pub captures: &'a BTreeMap<String, Vec<u8>>,
    /// `{word}` is the first.
    pub words: &'a [String],
    /// The number of the crowd's member, from 1.
    pub member: Option<usize>,
}

/// The names of one actor, where its lines may add to them.
#[derive(Debug)]
pub struct Names<'a> {
    pub captures: &'a mut BTreeMap<String, Vec<u8>>,
    pub words: &'a [String],
    pub member: Option<usize>,
}

impl Names<'_> {
    pub fn bindings(&self) -> Bindings<'_> {
        Bindings { captures: self.captures, words: self.words, member: self.member }
    }
}

impl Bindings<'_> {
    /// What a piece stands for; `None` for an unbound name.
    pub fn value(&self, piece: &Piece) -> Option<Vec<u8>> {
        match piece {
            Piece::Literal(bytes) => Some(bytes.clone()),
            Piece::Capture(name) => self.captures.get(name).cloned(),
            Piece::Word(number) => {
                let index = (*number as usize).checked_sub(1)?;
                self.words.get(index).map(|word| word.clone().into_bytes())
            }
            Piece::Member => self.member.map(|number| number.to_string().into_bytes()),
        }
    }
}

/// The bytes that a text stands for; an unbound name stands for nothing.
pub fn bytes_of(phrase: &Phrase, bindings: Bindings) -> Vec<u8> {
    phrase.shape.pieces().iter().filter_map(|piece| bindings.value(piece)).flatten().collect()
}

/// The lines of a quoted text, each with its line end; any other text is one line.
pub fn lines_of(phrase: &Phrase) -> Vec<Phrase> {
    let Shape::Quoted(pieces) = &phrase.shape else { return vec![phrase.clone()] };
    let mut lines = vec![Vec::new()];
    let mut ended = false;
    for piece in pieces {
        let parts: Vec<Piece> = match piece {
            Piece::Literal(text) => text
                .split_inclusive(|byte| *byte == b'\n')
                .map(|part| Piece::Literal(part.to_vec()))
                .collect(),
            other => vec![other.clone()],
        };
        for part in parts {
            if std::mem::take(&mut ended) {
                lines.push(Vec::new());
            }
            ended = matches!(&part, Piece::Literal(text) if text.ends_with(b"\n"));
            if let Some(line) = lines.last_mut() {
                line.push(part);
            }
        }
    }
    let line = |pieces| Phrase { written: phrase.written.clone(), shape: Shape::Quoted(pieces) };
    lines.into_iter().map(line).collect()
}
