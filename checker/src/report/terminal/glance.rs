//! The first thing to see of one lab's run: what failed first, or that all is well.

use std::io;

use super::failure::Teller;
use super::lab::totals;
use super::line::Line;
use crate::model::event::{Event, RunInfo};
use crate::model::outcome::{CheckResult, Outcome};
use crate::report::Report;
use crate::report::style::{Ink, Mark, Palette};
use crate::report::tally::{Built, OpenLab, Tally};

/// Takes in the run of one lab.
#[derive(Default)]
pub struct Glance {
    run: Option<RunInfo>,
    lab: Option<OpenLab>,
    /// Everything that did not pass.
    results: Vec<CheckResult>,
}

impl Glance {
    pub fn tally(&self) -> Tally {
        self.lab.as_ref().map(|lab| lab.tally).unwrap_or_default()
    }

    /// Did the program build?
    pub fn is_built(&self) -> bool {
        self.lab.as_ref().is_some_and(|lab| lab.build_failure().is_none())
    }

    /// The totals, and the first failure with its conversation, or what the compiler says.
    pub fn lines(&self, palette: &Palette) -> Vec<Line> {
        let Some(lab) = &self.lab else { return Vec::new() };
        let mut lines = Vec::new();
        if self.is_built() {
            let (mark, ink) = match lab.tally.all_passed() {
                true => (palette.mark(Mark::Passed).trim_end(), Ink::Good),
                false => (palette.mark(Mark::Failed), Ink::Bad),
            };
            let totals = totals(lab.tally);
            lines.push(Line::indented(2).then(ink, mark).then(Ink::Plain, " ").then(Ink::Plain, &totals));
        }
        let teller = Teller { run: self.run.as_ref(), lab, results: &self.results, palette };
        let told = teller.tell_first();
        match self.is_built() {
            true => lines.extend(told),
            false => lines.extend(errors_first(told)),
        }
        lines
    }
}

/// What the compiler says from its first error on: warnings come before it, and can wait.
fn errors_first(told: Vec<Line>) -> Vec<Line> {
    // A blank line, the headline, a blank line, and then the compiler's words.
    let said = told.iter().skip(1).position(|line| line.width() == 0).map_or(0, |at| at + 2);
    let is_error = |line: &Line| line.clone().render(&Palette::PLAIN).starts_with("error");
    let first = told.iter().skip(said).position(is_error).map_or(said, |at| said + at);
    let (headline, rest) = (told.iter().take(said).skip(1), told.iter().skip(first));
    headline.chain(rest).cloned().collect()
}

impl Report for Glance {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(info) => self.run = Some(info.clone()),
            Event::LabStarted(info) => self.lab = Some(OpenLab::new(info.clone())),
            Event::Built { took, result } => {
                if let Some(lab) = &mut self.lab {
                    lab.build = Some(Built { took: *took, result: result.clone() });
                }
            }
            Event::CheckFinished(result) => {
                if let Some(lab) = &mut self.lab {
                    lab.count(result);
                }
                if !matches!(result.outcome, Outcome::Passed) {
                    self.results.push(result.as_ref().clone());
                }
            }
            Event::LabErrored { message } => {
                if let Some(lab) = &mut self.lab {
                    lab.errored = Some(message.clone());
                }
            }
            Event::CheckStarted { .. } | Event::LabFinished | Event::RunFinished { .. } => {}
        }
        Ok(())
    }
}
