//! Results as one HTML file that needs no network: a matrix of submissions × checks, and behind each cell what happened.
//!
//! The matrix is plain HTML. What stands behind it is kept compressed, a block for each submission, and unpacked when
//! somebody asks: a class of hundreds opens at once. The page's policy lets nothing be loaded, and no script run but
//! its own.

mod bounds;
mod phrases;

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use rust_i18n::t;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::bytes::visible;
use super::count::{Noun, count};
use super::results::document::Verdict;
use super::results::{LabColumn, Record, Results, Submission};
use super::told;
use crate::model::language::Language;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// A browser takes its time for more cells than these at once.
const LARGE: usize = 5000;

/// # Errors
/// It cannot be written.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).build().map_err(io::Error::other)?);
    // The name's ending has every value escaped.
    environment.add_template("page.html", PAGE).map_err(io::Error::other)?;
    let page = environment.get_template("page.html").map_err(io::Error::other)?;
    let page = page.render(Serde(Page::of(results)?)).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

#[derive(Serialize)]
struct Page {
    language: &'static str,
    title: String,
    policy: String,
    style: &'static str,
    script: &'static str,
    say: std::collections::BTreeMap<&'static str, String>,
    summary: Vec<(&'static str, String)>,
    provenance: Vec<(String, String)>,
    labs: Vec<Lab>,
    /// Whether only the points of each lab are shown at first.
    is_large: bool,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Lab {
    id: String,
    title: String,
    width: usize,
    checks: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    points: u32,
    out_of: u32,
    /// What a filter looks for: `failed`, `errored`, `flagged`, `passed`.
    states: String,
    flags: Vec<String>,
    labs: Vec<LabCells>,
    /// The submission's records: JSON, gzip, base64.
    data: String,
}

#[derive(Serialize)]
struct LabCells {
    class: &'static str,
    text: String,
    cells: Vec<(&'static str, &'static str)>,
}

impl Page {
    fn of(results: &Results) -> io::Result<Page> {
        let submissions = results.submissions();
        let rows: Vec<Row> =
            submissions.iter().map(|row| Row::of(row, results.labs())).collect::<io::Result<_>>()?;
        let columns: usize = results.labs().iter().map(|lab| lab.checks.len()).sum();
        Ok(Page {
            language: Language::spoken().tag(),
            title: title(results, &submissions),
            policy: format!(
                "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
                hash(SCRIPT),
                hash(STYLE)
            ),
            style: STYLE,
            script: SCRIPT,
            say: phrases::all(),
            summary: summary(results, submissions.len()),
            provenance: provenance(results),
            labs: results.labs().iter().map(Lab::of).collect(),
            is_large: results.labs().len() > 1 && columns * rows.len() > LARGE,
            rows,
        })
    }
}

fn title(results: &Results, submissions: &[Submission]) -> String {
    let labs: Vec<String> = results.labs().iter().map(|lab| visible(&lab.title)).collect();
    match (&labs[..], submissions) {
        ([lab], _) => lab.clone(),
        (_, [only]) => visible(only.name),
        _ => t!("Results").into_owned(),
    }
}

/// The hash by which the page's policy knows a script or a style.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn summary(results: &Results, submissions: usize) -> Vec<(&'static str, String)> {
    let totals = results.totals();
    let percent =
        if totals.out_of == 0 { 0 } else { u64::from(totals.points) * 100 / u64::from(totals.out_of) };
    let mut summary = vec![
        ("", count(submissions as u64, Noun::Submission)),
        ("", t!("%{percent}% of all points", percent = percent).into_owned()),
        ("passed", t!("✓ %{number} passed", number = totals.passed).into_owned()),
        ("failed", t!("✗ %{number} failed", number = totals.failed).into_owned()),
        ("skipped", t!("– %{number} skipped", number = totals.skipped).into_owned()),
    ];
    if totals.errored > 0 {
        summary.push((
            "errored",
            t!("! %{number} could not be carried out", number = totals.errored).into_owned(),
        ));
    }
    summary
}

fn provenance(results: &Results) -> Vec<(String, String)> {
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
        let span = if first == last { first.to_string() } else { format!("{first} – {last}") };
        all.push((t!("graded at").into_owned(), span));
    }
    all
}

impl Lab {
    fn of(column: &LabColumn) -> Lab {
        let checks = column.checks.iter().map(|check| (visible(&check.id), visible(&check.title)));
        Lab {
            id: visible(&column.id),
            title: visible(&column.title),
            width: column.checks.len() + 1,
            checks: checks.collect(),
        }
    }
}

impl Row {
    fn of(submission: &Submission, labs: &[LabColumn]) -> io::Result<Row> {
        let records: Vec<&Record> = submission.labs.iter().flatten().copied().collect();
        let checks = || records.iter().flat_map(|record| &record.lab.checks);
        let has = |verdict| checks().any(|check| check.outcome == verdict);
        let mut flags = Vec::new();
        if records.iter().any(|record| record.refused.is_some()) {
            flags.push(t!("refused").into_owned());
        }
        if records.iter().any(|record| !record.tampered.is_empty()) {
            flags.push(t!("tampered").into_owned());
        }
        let all_passed = !has(Verdict::Failed) && !has(Verdict::Skipped) && !has(Verdict::Errored);
        let states = [
            ("failed", has(Verdict::Failed)),
            ("errored", has(Verdict::Errored)),
            ("flagged", !flags.is_empty()),
            ("passed", all_passed && !records.is_empty()),
        ];
        let states: Vec<&str> = states.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        let cells = submission.labs.iter().zip(labs).map(|(record, column)| LabCells::of(*record, column));
        Ok(Row {
            name: visible(submission.name),
            points: submission.points,
            out_of: submission.out_of,
            states: states.join(" "),
            flags,
            labs: cells.collect(),
            data: packed(&records)?,
        })
    }
}

impl LabCells {
    fn of(record: Option<&Record>, column: &LabColumn) -> LabCells {
        let Some(record) = record else {
            return LabCells {
                class: "none",
                text: String::new(),
                cells: column.checks.iter().map(|_| ("none", "")).collect(),
            };
        };
        let cell = |id: &str| match record.check(id).map(|check| check.outcome) {
            None => ("none", ""),
            Some(Verdict::Passed) => ("passed", "✓"),
            Some(Verdict::Failed) => ("failed", "✗"),
            Some(Verdict::Skipped) => ("skipped", "–"),
            Some(Verdict::Errored) => ("errored", "!"),
        };
        let class = match (record.lab.points, record.lab.out_of) {
            _ if record.refused.is_some() || record.lab.error.is_some() => "errored",
            (points, out_of) if points == out_of => "passed",
            (0, _) => "failed",
            _ => "partly",
        };
        LabCells {
            class,
            text: format!("{}/{}", record.lab.points, record.lab.out_of),
            cells: column.checks.iter().map(|check| cell(&check.id)).collect(),
        }
    }
}

fn packed(records: &[&Record]) -> io::Result<String> {
    #[derive(Serialize)]
    struct Told<'a> {
        lab: &'a str,
        remarks: Vec<String>,
        record: Record,
    }
    let told: Vec<Told> = records
        .iter()
        .map(|record| Told {
            lab: &record.lab.lab,
            remarks: told::remarks(record),
            record: bounds::bounded(record),
        })
        .collect();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    serde_json::to_writer(&mut encoder, &told)?;
    Ok(STANDARD.encode(encoder.finish()?))
}

#[cfg(test)]
mod tests;
