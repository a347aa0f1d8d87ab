//! `checker new LAB`: an entry in labs.yaml, a skeleton, a solution, a wrong program and guides, to begin with.

mod template;

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::room::{COURSE_FILE, LAB_FILE, Room};
use super::{ExitStatus, UsageError};
use crate::machine::disk::planting::{self, NewFolder, PlantingError};
use crate::manifest;
use crate::model::course::{Course, Text};
use crate::report::bytes::visible;
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::Line;
pub use template::Tongue;

#[derive(Debug, Clone)]
pub struct NewOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    pub lab: String,
    /// The lab's id where there is none.
    pub title: Option<String>,
    pub tongue: Tongue,
    /// Of standard output.
    pub palette: Palette,
}

/// Puts a new lab in place, all of it or nothing, and tells on `out` what to do next.
///
/// # Errors
/// The name cannot be a lab's or is taken; labs.yaml has problems, or no place for another lab; something is in the
/// way; the system refuses.
pub fn new(options: NewOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    let lab = options.lab.as_str();
    check_name(lab, options.tongue)?;
    let title = options.title.as_deref().unwrap_or(lab);
    if title.trim().is_empty() || title.contains(char::is_control) {
        return Err(NewError::Title.into());
    }
    let (file, course) = match Room::find(options.labs.as_deref())? {
        Room::Course(course) => (course.file.clone(), Some(course)),
        Room::Lab(course) => return Err(NewError::InsideOfLab(course.file).into()),
        Room::Outside(_) => (PathBuf::from(COURSE_FILE), None),
    };
    if let Some(known) = course.iter().flat_map(|course| &course.labs).find(|known| known.id == lab) {
        return Err(NewError::Taken { lab: lab.to_owned(), file, line: known.line }.into());
    }
    let before = match &course {
        Some(_) => Some(fs::read_to_string(&file)?),
        None => None,
    };
    let seed = template::Seed { lab, title, tongue: options.tongue, languages: languages(course.as_ref()) };
    let entry = template::entry(&seed);
    let after = match &before {
        Some(text) => manifest::append_lab(text, &entry).ok_or_else(|| NewError::NoPlace(file.clone()))?,
        None => template::course(&entry),
    };
    let root = file.parent().unwrap_or(Path::new(""));
    let folders = [
        NewFolder { path: root.join("exercises").join(lab), files: template::exercise(&seed) },
        NewFolder {
            path: root.join("solutions").join(lab),
            files: template::solution(&seed, template::workspace(root)),
        },
    ];
    planting::plant(&folders, &file, before.as_deref(), &after).map_err(NewError::Planting)?;
    told(&file, &folders, lab, &options.palette, out)
}

/// A course whose texts are all in one language gets no second one from here.
fn languages(course: Option<&Course>) -> template::Languages {
    let has_several = |text: &Text| text.by_language.len() > 1;
    match course {
        Some(course)
            if !has_several(&course.title)
                && !course.labs.iter().any(|lab| {
                    has_several(&lab.title) || lab.checks.iter().any(|check| has_several(&check.title))
                }) =>
        {
            template::Languages::Spoken
        }
        _ => template::Languages::All,
    }
}

fn check_name(lab: &str, tongue: Tongue) -> Result<(), NewError> {
    /// Cargo keeps these for itself, or for the library that every program has.
    const CARGOS: [&str; 9] =
        ["alloc", "build", "core", "deps", "examples", "incremental", "proc-macro", "std", "test"];
    if !manifest::is_id(lab) {
        return Err(NewError::Name(lab.to_owned()));
    }
    if tongue == Tongue::Rust && (CARGOS.contains(&lab) || !lab.starts_with(|c: char| c.is_ascii_lowercase()))
    {
        return Err(NewError::CargosName(lab.to_owned()));
    }
    Ok(())
}

fn told(
    file: &Path,
    folders: &[NewFolder],
    lab: &str,
    palette: &Palette,
    out: &mut dyn Write,
) -> Result<(), UsageError> {
    let [exercise, solution] = folders else { return Ok(()) };
    let rows = [
        (file.display().to_string(), t!("the lab's entry, at the end")),
        (format!("{}/", exercise.path.display()), t!("the skeleton, with its guides")),
        (format!("{}/", solution.path.display()), t!("the reference solution, and a wrong program")),
    ];
    let width = rows.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0);
    for (path, what) in rows {
        let path = format!("{path:width$}");
        let line = Line::blank().then(Ink::Strong, &path).then(Ink::Plain, &format!("  {what}"));
        writeln!(out, "{}", line.render(palette))?;
    }
    writeln!(out)?;
    let next = [
        (format!("checker check {lab} --solution"), t!("passes")),
        (format!("checker check {lab}"), t!("fails, and shows where the work begins")),
        ("checker lint".to_owned(), t!("tells what you have left open")),
    ];
    let width = next.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    for (command, what) in next {
        let line = Line::indented(2).then(Ink::Plain, &format!("{command:width$}  {what}"));
        writeln!(out, "{}", line.render(palette))?;
    }
    Ok(out.flush()?)
}

/// Why there is no new lab. Nothing was written.
#[derive(Debug)]
pub enum NewError {
    /// No id.
    Name(String),
    /// An id, but none that a crate can have.
    CargosName(String),
    Title,
    Taken {
        lab: String,
        file: PathBuf,
        line: u32,
    },
    /// This lab.yaml is nearer than any labs.yaml.
    InsideOfLab(PathBuf),
    /// The labs are written so that no line can be added.
    NoPlace(PathBuf),
    Planting(PlantingError),
}

impl NewError {
    /// 2 where the one who asked can mend it, 3 where only the machine can.
    pub fn status(&self) -> ExitStatus {
        match self {
            NewError::Planting(PlantingError::System(..)) => ExitStatus::Errored,
            _ => ExitStatus::Misused,
        }
    }
}

impl From<NewError> for UsageError {
    fn from(error: NewError) -> Self {
        UsageError::New(error)
    }
}

impl Display for NewError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            NewError::Name(name) => t!(
                "%{name}: this cannot be a lab's name.\nNames are lower-case letters, digits and `-`, as in echo-loop.",
                name = visible(name)
            ),
            NewError::CargosName(name) => t!(
                "%{name}: cargo takes no crate of this name.\nBegin it with a letter, and add a word: lab-%{name}",
                name = name
            ),
            NewError::Title => t!("--title: a title is one line of words."),
            NewError::Taken { lab, file, line } => t!(
                "%{lab}: this lab is there already, in line %{line} of %{file}.\nTake another name.",
                lab = lab,
                line = line,
                file = file.display()
            ),
            NewError::InsideOfLab(file) => t!(
                "%{file}: this is the folder of one lab, and a new one belongs into a course.\nGo to the course's folder, or to an empty one; or name the course: --labs FILE",
                file = file.with_file_name(LAB_FILE).display()
            ),
            NewError::NoPlace(file) => t!(
                "%{file}: a lab cannot be added to this file without changing other lines of it.\nWrite `labs:` as a list with a lab under the other, each behind `- `.",
                file = file.display()
            ),
            NewError::Planting(PlantingError::Occupied(path)) => t!(
                "%{path}: this is there already, and stays as it is.\nTake another name, or move it away.",
                path = path.display()
            ),
            NewError::Planting(PlantingError::Changed(path)) => t!(
                "%{path}: somebody has changed this file meanwhile.\nTry again.",
                path = path.display()
            ),
            NewError::Planting(PlantingError::System(path, error)) => {
                t!("%{path}: %{error}.\nNothing was written.", path = path.display(), error = error)
            }
        })
    }
}
