//! What a person named on the command line → what is to be checked.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::room::{Room, RoomError};
use super::{UsageError, course};
use crate::grade::command_line::{self, ProgramLine};
use crate::grade::plan::{self, LabPlan, Source};
use crate::machine::building::program;
use crate::model::course::{Check, Lab};
use crate::model::event::Submission;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Lab(String),
    Folder(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Exercise,
    Solution,
}

/// The plan of a run: at least one lab with at least one check.
///
/// # Errors
/// What was named is not there, or does not fit together.
pub fn plans(room: &Room, options: Named, only: &[String]) -> Result<Vec<LabPlan>, UsageError> {
    let mut plans = named(room, options)?;
    choose(&mut plans, only)?;
    if plans.is_empty() { Err(UsageError::NothingToCheck) } else { Ok(plans) }
}

/// What names programs to be checked.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub targets: &'a [Target],
    /// `--lab`
    pub lab: Option<&'a str>,
    pub whose: Whose,
    /// `--program`
    pub program: Option<&'a str>,
}

impl<'a> Named<'a> {
    /// The only thing to check, if it may be a folder that a lab was checked out into.
    pub fn one_folder(self) -> Option<&'a Path> {
        match (self.targets, self.lab, self.program) {
            ([Target::Lab(folder)], None, None) => Some(Path::new(folder)),
            ([Target::Folder(folder)], None, None) => Some(folder),
            _ => None,
        }
    }
}

/// One program of one lab: where nothing is named, of the lab whose folder this is.
///
/// # Errors
/// What was named is not there, does not fit together, or this is no lab's folder.
pub fn one(room: &Room, options: Named) -> Result<LabPlan, UsageError> {
    let is_named = !options.targets.is_empty() || options.lab.is_some();
    let plans = if is_named {
        named(room, options)?
    } else {
        let here = std::env::current_dir()?;
        let own = room.own_lab().or_else(|| lab_of(room, &here));
        let Some(lab) = own else {
            return Err(UsageError::NoLabHere { lab: course::any_lab(room.course()) });
        };
        match options.program {
            Some(_) => named(room, Named { lab: Some(&lab.id), ..options })?,
            None => vec![of_lab(room, lab, options.whose, &[])?],
        }
    };
    plans.into_iter().next().ok_or(UsageError::NothingToCheck)
}

fn named(room: &Room, options: Named) -> Result<Vec<LabPlan>, UsageError> {
    Ok(match options.program {
        Some(program) => vec![of_program(room, options, program)?],
        None if options.targets.is_empty() => of_labs(room, options)?,
        None => {
            options.targets.iter().map(|target| of_target(room, options, target)).collect::<Result<_, _>>()?
        }
    })
}

/// Every lab of the course, or the one of `--lab`.
fn of_labs(room: &Room, options: Named) -> Result<Vec<LabPlan>, UsageError> {
    let course = room.course();
    match (options.lab, room) {
        (Some(lab), _) => Ok(vec![of_lab(room, course::lab(course, lab)?, options.whose, &[lab])?]),
        (None, Room::Outside(_)) => {
            Err(RoomError::Nowhere { folder: std::env::current_dir()?, lab: course::any_lab(course) }.into())
        }
        // Its folder says which one.
        (None, Room::Lab(_)) => course.labs.iter().map(|lab| of_lab(room, lab, options.whose, &[])).collect(),
        (None, Room::Course(_)) => {
            course.labs.iter().map(|lab| of_lab(room, lab, options.whose, &[&lab.id])).collect()
        }
    }
}

fn of_target(room: &Room, options: Named, target: &Target) -> Result<LabPlan, UsageError> {
    match target {
        Target::Lab(id) => of_lab(room, course::lab(room.course(), id)?, options.whose, &[id]),
        Target::Folder(folder) => of_folder(room, options, folder),
    }
}

/// `named` are the words that name the lab where the person is.
fn of_lab(room: &Room, lab: &Lab, whose: Whose, named: &[&str]) -> Result<LabPlan, UsageError> {
    let folder = match (whose, room) {
        (_, Room::Outside(_)) => return Err(RoomError::NotCheckedOut { lab: lab.id.clone() }.into()),
        (Whose::Exercise, _) => room.exercise(lab),
        (Whose::Solution, _) => room.solution(lab),
    };
    let Some(folder) = folder else {
        return Err(UsageError::NoCrate { lab: lab.id.clone(), whose });
    };
    let mut again: Vec<String> = named.iter().map(|word| (*word).to_owned()).collect();
    let submission = match whose {
        Whose::Exercise => Submission::Exercise(folder.clone()),
        Whose::Solution => {
            again.push("--solution".to_owned());
            Submission::Solution(folder.clone())
        }
    };
    Ok(new_plan(room, lab, submission, Source::Crate(folder), again))
}

