//! What the checker remembers of a student's own work: a file for each lab below the XDG state folder.
//!
//! A file is replaced as a whole, under a lock, so that two checkers at once lose nothing of each other. One
//! that cannot be read is set aside and told once.

use std::ffi::OsString;
use std::fmt::{self, Display, Formatter};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use crate::machine::building::build::fnv;
use crate::machine::disk::folder::{self, Own};
use crate::model::progress::LabProgress;

/// The form of the file that this checker reads and writes.
const FORMAT: u32 = 1;

/// The memory of one course.
#[derive(Debug, Clone)]
pub struct Memo {
    folder: PathBuf,
    course: String,
}

/// Something went wrong with the memory. No run fails because of it.
#[derive(Debug)]
pub enum Mishap {
    /// There is neither `XDG_STATE_HOME` nor `HOME`.
    Homeless,
    /// What is not known of the lab's progress, and why.
    Unreadable {
        file: PathBuf,
        error: io::Error,
    },
    Unwritten {
        file: PathBuf,
        error: io::Error,
    },
    /// The file was damaged; it is kept under this name.
    SetAside {
        aside: PathBuf,
    },
    /// Written by a later checker.
    Newer {
        file: PathBuf,
    },
}

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    course: &'a str,
    lab: &'a str,
    #[serde(flatten)]
    progress: &'a LabProgress,
}

#[derive(Deserialize)]
struct Form {
    format: u32,
}

impl Memo {
    /// The memory of the course of this title: below `$XDG_STATE_HOME/checker`, or `~/.local/state/checker`.
    /// Without a home there is none.
    pub fn of_course(title: &str) -> Result<Memo, Mishap> {
        let state = folder::own(Own::State).ok_or(Mishap::Homeless)?;
        Ok(Memo::below(&state.join("progress"), title))
    }

    fn below(folder: &Path, title: &str) -> Memo {
        Memo { folder: folder.join(folder_name(title)), course: title.to_owned() }
    }

    /// What is known of the lab; nothing is no mishap. What went wrong is added to `mishaps`.
    pub fn recall(&self, lab: &str, mishaps: &mut Vec<Mishap>) -> LabProgress {
        let file = self.file(lab);
        match read(&file) {
            Ok(progress) => progress.unwrap_or_default(),
            Err(ReadError::Damaged) => {
                mishaps.push(self.set_aside(lab));
                LabProgress::default()
            }
            Err(ReadError::Newer) => {
                mishaps.push(Mishap::Newer { file });
                LabProgress::default()
            }
            Err(ReadError::System(error)) => {
                mishaps.push(Mishap::Unreadable { file, error });
                LabProgress::default()
            }
        }
    }

    /// Changes what is known of the lab, and keeps it. What went wrong is added to `mishaps`.
    pub fn change(&self, lab: &str, change: impl FnOnce(&mut LabProgress), mishaps: &mut Vec<Mishap>) {
        let file = self.file(lab);
        let _lock = match self.lock(lab) {
            Ok(lock) => lock,
            Err(error) => return mishaps.push(Mishap::Unwritten { file, error }),
        };
        let mut progress = match read(&file) {
            Ok(progress) => progress.unwrap_or_default(),
            Err(ReadError::Damaged) => {
                mishaps.push(set_aside(&file));
                LabProgress::default()
            }
            // Better nothing than a memory that is half of one form and half of another.
            Err(ReadError::Newer) => return mishaps.push(Mishap::Newer { file }),
            Err(ReadError::System(error)) => return mishaps.push(Mishap::Unreadable { file, error }),
        };
        let before = progress.clone();
        change(&mut progress);
        if progress == before && file.exists() {
            return;
        }
        if let Err(error) = self.write(lab, &progress) {
            mishaps.push(Mishap::Unwritten { file, error });
        }
    }

    fn set_aside(&self, lab: &str) -> Mishap {
        let file = self.file(lab);
        let _lock = match self.lock(lab) {
            Ok(lock) => lock,
            Err(error) => return Mishap::Unreadable { file, error },
        };
        // Another checker may have done it by now.
        match read(&file) {
            Err(ReadError::Damaged) => set_aside(&file),
            _ => Mishap::SetAside { aside: aside(&file) },
        }
    }

    fn write(&self, lab: &str, progress: &LabProgress) -> io::Result<()> {
        let written = Written { format: FORMAT, course: &self.course, lab, progress };
        let mut unfinished = tempfile::Builder::new().prefix(".progress-").tempfile_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut unfinished, &written)?;
        unfinished.write_all(b"\n")?;
        unfinished.as_file().sync_all()?;
        unfinished.persist(self.file(lab))?;
        File::open(&self.folder)?.sync_all()
    }

    /// Held until it is dropped; other checkers wait meanwhile.
    fn lock(&self, lab: &str) -> io::Result<Flock<File>> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(format!("{}.lock", file_name(lab)));
        let file = File::options().write(true).create(true).truncate(false).open(path)?;
        Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, error)| error.into())
    }

    fn file(&self, lab: &str) -> PathBuf {
        self.folder.join(format!("{}.json", file_name(lab)))
    }
}

