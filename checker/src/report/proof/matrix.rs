//! Known wrong programs × checks: a row for each program, a column for each check.

use std::ops::Range;
use std::path::Path;

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::{part, remark, said, told};
use crate::model::proof::{LabProof, Mark, Standing, WrongTrial};
use crate::report::bytes::visible;
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};
use crate::report::words;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Columns that stand together.
const GROUP: usize = 5;
const LONGEST_NAME: usize = 26;
const INDENT: usize = 6;

pub fn wrong(proof: &LabProof, labs_file: &Path, palette: &Palette) -> Vec<Line> {
    let name = t!("wrong");
    let standing = proof.wrong_stand();
    let all = proof.wrong.len();
    if all == 0 {
        let text = t!("labs.yaml names no known wrong program, so nothing shows that the checks can fail");
        return part(standing, &name, &text, palette);
    }
    let right = proof.wrong.iter().filter(|wrong| wrong.standing() == Standing::Proven).count();
    let text =
        t!("%{right} of %{all} wrong programs fail where labs.yaml says, and so", right = right, all = all);
    let mut lines = part(standing, &name, &text, palette);
    lines.push(Line::blank());
    lines.extend(legend(proof));
    lines.push(Line::blank());
    let columns = proof.wrong.iter().map(|wrong| visible(&wrong.program).width()).max().unwrap_or(0);
    let columns = columns.min(LONGEST_NAME);
    // More checks than fit on a line stand in several matrices below one another.
    let each = (WIDTH - INDENT - columns - 2) / (GROUP + 1) * GROUP;
    for from in (0..proof.checks.len()).step_by(each) {
        let range = from..proof.checks.len().min(from + each);
        lines.push(head(range.clone(), columns));
        lines.extend(proof.wrong.iter().map(|wrong| row(proof, wrong, range.clone(), columns, palette)));
        lines.push(Line::blank());
    }
    lines.extend(key());
    if !proof.unproven.is_empty() {
        lines.extend(remark(&t!("no wrong program for: %{checks}", checks = words::list(&proof.unproven))));
    }
    let others = proof.wrong.iter().filter(|wrong| wrong.standing() != Standing::Proven);
    lines.extend(others.flat_map(|wrong| remark(&astray(wrong, labs_file))));
    lines
}

fn letter(column: usize) -> char {
    char::from(LETTERS[column % LETTERS.len()])
}

/// Which letter is which check.
fn legend(proof: &LabProof) -> Vec<Line> {
    let entries: Vec<String> = proof
        .checks
        .iter()
        .enumerate()
        .map(|(column, check)| format!("{}\u{a0}{}", letter(column), check.id))
        .collect();
    let rows = wrap(&entries.join(", "), WIDTH - INDENT);
    rows.iter().map(|row| Line::indented(INDENT).then(Ink::Faint, &row.replace('\u{a0}', " "))).collect()
}

fn head(range: Range<usize>, columns: usize) -> Line {
    let mut text = String::new();
    for (number, column) in range.enumerate() {
        if number > 0 && number % GROUP == 0 {
            text.push(' ');
        }
        text.push(letter(column));
    }
    Line::indented(INDENT + columns + 2).then(Ink::Strong, &text)
}

fn row(proof: &LabProof, wrong: &WrongTrial, range: Range<usize>, columns: usize, palette: &Palette) -> Line {
    let ink = if wrong.standing() == Standing::Proven { Ink::Plain } else { Ink::Bad };
    let mut line =
        Line::indented(INDENT).column(ink, &wrong.program, columns, palette).then(Ink::Plain, "  ");
    for (number, check) in proof.checks[range].iter().enumerate() {
        if number > 0 && number % GROUP == 0 {
            line = line.then(Ink::Plain, " ");
        }
        let (ink, mark) = cell(wrong, &check.id);
        line = line.then(ink, mark);
    }
    line
}

fn cell(wrong: &WrongTrial, check: &str) -> (Ink, &'static str) {
    let is_named = wrong.fails == check;
    match wrong.trial.verdict(check).map(|verdict| &verdict.mark) {
        None => (Ink::Faint, " "),
        Some(Mark::NotPossible) => (Ink::Faint, "?"),
        Some(_) if is_named && wrong.standing() == Standing::Proven => (Ink::Good, "X"),
        Some(_) if is_named => (Ink::Bad, "!"),
        Some(Mark::Passed) => (Ink::Faint, "."),
        Some(Mark::Failed(_)) => (Ink::Plain, "x"),
        Some(Mark::NotRun(_) | Mark::OtherFile | Mark::Interrupted) => (Ink::Faint, "-"),
        Some(Mark::Errored(_)) => (Ink::Loud, "!"),
    }
}

fn key() -> Vec<Line> {
    let text = t!(
        "X fails as labs.yaml says, x fails, . passes, - not run, ? not possible here, ! not as it should be"
    );
    wrap(&text, WIDTH - INDENT).iter().map(|row| Line::indented(INDENT).then(Ink::Faint, row)).collect()
}

/// A program that is not wrong in the way that labs.yaml says.
fn astray(wrong: &WrongTrial, labs_file: &Path) -> String {
    let place = format!("{}:{}", labs_file.display(), wrong.line);
    if let Some(trouble) = &wrong.trial.trouble {
        return format!("{place}: {} {}", wrong.program, told(trouble));
    }
    let first = wrong.trial.verdict(&wrong.fails).map(|verdict| &verdict.mark);
    let is_other = |mark: &&Mark| **mark != Mark::Failed(wrong.kind);
    let Some(other) = first.into_iter().chain(&wrong.again).find(is_other) else { return place };
    t!(
        "%{place}: %{program} must fail %{check} with %{kind}; instead, %{said}",
        place = place,
        program = wrong.program,
        check = wrong.fails,
        kind = wrong.kind.id(),
        said = said(&wrong.fails, other)
    )
    .into_owned()
}
