//! A line for each program and a letter for each check, as tst prints them: `answer2.py F..e`.

use std::io::{self, Write};

use super::Report;
use super::words;
use crate::model::event::{Event, LabInfo, Submission};
use crate::model::outcome::{BuildFailure, CheckResult, FailureKind, Outcome};

/// What tst looks for in the complaint of a program that ended with another status than 0, the first that is found.
const COMPLAINTS: [(&[u8], char); 5] =
    [(b"Error", 'e'), (b"Timeout", 't'), (b"Fail", 'F'), (b"FilenameMismatch", '-'), (b"[Errno 2]", '2')];

/// Writes when the run is over: the widest name says where the letters begin.
pub struct Tst<W> {
    out: W,
    open: Option<Row>,
    rows: Vec<Row>,
}

/// What became of one program.
struct Row {
    name: String,
    checks: Vec<String>,
    /// Checks whose letters are what a judge says.
    judged: Vec<String>,
    letters: Vec<(String, String)>,
    /// For checks that were never reported.
    otherwise: char,
}

impl<W: Write> Tst<W> {
    pub fn new(out: W) -> Self {
        Tst { out, open: None, rows: Vec::new() }
    }

    fn close(&mut self) {
        self.rows.extend(self.open.take());
    }

    fn write(&mut self) -> io::Result<()> {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        for row in &self.rows {
            let name = &row.name;
            writeln!(self.out, "{name:width$} {}", row.summary())?;
        }
        self.out.flush()
    }
}

impl<W: Write> Report for Tst<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::LabStarted(info) => {
                self.close();
                self.open = Some(Row::new(info));
            }
            Event::Built { result: Err(BuildFailure { .. }), .. } => self.otherwise('e'),
            Event::LabErrored { .. } => self.otherwise('!'),
            Event::CheckFinished(result) => {
                if let Some(row) = &mut self.open {
                    row.letters.push((result.id.clone(), row.letters_of(result)));
                }
            }
            Event::LabFinished => self.close(),
            Event::RunFinished { .. } => {
                self.close();
                self.write()?;
            }
            Event::RunStarted(_) | Event::Built { .. } | Event::CheckStarted { .. } => {}
        }
        Ok(())
    }
}

impl<W> Tst<W> {
    fn otherwise(&mut self, letter: char) {
        if let Some(row) = &mut self.open {
            row.otherwise = letter;
        }
    }
}

impl Row {
    fn new(info: &LabInfo) -> Row {
        let name = match &info.submission {
            Submission::Exercise(folder) => folder.display().to_string(),
            other => words::submission(other).unwrap_or_default(),
        };
        Row {
            name,
            checks: info.checks.clone(),
            judged: info.judged.clone(),
            letters: Vec::new(),
            otherwise: '!',
        }
    }

    /// A letter for each check, with a blank where another suite begins.
    fn summary(&self) -> String {
        let mut summary = String::new();
        for (index, id) in self.checks.iter().enumerate() {
            if index > 0 && suite(id) != suite(&self.checks[index - 1]) {
                summary.push(' ');
            }
            let found = self.letters.iter().find(|(known, _)| known == id);
            match found {
                Some((_, letters)) => summary.push_str(letters),
                None => summary.push(self.otherwise),
            }
        }
        summary
    }

    fn letters_of(&self, result: &CheckResult) -> String {
        let letter = letter(result);
        match &result.outcome {
            Outcome::Passed | Outcome::Failed(_) if letter != 't' && self.judged.contains(&result.id) => {
                judgement(result).unwrap_or_else(|| "!".to_owned())
            }
            _ => letter.to_string(),
        }
    }
}

/// `public-tests` of the check `public-tests-7`; nothing of a check whose name does not end in a number.
fn suite(id: &str) -> &str {
    match id.rsplit_once('-') {
        Some((suite, number)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => suite,
        _ => "",
    }
}

/// What a judge printed in its first line, if it ended well.
fn judgement(result: &CheckResult) -> Option<String> {
    if let Outcome::Failed(failure) = &result.outcome
        && failure.kind != FailureKind::Mismatch
    {
        return None;
    }
    let printed = String::from_utf8_lossy(&result.last_output.stdout);
    let line = printed.split('\n').next().unwrap_or_default();
    (!line.is_empty() && !line.contains(|c: char| c.is_whitespace() || c.is_control()))
        .then(|| line.to_owned())
}

fn letter(result: &CheckResult) -> char {
    use FailureKind::*;
    match &result.outcome {
        Outcome::Passed => '.',
        Outcome::Skipped(_) => '-',
        Outcome::Errored(_) => '!',
        Outcome::Failed(failure) => match failure.kind {
            WrongExit | KilledBySignal | ExitedEarly | NotImplemented | BuildFailed => {
                complaint(&result.last_output.stderr)
            }
            StillRunning | TimedOut | BusyLoop | LimitExceeded | NoAnswer | NotEnded => 't',
            _ => 'F',
        },
    }
}

fn complaint(stderr: &[u8]) -> char {
    let says = |words: &[u8]| stderr.windows(words.len()).any(|part| part == words);
    COMPLAINTS.iter().find(|(words, _)| says(words)).map_or('e', |(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_line_for_each_program_and_a_letter_for_each_check() {
        let mut out = Vec::new();
        let mut report = Tst::new(&mut out);
        sample::run().iter().for_each(|event| report.event(event).unwrap());
        let labs = sample::run().iter().filter(|event| matches!(event, Event::LabStarted(_))).count();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), labs, "{text}");
        let begins = |line: &str| line.rfind("  ").map_or(line.find(' '), |at| Some(at + 1));
        assert!(text.lines().all(|line| begins(line).is_some()), "{text}");
    }

    #[test]
    fn suites_are_told_by_their_numbers() {
        let row = |ids: &[&str]| {
            let letters = ids.iter().map(|id| ((*id).to_owned(), ".".to_owned())).collect();
            let checks = ids.iter().map(|id| (*id).to_owned()).collect();
            Row { name: String::new(), checks, judged: Vec::new(), letters, otherwise: '!' }.summary()
        };
        assert_eq!(row(&["public-tests-1", "public-tests-2", "tst-1"]), ".. .");
        assert_eq!(row(&["line", "end", "no-newline"]), "...");
    }

    #[test]
    fn a_complaint_is_read_as_tst_reads_it() {
        assert_eq!(complaint(b"ValueError: invalid literal"), 'e');
        assert_eq!(complaint(b"Timeout while waiting, Fail"), 't');
        assert_eq!(complaint(b"Fail"), 'F');
        assert_eq!(complaint(b"[Errno 2]"), '2');
        assert_eq!(complaint(b""), 'e');
    }
}