impl Display for Mishap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = match self {
            Mishap::Homeless => {
                t!("your progress is not remembered: neither HOME nor XDG_STATE_HOME names a folder.")
            }
            Mishap::Unreadable { file, error } => {
                t!("%{file}: your progress cannot be read: %{error}.", file = file.display(), error = error)
            }
            Mishap::Unwritten { file, error } => {
                t!("%{file}: your progress was not kept: %{error}.", file = file.display(), error = error)
            }
            Mishap::SetAside { aside } => t!(
                "your progress in this lab could not be read and begins anew; the damaged file is kept as %{file}.",
                file = aside.display()
            ),
            Mishap::Newer { file } => t!(
                "%{file}: your progress was kept by a newer checker, and this one leaves it alone.",
                file = file.display()
            ),
        };
        f.write_str(&text)
    }
}

enum ReadError {
    Damaged,
    Newer,
    System(io::Error),
}

/// None where there is no file yet.
fn read(file: &Path) -> Result<Option<LabProgress>, ReadError> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(ReadError::System(error)),
    };
    let Form { format } = serde_json::from_slice(&bytes).map_err(|_| ReadError::Damaged)?;
    if format > FORMAT {
        return Err(ReadError::Newer);
    }
    serde_json::from_slice(&bytes).map(Some).map_err(|_| ReadError::Damaged)
}

fn set_aside(file: &Path) -> Mishap {
    let aside = aside(file);
    match fs::rename(file, &aside) {
        Ok(()) => Mishap::SetAside { aside },
        Err(error) => Mishap::Unreadable { file: file.to_owned(), error },
    }
}

fn aside(file: &Path) -> PathBuf {
    let mut name: OsString = file.as_os_str().to_owned();
    name.push(".damaged");
    name.into()
}

/// A folder's name for a course: readable, and different for different titles.
fn folder_name(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let words: String = words.join("-").chars().take(40).collect();
    format!("{words}-{:016x}", fnv(title.as_bytes()))
}

/// A lab's id is made for names, but nothing in a file shall lead out of the folder.
fn file_name(lab: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if (1..=100).contains(&lab.len()) && lab.chars().all(is_plain) {
        return lab.to_owned();
    }
    format!("{:016x}", fnv(lab.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::progress::Verdict;

    fn memo() -> (tempfile::TempDir, Memo) {
        let folder = tempfile::tempdir().unwrap();
        let memo = Memo::below(folder.path(), "Sockets & threads");
        (folder, memo)
    }

    fn pass(memo: &Memo, check: &str) -> Vec<Mishap> {
        let mut mishaps = Vec::new();
        memo.change("echo", |lab| lab.record(check, "a".into(), Verdict::Passed, None), &mut mishaps);
        mishaps
    }

    fn known(memo: &Memo) -> Vec<String> {
        memo.recall("echo", &mut Vec::new()).checks.into_keys().collect()
    }

    #[test]
    fn what_is_kept_is_recalled_by_the_course_that_kept_it() {
        let (folder, memo) = memo();
        assert!(known(&memo).is_empty());
        assert!(pass(&memo, "line").is_empty());
        assert!(pass(&memo, "end").is_empty());
        assert_eq!(known(&memo), ["end", "line"]);
        assert!(known(&Memo::below(folder.path(), "Sockets / threads")).is_empty());
        assert!(folder_name("Sockets & threads").starts_with("sockets-threads-"));
    }

    #[test]
    fn two_at_once_lose_nothing() {
        let (_folder, memo) = memo();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let memo = &memo;
                scope.spawn(move || {
                    for number in 0..10 {
                        assert!(pass(memo, &format!("{writer}-{number}")).is_empty());
                    }
                });
            }
        });
        assert_eq!(known(&memo).len(), 40);
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_told_once() {
        for damage in ["", "{", "{\"format\": 1, \"checks\": 3}", "null", "\u{0}\u{0}"] {
            let (_folder, memo) = memo();
            pass(&memo, "line");
            fs::write(memo.file("echo"), damage).unwrap();
            let mut mishaps = Vec::new();
            assert_eq!(memo.recall("echo", &mut mishaps), LabProgress::default());
            let [Mishap::SetAside { aside }] = mishaps.as_slice() else { panic!("{mishaps:?}") };
            assert_eq!(fs::read_to_string(aside).unwrap(), damage);
            assert!(pass(&memo, "end").is_empty());
            assert_eq!(known(&memo), ["end"]);
        }
    }

    #[test]
    fn a_later_form_is_left_alone() {
        let (_folder, memo) = memo();
        pass(&memo, "line");
        fs::write(memo.file("echo"), "{\"format\": 2}").unwrap();
        assert!(matches!(pass(&memo, "end").as_slice(), [Mishap::Newer { .. }]));
        assert_eq!(fs::read_to_string(memo.file("echo")).unwrap(), "{\"format\": 2}");
    }

    #[test]
    fn what_cannot_be_written_is_a_mishap_and_no_more() {
        let (folder, _) = memo();
        fs::write(folder.path().join("file"), "").unwrap();
        let memo = Memo::below(&folder.path().join("file"), "x");
        assert!(matches!(pass(&memo, "line").as_slice(), [Mishap::Unwritten { .. }]));
        assert!(known(&memo).is_empty());
    }

    #[test]
    fn no_lab_leads_out_of_the_folder() {
        assert_eq!(file_name("echo-loop"), "echo-loop");
        for id in ["../echo", "a/b", ".", ""] {
            assert!(!file_name(id).contains(['/', '.']), "{id}");
        }
    }
}
