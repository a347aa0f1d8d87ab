//! The files of one submission as they come, whatever they come from: every path is looked at, everything is counted.

use std::io::{self, Read};

use super::{Fault, Files, MOST_BYTES, MOST_FILES, NotTaken, Odd, Piece, Rights};

/// Bytes of a path, and of one of its parts, at most.
const LONGEST: usize = 1_000;
const LONGEST_PART: usize = 200;
const DEEPEST: usize = 32;

#[derive(Debug, Default)]
pub struct Basket {
    files: Files,
    /// Where they lie and where they lead, as it was written.
    links: Vec<(String, String)>,
    bytes: u64,
}

/// Part of a submission that nobody reads.
pub fn is_left_out(folder: &str) -> bool {
    matches!(folder, "target" | ".git" | "__MACOSX")
}

impl Basket {
    /// Takes a file.
    ///
    /// # Errors
    /// Its path is not taken, or there is too much.
    pub fn add(&mut self, path: &[u8], content: impl Read, rights: Rights) -> Result<(), NotTaken> {
        let Some(path) = wanted(path)? else { return Ok(()) };
        let left = MOST_BYTES - self.bytes;
        let mut taken = Vec::new();
        content.take(left + 1).read_to_end(&mut taken).map_err(told)?;
        if taken.len() as u64 > left {
            return Err(Fault::TooLarge.into());
        }
        self.bytes += taken.len() as u64;
        self.files.insert(path, Piece { content: taken, rights });
        self.count()
    }

    /// Remembers a link, to be followed when everything is there. `target` is as seen from the link's folder.
    ///
    /// # Errors
    /// As for `add`.
    pub fn link(&mut self, path: &[u8], target: &[u8]) -> Result<(), NotTaken> {
        let Some(path) = wanted(path)? else { return Ok(()) };
        self.links.push((path, String::from_utf8_lossy(target).into_owned()));
        self.count()
    }

    /// A file's second name in a tar. `target` is as seen from the top.
    ///
    /// # Errors
    /// As for `add`.
    pub fn second_name(&mut self, path: &[u8], target: &[u8]) -> Result<(), NotTaken> {
        let (Some(path), Some(target)) = (wanted(path)?, wanted(target)?) else { return Ok(()) };
        match self.files.get(&target).cloned() {
            Some(piece) => self.add(path.as_bytes(), piece.content.as_slice(), piece.rights),
            None => Ok(()),
        }
    }

    /// Everything, links to files of the submission's own replaced by what they lead to; others are left out.
    ///
    /// # Errors
    /// A link leads out of the submission, a name stands for two things, or there is nothing.
    pub fn finish(mut self) -> Result<Files, Fault> {
        for (path, target) in std::mem::take(&mut self.links) {
            let leaves = || Fault::Leaves { path: path.clone(), target: target.clone() };
            let at = followed(&path, &target).ok_or_else(leaves)?;
            if let Some(piece) = self.files.get(&at).cloned() {
                self.bytes += piece.content.len() as u64;
                if self.bytes > MOST_BYTES {
                    return Err(Fault::TooLarge);
                }
                self.files.insert(path, piece);
            }
        }
        if let Some(path) = self.files.keys().find(|path| self.is_folder_too(path)) {
            return Err(Fault::Name { path: path.clone(), odd: Odd::Twice });
        }
        if self.files.is_empty() { Err(Fault::Empty) } else { Ok(self.files) }
    }

    fn is_folder_too(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.files.range(below.clone()..).next().is_some_and(|(next, _)| next.starts_with(&below))
    }

    fn count(&self) -> Result<(), NotTaken> {
        if self.files.len() + self.links.len() > MOST_FILES {
            return Err(Fault::TooManyFiles.into());
        }
        Ok(())
    }
}

/// An archive that breaks off, or swells, is its student's; what else cannot be read is the machine's.
fn told(error: io::Error) -> NotTaken {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            Fault::Broken { why: error.to_string() }.into()
        }
        io::ErrorKind::FileTooLarge => Fault::Swells.into(),
        io::ErrorKind::Other => Fault::Broken { why: error.to_string() }.into(),
        _ => NotTaken::Machine(error),
    }
}