fn of_folder(room: &Room, options: Named, folder: &Path) -> Result<LabPlan, UsageError> {
    if options.whose == Whose::Solution {
        return Err(UsageError::SolutionOfFolder { folder: folder.to_owned() });
    }
    if folder.is_file() {
        return of_file(room, options, folder);
    }
    if !folder.is_dir() {
        return Err(UsageError::NoSuchFolder { folder: folder.to_owned() });
    }
    let lab = match options.lab {
        Some(id) => course::lab(room.course(), id)?,
        None => lab_of(room, folder).ok_or_else(|| UsageError::WhichLab { folder: folder.to_owned() })?,
    };
    let submission = Submission::Folder(folder.to_owned());
    let word = folder.to_string_lossy().into_owned();
    let again = match (room, options.lab) {
        (Room::Lab(_), None) => vec![word],
        _ => vec!["--lab".to_owned(), lab.id.clone(), word],
    };
    Ok(new_plan(room, lab, submission, Source::Crate(folder.to_owned()), again))
}

/// A program of one file, in a language that needs no building.
fn of_file(room: &Room, options: Named, file: &Path) -> Result<LabPlan, UsageError> {
    let labs = &room.course().labs;
    let lab = match (options.lab, labs.as_slice()) {
        (Some(id), _) => course::lab(room.course(), id)?,
        (None, [only]) => only,
        (None, _) => return Err(UsageError::WhichLab { folder: file.to_owned() }),
    };
    let submission = Submission::File(file.to_owned());
    let words = match program::of_file(file) {
        Some(words) => words,
        // Nobody starts it.
        None if is_only_judged(lab, &submission) => {
            vec![std::path::absolute(file)?.to_string_lossy().into_owned()]
        }
        None => return Err(UsageError::UnknownProgram { file: file.to_owned() }),
    };
    let again = vec!["--lab".to_owned(), lab.id.clone(), file.to_string_lossy().into_owned()];
    let source = Source::Program(ProgramLine::Words(words));
    Ok(new_plan(room, lab, submission, source, again))
}

fn is_only_judged(lab: &Lab, submission: &Submission) -> bool {
    let name = submission.file_name();
    lab.checks.iter().filter(|check| check.is_for(&name)).all(Check::has_judge)
}

/// The lab whose exercise or solution this folder is, else the one that it is named after.
fn lab_of<'a>(room: &'a Room, folder: &Path) -> Option<&'a Lab> {
    let real = |path: PathBuf| fs::canonicalize(path).ok();
    let folder = real(folder.to_owned())?;
    let is_own = |path: Option<PathBuf>| path.and_then(real).is_some_and(|path| path == folder);
    let labs = &room.course().labs;
    let own = labs.iter().find(|lab| is_own(room.exercise(lab)) || is_own(room.solution(lab)));
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    own.or_else(|| labs.iter().find(|lab| Some(&lab.id) == name.as_ref()))
}

fn of_program(room: &Room, options: Named, program: &str) -> Result<LabPlan, UsageError> {
    let id = match (options.targets, options.lab) {
        ([Target::Lab(id)], None) => id.as_str(),
        ([], Some(id)) => id,
        _ => return Err(UsageError::ProgramOfWhichLab),
    };
    let lab = course::lab(room.course(), id)?;
    let line = command_line::program_line(program).map_err(UsageError::Command)?;
    let again = vec![id.to_owned(), "--program".to_owned(), program.to_owned()];
    Ok(new_plan(room, lab, Submission::Program(program.to_owned()), Source::Program(line), again))
}

fn new_plan(room: &Room, lab: &Lab, submission: Submission, source: Source, again: Vec<String>) -> LabPlan {
    LabPlan {
        guide: room.guide(lab),
        checks: plan::choose(lab, &submission, &[]),
        submission,
        source,
        again,
        lab: Arc::new(lab.clone()),
    }
}

/// Keeps the checks of `--only`; a lab that has none of them is left out where others do.
fn choose(plans: &mut Vec<LabPlan>, only: &[String]) -> Result<(), UsageError> {
    if only.is_empty() {
        return Ok(());
    }
    let has = |plan: &LabPlan, id: &String| plan.lab.checks.iter().any(|check| check.id == *id);
    for id in only {
        if !plans.iter().any(|plan| has(plan, id)) {
            let known = |plan: &LabPlan| plan.lab.checks.iter().map(|check| check.id.clone()).collect();
            return Err(match plans.as_slice() {
                [plan] => UsageError::UnknownCheck {
                    lab: plan.lab.id.clone(),
                    asked: id.clone(),
                    known: known(plan),
                },
                _ => UsageError::UnknownCheckAnywhere {
                    asked: id.clone(),
                    known: plans.iter().flat_map(|plan| -> Vec<String> { known(plan) }).collect(),
                },
            });
        }
    }
    plans.retain(|plan| only.iter().any(|id| has(plan, id)));
    for plan in plans {
        plan.checks = plan::choose(&plan.lab, &plan.submission, only);
    }
    Ok(())
}
