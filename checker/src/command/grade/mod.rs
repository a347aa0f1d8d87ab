//! `checker grade`: every submission of a class against the course's labs. Results are saved as they come, and what
//! has not changed is not done again.

mod class;
mod find;
mod handed_in;
mod owned;
mod refusal;
pub mod replay;
mod rules;
pub mod shard;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rust_i18n::t;

use self::class::Submission;
use self::find::{Named, Root};
use self::handed_in::{HandedIn, Program, Task};
pub use self::refusal::GradeError;
use self::rules::{Asked, Rules};
use self::shard::Shard;
use self::verdicts::{KnownResults, Verdicts};
use super::check::{ReportFile, default_jobs, watch_for_interrupts};
use super::report::{show, write_reports};
use super::room::{COURSE_FILE, LAB_FILE};
use super::{ExitStatus, UsageError};
use crate::grade::perform::{SightMode, Threads};
use crate::grade::plan::LabPlan;
use crate::grade::schedule::{self, Settings};
use crate::machine::building::build;
use crate::machine::building::storehouse::Storehouse;
use crate::machine::intake;
use crate::machine::isolation::{self, Wanted};
use crate::machine::{disk::folder, disk::worktree, memory, running::process, running::tree};
use crate::report::Report;
use crate::report::progress::Progress;
use crate::report::render::HiddenChecks;
use crate::report::results::document::SkipEntry;
use crate::report::results::{self, Appender, Collector, Detail, Record, Results};
use crate::report::sink::{Format, SinkError};
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::Line;

#[derive(Debug, Clone)]
pub struct GradeOptions {
    /// `--labs`, the first one that of the course.
    pub labs: Vec<PathBuf>,
    /// Folders that hold submissions.
    pub folders: Vec<PathBuf>,
    /// `--list`
    pub lists: Vec<PathBuf>,
    /// `--changed`
    pub changed: Option<String>,
    /// `--lab`: every lab of the course where there is none.
    pub lab: Vec<String>,
    pub only: Vec<String>,
    pub repeat: Option<NonZeroU32>,
    pub jobs: Option<NonZeroUsize>,
    /// `--seed`; one that follows from the labs where there is none.
    pub seed: Option<u64>,
    pub sight: SightMode,
    pub isolation: Wanted,
    pub build_within: Option<Duration>,
    /// `--results`
    pub results: PathBuf,
    /// What goes to standard output when all is graded.
    pub format: Format,
    /// Of standard output.
    pub palette: Palette,
    /// Written when all is graded.
    pub reports: Vec<ReportFile>,
    pub known: Known,
    pub shard: Option<Shard>,
    /// `--durations`: an earlier results file, for parts of like length.
    pub durations: Option<PathBuf>,
    /// `--keep-builds`, in bytes.
    pub builds: u64,
    pub judgement: Judgement,
    /// Of standard error, if a person sees it.
    pub progress: Option<Palette>,
}

impl GradeOptions {
    fn asked(&self) -> Asked<'_> {
        let GradeOptions { labs, lab, only, repeat, seed, sight, .. } = self;
        Asked { labs, lab, only, repeat: *repeat, seed: *seed, sight: *sight }
    }
}

/// What becomes of results that are saved already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// What has not changed since is not done again.
    Skipped,
    Fresh,
}

/// What the exit status tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Whether the grading went well.
    OfGrading,
    /// Whether every program did, too.
    OfPrograms,
}

/// Where the saved results are if nothing else is said.
pub const RESULTS_FILE: &str = "results.jsonl";

