//! Several reports at once. One that fails to write is dropped and told at the end; the others go on.

use std::fmt;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rust_i18n::t;
use strum::{IntoStaticStr, VariantArray};
use tempfile::NamedTempFile;

use super::Report;
use super::json::Json;
use super::render::WhenOver;
use super::results::{Detail, Moment};
use super::style::Palette;
use super::terminal::Terminal;
use super::tst::Tst;
use crate::model::event::Event;
use crate::model::provenance::Provenance;

/// The forms that a report can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    #[default]
    Terminal,
    Json,
    /// A line for each program, as tst prints it.
    Tst,
    /// What is saved of a run: a JSON document on each line.
    Results,
    /// Points, a row for each submission.
    Csv,
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    Markdown,
    Tap,
    Gradescope,
    Html,
}

impl Format {
    pub const ALL: &[Format] = Format::VARIANTS;

    /// The name, as of `--format` and `--report`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// How much of the records it tells.
    pub fn detail(self) -> Detail {
        match self {
            Format::Terminal
            | Format::Tst
            | Format::Csv
            | Format::Github
            | Format::Markdown
            | Format::Tap => Detail::Verdicts,
            Format::Json | Format::Results | Format::Junit | Format::Gradescope | Format::Html => {
                Detail::Conversations
            }
        }
    }

    /// The report of a run that writes to `out`.
    pub fn report<'a>(self, out: impl Write + 'a, palette: Palette, origin: &Origin) -> Box<dyn Report + 'a> {
        match self {
            Format::Terminal => Box::new(Terminal::new(out, palette)),
            Format::Json => Box::new(Json::new(out)),
            Format::Tst => Box::new(Tst::new(out)),
            format => Box::new(WhenOver::new(format, out, palette, origin.clone())),
        }
    }
}

/// What a run's results were produced by, and when: the same in all of its reports.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub provenance: Provenance,
    pub began: Moment,
}

/// Hands each event to every report.
#[derive(Default)]
pub struct Sink<'a> {
    origin: Origin,
    reports: Vec<(Destination, Box<dyn Report + 'a>)>,
    errors: Vec<SinkError>,
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Output,
    File(PathBuf),
}

/// A report that could not be written.
#[derive(Debug)]
pub struct SinkError {
    pub destination: Destination,
    pub error: io::Error,
}

impl SinkError {
    /// Somebody who read our output has had enough of it (`| head`): nothing to complain about.
    pub fn is_closed_pipe(&self) -> bool {
        self.destination == Destination::Output && self.error.kind() == io::ErrorKind::BrokenPipe
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.destination {
            Destination::Output => {
                f.write_str(&t!("standard output: the report was cut short: %{error}", error = self.error))
            }
            Destination::File(file) => f.write_str(&t!(
                "%{file}: the report was not written: %{error}. Nothing was left behind; name another file with --report.",
                file = file.display(),
                error = self.error
            )),
        }
    }
}

impl<'a> Sink<'a> {
    pub fn new() -> Self {
        Sink::default()
    }

    /// With what the results are produced by, for those reports that tell it.
    pub fn with(provenance: Provenance) -> Self {
        Sink { origin: Origin { provenance, began: Moment::now() }, ..Sink::default() }
    }

    /// Adds a report to standard output, or to what stands for it.
    pub fn add_output(&mut self, format: Format, out: impl Write + 'a, palette: Palette) {
        let report = format.report(out, palette, &self.origin);
        self.add(report);
    }

    /// Adds a report that writes to standard output, or to what stands for it.
    pub fn add(&mut self, report: Box<dyn Report + 'a>) {
        self.reports.push((Destination::Output, report));
    }

    /// Adds a report into a file, which appears under its name when the run is over.
    ///
    /// # Errors
    /// Where the file cannot be written to.
    pub fn add_file(&mut self, format: Format, file: &Path) -> Result<(), SinkError> {
        let report = FileReport::open(format, file, &self.origin)
            .map_err(|error| SinkError { destination: Destination::File(file.to_owned()), error })?;
        self.reports.push((Destination::File(file.to_owned()), Box::new(report)));
        Ok(())
    }

    pub fn event(&mut self, event: &Event) {
        let errors = &mut self.errors;
        self.reports.retain_mut(|(destination, report)| match report.event(event) {
            Ok(()) => true,
            Err(error) => {
                errors.push(SinkError { destination: destination.clone(), error });
                false
            }
        });
    }

    /// The reports that could not be written.
    pub fn finish(self) -> Vec<SinkError> {
        self.errors
    }
}

