//! JUnit's XML, which CI systems and editors read: a suite for each submission's lab, a case for each check. What a program
//! did wrong is a failure; what the checker could not do is an error.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::results::document::{CheckEntry, Verdict};
use super::results::{Record, Results};
use super::told;

pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("checker");
    for record in results.records() {
        let name = xml(&format!("{}/{}", record.submission, record.lab.lab));
        let mut suite = TestSuite::new(name.clone());
        suite.add_properties(properties(record));
        suite.add_test_cases(unlike_a_check(record, &name));
        suite.add_test_cases(record.lab.checks.iter().map(|check| case(check, &name)));
        report.add_test_suite(suite);
    }
    report.serialize(&mut *out).map_err(io::Error::other)
}

fn properties(record: &Record) -> Vec<Property> {
    let provenance = &record.provenance;
    let labs: Vec<String> =
        provenance.labs.iter().map(|labs| format!("{} {}", labs.file, labs.sha256)).collect();
    let all = [
        ("checker", provenance.checker.clone()),
        ("labs", labs.join(", ")),
        ("isolation", provenance.isolation.clone()),
        ("sight", provenance.sight.clone()),
        ("machine", provenance.machine.clone()),
        ("seed", provenance.seed.to_string()),
        ("points", record.lab.points.to_string()),
        ("out_of", record.lab.out_of.to_string()),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| Property::new(key, xml(&value)))
        .collect()
}

/// A refused submission has failed, though no check of it has; and a lab may lack even checks that could be errored.
fn unlike_a_check(record: &Record, suite: &str) -> Option<TestCase> {
    let (name, kind, why) = match (&record.refused, &record.lab.error) {
        (Some(why), _) => ("submission", NonSuccessKind::Failure, why),
        (None, Some(why)) if record.lab.checks.is_empty() => ("lab", NonSuccessKind::Error, why),
        _ => return None,
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(xml(why)).set_type(name);
    let mut case = TestCase::new(name, status);
    case.set_classname(suite);
    Some(case)
}

fn case(check: &CheckEntry, suite: &str) -> TestCase {
    let mut status = match check.outcome {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Skipped => TestCaseStatus::skipped(),
        Verdict::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Errored => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if check.outcome != Verdict::Passed {
        if let Some(kind) = &check.kind {
            status.set_type(kind.as_str());
        }
        let message = check.actual.as_ref().or(check.error.as_ref()).map(|text| xml(text));
        let message = message.or_else(|| check.skipped.as_ref().map(told::skipped));
        status.set_message(message.unwrap_or_else(|| told::verdict(check.outcome)));
        if !matches!(check.outcome, Verdict::Skipped) {
            let lines: Vec<String> = [xml(&check.title)]
                .into_iter()
                .chain(told::lines(check))
                .filter(|line| !line.is_empty())
                .collect();
            status.set_description(xml(&lines.join("\n")));
        }
    }
    let mut case = TestCase::new(xml(&check.id), status);
    case.set_classname(suite).set_time(Duration::from_secs_f64(check.duration_ms.max(0.0) / 1000.0));
    if let Some(output) = &check.last_output {
        case.set_system_out(xml(&output.stdout)).set_system_err(xml(&output.stderr));
    }
    case
}

/// Text that may stand in XML: two characters that are visible and must not are escaped as the invisible ones are.
fn xml(text: &str) -> String {
    told::inert(text).replace('\u{FFFE}', "\\u{FFFE}").replace('\u{FFFF}', "\\u{FFFF}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    fn written(labs: &[&str]) -> String {
        let labs: Vec<String> = labs.iter().map(|lab| (*lab).to_owned()).collect();
        sample::written(|out| write(&Results::of(sample::class()).only(&[], &labs), out))
    }

    #[test]
    fn a_class() {
        insta::assert_snapshot!(written(&["chat", "hello"]));
    }

    #[test]
    fn failures_and_errors_are_told_apart() {
        let text = written(&[]);
        let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
        let totals = Results::of(sample::class()).totals();
        // The refused submission is a failure of its own.
        assert_eq!((report.failures, report.errors), (totals.failed as usize + 1, totals.errored as usize));
        assert!(totals.failed > 0 && totals.errored > 0);
    }

    #[test]
    fn whatever_a_program_says_it_is_xml() {
        let mut record = sample::record("ana\u{0}\u{b}]]>", 0, "2026-11-20T10:00:00.000Z");
        record.lab.checks[1].actual = Some("\u{1b}[31m\u{fffe}</failure>&".into());
        record.lab.checks[1].id = "\u{7}\"<x>".into();
        let text = sample::written(|out| write(&Results::of([record]), out));
        assert!(text.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()), "{text}");
        assert!(
            !text.contains('\u{fffe}') && !text.contains("<x>") && !text.contains("</failure>&"),
            "{text}"
        );
        quick_junit::Report::deserialize_from_str(&text).unwrap();
    }
}
