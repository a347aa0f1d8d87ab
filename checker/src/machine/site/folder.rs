//! A site that is a folder of this machine: a course's own.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{SiteError, is_left_out};
use crate::model::site::{MOST_FILES, Refusal};

pub struct Folder {
    root: PathBuf,
}

impl Folder {
    pub fn open(root: &Path) -> Result<Folder, SiteError> {
        if root.is_dir() {
            Ok(Folder { root: root.to_owned() })
        } else {
            Err(SiteError::NoSuchFolder(root.to_owned()))
        }
    }

    /// Followed through no link below the site's folder.
    pub fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SiteError> {
        let mut place = self.root.clone();
        for part in path.split('/') {
            place.push(part);
            let data = fs::symlink_metadata(&place).map_err(|error| told(error, path))?;
            if !data.is_dir() && !data.is_file() {
                return Err(Refusal::NoFile { path: path.to_owned() }.into());
            }
        }
        let mut content = Vec::new();
        let file = File::open(&place).map_err(|error| told(error, path))?;
        file.take(most + 1).read_to_end(&mut content).map_err(|error| told(error, path))?;
        if content.len() as u64 > most {
            return Err(Refusal::TooLarge { path: path.to_owned(), most }.into());
        }
        Ok(content)
    }

    pub fn list(&self, folder: &str) -> Result<Vec<String>, SiteError> {
        let mut found = Vec::new();
        self.collect(folder, "", &mut found)?;
        found.sort();
        Ok(found)
    }

    fn collect(&self, folder: &str, below: &str, found: &mut Vec<String>) -> Result<(), SiteError> {
        let path = self.root.join(folder).join(below);
        for entry in fs::read_dir(&path).map_err(|error| told(error, folder))? {
            let entry = entry.map_err(SiteError::Io)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{below}{name}");
            let kind = entry.file_type().map_err(SiteError::Io)?;
            if is_left_out(&name, below.is_empty()) {
                continue;
            }
            if kind.is_dir() {
                self.collect(folder, &format!("{path}/"), found)?;
            } else if kind.is_file() {
                found.push(path);
            } else {
                return Err(Refusal::NoFile { path: format!("{folder}/{path}") }.into());
            }
            if found.len() > MOST_FILES {
                return Err(Refusal::TooManyFiles { lab: folder.to_owned() }.into());
            }
        }
        Ok(())
    }
}

fn told(error: io::Error, path: &str) -> SiteError {
    match error.kind() {
        io::ErrorKind::NotFound => SiteError::Missing { path: path.to_owned() },
        _ => SiteError::Io(error),
    }
}
