//! One lab of a site → a parcel that can be delivered: every byte is here and was looked at.

use std::collections::BTreeMap;
use std::path::Path;

use crate::machine::delivery::digest;
use crate::machine::site::{Site, SiteError};
use crate::manifest;
use crate::model::course::Course;
use crate::model::site::{
    INDEX_FILE, Index, LabPath, MOST_FILES, MOST_OF_COURSE_FILE, MOST_OF_FILE, MOST_OF_INDEX, MOST_OF_LAB,
    Parcel, Piece, Refusal, SiteEntry, collision,
};

const COURSE_FILE: &str = super::room::COURSE_FILE;

/// The labs of a site.
pub struct Catalogue<'s> {
    site: &'s Site,
    entry: SiteEntry,
    text: String,
    pub course: Course,
    /// Where the site cannot list its files.
    index: Option<Index>,
}

impl<'s> Catalogue<'s> {
    /// Reads what labs the site has.
    ///
    /// # Errors
    /// The site gives nothing, or something that is not taken.
    pub fn read(site: &'s Site, entry: SiteEntry) -> Result<Catalogue<'s>, SiteError> {
        let index = match site {
            Site::Http(_) => Some(manifest::index(&site.read(INDEX_FILE, MOST_OF_INDEX)?)?),
            Site::Official | Site::Folder(_) | Site::Git(_) => None,
        };
        let text = match &index {
            Some(index) => pinned(site, COURSE_FILE, index.course_file)?,
            None => site.read(COURSE_FILE, MOST_OF_COURSE_FILE)?,
        };
        let text = String::from_utf8(text).map_err(|_| Refusal::CourseFileNoText)?;
        let course = read_course(COURSE_FILE, &text)?;
        Ok(Catalogue { site, entry, text, course, index })
    }

    /// Everything of the lab of this name; `None` where the site has none.
    ///
    /// # Errors
    /// Something of it is missing, or not taken.
    pub fn parcel(&self, id: &str) -> Result<Option<Parcel>, SiteError> {
        let Some(lab) = self.course.labs.iter().find(|lab| lab.id == id) else { return Ok(None) };
        let no_exercise = || Refusal::NoExercise { lab: id.to_owned() };
        let exercise = lab.exercise.as_deref().and_then(Path::to_str).ok_or_else(no_exercise)?;
        let exercise = lab_path(exercise.trim_end_matches('/'))?;
        let mut files = match &self.index {
            Some(index) => self.indexed(index, id, &exercise)?,
            None => self.listed(&exercise)?,
        };
        if files.is_empty() {
            return Err(no_exercise().into());
        }
        let lab_file = manifest::lab_file(&self.text, id).ok_or_else(no_exercise)?;
        read_course(super::room::LAB_FILE, &lab_file)?;
        files.insert(LabPath::lab_file(), lab_file.into_bytes());
        Ok(Some(Parcel {
            lab: id.to_owned(),
            site: self.entry.name.clone(),
            url: self.entry.url.clone(),
            version: digest(self.text.as_bytes()),
            files,
        }))
    }

    fn indexed(
        &self,
        index: &Index,
        id: &str,
        exercise: &LabPath,
    ) -> Result<BTreeMap<LabPath, Vec<u8>>, SiteError> {
        let outdated = || Refusal::IndexOutdated { lab: id.to_owned() };
        let lab = index.labs.iter().find(|lab| lab.id == id).ok_or_else(outdated)?;
        if lab.exercise != *exercise {
            return Err(outdated().into());
        }
        let fetch = |(path, piece): (&LabPath, &Piece)| {
            Ok((path.clone(), pinned(self.site, &format!("{exercise}/{path}"), *piece)?))
        };
        lab.files.iter().map(fetch).collect()
    }

    fn listed(&self, exercise: &LabPath) -> Result<BTreeMap<LabPath, Vec<u8>>, SiteError> {
        let names = self.site.list(exercise.as_str())?.unwrap_or_default();
        if names.len() > MOST_FILES {
            return Err(Refusal::TooManyFiles { lab: exercise.to_string() }.into());
        }
        let paths: Vec<LabPath> = names.iter().map(|name| lab_path(name)).collect::<Result<_, _>>()?;
        if let Some(path) = collision(&paths) {
            return Err(Refusal::Collision { path: path.to_string() }.into());
        }
        let mut files = BTreeMap::new();
        let mut sum = 0;
        for path in paths {
            let content = self.site.read(&format!("{exercise}/{path}"), MOST_OF_FILE)?;
            sum += content.len() as u64;
            if sum > MOST_OF_LAB {
                return Err(Refusal::LabTooLarge { lab: exercise.to_string() }.into());
            }
            files.insert(path, content);
        }
        Ok(files)
    }
}

/// A file that must be exactly what the index says.
fn pinned(site: &Site, path: &str, piece: Piece) -> Result<Vec<u8>, SiteError> {
    let length = || Refusal::Length { path: path.to_owned(), size: piece.size };
    let content = match site.read(path, piece.size) {
        Err(SiteError::Refused(Refusal::TooLarge { .. })) => return Err(length().into()),
        other => other?,
    };
    if content.len() as u64 != piece.size {
        return Err(length().into());
    }
    if digest(&content) != piece.digest {
        return Err(Refusal::Hash { path: path.to_owned() }.into());
    }
    Ok(content)
}

fn lab_path(text: &str) -> Result<LabPath, Refusal> {
    LabPath::read(text).map_err(|fault| Refusal::Path { path: text.to_owned(), fault })
}

fn read_course(name: &str, text: &str) -> Result<Course, Refusal> {
    manifest::read(Path::new(name), text).map_err(|problems| {
        let first = problems.list().first();
        Refusal::CourseFileProblems {
            count: problems.list().len(),
            first: first
                .map(|problem| format!("{name}:{}: {}", problem.line, problem.message))
                .unwrap_or_default(),
        }
    })
}
