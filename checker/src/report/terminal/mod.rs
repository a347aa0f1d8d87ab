//! The report for a person at a terminal: each lab's checks as they finish, then what failed and why.

mod causes;
mod chart;
mod failure;
pub mod glance;
mod lab;
pub mod line;
mod transcript;

use std::io::{self, Write};
use std::time::Duration;

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use self::lab::{Columns, header, totals};
use self::line::{Line, WIDTH, wrap};
use super::Report;
use super::style::{Ink, Palette};
use super::tally::{Built, OpenLab, Tally};
use super::words;
use crate::model::event::{Event, LabInfo, RunInfo};
use crate::model::outcome::{BuildFailure, CheckResult, Outcome};

pub struct Terminal<W> {
    out: W,
    palette: Palette,
    run: Option<RunInfo>,
    lab: Option<LabOnScreen>,
    total: Tally,
    labs: u32,
}

struct LabOnScreen {
    lab: OpenLab,
    columns: Columns,
    header: Header,
    /// Everything that did not simply pass.
    results: Vec<CheckResult>,
}

/// The header's line stays open until it is known how long the build took.
#[derive(Clone, Copy)]
enum Header {
    Open { width: usize },
    Closed,
}

impl<W: Write> Terminal<W> {
    pub fn new(out: W, palette: Palette) -> Self {
        Terminal { out, palette, run: None, lab: None, total: Tally::default(), labs: 0 }
    }

    fn open_lab(&mut self, info: &LabInfo) -> io::Result<()> {
        self.close_lab()?;
        if self.labs > 0 {
            self.line(Line::blank())?;
        }
        self.labs += 1;
        let header = header(info, &self.palette);
        let width = header.width();
        write!(self.out, "{}", header.render(&self.palette))?;
        self.out.flush()?;
        self.lab = Some(LabOnScreen {
            lab: OpenLab::new(info.clone()),
            columns: Columns::of(info, &self.palette),
            header: Header::Open { width },
            results: Vec::new(),
        });
        Ok(())
    }

    fn built(&mut self, took: Duration, result: &Result<(), BuildFailure>) -> io::Result<()> {
        if let Some(on_screen) = &mut self.lab {
            on_screen.lab.build = Some(Built { took, result: result.clone() });
        }
        match result {
            Ok(()) => self.close_header(Ink::Faint, &t!("built in %{time}", time = words::duration(took))),
            Err(_) => self.close_header(Ink::Bad, &t!("did not build")),
        }
    }

    fn close_header(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        let Some(on_screen) = &mut self.lab else { return Ok(()) };
        let Header::Open { width } = on_screen.header else { return Ok(()) };
        on_screen.header = Header::Closed;
        let gap = if text.is_empty() { 0 } else { WIDTH.saturating_sub(width + text.width()).max(2) };
        self.line(Line::indented(gap).then(ink, text))
    }

    fn check(&mut self, result: &CheckResult) -> io::Result<()> {
        self.close_header(Ink::Plain, "")?;
        let Some(on_screen) = &mut self.lab else { return Ok(()) };
        on_screen.lab.count(result);
        let lines = on_screen.columns.check(result, &self.palette);
        if !matches!(result.outcome, Outcome::Passed) {
            on_screen.results.push(result.clone());
        }
        self.lines(lines)?;
        self.out.flush()
    }

    fn close_lab(&mut self) -> io::Result<()> {
        let unreported = self.lab.as_ref().map(|on_screen| on_screen.lab.unreported()).unwrap_or_default();
        for result in unreported {
            self.check(&result)?;
        }
        self.close_header(Ink::Plain, "")?;
        let Some(on_screen) = self.lab.take() else { return Ok(()) };
        self.total.add(on_screen.lab.tally);
        let teller = failure::Teller {
            run: self.run.as_ref(),
            lab: &on_screen.lab,
            results: &on_screen.results,
            palette: &self.palette,
        };
        self.lines(teller.tell())?;
        self.line(Line::blank())?;
        let totals = wrap(&totals(on_screen.lab.tally), WIDTH - 2);
        self.lines(totals.iter().map(|part| Line::indented(2).then(Ink::Plain, part)).collect())?;
        self.out.flush()
    }

    fn close_run(&mut self) -> io::Result<()> {
        self.close_lab()?;
        if self.labs > 1 {
            self.line(Line::blank())?;
            let text = t!("All %{number} labs: %{totals}", number = self.labs, totals = totals(self.total));
            self.lines(wrap(&text, WIDTH).iter().map(|l| Line::blank().then(Ink::Strong, l)).collect())?;
        }
        self.out.flush()
    }

    fn lines(&mut self, lines: Vec<Line>) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| self.line(line))
    }

    fn line(&mut self, line: Line) -> io::Result<()> {
        writeln!(self.out, "{}", line.render(&self.palette))
    }
}

impl<W: Write> Report for Terminal<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(info) => {
                self.run = Some(info.clone());
                Ok(())
            }
            Event::LabStarted(info) => self.open_lab(info),
            Event::Built { took, result } => self.built(*took, result),
            Event::CheckStarted { .. } => Ok(()),
            Event::CheckFinished(result) => self.check(result),
            Event::LabErrored { message } => {
                if let Some(on_screen) = &mut self.lab {
                    on_screen.lab.errored = Some(message.clone());
                }
                Ok(())
            }
            Event::LabFinished => self.close_lab(),
            Event::RunFinished { .. } => self.close_run(),
        }
    }
}

#[cfg(test)]
mod tests;
