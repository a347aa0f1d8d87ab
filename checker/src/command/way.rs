//! Where a student stands in the course, and the way on.

use std::borrow::Cow;
use std::env::{current_dir, home_dir};
use std::path::{Path, PathBuf};

use super::UsageError;
use super::course::{any_lab, lab};
use super::progress::standing;
use super::room::{LAB_FILE, Room, RoomError, official_course};
use crate::model::course::{Course, Lab};
use crate::model::progress::{LabProgress, Stage};

/// The course that the labs here are part of: in the folder of one official lab, that is the official course.
pub fn whole_course(room: &Room) -> Cow<'_, Course> {
    let here = room.course();
    match (room, here.labs.first()) {
        (Room::Lab(_), Some(own)) => official_with(own, here).map_or(Cow::Borrowed(here), Cow::Owned),
        _ => Cow::Borrowed(here),
    }
}

/// The official course with this lab as it is here; none where that is not the official lab's folder.
fn official_with(own: &Lab, here: &Course) -> Option<Course> {
    let mut course = official_course().ok().filter(|course| course.title.default == here.title.default)?;
    *course.labs.iter_mut().find(|lab| lab.id == own.id)? = own.clone();
    Some(course)
}

/// The lab of this name; else the one whose folder this is.
///
/// # Errors
/// There is no such lab, or nothing tells which one is meant.
pub fn lab_named_or_here<'a>(room: &'a Room, named: Option<&str>) -> Result<&'a Lab, UsageError> {
    match named {
        Some(id) => lab(room.course(), id),
        None => lab_here(room)
            .ok_or_else(|| UsageError::Room(RoomError::WhichLab { lab: any_lab(room.course()) })),
    }
}

/// The lab whose folder this is.
pub fn lab_here(room: &Room) -> Option<&Lab> {
    if let Some(lab) = room.own_lab() {
        return Some(lab);
    }
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    let holds = |lab: &&Lab| {
        let folder = room.exercise(lab).and_then(|folder| folder.canonicalize().ok());
        folder.is_some_and(|folder| here.starts_with(folder))
    };
    room.course().labs.iter().find(holds)
}

/// The lab behind this one in the course.
pub fn lab_after<'a>(course: &'a Course, id: &str) -> Option<&'a Lab> {
    course.labs.iter().skip_while(|lab| lab.id != id).nth(1)
}

/// The first lab behind this one that is not done.
pub fn undone_after<'a>(course: &'a Course, id: &str, known: &[LabProgress]) -> Option<(&'a Lab, usize)> {
    let behind = course.labs.iter().enumerate().skip_while(|(_, lab)| lab.id != id).skip(1);
    let is_undone = |(index, lab): &(usize, &Lab)| {
        known.get(*index).is_none_or(|known| standing(lab, known).stage != Stage::Done)
    };
    behind.into_iter().find(is_undone).map(|(index, lab)| (lab, index))
}

/// What to type to work on the lab: where it is checked, or how to get it.
pub fn way_to(room: &Room, lab: &Lab, progress: &LabProgress) -> String {
    let is_crate = |folder: &Path| folder.join("Cargo.toml").is_file();
    if room.own_lab().is_some_and(|own| own.id == lab.id) {
        return "checker check".to_owned();
    }
    if matches!(room, Room::Course(_)) && room.exercise(lab).is_some_and(|folder| is_crate(&folder)) {
        return format!("checker check {}", lab.id);
    }
    let was_checked_out = |folder: &&Path| is_crate(folder) && folder.join(LAB_FILE).is_file();
    match progress.folder.as_deref().filter(was_checked_out) {
        Some(folder) => {
            format!("cd {} && checker check", as_typed(folder, current_dir().ok(), home_dir()))
        }
        None => format!("checker checkout {}", lab.id),
    }
}

/// A folder in the words of a shell, as short as they come: below or beside this one, else below the home.
fn as_typed(folder: &Path, here: Option<PathBuf>, home: Option<PathBuf>) -> String {
    let quoted = |path: &Path| shell_words::quote(&path.to_string_lossy()).into_owned();
    let below =
        |base: Option<&Path>| folder.strip_prefix(base?).ok().filter(|rest| !rest.as_os_str().is_empty());
    if let Some(rest) = below(here.as_deref()) {
        return quoted(rest);
    }
    if let Some(rest) =
        below(here.as_deref().and_then(Path::parent).filter(|parent| parent.parent().is_some()))
    {
        return quoted(&Path::new("..").join(rest));
    }
    match below(home.as_deref()) {
        // A quoted tilde would be a name.
        Some(rest) => format!("~/{}", quoted(rest)),
        None => quoted(folder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::course::tests_support::course;
    use crate::model::progress::Verdict;

    #[test]
    fn a_folder_is_as_short_as_it_can_be_typed() {
        let typed = |folder: &str, here: &str| {
            as_typed(Path::new(folder), Some(here.into()), Some("/home/ana".into()))
        };
        assert_eq!(typed("/home/ana/echo", "/home/ana"), "echo");
        assert_eq!(typed("/home/ana/echo", "/home/ana/hello"), "../echo");
        assert_eq!(typed("/home/ana/my labs/echo", "/tmp"), "~/'my labs/echo'");
        assert_eq!(typed("/srv/echo", "/tmp"), "/srv/echo");
        assert_eq!(as_typed(Path::new("/srv/echo"), None, None), "/srv/echo");
    }

    #[test]
    fn what_is_done_is_passed_over() {
        let course = course();
        let after =
            |known: &[LabProgress]| undone_after(&course, "echo", known).map(|(lab, _)| lab.id.as_str());
        assert_eq!(after(&[]), Some("chat"));
        let mut done = LabProgress::default();
        for check in &course.labs[1].checks {
            done.record(&check.id, super::super::progress::form(check), Verdict::Passed, None);
        }
        assert_eq!(after(&[LabProgress::default(), done]), None);
    }
}
