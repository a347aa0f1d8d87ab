//! Where in a submission the labs are.

use std::collections::BTreeSet;

use crate::machine::intake::Files;
use crate::model::course::{Course, Lab};

/// A lab of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its place in the course.
    pub lab: usize,
    pub root: Root,
}

/// What is its program, by the path below the submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// Empty for the submission as a whole.
    Folder(String),
    /// A program of one file.
    File(String),
}

/// Is it said which lab a submission belongs to?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Yes,
    No,
}

/// The labs that were handed in, of those that are wanted. A lab is where its lab.yaml says so; else in the folder
/// that labs.yaml names (`exercises/chat`), wherever that lies; else in a folder of its name. If only one is wanted
/// by name, it may be the submission as a whole.
pub fn labs(files: &Files, course: &Course, wanted: &[usize], named: Named) -> Vec<Found> {
    let folders = folders(files);
    let of_lab = |index: &usize| {
        let lab = &course.labs[*index];
        let root = in_folders(files, &folders, lab).map(Root::Folder);
        let root =
            root.or_else(|| (named == Named::Yes && wanted.len() == 1).then(|| whole(files, &folders)));
        root.map(|root| Found { lab: *index, root })
    };
    wanted.iter().filter_map(of_lab).collect()
}

impl Root {
    /// Is this path, as seen from the submission, a part of it?
    pub fn holds(&self, path: &str) -> bool {
        match self {
            Root::File(file) => file == path,
            Root::Folder(folder) => below(folder, path).is_some(),
        }
    }
}

/// The path as seen from a folder of the submission.
pub fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Every folder that holds something, the submission itself (empty) included.
fn folders(files: &Files) -> BTreeSet<&str> {
    let mut all = BTreeSet::from([""]);
    for path in files.keys() {
        all.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
    }
    all
}

fn in_folders(files: &Files, folders: &BTreeSet<&str>, lab: &Lab) -> Option<String> {
    let ends_in = |folder: &str, path: Option<&std::path::Path>| {
        let path = path.and_then(|path| path.to_str()).map(|path| path.trim_end_matches('/'));
        path.is_some_and(|path| {
            folder.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        })
    };
    let rank = |folder: &&str| {
        if lab_file(files, folder).as_deref() == Some(&lab.id) {
            Some(0)
        } else if ends_in(folder, lab.exercise.as_deref()) && lab_file(files, folder).is_none() {
            Some(1)
        } else if folder.rsplit('/').next() == Some(&lab.id)
            && !ends_in(folder, lab.solution.as_deref())
            && has_program(files, folder)
        {
            Some(2)
        } else {
            None
        }
    };
    let depth = |folder: &str| folder.split('/').filter(|part| !part.is_empty()).count();
    let best = folders.iter().filter_map(|folder| Some((rank(folder)?, depth(folder), *folder))).min();
    best.map(|(_, _, folder)| folder.to_owned())
}

/// The lab that a folder's lab.yaml names. A stranger's file: one line of it is looked for, and nothing else read.
fn lab_file(files: &Files, folder: &str) -> Option<String> {
    let text = std::str::from_utf8(&files.get(&joined(folder, "lab.yaml"))?.content).ok()?;
    let id = text.lines().find_map(|line| line.trim_start().strip_prefix("- id:"))?;
    Some(id.trim().trim_matches(['"', '\'']).to_owned())
}

fn has_program(files: &Files, folder: &str) -> bool {
    ["Cargo.toml", "main.py", "main.c", "main"].iter().any(|name| files.contains_key(&joined(folder, name)))
}

