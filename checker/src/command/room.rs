//! Where the checker was called: in a course's folder, in the folder of one lab, or in neither.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::refusal::SitesError;
use super::{UsageError, guide};
use crate::machine::{delivery, disk::official};
use crate::manifest;
use crate::model::course::{Course, Lab};
use crate::model::site::OFFICIAL;

/// A course: every lab, exercises and solutions below its folder.
pub const COURSE_FILE: &str = "labs.yaml";

/// One lab, in the folder that it was checked out into.
pub const LAB_FILE: &str = "lab.yaml";

/// What a person is in, and the labs that can be meant there.
#[derive(Debug, Clone)]
pub enum Room {
    /// A course: what `--labs` names, or the nearest labs.yaml.
    Course(Course),
    /// A lab's folder, or one below it: the nearest lab.yaml. The course has this lab alone, and its
    /// exercise is the folder itself.
    Lab(Course),
    /// Neither. The labs that the checker brings along can be read here, but no folder of the disk is
    /// theirs: `exercise` and `solution` lead nowhere.
    Outside(Course),
}

impl Room {
    /// The file that `--labs` names, else the nearest labs.yaml or lab.yaml, from the current folder
    /// upwards, else the labs that the checker brings along.
    ///
    /// # Errors
    /// The named file is not there, or the file has problems: then all of them.
    pub fn find(named: Option<&Path>) -> Result<Room, UsageError> {
        match named {
            Some(file) if file.is_file() => Ok(Room::Course(load(file)?)),
            Some(file) => Err(UsageError::LabsFileMissing { file: file.to_owned() }),
            None => match nearest(&std::env::current_dir()?) {
                Some(Found::Course(file)) => Ok(Room::Course(load(&file)?)),
                Some(Found::Lab(file)) => lab_room(&file),
                None => Ok(Room::Outside(official_course()?)),
            },
        }
    }

    /// As `find`; but outside, the folder that a person names as what to work on counts as where they are,
    /// if a lab was checked out into it.
    ///
    /// # Errors
    /// As for `find`.
    pub fn find_with(named: Option<&Path>, folder: Option<&Path>) -> Result<Room, UsageError> {
        let room = Room::find(named)?;
        let lab_file = folder.map(|folder| folder.join(LAB_FILE)).filter(|file| file.is_file());
        match (&room, lab_file) {
            (Room::Outside(_), Some(file)) => lab_room(&file),
            _ => Ok(room),
        }
    }

    pub fn course(&self) -> &Course {
        match self {
            Room::Course(course) | Room::Lab(course) | Room::Outside(course) => course,
        }
    }

    pub fn into_course(self) -> Course {
        match self {
            Room::Course(course) | Room::Lab(course) | Room::Outside(course) => course,
        }
    }

    /// The labs that a map of the course shows: from the folder of an official lab, all of these, that one as
    /// it is there.
    ///
    /// # Errors
    /// As for `official_course`.
    pub fn into_map(self) -> Result<Course, UsageError> {
        let Room::Lab(own) = self else { return Ok(self.into_course()) };
        let receipt = delivery::receipt(&tidy(&own.root)).ok().flatten();
        if receipt.is_none_or(|receipt| receipt.site != OFFICIAL) {
            return Ok(own);
        }
        let mut course = official_course()?;
        for lab in &mut course.labs {
            match own.labs.iter().find(|here| here.id == lab.id) {
                Some(here) => *lab = here.clone(),
                // No folder that is known from here.
                None => (lab.exercise, lab.solution) = (None, None),
            }
        }
        Ok(Course { file: own.file, root: own.root, ..course })
    }

    /// The lab that is meant where none is named.
    pub fn own_lab(&self) -> Option<&Lab> {
        match self {
            Room::Lab(course) => course.labs.first(),
            Room::Course(_) | Room::Outside(_) => None,
        }
    }

    /// The folder of the lab's exercise, as seen from here; `None` outside, and where labs.yaml names none.
    pub fn exercise(&self, lab: &Lab) -> Option<PathBuf> {
        self.below(lab.exercise.as_deref()?)
    }

    /// The folder of the lab's reference solution, as seen from here; `None` as for `exercise`.
    pub fn solution(&self, lab: &Lab) -> Option<PathBuf> {
        self.below(lab.solution.as_deref()?)
    }

    /// The lab's guide in the language that is spoken, else in English, if its exercise has one.
    pub fn guide(&self, lab: &Lab) -> Option<PathBuf> {
        guide::in_folder(&self.exercise(lab)?).map(|guide| tidy(&guide))
    }

    fn below(&self, folder: &Path) -> Option<PathBuf> {
        match self {
            Room::Course(course) | Room::Lab(course) => Some(tidy(&course.root.join(folder))),
            Room::Outside(_) => None,
        }
    }
}

/// The course that the checker brings along.
///
/// # Errors
/// This checker was built without one, or with one that has problems.
pub fn official_course() -> Result<Course, UsageError> {
    let text = official::labs_file().ok_or(RoomError::NoOfficialLabs)?;
    manifest::read(Path::new(COURSE_FILE), &text).map_err(UsageError::LabsFileProblems)
}

