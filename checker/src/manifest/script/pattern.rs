//! Does a sentence fit a pattern of the table? What it fills in is collected, not yet judged.
//!
//! Capitals in patterns: `WHO` a subject · `NAME` an actor · `NAME's` an actor's possessive · `N` a
//! number · `SIZE` a number and its unit · `DURATION` · `HOST` · `FILE` · `SIGNAL` · `CAPTURE` ·
//! `KEY` · `...` whatever follows.

use super::slice::Slice;
use super::who::{self, Subject};

/// What stands in the place of a pattern's capitals.
#[derive(Debug, Clone)]
pub enum Filled<'a> {
    Who(Subject<'a>),
    Word(Slice<'a>),
    Size { number: Slice<'a>, unit: Slice<'a> },
}

/// Singular and plural of the words that have both, in the order of the singulars; either may be written.
const NUMBERS: [(&str, &str); 29] = [
    ("accepts", "accept"),
    ("answers", "answer"),
    ("byte", "bytes"),
    ("closes", "close"),
    ("complains", "complain"),
    ("connection", "connections"),
    ("connects", "connect"),
    ("ends", "end"),
    ("exits", "exit"),
    ("file", "files"),
    ("forgets", "forget"),
    ("gets", "get"),
    ("is", "are"),
    ("it", "they"),
    ("line", "lines"),
    ("presses", "press"),
    ("prints", "print"),
    ("reads", "read"),
    ("receives", "receive"),
    ("requests", "request"),
    ("resets", "reset"),
    ("sees", "see"),
    ("sends", "send"),
    ("starts", "start"),
    ("stops", "stop"),
    ("thread", "threads"),
    ("time", "times"),
    ("types", "type"),
    ("writes", "write"),
];

/// The words of a sentence, and the subject that they begin with, where they do.
pub struct Words<'w, 'a> {
    all: &'w [Slice<'a>],
    subject: Option<(Subject<'a>, usize)>,
}

impl<'w, 'a> Words<'w, 'a> {
    pub fn of(words: &'w [Slice<'a>]) -> Self {
        Words { all: words, subject: who::read(words) }
    }

    pub fn all(&self) -> &'w [Slice<'a>] {
        self.all
    }

    /// The subject and how many words it has.
    pub fn subject(&self) -> Option<(&Subject<'a>, usize)> {
        self.subject.as_ref().map(|(subject, taken)| (subject, *taken))
    }
}

/// What the sentence fills in, in the pattern's order; `None` where it does not fit.
pub fn fill<'a>(pattern: &str, words: &Words<'_, 'a>) -> Option<Vec<Filled<'a>>> {
    match pattern.strip_prefix("WHO ") {
        Some(pattern) => {
            let (subject, taken) = words.subject()?;
            let mut filled = fill_words(pattern, &words.all[taken..])?;
            filled.insert(0, Filled::Who(subject.clone()));
            Some(filled)
        }
        None => fill_words(pattern, words.all),
    }
}

fn fill_words<'a>(pattern: &str, words: &[Slice<'a>]) -> Option<Vec<Filled<'a>>> {
    let mut filled = Vec::new();
    let mut rest = words;
    for expected in pattern.split(' ') {
        match expected {
            "..." => return Some(filled),
            "SIZE" => {
                let [number, unit, ..] = rest else { return None };
                if !starts_with_digit(number) {
                    return None;
                }
                filled.push(Filled::Size { number: *number, unit: *unit });
                rest = &rest[2..];
                continue;
            }
            _ => {}
        }
        let (word, behind) = rest.split_first()?;
        rest = behind;
        match expected {
            "N" | "DURATION" if starts_with_digit(word) || word.text.starts_with('-') => {
                filled.push(Filled::Word(*word))
            }
            "N" | "DURATION" => return None,
            "NAME's" => {
                let name = word.text.strip_suffix("'s")?;
                filled.push(Filled::Word(word.part(0..name.len())));
            }
            "CAPTURE" => {
                let inside = word.text.strip_prefix('{')?.strip_suffix('}')?;
                if inside.is_empty() {
                    return None;
                }
                filled.push(Filled::Word(*word));
            }
            "NAME" | "HOST" | "FILE" | "SIGNAL" | "KEY" => filled.push(Filled::Word(*word)),
            small => {
                if !is_same_word(small, word.text) {
                    return None;
                }
            }
        }
    }
    rest.is_empty().then_some(filled)
}

/// The same word, in singular or plural.
pub fn is_same_word(one: &str, other: &str) -> bool {
    // Every line is held against every row of the table: most words are told apart by their first letters. Those that
    // change them, as in `is` and `are`, are short.
    let may_be = one.as_bytes().first() == other.as_bytes().first() || one.len().max(other.len()) <= 4;
    one == other || may_be && (plural(one) == other || one == plural(other))
}

/// The plural of a verb in a pattern.
pub fn plural(word: &str) -> &str {
    let found = NUMBERS.binary_search_by_key(&word, |(singular, _)| singular);
    found.ok().and_then(|at| NUMBERS.get(at)).map_or(word, |(_, plural)| plural)
}

fn starts_with_digit(word: &Slice<'_>) -> bool {
    word.text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_two_numbers() {
        for (singular, plural) in NUMBERS {
            assert!(is_same_word(singular, plural) && is_same_word(plural, singular), "{singular}");
        }
        assert!(is_same_word("ends", "ends") && is_same_word("crowd", "crowd"));
        assert!(!is_same_word("ends", "sends") && !is_same_word("crowd", "crowds"));
    }
}
