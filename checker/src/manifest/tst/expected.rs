//! A test of input and output: what it types, and what must come of it.

use rust_i18n::t;

use super::Notes;
use super::regex::{self, Fault};
use super::scalar::{self, Numbers};
use crate::manifest::problem::{Place, Problem};
use crate::manifest::tree::{Node, Value};
use crate::model::script::{Phrase, Piece, RegexCase, Shape};

/// What a test types and wants.
#[derive(Debug)]
pub struct Asked {
    pub input: String,
    pub output: Output,
}

#[derive(Debug)]
pub enum Output {
    /// To the byte.
    Exactly(String),
    /// Held against all that is printed, as one text.
    Like(Phrase),
}

/// The ways to say what must be printed. A test has one of them.
const WAYS: [&str; 5] = ["output", "match", "tokens", "parts", "tokens-regex"];

impl Asked {
    pub fn read(
        test: &Node,
        entries: &[(Node, Node)],
        problems: &mut Vec<Problem>,
    ) -> Option<(Asked, Notes)> {
        let get = |name: &str| entries.iter().find(|(key, _)| key.raw == name);
        let found: Vec<&(Node, Node)> = WAYS.into_iter().filter_map(get).collect();
        let (key, value) = match found.as_slice() {
            [one] => one,
            [] => {
                problems.push(
                    Problem::new(
                        Place { length: 1, ..test.place },
                        t!("a test that says nothing of the output"),
                    )
                    .help(t!("tst wants one of `output`, `match`, `tokens` and `parts`")),
                );
                return None;
            }
            [_, (second, _), ..] => {
                problems.push(
                    Problem::new(second.place, t!("a test that says twice what must be printed"))
                        .help(t!("tst wants one of `output`, `match`, `tokens` and `parts`")),
                );
                return None;
            }
        };
        let mut notes = Vec::new();
        let case = case(get("ignore"), &key.raw, &mut notes, problems);
        let mut input = match get("input") {
            Some((_, node)) => scalar::text(node, Numbers::Text, problems)?,
            None => String::new(),
        };
        let output = match key.raw.as_str() {
            "output" => Output::Exactly(scalar::text(value, Numbers::Text, problems)?),
            "match" => {
                let python = scalar::text(value, Numbers::Refused, problems)?;
                if python.is_empty() {
                    problems.push(
                        Problem::new(key.place, t!("tst fails every answer at an empty `match`"))
                            .help(t!("write `output: \"\"` where nothing must be printed")),
                    );
                    return None;
                }
                like(&python, case, value.place, problems)?
            }
            "tokens" => like(&tokens(value, problems)?, case, value.place, problems)?,
            "parts" => {
                let is_strict = get("options").is_some_and(|(_, options)| names(options, "strict-output"));
                let (typed, output) = parts(value, is_strict, case, problems)?;
                input = typed;
                output
            }
            _ => {
                problems.push(
                    Problem::new(key.place, t!("tst breaks off at `tokens-regex`"))
                        .help(t!("write `match`, or `parts` with `tok`")),
                );
                return None;
            }
        };
        Some((Asked { input, output }, notes))
    }
}

fn names(node: &Node, word: &str) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(|item| item.raw == word),
        _ => node.raw.contains(word),
    }
}

/// tst heeds `case`, and that alone, and where there is a pattern.
fn case(
    ignore: Option<&(Node, Node)>,
    way: &str,
    notes: &mut Notes,
    problems: &mut Vec<Problem>,
) -> RegexCase {
    let Some((key, node)) = ignore else { return RegexCase::Exact };
    let words: Vec<String> = match &node.value {
        Value::Text(words) => words.split_whitespace().map(str::to_owned).collect(),
        Value::List(items) => items.iter().map(|item| item.raw.clone()).collect(),
        _ => {
            problems.push(
                Problem::new(node.place, t!("`ignore` is a text or a list")).help(t!("write `ignore: case`")),
            );
            return RegexCase::Exact;
        }
    };
    for word in words.iter().filter(|word| *word != "case" || way == "output") {
        let told = t!("`ignore: %{word}` has no effect here, in tst neither", word = word);
        notes.push((key.place, told.into_owned()));
    }
    let is_ignored = way != "output" && words.iter().any(|word| word == "case");
    if is_ignored { RegexCase::Ignored } else { RegexCase::Exact }
}

/// The Python pattern of words that stand one after the other.
fn tokens(node: &Node, problems: &mut Vec<Problem>) -> Option<String> {
    let tokens: Vec<String> = match &node.value {
        Value::List(items) => {
            items.iter().map(|item| scalar::text(item, Numbers::Refused, problems)).collect::<Option<_>>()?
        }
        _ => {
            let text = scalar::text(node, Numbers::Refused, problems)?;
            text.split_whitespace().map(str::to_owned).collect()
        }
    };
    let escaped: Vec<String> = tokens.iter().map(|token| regex::escaped(token)).collect();
    Some(format!(".*\\b{}\\b.*", escaped.join("\\b.*\\b")))
}

