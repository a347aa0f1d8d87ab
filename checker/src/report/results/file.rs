//! Saved results: a file with one JSON document on each line, written as the results come.

use std::fmt::{self, Display, Formatter};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use rust_i18n::t;
use serde::Deserialize;

use super::Record;
use crate::report::bytes::visible;
use crate::report::sink::replace;

/// What a file holds.
#[derive(Debug, Default)]
pub struct Saved {
    /// As they stand in the file: a submission may be there more than once.
    pub records: Vec<Record>,
    /// The number of a last line that breaks off, since the run that wrote it was ended; it counts for nothing.
    pub broken_off: Option<usize>,
}

/// A file of results that cannot be used.
#[derive(Debug)]
pub struct ReadError {
    pub file: PathBuf,
    pub trouble: Trouble,
}

#[derive(Debug)]
pub enum Trouble {
    /// It cannot be read, or not be written.
    File(io::Error),
    /// Another checker is writing into it.
    Busy,
    /// This line is no result.
    Line { line: usize, error: serde_json::Error },
    /// This line was written by a later checker.
    Newer { line: usize, format: u32 },
}

/// Reads a whole file.
///
/// # Errors
/// It cannot be read, or one of its lines is no result. A last line that breaks off is none.
pub fn read(file: &Path) -> Result<Saved, ReadError> {
    let of_file = |trouble| ReadError { file: file.to_owned(), trouble };
    let bytes = std::fs::read(file).map_err(|error| of_file(Trouble::File(error)))?;
    parse(&bytes).map_err(of_file)
}

/// Writes a file as a whole: it takes its name when it is complete.
///
/// # Errors
/// It cannot be written; what stood there before stays.
pub fn write(file: &Path, records: &[Record]) -> io::Result<()> {
    replace(file, &mut |out| sets_down(records, out))
}

/// Writes each on a line of its own.
///
/// # Errors
/// They cannot be written.
pub fn sets_down(records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    records.iter().try_for_each(|record| out.write_all(&line(record)?))
}

/// Adds results to a file one by one; each is on the disk before the next one comes.
#[derive(Debug)]
pub struct Appender {
    file: Flock<File>,
}

impl Appender {
    /// Opens the file, or makes it, and reads what it holds; a last line that breaks off is taken away.
    ///
    /// # Errors
    /// As of [`read`]; or somebody else has opened it to write.
    pub fn open(file: &Path) -> Result<(Self, Saved), ReadError> {
        let of_file = |trouble| ReadError { file: file.to_owned(), trouble };
        let trouble = |error| of_file(Trouble::File(error));
        let opened = OpenOptions::new().read(true).append(true).create(true).open(file).map_err(trouble)?;
        let mut locked =
            Flock::lock(opened, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| match error {
                nix::Error::EWOULDBLOCK => of_file(Trouble::Busy),
                error => trouble(error.into()),
            })?;
        let mut bytes = Vec::new();
        locked.read_to_end(&mut bytes).map_err(trouble)?;
        let saved = parse(&bytes).map_err(of_file)?;
        let whole = if saved.broken_off.is_some() { whole_lines(&bytes).len() } else { bytes.len() };
        locked.set_len(whole as u64).map_err(trouble)?;
        locked.seek(SeekFrom::End(0)).map_err(trouble)?;
        if whole > 0 && bytes[whole - 1] != b'\n' {
            locked.write_all(b"\n").map_err(trouble)?;
        }
        Ok((Appender { file: locked }, saved))
    }

    /// # Errors
    /// The result may not be there after a crash of the machine.
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        self.file.write_all(&line(record)?)?;
        self.file.sync_data()
    }
}

/// Written with its newline in one go, so that a line is there as a whole or breaks off at the end of the file.
fn line(record: &Record) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record).map_err(io::Error::other)?;
    line.push(b'\n');
    Ok(line)
}

