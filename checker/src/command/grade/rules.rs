//! What every submission of a run is held against, and what is told of it with each result.

use std::fs;
use std::path::PathBuf;

use super::GradeOptions;
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

pub struct Rules {
    pub course: Course,
    pub owned: Owned,
    /// Places in the course of the labs that are graded.
    pub wanted: Vec<usize>,
    /// Ids of checks; all where there is none.
    pub only: Vec<String>,
    /// Of each lab that is wanted: everything besides the program that decides about its verdicts.
    pub terms: Vec<String>,
    pub sight: SightMode,
    pub reach: Reach,
    seed: u64,
    provenance: Provenance,
}

impl Rules {
    /// # Errors
    /// A labs.yaml is missing or has problems, or no lab has what was asked for.
    pub fn read(options: &GradeOptions, reach: &Reach) -> Result<Rules, UsageError> {
        let room = Room::find(options.labs.first().map(PathBuf::as_path))?;
        let mut course = room.course().clone();
        let mut texts = vec![first_text(&room)?];
        for file in options.labs.iter().skip(1) {
            let bytes = fs::read(file).map_err(|_| UsageError::LabsFileMissing { file: file.clone() })?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            manifest::merge(&mut course, file, &text).map_err(UsageError::LabsFileProblems)?;
            texts.push((file.clone(), bytes));
        }
        let wanted = wanted(&course, options)?;
        let owned = Owned::read(&room, &course.labs, &wanted, texts[0].1.clone())?;
        let labs: Vec<LabsFile> = texts
            .iter()
            .map(|(file, bytes)| LabsFile {
                file: file.display().to_string(),
                sha256: digest(bytes).to_string(),
            })
            .collect();
        let seed = options.seed.unwrap_or_else(|| seed_of(&labs));
        let provenance = Provenance {
            checker: env!("CARGO_PKG_VERSION").to_owned(),
            isolation: reach.level.id().to_owned(),
            sight: options.sight.id().to_owned(),
            machine: here::described(),
            seed,
            labs,
        };
        let terms_of = |(place, lab): (usize, &Lab)| match wanted.contains(&place) {
            true => terms(lab, &texts, &provenance, options),
            false => String::new(),
        };
        let terms = course.labs.iter().enumerate().map(terms_of).collect();
        let (only, reach) = (options.only.clone(), reach.clone());
        Ok(Rules { course, owned, wanted, only, terms, sight: options.sight, reach, seed, provenance })
    }

    /// A submission's own, from which its random words come: the same in every run.
    pub fn seed(&self, submission: &str) -> u64 {
        // Short enough to be typed.
        fnv(format!("{}/{submission}", self.seed).as_bytes()) & u64::from(u32::MAX)
    }

    pub fn provenance(&self, submission: &str) -> Provenance {
        Provenance { seed: self.seed(submission), ..self.provenance.clone() }
    }

    pub fn info(&self, options: &GradeOptions) -> RunInfo {
        RunInfo {
            labs_file: self.course.file.clone(),
            seed: self.seed,
            repeat: options.repeat.map_or(1, std::num::NonZeroU32::get),
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

fn wanted(course: &Course, options: &GradeOptions) -> Result<Vec<usize>, UsageError> {
    let has = |lab: &Lab, id: &String| lab.checks.iter().any(|check| check.id == *id);
    for id in &options.lab {
        course::lab(course, id)?;
    }
    let is_named = |lab: &Lab| options.lab.is_empty() || options.lab.contains(&lab.id);
    let named = || course.labs.iter().enumerate().filter(|(_, lab)| is_named(lab));
    if let Some(unknown) = options.only.iter().find(|id| !named().any(|(_, lab)| has(lab, id))) {
        let known = named().flat_map(|(_, lab)| lab.checks.iter().map(|check| check.id.clone()));
        return Err(UsageError::UnknownCheckAnywhere { asked: unknown.clone(), known: known.collect() });
    }
    let is_wanted = |lab: &Lab| options.only.is_empty() || options.only.iter().any(|id| has(lab, id));
    Ok(named().filter(|(_, lab)| is_wanted(lab)).map(|(place, _)| place).collect())
}

fn seed_of(labs: &[LabsFile]) -> u64 {
    let all: String = labs.iter().map(|file| file.sha256.as_str()).collect();
    let digest = digest(all.as_bytes());
    digest.0.iter().take(4).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

fn terms(lab: &Lab, texts: &[(PathBuf, Vec<u8>)], provenance: &Provenance, options: &GradeOptions) -> String {
    let entry = |(_, bytes): &(PathBuf, Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        manifest::lab_file(&text, &lab.id).map(|entry| digest(entry.as_bytes()).to_string())
    };
    let entries: Vec<Option<String>> = texts.iter().map(entry).collect();
    let Provenance { checker, isolation, sight, seed, .. } = provenance;
    let language = Language::spoken().tag();
    let GradeOptions { repeat, only, .. } = options;
    format!("{entries:?} {checker} {isolation} {sight} {seed} {language} {repeat:?} {only:?}")
}
