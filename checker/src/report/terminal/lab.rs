//! A lab's header, the line of each check, and the line of totals.

use std::borrow::Cow;

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::failure::thread_lines;
use super::line::{Line, WIDTH};
use crate::model::event::LabInfo;
use crate::model::outcome::{CheckResult, FailureKind, Note, Outcome, Runs, Skip};
use crate::report::bytes::{cut, visible};
use crate::report::count::{Noun, count};
use crate::report::style::{Ink, Mark, Palette};
use crate::report::tally::Tally;
use crate::report::words::{self, Scene};

/// Columns of the time of a build, in the header.
const TIME_OF_BUILD: usize = 9;
const LONGEST_ID: usize = 16;
const POINTS: usize = 5;
const TIME: usize = 6;
/// What the threads of a passing check are indented by.
const THREADS: usize = 8;

pub fn header(info: &LabInfo, palette: &Palette) -> Line {
    let title = match words::submission(&info.submission) {
        None => words::text(&info.title).to_owned(),
        Some(submission) => format!("{} ({submission})", words::text(&info.title)),
    };
    let line = Line::blank().then(Ink::Strong, &info.id).then(Ink::Plain, "  ");
    let built_in = t!("built in %{time}", time = "").width() + TIME_OF_BUILD;
    let room = WIDTH.saturating_sub(line.width() + built_in);
    let title = cut(&visible(&title), room, palette.ellipsis());
    line.then(Ink::Plain, &title)
}

/// Where the parts of a lab's check lines stand.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    id: usize,
    title: usize,
    /// Time, or the reason why there is none.
    end: usize,
}

impl Columns {
    pub fn of(info: &LabInfo, palette: &Palette) -> Self {
        let longest = |ids: &[String]| ids.iter().map(|id| visible(id).width()).max();
        let id = longest(&info.checks).unwrap_or(0).min(LONGEST_ID);
        let needs = words::skip(&Skip::Needs(String::new())).width();
        let reason = longest(&info.needed).map(|longest| longest.min(LONGEST_ID) + needs);
        let shortest = [Skip::Interrupted, Skip::NotBuilt].iter().map(|skip| words::skip(skip).width()).max();
        let end = reason.max(shortest).unwrap_or(0);
        let before_title = 2 + palette.mark(Mark::Passed).width() + 1 + id + 2;
        Columns { id, title: WIDTH - before_title - 2 - POINTS - 2 - end, end }
    }

    pub fn check(&self, result: &CheckResult, palette: &Palette) -> Vec<Line> {
        let (mark, ink) = match result.outcome {
            Outcome::Passed => (Mark::Passed, Ink::Good),
            Outcome::Failed(_) => (Mark::Failed, Ink::Bad),
            Outcome::Skipped(_) => (Mark::Skipped, Ink::Mild),
            Outcome::Errored(_) => (Mark::Errored, Ink::Loud),
        };
        let points = if result.out_of == 0 && result.points == 0 {
            String::new()
        } else {
            format!("{}/{}", result.points, result.out_of)
        };
        let line = Line::indented(2)
            .then(ink, palette.mark(mark))
            .then(Ink::Plain, " ")
            .column(Ink::Strong, &result.id, self.id, palette)
            .then(Ink::Plain, "  ")
            .column(Ink::Plain, words::text(&result.title), self.title, palette)
            .then(Ink::Plain, "  ")
            .right(Ink::Plain, &points, POINTS.max(points.width()), palette)
            .then(Ink::Plain, "  ");
        let mut lines = vec![self.ending(line, result, palette)];
        if matches!(result.outcome, Outcome::Passed) {
            lines.extend(self.soft_notes(result, palette));
            let threads = thread_lines(Scene::of_passed(result), THREADS, palette);
            // No blank line between the check and its threads.
            lines.extend(threads.into_iter().skip(1));
        }
        lines
    }

    fn ending(&self, line: Line, result: &CheckResult, palette: &Palette) -> Line {
        match &result.outcome {
            Outcome::Skipped(skip) => line.column(Ink::Mild, &words::skip(skip), self.end, palette),
            Outcome::Errored(_) => line.column(Ink::Loud, &t!("error"), self.end, palette),
            Outcome::Failed(failure) if failure.kind == FailureKind::BuildFailed => {
                line.column(Ink::Mild, &words::skip(&Skip::NotBuilt), self.end, palette)
            }
            Outcome::Passed | Outcome::Failed(_) if result.runs.total > 1 => {
                let Runs { passed, total } = result.runs;
                line.then(Ink::Plain, &t!("%{passed}/%{total} runs", passed = passed, total = total))
            }
            Outcome::Passed | Outcome::Failed(_) => {
                line.right(Ink::Faint, &words::duration(result.took), TIME, palette)
            }
        }
    }

