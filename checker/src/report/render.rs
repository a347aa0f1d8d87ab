//! Results in any form: each is a small file below `report/`, and all are written from the same plain data.

use std::io::{self, Write};
use std::path::Path;

use super::Report;
use super::results::{Collector, Results, sets_down};
use super::sink::{Destination, Format, Origin, SinkError, replace};
use super::style::Palette;
use super::{csv, github, gradescope, html, junit, markdown, matrix, tap};
use crate::model::event::Event;
use crate::model::provenance::Provenance;

/// When a student of Gradescope sees what became of a hidden check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HiddenChecks {
    Never,
    #[default]
    AfterDueDate,
    AfterPublished,
    Always,
}

/// How results are to look, where the form leaves a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub palette: Palette,
    pub hidden: HiddenChecks,
}

/// Writes the results as this form has them.
///
/// # Errors
/// They cannot be written, or this form cannot hold them (Gradescope takes one submission).
pub fn render(format: Format, results: &Results, look: Look, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Terminal | Format::Tst => matrix::write(results, look.palette, out),
        Format::Json => super::json::write_results(results, out),
        Format::Results => sets_down(results.records(), out),
        Format::Csv => csv::write(results, out),
        Format::Junit => junit::write(results, out),
        Format::Github => github::write(results, out),
        Format::Markdown => markdown::write(results, out),
        Format::Tap => tap::write(results, out),
        Format::Gradescope => gradescope::write(results, look.hidden, out),
        Format::Html => html::write(results, out),
    }?;
    out.flush()
}

/// Writes the results into a file, which takes its name when it is whole.
///
/// # Errors
/// As of [`render`]; what stood there before stays.
pub fn render_file(
    format: Format,
    results: &Results,
    hidden: HiddenChecks,
    file: &Path,
) -> Result<(), SinkError> {
    let look = Look { palette: Palette::PLAIN, hidden };
    replace(file, &mut |out| render(format, results, look, out))
        .map_err(|error| SinkError { destination: Destination::File(file.to_owned()), error })
}

/// A report of a run, written from its results when it is over.
pub struct WhenOver<W> {
    format: Format,
    palette: Palette,
    origin: Origin,
    collector: Collector,
    out: W,
}

impl<W: Write> WhenOver<W> {
    pub fn new(format: Format, out: W, palette: Palette, origin: Origin) -> Self {
        WhenOver { format, palette, origin, collector: Collector::default(), out }
    }
}

impl<W: Write> Report for WhenOver<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.collector.event(event)?;
        if matches!(event, Event::RunFinished { .. }) {
            let seed = self.collector.run().map_or(self.origin.provenance.seed, |run| run.seed);
            let provenance = Provenance { seed, ..self.origin.provenance.clone() };
            let results = Results::of_run(self.collector.take(), &provenance, self.origin.began);
            let look = Look { palette: self.palette, hidden: HiddenChecks::default() };
            render(self.format, &results, look, &mut self.out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::{Detail, Record, sample};

    #[test]
    fn a_report_of_verdicts_needs_no_conversations() {
        let look = Look { palette: Palette::PLAIN, hidden: HiddenChecks::Always };
        let written = |format: Format, records: Vec<Record>| {
            let mut out = Vec::new();
            let rendered = render(format, &Results::of(records), look, &mut out);
            rendered.map(|()| String::from_utf8(out).unwrap()).map_err(|error| error.to_string())
        };
        let bare: Vec<Record> = sample::class().into_iter().map(Record::without_conversations).collect();
        for format in Format::ALL.iter().filter(|format| format.detail() == Detail::Verdicts) {
            assert_eq!(
                written(*format, sample::class()),
                written(*format, bare.clone()),
                "{}",
                format.name()
            );
        }
        assert_ne!(written(Format::Html, sample::class()), written(Format::Html, bare));
    }
}
