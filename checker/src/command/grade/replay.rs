//! `checker replay`: a saved result once more, with its seed and against what was handed in then. Says whether the
//! verdict is the same, and what is not as it was.

use std::collections::BTreeSet;
use std::io::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rust_i18n::t;

use super::class::{self, Submission};
use super::find::Named;
use super::handed_in::{self, HandedIn, Task};
use super::refusal::GradeError;
use super::rules::{Asked, Rules};
use super::verdicts::{KnownResults, Verdicts};
use crate::command::check::{ReportFile, default_jobs, watch_for_interrupts};
use crate::command::report::write_reports;
use crate::command::{ExitStatus, UsageError, course, suggest};
use crate::grade::perform::{SightMode, Threads};
use crate::grade::schedule::{self, Settings};
use crate::machine::building::build;
use crate::machine::building::storehouse::Storehouse;
use crate::machine::isolation::{self, Level, Reach, Wanted};
use crate::machine::{disk::folder, memory, running::process, running::tree};
use crate::model::provenance::Provenance;
use crate::report::Report;
use crate::report::bytes::visible;
use crate::report::progress::Progress;
use crate::report::render::HiddenChecks;
use crate::report::replay::{Shown, write};
use crate::report::results::document::Verdict;
use crate::report::results::{self, Collector, Record, Replayed, Results};
use crate::report::style::Palette;
use crate::report::words;

#[derive(Debug, Clone)]
pub struct ReplayOptions {
    /// `--labs`; those of the record where there is none.
    pub labs: Vec<PathBuf>,
    pub results: PathBuf,
    /// A submission, one of its labs, or one check of that lab: `bia/chat/relay`.
    pub what: String,
    /// `--from`: where the submission lies now.
    pub from: Option<PathBuf>,
    /// `--list`: a list that names the submission's repository.
    pub list: Option<PathBuf>,
    /// `--repeat`; as often as then where there is none.
    pub repeat: Option<NonZeroU32>,
    /// Written of what came now.
    pub reports: Vec<ReportFile>,
    /// Of standard output.
    pub palette: Palette,
    /// Of standard error, if a person sees it.
    pub progress: Option<Palette>,
}

/// Gibibytes of builds that are kept for the next time.
const BUILDS: u64 = 1 << 30;

/// Holds the conversations again and tells what came of them: 0 where each verdict is the same, 1 where one is not.
///
/// # Errors
/// There is no such result, or what was handed in cannot be had; nothing was run then.
pub fn replay(options: &ReplayOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let records = fitting(&options.results, &options.what)?;
    let asked = Wish::find(&records, &options.what)?;
    let submission = submission(options, asked.records[0])?;
    // Before there is a second thread: a user namespace can only be entered while there is one.
    let reach = reach(&asked.records[0].provenance)?;
    let interrupted = watch_for_interrupts()?;
    let _adoption = tree::adopt_orphans();
    process::raise_descriptor_limit();
    memory::keep_little();
    let stage = Stage { options, submission, reach, interrupted: &interrupted };
    let mut again = Vec::new();
    let mut status = ExitStatus::Passed;
    for record in &asked.records {
        let progress = Progress::new(options.progress);
        progress.show(super::said(&t!("%{what} goes on once more", what = visible(&options.what))));
        let now = stage.again(record, asked.check.as_deref())?;
        drop(progress);
        if interrupted.load(Ordering::Relaxed) {
            return Ok(ExitStatus::Interrupted);
        }
        let replayed = Replayed::of(record, &now, asked.check.as_deref());
        if !again.is_empty() {
            writeln!(out)?;
        }
        let shown = if asked.check.is_some() { Shown::All } else { Shown::Others };
        write(&replayed, shown, &options.palette, out)?;
        status = worse(status, status_of(&replayed));
        again.push(now);
    }
    let unwritten = write_reports(&options.reports, &Results::of(again), HiddenChecks::default());
    Ok(if unwritten.is_empty() { status } else { ExitStatus::Errored })
}

/// Nothing came: that is this machine's fault, and never the same verdict.
fn lost(record: &Record) -> Record {
    let mut lost = record.clone();
    lost.lab.error = Some(t!("the checker lost this check's thread").into_owned());
    lost.lab.checks.clear();
    lost
}

fn status_of(replayed: &Replayed) -> ExitStatus {
    let is_errored = replayed.now.lab.error.is_some()
        || replayed.checks.iter().any(|check| check.now.is_some_and(|now| now.outcome == Verdict::Errored));
    match replayed.is_same() {
        _ if is_errored => ExitStatus::Errored,
        true => ExitStatus::Passed,
        false => ExitStatus::Failed,
    }
}

fn worse(one: ExitStatus, other: ExitStatus) -> ExitStatus {
    if one.code() >= other.code() { one } else { other }
}

