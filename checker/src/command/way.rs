//! Where a student stands in the course, and the way on.

use std::path::Path;

use super::UsageError;
use super::course::{any_lab, lab};
use super::room::{LAB_FILE, Room, RoomError, official_course};
use crate::model::course::{Course, Lab};
use crate::model::progress::LabProgress;

/// The course that the labs here are part of: in the folder of one official lab, that is the official course.
pub fn whole_course(room: &Room) -> Course {
    let here = room.course();
    let Room::Lab(_) = room else { return here.clone() };
    let Some(own) = here.labs.first() else { return here.clone() };
    match official_course() {
        Ok(mut course) if course.title.default == here.title.default => {
            match course.labs.iter_mut().find(|lab| lab.id == own.id) {
                Some(lab) => {
                    *lab = own.clone();
                    course
                }
                None => here.clone(),
            }
        }
        _ => here.clone(),
    }
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
            format!("cd {} && checker check", shell_words::quote(&folder.to_string_lossy()))
        }
        None => format!("checker checkout {}", lab.id),
    }
}