/// Writes beside its file and takes its name when the report is whole.
struct FileReport {
    report: Box<dyn Report>,
    unfinished: Option<NamedTempFile>,
    target: PathBuf,
}

impl FileReport {
    fn open(format: Format, file: &Path, origin: &Origin) -> io::Result<Self> {
        let palette = Palette::PLAIN;
        if fs::metadata(file).is_ok_and(|existing| !existing.is_file()) {
            // A pipe or a device keeps its place; a folder says so itself.
            let out = OpenOptions::new().write(true).open(file)?;
            let report = format.report(BufWriter::new(out), palette, origin);
            return Ok(FileReport { report, unfinished: None, target: file.to_owned() });
        }
        let (unfinished, target) = beside(file)?;
        let out: File = unfinished.as_file().try_clone()?;
        let report = format.report(BufWriter::new(out), palette, origin);
        Ok(FileReport { report, unfinished: Some(unfinished), target })
    }
}

/// Writes a file as a whole: it takes its name when it is complete and on the disk.
///
/// # Errors
/// It cannot be written; what stood there before stays.
pub fn replace(file: &Path, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let (unfinished, target) = beside(file)?;
    let mut out = BufWriter::new(unfinished.as_file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    unfinished.as_file().sync_all()?;
    unfinished.persist(target)?;
    Ok(())
}

/// A file without a name of its own in the folder of this one, and the name that it will take: what a link points to is
/// replaced, not the link.
fn beside(file: &Path) -> io::Result<(NamedTempFile, PathBuf)> {
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let unfinished = tempfile::Builder::new()
        .prefix(".report-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    Ok((unfinished, target))
}

impl Report for FileReport {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.report.event(event)?;
        if matches!(event, Event::RunFinished { .. })
            && let Some(unfinished) = self.unfinished.take()
        {
            unfinished.as_file().sync_all()?;
            unfinished.persist(&self.target)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::report::sample;

    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Counter(Rc<RefCell<usize>>);

    impl Report for Counter {
        fn event(&mut self, _: &Event) -> io::Result<()> {
            *self.0.borrow_mut() += 1;
            Ok(())
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_report_that_fails_does_not_silence_the_others() {
        let seen = Rc::new(RefCell::new(0));
        let mut sink = Sink::new();
        sink.add_output(Format::Terminal, Broken, Palette::PLAIN);
        sink.add(Box::new(Counter(Rc::clone(&seen))));
        let events = sample::run();
        events.iter().for_each(|event| sink.event(event));
        let errors = sink.finish();
        assert_eq!(*seen.borrow(), events.len());
        assert_eq!(errors.len(), 1);
        assert!(errors[0].is_closed_pipe());
    }

    #[test]
    fn a_file_appears_when_the_run_is_over_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run.json");
        let mut sink = Sink::new();
        sink.add_file(Format::Json, &file).unwrap();
        let events = sample::run();
        let (last, first) = events.split_last().unwrap();
        first.iter().for_each(|event| sink.event(event));
        assert!(!file.exists());
        sink.event(last);
        assert!(sink.finish().is_empty());
        assert_eq!(names(folder.path()), ["run.json"]);
        let document: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(document["format"], 1);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o444, 0o444);
    }

    #[test]
    fn a_run_that_breaks_off_leaves_nothing_and_keeps_the_old_report() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run.txt");
        fs::write(&file, "yesterday").unwrap();
        let mut sink = Sink::new();
        sink.add_file(Format::Terminal, &file).unwrap();
        sample::run().iter().take(5).for_each(|event| sink.event(event));
        drop(sink);
        assert_eq!(names(folder.path()), ["run.txt"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), "yesterday");
    }

    #[test]
    fn a_device_keeps_its_place_and_a_link_its_target() {
        let folder = tempfile::tempdir().unwrap();
        let (link, real) = (folder.path().join("link"), folder.path().join("real.json"));
        fs::write(&real, "").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut sink = Sink::new();
        sink.add_file(Format::Json, Path::new("/dev/null")).unwrap();
        sink.add_file(Format::Json, &link).unwrap();
        sample::run().iter().for_each(|event| sink.event(event));
        assert!(sink.finish().is_empty());
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::metadata(&real).unwrap().len() > 100);
    }

    #[test]
    fn a_missing_folder_is_told_at_once() {
        let mut sink = Sink::new();
        let error = sink.add_file(Format::Json, Path::new("/nowhere/at/all/run.json")).unwrap_err();
        assert!(error.to_string().starts_with("/nowhere/at/all/run.json: "), "{error}");
    }
}
