//! Annotations of GitHub Actions: a line for each failure, at its place in the source where that is known, and one for the
//! points. The log of a job obeys lines like these, so whatever a student's program said is escaped.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use rust_i18n::t;

use super::bytes::visible;
use super::count::{Noun, count};
use super::results::document::{CheckEntry, SubmissionEntry, Verdict};
use super::results::{Record, Results};
use super::told;

/// GitHub shows so many errors of one step.
const MOST_ERRORS: usize = 10;
const LONGEST_TEXT: usize = 400;

enum Level {
    Error,
    Notice,
}

struct Annotation {
    level: Level,
    title: String,
    lines: Vec<String>,
    place: Option<(String, String)>,
}

pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let is_class = results.submissions().len() > 1;
    let mut left_out = 0;
    let mut told = 0;
    for record in results.records() {
        let name = match is_class {
            true => format!("{}: {}", record.submission, record.lab.lab),
            false => record.lab.lab.clone(),
        };
        for annotation in failures(record, &name) {
            told += 1;
            if told > MOST_ERRORS {
                left_out += 1;
            } else {
                writeln!(out, "{}", annotation.command())?;
            }
        }
        if !is_class {
            let lab = &record.lab;
            let points = t!("%{points} of %{out_of} points", points = lab.points, out_of = lab.out_of);
            writeln!(out, "{}", Annotation::notice(&name, &points).command())?;
        }
    }
    if is_class {
        let totals = results.totals();
        let text = t!(
            "%{submissions}; checks: %{passed} passed, %{failed} failed, %{skipped} skipped, %{errored} could not be carried out",
            submissions = count(results.submissions().len() as u64, Noun::Submission),
            passed = totals.passed,
            failed = totals.failed,
            skipped = totals.skipped,
            errored = totals.errored
        );
        writeln!(out, "{}", Annotation::notice("checker", &text).command())?;
    }
    if left_out > 0 {
        let text = t!(
            "failures that are not annotated: %{number}; the other reports have them all",
            number = left_out
        );
        writeln!(out, "{}", Annotation::notice("checker", &text).command())?;
    }
    Ok(())
}

/// What a build or a refusal says for all checks is told once, and so is what every check of a skeleton says.
fn failures(record: &Record, name: &str) -> Vec<Annotation> {
    let error = |title: String, lines: Vec<String>| {
        let place = place(record, &lines);
        Annotation { level: Level::Error, title, lines, place }
    };
    let remarks = told::remarks(record);
    let build = record.lab.build.as_ref().filter(|build| !build.ok);
    let is_whole = record.refused.is_some() || record.lab.error.is_some() || build.is_some();
    let mut all = Vec::new();
    if !remarks.is_empty() {
        let output = build.and_then(|build| build.output.as_deref()).map(told::inert);
        all.push(error(name.to_owned(), remarks.into_iter().chain(output).collect()));
    }
    if is_whole {
        return all;
    }
    let mut causes = BTreeSet::new();
    let failed =
        record.lab.checks.iter().filter(|check| matches!(check.outcome, Verdict::Failed | Verdict::Errored));
    for check in failed {
        let is_skeleton = check.kind.as_deref() == Some("not-implemented");
        if !is_skeleton || causes.insert(check.why.clone()) {
            let kind = check.kind.clone().unwrap_or_else(|| told::verdict(check.outcome));
            all.push(error(format!("{name}/{}: {kind}", check.id), lines(check)));
        }
    }
    all
}

fn lines(check: &CheckEntry) -> Vec<String> {
    [visible(&check.title)].into_iter().chain(told::lines(check)).collect()
}

/// The first place of the student's source that is named, below the folder that was checked.
fn place(record: &Record, lines: &[String]) -> Option<(String, String)> {
    static PLACE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s(])(src/[A-Za-z0-9_/.-]+\.rs):([0-9]{1,7})").ok());
    let (SubmissionEntry::Exercise { path } | SubmissionEntry::Folder { path }) = &record.lab.submission
    else {
        return None;
    };
    let folder = Path::new(path);
    let found = PLACE
        .as_ref()?
        .captures(lines.iter().find(|line| PLACE.as_ref().is_some_and(|p| p.is_match(line)))?)?;
    let is_below = folder.is_relative() && !path.contains("..") && !found[1].contains("..");
    let file = folder.join(&found[1]);
    let file = file.strip_prefix(".").unwrap_or(&file);
    is_below.then(|| (file.to_string_lossy().into_owned(), found[2].to_owned()))
}

impl Annotation {
    /// What stands at no place in the source.
    fn notice(title: &str, text: &str) -> Annotation {
        Annotation {
            level: Level::Notice,
            title: title.to_owned(),
            lines: vec![text.to_owned()],
            place: None,
        }
    }

    fn command(&self) -> String {
        let level = match self.level {
            Level::Error => "error",
            Level::Notice => "notice",
        };
        let mut properties = Vec::new();
        if let Some((file, line)) = &self.place {
            properties.push(format!("file={}", property(file)));
            properties.push(format!("line={}", property(line)));
        }
        properties.push(format!("title={}", property(&visible(&self.title))));
        let lines: Vec<String> = self.lines.iter().map(|line| told::cut(line, LONGEST_TEXT)).collect();
        format!("::{level} {}::{}", properties.join(","), data(&lines.join("\n")))
    }
}

/// The runner looks for `##[…]`, an older way to command it, anywhere in a line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A").replace("##", "#\\x23")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    fn written(results: &Results) -> String {
        sample::written(|out| write(results, out))
    }

    #[test]
    fn one_submission() {
        let one = Results::of(sample::class())
            .only(&["ana".into()], &["chat".into(), "echo".into(), "tally".into()]);
        insta::assert_snapshot!(written(&one));
    }

    #[test]
    fn what_a_program_says_is_no_command() {
        let hostile = Results::of(sample::class())
            .only(&["ana".into(), sample::HOSTILE.into()], &["counters".into(), "chat".into()]);
        let text = written(&hostile);
        let is_ours = |line: &&str| line.starts_with("::error ") || line.starts_with("::notice ");
        assert!(text.lines().all(|line| is_ours(&line)), "{text}");
        assert!(!text.contains("##") && text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
        for line in text.lines() {
            let (properties, _) = line[2..].split_once("::").unwrap();
            let keys: Vec<&str> = properties.split_once(' ').unwrap().1.split(',').collect();
            let known = |key: &&str| ["file=", "line=", "title="].iter().any(|known| key.starts_with(known));
            assert!(keys.iter().all(known), "{line}");
        }
    }

    #[test]
    fn a_place_is_only_below_the_folder_that_was_checked() {
        let record = |path: &str| {
            let mut record = sample::record("ana", 0, "2026-11-20T10:00:00.000Z");
            record.lab.submission = SubmissionEntry::Folder { path: path.into() };
            record
        };
        let lines = |text: &str| vec![text.to_owned()];
        let found = place(&record("exercises/chat"), &lines("panicked at src/main.rs:12"));
        assert_eq!(found, Some(("exercises/chat/src/main.rs".into(), "12".into())));
        let at_the_top = place(&record("."), &lines("panicked at src/main.rs:12"));
        assert_eq!(at_the_top, Some(("src/main.rs".into(), "12".into())));
        assert_eq!(place(&record("/tmp/chat"), &lines("at src/main.rs:12")), None);
        assert_eq!(place(&record("../chat"), &lines("at src/main.rs:12")), None);
        assert_eq!(place(&record("chat"), &lines("at src/../../x.rs:12")), None);
        assert_eq!(place(&record("chat"), &lines("at /etc/src/main.rs:12")), None);
    }
}