/// The folder of the lab that the current folder is in, as seen from it.
pub fn lab_folder() -> Option<PathBuf> {
    match nearest(&std::env::current_dir().ok()?)? {
        Found::Lab(file) => file.parent().map(tidy),
        Found::Course(_) => None,
    }
}

/// A path without the parts that say nothing: `./README.md` is README.md, `../.` is `..`.
pub fn tidy(path: &Path) -> PathBuf {
    let tidied: PathBuf = path.components().filter(|part| *part != std::path::Component::CurDir).collect();
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}

/// What cannot be done where the person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomError {
    /// No lab was named, and this folder is nobody's. `lab` is one that can be had.
    Nowhere {
        folder: PathBuf,
        lab: String,
    },
    /// The lab is known, but no folder is its exercise.
    NotCheckedOut {
        lab: String,
    },
    /// `checker explain` alone. `lab` is one that could be named.
    WhichLab {
        lab: String,
    },
    NoOfficialLabs,
}

impl Display for RoomError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            RoomError::Nowhere { folder, lab } => t!(
                "%{folder}: neither a lab.yaml nor a labs.yaml is here or in a folder above.\nGo to a lab's folder, or get one: checker checkout %{lab}\nA course's file elsewhere is named with --labs FILE.",
                folder = folder.display(),
                lab = lab
            ),
            RoomError::NotCheckedOut { lab } => t!(
                "%{lab}: this lab has no folder here.\nGo to its folder and check there, or get one: checker checkout %{lab}",
                lab = lab
            ),
            RoomError::WhichLab { lab } => {
                t!("which lab?\nName one, as in: checker explain %{lab}", lab = lab)
            }
            RoomError::NoOfficialLabs => t!(
                "this checker was built without its labs.\nInstall it again from the course's repository: cargo install --path checker"
            ),
        })
    }
}

impl From<RoomError> for UsageError {
    fn from(error: RoomError) -> Self {
        UsageError::Room(error)
    }
}

enum Found {
    Course(PathBuf),
    Lab(PathBuf),
}

fn load(file: &Path) -> Result<Course, UsageError> {
    manifest::load(file).map_err(UsageError::LabsFileProblems)
}

/// An update that was cut off is completed first.
fn lab_room(file: &Path) -> Result<Room, UsageError> {
    let folder = file.parent().map(tidy).unwrap_or_default();
    delivery::finish(&folder).map_err(SitesError::Delivery)?;
    Ok(Room::Lab(load(file)?))
}

/// The nearest file, named as seen from `folder`: short, as reports cite it. A lab's own file is nearer
/// than its course's.
fn nearest(folder: &Path) -> Option<Found> {
    folder.ancestors().enumerate().find_map(|(levels_up, above)| {
        let seen = |name: &str| std::iter::repeat_n("..", levels_up).chain([name]).collect();
        if above.join(LAB_FILE).is_file() {
            Some(Found::Lab(seen(LAB_FILE)))
        } else if above.join(COURSE_FILE).is_file() {
            Some(Found::Course(seen(COURSE_FILE)))
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn seen(folder: &Path) -> Option<PathBuf> {
        nearest(folder).map(|found| match found {
            Found::Course(file) | Found::Lab(file) => file,
        })
    }

    #[test]
    fn the_nearest_file_wins_and_is_named_shortly() {
        let course = tempfile::tempdir().unwrap();
        let deep = course.path().join("exercises/chat/src");
        fs::create_dir_all(&deep).unwrap();
        fs::write(course.path().join("labs.yaml"), "").unwrap();
        assert_eq!(seen(course.path()), Some("labs.yaml".into()));
        assert_eq!(seen(&deep), Some("../../../labs.yaml".into()));
        fs::write(course.path().join("exercises/labs.yaml"), "").unwrap();
        assert_eq!(seen(&deep), Some("../../labs.yaml".into()));
        fs::write(course.path().join("exercises/chat/lab.yaml"), "").unwrap();
        assert!(matches!(nearest(&deep), Some(Found::Lab(file)) if file == Path::new("../lab.yaml")));
    }

    #[test]
    fn a_folder_called_labs_yaml_is_no_course() {
        let course = tempfile::tempdir().unwrap();
        fs::create_dir(course.path().join("labs.yaml")).unwrap();
        assert_eq!(seen(course.path()), None);
        let named = Room::find(Some(&course.path().join("labs.yaml")));
        assert!(matches!(named, Err(UsageError::LabsFileMissing { .. })));
    }

    #[test]
    fn paths_are_as_short_as_a_person_would_write_them() {
        for (path, short) in
            [("./README.md", "README.md"), (".", "."), ("../.", ".."), ("a/./b", "a/b"), ("../x", "../x")]
        {
            assert_eq!(tidy(Path::new(path)), Path::new(short));
        }
    }

    #[test]
    fn the_official_course_has_no_problems() {
        let course = official_course().unwrap();
        assert!(course.labs.iter().any(|lab| lab.id == "hello"));
    }
}
