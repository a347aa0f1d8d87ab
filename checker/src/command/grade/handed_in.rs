//! One submission → the programs that are to be checked, each laid out in a folder of the checker's own.

use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::class::Submission;
use super::find::{self, Found, Named, Root};
use super::owned::Owned;
use super::refusal::{GradeError, site_words};
use crate::grade::command_line::ProgramLine;
use crate::grade::plan::Source;
use crate::machine::building::build::fnv;
use crate::machine::building::program;
use crate::machine::delivery::digest;
use crate::machine::intake::{self, Files, NotTaken, Rights};
use crate::model::course::Course;
use crate::model::event;
use crate::report::results::{Inputs, Tampered};

/// What is asked of every submission.
pub struct Task<'a> {
    pub course: &'a Course,
    pub owned: &'a Owned,
    /// Places in the course of the labs that are graded.
    pub wanted: &'a [usize],
    pub named: Named,
    /// Below it the programs are laid out.
    pub folder: &'a Path,
    /// Of each lab of the course: what, besides the program, decides about its verdicts.
    pub terms: &'a [String],
    /// Of each lab of the course: a hash of its entry.
    pub entries: &'a [String],
    /// Paths that a pull request touches; everything where there are none.
    pub touched: Option<&'a (dyn Fn(&Root) -> bool + Sync)>,
}

/// What became of one submission.
pub enum HandedIn {
    Programs {
        programs: Vec<Program>,
        /// Labs that a pull request touches and that are no longer there, each with why in words.
        gone: Vec<(usize, String)>,
    },
    /// In words.
    Refused(String),
    /// This machine could not have it. In words.
    NotHad(String),
}

/// One lab of it.
pub struct Program {
    pub lab: usize,
    pub source: Source,
    /// Where it is laid out.
    pub folder: PathBuf,
    /// As it was handed in.
    pub shown: event::Submission,
    pub tampered: Vec<Tampered>,
    pub fingerprint: String,
    pub inputs: Inputs,
}

/// Takes a submission in.
///
/// # Errors
/// The folder of the checker's own cannot be written to.
pub fn take(submission: &Submission, task: &Task) -> Result<HandedIn, GradeError> {
    let files = match intake::take(&submission.source) {
        Ok(files) => files,
        Err(NotTaken::Refused(fault)) => return Ok(HandedIn::Refused(fault.to_string())),
        Err(NotTaken::Machine(error)) => return Ok(HandedIn::NotHad(error.to_string())),
        Err(NotTaken::Repository(error)) => return Ok(HandedIn::NotHad(site_words(&error))),
    };
    let found = find::labs(&files, task.course, task.wanted, task.named);
    let gone = gone(task, &found);
    if found.is_empty() && task.touched.is_none() {
        return Ok(HandedIn::Refused(t!("no lab was found in it").into_owned()));
    }
    let everywhere = task.owned.other_course_files(&files);
    let is_touched = |root: &Root| task.touched.is_none_or(|touched| touched(root));
    let found = found.into_iter().filter(|found| is_touched(&found.root));
    let programs = found.map(|found| {
        let place = format!("{:016x}", fnv(origin(submission).as_bytes()));
        let folder = task.folder.join(place).join(&task.course.labs[found.lab].id);
        let mut own = of_root(&files, &found.root);
        let handed_in = contents(&own);
        let shown = match task.touched {
            Some(_) => shown_inside(&found.root),
            None => shown(submission, &found.root),
        };
        let mut tampered = match &found.root {
            Root::Folder(below) => task.owned.overlay(found.lab, below, &mut own),
            Root::File(_) => Vec::new(),
        };
        let is_known = |other: &Tampered| tampered.iter().any(|known| known.path == other.path);
        let more: Vec<Tampered> = everywhere.iter().filter(|other| !is_known(other)).cloned().collect();
        tampered.extend(more);
        let source = match &found.root {
            Root::Folder(_) => Source::Crate(folder.clone()),
            Root::File(file) => program_of_one(&folder, file),
        };
        intake::lay(&own, &folder).map_err(|error| GradeError::Cache { folder: folder.clone(), error })?;
        let checked = contents(&own);
        let said = format!("{}\n{handed_in}\n{checked}\n{tampered:?}", task.terms[found.lab]);
        let fingerprint = digest(said.as_bytes()).to_string();
        let inputs = Inputs {
            lab: task.entries[found.lab].clone(),
            handed_in: digest(handed_in.as_bytes()).to_string(),
            checked: digest(checked.as_bytes()).to_string(),
        };
        Ok(Program { lab: found.lab, source, folder, shown, tampered, fingerprint, inputs })
    });
    let programs = programs.collect::<Result<_, _>>()?;
    Ok(HandedIn::Programs { programs, gone })
}

