//! What is said about wrong files in Portuguese: the same problems at the same places, in other words.
//!
//! First in English and then in Portuguese: this needs a process of its own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use checker::manifest::{self, Colour, Problems};
use checker::model::language::Language;

/// Texts that are no YAML, or no labs.yaml at all.
const BROKEN: [&str; 15] = [
    "",
    "format: 1\ncourse: Sockets: and threads\nlabs: []\n",
    "format: 1\nlabs:\n\t- id: echo\n",
    "format: 1\n---\nformat: 1\n",
    "format: 1\ncourse: [a, b\nlabs: []\n",
    "format: 1\ncourse: {en: a\nlabs: []\n",
    "format: 1\ncourse: \"never closed\n",
    "format: 1\ncourse: \"a\\qb\"\n",
    "format: 1\ncourse: @home\n",
    "format: 1\n  course: c\n",
    "format: 1\ncourse: c\n- labs\n",
    "format: 1\ncourse: a\u{2028}b\n",
    "\u{feff}format: 1\ncourse: c\nlabs: []\n",
    "[1, 2]",
    "format: 1\ncourse: c\ncourse: d\nlabs:\n  - {}\n",
];

// One test: the language belongs to the whole process.
#[test]
fn wrong_files_are_told_in_portuguese_at_the_same_places() {
    let files = [include_str!("manifest/mistakes.yaml"), include_str!("manifest/misunderstandings.yaml")];
    let texts: Vec<&str> = files.into_iter().chain(BROKEN).collect();
    let in_english: Vec<Problems> = texts.iter().map(|text| problems(text)).collect();
    Language::BrazilianPortuguese.speak();
    let in_portuguese: Vec<Problems> = texts.iter().map(|text| problems(text)).collect();
    for (english, portuguese) in in_english.iter().zip(&in_portuguese) {
        let places = |problems: &Problems| -> Vec<(u32, u32, u32)> {
            problems.list().iter().map(|problem| (problem.line, problem.column, problem.length)).collect()
        };
        let mut sorted = [places(english), places(portuguese)];
        sorted.iter_mut().for_each(|places| places.sort());
        assert_eq!(sorted[0], sorted[1]);
        let both =
            english.list().iter().flat_map(|one| portuguese.list().iter().map(move |other| (one, other)));
        for (one, other) in both {
            assert_ne!(one.message, other.message);
            assert!(one.help.is_none() || one.help != other.help, "{one:?}");
        }
    }
    let shown: Vec<String> = in_portuguese.iter().map(|problems| problems.render(Colour::Plain)).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

fn problems(text: &str) -> Problems {
    manifest::read(Path::new("labs.yaml"), text).expect_err("a file with problems")
}
