//! Why a submission is not taken, in words for whoever grades and whoever handed it in.

use std::fmt::{self, Display, Formatter};
use std::io;

use rust_i18n::t;

use super::{MOST_BYTES, MOST_FILES, MOST_PACKED};
use crate::machine::site::SiteError;

/// Why there are no files.
#[derive(Debug)]
pub enum NotTaken {
    /// What was handed in is not taken.
    Refused(Fault),
    /// This machine could not read it.
    Machine(io::Error),
    /// The repository was not to be had.
    Repository(SiteError),
}

/// What is wrong with a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A path that leads out of the submission.
    Climbs {
        path: String,
    },
    /// A link to something outside.
    Leaves {
        path: String,
        target: String,
    },
    /// Neither a file nor a folder nor a link.
    Device {
        path: String,
    },
    Name {
        path: String,
        odd: Odd,
    },
    TooManyFiles,
    TooLarge,
    /// Unpacked, it would be more than any lab is.
    Swells,
    /// It may not be read.
    Closed {
        path: String,
    },
    /// It is no archive of the kind that its name says, or is cut off.
    Broken {
        why: String,
    },
    /// The archive wants a password.
    Locked {
        path: String,
    },
    Empty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    NoText,
    Control,
    TooLong,
    TooDeep,
    /// A file that is a folder, too.
    Twice,
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Fault::Climbs { path } => t!("a path leads out of the submission: %{path}", path = shown(path)),
            Fault::Leaves { path, target } => t!(
                "the link %{path} leads out of the submission, to %{target}",
                path = shown(path),
                target = shown(target)
            ),
            Fault::Device { path } => {
                t!("%{path} is neither a file nor a folder", path = shown(path))
            }
            Fault::Name { path, odd } => {
                let path = shown(path);
                match odd {
                    Odd::NoText => t!("a name is no UTF-8: %{path}", path = path),
                    Odd::Control => t!("a name has characters that nobody can type: %{path}", path = path),
                    Odd::TooLong => t!("a name is too long: %{path}", path = path),
                    Odd::TooDeep => t!("folders lie too deep in one another: %{path}", path = path),
                    Odd::Twice => t!("%{path} is both a file and a folder", path = path),
                }
            }
            Fault::TooManyFiles => {
                t!("it has more than %{number} files, `target` aside", number = MOST_FILES)
            }
            Fault::TooLarge => t!("it has more than %{size} MiB, `target` aside", size = MOST_BYTES >> 20),
            Fault::Swells => t!("unpacked, it has more than %{size} MiB", size = MOST_PACKED >> 20),
            Fault::Closed { path } => t!("%{path} may not be read", path = shown(path)),
            Fault::Broken { why } => t!("the archive cannot be read: %{why}", why = shown(why)),
            Fault::Locked { path } => {
                t!("the archive is locked with a password: %{path}", path = shown(path))
            }
            Fault::Empty => t!("there is nothing in it"),
        })
    }
}

/// Names of strangers are shown so that no terminal obeys them, and not for ever.
fn shown(text: &str) -> String {
    const MOST: usize = 120;
    let mut shown: String = text.escape_debug().take(MOST).collect();
    if shown.len() < text.len() && shown.chars().count() == MOST {
        shown.push('…');
    }
    shown
}

impl From<Fault> for NotTaken {
    fn from(fault: Fault) -> Self {
        NotTaken::Refused(fault)
    }
}
