//! Results on a terminal: a row for each submission. With one lab its columns are checks, else labs.

use std::io::{self, Write};
use std::ops::Range;

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::bytes::visible;
use super::count::{Noun, count};
use super::results::document::{CheckEntry, Verdict};
use super::results::{LabColumn, Record, Results, Submission};
use super::style::{Ink, Palette};
use super::terminal::line::{Line, WIDTH, wrap};
use super::told;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Columns that stand together.
const GROUP: usize = 5;
const LONGEST_NAME: usize = 26;
/// Checks that are told of as the hardest ones.
const HARDEST: usize = 5;

pub fn write(results: &Results, palette: Palette, out: &mut dyn Write) -> io::Result<()> {
    let lines = match results.labs() {
        [] => vec![Line::blank().then(Ink::Plain, &t!("There are no results."))],
        [lab] => of_one_lab(results, lab, &palette),
        labs => of_several(results, labs, &palette),
    };
    lines.into_iter().try_for_each(|line| writeln!(out, "{}", line.render(&palette)))
}

fn of_one_lab(results: &Results, lab: &LabColumn, palette: &Palette) -> Vec<Line> {
    let mut lines = vec![heading(&lab.id, &lab.title)];
    lines.extend(legend(lab.checks.iter().map(|check| check.id.as_str())));
    lines.push(Line::blank());
    let rows = results.submissions();
    let names = width_of_names(&rows);
    let each = (WIDTH - names - 14) / (GROUP + 1) * GROUP;
    for from in (0..lab.checks.len().max(1)).step_by(each) {
        let range = from..lab.checks.len().min(from + each);
        lines.push(letters(range.clone(), names + 11));
        lines.extend(rows.iter().map(|row| {
            let line = beginning(row, names, palette).then(Ink::Plain, "  ");
            lab.checks[range.clone()].iter().enumerate().fold(line, |line, (number, check)| {
                let gap = if number > 0 && number % GROUP == 0 { " " } else { "" };
                let (ink, mark) = mark(row.labs.first().copied().flatten(), &check.id);
                line.then(Ink::Plain, gap).then(ink, mark)
            })
        }));
        lines.push(Line::blank());
    }
    lines.extend(faint(&t!(
        ". passed, x failed, ~ failed in some runs, - skipped, ! could not be carried out"
    )));
    lines.extend(ending(results, &rows));
    lines
}

fn of_several(results: &Results, labs: &[LabColumn], palette: &Palette) -> Vec<Line> {
    let mut lines = vec![heading(&t!("Results"), "")];
    lines.extend(legend(labs.iter().map(|lab| lab.id.as_str())));
    lines.push(Line::blank());
    let rows = results.submissions();
    let names = width_of_names(&rows);
    let width = labs.iter().map(|lab| 2 * lab.out_of.to_string().len() + 1).max().unwrap_or(3).max(4) + 1;
    let each = ((WIDTH - names - 12) / width).max(1);
    for from in (0..labs.len()).step_by(each) {
        let range = from..labs.len().min(from + each);
        let head = range.clone().fold(Line::indented(names + 11), |line, column| {
            line.right(Ink::Strong, &letter(column).to_string(), width, palette)
        });
        lines.push(head);
        lines.extend(rows.iter().map(|row| {
            row.labs[range.clone()].iter().fold(beginning(row, names, palette), |line, record| {
                let (ink, text) = points(*record);
                line.right(ink, &text, width, palette)
            })
        }));
        lines.push(Line::blank());
    }
    lines.extend(hardest(results));
    lines.extend(ending(results, &rows));
    lines
}

fn heading(name: &str, title: &str) -> Line {
    Line::blank().then(Ink::Strong, name).then(Ink::Plain, "  ").then(Ink::Plain, title)
}

/// A submission's name, and its points in all.
fn beginning(row: &Submission, names: usize, palette: &Palette) -> Line {
    let points = format!("{}/{}", row.points, row.out_of);
    let ink = if row.points == row.out_of { Ink::Good } else { Ink::Plain };
    Line::indented(2).column(Ink::Plain, row.name, names, palette).right(ink, &points, 9, palette)
}

fn width_of_names(rows: &[Submission]) -> usize {
    rows.iter().map(|row| visible(row.name).width()).max().unwrap_or(0).min(LONGEST_NAME)
}

fn letter(column: usize) -> char {
    char::from(LETTERS[column % LETTERS.len()])
}

fn legend<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Line> {
    let entries: Vec<String> =
        ids.enumerate().map(|(column, id)| format!("{}\u{a0}{}", letter(column), visible(id))).collect();
    let rows = wrap(&entries.join(", "), WIDTH - 2);
    rows.iter().map(|row| Line::indented(2).then(Ink::Faint, &row.replace('\u{a0}', " "))).collect()
}

fn letters(range: Range<usize>, indent: usize) -> Line {
    let mut text = String::new();
    for (number, column) in range.enumerate() {
        if number > 0 && number % GROUP == 0 {
            text.push(' ');
        }
        text.push(letter(column));
    }
    Line::indented(indent + 2).then(Ink::Strong, &text)
}