/// Grades, and then writes to `out` what is known of the class.
///
/// # Errors
/// The class cannot be graded, or a result could not be saved.
pub fn grade(options: GradeOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    // First of all: a user namespace can only be entered while there is one thread.
    let reach = isolation::enter(options.isolation).map_err(UsageError::Isolation)?;
    let rules = Rules::read(options.asked(), &reach)?;
    let (submissions, touched) = submissions(&options)?;
    let mut known = KnownResults::default();
    let appender = Appender::open(&options.results, &mut |record| known.take(record));
    let appender = appender.map_err(GradeError::Results)?;
    let submissions = part(&options, submissions)?;
    let interrupted = watch_for_interrupts()?;
    let _adoption = tree::adopt_orphans();
    process::raise_descriptor_limit();
    memory::keep_little();
    let settings = Settings {
        info: rules.info(),
        jobs: options.jobs.map_or_else(default_jobs, NonZeroUsize::get),
        sight: rules.sight,
        threads: Threads::OfFailures,
        reach,
        cache: folder::cache().join("class"),
        build_within: options.build_within.unwrap_or(build::WITHIN),
        interrupted: &interrupted,
    };
    let progress = Progress::new(options.progress);

    let is_touched = |root: &Root| touched.iter().flatten().any(|path| root.holds(path));
    let task = Task {
        course: &rules.course,
        owned: &rules.owned,
        wanted: &rules.wanted,
        named: if options.lab.is_empty() { Named::No } else { Named::Yes },
        folder: &settings.cache.join("handed-in"),
        terms: &rules.terms,
        entries: &rules.entries,
        touched: touched.as_ref().map(|_| &is_touched as &(dyn Fn(&Root) -> bool + Sync)),
    };
    progress.show(said(&t!("%{all} submissions are taken in", all = submissions.len())));
    let taken = take_all(&submissions, &task, settings.jobs, &interrupted)?;
    let mut run = Verdicts::new(&rules, &submissions, &known);
    let (todo, settled) = sort_out(taken, options.known, &mut run);
    let mut desk = Desk { run, appender };
    let not_saved = |error| GradeError::NotSaved { file: options.results.clone(), error };
    settled.iter().try_for_each(|record| desk.save(record)).map_err(not_saved)?;
    let seeds: Vec<u64> = todo.iter().map(|(index, _)| rules.seed(&submissions[*index].name)).collect();
    grade_all(&todo, &seeds, options.builds, &settings, &progress, &mut desk).map_err(not_saved)?;
    drop(progress);

    let counts = desk.run.counts();
    results::tidy(&options.results).map_err(not_saved)?;
    drop(desk.appender);
    let results = saved(&options)?;
    let unwritten = tell(&options, &results, &counts.told(&options.results), out);
    if interrupted.load(Ordering::Relaxed) {
        return Ok(ExitStatus::Interrupted);
    }
    Ok(if unwritten.is_empty() { counts.status(options.judgement) } else { ExitStatus::Errored })
}

/// Where every result is counted, and saved at once.
struct Desk<'a> {
    run: Verdicts<'a>,
    appender: Appender,
}

impl Desk<'_> {
    fn save(&mut self, record: &Record) -> io::Result<()> {
        self.appender.append(record)?;
        self.run.count(record);
        Ok(())
    }
}

/// The programs that are to be graded, each with the place of its submission, and the results that are clear without it.
fn sort_out(
    taken: BTreeMap<usize, HandedIn>,
    known: Known,
    run: &mut Verdicts,
) -> (Vec<(usize, Program)>, Vec<Record>) {
    let (mut todo, mut settled) = (Vec::new(), Vec::new());
    for (index, handed_in) in taken {
        match handed_in {
            HandedIn::Programs { programs, gone } => {
                for (lab, why) in gone {
                    settled.extend(run.refused_lab(index, lab, &why));
                }
                for program in programs {
                    match known == Known::Skipped && run.is_known(index, &program) {
                        true => {
                            run.skip(index, &program);
                            forget(&program);
                        }
                        false => todo.push((index, program)),
                    }
                }
            }
            HandedIn::Refused(why) => settled.extend(run.refused(index, &why)),
            HandedIn::NotHad(why) => settled.extend(run.not_had(index, &why)),
        }
    }
    (todo, settled)
}

/// Builds and checks the programs, and saves each result as it comes; those that an interrupt has cut short are left out.
///
/// # Errors
/// A result could not be saved; what was under way is given up then.
fn grade_all(
    todo: &[(usize, Program)],
    seeds: &[u64],
    builds: u64,
    settings: &Settings,
    progress: &Progress,
    desk: &mut Desk,
) -> io::Result<()> {
    let plans: Vec<LabPlan> = todo.iter().map(|(_, program)| desk.run.plan(program)).collect();
    let sources: Vec<PathBuf> = todo.iter().map(|(_, program)| program.folder.clone()).collect();
    let mut house = Storehouse::open(&settings.cache, builds, &sources);
    let mut collector = Collector::default();
    let mut outcome = Ok(());
    let (mut done, all) = (0, todo.len());
    schedule::run_as_they_come(&plans, seeds, settings, &mut |place, event| {
        // It writes nowhere and cannot fail.
        let _ = collector.event(&event);
        for entry in collector.take() {
            let (index, program) = &todo[place];
            house.keep(&program.folder);
            forget(program);
            let was_interrupted =
                entry.checks.iter().any(|check| check.skipped == Some(SkipEntry::Interrupted));
            if was_interrupted || outcome.is_err() {
                continue;
            }
            outcome = desk.save(&desk.run.record(*index, program, entry));
            if outcome.is_err() {
                settings.interrupted.store(true, Ordering::Relaxed);
            }
            done += 1;
            progress.show(said(&t!("%{done} of %{all} programs graded", done = done, all = all)));
        }
    });
    outcome
}