/// The newest results of the submissions that may be meant. A class's other results are not kept in memory.
fn fitting(file: &Path, what: &str) -> Result<Vec<Record>, UsageError> {
    let (mut records, mut names) = (Vec::new(), BTreeSet::new());
    let take = &mut |record: Record| match behind(what, &record.submission) {
        Some(_) => records.push(record),
        None => drop(names.insert(record.submission)),
    };
    results::each(file, take).map_err(GradeError::Results)?;
    match records.is_empty() {
        true => Err(unknown(what, &names.into_iter().collect::<Vec<_>>())),
        false => Ok(results::merge(records)),
    }
}

/// What stands behind a submission's name and a slash.
fn behind<'a>(what: &'a str, name: &str) -> Option<&'a str> {
    match what.strip_prefix(name)? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    }
}

/// What is replayed.
struct Wish<'a> {
    /// Of one submission; at least one.
    records: Vec<&'a Record>,
    /// The check of the only record that was named.
    check: Option<String>,
}

impl<'a> Wish<'a> {
    /// Of records that may be meant. A submission's name may hold slashes itself: the longest one that fits is meant.
    fn find(records: &'a [Record], what: &str) -> Result<Self, UsageError> {
        let names = records.iter().map(|record| record.submission.as_str());
        let name = names.max_by_key(|name| name.len()).unwrap_or_default();
        let rest = behind(what, name).unwrap_or_default();
        let (lab, check) = match rest.split_once('/') {
            Some((lab, check)) => (lab, Some(check).filter(|check| !check.is_empty())),
            None => (rest, None),
        };
        let own: Vec<&Record> = records.iter().filter(|record| record.submission == name).collect();
        if lab.is_empty() {
            return Ok(Wish { records: own, check: None });
        }
        let Some(record) = own.iter().find(|record| record.lab.lab == lab) else {
            return Err(unknown(lab, &own.iter().map(|record| record.lab.lab.clone()).collect::<Vec<_>>()));
        };
        if let Some(check) = check.filter(|check| record.check(check).is_none()) {
            let known: Vec<String> = record.lab.checks.iter().map(|check| check.id.clone()).collect();
            return Err(unknown(check, &known));
        }
        Ok(Wish { records: vec![record], check: check.map(str::to_owned) })
    }
}

fn unknown(asked: &str, known: &[String]) -> UsageError {
    let cure = match suggest(asked, known) {
        Some(name) => t!("Did you mean %{name}?", name = name),
        None => t!("There are %{list}.", list = words::list(known)),
    };
    UsageError::Said(
        t!("%{asked}: the results have nothing of this name.\n%{cure}", asked = visible(asked), cure = cure)
            .into_owned(),
    )
}

/// What was handed in, where it lies now.
fn submission(options: &ReplayOptions, record: &Record) -> Result<Submission, UsageError> {
    let name = &record.submission;
    if let Some(list) = &options.list {
        let found = class::of_list(list)?.into_iter().find(|submission| submission.name == *name);
        return found.ok_or_else(|| GradeError::NotInList { file: list.clone(), name: name.clone() }.into());
    }
    if record.fingerprint.is_empty() {
        return Err(GradeError::OfCheck { lab: record.lab.lab.clone(), seed: record.provenance.seed }.into());
    }
    let lay = record.lab.submission.path().unwrap_or_default();
    let found = match &options.from {
        Some(path) => class::lies_at(path).map(|source| Submission { name: name.clone(), source }),
        None => class::lay_around(Path::new(lay), name),
    };
    found.ok_or_else(|| {
        let path = options.from.clone().unwrap_or_else(|| PathBuf::from(lay));
        GradeError::Gone { name: name.clone(), path }.into()
    })
}

/// The level of the record, else the best there is: that is told then.
fn reach(provenance: &Provenance) -> Result<Reach, UsageError> {
    let level = [Level::Full, Level::Partial, Level::Basic]
        .into_iter()
        .find(|level| level.id() == provenance.isolation)
        .map_or(Wanted::Auto, Wanted::Exactly);
    isolation::enter(level).or_else(|_| isolation::enter(Wanted::Auto)).map_err(UsageError::Isolation)
}

struct Stage<'a> {
    options: &'a ReplayOptions,
    submission: Submission,
    reach: Reach,
    interrupted: &'a AtomicBool,
}

