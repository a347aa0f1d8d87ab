//! The grammar of scripts: lines of labs.yaml into sentences, with every problem at its place.

mod advice;
mod captures;
mod datagrams;
mod http;
mod layout;
mod parts;
mod pattern;
mod phrase;
mod posts;
mod regex_check;
mod scope;
mod slice;
mod table;
mod texts;
mod typing;
mod who;

use std::collections::BTreeSet;
use std::time::Duration;

use layout::Entry;
use parts::Parts;
use pattern::{Filled, Words};
use rust_i18n::t;
use scope::Scope;
use table::{Hearer, Make, Row, Tail};

use super::problem::Problem;
use super::quantity;
use super::settings::{Keyboard, Spoken};
use crate::model::course::{Actor, Text};
use crate::model::script::{Listener, Phrase, Piece, Script, Sentence, Step, Who};

pub use slice::Slice;
pub use who::fault_of_name;

/// A script and everybody who acts in it, in order of appearance.
pub struct Play {
    pub script: Script,
    pub cast: Vec<Actor>,
    pub spoken: Spoken,
}

/// Reads the lines of a script; `declared` are the actors that the check declares, `keyboard` is what its
/// user sits at.
pub fn read(
    lines: &[Slice<'_>],
    declared: &[Actor],
    keyboard: Keyboard,
    problems: &mut Vec<Problem>,
) -> Play {
    let mut reader = Reader { scope: Scope::new(declared, keyboard), problems: Vec::new() };
    let blocks = layout::blocks(lines, &mut reader.problems);
    let steps = reader.steps(&blocks);
    problems.append(&mut reader.problems);
    let spoken = reader.scope.spoken;
    Play { script: Script { steps }, cast: reader.scope.with_posts(), spoken }
}

/// Reads one text outside of a script, where nothing is captured and nothing counts.
pub fn read_phrase(text: Slice<'_>, problems: &mut Vec<Problem>) -> Option<Phrase> {
    let mut room = phrase::MOST_LINES;
    let reading = phrase::read(text, &mut room, problems);
    for odd in reading.captures.iter().chain(&reading.members).chain(&reading.range) {
        problems.push(
            Problem::new(odd.place(), t!("`%{text}` means something in scripts only", text = odd.text))
                .help(t!("write a regex, as in `/joined as .*/`")),
        );
    }
    reading.phrases.into_iter().next()
}

/// The bytes of a text that stands alone: `plain`, `"quoted"`; nothing in it can be unknown.
///
/// # Errors
/// What is wrong with it, and the cure.
pub fn bytes_of_text(text: &str) -> Result<Vec<u8>, String> {
    let mut problems = Vec::new();
    let phrase = read_phrase(Slice { text, line: 1, column: 1 }, &mut problems);
    if let Some(problem) = problems.first() {
        return Err(problem.in_a_line());
    }
    let pieces = phrase.as_ref().map(|phrase| phrase.shape.pieces()).unwrap_or_default();
    let literal = |piece: &Piece| match piece {
        Piece::Literal(bytes) => Ok(bytes.clone()),
        _ => Err(t!("`{word}` means something in scripts only; `{{` is a brace").into_owned()),
    };
    Ok(pieces.iter().map(literal).collect::<Result<Vec<_>, _>>()?.concat())
}

/// What reading carries from sentence to sentence.
struct Reader<'d> {
    scope: Scope<'d>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn steps(&mut self, entries: &[Entry<'_>]) -> Vec<Step> {
        let mut steps = Steps::default();
        for entry in entries {
            self.step_or_hint(entry, &mut steps);
        }
        steps.list
    }

    fn steps_at_once(&mut self, entries: &[Entry<'_>]) -> Vec<Step> {
        let before = self.scope.state.clone();
        let mut after = before.clone();
        let mut steps = Steps::default();
        for entry in entries {
            self.scope.state = before.clone();
            self.step_or_hint(entry, &mut steps);
            after.absorb(std::mem::take(&mut self.scope.state));
        }
        self.scope.state = after;
        steps.list
    }

    fn step_or_hint(&mut self, entry: &Entry<'_>, steps: &mut Steps) {
        if let Some(hint) = Hint::of(entry.line) {
            self.hint(&hint, entry, steps);
            return;
        }
        let step = self.step(entry);
        steps.can_be_hinted = true;
        steps.last_was_understood = step.is_some();
        steps.list.extend(step);
    }

    fn hint(&mut self, hint: &Hint<'_>, entry: &Entry<'_>, steps: &mut Steps) {
        self.refuse_lines_below(entry);
        if hint.text.text.trim().is_empty() {
            let place = entry.line.trimmed().place();
            self.problems
                .push(Problem::new(place, t!("a hint without words")).help(t!("write it behind the colon")));
        }
        if let Some(language) = hint.language.filter(|language| !super::value::is_language(language.text)) {
            self.problems.push(
                Problem::new(language.place(), t!("`%{tag}` is no language", tag = language.text))
                    .help(t!("write a tag such as `en` or `pt-BR`")),
            );
        }
        if !steps.can_be_hinted {
            let place = entry.line.trimmed().place();
            self.problems.push(
                Problem::new(place, t!("a hint with no sentence before it"))
                    .help(t!("put it below the sentence that it speaks of, in the same column")),
            );
        }
        let Some(step) = steps.list.last_mut().filter(|_| steps.last_was_understood) else { return };
        let words = hint.text.text.trim().to_string();
        let text = step.hint.get_or_insert_with(|| Text::plain(words.clone()));
        let is_second = match hint.language {
            Some(language) => text.by_language.insert(language.text.to_string(), words).is_some(),
            None => {
                let is_second = !steps.hinted.insert(step.line);
                text.default = words;
                is_second
            }
        };
        if is_second {
            self.problems.push(
                Problem::new(entry.line.trimmed().place(), t!("a second hint for the same sentence"))
                    .help(t!("write one hint for each language: `hint: …`, `hint.pt-BR: …`")),
            );
        }
    }

    fn step(&mut self, entry: &Entry<'_>) -> Option<Step> {
        let line = entry.line;
        let (head, text) = split_at_colon(line);
        let (head, within) = self.split_within(head);
        let words = head.words();
        let words = Words::of(&words);
        let found = table::rows().iter().find_map(|row| Some((row, pattern::fill(&row.pattern, &words)?)));
        let fitting = match found {
            Some((row, filled)) if self.tail_fits(row, entry, text) => Some((row, filled)),
            Some(_) => None,
            None => {
                self.problems.push(advice::unknown(line, head, &words, text.is_some()));
                None
            }
        };
        let Some((row, filled)) = fitting else {
            self.scope.excuse(words.subject().map(|(subject, _)| subject), line.text);
            return None;
        };
        if within.is_some() && row.tail == Tail::Steps {
            self.problems.push(
                Problem::new(line.trimmed().place(), t!("a block has no time limit of its own"))
                    .help(t!("put `within 10s` into the sentences below it")),
            );
        }
        let sentence = self.sentence(row, filled, entry, text)?;
        self.check_datagrams(&sentence, head);
        Some(Step { line: line.line, written: line.text.to_string(), within, hint: None, sentence })
    }

    fn check_datagrams(&mut self, sentence: &Sentence, head: Slice<'_>) {
        let first = |who: &Who| self.scope.first_with_datagrams(who);
        if let Some(name) = datagrams::of_connections(sentence).and_then(first) {
            self.problems.push(datagrams::no_connection(head, &name));
        }
        if let Some(name) = datagrams::too_large(sentence).and_then(first) {
            self.problems.push(datagrams::no_room(head, &name));
        }
    }

    fn sentence<'a>(
        &mut self,
        row: &Row,
        filled: Vec<Filled<'a>>,
        entry: &Entry<'a>,
        text: Option<Slice<'a>>,
    ) -> Option<Sentence> {
        let text = text.filter(|text| !text.text.trim().is_empty());
        let mut parts = Parts::new(self, entry, filled, text);
        match row.make {
            Make::Sentence(make) => Some(make(&mut parts)),
            Make::Form(hearer, make) => {
                let listener = match hearer {
                    Hearer::Clients => parts.clients(),
                    Hearer::Output => Listener::Output,
                    Hearer::Screen => parts.screen(),
                    Hearer::Complaints => parts.complaints(),
                    Hearer::File => parts.file(),
                };
                Some(Sentence::Receive { listener, form: make(&mut parts) })
            }
        }
    }

    /// Is there behind and below the sentence what its row asks for?
    fn tail_fits(&mut self, row: &Row, entry: &Entry<'_>, text: Option<Slice<'_>>) -> bool {
        let has_text = text.is_some_and(|text| !text.text.trim().is_empty());
        let has_lines = !entry.below.is_empty();
        let line = entry.line.trimmed();
        let shown = row.shown();
        let write_so = || t!("write `%{sentence}`", sentence = shown);
        let fault = match row.tail {
            Tail::None if text.is_some() => Some((line, t!("this sentence takes no text"), write_so())),
            Tail::MaybeStatus if text.is_some() && !has_text => {
                Some((line, t!("no status behind the colon"), t!("write `program exits: 0`, or no colon")))
            }
            Tail::None | Tail::MaybeStatus | Tail::Text if has_lines => {
                self.refuse_lines_below(entry);
                return false;
            }
            Tail::None | Tail::MaybeStatus => None,
            Tail::Texts if has_text && has_lines => {
                self.refuse_lines_below(entry);
                return false;
            }
            Tail::Text | Tail::Texts if text.is_none() && !has_lines => {
                Some((line, t!("this sentence needs a text"), write_so()))
            }
            Tail::Texts if text.is_none() => Some((line, t!("the colon is missing"), write_so())),
            Tail::Text | Tail::Texts if !has_text && !has_lines => {
                Some((line, t!("no text behind the colon"), t!("for an empty line write `\"\"`")))
            }
            Tail::Text | Tail::Texts => None,
            Tail::Lines | Tail::Groups | Tail::Steps if has_text => Some((
                text.map_or(line, Slice::trimmed),
                t!("this stands in the wrong place"),
                t!("put it below `%{sentence}`, indented", sentence = shown),
            )),
            Tail::Lines | Tail::Groups | Tail::Steps if !has_lines => {
                Some((line, t!("a block with nothing in it"), t!("put its lines below, indented")))
            }
            Tail::Lines | Tail::Groups | Tail::Steps if text.is_none() => {
                Some((line, t!("the colon is missing"), write_so()))
            }
            Tail::Lines | Tail::Groups | Tail::Steps => None,
        };
        let fits = fault.is_none();
        self.problems.extend(fault.map(|(at, message, help)| Problem::new(at.place(), message).help(help)));
        fits
    }

    fn refuse_lines_below(&mut self, entry: &Entry<'_>) {
        if let Some(first) = entry.below.first() {
            self.problems.push(
                Problem::new(
                    first.line.trimmed().place(),
                    t!("an indented line, but nothing above that it belongs to"),
                )
                .help(t!("only lines below `one of:`, `together:` and their like are indented")),
            );
        }
    }

    /// Takes `within 10s` off the end of a sentence's words.
    fn split_within<'a>(&mut self, head: Slice<'a>) -> (Slice<'a>, Option<Duration>) {
        const WITHIN: &str = " within ";
        let Some(start) = head.text.rfind(WITHIN) else { return (head, None) };
        let time = head.part(start + WITHIN.len()..head.text.len());
        let within = quantity::duration(time.text.trim()).map_err(|unfit| {
            self.problems.push(Problem::new(time.trimmed().place(), unfit.message).help(unfit.help));
        });
        (head.part(0..start).trimmed(), within.ok())
    }
}