/// Labs whose folder in the course is touched, and which were not found.
fn gone(task: &Task, found: &[Found]) -> Vec<(usize, String)> {
    let Some(is_touched) = task.touched else { return Vec::new() };
    let told = |lab: &usize| {
        let folder = task.course.labs[*lab].exercise.as_ref()?.to_str()?.trim_end_matches('/');
        let is_gone = !found.iter().any(|found| found.lab == *lab)
            && (is_touched(&Root::Folder(folder.to_owned())) || is_touched(&Root::File(folder.to_owned())));
        is_gone.then(|| {
            let why = t!("%{folder} was taken away, or a link stands in its place", folder = folder);
            (*lab, why.into_owned())
        })
    };
    task.wanted.iter().filter_map(told).collect()
}

/// The submission as a whole, where there is no program of it.
pub fn shown_whole(submission: &Submission) -> event::Submission {
    shown(submission, &Root::Folder(String::new()))
}

/// Where it came from, whoever asks from wherever.
fn origin(submission: &Submission) -> String {
    match &submission.source {
        intake::Source::Folder(path) | intake::Source::Archive(path, _) | intake::Source::File(path) => {
            std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()
        }
        intake::Source::Repository { url, reference } => {
            format!("{url} {}", reference.as_deref().unwrap_or_default())
        }
    }
}

fn shown(submission: &Submission, root: &Root) -> event::Submission {
    let joined = |path: &Path| match root {
        Root::Folder(below) if below.is_empty() => path.to_owned(),
        Root::Folder(below) | Root::File(below) => path.join(below),
    };
    match &submission.source {
        intake::Source::File(path) => event::Submission::File(path.clone()),
        intake::Source::Folder(path) if matches!(root, Root::File(_)) => {
            event::Submission::File(joined(path))
        }
        intake::Source::Folder(path) | intake::Source::Archive(path, _) => {
            event::Submission::Folder(joined(path))
        }
        intake::Source::Repository { url, .. } => event::Submission::Folder(joined(Path::new(url))),
    }
}

/// As seen from the top of a work tree, which is how a pull request's files are named.
fn shown_inside(root: &Root) -> event::Submission {
    match root {
        Root::Folder(below) if below.is_empty() => event::Submission::Folder(PathBuf::from(".")),
        Root::Folder(below) => event::Submission::Folder(PathBuf::from(below)),
        Root::File(file) => event::Submission::File(PathBuf::from(file)),
    }
}

/// The files of one root, by their paths below it.
fn of_root(files: &Files, root: &Root) -> Files {
    match root {
        Root::Folder(folder) => files
            .iter()
            .filter_map(|(path, piece)| Some((find::below(folder, path)?.to_owned(), piece.clone())))
            .collect(),
        Root::File(file) => {
            let name = file.rsplit('/').next().unwrap_or(file);
            files.get(file).map(|piece| (name.to_owned(), piece.clone())).into_iter().collect()
        }
    }
}

fn program_of_one(folder: &Path, file: &str) -> Source {
    let path = folder.join(file.rsplit('/').next().unwrap_or(file));
    let is_javascript = path.extension().is_some_and(|ending| ending == "js" || ending == "mjs");
    match program::of_file(&path).filter(|_| is_javascript) {
        Some(words) => Source::Program(ProgramLine::Words(words)),
        None => Source::File(path),
    }
}

fn contents(files: &Files) -> String {
    let line = |(path, piece): (&String, &intake::Piece)| {
        let rights = if piece.rights == Rights::Executable { 'x' } else { '-' };
        format!("{path:?} {rights} {}\n", digest(&piece.content))
    };
    files.iter().map(line).collect()
}
