//! `results.json`, as Gradescope's autograder reads it: the points of one submission, check by check.

use std::io::{self, Write};

use rust_i18n::t;
use serde_json::{Value, json};

use super::render::HiddenChecks;
use super::results::document::{CheckEntry, Verdict};
use super::results::{Record, Results};
use super::told;

/// Gradescope cuts longer ones.
const LONGEST_OUTPUT: usize = 4000;

/// # Errors
/// There is not exactly one submission, or it cannot be written.
pub fn write(results: &Results, hidden: HiddenChecks, out: &mut dyn Write) -> io::Result<()> {
    let submissions = results.submissions();
    let [submission] = &submissions[..] else {
        let text = t!(
            "Gradescope takes one submission, and there are %{number}; name one: checker report render --submission NAME",
            number = submissions.len()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    };
    let mut tests = Vec::new();
    for (lab, record) in (1..).zip(submission.labs.iter().flatten()) {
        tests.extend((1..).zip(&record.lab.checks).map(|(number, check)| {
            let mut test = test(record, check, hidden);
            test["number"] = format!("{lab}.{number}").into();
            test
        }));
    }
    let records = submission.labs.iter().flatten();
    let remarks: Vec<String> = records
        .clone()
        .flat_map(|record| {
            told::remarks(record).into_iter().map(|text| format!("{}: {text}", record.lab.lab))
        })
        .collect();
    let took: f64 = records.flat_map(|record| &record.lab.checks).map(|check| check.duration_ms).sum();
    let provenance = results.records().first().map(|record| &record.provenance);
    let document = json!({
        "score": submission.points,
        "execution_time": (took / 1000.0).round(),
        "output": told::cut(&remarks.join("\n"), LONGEST_OUTPUT),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": { "provenance": provenance },
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn test(record: &Record, check: &CheckEntry, hidden: HiddenChecks) -> Value {
    let is_hidden = check.hidden == Some(true);
    let mut lines = told::lines(check);
    if let Some(output) = &check.last_output {
        lines.push(t!("the program printed, at last").into_owned() + ":\n" + &output.stdout);
        lines.push(t!("the program complained, at last").into_owned() + ":\n" + &output.stderr);
    }
    let visibility = match hidden {
        _ if !is_hidden => "visible",
        HiddenChecks::Always => "visible",
        HiddenChecks::Never => "hidden",
        HiddenChecks::AfterDueDate => "after_due_date",
        HiddenChecks::AfterPublished => "after_published",
    };
    let name = format!("{}/{}: {}", record.lab.lab, check.id, check.title);
    json!({
        "name": name.trim_end_matches(": "),
        "score": check.points,
        "max_score": check.out_of,
        "status": if check.outcome == Verdict::Passed { "passed" } else { "failed" },
        "output": told::cut(&lines.join("\n"), LONGEST_OUTPUT),
        "output_format": "text",
        "visibility": visibility,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    fn written(submission: &str, hidden: HiddenChecks) -> io::Result<Value> {
        let mut out = Vec::new();
        write(&Results::of(sample::class()).only(&[submission.to_owned()], &[]), hidden, &mut out)?;
        Ok(serde_json::from_slice(&out).unwrap())
    }

    #[test]
    fn a_submission() {
        let document = written("caio", HiddenChecks::AfterDueDate).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
    }

    #[test]
    fn points_are_those_of_the_tests_and_hidden_checks_wait() {
        for (hidden, visibility) in
            [(HiddenChecks::AfterPublished, "after_published"), (HiddenChecks::Never, "hidden")]
        {
            let document = written("ana", hidden).unwrap();
            let tests = document["tests"].as_array().unwrap();
            let sum: u64 = tests.iter().map(|test| test["score"].as_u64().unwrap()).sum();
            assert_eq!(sum, document["score"].as_u64().unwrap());
            let of = |name: &str| {
                tests.iter().find(|test| test["name"].as_str().unwrap().starts_with(name)).unwrap()
            };
            assert_eq!(of("counters/secret:")["visibility"], visibility);
            assert_eq!(of("counters/race:")["visibility"], "visible");
        }
    }

    #[test]
    fn several_submissions_are_not_mixed() {
        let mut out = Vec::new();
        let error = write(&Results::of(sample::class()), HiddenChecks::default(), &mut out).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Gradescope takes one submission, and there are 4; name one: checker report render --submission NAME"
        );
        assert!(out.is_empty());
    }
}
