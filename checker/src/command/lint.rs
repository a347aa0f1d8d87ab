//! `checker lint [FILE]`: everything wrong with a labs.yaml, and whatever is suspicious in it.

use std::io::Write;
use std::path::{Path, PathBuf};

use rust_i18n::t;
use serde::Serialize;

use super::room::{Room, RoomError};
use super::{ExitStatus, UsageError, course};
use crate::manifest::{self, Colour, Problem, Problems, Warnings};
use crate::report::sink::Format;
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::Line;

#[derive(Debug, Clone)]
pub struct LintOptions {
    /// The file; the one that `--labs` names or the nearest where there is none.
    pub file: Option<PathBuf>,
    pub format: Format,
    /// Of standard output.
    pub palette: Palette,
}

/// Writes the warnings to `out`. The status tells whether there are any.
///
/// # Errors
/// The file cannot be found or has problems (as JSON, these are written, too, and are no error); `out` cannot
/// be written to.
pub fn lint(options: LintOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let looked = match file(options.file.as_deref()) {
        Ok(file) => manifest::lint(&file),
        Err(UsageError::LabsFileProblems(problems)) => Err(problems),
        Err(error) => return Err(error),
    };
    let status = match options.format {
        Format::Json => json(&looked, out)?,
        _ => terminal(&looked.map_err(UsageError::LabsFileProblems)?, &options.palette, out)?,
    };
    out.flush()?;
    Ok(status)
}

fn file(named: Option<&Path>) -> Result<PathBuf, UsageError> {
    match named {
        Some(file) if file.is_file() => Ok(file.to_owned()),
        Some(file) => Err(UsageError::LabsFileMissing { file: file.to_owned() }),
        None => match Room::find(None)? {
            Room::Course(course) | Room::Lab(course) => Ok(course.file),
            Room::Outside(official) => {
                let folder = std::env::current_dir()?;
                Err(RoomError::Nowhere { folder, lab: course::any_lab(&official) }.into())
            }
        },
    }
}

fn terminal(warnings: &Warnings, palette: &Palette, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let colour = if palette.is_coloured() { Colour::Coloured } else { Colour::Plain };
    write!(out, "{}", warnings.render(colour))?;
    let file = warnings.file.display();
    let (ink, summary) = match warnings.list.len() {
        0 => (Ink::Good, t!("%{file}: no problem and no warning", file = file)),
        1 => (Ink::Mild, t!("%{file} has 1 warning", file = file)),
        count => (Ink::Mild, t!("%{file} has %{count} warnings", file = file, count = count)),
    };
    writeln!(out, "{}", Line::blank().then(ink, &summary).render(palette))?;
    if warnings.list.is_empty() {
        return Ok(ExitStatus::Passed);
    }
    let silence = t!("What is meant so, a lab or a check may say: lint: { allow: [NAME] }");
    writeln!(out, "{}", Line::blank().then(Ink::Faint, &silence).render(palette))?;
    Ok(ExitStatus::Failed)
}

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    file: String,
    problems: Vec<Entry<'a>>,
    warnings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    line: u32,
    column: u32,
    length: u32,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

fn json(looked: &Result<Warnings, Problems>, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let (document, status) = match looked {
        Ok(warnings) => {
            let entries = warnings.list.iter();
            let entries = entries.map(|warning| entry(&warning.problem, Some(warning.lint.name()))).collect();
            let file = warnings.file.display().to_string();
            let status = if warnings.list.is_empty() { ExitStatus::Passed } else { ExitStatus::Failed };
            (Document { format: 1, file, problems: Vec::new(), warnings: entries }, status)
        }
        Err(problems) => {
            let entries = problems.list().iter().map(|problem| entry(problem, None)).collect();
            let file = problems.file().display().to_string();
            (Document { format: 1, file, problems: entries, warnings: Vec::new() }, ExitStatus::Misused)
        }
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(status)
}

fn entry<'a>(problem: &'a Problem, name: Option<&'static str>) -> Entry<'a> {
    let Problem { line, column, length, message, help, .. } = problem;
    Entry { name, line: *line, column: *column, length: *length, message, help: help.as_deref() }
}
