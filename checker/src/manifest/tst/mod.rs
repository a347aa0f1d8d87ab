//! A tst activity → a labs.yaml of one lab, whose checks say in our words what its tests say in tst's.
//!
//! What is said of tst here is what version 0.19 does.

mod companions;
mod expected;
mod judge;
mod reach;
mod regex;
mod scalar;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use self::companions::Companions;
pub use self::companions::{Fetch, Fetched};
use self::reach::Reach;
use self::scalar::Numbers;
use super::problem::{Place, Problem, Problems};
use super::tree::{self, Node, Value};
use super::write::{Heading, answers_lab_in_yaml, check_in_yaml};
use crate::model::course::Leftovers;
use crate::model::script::{Exit, Form, Listener, Phrase, RegexCase, Script, Sentence, Step};

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

/// Reads the tests of an activity, in this order of its files. `lab` is the new lab's id; `fetch` gets what the tests
/// need besides.
///
/// # Errors
/// What tst would refuse, or what we cannot say, in each file: everything at once. An empty list where there are no
/// tests.
pub fn import_tst(files: &[TstFile], lab: &str, fetch: &mut Fetch) -> Result<Imported, Vec<Problems>> {
    let mut entry = Entry::default();
    let mut wrong = Vec::new();
    let roots = files.iter().map(|file| {
        let source = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        (file.path.as_path(), source, tree::read(source))
    });
    let roots: Vec<_> = roots.collect();
    let mut problems: Vec<Vec<Problem>> = roots.iter().map(|_| Vec::new()).collect();
    // What is required, every test of the activity needs.
    for ((path, _, root), problems) in roots.iter().zip(&mut problems) {
        if let Ok(Some(Node { value: Value::Map(entries), .. })) = root {
            entry.title = entry.title.take().or_else(|| title(entries));
            entry.require(path, entries, fetch, problems);
        }
    }
    for ((path, source, root), mut problems) in roots.into_iter().zip(problems) {
        match root {
            Ok(Some(root)) => entry.add(path, &root, fetch, &mut problems),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
        if !problems.is_empty() {
            wrong.push(Problems::new(path, source, problems));
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
    required: BTreeMap<String, String>,
    checks: Vec<Draft>,
    notes: Vec<String>,
}

/// A check that was a test.
struct Draft {
    id: String,
    title: String,
    reach: Reach,
    asked: Asked,
}

/// What a test asks for, in our words.
struct Asked {
    script: Script,
    /// Of a script of the activity's.
    run: Option<String>,
    files: BTreeMap<String, String>,
}

impl Entry {
    fn add(&mut self, file: &Path, root: &Node, fetch: &mut Fetch, problems: &mut Vec<Problem>) {
        let tests = match &root.value {
            Value::List(tests) => tests,
            Value::Map(entries) => match get(entries, "tests").map(|(_, tests)| tests) {
                Some(Node { value: Value::List(tests), .. }) => tests,
                Some(other) => {
                    problems.push(
                        Problem::new(other.place, t!("the tests are no list"))
                            .help(t!("write each test behind `- `")),
                    );
                    return;
                }
                None => return,
            },
            _ => return,
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let suite = self.suite(&name);
        for (index, test) in tests.iter().enumerate() {
            let number = index + 1;
            let mut companions = Companions::new(fetch, self.required.clone());
            let mut notes = Vec::new();
            let Some((reach, asked)) = read(test, &mut companions, &mut notes, problems) else { continue };
            for (place, text) in notes {
                self.note(file, place, text.into());
            }
            let (id, title) = (format!("{suite}-{number}"), format!("test {number} of {name}"));
            self.checks.push(Draft { id, title, reach, asked });
        }
    }

    /// Takes along what the activity requires: what is no answer and has one name.
    fn require(
        &mut self,
        file: &Path,
        entries: &[(Node, Node)],
        fetch: &mut Fetch,
        problems: &mut Vec<Problem>,
    ) {
        let Some((key, node)) = get(entries, "require") else { return };
        let is_heeded = file.file_stem().is_some_and(|stem| stem == "tst");
        if !is_heeded {
            self.note(file, key.place, t!("`require` has an effect in tst.yaml alone, in tst too"));
            return;
        }
        let Value::List(items) = &node.value else {
            problems.push(
                Problem::new(node.place, t!("`require` is no list"))
                    .help(t!("write a list, as in `require: [data.txt]`")),
            );
            return;
        };
        let ignored: Vec<&str> = match get(entries, "ignore").map(|(_, node)| &node.value) {
            Some(Value::List(items)) => items.iter().map(|item| item.raw.as_str()).collect(),
            _ => Vec::new(),
        };
        let mut companions = Companions::new(fetch, std::mem::take(&mut self.required));
        let mut left_out = Vec::new();
        for item in items {
            let Some(name) = scalar::text(item, Numbers::Refused, problems) else { continue };
            let is_answer = reach::is_usual(&name) && !ignored.contains(&name.as_str());
            if name.contains(['*', '?', '[', '/']) || is_answer {
                left_out.push((item.place, name));
            } else if !companions.take(&name, item.place, problems) {
                problems.push(
                    Problem::new(item.place, t!("there is no file `%{path}` in the activity", path = name))
                        .help(t!("put the file beside the tests, or correct its name")),
                );
            }
        }
        self.required = companions.files;
        for (place, name) in left_out {
            self.note(
                file,
                place,
                t!("`require: %{name}` is left out: answers run in a folder of their own, and only files that are no answers and are named whole are put there", name = name),
            );
        }
    }

    fn note(&mut self, file: &Path, place: Place, text: Cow<'static, str>) {
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
        let is_mixed = self.checks.iter().any(|check| check.reach.is_wider());
        let checks: Vec<String> = self.checks.into_iter().map(|check| check.in_yaml(is_mixed)).collect();
        let text = answers_lab_in_yaml(lab, &title, &checks);
        Imported { text, checks: checks.len(), notes: self.notes }
    }
}

impl Draft {
    fn in_yaml(self, is_mixed: bool) -> String {
        let Draft { id, title, reach, asked } = self;
        let heading = Heading {
            id: &id,
            title: &title,
            files_for: &reach.patterns(is_mixed),
            run: asked.run.as_deref(),
            files: Some(&asked.files),
            leftovers: asked.run.as_ref().map(|_| Leftovers::Allowed),
            ..Heading::default()
        };
        check_in_yaml(&heading, &asked.script)
    }
}

fn get<'n>(entries: &'n [(Node, Node)], name: &str) -> Option<&'n (Node, Node)> {
    entries.iter().find(|(key, _)| key.raw == name)
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

/// The words that make a test one of input and output.
const OF_OUTPUT: [&str; 6] = ["input", "output", "parts", "tokens", "tokens-regex", "match"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Output,
    Script,
}

fn read(
    test: &Node,
    companions: &mut Companions,
    notes: &mut Notes,
    problems: &mut Vec<Problem>,
) -> Option<(Reach, Asked)> {
    let Value::Map(entries) = &test.value else {
        problems.push(
            Problem::new(test.place, t!("a test is a map"))
                .help(t!("it has `input`, and `output`, `match`, `tokens` or `parts`; or a `script`")),
        );
        return None;
    };
    let before = problems.len();
    let reach = Reach::read(get(entries, "fnmatch"), problems);
    let kind = kind(entries, problems)?;
    let asked = match kind {
        Kind::Output => {
            let (asked, more) = expected::Asked::read(test, entries, problems)?;
            notes.extend(more);
            Asked { script: conversation(asked), run: None, files: companions.files.clone() }
        }
        Kind::Script => judged(test, entries, companions, problems)?,
    };
    let other = |key: &str| match kind {
        Kind::Output => SCRIPTS.contains(&key),
        Kind::Script => OF_OUTPUT.contains(&key),
    };
    for (key, _) in entries.iter().filter(|(key, _)| other(&key.raw)) {
        let told = t!("`%{key}` has no effect in a test of this type, in tst neither", key = key.raw);
        notes.push((key.place, told.into_owned()));
    }
    (problems.len() == before).then_some((reach, asked))
}

const SCRIPTS: [&str; 2] = ["script", "command"];

fn kind(entries: &[(Node, Node)], problems: &mut Vec<Problem>) -> Option<Kind> {
    if let Some((_, node)) = get(entries, "type") {
        return match node.raw.as_str() {
            "io" => Some(Kind::Output),
            "script" => Some(Kind::Script),
            _ => {
                problems.push(
                    Problem::new(node.place, t!("tst knows the types `io` and `script`"))
                        .help(t!("leave `type` out: tst sees by the other words what a test is")),
                );
                None
            }
        };
    }
    let script = SCRIPTS.into_iter().find_map(|name| get(entries, name));
    let output = OF_OUTPUT.into_iter().find_map(|name| get(entries, name));
    match (script, output) {
        (Some((key, _)), Some(_)) => {
            problems.push(
                Problem::new(key.place, t!("a test that runs a script and speaks of input or output, too"))
                    .help(t!("tst wants one of both: make two tests of it")),
            );
            None
        }
        (Some(_), None) => Some(Kind::Script),
        (None, _) => Some(Kind::Output),
    }
}

/// A script of the activity's own, which tells in a line of letters what it thinks of the answer.
fn judged(
    test: &Node,
    entries: &[(Node, Node)],
    companions: &mut Companions,
    problems: &mut Vec<Problem>,
) -> Option<Asked> {
    let found = SCRIPTS.into_iter().filter_map(|name| get(entries, name));
    let Some((key, node)) = found.min_by_key(|(_, node)| node.raw.is_empty()) else {
        problems.push(
            Problem::new(Place { length: 1, ..test.place }, t!("a script without a command"))
                .help(t!("write a command line, as in `script: python3 judge.py {}`")),
        );
        return None;
    };
    let run = judge::run_line(key, node, companions, problems)?;
    let mut files = companions.files.clone();
    files.insert(judge::SUMMARY_NAME.to_owned(), judge::SUMMARY.to_owned());
    let success = Form::Next(vec![expected::phrase(r"^\.+$", RegexCase::Exact)]);
    let sentences = vec![
        Sentence::UserEndsInput,
        Sentence::ProgramExits(Exit::Status(0)),
        Sentence::Receive { listener: Listener::Output, form: success },
    ];
    Some(Asked { script: script_of(sentences), run: Some(run), files })
}

/// What a test types and wants, in our words.
fn conversation(asked: expected::Asked) -> Script {
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
    script_of(sentences)
}

fn script_of(sentences: Vec<Sentence>) -> Script {
    let step = |sentence| Step { line: 0, written: String::new(), within: None, hint: None, sentence };
    Script { steps: sentences.into_iter().map(step).collect() }
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
