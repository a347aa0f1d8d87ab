//! What reports say of one check, as lines of text: for all forms that have a place for text and none for more.

use std::borrow::Cow;

use rust_i18n::t;

use super::bytes::visible;
use super::results::document::{CheckEntry, SkipEntry, Verdict};
use super::results::{Record, Tampering};

/// The outcome in a word.
pub fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Passed => t!("passed"),
        Verdict::Failed => t!("failed"),
        Verdict::Skipped => t!("skipped"),
        Verdict::Errored => t!("could not be checked"),
    }
    .into_owned()
}

/// Why a check was not run.
pub fn skipped(skip: &SkipEntry) -> String {
    match skip {
        SkipEntry::Needs { check } => t!("needs %{check}", check = visible(check)),
        SkipEntry::NotBuilt => t!("not built"),
        SkipEntry::Interrupted => t!("interrupted"),
        SkipEntry::NotPossible => t!("not here"),
        SkipEntry::OtherFile => t!("other files"),
        SkipEntry::Refused => t!("the submission was refused"),
        SkipEntry::Other => t!("skipped"),
    }
    .into_owned()
}

/// What happened, with a label for each part of it; nothing of a check that simply passed, nor of a hidden one.
pub fn parts(check: &CheckEntry) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut part = |label: Cow<str>, text: &Option<String>| {
        parts.extend(text.as_ref().map(|text| (label.into_owned(), inert(text.trim()))));
    };
    let sentence = check.step.as_ref().map(|step| format!("{} ({})", step.sentence, step.line));
    part(t!("sentence"), &sentence);
    part(t!("expected"), &check.expected);
    part(t!("actual"), &check.actual);
    part(t!("why"), &check.why);
    part(t!("hint"), &check.hint);
    part(t!("error"), &check.error);
    part(t!("skipped"), &check.skipped.as_ref().map(skipped));
    let race = check.runs.as_ref().filter(|runs| runs.total > 1).map(|runs| {
        t!("%{passed} of %{total} runs passed", passed = runs.passed, total = runs.total).into_owned()
    });
    part(t!("runs"), &race);
    parts
}

/// [`parts`] as lines.
pub fn lines(check: &CheckEntry) -> Vec<String> {
    parts(check).into_iter().map(|(label, text)| format!("{label}: {text}")).collect()
}

/// What is to be known of a submission's lab besides its checks: why it was refused, what was tampered with, why it
/// did not build or could not be checked, and which checks passed at some times only.
pub fn remarks(record: &Record) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(why) = &record.refused {
        remarks.push(t!("refused: %{why}", why = visible(why)).into_owned());
    }
    for tampered in &record.tampered {
        let path = visible(&tampered.path);
        let text = match tampered.what {
            Tampering::Changed => t!("%{path} was changed; the instructor's own was used", path = path),
            Tampering::Added => t!("%{path} was added, and not used", path = path),
            Tampering::Other => t!("%{path} is not the instructor's own", path = path),
        };
        remarks.push(text.into_owned());
    }
    if let Some(build) = record.lab.build.as_ref().filter(|build| !build.ok) {
        let why = visible(build.summary.as_deref().unwrap_or_default());
        remarks.push(t!("did not build: %{why}", why = why).into_owned());
    }
    if let Some(error) = &record.lab.error {
        remarks.push(t!("could not be checked: %{why}", why = visible(error)).into_owned());
    }
    let races = record.lab.checks.iter().filter(|check| check.is_race() && check.hidden.is_none());
    for (check, runs) in races.filter_map(|check| Some((visible(&check.id), check.runs.as_ref()?))) {
        let (passed, total) = (runs.passed, runs.total);
        let text =
            t!("%{check}: %{passed} of %{total} runs passed", check = check, passed = passed, total = total);
        remarks.push(text.into_owned());
    }
    remarks
}

/// [`visible`], line by line.
pub fn inert(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// The beginning of a long text.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}
