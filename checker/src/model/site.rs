//! What a site delivers: one lab as files, and what is remembered of the delivery.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

/// The name of the site that the checker brings along.
pub const OFFICIAL: &str = "official";

/// Characters of a path, at most.
pub const LONGEST_PATH: usize = 200;

/// A file's path below its lab's folder, with `/` between its parts. Whatever it was read from, it leads to
/// a file below that folder on every system, and to nothing that a program of the student's would obey.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub lab: String,
    pub site: String,
    pub url: String,
    pub version: Digest,
    pub files: BTreeMap<LabPath, Digest>,
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
