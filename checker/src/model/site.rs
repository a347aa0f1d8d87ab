//! What a site delivers: one lab as files, and what is remembered of the delivery.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use rust_i18n::t;
use serde::{Deserialize, Serialize};

/// The name of the site that the checker brings along.
pub const OFFICIAL: &str = "official";

/// Characters of a path, at most.
pub const LONGEST_PATH: usize = 200;

/// A file's path below its lab's folder, with `/` between its parts. Whatever it was read from, it leads to
/// a file below that folder on every system, and to nothing that a program of the student's would obey.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LabPath(String);

/// Why a path is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    Empty,
    TooLong,
    /// From the root, or from a drive.
    Absolute,
    /// `..`, `.` or nothing between two slashes.
    Climbs,
    /// Anything but letters, digits and `. _ - +`.
    Characters,
    /// A part that begins with a dot: tools obey such files unasked.
    Hidden,
    /// `con`, `nul.txt`, a dot at the end: a device, or another file, on some systems.
    Device,
    /// What is built, or written by the checker itself.
    Reserved,
}

impl LabPath {
    /// Takes a path as a site wrote it.
    pub fn read(text: &str) -> Result<LabPath, PathFault> {
        if text.is_empty() {
            return Err(PathFault::Empty);
        }
        if text.len() > LONGEST_PATH {
            return Err(PathFault::TooLong);
        }
        if text.starts_with(['/', '\\']) || text.get(1..2) == Some(":") {
            return Err(PathFault::Absolute);
        }
        text.split('/').try_for_each(part)?;
        let first = text.split('/').next().unwrap_or_default().to_ascii_lowercase();
        match first.as_str() {
            "target" | "cargo.lock" | "lab.yaml" | "labs.yaml" => Err(PathFault::Reserved),
            _ => Ok(LabPath(text.to_owned())),
        }
    }

    /// The lab's own entry, which the checker writes from labs.yaml.
    pub fn lab_file() -> LabPath {
        LabPath("lab.yaml".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A path in a file of the checker's own.
impl TryFrom<String> for LabPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match LabPath::read(&text) {
            Err(_) if text == "lab.yaml" => Ok(LabPath::lab_file()),
            read => {
                read.map_err(|_| t!("%{text} is no path of a lab", text = text.escape_debug()).into_owned())
            }
        }
    }
}

impl From<LabPath> for String {
    fn from(path: LabPath) -> String {
        path.0
    }
}

/// One of the paths that are not: two that some systems take for the same, or a file that is a folder, too.
pub fn collision<'a>(paths: impl IntoIterator<Item = &'a LabPath>) -> Option<&'a LabPath> {
    let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
    let paths: Vec<&LabPath> = paths.into_iter().collect();
    for path in &paths {
        let lower = path.0.to_ascii_lowercase();
        for (at, _) in lower.match_indices('/') {
            // A folder in two spellings holds files that only some systems put together.
            folders.insert((lower[..at].to_owned(), path.0[..at].to_owned()));
        }
        if !files.insert(lower) {
            return Some(path);
        }
    }
    let spellings = |lower: &str| folders.iter().filter(|(folder, _)| folder == lower).count();
    let is_folder = |path: &LabPath| spellings(&path.0.to_ascii_lowercase()) > 0;
    let is_spelt_twice = |path: &LabPath| {
        path.0.match_indices('/').any(|(at, _)| spellings(&path.0[..at].to_ascii_lowercase()) > 1)
    };
    paths.into_iter().find(|path| is_folder(path) || is_spelt_twice(path))
}

fn part(part: &str) -> Result<(), PathFault> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    if part.is_empty() || part == "." || part == ".." {
        return Err(PathFault::Climbs);
    }
    if !part.bytes().all(fits) {
        return Err(PathFault::Characters);
    }
    if part.starts_with('.') && part != ".gitignore" {
        return Err(PathFault::Hidden);
    }
    if part.ends_with('.') || is_device(part) {
        return Err(PathFault::Device);
    }
    Ok(())
}

/// Windows takes `nul`, `NUL.txt` and `com1` for devices in every folder.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |name: &str| {
        stem.strip_prefix(name)
            .is_some_and(|rest| matches!(rest.as_bytes(), [digit] if digit.is_ascii_digit()))
    };
    ["con", "prn", "aux", "nul"].contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

impl Display for LabPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of a file's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Reads 64 hexadecimal digits.
    pub fn read(text: &str) -> Option<Digest> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Digest(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Digest::read(&text)
            .ok_or_else(|| t!("%{text} is no SHA-256 digest", text = text.escape_debug()).into_owned())
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

impl Display for Digest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// A lab as a site delivers it, lab.yaml included, everything verified.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub lab: String,
    /// Name and address of the site.
    pub site: String,
    pub url: String,
    /// Of the site's labs.yaml: what tells one version of its labs from another.
    pub version: Digest,
    pub files: BTreeMap<LabPath, Vec<u8>>,
}

/// What was delivered into a folder: what `update` compares with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub lab: String,
    pub site: String,
    pub url: String,
    pub version: Digest,
    pub files: BTreeMap<LabPath, Digest>,
}