#[derive(Default)]
struct Steps {
    list: Vec<Step>,
    can_be_hinted: bool,
    last_was_understood: bool,
    /// Lines of the steps that have a `hint:` in no language.
    hinted: BTreeSet<u32>,
}

/// `hint: …` or `hint.pt-BR: …`
struct Hint<'a> {
    language: Option<Slice<'a>>,
    text: Slice<'a>,
}

impl<'a> Hint<'a> {
    fn of(line: Slice<'a>) -> Option<Self> {
        let colon = line.text.find(':')?;
        let head = line.text[..colon].trim_end();
        let language = match head.strip_prefix("hint")? {
            "" => None,
            rest if rest.starts_with('.') => Some(line.part(5..head.len())),
            _ => return None,
        };
        Some(Hint { language, text: line.part(colon + 1..line.text.len()) })
    }
}

/// The words of a sentence, and the text behind its colon without the blank that follows the colon. A
/// colon inside of a word is none.
fn split_at_colon(line: Slice<'_>) -> (Slice<'_>, Option<Slice<'_>>) {
    let is_free = |at: &usize| line.text[at + 1..].chars().next().is_none_or(char::is_whitespace);
    let Some(colon) = line.text.match_indices(':').map(|(at, _)| at).find(is_free) else {
        return (line.trimmed(), None);
    };
    let blank = usize::from(line.text[colon + 1..].starts_with(' '));
    (line.part(0..colon).trimmed(), Some(line.part(colon + 1 + blank..line.text.len())))
}
