//! `checker verify`: the proof that a lab's checks tell right programs from wrong ones.

mod narrow;

use std::io::{self, Write};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::check::{default_jobs, fresh_seed, watch_for_interrupts};
use super::room::{Room, RoomError};
use super::targets::{self, Named, Target, Whose};
use super::{ExitStatus, UsageError, course};
use crate::grade::perform::{SightMode, Threads};
use crate::grade::plan::LabPlan;
use crate::grade::proof::{self, Dock};
use crate::grade::schedule::Settings;
use crate::machine::bustle::Bustle;
use crate::machine::isolation::{self, Reach, Wanted};
use crate::machine::{building::build, disk::folder, memory, running::process, running::tree};
use crate::model::course::Lab;
use crate::model::event::RunInfo;
use crate::model::proof::{LabProof, Part, Standing};
use crate::report::progress::Progress;
use crate::report::proof as told;
use crate::report::sink::Format;
use crate::report::style::Palette;
pub use narrow::Narrow;

/// Runs of each check unless somebody asks for more.
const RUNS: u32 = 3;

/// Under stress, so many times the usual number of checks run at a time.
const STRESS: usize = 2;

#[derive(Debug, Clone)]
pub struct VerifyOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// Every lab of the course where there is none.
    pub named: Vec<String>,
    pub narrow: Narrow,
    /// `--part`; all where there is none, unless a wrong program is named.
    pub parts: Vec<Part>,
    /// `--runs`
    pub runs: Option<NonZeroU32>,
    pub machine: Machine,
    /// `--jobs`
    pub jobs: Option<NonZeroUsize>,
    /// `--seed`; a fresh one where there is none.
    pub seed: Option<u64>,
    pub format: Format,
    pub palette: Palette,
    /// Of standard error, where it is a terminal: it sees how far things have come.
    pub progress: Option<Palette>,
    pub sight: SightMode,
    pub isolation: Wanted,
}

/// What else the machine does meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    AsItIs,
    /// `--stress`: every processor computes, and more checks run at a time.
    Stressed,
}

/// Tries each lab and writes what is proven of it to `out`.
///
/// # Errors
/// There is no such lab, or nothing of a course here; `out` cannot be written to.
pub fn verify(options: VerifyOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    // First of all: a user namespace can only be entered while there is one thread.
    let reach = isolation::enter(options.isolation).map_err(UsageError::Isolation)?;
    let room = Room::find(options.labs.as_deref())?;
    if let Room::Outside(official) = &room {
        let folder = std::env::current_dir()?;
        return Err(RoomError::Nowhere { folder, lab: course::any_lab(official) }.into());
    }
    let all = labs(&room, &options.named)?;
    let labs = narrow::narrowed(all, &options.narrow)?;
    let is_asked = |part: &Part| match options.parts.as_slice() {
        [] => options.narrow.wrong.is_empty() || *part == Part::Wrong,
        parts => parts.contains(part),
    };
    let parts: Vec<Part> = Part::ALL.into_iter().filter(is_asked).collect();
    let docks = labs
        .iter()
        .map(|lab| dock(&room, lab, &parts, &reach, options.sight))
        .collect::<Result<Vec<_>, _>>()?;
    let interrupted = watch_for_interrupts()?;
    let _adoption = tree::adopt_orphans();
    process::raise_descriptor_limit();
    memory::keep_little();
    let (jobs, bustle) = match options.machine {
        Machine::AsItIs => (default_jobs(), None),
        Machine::Stressed => (STRESS * default_jobs(), Some(Bustle::on_all_processors())),
    };
    let labs_file = room.course().file.clone();
    let settings = Settings {
        info: RunInfo {
            labs_file: labs_file.clone(),
            seed: options.seed.unwrap_or_else(fresh_seed),
            repeat: 1,
            again: Vec::new(),
        },
        jobs: options.jobs.map_or(jobs, NonZeroUsize::get),
        sight: options.sight,
        threads: Threads::OfFailures,
        reach,
        cache: folder::cache(),
        build_within: build::WITHIN,
        interrupted: &interrupted,
    };
    let began = Instant::now();
    let progress = Progress::new(options.progress);
    let runs = options.runs.map_or(RUNS, NonZeroU32::get);
    let mut proofs: Vec<LabProof> = Vec::new();
    for (index, dock) in docks.iter().enumerate() {
        let place = told::Place { lab: &dock.lab.id, number: index + 1, labs: docks.len() };
        let proof = proof::try_lab(dock, runs, &settings, &|advance| {
            progress.show(told::advance(place, advance));
        });
        if interrupted.load(Ordering::Relaxed) {
            drop(progress);
            if options.format == Format::Terminal {
                let line = told::interrupted(place, began.elapsed());
                writeln!(out, "{}", line.render(&options.palette))?;
            }
            return Ok(ExitStatus::Interrupted);
        }
        if options.format == Format::Terminal {
            progress.aside(|| write_lab(&proof, &labs_file, &options.palette, out))?;
        }
        proofs.push(proof);
    }
    drop((progress, bustle));
    match options.format {
        Format::Json => told::write_json(&proofs, began.elapsed(), out)?,
        _ => writeln!(out, "{}", told::summary(&proofs, began.elapsed()).render(&options.palette))?,
    }
    out.flush()?;
    Ok(match proofs.iter().map(LabProof::standing).max() {
        Some(Standing::Proven) => ExitStatus::Passed,
        Some(Standing::Refuted) => ExitStatus::Failed,
        Some(Standing::Unknown) => ExitStatus::Errored,
        None => ExitStatus::Misused,
    })
}

fn write_lab(proof: &LabProof, labs_file: &Path, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    for line in told::lab(proof, labs_file, palette) {
        writeln!(out, "{}", line.render(palette))?;
    }
    out.flush()
}

fn labs<'a>(room: &'a Room, named: &[String]) -> Result<Vec<&'a Lab>, UsageError> {
    if named.is_empty() {
        return Ok(room.course().labs.iter().collect());
    }
    named.iter().map(|id| course::lab(room.course(), id)).collect()
}

fn dock(room: &Room, lab: &Lab, parts: &[Part], reach: &Reach, sight: SightMode) -> Result<Dock, UsageError> {
    let plan = |whose: Whose, folder: Option<PathBuf>| {
        let of_lab = Named { targets: &[Target::Lab(lab.id.clone())], lab: None, whose, program: None };
        folder.map(|_| targets::one(room, of_lab)).transpose()
    };
    let folder = room.solution(lab).map(|solution| solution.join("wrong")).unwrap_or_default();
    let wrong = lab.wrong.iter().filter(|_| parts.contains(&Part::Wrong));
    let mut dock = Dock {
        lab: lab.clone(),
        unproven: course::lab(room.course(), &lab.id).map(|whole| proof::without_wrong(whole, lab))?,
        parts: parts.to_vec(),
        reference: plan(Whose::Solution, room.solution(lab))?,
        skeleton: plan(Whose::Exercise, room.exercise(lab))?,
        wrong: wrong.map(|wrong| proof::wrong_plan(lab, wrong, &folder)).collect(),
    };
    let hold = |plan: &mut LabPlan| {
        plan.checks.retain(|planned| lab.checks.iter().any(|check| check.id == planned.check.id));
        plan.hold_against(reach.level, sight);
    };
    dock.reference.iter_mut().chain(&mut dock.skeleton).chain(&mut dock.wrong).for_each(hold);
    Ok(dock)
}
