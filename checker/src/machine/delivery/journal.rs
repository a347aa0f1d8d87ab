//! Several files at once: all new files are written aside first; a rename says that they are complete; only
//! then each takes its place. Whoever comes after a kill goes on from there.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::plan::{Operation, backup_path};
use super::{RECEIPT_FILE, State, digest, state, sync, write};
use crate::machine::disk::folder;
use crate::model::site::{LabPath, Parcel};

/// Where the new files are written: nothing counts yet.
const PREPARED: &str = ".checker-new";

/// Where they are when all are complete: from here on the update goes forward.
const READY: &str = ".checker-update";

const JOURNAL: &str = "journal.json";
const RECEIPT: &str = "receipt";

#[derive(Serialize, Deserialize)]
struct Journal {
    operations: Vec<Operation>,
}

/// Was an update of this folder cut off?
pub fn is_unfinished(folder: &Path) -> bool {
    folder.join(READY).is_dir()
}

/// Completes an update that was cut off, if there is one.
///
/// # Errors
/// The system's; then it can be called again.
pub fn finish(folder: &Path) -> io::Result<()> {
    let ready = folder.join(READY);
    // Without its journal it was complete, and only its removal was cut off.
    if ready.join(JOURNAL).is_file() { carry_out(folder) } else { folder::remove(&ready) }
}

/// Is there nothing in the folder, besides what a kill left behind?
pub fn is_empty(folder: &Path) -> bool {
    let own = |name: &std::ffi::OsStr| name == PREPARED || name == READY;
    fs::read_dir(folder)
        .is_ok_and(|mut all| all.all(|entry| entry.is_ok_and(|entry| own(&entry.file_name()))))
}

/// Writes everything that is new, and says that it is complete.
pub fn prepare(folder: &Path, operations: &[Operation], parcel: &Parcel, receipt: &str) -> io::Result<()> {
    let prepared = folder.join(PREPARED);
    folder::remove(&prepared)?;
    fs::create_dir(&prepared)?;
    let written = || {
        for (number, operation) in operations.iter().enumerate() {
            if let Some(content) = parcel.files.get(&operation.path) {
                write(&prepared.join(number.to_string()), content)?;
            }
        }
        write(&prepared.join(RECEIPT), receipt.as_bytes())?;
        let journal = serde_json::to_vec(&Journal { operations: operations.to_vec() })?;
        write(&prepared.join(JOURNAL), &journal)?;
        fs::rename(&prepared, folder.join(READY))?;
        sync(folder)
    };
    let done = written();
    if done.is_err() {
        // Why it failed is told; the next one removes what this cannot.
        let _ = folder::remove(&prepared);
    }
    done
}

/// Puts every file in its place.
pub fn carry_out(folder: &Path) -> io::Result<()> {
    let ready = folder.join(READY);
    let journal: Journal = serde_json::from_slice(&fs::read(ready.join(JOURNAL))?)?;
    for (number, operation) in journal.operations.iter().enumerate() {
        one(folder, operation, &ready.join(number.to_string()))?;
    }
    if ready.join(RECEIPT).is_file() {
        fs::rename(ready.join(RECEIPT), folder.join(RECEIPT_FILE))?;
    }
    sync(folder)?;
    // First, so that a kill in between does not leave one that has lost its files.
    fs::remove_file(ready.join(JOURNAL))?;
    folder::remove(&ready)
}

/// Does nothing where something else is at the path by now: it is the student's.
fn one(folder: &Path, operation: &Operation, staged: &Path) -> io::Result<()> {
    let place = folder.join(operation.path.as_str());
    let now = state(folder, &operation.path);
    let awaited = operation.was.map_or(State::Absent, State::File);
    if now != awaited {
        return Ok(());
    }
    if let Some(number) = operation.backup {
        keep(&place, &folder.join(backup_path(&operation.path, number)))?;
    }
    match operation.becomes {
        Some(becomes) => {
            if fs::read(staged).map(|content| digest(&content)).ok() != Some(becomes)
                || !make_way(folder, &operation.path)?
            {
                return Ok(());
            }
            fs::rename(staged, &place)?;
        }
        None => {
            fs::remove_file(&place)?;
            remove_empty_folders(folder, &operation.path);
        }
    }
    place.parent().map_or(Ok(()), sync)
}

/// A second name for what is there, so that the place is never empty.
fn keep(place: &Path, backup: &Path) -> io::Result<()> {
    let is_kept = || Some(fs::read(backup).ok()? == fs::read(place).ok()?);
    match fs::hard_link(place, backup) {
        Err(_) if is_kept() == Some(true) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without hard links.
        Err(_) => write(backup, &fs::read(place)?),
        Ok(()) => Ok(()),
    }
}

/// Makes the folders that lead to a path; false where something else is in the way.
fn make_way(folder: &Path, path: &LabPath) -> io::Result<bool> {
    for (at, _) in path.as_str().match_indices('/') {
        let above = folder.join(&path.as_str()[..at]);
        match fs::create_dir(&above) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !fs::symlink_metadata(&above)?.is_dir() {
                    return Ok(false);
                }
            }
            other => other?,
        }
    }
    Ok(true)
}

fn remove_empty_folders(folder: &Path, path: &LabPath) {
    let above = path.as_str().rmatch_indices('/').map(|(at, _)| folder.join(&path.as_str()[..at]));
    // The first that holds something else stays, and those above it.
    for above in above {
        if fs::remove_dir(above).is_err() {
            return;
        }
    }
}
