//! Saved results: a file with one JSON document on each line, written as the results come.

use std::fmt::{self, Display, Formatter};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use rust_i18n::t;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::merge::{self, newest};
use super::{Moment, Record};
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
    let mut saved = Saved::default();
    saved.broken_off = each(file, &mut |record| saved.records.push(record))?;
    Ok(saved)
}

/// Gives each result of a file to `take`, and keeps none. Tells the number of a last line that breaks off.
///
/// # Errors
/// As of [`read`].
pub fn each(file: &Path, take: &mut dyn FnMut(Record)) -> Result<Option<usize>, ReadError> {
    let of_file = |trouble| ReadError { file: file.to_owned(), trouble };
    let input = File::open(file).map_err(|error| of_file(Trouble::File(error)))?;
    let scanned = scan(BufReader::new(input), &mut |record, _| take(record)).map_err(of_file)?;
    Ok(scanned.broken_off)
}

/// Writes a file as a whole: it takes its name when it is complete.
///
/// # Errors
/// It cannot be written; what stood there before stays.
pub fn write(file: &Path, records: &[Record]) -> io::Result<()> {
    replace(file, &mut |out| sets_down(records, out))
}

/// Leaves the newest of each submission and lab in a file, in the order of reports. Nothing but one line of it is in
/// memory at a time.
///
/// # Errors
/// It cannot be read or written; what stood there before stays.
pub fn tidy(file: &Path) -> io::Result<()> {
    let of_file = |trouble| io::Error::other(ReadError { file: file.to_owned(), trouble });
    let mut input = File::open(file)?;
    let mut lines: Vec<(Heading, Range<u64>)> = Vec::new();
    scan(BufReader::new(&input), &mut |heading, place| lines.push((heading, place))).map_err(of_file)?;
    let lines = newest(lines, |(heading, _)| heading.heading(), |_| String::new());
    replace(file, &mut |out| {
        let copied = |(_, place): &(Heading, Range<u64>)| {
            input.seek(SeekFrom::Start(place.start))?;
            let mut line = Vec::new();
            (&mut input).take(place.end - place.start).read_to_end(&mut line)?;
            out.write_all(line.trim_ascii_end())?;
            out.write_all(b"\n")
        };
        lines.iter().try_for_each(copied)
    })
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
    /// Opens the file, or makes it, and gives each result that it holds to `take`; a last line that breaks off is taken
    /// away.
    ///
    /// # Errors
    /// As of [`read`]; or somebody else has opened it to write.
    pub fn open(file: &Path, take: &mut dyn FnMut(Record)) -> Result<Self, ReadError> {
        let of_file = |trouble| ReadError { file: file.to_owned(), trouble };
        let trouble = |error| of_file(Trouble::File(error));
        let opened = OpenOptions::new().read(true).append(true).create(true).open(file).map_err(trouble)?;
        let mut locked =
            Flock::lock(opened, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| match error {
                nix::Error::EWOULDBLOCK => of_file(Trouble::Busy),
                error => trouble(error.into()),
            })?;
        let scanned = scan(BufReader::new(&*locked), &mut |record, _| take(record)).map_err(of_file)?;
        locked.set_len(scanned.length).map_err(trouble)?;
        locked.seek(SeekFrom::End(0)).map_err(trouble)?;
        if scanned.last == LastLine::Open {
            locked.write_all(b"\n").map_err(trouble)?;
        }
        Ok(Appender { file: locked })
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

/// What was seen of a file as a whole.
#[derive(Debug)]
struct Scanned {
    /// Bytes of the lines that count.
    length: u64,
    /// The last of those.
    last: LastLine,
    /// The number of one behind them that breaks off.
    broken_off: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastLine {
    Ended,
    /// Its newline is missing.
    Open,
}

/// Gives each line to `take`, as what it holds and the bytes where it stands.
fn scan<Form: DeserializeOwned>(
    mut input: impl BufRead,
    take: &mut dyn FnMut(Form, Range<u64>),
) -> Result<Scanned, Trouble> {
    let mut scanned = Scanned { length: 0, last: LastLine::Ended, broken_off: None };
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let length = input.read_until(b'\n', &mut line).map_err(Trouble::File)? as u64;
        if length == 0 {
            break;
        }
        let last = if line.ends_with(b"\n") { LastLine::Ended } else { LastLine::Open };
        let place = scanned.length..scanned.length + length;
        if !line.trim_ascii().is_empty() {
            match of_line(&line, number) {
                Ok(form) => take(form, place.clone()),
                Err(Trouble::Line { error, .. }) if last == LastLine::Open && error.is_eof() => {
                    scanned.broken_off = Some(number);
                    break;
                }
                Err(trouble) => return Err(trouble),
            }
        }
        (scanned.length, scanned.last) = (place.end, last);
    }
    Ok(scanned)
}

fn of_line<Form: DeserializeOwned>(line: &[u8], number: usize) -> Result<Form, Trouble> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    // A later format may lack what this checker asks for, so it is looked at first.
    match serde_json::from_slice::<Version>(line) {
        Ok(Version { format }) if format > Record::FORMAT => Err(Trouble::Newer { line: number, format }),
        _ => serde_json::from_slice(line).map_err(|error| Trouble::Line { line: number, error }),
    }
}

/// As much of a result as its place in a file depends on.
#[derive(Debug, Deserialize)]
struct Heading {
    submission: String,
    place: u32,
    lab: LabName,
    graded_at: Moment,
}

#[derive(Debug, Deserialize)]
struct LabName {
    lab: String,
}

impl Heading {
    fn heading(&self) -> merge::Heading<'_> {
        let Heading { submission, place, lab: LabName { lab }, graded_at } = self;
        merge::Heading { submission, place: *place, lab, graded_at: *graded_at }
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

    fn open(file: &Path) -> Result<Appender, ReadError> {
        Appender::open(file, &mut |_| {})
    }

    #[test]
    fn a_file_is_tidied_as_its_records_are_merged() {
        let (_folder, file) = in_a_folder();
        let at = |hour: u32| format!("2026-11-20T{hour}:00:00.000Z");
        let names = ["turma 10", "caio", "turma 9"];
        let records: Vec<Record> = (10..16).map(|n| sample::record(names[n % 3], 0, &at(n as u32))).collect();
        let lines: Vec<Vec<u8>> = records.iter().rev().map(|record| line(record).unwrap()).collect();
        let text = lines.join(&b'\n');
        fs::write(&file, text.trim_ascii_end()).unwrap();
        tidy(&file).unwrap();
        let merged = super::super::merge(records);
        assert_eq!(merged.len(), 3);
        assert_eq!(
            fs::read(&file).unwrap(),
            merged.iter().flat_map(|it| line(it).unwrap()).collect::<Vec<_>>()
        );
    }

    #[test]
    fn what_is_appended_is_read_again() {
        let (_folder, file) = in_a_folder();
        let records = sample::class();
        let mut appender = Appender::open(&file, &mut |_| panic!("there is nothing yet")).unwrap();
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
            // Only its newline is missing of the last.
            let is_whole = cut == second.len() - 1;
            assert_eq!(read(&file).unwrap().broken_off, (!is_whole).then_some(2), "{cut}");
            let mut before = 0;
            let mut appender = Appender::open(&file, &mut |_| before += 1).unwrap();
            assert_eq!(before, if is_whole { 2 } else { 1 }, "{cut}");
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
            let error = open(&file).unwrap_err().to_string();
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
        let first = open(&file).unwrap();
        assert!(matches!(open(&file).unwrap_err().trouble, Trouble::Busy));
        drop(first);
        open(&file).unwrap();
    }
}
