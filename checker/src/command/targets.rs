//! What a person named on the command line → what is to be checked.

use std::fs;
use std::path::{Path, PathBuf};

use super::check::{CheckOptions, Target, Whose};
use super::{UsageError, course, guide};
use crate::grade::command_line;
use crate::grade::plan::{self, LabPlan, Source};
use crate::model::course::{Course, Lab};
use crate::model::event::Submission;

/// The plan of a run: at least one lab with at least one check.
///
/// # Errors
/// What was named is not there, or does not fit together.
pub fn plans(course: &Course, options: &CheckOptions) -> Result<Vec<LabPlan>, UsageError> {
    let mut plans = match &options.program {
        Some(program) => vec![of_program(course, options, program)?],
        None if options.targets.is_empty() => of_labs(course, options)?,
        None => options
            .targets
            .iter()
            .map(|target| of_target(course, options, target))
            .collect::<Result<_, _>>()?,
    };
    choose(&mut plans, &options.only)?;
    if plans.is_empty() { Err(UsageError::NothingToCheck) } else { Ok(plans) }
}

/// Every lab of the course, or the one of `--lab`.
fn of_labs(course: &Course, options: &CheckOptions) -> Result<Vec<LabPlan>, UsageError> {
    match &options.lab {
        Some(lab) => Ok(vec![of_lab(course, course::lab(course, lab)?, options.whose)?]),
        None => course.labs.iter().map(|lab| of_lab(course, lab, options.whose)).collect(),
    }
}

fn of_target(course: &Course, options: &CheckOptions, target: &Target) -> Result<LabPlan, UsageError> {
    match target {
        Target::Lab(id) => of_lab(course, course::lab(course, id)?, options.whose),
        Target::Folder(folder) => of_folder(course, options, folder),
    }
}

fn of_lab(course: &Course, lab: &Lab, whose: Whose) -> Result<LabPlan, UsageError> {
    let (folder, again) = match whose {
        Whose::Exercise => (&lab.exercise, vec![lab.id.clone()]),
        Whose::Solution => (&lab.solution, vec![lab.id.clone(), "--solution".to_owned()]),
    };
    let Some(folder) = folder.as_ref().map(|folder| course.root.join(folder)) else {
        return Err(UsageError::NoCrate { lab: lab.id.clone(), whose });
    };
    let submission = match whose {
        Whose::Exercise => Submission::Exercise(folder.clone()),
        Whose::Solution => Submission::Solution(folder.clone()),
    };
    Ok(new_plan(course, lab, submission, Source::Crate(folder), again))
}

fn of_folder(course: &Course, options: &CheckOptions, folder: &Path) -> Result<LabPlan, UsageError> {
    if options.whose == Whose::Solution {
        return Err(UsageError::SolutionOfFolder { folder: folder.to_owned() });
    }
    if !folder.is_dir() {
        return Err(UsageError::NoSuchFolder { folder: folder.to_owned() });
    }
    let lab = match &options.lab {
        Some(id) => course::lab(course, id)?,
        None => lab_of(course, folder).ok_or_else(|| UsageError::WhichLab { folder: folder.to_owned() })?,
    };
    let submission = Submission::Folder(folder.to_owned());
    let again = vec!["--lab".to_owned(), lab.id.clone(), folder.to_string_lossy().into_owned()];
    Ok(new_plan(course, lab, submission, Source::Crate(folder.to_owned()), again))
}

/// The lab whose exercise or solution this folder is, else the one that it is named after.
fn lab_of<'a>(course: &'a Course, folder: &Path) -> Option<&'a Lab> {
    let real = |path: PathBuf| fs::canonicalize(path).ok();
    let folder = real(folder.to_owned())?;
    let is_own = |path: &Option<PathBuf>| {
        path.as_ref().is_some_and(|path| real(course.root.join(path)).is_some_and(|path| path == folder))
    };
    let own = course.labs.iter().find(|lab| is_own(&lab.exercise) || is_own(&lab.solution));
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    own.or_else(|| course.labs.iter().find(|lab| Some(&lab.id) == name.as_ref()))
}

fn of_program(course: &Course, options: &CheckOptions, program: &str) -> Result<LabPlan, UsageError> {
    let id = match (options.targets.as_slice(), &options.lab) {
        ([Target::Lab(id)], None) | ([], Some(id)) => id,
        _ => return Err(UsageError::ProgramOfWhichLab),
    };
    let lab = course::lab(course, id)?;
    let line = command_line::program_line(program).map_err(UsageError::Command)?;
    let again = vec![id.clone(), "--program".to_owned(), program.to_owned()];
    Ok(new_plan(course, lab, Submission::Program(program.to_owned()), Source::Program(line), again))
}

fn new_plan(
    course: &Course,
    lab: &Lab,
    submission: Submission,
    source: Source,
    again: Vec<String>,
) -> LabPlan {
    let guide = lab.exercise.as_ref().and_then(|folder| guide::in_folder(&course.root.join(folder)));
    LabPlan { submission, source, guide, checks: plan::choose(lab, &[]), again, lab: lab.clone() }
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
        plan.checks = plan::choose(&plan.lab, only);
    }
    Ok(())
}
