//! Where labs come from: a folder, static files behind http, a git repository, or the checker itself. Here
//! bytes are fetched, within limits of size and time; what they mean is read elsewhere.

mod address;
mod folder;
mod git;
mod http;

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use self::address::{Address, AddressFault, parse};
use self::folder::Folder;
use self::git::Repository;
use self::http::Http;
use crate::machine::disk::official;
use crate::model::site::Refusal;

/// Why a site gave nothing.
#[derive(Debug)]
pub enum SiteError {
    Address(AddressFault),
    NoSuchFolder(PathBuf),
    /// The file is not there.
    Missing {
        path: String,
    },
    /// What the network or the machine at the other end said.
    Unreachable {
        why: String,
    },
    /// An HTTP status other than 200.
    Status {
        address: String,
        status: u16,
    },
    TooSlow {
        within: Duration,
    },
    Refused(Refusal),
    /// There is no git on this machine.
    NoGit,
    /// What git said when it failed.
    Git {
        said: String,
    },
    Io(io::Error),
}

/// A site that can be read from.
pub enum Site {
    Official,
    Folder(Folder),
    Git(Repository),
    Http(Http),
}

/// The end of the time that a site has.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    at: Instant,
    within: Duration,
}

impl Site {
    /// Goes to the site. A git repository is fetched here.
    ///
    /// # Errors
    /// It is not there, or too slow.
    pub fn open(address: &Address, within: Duration) -> Result<Site, SiteError> {
        let deadline = Deadline { at: Instant::now() + within, within };
        Ok(match address {
            Address::Folder(folder) => Site::Folder(Folder::open(folder)?),
            Address::Git { url, protocol } => Site::Git(Repository::fetch(url, protocol, deadline)?),
            Address::Http(url) => Site::Http(Http::new(url.clone(), deadline)),
        })
    }

    /// A file's content, by its path below the site; larger ones than `most` bytes are refused.
    pub fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SiteError> {
        match self {
            Site::Official => official_file(path),
            Site::Folder(folder) => folder.read(path, most),
            Site::Git(repository) => repository.read(path, most),
            Site::Http(http) => http.read(path, most),
        }
    }

    /// Every file below a folder of the site, by its path below that folder, without what is built and what
    /// is hidden; `None` where only an index can tell.
    pub fn list(&self, folder: &str) -> Result<Option<Vec<String>>, SiteError> {
        match self {
            Site::Official => Ok(Some(official::files_below(folder).into_keys().collect())),
            Site::Folder(site) => site.list(folder).map(Some),
            Site::Git(repository) => repository.list(folder).map(Some),
            Site::Http(_) => Ok(None),
        }
    }
}

/// One commit of a git repository, as a tar of at most so many bytes. `address` is written as for a site, or is a
/// folder; where no `reference` is named, the newest commit of the repository's own branch is taken.
///
/// # Errors
/// It is not there, too slow, or too large.
pub fn packed(
    address: &str,
    reference: Option<&str>,
    within: Duration,
    most: u64,
) -> Result<Vec<u8>, SiteError> {
    let deadline = Deadline { at: Instant::now() + within, within };
    let (url, protocol) = address::repository(address).map_err(SiteError::Address)?;
    git::packed(&url, protocol, reference.unwrap_or("HEAD"), deadline, most)
}

impl Deadline {
    /// What is left of the time.
    pub fn left(&self) -> Result<Duration, SiteError> {
        let left = self.at.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.passed()) } else { Ok(left) }
    }

    pub fn passed(&self) -> SiteError {
        SiteError::TooSlow { within: self.within }
    }
}

impl From<Refusal> for SiteError {
    fn from(refusal: Refusal) -> Self {
        SiteError::Refused(refusal)
    }
}

/// Part of a lab that nobody delivers: what is built, and what tools keep for themselves.
fn is_left_out(name: &str, is_top: bool) -> bool {
    name.starts_with('.') && name != ".gitignore" || is_top && (name == "target" || name == "Cargo.lock")
}

fn official_file(path: &str) -> Result<Vec<u8>, SiteError> {
    let missing = || SiteError::Missing { path: path.to_owned() };
    if path == "labs.yaml" {
        return official::labs_file().map(|text| text.into_owned().into_bytes()).ok_or_else(missing);
    }
    official::file(path).map(|content| content.into_owned()).ok_or_else(missing)
}