fn parse(bytes: &[u8]) -> Result<Saved, Trouble> {
    let whole = whole_lines(bytes);
    let mut saved = Saved::default();
    let mut number = 0;
    for line in whole.split_inclusive(|byte| *byte == b'\n') {
        number += 1;
        if !line.trim_ascii().is_empty() {
            saved.records.push(record(line, number)?);
        }
    }
    let last = &bytes[whole.len()..];
    if !last.trim_ascii().is_empty() {
        match record(last, number + 1) {
            Ok(record) => saved.records.push(record),
            Err(Trouble::Line { error, .. }) if error.is_eof() => saved.broken_off = Some(number + 1),
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(saved)
}

/// The lines that have their newline.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    &bytes[..end]
}

fn record(line: &[u8], number: usize) -> Result<Record, Trouble> {
    #[derive(Deserialize)]
    struct Form {
        format: u32,
    }
    let of_line = |error| Trouble::Line { line: number, error };
    // A later format may lack what this checker asks for, so it is looked at first.
    match serde_json::from_slice::<Form>(line) {
        Ok(Form { format }) if format > Record::FORMAT => Err(Trouble::Newer { line: number, format }),
        _ => serde_json::from_slice(line).map_err(of_line),
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let file = visible(&self.file.to_string_lossy());
        f.write_str(&match &self.trouble {
            Trouble::File(error) => {
                t!("%{file}: the results cannot be read: %{error}", file = file, error = error)
            }
            Trouble::Busy => t!(
                "%{file}: another checker is writing its results there; wait for it, or name another file",
                file = file
            ),
            Trouble::Line { line, error } => t!(
                "%{file}:%{line}: this is not a saved result: %{error}. Take the line out, or name a file that checker grade has written.",
                file = file,
                line = line,
                error = visible(&error.to_string())
            ),
            Trouble::Newer { line, format } => t!(
                "%{file}:%{line}: this was written by a later checker, in format %{format}; use that checker",
                file = file,
                line = line,
                format = format
            ),
        })
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::report::results::sample;

    const AT: &str = "2026-11-20T10:00:00.000Z";

    fn in_a_folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("results.jsonl");
        (folder, file)
    }

    #[test]
    fn what_is_appended_is_read_again() {
        let (_folder, file) = in_a_folder();
        let records = sample::class();
        let (mut appender, before) = Appender::open(&file).unwrap();
        assert!(before.records.is_empty());
        records.iter().for_each(|record| appender.append(record).unwrap());
        let saved = read(&file).unwrap();
        assert_eq!((saved.records, saved.broken_off), (records.clone(), None));
        write(&file, &records).unwrap();
        assert_eq!(read(&file).unwrap().records, records);
    }

    #[test]
    fn wherever_a_run_is_killed_the_whole_lines_stay_and_the_next_run_goes_on() {
        let (_folder, file) = in_a_folder();
        let (one, two) = (sample::record("ana", 0, AT), sample::record("bia", 0, AT));
        let (first, second) = (line(&one).unwrap(), line(&two).unwrap());
        for cut in (1..second.len()).step_by(211).chain([second.len() - 1]) {
            fs::write(&file, [&first, &second[..cut]].concat()).unwrap();
            let (mut appender, saved) = Appender::open(&file).unwrap();
            // Only its newline is missing of the last.
            let is_whole = cut == second.len() - 1;
            assert_eq!(saved.broken_off, (!is_whole).then_some(2), "{cut}");
            appender.append(&two).unwrap();
            let wanted = if is_whole {
                vec![one.clone(), two.clone(), two.clone()]
            } else {
                vec![one.clone(), two.clone()]
            };
            assert_eq!(read(&file).unwrap().records, wanted, "{cut}");
        }
    }

    #[test]
    fn a_line_that_is_no_result_is_told_with_its_place_and_cure() {
        let (_folder, file) = in_a_folder();
        let good = line(&sample::record("ana", 0, AT)).unwrap();
        let told = |second: &str| {
            fs::write(&file, [&good, second.as_bytes(), b"\n", &good].concat()).unwrap();
            let before = fs::read(&file).unwrap();
            let error = Appender::open(&file).unwrap_err().to_string();
            assert_eq!(fs::read(&file).unwrap(), before, "a file that is not understood is left alone");
            assert_eq!(read(&file).unwrap_err().to_string(), error);
            error.replace(file.to_str().unwrap(), "results.jsonl")
        };
        assert!(told("{\"format\": 1, ").starts_with("results.jsonl:2: this is not a saved result: EOF"));
        assert!(
            told("{\"format\": 1}").contains("results.jsonl:2: this is not a saved result: missing field")
        );
        assert!(told("oi\u{1b}[2J").contains("Take the line out"));
        assert_eq!(
            told("{\"format\": 7}"),
            "results.jsonl:2: this was written by a later checker, in format 7; use that checker"
        );
    }

    #[test]
    fn members_that_are_not_known_are_skipped() {
        let record = sample::record("ana", 0, AT);
        let mut value = serde_json::to_value(&record).unwrap();
        value["later"] = true.into();
        value["lab"]["later"] = true.into();
        value["lab"]["checks"][0]["notes"] = serde_json::json!([{ "note": "later", "much": 1 }]);
        let (_folder, file) = in_a_folder();
        fs::write(&file, value.to_string()).unwrap();
        assert_eq!(read(&file).unwrap().records[0].key(), record.key());
    }

    #[test]
    fn two_do_not_write_into_one_file() {
        let (_folder, file) = in_a_folder();
        let first = Appender::open(&file).unwrap();
        assert!(matches!(Appender::open(&file).unwrap_err().trouble, Trouble::Busy));
        drop(first);
        Appender::open(&file).unwrap();
    }
}
