//! The Test Anything Protocol, version 14: a line for each check, and what happened below it.

use std::io::{self, Write};

use super::bytes::visible;
use super::results::document::{CheckEntry, Verdict};
use super::results::{Record, Results};
use super::told;

pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TAP version 14")?;
    let checks: usize = results.records().iter().map(|record| record.lab.checks.len()).sum();
    writeln!(out, "1..{checks}")?;
    let mut number = 0;
    for record in results.records() {
        for remark in told::remarks(record) {
            writeln!(out, "# {}: {}", description(&place(record)), description(&remark))?;
        }
        for check in &record.lab.checks {
            number += 1;
            write_check(record, check, number, out)?;
        }
    }
    Ok(())
}

fn write_check(record: &Record, check: &CheckEntry, number: usize, out: &mut dyn Write) -> io::Result<()> {
    let name = format!("{}/{} - {}", place(record), check.id, check.title);
    let name = description(name.trim_end_matches(" - "));
    match check.outcome {
        Verdict::Passed => writeln!(out, "ok {number} - {name}"),
        // What another check stands in the way of is no success.
        Verdict::Skipped if !check.is_not_possible() => {
            let why = check.skipped.as_ref().map(told::skipped).unwrap_or_default();
            writeln!(out, "not ok {number} - {name} # SKIP {}", description(&why))
        }
        Verdict::Skipped => writeln!(out, "ok {number} - {name} # SKIP"),
        Verdict::Failed | Verdict::Errored => {
            writeln!(out, "not ok {number} - {name}")?;
            writeln!(out, "  ---")?;
            let severity = if check.outcome == Verdict::Errored { "error" } else { "fail" };
            writeln!(out, "  severity: {severity}")?;
            if let Some(kind) = &check.kind {
                writeln!(out, "  kind: {}", quoted(kind))?;
            }
            for (key, text) in [
                ("expected", &check.expected),
                ("actual", &check.actual),
                ("why", &check.why),
                ("hint", &check.hint),
                ("error", &check.error),
            ] {
                if let Some(text) = text {
                    writeln!(out, "  {key}: {}", quoted(&visible(text)))?;
                }
            }
            writeln!(out, "  ...")
        }
    }
}

fn place(record: &Record) -> String {
    format!("{}/{}", record.submission, record.lab.lab)
}

/// One line in which nothing is a directive.
fn description(text: &str) -> String {
    visible(text).replace('#', "\\#")
}

/// A text of JSON is one of YAML as well.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    fn written() -> String {
        let results = Results::of(sample::class()).only(&[], &["chat".into(), "counters".into()]);
        sample::written(|out| write(&results, out))
    }

    #[test]
    fn a_class() {
        insta::assert_snapshot!(written());
    }

    #[test]
    fn the_plan_counts_and_nobody_adds_a_line() {
        let text = written();
        let planned: usize = text.lines().find_map(|line| line.strip_prefix("1..")).unwrap().parse().unwrap();
        let points = text.lines().filter(|line| line.starts_with("ok ") || line.starts_with("not ok "));
        assert_eq!(points.count(), planned);
        let known = ["ok ", "not ok ", "  ", "# ", "1..", "TAP version 14"];
        assert!(text.lines().all(|line| known.iter().any(|begin| line.starts_with(begin))), "{text}");
    }
}
