//! What every submission of a run is held against, and what is told of it with each result.

use std::fs;
use std::num::NonZeroU32;
use std::path::PathBuf;

use super::owned::{Owned, official_text};
use crate::command::room::{COURSE_FILE, Room};
use crate::command::{UsageError, course};
use crate::grade::perform::SightMode;
use crate::machine::building::build::fnv;
use crate::machine::delivery::digest;
use crate::machine::here;
use crate::machine::isolation::Reach;
use crate::manifest;
use crate::model::course::{Course, Lab};
use crate::model::event::RunInfo;
use crate::model::language::Language;
use crate::model::provenance::{LabsFile, Provenance};

/// What of the command line decides about verdicts.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The first one that of the course.
    pub labs: &'a [PathBuf],
    /// Every lab of the course where there is none.
    pub lab: &'a [String],
    /// Ids of checks; all where there is none.
    pub only: &'a [String],
    pub repeat: Option<NonZeroU32>,
    /// One that follows from the labs where there is none.
    pub seed: Option<u64>,
    pub sight: SightMode,
}

pub struct Rules {
    pub course: Course,
    pub owned: Owned,
    /// Places in the course of the labs that are graded.
    pub wanted: Vec<usize>,
    /// Ids of checks; all where there is none.
    pub only: Vec<String>,
    /// Of each lab that is wanted: everything besides the program that decides about its verdicts.
    pub terms: Vec<String>,
    /// Of each lab that is wanted: a hash of its entry in the labs files.
    pub entries: Vec<String>,
    pub sight: SightMode,
    pub reach: Reach,
    seed: u64,
    provenance: Provenance,
}

impl Rules {
    /// # Errors
    /// A labs.yaml is missing or has problems, or no lab has what was asked for.
    pub fn read(asked: Asked, reach: &Reach) -> Result<Rules, UsageError> {
        let room = Room::find(asked.labs.first().map(PathBuf::as_path))?;
        let mut course = room.course().clone();
        let mut texts = vec![first_text(&room)?];
        for file in asked.labs.iter().skip(1) {
            let bytes = fs::read(file).map_err(|_| UsageError::LabsFileMissing { file: file.clone() })?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            manifest::merge(&mut course, file, &text).map_err(UsageError::LabsFileProblems)?;
            texts.push((file.clone(), bytes));
        }
        let wanted = wanted(&course, asked)?;
        let owned = Owned::read(&room, &course.labs, &wanted, texts[0].1.clone())?;
        let labs: Vec<LabsFile> = texts
            .iter()
            .map(|(file, bytes)| LabsFile {
                file: file.display().to_string(),
                sha256: digest(bytes).to_string(),
            })
            .collect();
        let seed = asked.seed.unwrap_or_else(|| seed_of(&labs));
        let provenance = Provenance {
            checker: env!("CARGO_PKG_VERSION").to_owned(),
            isolation: reach.level.id().to_owned(),
            sight: asked.sight.id().to_owned(),
            machine: here::described(),
            seed,
            repeat: asked.repeat,
            labs,
        };
        let of_lab = |(place, lab): (usize, &Lab)| match wanted.contains(&place) {
            true => {
                let entries = entries(lab, &texts);
                (terms(&entries, &provenance, asked), digest(entries.as_bytes()).to_string())
            }
            false => Default::default(),
        };
        let (terms, entries) = course.labs.iter().enumerate().map(of_lab).unzip();
        let (only, reach) = (asked.only.to_vec(), reach.clone());
        Ok(Rules { course, owned, wanted, only, terms, entries, sight: asked.sight, reach, seed, provenance })
    }

    /// A submission's own, from which its random words come: the same in every run.
    pub fn seed(&self, submission: &str) -> u64 {
        // Short enough to be typed.
        fnv(format!("{}/{submission}", self.seed).as_bytes()) & u64::from(u32::MAX)
    }

    pub fn provenance(&self, submission: &str) -> Provenance {
        Provenance { seed: self.seed(submission), ..self.provenance.clone() }
    }

    pub fn info(&self) -> RunInfo {
        RunInfo {
            labs_file: self.course.file.clone(),
            seed: self.seed,
            repeat: self.provenance.repeat.map_or(1, NonZeroU32::get),
            again: Vec::new(),
        }
    }
}

/// The file that the room's course was read from.
fn first_text(room: &Room) -> Result<(PathBuf, Vec<u8>), UsageError> {
    match room {
        Room::Outside(_) => Ok((PathBuf::from(COURSE_FILE), official_text().unwrap_or_default())),
        Room::Course(course) | Room::Lab(course) => {
            let bytes = fs::read(&course.file)
                .map_err(|_| UsageError::LabsFileMissing { file: course.file.clone() })?;
            Ok((course.file.clone(), bytes))
        }
    }
}

fn wanted(course: &Course, asked: Asked) -> Result<Vec<usize>, UsageError> {
    let has = |lab: &Lab, id: &String| lab.checks.iter().any(|check| check.id == *id);
    for id in asked.lab {
        course::lab(course, id)?;
    }
    let is_named = |lab: &Lab| asked.lab.is_empty() || asked.lab.contains(&lab.id);
    let named = || course.labs.iter().enumerate().filter(|(_, lab)| is_named(lab));
    if let Some(unknown) = asked.only.iter().find(|id| !named().any(|(_, lab)| has(lab, id))) {
        let known = named().flat_map(|(_, lab)| lab.checks.iter().map(|check| check.id.clone()));
        return Err(UsageError::UnknownCheckAnywhere { asked: unknown.clone(), known: known.collect() });
    }
    let is_wanted = |lab: &Lab| asked.only.is_empty() || asked.only.iter().any(|id| has(lab, id));
    Ok(named().filter(|(_, lab)| is_wanted(lab)).map(|(place, _)| place).collect())
}

fn seed_of(labs: &[LabsFile]) -> u64 {
    let all: String = labs.iter().map(|file| file.sha256.as_str()).collect();
    let digest = digest(all.as_bytes());
    digest.0.iter().take(4).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// A hash of the lab's entry in each of the files.
fn entries(lab: &Lab, texts: &[(PathBuf, Vec<u8>)]) -> String {
    let entry = |(_, bytes): &(PathBuf, Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        manifest::lab_file(&text, &lab.id).map(|entry| digest(entry.as_bytes()).to_string())
    };
    let entries: Vec<Option<String>> = texts.iter().map(entry).collect();
    format!("{entries:?}")
}

fn terms(entries: &str, provenance: &Provenance, asked: Asked) -> String {
    let Provenance { checker, isolation, sight, seed, .. } = provenance;
    let language = Language::spoken().tag();
    let Asked { repeat, only, .. } = asked;
    format!("{entries} {checker} {isolation} {sight} {seed} {language} {repeat:?} {only:?}")
}
