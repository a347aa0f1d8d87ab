//! What to say about a sentence that is not in the table: the nearest one that is.

use rust_i18n::t;

use super::pattern::{self, Words, is_same_word};
use super::slice::Slice;
use super::table::{Row, rows};
use crate::manifest::problem::Problem;

/// Below this likeness a sentence is no help.
const LIKE_ENOUGH: f64 = 0.45;

/// A sentence that no row fits.
pub fn unknown(line: Slice<'_>, head: Slice<'_>, words: &Words<'_, '_>, has_colon: bool) -> Problem {
    if let Some(colon) = colon_without_blank(line) {
        return Problem::new(colon.place(), t!("no blank behind the colon"))
            .help(t!("write the text behind the colon and a blank, as in `ana sends: oi`"));
    }
    let place = if head.text.is_empty() { line.trimmed().place() } else { head.place() };
    let written = in_general(words);
    let likeness = |row: &Row| {
        let colon = if has_colon == row.has_colon() { 0.02 } else { 0.0 };
        strsim::normalized_damerau_levenshtein(&written, &row.pattern) + colon
    };
    let problem = Problem::new(place, t!("this is no sentence that the checker knows"));
    let nearest = rows()
        .iter()
        .map(|row| (likeness(row), row))
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(likeness, row)| (likeness, in_particular(row, words)));
    match nearest {
        Some((likeness, sentence)) if likeness >= LIKE_ENOUGH => {
            problem.help(t!("the nearest sentence is `%{sentence}`", sentence = sentence))
        }
        other => {
            let (_, sentence) = other.unwrap_or_default();
            problem
                .help(t!(
                    "a sentence is `WHO VERB` or `WHO VERB: TEXT`. Known are:\n%{list}",
                    list = listed()
                ))
                .again(t!(
                    "perhaps `%{sentence}`? The first error of this kind lists all sentences",
                    sentence = sentence
                ))
        }
    }
}

/// The known sentences, a few in a line.
fn listed() -> String {
    let mut lines: Vec<String> = Vec::new();
    for row in rows() {
        let shown = row.shown();
        match lines.last_mut() {
            Some(line) if line.len() + shown.len() < 90 => line.push_str(&format!(" · {shown}")),
            _ => lines.push(shown),
        }
    }
    lines.join("\n")
}

/// The words as a pattern would have them.
fn in_general(words: &Words<'_, '_>) -> String {
    let (subject, rest) = match words.subject() {
        Some((_, taken)) => (Some("WHO"), &words.all()[taken..]),
        None => (None, words.all()),
    };
    let rest = rest.iter().map(|word| match word.text {
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => "N",
        word => singular(word),
    });
    subject.into_iter().chain(rest).collect::<Vec<_>>().join(" ")
}

/// The row's pattern with the subject that was written.
fn in_particular(row: &Row, words: &Words<'_, '_>) -> String {
    let shown = row.shown();
    let Some((subject, taken)) = words.subject() else { return shown };
    let written: Vec<&str> = words.all()[..taken].iter().map(|word| word.text).collect();
    match shown.strip_prefix("WHO ") {
        Some(rest) if subject.is_plural() => {
            let rest: Vec<&str> = rest.split(' ').map(plural_in_front_of_text).collect();
            format!("{} {}", written.join(" ").replace(" ,", ","), rest.join(" "))
        }
        Some(rest) => format!("{} {rest}", written.join(" ")),
        None => shown,
    }
}

/// Verbs become plural; counted things already are.
fn plural_in_front_of_text(word: &str) -> &str {
    match word {
        "receives:" => "receive:",
        "sends:" => "send:",
        word if word.ends_with('s') || word == "it" => pattern::plural(word),
        word => word,
    }
}

/// The word as patterns have it, where they have it.
fn singular(word: &str) -> &str {
    let of_patterns = rows().iter().flat_map(|row| row.pattern.split(' '));
    of_patterns.into_iter().find(|known| is_same_word(known, word)).map_or(word, |known| known)
}

/// The first colon, where a blank behind it would make a sentence.
fn colon_without_blank(line: Slice<'_>) -> Option<Slice<'_>> {
    let colon = line.text.find(':')?;
    if line.text[colon + 1..].starts_with(' ') {
        return None;
    }
    let words = line.part(0..colon).words();
    let words = Words::of(&words);
    let fits = rows().iter().any(|row| row.has_colon() && pattern::fill(&row.pattern, &words).is_some());
    fits.then(|| line.part(colon..colon + 1))
}
