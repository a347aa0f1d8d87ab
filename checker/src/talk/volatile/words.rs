//! Words that were typed and came back, as fresh random words: so that no answer can be written down beforehand.

use super::tellings::{said, texts};
use super::token::split;
use crate::model::script::{Phrase, Piece, Script, Sentence, Shape};

/// A word that is shorter may be anything.
const SHORTEST: usize = 3;

/// The words of ASCII letters that somebody said and somebody heard later, in the order in which they were said.
pub fn echoed(script: &Script) -> Vec<String> {
    let mut said_so_far: Vec<String> = Vec::new();
    let mut back: Vec<String> = Vec::new();
    for step in &script.steps {
        let mut sentence = step.sentence.clone();
        if let Sentence::Receive { form, .. } = &mut sentence {
            let heard: Vec<String> = texts(form).into_iter().flat_map(|phrase| words(phrase)).collect();
            back.extend(heard.into_iter().filter(|word| said_so_far.contains(word)));
        } else {
            said_so_far.extend(said(&mut sentence).into_iter().flat_map(|phrase| words(phrase)));
        }
    }
    let mut all: Vec<String> = Vec::new();
    for word in said_so_far {
        if back.contains(&word) && !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

/// The script with `{word}`, `{word2}` … wherever one of these words stands.
pub fn with_words(script: &Script, words: &[String]) -> Script {
    let mut script = script.clone();
    for step in &mut script.steps {
        let phrases = match &mut step.sentence {
            Sentence::Receive { form, .. } => texts(form),
            sentence => said(sentence),
        };
        phrases.into_iter().for_each(|phrase| *phrase = replaced(phrase, words));
    }
    script
}

fn words(phrase: &Phrase) -> Vec<String> {
    let is_word = |part: &&str| part.len() >= SHORTEST && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let literal = |piece: &Piece| match piece {
        Piece::Literal(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    let texts: Vec<String> = phrase.shape.pieces().iter().map(literal).collect();
    texts.iter().flat_map(|text| split(text)).filter(is_word).map(str::to_owned).collect()
}

fn replaced(phrase: &Phrase, words: &[String]) -> Phrase {
    let number = |part: &str| {
        let index = words.iter().position(|word| word == part)?;
        u32::try_from(index + 1).ok()
    };
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in phrase.shape.pieces() {
        let text = match piece {
            Piece::Literal(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        };
        let Some(text) = text else {
            pieces.push(piece.clone());
            continue;
        };
        for part in split(text) {
            match (number(part), pieces.last_mut()) {
                (Some(number), _) => pieces.push(Piece::Word(number)),
                (None, Some(Piece::Literal(before))) => before.extend(part.bytes()),
                (None, _) => pieces.push(Piece::Literal(part.as_bytes().to_vec())),
            }
        }
    }
    if !pieces.iter().any(|piece| matches!(piece, Piece::Word(_))) {
        return phrase.clone();
    }
    Phrase::of_shape(match &phrase.shape {
        Shape::Plain(_) => Shape::Plain(pieces),
        Shape::Quoted(_) => Shape::Quoted(pieces),
        Shape::Regex { case, .. } => Shape::Regex { pieces, case: *case },
    })
}