/// What is typed, and what must be printed.
fn parts(
    node: &Node,
    is_strict: bool,
    case: RegexCase,
    problems: &mut Vec<Problem>,
) -> Option<(String, Output)> {
    let Value::List(parts) = &node.value else {
        problems.push(
            Problem::new(node.place, t!("the parts are no list"))
                .help(t!("write each behind `- `, as in `- out: hi`")),
        );
        return None;
    };
    let before = problems.len();
    let (mut input, mut exact, mut patterns) = (String::new(), String::new(), Vec::new());
    for part in parts {
        let Value::Map(entries) = &part.value else {
            problems.push(not_a_part(part));
            continue;
        };
        let [(key, value)] = entries.as_slice() else {
            problems.push(not_a_part(part));
            continue;
        };
        let Some(text) = scalar::text(value, Numbers::Text, problems) else { continue };
        match key.raw.as_str() {
            "in" => input.push_str(&text),
            "lin" => input.push_str(&format!("{text}\n")),
            "out" if is_strict && regex::escaped(&text) != text => problems.push(
                Problem::new(value.place, t!("with `strict-output`, tst puts a `\\` before blanks and signs, and no answer can pass"))
                    .help(t!("write `input` and `output` instead")),
            ),
            "re" | "tok" if is_strict => problems.push(
                Problem::new(key.place, t!("with `strict-output`, tst takes a pattern to the letter"))
                    .help(t!("write `input` and `match` instead")),
            ),
            "out" => {
                exact.push_str(&text);
                patterns.push(regex::escaped(&text));
            }
            "re" => patterns.push(text),
            "tok" => patterns.push(format!("\\b{text}\\b")),
            _ => problems.push(not_a_part(part)),
        }
    }
    if problems.len() > before {
        return None;
    }
    if is_strict {
        return Some((input, Output::Exactly(exact)));
    }
    Some((input, like(&format!(".*{}.*", patterns.join(".*")), case, node.place, problems)?))
}

fn not_a_part(part: &Node) -> Problem {
    Problem::new(part.place, t!("this is no part of a conversation"))
        .help(t!("a part is one of `in`, `lin`, `out`, `re` and `tok`, each behind its own `- `"))
}

/// What Python's `re.match` finds from the beginning on.
fn like(python: &str, case: RegexCase, place: Place, problems: &mut Vec<Problem>) -> Option<Output> {
    match regex::translate(python) {
        Ok(translated) => Some(Output::Like(phrase(&anchored(&translated), case))),
        Err(fault) => {
            let (told, cure) = refusal(&fault);
            problems.push(Problem::new(place, told).help(cure));
            None
        }
    }
}

/// A search for this pattern finds what a match of the other one does.
fn anchored(translated: &regex::Translated) -> String {
    let pattern = translated.pattern.as_str();
    if translated.has_alternatives {
        return format!("\\A(?:{pattern})");
    }
    let (head, body) = match pattern.strip_prefix(".*") {
        Some(rest) if !rest.starts_with('?') => ("", rest),
        _ => match pattern.strip_prefix('^') {
            Some(rest) => ("\\A", rest),
            None => ("\\A", pattern),
        },
    };
    let body = match body.strip_suffix(".*") {
        Some(rest) if !rest.ends_with('\\') => rest,
        _ => body,
    };
    match format!("{head}{body}") {
        all if all.is_empty() => ".*".to_owned(),
        all => all,
    }
}

/// A regex, as it stands in labs.yaml.
pub fn phrase(pattern: &str, case: RegexCase) -> Phrase {
    let flag = if case == RegexCase::Ignored { "i" } else { "" };
    let pieces = vec![Piece::Literal(pattern.as_bytes().to_vec())];
    Phrase { written: format!("/{pattern}/{flag}"), shape: Shape::Regex { pieces, case } }
}

fn refusal(fault: &Fault) -> (String, String) {
    let without = || t!("say it without, or in several tests").into_owned();
    let told = match fault {
        Fault::LookAhead => t!("look-ahead, `(?=` or `(?!`, cannot be imported"),
        Fault::LookBehind => t!("look-behind, `(?<=` or `(?<!`, cannot be imported"),
        Fault::Backreference => t!("a backreference, such as `\\1`, cannot be imported"),
        Fault::Conditional => t!("a condition, `(?(1)`, cannot be imported"),
        Fault::Atomic => t!("an atomic group, `(?>`, cannot be imported"),
        Fault::Possessive => t!("a possessive repetition, such as `a++`, cannot be imported"),
        Fault::NamedCharacter => t!("a character by its name, `\\N{…}`, cannot be imported"),
        Fault::Flag(flag) => t!("the flag `%{flag}` cannot be imported", flag = flag),
        Fault::NoRegex(what) => {
            let cure = t!("Python says what is wrong: `python3 -c 'import re; re.compile(…)'`");
            return (t!("this is no regex: %{what}", what = what).into_owned(), cure.into_owned());
        }
    };
    (told.into_owned(), without())
}
