//! `checker doctor`: what this machine has and lacks, and the cure for each lack.

mod building;
mod checking;
mod person;

use std::io::Write;

use rust_i18n::t;

use super::{ExitStatus, UsageError};
use crate::machine::isolation::{self, Wanted};
use crate::report::style::{Ink, Mark, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};

/// One thing that was looked at.
struct Finding {
    state: State,
    what: String,
    told: String,
    /// The cures, or how to get more.
    more: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Well,
    /// The checker works without it, but not as well as it could.
    Weak,
    /// Without it no crate can be checked.
    Missing,
}

impl Finding {
    fn new(state: State, what: impl Into<String>, told: impl Into<String>) -> Self {
        Finding { state, what: what.into(), told: told.into(), more: Vec::new() }
    }

    fn more(mut self, more: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.more.extend(more.into_iter().map(Into::into));
        self
    }
}

/// Looks and tells. To be called while there is one thread. What is missing makes the status `Failed`.
///
/// # Errors
/// `out` cannot be written to.
pub fn doctor(palette: Palette, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let reach = isolation::enter(Wanted::Auto).map_err(UsageError::Isolation)?;
    let chapters = [
        (t!("The checker"), person::findings()),
        (t!("What builds need"), building::findings()),
        (t!("What checks get"), checking::findings(&reach)),
    ];
    for (title, findings) in &chapters {
        writeln!(out, "{}", Line::blank().then(Ink::Strong, title).render(&palette))?;
        for line in findings.iter().flat_map(|finding| lines(finding, &palette)) {
            writeln!(out, "{}", line.render(&palette))?;
        }
        writeln!(out)?;
    }
    let all: Vec<&Finding> = chapters.iter().flat_map(|(_, findings)| findings).collect();
    let (ink, summary, status) = summary(&all);
    for line in wrap(&summary, WIDTH) {
        writeln!(out, "{}", Line::blank().then(ink, &line).render(&palette))?;
    }
    out.flush()?;
    Ok(status)
}

fn summary(findings: &[&Finding]) -> (Ink, String, ExitStatus) {
    let named = |state| -> Vec<&str> {
        let all = findings.iter().filter(|finding| finding.state == state);
        all.map(|finding| finding.what.as_str()).collect()
    };
    let (missing, weak) = (named(State::Missing), named(State::Weak));
    match (missing.len(), weak.len()) {
        (0, 0) => (Ink::Good, t!("Nothing is missing.").into(), ExitStatus::Passed),
        (0, _) => {
            let told =
                t!("Everything that is needed is there. Better with: %{list}.", list = weak.join(", "));
            (Ink::Good, told.into(), ExitStatus::Passed)
        }
        _ => {
            let told = t!("To be put right first: %{list}.", list = missing.join(", "));
            (Ink::Bad, told.into(), ExitStatus::Failed)
        }
    }
}

const LABEL: usize = 11;

fn lines(finding: &Finding, palette: &Palette) -> Vec<Line> {
    let (mark, ink) = match finding.state {
        State::Well => (Mark::Passed, Ink::Good),
        State::Weak => (Mark::Skipped, Ink::Mild),
        State::Missing => (Mark::Failed, Ink::Bad),
    };
    let mark = palette.mark(mark);
    let start = 2 + mark.chars().count() + 1 + LABEL;
    let mut head = Some(format!(" {:LABEL$}", finding.what));
    let mut out = Vec::new();
    for part in wrap(&finding.told, WIDTH - start) {
        out.push(match head.take() {
            Some(head) => Line::indented(2).then(ink, mark).then(Ink::Plain, &head).then(Ink::Plain, &part),
            None => Line::indented(start).then(Ink::Plain, &part),
        });
    }
    for more in &finding.more {
        for part in wrap(more, WIDTH - start) {
            out.push(Line::indented(start).then(Ink::Faint, &part));
        }
    }
    out
}