/// The path as it is kept; `None` for what is left out.
///
/// # Errors
/// It leads elsewhere, or nobody could type it.
pub fn wanted(path: &[u8]) -> Result<Option<String>, Fault> {
    let odd = |odd| Fault::Name { path: String::from_utf8_lossy(path).into_owned(), odd };
    let text = std::str::from_utf8(path).map_err(|_| odd(Odd::NoText))?;
    let climbs = || Fault::Climbs { path: text.to_owned() };
    if text.starts_with('/') || text.split('/').any(|part| part == "..") {
        return Err(climbs());
    }
    if text.chars().any(char::is_control) {
        return Err(odd(Odd::Control));
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if text.len() > LONGEST || parts.iter().any(|part| part.len() > LONGEST_PART) {
        return Err(odd(Odd::TooLong));
    }
    if parts.len() > DEEPEST {
        return Err(odd(Odd::TooDeep));
    }
    let Some((_, folders)) = parts.split_last() else { return Ok(None) };
    let is_left_out = folders.iter().any(|folder| is_left_out(folder));
    Ok((!is_left_out).then(|| parts.join("/")))
}

/// Where a link leads, below the submission; `None` where it leaves it.
fn followed(path: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for path in ["/etc/passwd", "../x", "a/../../x", "a/..", "..", "target/../../x"] {
            assert!(matches!(wanted(path.as_bytes()), Err(Fault::Climbs { .. })), "{path}");
        }
        let odd = |path: &[u8]| match wanted(path) {
            Err(Fault::Name { odd, .. }) => Some(odd),
            _ => None,
        };
        assert_eq!(odd(b"a/\xff"), Some(Odd::NoText));
        assert_eq!(odd(b"a\x1b[2Jb"), Some(Odd::Control));
        assert_eq!(odd(b"a\0b"), Some(Odd::Control));
        assert_eq!(odd("x".repeat(201).as_bytes()), Some(Odd::TooLong));
        assert_eq!(odd("x/".repeat(40).as_bytes()), Some(Odd::TooDeep));
        assert_eq!(wanted(b"./a//b").unwrap().as_deref(), Some("a/b"));
        assert_eq!(wanted(b"a/target/b").unwrap(), None);
        assert_eq!(wanted(b"target").unwrap().as_deref(), Some("target"));
    }

    fn linked(path: &str, target: &str) -> Result<Files, Fault> {
        let mut basket = Basket::default();
        basket.add(b"src/main.rs", &b"fn main() {}"[..], Rights::Plain).unwrap();
        basket.link(path.as_bytes(), target.as_bytes()).unwrap();
        basket.finish()
    }

    #[test]
    fn a_link_is_followed_inside_and_refused_outside() {
        assert_eq!(linked("main.rs", "src/main.rs").unwrap()["main.rs"].content, b"fn main() {}");
        assert_eq!(linked("a/b", "../src/./main.rs").unwrap().len(), 2);
        assert_eq!(linked("a/b", "nowhere").unwrap().len(), 1);
        for (path, target) in [("a", "/etc/passwd"), ("a/b", "../../x"), ("a", ".."), ("a", "b/../../a")] {
            let refused = linked(path, target);
            let is_inside = target == ".." && path.contains('/');
            assert!(
                is_inside || matches!(refused, Err(Fault::Leaves { .. })),
                "{path} {target}: {refused:?}"
            );
        }
    }

    #[test]
    fn there_is_an_end_to_what_is_taken() {
        let mut basket = Basket::default();
        let all = (0..=MOST_FILES)
            .try_for_each(|number| basket.add(number.to_string().as_bytes(), io::empty(), Rights::Plain));
        assert!(matches!(all, Err(NotTaken::Refused(Fault::TooManyFiles))));
        let endless = Basket::default().add(b"a", io::repeat(0), Rights::Plain);
        assert!(matches!(endless, Err(NotTaken::Refused(Fault::TooLarge))));
        assert_eq!(Basket::default().finish(), Err(Fault::Empty));
        let mut basket = Basket::default();
        for path in ["a", "a-", "a/b"] {
            basket.add(path.as_bytes(), io::empty(), Rights::Plain).unwrap();
        }
        assert!(matches!(basket.finish(), Err(Fault::Name { odd: Odd::Twice, .. })));
    }
}
