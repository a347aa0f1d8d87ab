//! Markdown for the summary of a job on GitHub: points, and what happened. Whatever a program said can be read, and makes
//! nothing of the page.

use std::io::{self, Write};

use rust_i18n::t;

use super::results::document::{CheckEntry, Verdict};
use super::results::{Record, Results};
use super::told;

/// Of one text; a summary may have a mebibyte in all.
const LONGEST_TEXT: usize = 400;
const MOST_BYTES: usize = 900_000;

pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let is_class = results.submissions().len() > 1;
    let mut text = String::new();
    if is_class {
        text.push_str(&matrix(results));
    }
    let mut left_out = 0;
    for record in results.records() {
        // Of a class, only what did not go well.
        if is_class && record.lab.points == record.lab.out_of && told::remarks(record).is_empty() {
            continue;
        }
        let section = section(record, is_class);
        if text.len() + section.len() > MOST_BYTES {
            left_out += 1;
        } else {
            text.push_str(&section);
        }
    }
    if left_out > 0 {
        text.push_str(&inert(&t!("not shown here: %{number}", number = left_out)));
        text.push_str("\n\n");
    }
    out.write_all(text.as_bytes())
}

fn matrix(results: &Results) -> String {
    let mut rows = vec![format!("## {}\n", inert(&t!("Results")))];
    let labs: Vec<String> = results.labs().iter().map(|lab| inert(&lab.id)).collect();
    rows.push(format!("| {} | {} | {} |", inert(&t!("submission")), inert(&t!("points")), labs.join(" | ")));
    rows.push(format!("| --- |{}", " --- |".repeat(labs.len() + 1)));
    for submission in results.submissions() {
        let points = |record: &Option<&Record>| match record {
            Some(record) if record.refused.is_some() => inert(&t!("refused")),
            Some(record) => format!("{}/{}", record.lab.points, record.lab.out_of),
            None => String::new(),
        };
        let cells: Vec<String> = submission.labs.iter().map(points).collect();
        let (earned, possible) = (submission.points, submission.out_of);
        rows.push(format!("| {} | {earned}/{possible} | {} |", inert(submission.name), cells.join(" | ")));
    }
    rows.join("\n") + "\n\n"
}

fn section(record: &Record, is_class: bool) -> String {
    let lab = &record.lab;
    let name = if is_class { format!("{}: {}", record.submission, lab.lab) } else { lab.lab.clone() };
    let points = t!("%{points} of %{out_of} points", points = lab.points, out_of = lab.out_of);
    let mut rows = Vec::new();
    if is_class {
        rows.push(format!("<details><summary>{}: {}</summary>\n", inert(&name), inert(&points)));
    } else {
        rows.push(format!("## {}: {}\n", inert(&name), inert(&points)));
    }
    rows.extend(told::remarks(record).iter().map(|remark| inert(&told::cut(remark, LONGEST_TEXT)) + "\n"));
    if let Some(output) = lab.build.as_ref().and_then(|build| build.output.as_ref()) {
        rows.push(format!("<pre>{}</pre>\n", inert(&told::cut(output, 4 * LONGEST_TEXT))));
    }
    let is_built = lab.build.as_ref().is_none_or(|build| build.ok);
    if record.refused.is_none() && is_built {
        let heads = [t!("check"), t!("points"), t!("what happened")].map(|head| inert(&head));
        rows.push(format!("| | {} |", heads.join(" | ")));
        rows.push("| --- | --- | --- | --- |".to_owned());
        rows.extend(lab.checks.iter().map(row));
    }
    if is_class {
        rows.push("\n</details>".to_owned());
    }
    rows.join("\n") + "\n\n"
}

fn row(check: &CheckEntry) -> String {
    let mark = match check.outcome {
        Verdict::Passed => "✓",
        Verdict::Failed => "✗",
        Verdict::Skipped => "–",
        Verdict::Errored => "!",
    };
    let kind = check.kind.as_ref().map(|kind| format!("<code>{}</code>", inert(kind)));
    let said = told::parts(check)
        .into_iter()
        .map(|(label, text)| format!("{} {}", inert(&label), inert(&told::cut(&text, LONGEST_TEXT))));
    let said: Vec<String> = kind.into_iter().chain(said).collect();
    let name = if check.title.is_empty() { &check.id } else { &check.title };
    format!("| {mark} | {} | {}/{} | {} |", inert(name), check.points, check.out_of, said.join("<br>"))
}

/// Text that neither Markdown nor HTML makes anything of: all but letters, digits and blanks as a reference.
fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in told::inert(text).chars() {
        match c {
            '\n' => inert.push_str("<br>"),
            ' ' => inert.push(' '),
            c if c.is_alphanumeric() => inert.push(c),
            c => inert.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    inert
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
        let one = Results::of(sample::class()).only(&["ana".into()], &["chat".into(), "tally".into()]);
        insta::assert_snapshot!(written(&one));
    }

    #[test]
    fn a_class() {
        insta::assert_snapshot!(written(
            &Results::of(sample::class()).only(&[], &["chat".into(), "echo".into()])
        ));
    }

    #[test]
    fn what_a_program_says_is_text() {
        let text = written(&Results::of(sample::class()));
        let ours = [
            "<br>",
            "<code>",
            "</code>",
            "<pre>",
            "</pre>",
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
        ];
        let rest = ours.iter().fold(text.clone(), |text, tag| text.replace(tag, ""));
        assert!(!rest.contains(['<', '>', '`', '[', '*', '_', '\\']), "{rest}");
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'));
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
    }

    #[test]
    fn a_large_class_fits_into_a_summary() {
        let records = (0..400).flat_map(|n| {
            let mut record = sample::record(&format!("ana {n}"), 3, "2026-11-20T10:00:00.000Z");
            record.lab.checks[0].why = Some("x".repeat(3000));
            [record]
        });
        assert!(written(&Results::of(records)).len() < 1 << 20);
    }
}
