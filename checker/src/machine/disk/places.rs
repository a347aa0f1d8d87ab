//! The folders outside of a course that the checker writes to, and whether it can.

use std::io;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use crate::machine::disk::folder::{self, Own};

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Builds,
    /// What the checker remembers of a student's work.
    Progress,
    /// Sites.
    Settings,
    /// The working folders of programs that run.
    Runs,
}

#[derive(Debug, Clone)]
pub struct Place {
    pub purpose: Purpose,
    /// None where neither HOME nor a variable of XDG names one.
    pub folder: Option<PathBuf>,
}

/// Every place, whether it is there already or not.
pub fn all() -> [Place; 4] {
    [
        Place { purpose: Purpose::Builds, folder: Some(folder::cache()) },
        Place { purpose: Purpose::Progress, folder: folder::own(Own::State) },
        Place { purpose: Purpose::Settings, folder: folder::own(Own::Config) },
        Place { purpose: Purpose::Runs, folder: Some(std::env::temp_dir()) },
    ]
}

/// The nearest folder above that is there already, or the folder itself.
pub fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|above| above.exists()).unwrap_or(Path::new("/"))
}

/// Can this user write there, or make it? Nothing is made.
///
/// # Errors
/// Why not.
pub fn check(folder: &Path) -> io::Result<()> {
    let existing = existing(folder);
    if !existing.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok(access(existing, AccessFlags::W_OK | AccessFlags::X_OK)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_can_be_made_below_a_folder_and_not_below_a_file() {
        let temp = tempfile::tempdir().unwrap();
        let deep = temp.path().join("a/b/c");
        assert!(check(&deep).is_ok());
        assert!(!temp.path().join("a").exists());
        std::fs::write(temp.path().join("a"), "").unwrap();
        assert_eq!(check(&deep).unwrap_err().kind(), io::ErrorKind::NotADirectory);
    }
}
