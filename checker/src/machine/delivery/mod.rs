//! Files of a lab → a folder: everything or nothing, and never over what the student wrote.

mod journal;
mod plan;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use rust_i18n::t;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::plan::{Change, Edited};
use self::plan::{backup_path, changes};
use crate::machine::disk::folder;
use crate::model::site::{Digest, LabPath, Parcel, Receipt};

/// What is remembered of a delivery, in the lab's folder.
pub const RECEIPT_FILE: &str = ".checker.json";

/// Why nothing was delivered.
#[derive(Debug)]
pub enum DeliveryError {
    /// There is something already where the folder would be.
    Occupied(PathBuf),
    /// Another checker is at work there.
    Busy(PathBuf),
    Io(PathBuf, io::Error),
}

/// What is at a path of the lab's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Absent,
    File(Digest),
    /// A folder, a link, something that cannot be read, or something that is no folder on the way there.
    Other,
}

pub fn digest(content: &[u8]) -> Digest {
    Digest(Sha256::digest(content).into())
}

/// What was delivered into this folder; `None` where nothing tells.
///
/// # Errors
/// The file cannot be read, or is none that this checker understands.
pub fn receipt(folder: &Path) -> io::Result<Option<Receipt>> {
    match fs::read(folder.join(RECEIPT_FILE)) {
        Ok(text) => {
            let Written { format, receipt } = serde_json::from_slice(&text)?;
            match format {
                FORMAT => Ok(Some(receipt)),
                other => Err(io::Error::other(t!("the format %{format} is not known", format = other))),
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Completes an update of this folder that was cut off, if there is one that nobody else is at.
///
/// # Errors
/// The system's; then it can be called again.
pub fn finish(folder: &Path) -> Result<(), DeliveryError> {
    if !journal::is_unfinished(folder) {
        return Ok(());
    }
    match lock(folder) {
        Ok(_lock) => journal::finish(folder).map_err(|error| DeliveryError::Io(folder.to_owned(), error)),
        Err(DeliveryError::Busy(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Delivers into a folder that is not there yet, or is empty. The folder appears with all its files.
///
/// # Errors
/// Then the folder is as it was.
pub fn check_out(to: &Path, parcel: &Parcel) -> Result<(), DeliveryError> {
    match fs::symlink_metadata(to) {
        Ok(_) if journal::is_empty(to) => update(to, parcel, None, Edited::Kept).map(drop),
        Ok(_) => Err(DeliveryError::Occupied(to.to_owned())),
        Err(_) => check_out_beside(to, parcel),
    }
}

/// Brings what is new into a folder, and tells what became of each file. A kill leaves the old files, or new
/// ones that `finish` completes.
///
/// # Errors
/// Then the folder is as it was, or will be as wanted when `finish` is called.
pub fn update(
    folder: &Path,
    parcel: &Parcel,
    before: Option<&Receipt>,
    edited: Edited,
) -> Result<Vec<Done>, DeliveryError> {
    let failed = |error| DeliveryError::Io(folder.to_owned(), error);
    let _lock = lock(folder)?;
    journal::finish(folder).map_err(failed)?;
    let steps = changes(parcel, before, |path| state(folder, path));
    let taken = |path: &str| folder.join(path).symlink_metadata().is_ok();
    let operations = plan::operations(parcel, &steps, edited, taken);
    let after = plan::receipt(parcel, before, &steps, edited);
    if !operations.is_empty() || before != Some(&after) {
        journal::prepare(folder, &operations, parcel, &written(&after)).map_err(failed)?;
        journal::carry_out(folder).map_err(failed)?;
    }
    let backup = |path: &LabPath| operations.iter().find(|operation| operation.path == *path)?.backup;
    let done = steps.into_iter().map(|step| {
        let backup = backup(&step.path).map(|number| backup_path(&step.path, number));
        Done { path: step.path, change: step.change, backup }
    });
    Ok(done.collect())
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub path: LabPath,
    pub change: Change,
    /// Where the student's own one is now, if the new one was taken all the same.
    pub backup: Option<String>,
}

/// The form of the receipt that this checker reads and writes.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Written<Content> {
    format: u32,
    #[serde(flatten)]
    receipt: Content,
}

fn written(receipt: &Receipt) -> String {
    serde_json::to_string_pretty(&Written { format: FORMAT, receipt }).unwrap_or_default() + "\n"
}

/// What is at this path, followed through no link.
pub fn state(folder: &Path, path: &LabPath) -> State {
    let mut place = folder.to_owned();
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.next() {
        place.push(part);
        match fs::symlink_metadata(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return State::Absent,
            Ok(data) if parts.peek().is_some() && data.is_dir() => {}
            Ok(data) if parts.peek().is_none() && data.is_file() => {
                return fs::read(&place).map_or(State::Other, |content| State::File(digest(&content)));
            }
            _ => return State::Other,
        }
    }
    State::Other
}

/// The files are written into a folder beside, which then takes its name.
fn check_out_beside(to: &Path, parcel: &Parcel) -> Result<(), DeliveryError> {
    let failed = |error| DeliveryError::Io(to.to_owned(), error);
    let name = to.file_name().ok_or_else(|| DeliveryError::Occupied(to.to_owned()))?;
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed)?;
    let mut staged_name = OsString::from(".");
    staged_name.push(name);
    staged_name.push(".checkout");
    let staged = parent.join(staged_name);
    match fs::create_dir(&staged) {
        // Somebody's who was killed, or somebody's who is at work: the lock tells.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other.map_err(failed)?,
    }
    let lock = lock(&staged)?;
    let landed = clear(&staged)
        .and_then(|()| write_all(&staged, parcel))
        .and_then(|()| fs::rename(&staged, to))
        .and_then(|()| sync(parent));
    if landed.is_err() {
        // Why it failed is told; what is left over is removed by the next one.
        let _ = folder::remove(&staged);
    }
    drop(lock);
    landed.map_err(|error| match error.kind() {
        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            DeliveryError::Occupied(to.to_owned())
        }
        _ => failed(error),
    })
}

fn clear(folder: &Path) -> io::Result<()> {
    fs::read_dir(folder)?.try_for_each(|entry| folder::remove(&entry?.path()))
}

fn write_all(folder: &Path, parcel: &Parcel) -> io::Result<()> {
    for (path, content) in &parcel.files {
        write(&folder.join(path.as_str()), content)?;
    }
    let steps = changes(parcel, None, |_| State::Absent);
    let receipt = plan::receipt(parcel, None, &steps, Edited::Kept);
    write(&folder.join(RECEIPT_FILE), written(&receipt).as_bytes())?;
    sync(folder)
}

/// Writes a new file, and the folders that lead to it, to the disk itself.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut file = File::create_new(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    sync(parent)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn lock(folder: &Path) -> Result<Flock<File>, DeliveryError> {
    let failed = |error| DeliveryError::Io(folder.to_owned(), error);
    let opened = File::open(folder).map_err(failed)?;
    Flock::lock(opened, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| match error {
        nix::errno::Errno::EWOULDBLOCK => DeliveryError::Busy(folder.to_owned()),
        error => failed(error.into()),
    })
}
