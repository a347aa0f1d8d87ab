//! `checker solution`: the reference, for those who have passed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::progress::{self, form};
use super::room::{Room, official_course};
use super::{ExitStatus, UsageError, way};
use crate::machine::disk::memo::Memo;
use crate::machine::disk::official;
use crate::model::course::{Course, Lab};
use crate::model::progress::{CheckProgress, LabProgress};
use crate::report::bytes::visible;
use crate::report::terminal::line::{WIDTH, wrap};
use crate::report::words::list;

#[derive(Debug, Clone)]
pub struct SolutionOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// The lab that this folder is of where there is none.
    pub lab: Option<String>,
    pub peek: Peek,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peek {
    /// Only once every check has passed.
    No,
    Yes,
}

/// Writes the sources of the lab's reference to `out`, or says what has to pass before.
///
/// # Errors
/// There is no such lab, or nothing tells which one is meant; it has no reference here; `out` cannot be written
/// to.
pub fn solution(options: SolutionOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let room = Room::find(options.labs.as_deref())?;
    let lab = way::lab_named_or_here(&room, options.lab.as_deref())?;
    let missing = missing(room.course(), lab);
    if options.peek == Peek::No && !missing.is_empty() {
        for line in wrap(&not_yet(lab, &missing), WIDTH) {
            // Where not even this can be written, the status still tells.
            let _ = writeln!(io::stderr(), "{}", visible(&line));
        }
        return Ok(ExitStatus::Failed);
    }
    let files = sources(&room, lab)?;
    if files.is_empty() {
        return Err(UsageError::NoReference { lab: lab.id.clone() });
    }
    for (index, (name, content)) in files.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "// {}", visible(&name.display().to_string()))?;
        for line in content.lines() {
            writeln!(out, "{}", harmless(line))?;
        }
    }
    Ok(out.flush().map(|()| ExitStatus::Passed)?)
}

/// The checks that have not passed yet.
fn missing(course: &Course, lab: &Lab) -> Vec<String> {
    let mut mishaps = Vec::new();
    let progress = match Memo::of_course(&course.title.default) {
        Ok(memo) => memo.recall(&lab.id, &mut mishaps),
        Err(mishap) => {
            mishaps.push(mishap);
            LabProgress::default()
        }
    };
    progress::warn(&mishaps);
    let is_settled = |known: Option<&CheckProgress>| known.is_some_and(CheckProgress::is_settled);
    let open = lab.checks.iter().filter(|check| !is_settled(progress.of(&check.id, || form(check))));
    open.map(|check| check.id.clone()).collect()
}

fn not_yet(lab: &Lab, missing: &[String]) -> String {
    let shown_then = t!(
        "Once all have passed, the solution is shown; `checker solution %{lab} --peek` shows it now.",
        lab = lab.id
    );
    let still = if missing.len() == lab.checks.len() {
        t!("%{lab}: no check has passed yet.", lab = lab.id)
    } else if let [one] = missing {
        t!("%{lab}: one check has not passed yet: %{check}.", lab = lab.id, check = one)
    } else {
        t!(
            "%{lab}: %{count} checks have not passed yet: %{checks}.",
            lab = lab.id,
            count = missing.len(),
            checks = list(missing)
        )
    };
    format!("{still} {shown_then}")
}

/// The reference's sources by their names: from the course's folder, else from what the checker brings along.
fn sources(room: &Room, lab: &Lab) -> Result<BTreeMap<PathBuf, String>, UsageError> {
    if let Some(folder) = room.solution(lab) {
        let mut files = BTreeMap::new();
        collect(&folder.join("src"), &mut files)?;
        return Ok(files);
    }
    let official = official_course()?;
    let is_same = official.title.default == room.course().title.default;
    let folder = official.labs.iter().filter(|_| is_same).find(|other| other.id == lab.id);
    let folder = folder.and_then(|lab| lab.solution.as_ref()).and_then(|folder| folder.to_str());
    let files = folder.map(official::files_below).unwrap_or_default();
    let source = |(name, content): (String, std::borrow::Cow<'static, [u8]>)| {
        name.starts_with("src/")
            .then(|| (PathBuf::from(name), String::from_utf8_lossy(&content).into_owned()))
    };
    Ok(files.into_iter().filter_map(source).collect())
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            let content = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
            files.insert(entry.path(), content);
        }
    }
    Ok(())
}

/// A line as it is, without anything that a terminal would obey.
fn harmless(line: &str) -> String {
    let shown = |part: &str| visible(part);
    line.split('\t').map(shown).collect::<Vec<_>>().join("\t")
}
