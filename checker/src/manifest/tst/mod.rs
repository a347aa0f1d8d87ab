//! A tst activity → a labs.yaml of one lab, whose checks say in our words what its tests say in tst's.
//!
//! What is said of tst here is what version 0.19 does.

mod expected;
mod regex;
mod scalar;

use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::problem::{Place, Problem, Problems};
use super::tree::{self, Node, Value};
use super::write::{Heading, answers_lab_in_yaml, check_in_yaml};
use crate::model::script::{Exit, Form, Listener, Phrase, Script, Sentence, Step};

/// A file of an activity.
#[derive(Debug, Clone)]
pub struct TstFile {
    /// As messages name it.
    pub path: PathBuf,
    pub text: String,
}

/// The lab that an activity became.
#[derive(Debug, Clone)]
pub struct Imported {
    /// A whole labs.yaml.
    pub text: String,
    pub checks: usize,
    /// What the activity says and nobody heeds, tst neither.
    pub notes: Vec<String>,
}

/// Reads the tests of an activity, in this order of its files. `lab` is the new lab's id.
///
/// # Errors
/// What tst would refuse, or what we cannot say, in each file: everything at once. An empty list where there are no
/// tests.
pub fn import_tst(files: &[TstFile], lab: &str) -> Result<Imported, Vec<Problems>> {
    let mut entry = Entry::default();
    let mut wrong = Vec::new();
    for file in files {
        let mut problems = Vec::new();
        let source = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        match tree::read(source) {
            Ok(Some(root)) => entry.add(&file.path, &root, &mut problems),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
        if !problems.is_empty() {
            wrong.push(Problems::new(&file.path, source, problems));
        }
    }
    if !wrong.is_empty() || entry.checks.is_empty() {
        return Err(wrong);
    }
    Ok(entry.finish(lab))
}

#[derive(Default)]
struct Entry {
    title: Option<String>,
    suites: Vec<String>,
    checks: Vec<String>,
    notes: Vec<String>,
}

impl Entry {
    fn add(&mut self, file: &Path, root: &Node, problems: &mut Vec<Problem>) {
        let tests = match &root.value {
            Value::List(tests) => tests,
            Value::Map(entries) => {
                self.title = self.title.take().or_else(|| title(entries));
                for (key, _) in entries.iter().filter(|(key, _)| key.raw == "require") {
                    self.note(
                        file,
                        key.place,
                        t!("`require` is left out: answers run in a folder of their own"),
                    );
                }
                match entries.iter().find(|(key, _)| key.raw == "tests").map(|(_, tests)| tests) {
                    Some(Node { value: Value::List(tests), .. }) => tests,
                    Some(other) => {
                        problems.push(
                            Problem::new(other.place, t!("the tests are no list"))
                                .help(t!("write each test behind `- `")),
                        );
                        return;
                    }
                    None => return,
                }
            }
            _ => return,
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let suite = self.suite(&name);
        for (index, test) in tests.iter().enumerate() {
            let number = index + 1;
            let Some((script, notes)) = script(test, problems) else { continue };
            for (place, text) in notes {
                self.note(file, place, text.into());
            }
            let id = format!("{suite}-{number}");
            let title = format!("test {number} of {name}");
            let heading =
                Heading { id: &id, title: &title, points: None, run: None, args: None, actors: &[] };
            self.checks.push(check_in_yaml(&heading, &script));
        }
    }

    fn note(&mut self, file: &Path, place: Place, text: std::borrow::Cow<'static, str>) {
        self.notes.push(format!("{}:{}: {text}", file.display(), place.line));
    }

    /// A name for the tests of a file that no other file has.
    fn suite(&mut self, file: &str) -> String {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = slug(stem).unwrap_or_else(|| "tests".to_owned());
        let taken = self.suites.iter().filter(|suite| **suite == name).count();
        self.suites.push(name.clone());
        if taken == 0 { name } else { format!("{name}-{}", file.rsplit('.').next().unwrap_or("more")) }
    }

    fn finish(self, lab: &str) -> Imported {
        let title = self.title.unwrap_or_else(|| lab.to_owned());
        let text = answers_lab_in_yaml(lab, &title, &self.checks);
        Imported { text, checks: self.checks.len(), notes: self.notes }
    }
}

/// Lower-case letters, digits and `-`; nothing where no letter or digit is left.
pub fn slug(name: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let words: String = name.chars().map(plain).collect();
    let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
    (!slug.is_empty()).then_some(slug)
}

fn title(entries: &[(Node, Node)]) -> Option<String> {
    let found = ["title", "name", "label"].into_iter().find_map(|wanted| {
        entries.iter().find(|(key, _)| key.raw == wanted).and_then(|(_, value)| match &value.value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
    });
    found.filter(|title| !title.trim().is_empty() && !title.contains(char::is_control))
}

type Notes = Vec<(Place, String)>;

/// What a test asks for, in our words.
fn script(test: &Node, problems: &mut Vec<Problem>) -> Option<(Script, Notes)> {
    let Value::Map(entries) = &test.value else {
        problems.push(
            Problem::new(test.place, t!("a test is a map"))
                .help(t!("it has `input`, and `output`, `match`, `tokens` or `parts`")),
        );
        return None;
    };
    let before = problems.len();
    let asked = expected::Asked::read(test, entries, problems);
    let (asked, notes) = asked.filter(|_| problems.len() == before)?;
    let mut sentences = typed(&asked.input);
    sentences.push(Sentence::UserEndsInput);
    // tst looks at the status first: what a program printed before it broke counts for nothing.
    sentences.push(Sentence::ProgramExits(Exit::Status(0)));
    let prints = |form| Sentence::Receive { listener: Listener::Output, form };
    match asked.output {
        expected::Output::Exactly(text) => {
            let lines = text.split_inclusive('\n');
            sentences.extend(lines.map(|line| prints(Form::Raw(Phrase::quoted(line.as_bytes())))));
            sentences.push(prints(Form::End));
        }
        expected::Output::Like(phrase) => sentences.push(prints(Form::Whole(phrase))),
    }
    let step = |sentence| Step { line: 0, written: String::new(), within: None, hint: None, sentence };
    Some((Script { steps: sentences.into_iter().map(step).collect() }, notes))
}

/// The whole input as the user types it: lines, and what has no newline behind it.
fn typed(input: &str) -> Vec<Sentence> {
    let (lines, rest) = match input.rfind('\n') {
        Some(end) => input.split_at(end + 1),
        None => ("", input),
    };
    let mut typed = Vec::new();
    if !lines.is_empty() {
        let lines = lines.split_terminator('\n').map(|line| Phrase::of_line(line.as_bytes())).collect();
        typed.push(Sentence::UserTypes { lines });
    }
    if !rest.is_empty() {
        typed.push(Sentence::UserTypesRaw { text: Phrase::quoted(rest.as_bytes()) });
    }
    typed
}
