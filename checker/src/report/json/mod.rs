//! The report for other programs: one JSON document, written when the run is over.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use super::Report;
use super::results::document::{Document, Totals};
use super::results::{Collector, Record, Results, milliseconds};
use super::tally::Tally;
use crate::model::event::Event;

/// Raised when a member changes its meaning or goes away; new members may come at any time.
const FORMAT: u32 = 1;

pub struct Json<W> {
    out: W,
    run: Collector,
}

impl<W: Write> Json<W> {
    pub fn new(out: W) -> Self {
        Json { out, run: Collector::default() }
    }

    fn write(&mut self, took: Duration) -> io::Result<()> {
        let labs = self.run.take();
        let info = self.run.run();
        let document = Document {
            format: FORMAT,
            labs_file: info.map(|run| run.labs_file.display().to_string()).unwrap_or_default(),
            seed: info.map_or(0, |run| run.seed),
            duration_ms: milliseconds(took),
            totals: totals(self.run.total()),
            labs,
        };
        let text = serde_json::to_string_pretty(&document).map_err(io::Error::other)?;
        self.out.write_all(harmless(&text).as_bytes())?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

/// Results of many submissions as one document.
#[derive(Serialize)]
struct OfMany<'a> {
    format: u32,
    totals: Totals,
    results: &'a [Record],
}

/// # Errors
/// It cannot be written.
pub fn write_results(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let document = OfMany { format: FORMAT, totals: results.totals(), results: results.records() };
    let text = serde_json::to_string_pretty(&document).map_err(io::Error::other)?;
    out.write_all(harmless(&text).as_bytes())?;
    out.write_all(b"\n")
}

/// A CI log takes `##[…]` for a command to itself, wherever it stands; JSON has another way to write a `#`.
fn harmless(json: &str) -> String {
    json.replace("##", "#\\u0023")
}

impl<W: Write> Report for Json<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.run.event(event)?;
        if let Event::RunFinished { took } = event {
            self.write(*took)?;
        }
        Ok(())
    }
}

fn totals(tally: Tally) -> Totals {
    Totals {
        points: tally.points,
        out_of: tally.out_of,
        passed: tally.passed,
        failed: tally.failed,
        skipped: tally.skipped,
        errored: tally.errored,
    }
}

#[cfg(test)]
mod tests;