/// The submission as one program: its only crate, its only file that is one, else its top folder.
fn whole(files: &Files, folders: &BTreeSet<&str>) -> Root {
    let near = |folder: &&&str| !folder.contains('/');
    let crates: Vec<&&str> =
        folders.iter().filter(near).filter(|folder| has_program(files, folder)).collect();
    if crates.contains(&&"") {
        return Root::Folder(String::new());
    }
    if let [only] = crates.as_slice() {
        return Root::Folder((**only).to_owned());
    }
    let is_program = |path: &&String| {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending);
        path.matches('/').count() <= 1
            && ending.is_some_and(|ending| ["py", "rs", "c", "js", "mjs"].contains(&ending))
    };
    let programs: Vec<&String> = files.keys().filter(is_program).collect();
    match programs.as_slice() {
        [only] if !only.ends_with("src/main.rs") => Root::File((*only).clone()),
        _ => Root::Folder(String::new()),
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::machine::intake::{Piece, Rights};
    use crate::manifest;

    fn course() -> Course {
        let lab = |id: &str| {
            format!(
                "  - id: {id}\n    title: t\n    exercise: exercises/{id}\n    solution: solutions/{id}\n    \
                 checks:\n      - id: a\n        title: t\n        script: |\n          program exits: 0\n"
            )
        };
        let text = format!("format: 1\ncourse: c\nlabs:\n{}{}", lab("echo"), lab("chat"));
        manifest::read(Path::new("labs.yaml"), &text).unwrap()
    }

    fn files(paths: &[&str]) -> Files {
        let file = |path: &&str| {
            let (path, content) = path.split_once('=').unwrap_or((path, ""));
            (path.to_owned(), Piece { content: content.into(), rights: Rights::Plain })
        };
        paths.iter().map(file).collect()
    }

    fn found(paths: &[&str], named: Named) -> Vec<(usize, Root)> {
        let wanted: &[usize] = if named == Named::Yes { &[0] } else { &[0, 1] };
        labs(&files(paths), &course(), wanted, named)
            .into_iter()
            .map(|found| (found.lab, found.root))
            .collect()
    }

    fn folder(path: &str) -> Root {
        Root::Folder(path.to_owned())
    }

    #[test]
    fn a_course_a_checkout_and_a_folder_of_the_labs_name_are_known() {
        let of = |paths: &[&str]| found(paths, Named::No);
        assert_eq!(
            of(&["exercises/chat/Cargo.toml", "solutions/echo/Cargo.toml", "labs.yaml"]),
            [(1, folder("exercises/chat"))]
        );
        assert_eq!(of(&["ana-main/exercises/echo/x"]), [(0, folder("ana-main/exercises/echo"))]);
        assert_eq!(of(&["mine/lab.yaml=labs:\n  - id: chat\n"]), [(1, folder("mine"))]);
        assert_eq!(of(&["lab.yaml=labs:\n  - id: 'echo'\n"]), [(0, folder(""))]);
        assert_eq!(of(&["w/echo/main.py", "chat/notes"]), [(0, folder("w/echo"))]);
        // What a student has checked out comes before a copy of the course that nobody has touched.
        assert_eq!(of(&["a/lab.yaml=  - id: echo", "exercises/echo/Cargo.toml"]), [(0, folder("a"))]);
        assert_eq!(of(&["Cargo.toml", "README.md"]), []);
    }

    #[test]
    fn a_named_lab_may_be_the_submission_as_a_whole() {
        let of = |paths: &[&str]| found(paths, Named::Yes);
        assert_eq!(of(&["Cargo.toml", "src/main.rs"]), [(0, folder(""))]);
        assert_eq!(of(&["work/Cargo.toml", "work/src/main.rs"]), [(0, folder("work"))]);
        assert_eq!(of(&["server.py", "notes.txt"]), [(0, Root::File("server.py".into()))]);
        assert_eq!(of(&["src/main.rs"]), [(0, folder(""))]);
        assert_eq!(of(&["notes.txt"]), [(0, folder(""))]);
        assert_eq!(of(&["exercises/echo/Cargo.toml", "Cargo.toml"]), [(0, folder("exercises/echo"))]);
    }

    #[test]
    fn a_path_belongs_to_its_lab() {
        assert!(folder("exercises/chat").holds("exercises/chat/src/main.rs"));
        assert!(!folder("exercises/chat").holds("exercises/chat2/src/main.rs"));
        assert!(folder("").holds("x") && !Root::File("a.py".into()).holds("b.py"));
    }
}
