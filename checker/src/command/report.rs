//! `checker report`: saved results in another form, or several files of them as one.

use std::io::{self, Write};
use std::path::PathBuf;

use rust_i18n::t;

use super::check::ReportFile;
use super::{ExitStatus, UsageError, suggest};
use crate::report::bytes::visible;
use crate::report::count::{Noun, count};
use crate::report::render::{HiddenChecks, Look, render, render_file};
use crate::report::results::{self, Record, Results};
use crate::report::sink::{Destination, Format, SinkError};
use crate::report::style::Palette;
use crate::report::words;

#[derive(Debug, Clone)]
pub enum ReportOptions {
    Render(RenderOptions),
    Merge(MergeOptions),
}

#[derive(Debug, Clone)]
pub struct RenderOptions {
    pub files: Vec<PathBuf>,
    /// What goes to standard output.
    pub format: Format,
    pub reports: Vec<ReportFile>,
    /// All where there is none.
    pub submissions: Vec<String>,
    /// All where there is none.
    pub labs: Vec<String>,
    pub hidden: HiddenChecks,
    /// Of standard output.
    pub palette: Palette,
}

#[derive(Debug, Clone)]
pub struct MergeOptions {
    pub files: Vec<PathBuf>,
    pub into: PathBuf,
}

/// # Errors
/// A file holds no results, or nothing of what was asked for is in it; nothing was written then.
pub fn report(options: &ReportOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    match options {
        ReportOptions::Render(options) => told(options, out),
        ReportOptions::Merge(options) => merged(options, out),
    }
}

fn told(options: &RenderOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let results = Results::of(read(&options.files)?);
    let submissions: Vec<String> = results.submissions().iter().map(|row| row.name.to_owned()).collect();
    let labs: Vec<String> = results.labs().iter().map(|lab| lab.id.clone()).collect();
    for (asked, known) in [(&options.submissions, &submissions), (&options.labs, &labs)] {
        if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
            return Err(UsageError::Said(unknown_name(unknown, known)));
        }
    }
    let results = results.only(&options.submissions, &options.labs);
    let mut errors = show(options.format, &results, options.palette, options.hidden, out);
    errors.extend(write_reports(&options.reports, &results, options.hidden));
    Ok(if errors.is_empty() { ExitStatus::Passed } else { ExitStatus::Errored })
}

/// Writes to standard output, and complains if that cannot be done; nobody there to read is no trouble.
pub(super) fn show(
    format: Format,
    results: &Results,
    palette: Palette,
    hidden: HiddenChecks,
    out: &mut dyn Write,
) -> Vec<SinkError> {
    let shown = render(format, results, Look { palette, hidden }, out)
        .map_err(|error| SinkError { destination: Destination::Output, error });
    let errors: Vec<SinkError> = shown.err().filter(|error| !error.is_closed_pipe()).into_iter().collect();
    complain(&errors);
    errors
}

/// Writes each report, and complains of those that cannot be written: they do not silence the others.
pub(in crate::command) fn write_reports(
    reports: &[ReportFile],
    results: &Results,
    hidden: HiddenChecks,
) -> Vec<SinkError> {
    let written = reports.iter().map(|report| render_file(report.format, results, hidden, &report.file));
    let errors: Vec<SinkError> = written.filter_map(Result::err).collect();
    complain(&errors);
    errors
}

fn complain(errors: &[SinkError]) {
    for error in errors {
        // Where not even this can be written, the status still tells.
        let _ = writeln!(io::stderr(), "{}", t!("error: %{error}", error = error));
    }
}

fn merged(options: &MergeOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let records = results::merge(read(&options.files)?);
    results::write(&options.into, &records).map_err(|error| {
        UsageError::Report(SinkError { destination: Destination::File(options.into.clone()), error })
    })?;
    let results = Results::of(records);
    let text = t!(
        "%{file}: %{submissions} in %{labs}",
        file = options.into.display(),
        submissions = count(results.submissions().len() as u64, Noun::Submission),
        labs = count(results.labs().len() as u64, Noun::Lab)
    );
    writeln!(out, "{text}")?;
    Ok(ExitStatus::Passed)
}

/// All records of all files; a last line that breaks off is told of.
fn read(files: &[PathBuf]) -> Result<Vec<Record>, UsageError> {
    let mut records = Vec::new();
    for file in files {
        let saved = results::read(file).map_err(|error| UsageError::Said(error.to_string()))?;
        if let Some(line) = saved.broken_off {
            let text = t!(
                "%{file}:%{line}: the last line breaks off and does not count: the run that wrote it was ended.",
                file = file.display(),
                line = line
            );
            let _ = writeln!(io::stderr(), "{}", t!("warning: %{text}", text = text));
        }
        records.extend(saved.records);
    }
    Ok(records)
}

fn unknown_name(asked: &str, known: &[String]) -> String {
    let cure = match suggest(asked, known) {
        Some(name) => t!("Did you mean %{name}?", name = name),
        None => t!("There are %{list}.", list = words::list(known)),
    };
    t!("%{asked}: the results have nothing of this name.\n%{cure}", asked = visible(asked), cure = cure)
        .into_owned()
}
