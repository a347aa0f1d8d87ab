//! What of a lab is the instructor's: it is laid over what was handed in, and what differed is told.

use std::collections::BTreeMap;
use std::path::Path;

use super::refusal::{GradeError, site_words};
use crate::command::UsageError;
use crate::command::room::{COURSE_FILE, LAB_FILE, Room};
use crate::machine::disk::official;
use crate::machine::intake::{Files, Piece, Rights};
use crate::machine::site::{Address, Site, SiteError};
use crate::manifest;
use crate::model::course::Lab;
use crate::model::site::{MOST_OF_FILE, SITE_WITHIN};
use crate::report::results::{Tampered, Tampering};

/// The instructor's side of a course.
pub struct Owned {
    /// The first labs.yaml, as it is written.
    course_file: Vec<u8>,
    labs: Vec<OwnedLab>,
}

#[derive(Default)]
struct OwnedLab {
    /// By the path below the exercise.
    files: BTreeMap<String, Vec<u8>>,
    /// What `checker checkout` writes.
    lab_file: Option<String>,
}

impl Owned {
    /// Reads the files of the wanted ones of these labs, where the room's course has an exercise for them.
    ///
    /// # Errors
    /// An exercise's folder cannot be read.
    pub fn read(
        room: &Room,
        labs: &[Lab],
        wanted: &[usize],
        course_file: Vec<u8>,
    ) -> Result<Owned, UsageError> {
        let site = match room {
            Room::Outside(_) => Some(Site::Official),
            Room::Course(course) | Room::Lab(course) => {
                let root = std::path::absolute(Path::new(".").join(&course.root))?;
                Site::open(&Address::Folder(root), SITE_WITHIN).ok()
            }
        };
        let text = String::from_utf8_lossy(&course_file).into_owned();
        let of_lab = |(place, lab): (usize, &Lab)| {
            if !wanted.contains(&place) {
                return Ok(OwnedLab::default());
            }
            let files = match &site {
                Some(site) => files(site, lab).map_err(|error| unreadable(lab, &error))?,
                None => BTreeMap::new(),
            };
            Ok(OwnedLab { files, lab_file: manifest::lab_file(&text, &lab.id) })
        };
        let labs = labs.iter().enumerate().map(of_lab).collect::<Result<_, UsageError>>()?;
        Ok(Owned { course_file, labs })
    }

    /// Lays the instructor's files over those of a lab that was handed in, and tells which were others. `folder` is
    /// where it lies in the submission, for what is told.
    pub fn overlay(&self, lab: usize, folder: &str, files: &mut Files) -> Vec<Tampered> {
        let Some(owned) = self.labs.get(lab) else { return Vec::new() };
        let told = |path: &str, what| {
            let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
            Tampered { path, what }
        };
        let mut tampered = Vec::new();
        let lab_file = owned.lab_file.as_deref().filter(|_| files.contains_key(LAB_FILE));
        let lab_file = lab_file.map(|text| (LAB_FILE, text.as_bytes()));
        let all = owned.files.iter().map(|(path, content)| (path.as_str(), content.as_slice()));
        for (path, content) in all.chain(lab_file) {
            let differs = files.get(path).is_some_and(|piece| piece.content != content);
            if differs {
                tampered.push(told(path, Tampering::Changed));
            }
            if differs || !files.contains_key(path) {
                files.insert(path.to_owned(), Piece { content: content.to_owned(), rights: Rights::Plain });
            }
        }
        for path in files.keys().filter(|path| steers_the_build(path) && !owned.files.contains_key(*path)) {
            tampered.push(told(path, Tampering::Added));
        }
        tampered.sort_by(|one, other| one.path.cmp(&other.path));
        tampered
    }

    /// Copies of the course's own file in a submission that say something else: nobody has read them.
    pub fn other_course_files(&self, files: &Files) -> Vec<Tampered> {
        let is_one =
            |path: &str| path.rsplit('/').next() == Some(COURSE_FILE) && path.matches('/').count() <= 1;
        let others = files.iter().filter(|(path, piece)| is_one(path) && piece.content != self.course_file);
        others.map(|(path, _)| Tampered { path: path.clone(), what: Tampering::Changed }).collect()
    }
}