    /// What a passing program may still want to know.
    fn soft_notes(&self, result: &CheckResult, palette: &Palette) -> Vec<Line> {
        let notes = result.notes.iter().filter(|note| matches!(note, Note::MissingNewline { .. }));
        notes
            .map(|note| {
                let (label, text) = words::note(note, palette.showing(WIDTH));
                let before = palette.mark(Mark::Passed).width() + 3;
                Line::indented(before).then(Ink::Mild, &label).then(Ink::Plain, &format!("  {text}"))
            })
            .collect()
    }
}

/// `3 of 8 points. 1 check passed, 1 failed, 1 was skipped.`
pub fn totals(tally: Tally) -> String {
    let points = match tally.out_of {
        0 => String::new(),
        out_of => {
            let out_of = count(u64::from(out_of), Noun::Point);
            format!("{} ", t!("%{points} of %{out_of}.", points = tally.points, out_of = out_of))
        }
    };
    let not_possible = match tally.not_possible {
        0 => String::new(),
        1 => t!(" 1 needs what this machine does not give, and counts for nobody: `checker doctor`.")
            .into_owned(),
        number => t!(
            " %{number} need what this machine does not give, and count for nobody: `checker doctor`.",
            number = number
        )
        .into_owned(),
    };
    let other_files = match tally.other_files {
        0 => String::new(),
        1 => t!(" 1 is for other files, and counts for nobody.").into_owned(),
        number => t!(" %{number} are for other files, and count for nobody.", number = number).into_owned(),
    };
    points + &verdicts(tally) + &not_possible + &other_files
}

fn verdicts(tally: Tally) -> String {
    match tally.checks() {
        0 => return t!("No check was run.").into_owned(),
        1 if tally.all_passed() => return t!("The check passed.").into_owned(),
        all if tally.all_passed() => return t!("All %{number} checks passed.", number = all).into_owned(),
        _ => {}
    }
    let mut said: Vec<Cow<str>> = Vec::new();
    // Only the first says what is counted.
    let mut say = |number: u32, first: Cow<'static, str>, next: Cow<'static, str>| {
        if number > 0 {
            said.push(if said.is_empty() { first } else { next });
        }
    };
    let Tally { passed, failed, skipped, errored, .. } = tally;
    match passed {
        1 => say(1, t!("1 check passed"), t!("1 passed")),
        n => say(n, t!("%{number} checks passed", number = n), t!("%{number} passed", number = n)),
    }
    match failed {
        1 => say(1, t!("1 check failed"), t!("1 failed")),
        n => say(n, t!("%{number} checks failed", number = n), t!("%{number} failed", number = n)),
    }
    match skipped {
        1 => say(1, t!("1 check was skipped"), t!("1 was skipped")),
        n => {
            say(n, t!("%{number} checks were skipped", number = n), t!("%{number} were skipped", number = n))
        }
    }
    match errored {
        1 => say(1, t!("1 check could not be carried out"), t!("1 could not be carried out")),
        n => say(
            n,
            t!("%{number} checks could not be carried out", number = n),
            t!("%{number} could not be carried out", number = n),
        ),
    }
    said.join(", ") + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_speak_english() {
        let tally = |passed, failed, skipped, errored| Tally {
            passed,
            failed,
            skipped,
            errored,
            points: 3,
            out_of: 8,
            ..Tally::default()
        };
        assert_eq!(totals(tally(1, 1, 1, 0)), "3 of 8 points. 1 check passed, 1 failed, 1 was skipped.");
        assert_eq!(totals(tally(0, 2, 2, 0)), "3 of 8 points. 2 checks failed, 2 were skipped.");
        assert_eq!(totals(tally(5, 0, 0, 0)), "3 of 8 points. All 5 checks passed.");
        assert_eq!(totals(tally(1, 0, 0, 1)), "3 of 8 points. 1 check passed, 1 could not be carried out.");
        assert_eq!(totals(Tally::default()), "No check was run.");
        let told = totals(Tally { not_possible: 2, ..tally(5, 0, 0, 0) });
        assert!(told.ends_with(
            "passed. 2 need what this machine does not give, and count for nobody: `checker doctor`."
        ));
        let told = totals(Tally { other_files: 1, ..tally(5, 0, 0, 0) });
        assert!(told.ends_with("passed. 1 is for other files, and counts for nobody."));
    }
}
