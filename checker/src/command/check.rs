//! `checker check`: hold the conversations and tell what came of them.

use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use super::{ExitStatus, UsageError};
use crate::report::Sink;
use crate::report::sink::Format;
use crate::report::style::Palette;

#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// What to check; every lab where there is none.
    pub targets: Vec<Target>,
    pub whose: Whose,
    /// `--program`: the command that stands where the built binary would.
    pub program: Option<String>,
    /// `--lab`: the lab that the folders or the program belong to.
    pub lab: Option<String>,
    /// `--only`: ids of checks; all where there is none.
    pub only: Vec<String>,
    /// `--repeat`; what the checks say themselves where there is none.
    pub repeat: Option<NonZeroU32>,
    /// `--jobs`; as many as the machine has processors where there is none.
    pub jobs: Option<NonZeroUsize>,
    /// `--seed`; a fresh one where there is none.
    pub seed: Option<u64>,
    /// What goes to standard output.
    pub format: Format,
    pub reports: Vec<ReportFile>,
    /// Of standard output.
    pub palette: Palette,
    pub sight: Sight,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Lab(String),
    Folder(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Exercise,
    Solution,
}

/// May the checker look at what the program does?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    Auto,
    None,
}

/// `--report FORMAT=FILE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    pub format: Format,
    pub file: PathBuf,
}

/// Checks what was asked for and reports to `out` and into the files.
///
/// # Errors
/// What was asked for cannot be done; nothing was run then.
pub fn check(options: CheckOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let _course = super::course::course(options.labs.as_deref())?;
    let _sink = sink(&options, out)?;
    Err(UsageError::NotLinked { part: "its runner" })
}

/// All the reports that were asked for, ready to take events in.
fn sink<'a>(options: &CheckOptions, out: &'a mut dyn Write) -> Result<Sink<'a>, UsageError> {
    let mut sink = Sink::new();
    sink.add(options.format.report(out, options.palette));
    for ReportFile { format, file } in &options.reports {
        sink.add_file(*format, file).map_err(UsageError::Report)?;
    }
    Ok(sink)
}
