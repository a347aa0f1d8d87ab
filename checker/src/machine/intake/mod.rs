//! What a student hands in → its files in memory: a folder, an archive, a repository or a single file. Whatever a
//! stranger put there, nothing of it is written or obeyed here, and there is an end to what is taken.

mod archive;
mod basket;
mod folder;
mod refusal;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use self::archive::{Packing, packing};
use self::basket::Basket;
pub use self::refusal::{Fault, NotTaken, Odd};
use crate::machine::disk::folder as own_folder;
use crate::machine::site;

/// Files of a submission, at most.
pub const MOST_FILES: usize = 2_000;

/// Bytes of all its files together, at most.
pub const MOST_BYTES: u64 = 64 << 20;

/// How long one repository may take.
pub const REPOSITORY_WITHIN: Duration = Duration::from_secs(120);

/// Where a submission lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Folder(PathBuf),
    Archive(PathBuf, Packing),
    /// A program of one file.
    File(PathBuf),
    Repository {
        url: String,
        /// A branch, a tag or a commit; the repository's own branch where there is none.
        reference: Option<String>,
    },
}

/// A file, by its path with `/` between its parts, which leads below the submission's own folder.
pub type Files = BTreeMap<String, Piece>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub content: Vec<u8>,
    pub rights: Rights,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    Plain,
    Executable,
}

/// Reads all of it, without what is built (`target`) and what git keeps for itself.
///
/// # Errors
/// It is refused, or this machine could not read it.
pub fn take(source: &Source) -> Result<Files, NotTaken> {
    let mut basket = Basket::default();
    match source {
        Source::Folder(path) => folder::read(path, &mut basket)?,
        Source::Archive(path, packing) => archive::read(path, *packing, &mut basket)?,
        Source::File(path) => {
            let name = path.file_name().unwrap_or_default();
            let file = File::open(path).map_err(NotTaken::Machine)?;
            basket.add(name.as_encoded_bytes(), file, folder::rights(path))?;
        }
        Source::Repository { url, reference } => {
            let packed = site::packed(url, reference.as_deref(), REPOSITORY_WITHIN, MOST_PACKED)
                .map_err(NotTaken::Repository)?;
            archive::read_tar(packed.as_slice(), &mut basket)?;
        }
    }
    Ok(basket.finish()?)
}

/// Bytes that an archive holds when it is unpacked, what is left out included.
const MOST_PACKED: u64 = 256 << 20;

/// Makes `folder` hold these files and nothing else. A file that is there already keeps its time, so that what was
/// built of it need not be built again.
///
/// # Errors
/// The system's.
pub fn lay(files: &Files, folder: &Path) -> std::io::Result<()> {
    let files = files.iter().map(|(path, piece)| {
        (PathBuf::from(path), (piece.content.as_slice(), piece.rights == Rights::Executable))
    });
    own_folder::fill(&files.collect(), folder)
}