/// Where labs can be had, as a person listed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteEntry {
    pub name: String,
    pub url: String,
}

/// A person's config.yaml.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// In the order in which they are searched.
    pub sites: Vec<SiteEntry>,
    /// How long one site may take as a whole; `SITE_WITHIN` where nothing is said.
    pub within: Option<Duration>,
}

/// How long one site may take as a whole, where config.yaml says nothing else.
pub const SITE_WITHIN: Duration = Duration::from_secs(60);

/// What the site of static files has, as its index says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// labs.yaml
    pub course_file: Piece,
    pub labs: Vec<IndexedLab>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedLab {
    pub id: String,
    /// The exercise's folder, below the course's.
    pub exercise: LabPath,
    pub files: BTreeMap<LabPath, Piece>,
}

/// What a file must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub size: u64,
    pub digest: Digest,
}

/// The name of the index, next to labs.yaml.
pub const INDEX_FILE: &str = "index.json";

/// Bytes and numbers that a site may have, at most: far more than any lab needs.
pub const MOST_OF_INDEX: u64 = 4 << 20;
pub const MOST_OF_COURSE_FILE: u64 = 2 << 20;
pub const MOST_OF_FILE: u64 = 4 << 20;
pub const MOST_OF_LAB: u64 = 16 << 20;
pub const MOST_FILES: usize = 500;
pub const MOST_LABS: usize = 1_000;

/// Why a site's answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Path {
        path: String,
        fault: PathFault,
    },
    /// Two paths are one file on some systems.
    Collision {
        path: String,
    },
    /// A symbolic link, a submodule, a device: anything but a file.
    NoFile {
        path: String,
    },
    TooLarge {
        path: String,
        most: u64,
    },
    TooManyFiles {
        lab: String,
    },
    LabTooLarge {
        lab: String,
    },
    TooManyLabs,
    /// Not as many bytes as the index says.
    Length {
        path: String,
        size: u64,
    },
    /// Other bytes than the index says.
    Hash {
        path: String,
    },
    Redirect {
        from: String,
        to: String,
    },
    /// What cannot be read as an index, and why.
    IndexUnreadable {
        why: String,
    },
    IndexOfLaterFormat {
        format: u64,
    },
    IndexFault {
        what: String,
    },
    /// The index and labs.yaml do not say the same.
    IndexOutdated {
        lab: String,
    },
    /// labs.yaml is no UTF-8.
    CourseFileNoText,
    /// labs.yaml has problems: so many, and the first of them.
    CourseFileProblems {
        count: usize,
        first: String,
    },
    /// The exercise's folder holds nothing.
    NoExercise {
        lab: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_stay_below_are_taken() {
        for path in ["src/main.rs", "README.pt-BR.md", ".gitignore", "a/b+c_d-1.txt", "src/target/x.rs"] {
            assert_eq!(LabPath::read(path).unwrap().as_str(), path);
        }
        let long = "a/".repeat(LONGEST_PATH);
        for (path, fault) in [
            ("", PathFault::Empty),
            (long.as_str(), PathFault::TooLong),
            ("/etc/passwd", PathFault::Absolute),
            ("\\\\server\\x", PathFault::Absolute),
            ("C:/x", PathFault::Absolute),
            ("../x", PathFault::Climbs),
            ("src/../../x", PathFault::Climbs),
            ("src//x", PathFault::Climbs),
            ("./x", PathFault::Climbs),
            ("src/", PathFault::Climbs),
            ("a\\..\\b", PathFault::Characters),
            ("a\0b", PathFault::Characters),
            ("a\x1b[2J", PathFault::Characters),
            ("ação.rs", PathFault::Characters),
            ("ab:c", PathFault::Characters),
            (".git/hooks/post-checkout", PathFault::Hidden),
            ("src/.cargo/config.toml", PathFault::Hidden),
            ("src/NUL.txt", PathFault::Device),
            ("com1", PathFault::Device),
            ("src/x.", PathFault::Device),
            ("Target/x", PathFault::Reserved),
            ("lab.yaml", PathFault::Reserved),
        ] {
            assert_eq!(LabPath::read(path), Err(fault), "{path:?}");
        }
    }

    #[test]
    fn paths_that_are_one_file_somewhere_collide() {
        let collides = |paths: &[&str]| {
            let paths: Vec<LabPath> = paths.iter().map(|path| LabPath::read(path).unwrap()).collect();
            collision(&paths).is_some()
        };
        assert!(!collides(&["src/main.rs", "src/other.rs", "README.md"]));
        assert!(collides(&["readme.md", "README.md"]));
        assert!(collides(&["src/main.rs", "Src/other.rs"]));
        assert!(collides(&["src", "src/main.rs"]));
        assert!(collides(&["x", "x"]));
    }

    #[test]
    fn digests_are_read_as_they_are_written() {
        let text = "ab".repeat(32);
        assert_eq!(Digest::read(&text).unwrap().to_string(), text);
        for unfit in ["", "ab", &"xy".repeat(32), &"é".repeat(32)] {
            assert_eq!(Digest::read(unfit), None);
        }
    }
}
