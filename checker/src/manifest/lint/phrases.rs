//! What is suspicious in the texts of a script: patterns that match everything, line ends without effect,
//! bytes that were meant as characters.

use std::borrow::Cow;

use regex::bytes::RegexBuilder;
use rust_i18n::t;

use super::languages::each_step;
use super::view::{CheckView, View, items};
use super::warning::{Finds, Lint};
use crate::model::script::{Form, Listener, Payload, Phrase, Piece, RegexCase, Sentence, Shape, Step};

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A newline is put behind it.
    SentLine,
    SentRaw,
    /// Held against a line without its newline.
    HeardLine,
    HeardRaw,
}

/// The texts of a sentence.
pub fn of_sentence(sentence: &Sentence) -> Vec<(Role, &Phrase)> {
    match sentence {
        Sentence::Send { what: Payload::Lines(lines), .. } | Sentence::UserTypes { lines } => {
            lines.iter().map(|phrase| (Role::SentLine, phrase)).collect()
        }
        Sentence::Send { what: Payload::Raw(text), .. } | Sentence::UserTypesRaw { text } => {
            vec![(Role::SentRaw, text)]
        }
        Sentence::Send { what: Payload::Request { head, body }, .. } => {
            head.iter().chain(body).map(|phrase| (Role::SentRaw, phrase)).collect()
        }
        // A prompt is no line: what the user sees is held against the screen as it stands.
        Sentence::Receive { listener: Listener::Screen, form } => {
            of_form(form).into_iter().map(|(_, phrase)| (Role::HeardRaw, phrase)).collect()
        }
        Sentence::Receive { form, .. } => of_form(form),
        _ => Vec::new(),
    }
}

fn of_form(form: &Form) -> Vec<(Role, &Phrase)> {
    match form {
        Form::Next(lines) | Form::Eventually(lines) | Form::OneOf(lines) | Form::InAnyOrder(lines) => {
            lines.iter().map(|phrase| (Role::HeardLine, phrase)).collect()
        }
        Form::Interleaved(groups) => {
            groups.iter().flatten().map(|phrase| (Role::HeardLine, phrase)).collect()
        }
        Form::NothingBut(phrase) => vec![(Role::HeardLine, phrase)],
        Form::Raw(phrase)
        | Form::Whole(phrase)
        | Form::Status(phrase)
        | Form::Header { value: phrase, .. }
        | Form::Body(phrase) => vec![(Role::HeardRaw, phrase)],
        _ => Vec::new(),
    }
}

pub fn look(view: &View<'_>, check: &CheckView<'_>, finds: &mut Finds) {
    each_step(&check.check.script.steps, &mut |step| {
        for (role, phrase) in of_sentence(&step.sentence) {
            matches_everything(view, step, phrase, finds);
            line_end(view, step, role, phrase, finds);
            bytes(view, step, role, phrase, finds);
        }
    });
    // The lab's own come first.
    let own = items(check.node, "ignore");
    let ignored = check.check.ignore.iter().rev().zip(own.iter().rev());
    for (_, node) in ignored.filter(|(phrase, _)| fits_all(phrase)) {
        finds.warn(
            Lint::MatchesEverything,
            node.place,
            t!("every line matches `%{pattern}`, so all of them are ignored", pattern = node.raw),
            t!("name what may be ignored, as in `/^debug/`"),
        );
    }
}

fn matches_everything(view: &View<'_>, step: &Step, phrase: &Phrase, finds: &mut Finds) {
    if fits_all(phrase) {
        finds.warn(
            Lint::MatchesEverything,
            view.place_within(step, &phrase.written),
            t!("every line matches `%{pattern}`, the empty one included", pattern = phrase.written),
            t!("`/./` is any line that is not empty; `ana receives 1 line` is any line at all"),
        );
    }
}

/// Does the pattern fit whatever may come?
fn fits_all(phrase: &Phrase) -> bool {
    const LINES: [&[u8]; 4] = [b"", b"x", b"0 7", b"}~"];
    let Shape::Regex { pieces, case } = &phrase.shape else { return false };
    let mut source = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => source.push_str(&String::from_utf8_lossy(text)),
            // A word that no probe has, and a capture, which takes something.
            Piece::Word(_) | Piece::Member => source.push_str("vacadaro"),
            Piece::Capture(_) => source.push_str("(?:.+)"),
        }
    }
    let regex = RegexBuilder::new(&source).case_insensitive(*case == RegexCase::Ignored).build();
    regex.is_ok_and(|regex| LINES.iter().all(|line| regex.is_match(line)))
}