/// All that is known of the class, as far as the reports tell it.
fn saved(options: &GradeOptions) -> Result<Results, GradeError> {
    let formats = options.reports.iter().map(|report| report.format).chain([options.format]);
    let detail = formats.map(Format::detail).max().unwrap_or(Detail::Verdicts);
    let mut records = Vec::new();
    let take = &mut |record: Record| {
        records.push(match detail {
            Detail::Verdicts => record.without_conversations(),
            Detail::Conversations => record,
        });
    };
    results::each(&options.results, take).map_err(GradeError::Results)?;
    Ok(Results::of(records).only(&[], &options.lab))
}

/// All reports that were asked for. `summary` is for people, and stays out of what programs read.
fn tell(options: &GradeOptions, results: &Results, summary: &str, out: &mut dyn Write) -> Vec<SinkError> {
    let mut unwritten = show(options.format, results, options.palette, HiddenChecks::default(), out);
    let _ = match options.format {
        Format::Terminal => writeln!(out, "\n{summary}"),
        _ => writeln!(std::io::stderr(), "{summary}"),
    };
    unwritten.extend(write_reports(&options.reports, results, HiddenChecks::default()));
    unwritten
}

fn said(text: &str) -> Line {
    Line::blank().then(Ink::Plain, text)
}

/// Takes away what was laid out: the build has a copy, and the next run lays it out again.
fn forget(program: &Program) {
    // What stays is overwritten then.
    let _ = folder::clear_away(&program.folder);
    let _ = program.folder.parent().map(std::fs::remove_dir);
}

/// What is to be graded, and the paths that a pull request touches.
fn submissions(options: &GradeOptions) -> Result<(Vec<Submission>, Option<BTreeSet<String>>), UsageError> {
    if let Some(base) = &options.changed {
        let tree = match options.folders.as_slice() {
            [] => Path::new("."),
            [one] => one,
            _ => return Err(GradeError::OneTree.into()),
        };
        let changed = worktree::changed(tree, base).map_err(|error| GradeError::Worktree {
            folder: tree.to_owned(),
            base: base.clone(),
            error,
        });
        let (top, paths) = changed?;
        let name = top.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Ok((vec![Submission { name, source: intake::Source::Folder(top) }], Some(paths)));
    }
    for folder in &options.folders {
        let has = |name: &str| folder.join(name).exists();
        if has("Cargo.toml") || has(LAB_FILE) || has(COURSE_FILE) && has("exercises") {
            return Err(GradeError::IsSubmission { folder: folder.clone() }.into());
        }
    }
    let mut all = class::of_folders(&options.folders)?;
    for list in &options.lists {
        all.extend(class::of_list(list)?);
    }
    if all.is_empty() {
        let named = options.folders.iter().chain(&options.lists).cloned().collect();
        return Err(GradeError::NoSubmissions { folders: named }.into());
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    if let Some(pair) = all.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(GradeError::SameName { name: pair[0].name.clone() }.into());
    }
    Ok((all, None))
}

/// Those of this machine's part.
fn part(options: &GradeOptions, all: Vec<Submission>) -> Result<Vec<Submission>, UsageError> {
    let Some(shard) = options.shard else { return Ok(all) };
    let (index, count) = shard.resolve(|name| std::env::var(name).ok())?;
    let mut durations: BTreeMap<String, f64> = BTreeMap::new();
    if let Some(file) = &options.durations {
        let take = &mut |record: Record| {
            let took = record.lab.checks.iter().map(|check| check.duration_ms).sum::<f64>();
            let built = record.lab.build.as_ref().map_or(0.0, |build| build.duration_ms);
            *durations.entry(record.submission).or_default() += took + built;
        };
        results::each(file, take).map_err(GradeError::Results)?;
    }
    let names: Vec<String> = all.iter().map(|submission| submission.name.clone()).collect();
    let mine: BTreeSet<usize> = shard::part(&names, &durations, index, count).into_iter().collect();
    let placed = all.into_iter().enumerate().filter(|(place, _)| mine.contains(place));
    Ok(placed.map(|(_, submission)| submission).collect())
}

/// Takes all submissions in, some at a time, and gives them in their order; fewer if that was interrupted.
fn take_all(
    submissions: &[Submission],
    task: &Task,
    jobs: usize,
    interrupted: &AtomicBool,
) -> Result<BTreeMap<usize, HandedIn>, GradeError> {
    let next = AtomicUsize::new(0);
    let taken = Mutex::new(BTreeMap::new());
    let work = || {
        while !interrupted.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(submission) = submissions.get(index) else { return Ok(()) };
            let handed_in = handed_in::take(submission, task)?;
            taken.lock().unwrap_or_else(PoisonError::into_inner).insert(index, handed_in);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..jobs.clamp(1, submissions.len().max(1))).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    Ok(taken.into_inner().unwrap_or_else(PoisonError::into_inner))
}
