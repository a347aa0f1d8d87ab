//! What stands above and below the matrix: the class in a few numbers, and what produced them.

use rust_i18n::t;
use serde::Serialize;

use crate::report::bytes::visible;
use crate::report::count::{Noun, count};
use crate::report::results::document::{Totals, Verdict};
use crate::report::results::{Moment, Results, Submission};

/// Checks that are told of as the hardest ones.
const HARDEST: usize = 5;

/// One number of the class, with the verdict whose colour it has.
#[derive(Serialize)]
pub struct Tally {
    verdict: Option<Verdict>,
    text: String,
}

/// How many checks had a verdict, and how many are told of before them.
#[derive(Serialize)]
pub struct Share {
    verdict: Verdict,
    from: u32,
    number: u32,
}

/// A check that many fail.
#[derive(Serialize)]
pub struct Hard {
    name: String,
    title: String,
    share: String,
}

pub fn title(results: &Results, submissions: &[Submission]) -> String {
    let labs: Vec<String> = results.labs().iter().map(|lab| visible(&lab.title)).collect();
    match (&labs[..], submissions) {
        ([lab], _) => lab.clone(),
        (_, [only]) => visible(only.name),
        _ => t!("Results").into_owned(),
    }
}

pub fn tallies(totals: &Totals, submissions: usize) -> Vec<Tally> {
    let percent =
        if totals.out_of == 0 { 0 } else { u64::from(totals.points) * 100 / u64::from(totals.out_of) };
    let plain = |text: String| Tally { verdict: None, text };
    let of = |verdict, text: std::borrow::Cow<str>| Tally { verdict: Some(verdict), text: text.into_owned() };
    let mut tallies = vec![
        plain(count(submissions as u64, Noun::Submission)),
        plain(t!("%{percent}% of all points", percent = percent).into_owned()),
        of(Verdict::Passed, t!("✓ %{number} passed", number = totals.passed)),
        of(Verdict::Failed, t!("✗ %{number} failed", number = totals.failed)),
        of(Verdict::Skipped, t!("– %{number} skipped", number = totals.skipped)),
    ];
    if totals.errored > 0 {
        let text = t!("! %{number} could not be carried out", number = totals.errored);
        tallies.push(of(Verdict::Errored, text));
    }
    tallies
}

pub fn shares(totals: &Totals) -> Vec<Share> {
    let numbers = [
        (Verdict::Passed, totals.passed),
        (Verdict::Failed, totals.failed),
        (Verdict::Skipped, totals.skipped),
        (Verdict::Errored, totals.errored),
    ];
    let mut from = 0;
    let share = numbers.into_iter().map(|(verdict, number)| {
        let share = Share { verdict, from, number };
        from += number;
        share
    });
    share.collect()
}

/// Nothing of one submission alone.
pub fn hardest(results: &Results) -> Vec<Hard> {
    let hardest = results.hardest(HARDEST).into_iter().filter(|check| check.graded > 1);
    let hard = hardest.map(|check| Hard {
        name: visible(&format!("{}/{}", check.lab, check.id)),
        title: visible(check.title),
        share: t!("%{fails} of %{all}", fails = check.failed, all = check.graded).into_owned(),
    });
    hard.collect()
}

pub fn provenance(results: &Results) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for by in results.provenances() {
        let labs: Vec<String> = by
            .labs
            .iter()
            .map(|labs| format!("{} (sha256 {})", labs.file, labs.sha256.get(..12).unwrap_or(&labs.sha256)))
            .collect();
        let lines = [
            (t!("checker"), by.checker),
            (t!("labs"), labs.join(", ")),
            (t!("isolation"), by.isolation),
            (t!("sight"), by.sight),
            (t!("machine"), by.machine),
        ];
        let known = lines.into_iter().filter(|(_, value)| !value.is_empty());
        all.extend(known.map(|(label, value)| (label.into_owned(), visible(&value))));
    }
    let moments = results.records().iter().map(|record| record.graded_at);
    if let (Some(first), Some(last)) = (moments.clone().min(), moments.max()) {
        let span = [first, last].map(readable);
        let span = if span[0] == span[1] { span[0].clone() } else { span.join(" – ") };
        all.push((t!("graded at").into_owned(), span));
    }
    all
}

/// To the minute: `2026-11-20 13:53 UTC`.
fn readable(moment: Moment) -> String {
    let text = moment.to_string().replace('T', " ");
    format!("{} UTC", text.get(..16).unwrap_or(&text))
}