fn mark(record: Option<&Record>, check: &str) -> (Ink, &'static str) {
    let check = record.and_then(|record| record.check(check));
    match check.map(|check| check.outcome) {
        Some(Verdict::Failed) if check.is_some_and(CheckEntry::is_race) => (Ink::Bad, "~"),
        None => (Ink::Faint, " "),
        Some(Verdict::Passed) => (Ink::Good, "."),
        Some(Verdict::Failed) => (Ink::Bad, "x"),
        Some(Verdict::Skipped) => (Ink::Mild, "-"),
        Some(Verdict::Errored) => (Ink::Loud, "!"),
    }
}

fn points(record: Option<&Record>) -> (Ink, String) {
    let Some(record) = record else { return (Ink::Faint, "-".to_owned()) };
    let lab = &record.lab;
    let is_errored = lab.checks.iter().any(|check| check.outcome == Verdict::Errored);
    let ink = match (lab.points, lab.out_of) {
        _ if is_errored => Ink::Loud,
        (points, out_of) if points == out_of => Ink::Good,
        (0, _) => Ink::Bad,
        _ => Ink::Mild,
    };
    (ink, format!("{}/{}", lab.points, lab.out_of))
}

fn hardest(results: &Results) -> Vec<Line> {
    let hardest = results.hardest(HARDEST);
    if hardest.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::indented(2).then(Ink::Plain, &t!("failed most often:"))];
    lines.extend(hardest.iter().map(|check| {
        let share = t!("%{fails} of %{all}", fails = check.failed, all = check.graded);
        Line::indented(4).then(Ink::Plain, &format!("{share}  {}/{}", check.lab, check.id))
    }));
    lines.push(Line::blank());
    lines
}

fn ending(results: &Results, rows: &[Submission]) -> Vec<Line> {
    let mut lines = Vec::new();
    for text in rows.iter().flat_map(remarks) {
        let text = told::cut(&text, 4 * WIDTH);
        lines.extend(wrap(&text, WIDTH - 2).iter().map(|part| Line::indented(2).then(Ink::Mild, part)));
    }
    if !lines.is_empty() {
        lines.push(Line::blank());
    }
    let totals = results.totals();
    let text = t!(
        "%{submissions}; checks: %{passed} passed, %{failed} failed, %{skipped} skipped, %{errored} could not be carried out",
        submissions = count(rows.len() as u64, Noun::Submission),
        passed = totals.passed,
        failed = totals.failed,
        skipped = totals.skipped,
        errored = totals.errored
    );
    lines.extend(wrap(&text, WIDTH - 2).iter().map(|part| Line::indented(2).then(Ink::Strong, part)));
    lines
}

/// What is to be known of a submission; once, where the same is said of all its labs.
fn remarks(row: &Submission) -> Vec<String> {
    let labs: Vec<(&Record, Vec<String>)> =
        row.labs.iter().flatten().map(|record| (*record, told::remarks(record))).collect();
    let name = visible(row.name);
    let is_of_all = |remark: &String| labs.len() > 1 && labs.iter().all(|(_, said)| said.contains(remark));
    let of_all = labs.first().into_iter().flat_map(|(_, said)| said).filter(|remark| is_of_all(remark));
    let mut remarks: Vec<String> = of_all.map(|remark| format!("{name}: {remark}")).collect();
    for (record, said) in &labs {
        let own = said.iter().filter(|remark| !is_of_all(remark));
        remarks.extend(own.map(|remark| format!("{name}, {}: {remark}", visible(&record.lab.lab))));
    }
    remarks
}

fn faint(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> =
        wrap(text, WIDTH - 2).iter().map(|part| Line::indented(2).then(Ink::Faint, part)).collect();
    lines.push(Line::blank());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    fn written(results: &Results, palette: Palette) -> String {
        sample::written(|out| write(results, palette, out))
    }

    #[test]
    fn a_class() {
        insta::assert_snapshot!(written(&Results::of(sample::class()), Palette::PLAIN));
    }

    #[test]
    fn one_lab() {
        insta::assert_snapshot!(written(
            &Results::of(sample::class()).only(&[], &["chat".into()]),
            Palette::UNCOLOURED
        ));
    }

    #[test]
    fn it_fits_and_nothing_is_obeyed() {
        let mut wide = sample::record("日本語".repeat(30).as_str(), 0, "2026-11-20T10:00:00.000Z");
        for number in 0..200 {
            let mut check = wide.lab.checks[0].clone();
            check.id = format!("check-{number}");
            wide.lab.checks.push(check);
        }
        for results in [Results::of(sample::class()), Results::of([wide])] {
            let text = written(&results, Palette::PLAIN);
            assert!(text.lines().all(|line| line.width() <= WIDTH), "{text}");
            assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains("##["), "{text}");
        }
        assert_eq!(written(&Results::default(), Palette::PLAIN), "There are no results.\n");
    }
}
