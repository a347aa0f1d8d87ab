//! Every sentence and form stands in an example of the reference. That the examples are true, `tests/docs` shows by
//! running them.

use std::collections::BTreeSet;

use super::*;
use crate::manifest::script::pattern::{self, Words};
use crate::manifest::script::{Slice, split_at_colon};

const REFERENCE: &str = include_str!("../../../../../docs/labs-yaml.md");

#[test]
fn every_sentence_has_an_example() {
    let shown = shown();
    let missing: Vec<&str> =
        ACTING.iter().map(|(pattern, ..)| *pattern).filter(|pattern| !shown.contains(*pattern)).collect();
    assert!(missing.is_empty(), "docs/labs-yaml.md has no example of {missing:#?}");
}

/// A form is the same whoever hears, so that one example will do; but each of those who hear has one, too.
#[test]
fn every_form_and_everybody_who_hears_has_an_example() {
    let shown = shown();
    let is_shown = |hearer: &HearerRow, form: &FormRow| shown.contains(hearer.pattern(form).as_str());
    let heard = |form: &&FormRow| HEARERS.iter().any(|hearer| is_shown(hearer, form));
    let mute: Vec<String> = FORMS
        .iter()
        .filter(|form| !heard(form))
        .map(|form| format!("{} {}", form.adverb, form.rest))
        .collect();
    assert!(mute.is_empty(), "docs/labs-yaml.md has no example of `receives` with {mute:#?}");
    for hearer in HEARERS {
        let is_heard = FORMS.iter().any(|form| is_shown(&hearer, form));
        assert!(is_heard, "docs/labs-yaml.md has no example of `{} {}`", hearer.subject, hearer.verb);
    }
}

/// The patterns of the rows that the examples' lines are.
fn shown() -> BTreeSet<&'static str> {
    example_lines().filter_map(row_of).map(|row| row.pattern.as_str()).collect()
}

fn row_of(line: &str) -> Option<&'static Row> {
    let (head, _) = split_at_colon(Slice { text: line, line: 1, column: 1 });
    let head = head.text.split(" within ").next().unwrap_or_default();
    let words = Slice { text: head, line: 1, column: 1 }.words();
    let words = Words::of(&words);
    rows().iter().find(|row| pattern::fill(&row.pattern, &words).is_some())
}

/// The lines of fenced blocks.
fn example_lines() -> impl Iterator<Item = &'static str> {
    let blocks = REFERENCE.split("\n```").skip(1).step_by(2);
    blocks.flat_map(|block| block.lines().skip(1).map(str::trim))
}
