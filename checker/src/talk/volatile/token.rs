//! A text in parts that are compared as a whole: words, numbers, times of day, dates, and every other character.

use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;

use crate::model::script::{Phrase, Piece};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Text(String),
    /// What is no UTF-8.
    Bytes(Vec<u8>),
    /// A name of the script (`{ana_port}`).
    Piece(Piece),
}

impl Token {
    pub fn text(&self) -> Option<String> {
        match self {
            Token::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

static PARTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?s)\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}:\d\d(?::\d\d)?|[\p{L}\p{M}\p{N}_]+|.").ok()
});

/// The parts of a text, in order; together they are the text.
pub fn split(text: &str) -> Vec<&str> {
    match &*PARTS {
        Some(parts) => parts.find_iter(text).map(|part| part.as_str()).collect(),
        None => vec![text],
    }
}

pub fn tokens(phrase: &Phrase) -> Vec<Token> {
    let of_piece = |piece: &Piece| match piece {
        Piece::Literal(bytes) => bytes
            .utf8_chunks()
            .flat_map(|chunk| {
                let texts = split(chunk.valid()).into_iter().map(|part| Token::Text(part.to_owned()));
                let bytes = (!chunk.invalid().is_empty()).then(|| Token::Bytes(chunk.invalid().to_vec()));
                texts.chain(bytes).collect::<Vec<_>>()
            })
            .collect(),
        other => vec![Token::Piece(other.clone())],
    };
    phrase.shape.pieces().iter().flat_map(of_piece).collect()
}

/// The text without what may change in it: to recognise a line that comes in another place.
pub fn mask(phrase: &Phrase) -> Vec<Token> {
    let masked = |token| match token {
        Token::Text(text) if text.contains(|c: char| c.is_ascii_digit()) => Token::Text("0".to_owned()),
        other => other,
    };
    tokens(phrase).into_iter().map(masked).collect()
}

/// A regex for these values of one part.
pub fn pattern(values: &[String]) -> String {
    let Some(first) = values.first() else { return ".+".to_owned() };
    let runs = |text: &str| -> Vec<String> {
        let digits = |a: &char, b: &char| a.is_ascii_digit() == b.is_ascii_digit();
        let chars: Vec<char> = text.chars().collect();
        chars.chunk_by(digits).map(|run| run.iter().collect()).collect()
    };
    let is_number = |run: &str| run.starts_with(|c: char| c.is_ascii_digit());
    let shape = |text: &str| -> Vec<String> {
        runs(text).into_iter().map(|run| if is_number(&run) { "0".to_owned() } else { run }).collect()
    };
    let all = |is: fn(char) -> bool| values.iter().all(|value| value.chars().all(is));
    if values.iter().all(|value| shape(value) == shape(first)) {
        let is_clock = first.contains([':', '-', '/']);
        let piece = |run: String| match is_number(&run) {
            true if is_clock && run.len() > 1 => r"\d".repeat(run.len()),
            true => r"\d+".to_owned(),
            false => regex::escape(&run),
        };
        return runs(first).into_iter().map(piece).collect();
    }
    if all(|c| matches!(c, '0'..='9' | 'a'..='f')) {
        "[0-9a-f]+".to_owned()
    } else if all(|c| matches!(c, '0'..='9' | 'A'..='F')) {
        "[0-9A-F]+".to_owned()
    } else if all(|c| c.is_alphanumeric() || c == '_') {
        r"\w+".to_owned()
    } else {
        ".+".to_owned()
    }
}

/// Is this a time of day, a date or a number of seconds that a clock shows about now?
pub fn is_clock(text: &str, now: Duration) -> bool {
    let numbers: Vec<u64> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match numbers.as_slice() {
        // Whatever the time zone, most of them agree about the minute.
        [_, minute, ..] if text.contains(':') => {
            let apart = (now.as_secs() / 60 % 60).abs_diff(*minute);
            apart.min(60 - apart.min(60)) <= 2
        }
        [a, _, c] if text.contains(['-', '/']) => {
            let year = 1970 + now.as_secs() / 31_556_952;
            year.abs_diff(*a) <= 1 || year.abs_diff(*c) <= 1
        }
        [number] if digits => {
            let seconds = match text.len() {
                10 => *number,
                13 => number / 1000,
                16 => number / 1_000_000,
                19 => number / 1_000_000_000,
                _ => return false,
            };
            now.as_secs().abs_diff(seconds) < 86_400
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_as_narrow_as_its_values() {
        let of = |values: [&str; 2]| pattern(&values.map(str::to_owned));
        assert_eq!(of(["17", "4"]), r"\d+");
        assert_eq!(of(["12ms", "7ms"]), r"\d+ms");
        assert_eq!(of(["10:02:03", "10:02:04"]), r"\d\d:\d\d:\d\d");
        assert_eq!(of(["2024-01-02", "2025-01-02"]), r"\d\d\d\d\-\d\d\-\d\d");
        assert_eq!(of(["3fa9", "b7c1"]), "[0-9a-f]+");
        assert_eq!(of(["oi", "olá"]), r"\w+");
        assert_eq!(of(["!", "?"]), ".+");
    }

    #[test]
    fn a_clock_is_what_shows_about_now() {
        // 2026-11-20 12:30:57 UTC
        let now = Duration::from_secs(1_795_177_857);
        for text in ["12:30:01", "9:32", "2026-11-20", "20/11/2026", "1795177000", "1795177857123"] {
            assert!(is_clock(text, now), "{text}");
        }
        for text in ["12:40:01", "1999-11-20", "123", "1234567890", "oi", ":"] {
            assert!(!is_clock(text, now), "{text}");
        }
    }
}