impl Stage<'_> {
    /// The record as it would be made now.
    fn again(&self, record: &Record, check: Option<&str>) -> Result<Record, UsageError> {
        let rules = self.rules(record, check)?;
        let cache = folder::cache().join("replay");
        let task = Task {
            course: &rules.course,
            owned: &rules.owned,
            wanted: &rules.wanted,
            // A submission may have been its program alone; one in which no lab was found was not asked for one.
            named: if record.refused.is_some() { Named::No } else { Named::Yes },
            folder: &cache.join("handed-in"),
            terms: &rules.terms,
            entries: &rules.entries,
            touched: None,
        };
        let submissions = std::slice::from_ref(&self.submission);
        let known = KnownResults::default();
        let mut verdicts = Verdicts::new(&rules, submissions, &known);
        let made = match handed_in::take(&self.submission, &task)? {
            HandedIn::Refused(why) => verdicts.refused(0, &why).pop(),
            HandedIn::NotHad(why) => verdicts.not_had(0, &why).pop(),
            HandedIn::Programs { programs, .. } => {
                let Some(program) = programs.into_iter().next() else { return Ok(lost(record)) };
                let plans = [verdicts.plan(&program)];
                let settings = self.settings(&rules, &cache);
                let _house = Storehouse::open(&cache, BUILDS, std::slice::from_ref(&program.folder));
                let mut collector = Collector::default();
                let seeds = [record.provenance.seed];
                schedule::run_as_they_come(&plans, &seeds, &settings, &mut |_, event| {
                    // It writes nowhere and cannot fail.
                    let _ = collector.event(&event);
                });
                super::forget(&program);
                collector.take().pop().map(|entry| verdicts.record(0, &program, entry))
            }
        };
        let mut made = made.unwrap_or_else(|| lost(record));
        made.provenance.seed = record.provenance.seed;
        Ok(made)
    }

    /// The terms of the record, as far as they are known.
    fn rules(&self, record: &Record, check: Option<&str>) -> Result<Rules, UsageError> {
        let then = &record.provenance;
        let recorded: Vec<PathBuf> = match then.labs.as_slice() {
            // One file is found from where one is, as every verb does.
            [] | [_] => Vec::new(),
            several => several.iter().map(|labs| PathBuf::from(&labs.file)).collect(),
        };
        let labs = if self.options.labs.is_empty() { &recorded } else { &self.options.labs };
        let lab = [record.lab.lab.clone()];
        let asked = Asked {
            labs,
            lab: &lab,
            only: &[],
            repeat: self.options.repeat.or(then.repeat),
            seed: None,
            sight: if then.sight == "none" { SightMode::None } else { SightMode::Auto },
        };
        let mut rules = Rules::read(asked, &self.reach)?;
        let known = &course::lab(&rules.course, &record.lab.lab)?.checks;
        let is_asked = |id: &str| check.is_none_or(|check| check == id);
        let recorded = record.lab.checks.iter().map(|check| check.id.clone());
        let there = |id: &String| is_asked(id) && known.iter().any(|check| check.id == *id);
        rules.only = recorded.filter(there).collect();
        Ok(rules)
    }

    fn settings(&self, rules: &Rules, cache: &Path) -> Settings<'_> {
        Settings {
            info: rules.info(),
            jobs: default_jobs(),
            sight: rules.sight,
            threads: Threads::OfFailures,
            reach: self.reach.clone(),
            cache: cache.to_owned(),
            build_within: build::WITHIN,
            interrupted: self.interrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of a results file with nothing in it but names.
    fn record(submission: &str, lab: &str, checks: &[&str]) -> Record {
        let checks: Vec<String> = checks
            .iter()
            .map(|id| {
                format!(
                    r#"{{"id":"{id}","title":"t","outcome":"passed","points":1,"out_of":1,"duration_ms":1}}"#
                )
            })
            .collect();
        let text = format!(
            r#"{{"format":1,"submission":"{submission}","place":0,"graded_at":"2026-11-20T10:00:00Z","lab":
            {{"lab":"{lab}","title":"t","submission":{{"kind":"folder","path":"class/x"}},"points":1,"out_of":1,
            "checks":[{}]}}}}"#,
            checks.join(",")
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_name_may_hold_slashes_and_the_longest_one_is_meant() {
        let all = [
            record("ana", "chat", &["relay", "bye"]),
            record("ana", "echo", &["line"]),
            record("ana/chat", "echo", &["line"]),
        ];
        let found = |what: &str| {
            let fits = |record: &&Record| behind(what, &record.submission).is_some();
            let all: Vec<Record> = all.iter().filter(fits).cloned().collect();
            let wish = Wish::find(&all, what).unwrap();
            let keys: Vec<(String, String)> = wish
                .records
                .iter()
                .map(|record| (record.submission.clone(), record.lab.lab.clone()))
                .collect();
            (keys, wish.check)
        };
        let key = |submission: &str, lab: &str| (submission.to_owned(), lab.to_owned());
        assert_eq!(found("ana"), (vec![key("ana", "chat"), key("ana", "echo")], None));
        assert_eq!(found("ana/echo/"), (vec![key("ana", "echo")], None));
        assert_eq!(found("ana/chat"), (vec![key("ana/chat", "echo")], None));
        assert_eq!(found("ana/chat/echo/line"), (vec![key("ana/chat", "echo")], Some("line".into())));
        let told = |what: &str| Wish::find(&all[..2], what).err().unwrap().to_string();
        assert!(told("ana/ecko").contains("Did you mean echo?"));
        assert!(told("ana/echo/lime").contains("Did you mean line?"));
    }
}
