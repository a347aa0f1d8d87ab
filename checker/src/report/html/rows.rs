//! The matrix: a column for each check, a row for each submission, and what stands behind its cells.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_i18n::t;
use serde::Serialize;

use super::bounds;
use crate::report::bytes::visible;
use crate::report::results::document::{CheckEntry, Verdict};
use crate::report::results::{LabColumn, Record, Submission};
use crate::report::told;

#[derive(Serialize)]
pub struct Lab {
    id: String,
    title: String,
    width: usize,
    checks: Vec<(String, String)>,
}

#[derive(Serialize)]
pub struct Row {
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
    cells: Vec<Cell>,
}

/// A class of the style sheet, and a mark.
#[derive(Serialize)]
struct Cell(&'static str, &'static str);

impl Lab {
    pub fn of(column: &LabColumn) -> Lab {
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
    pub fn of(submission: &Submission, labs: &[LabColumn]) -> io::Result<Row> {
        let records: Vec<&Record> = submission.labs.iter().flatten().copied().collect();
        let cells = submission.labs.iter().zip(labs).map(|(record, column)| LabCells::of(*record, column));
        Ok(Row {
            name: visible(submission.name),
            points: submission.points,
            out_of: submission.out_of,
            states: states(&records).join(" "),
            flags: flags(&records),
            labs: cells.collect(),
            data: packed(&records)?,
        })
    }
}

fn states(records: &[&Record]) -> Vec<&'static str> {
    let verdicts: Vec<Verdict> =
        records.iter().flat_map(|record| &record.lab.checks).map(|check| check.outcome).collect();
    let all_passed = !records.is_empty() && verdicts.iter().all(|verdict| *verdict == Verdict::Passed);
    let states = [
        ("failed", verdicts.contains(&Verdict::Failed)),
        ("errored", verdicts.contains(&Verdict::Errored)),
        ("flagged", !flags(records).is_empty()),
        ("passed", all_passed),
    ];
    states.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
}

fn flags(records: &[&Record]) -> Vec<String> {
    let refused = records.iter().any(|record| record.refused.is_some()).then(|| t!("refused"));
    let tampered = records.iter().any(|record| !record.tampered.is_empty()).then(|| t!("tampered"));
    [refused, tampered].into_iter().flatten().map(|flag| flag.into_owned()).collect()
}

impl LabCells {
    fn of(record: Option<&Record>, column: &LabColumn) -> LabCells {
        let cells =
            column.checks.iter().map(|check| Cell::of(record.and_then(|record| record.check(&check.id))));
        let cells = cells.collect();
        let Some(record) = record else {
            return LabCells { class: "none", text: String::new(), cells };
        };
        let class = match (record.lab.points, record.lab.out_of) {
            _ if record.refused.is_some() || record.lab.error.is_some() => "errored",
            (points, out_of) if points == out_of => "passed",
            (0, _) => "failed",
            _ => "partly",
        };
        LabCells { class, text: format!("{}/{}", record.lab.points, record.lab.out_of), cells }
    }
}

impl Cell {
    fn of(check: Option<&CheckEntry>) -> Cell {
        let Some(check) = check else { return Cell("none", "") };
        match check.outcome {
            Verdict::Passed => Cell("passed", "✓"),
            Verdict::Failed if check.is_race() => Cell("race", "~"),
            Verdict::Failed => Cell("failed", "✗"),
            Verdict::Skipped => Cell("skipped", "–"),
            Verdict::Errored => Cell("errored", "!"),
        }
    }
}

fn packed(records: &[&Record]) -> io::Result<String> {
    #[derive(Serialize)]
    struct Told {
        /// As its column is called.
        lab: String,
        remarks: Vec<String>,
        record: Record,
    }
    let told: Vec<Told> = records
        .iter()
        .map(|record| Told {
            lab: visible(&record.lab.lab),
            remarks: told::remarks(record),
            record: bounds::bounded(record),
        })
        .collect();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    serde_json::to_writer(&mut encoder, &told)?;
    Ok(STANDARD.encode(encoder.finish()?))
}