/// The exercise's files that are no student's work.
fn files(site: &Site, lab: &Lab) -> Result<BTreeMap<String, Vec<u8>>, SiteError> {
    let Some(exercise) = lab.exercise.as_deref().and_then(Path::to_str) else { return Ok(BTreeMap::new()) };
    let exercise = exercise.trim_end_matches('/');
    let names = match site.list(exercise) {
        Ok(names) => names.unwrap_or_default(),
        Err(SiteError::Missing { .. }) => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let owned = names.into_iter().filter(|name| !is_the_students(name) && name != LAB_FILE);
    owned.map(|name| Ok((name.clone(), site.read(&format!("{exercise}/{name}"), MOST_OF_FILE)?))).collect()
}

/// The program itself: the crate's manifest and sources, or the sources of a program in another language. Guides,
/// data and whatever else an exercise brings are the instructor's.
fn is_the_students(path: &str) -> bool {
    const SOURCES: [&str; 6] = ["rs", "py", "c", "h", "js", "mjs"];
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    path.starts_with("src/")
        || matches!(path, "Cargo.toml" | "Cargo.lock" | ".gitignore" | "main")
        || !path.contains('/') && path != "build.rs" && ending.is_some_and(|ending| SOURCES.contains(&ending))
}

/// What cargo obeys without being asked, besides the manifest. It is confined, but no lab needs it.
fn steers_the_build(path: &str) -> bool {
    path.starts_with(".cargo/") || matches!(path, "build.rs" | "rust-toolchain" | "rust-toolchain.toml")
}

fn unreadable(lab: &Lab, error: &SiteError) -> UsageError {
    GradeError::Exercise { lab: lab.id.clone(), why: site_words(error) }.into()
}

/// The text of the labs that the checker brings along.
pub fn official_text() -> Option<Vec<u8>> {
    official::labs_file().map(|text| text.into_owned().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &[(&str, &str)]) -> Files {
        let file = |(path, content): &(&str, &str)| {
            ((*path).to_owned(), Piece { content: (*content).into(), rights: Rights::Plain })
        };
        all.iter().map(file).collect()
    }

    fn owned() -> Owned {
        let owned = [("README.md", "guide"), ("data/words.txt", "palavras")];
        let lab = OwnedLab {
            files: owned.map(|(path, text)| (path.to_owned(), text.into())).into(),
            lab_file: Some("checks".into()),
        };
        Owned { course_file: b"course".to_vec(), labs: vec![lab] }
    }

    #[test]
    fn the_instructors_files_are_laid_over_and_others_are_told() {
        let mut handed_in = files(&[
            ("src/main.rs", "mine"),
            ("Cargo.toml", "mine"),
            ("README.md", "notes"),
            ("lab.yaml", "no checks"),
            (".cargo/config.toml", "x"),
        ]);
        let tampered = owned().overlay(0, "echo", &mut handed_in);
        let told: Vec<(&str, Tampering)> =
            tampered.iter().map(|tampered| (tampered.path.as_str(), tampered.what)).collect();
        assert_eq!(
            told,
            [
                ("echo/.cargo/config.toml", Tampering::Added),
                ("echo/README.md", Tampering::Changed),
                ("echo/lab.yaml", Tampering::Changed),
            ]
        );
        let text = |path: &str| String::from_utf8_lossy(&handed_in[path].content).into_owned();
        assert_eq!((text("README.md"), text("lab.yaml")), ("guide".into(), "checks".into()));
        assert_eq!((text("src/main.rs"), text("data/words.txt")), ("mine".into(), "palavras".into()));
    }

    #[test]
    fn only_the_program_is_no_tampering() {
        assert_eq!(owned().overlay(0, "", &mut files(&[("main.py", "x")])), []);
        let others = |path: &str, text: &str| owned().other_course_files(&files(&[(path, text)])).len();
        assert_eq!(others("labs.yaml", "course"), 0);
        assert_eq!(others("labs.yaml", "mine"), 1);
        assert_eq!(others("ana-main/labs.yaml", "mine"), 1);
        assert_eq!(others("notes/old/labs.yaml", "mine"), 0);
        for (path, is_theirs) in
            [("src/bin/x.txt", true), ("list.c", true), ("build.rs", false), ("data/x.py", false)]
        {
            assert_eq!(is_the_students(path), is_theirs, "{path}");
        }
    }
}