fn line_end(view: &View<'_>, step: &Step, role: Role, phrase: &Phrase, finds: &mut Finds) {
    let mut warn = |message: Cow<'static, str>, help: Cow<'static, str>| {
        finds.warn(Lint::LineEnd, view.place_within(step, &phrase.written), message, help);
    };
    let pieces = phrase.shape.pieces();
    match (&phrase.shape, role) {
        (Shape::Quoted(_), Role::SentLine) if ends_in_newline(pieces) => warn(
            t!("a newline comes anyway: this makes an empty line, too"),
            t!("leave the `\\n` out, or write `sends raw`, which adds nothing"),
        ),
        (Shape::Quoted(_), Role::HeardLine) if has_inner_newline(pieces) => warn(
            t!("no line has a line end inside, so this never comes"),
            t!("write one text a line, below the sentence; or `receives raw` for the bytes as they come"),
        ),
        (Shape::Regex { pieces, .. }, Role::HeardLine) if asks_for_newline(pieces) => warn(
            t!("a line's end is no part of it, so a regex never finds `\\n`"),
            t!("leave it out; only a quoted text that ends in `\\n` insists on the newline"),
        ),
        _ => {}
    }
}

fn ends_in_newline(pieces: &[Piece]) -> bool {
    let text = match pieces.last() {
        Some(Piece::Literal(text)) => text,
        _ => return false,
    };
    // The empty line itself is asked for by `"\n"` alone.
    text.ends_with(b"\n") && (pieces.len() > 1 || text.len() > 1)
}

fn has_inner_newline(pieces: &[Piece]) -> bool {
    let last = pieces.len().saturating_sub(1);
    pieces.iter().enumerate().any(|(index, piece)| match piece {
        Piece::Literal(text) => {
            let text = if index == last { text.strip_suffix(b"\n").unwrap_or(text) } else { text };
            text.contains(&b'\n')
        }
        _ => false,
    })
}

/// `\n` where it must be found, and not `\r?\n?` or `[^\n]`.
fn asks_for_newline(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Literal(text) => {
            let text = String::from_utf8_lossy(text).replace(r"\\", "");
            text.match_indices(r"\n").any(|(at, _)| {
                let (before, behind) = (&text[..at], &text[at + 2..]);
                let in_class = before.rfind('[') > before.rfind(']');
                !in_class && !behind.starts_with(['?', '*', '|']) && !before.ends_with('|')
            })
        }
        _ => false,
    })
}

/// `"cora\xE7\xE3o"`: the numbers of characters, written as if they were bytes. What is sent and received raw
/// is about bytes, and free.
fn bytes(view: &View<'_>, step: &Step, role: Role, phrase: &Phrase, finds: &mut Finds) {
    if !matches!(phrase.shape, Shape::Quoted(_)) || matches!(role, Role::SentRaw | Role::HeardRaw) {
        return;
    }
    for piece in phrase.shape.pieces() {
        let Piece::Literal(text) = piece else { continue };
        let Err(error) = std::str::from_utf8(text) else { continue };
        let at = error.valid_up_to();
        let Some(byte) = text.get(at).copied() else { continue };
        let meant = char::from(byte);
        let is_letter =
            |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphabetic);
        let in_a_word = is_letter(at.checked_sub(1)) || is_letter(Some(at + 1));
        if meant.is_alphabetic() && in_a_word {
            finds.warn(
                Lint::ByteForCharacter,
                view.place_within(step, &phrase.written),
                t!("`\\x%{byte}` is one byte, and no character on its own", byte = format!("{byte:02X}")),
                t!(
                    "for the character write `%{meant}` itself, or `\\u{%{number}}`",
                    meant = meant,
                    number = format!("{:x}", u32::from(byte))
                ),
            );
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(source: &str) -> Phrase {
        let pieces = vec![Piece::Literal(source.as_bytes().to_vec())];
        Phrase { written: format!("/{source}/"), shape: Shape::Regex { pieces, case: RegexCase::Exact } }
    }

    #[test]
    fn only_what_fits_every_line_matches_everything() {
        for all in [".*", "a*", "^", "$", "(x|y)?", "", "^.*$", "(?s).*"] {
            assert!(fits_all(&regex(all)), "{all}");
        }
        for some in [".", "^$", "a+", ".+", "x", "^a*$", "^[a-z ]*$"] {
            assert!(!fits_all(&regex(some)), "{some}");
        }
    }

    #[test]
    fn a_newline_that_need_not_come_is_not_asked_for() {
        let asks = |source: &str| asks_for_newline(regex(source).shape.pieces());
        assert!(asks(r"hello\n") && asks(r"hello\r?\n") && asks(r"hello\n$"));
        for free in [r"hello\r?\n?", r"[^\n]+", r"hello(\n|$)", r"C:\\new", "hello"] {
            assert!(!asks(free), "{free}");
        }
    }
}
