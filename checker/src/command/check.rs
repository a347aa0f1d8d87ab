//! `checker check`: hold the conversations and tell what came of them.

use std::io::{self, Write};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rust_i18n::t;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::progress::{self, Recorder};
use super::room::Room;
use super::targets::{self, Named, Target, Whose};
use super::{ExitStatus, UsageError, way};
use crate::grade::perform::SightMode;
pub use crate::grade::perform::Threads;
use crate::grade::plan::LabPlan;
use crate::grade::schedule::{self, Settings};
use crate::machine::delivery::digest;
use crate::machine::isolation::{self, Wanted};
use crate::machine::{building::build, disk::folder, here, memory, running::process, running::tree};
use crate::model::event::RunInfo;
use crate::model::provenance::{LabsFile, Provenance};
use crate::report::sink::Format;
use crate::report::style::Palette;
use crate::report::tally::{Counting, Tally};
use crate::report::{Report, Sink};

#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// What to check; every lab where there is none.
    pub targets: Vec<Target>,
    pub whose: Whose,
    /// `--program`: the command that stands where the built binary would.
    pub program: Option<String>,
    /// `--lab`: the lab that the folders or the program belong to.
    pub lab: Option<String>,
    /// `--only`: ids of checks; all where there is none.
    pub only: Vec<String>,
    /// `--repeat`; what the checks say themselves where there is none.
    pub repeat: Option<NonZeroU32>,
    /// `--jobs`; four for each processor where there is none.
    pub jobs: Option<NonZeroUsize>,
    /// `--seed`; a fresh one where there is none.
    pub seed: Option<u64>,
    /// What goes to standard output.
    pub format: Format,
    pub reports: Vec<ReportFile>,
    /// Of standard output.
    pub palette: Palette,
    pub sight: SightMode,
    pub threads: Threads,
    pub isolation: Wanted,
    /// `--build-within`
    pub build_within: Option<Duration>,
}

impl CheckOptions {
    fn named(&self) -> Named<'_> {
        Named {
            targets: &self.targets,
            lab: self.lab.as_deref(),
            whose: self.whose,
            program: self.program.as_deref(),
        }
    }
}

/// `--report FORMAT=FILE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    pub format: Format,
    pub file: PathBuf,
}

/// Checks what was asked for and reports to `out` and into the files.
///
/// # Errors
/// What was asked for cannot be done; nothing was run then.
pub fn check(options: CheckOptions, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    // First of all: a user namespace can only be entered while there is one thread.
    let reach = isolation::enter(options.isolation).map_err(UsageError::Isolation)?;
    let room = Room::find_with(options.labs.as_deref(), options.named().one_folder())?;
    let mut plans = targets::plans(&room, options.named(), &options.only)?;
    plans.iter_mut().for_each(|plan| plan.hold_against(reach.level, options.sight));
    let interrupted = watch_for_interrupts()?;
    let _adoption = tree::adopt_orphans();
    process::raise_descriptor_limit();
    memory::keep_little();
    let settings = Settings {
        info: RunInfo {
            labs_file: room.course().file.clone(),
            seed: options.seed.unwrap_or_else(fresh_seed),
            repeat: options.repeat.map_or(1, NonZeroU32::get),
            again: again(&options),
        },
        jobs: options.jobs.map_or_else(default_jobs, NonZeroUsize::get),
        sight: options.sight,
        threads: options.threads,
        reach,
        cache: folder::cache(),
        build_within: options.build_within.unwrap_or(build::WITHIN),
        interrupted: &interrupted,
    };
    let mut counting = Counting::default();
    let mut recorder = Recorder::new(room.course(), &plans);
    let provenance = provenance(&room, settings.reach.level.id(), &options, settings.info.seed);
    let mut sink = sink(&options, provenance, out)?;
    schedule::run(&plans, &settings, &mut |event| {
        // These two write nowhere and cannot fail.
        let _ = counting.event(&event);
        let _ = recorder.event(&event);
        sink.event(&event);
    });
    let unwritten = sink.finish();
    for error in unwritten.iter().filter(|error| !error.is_closed_pipe()) {
        // Where not even this can be written, the status still tells.
        let _ = writeln!(io::stderr(), "{}", t!("error: %{error}", error = error));
    }
    let mishaps = recorder.keep();
    if let Some(command) = way_on(&room, &plans, &options, counting.total()) {
        // A report that could not be written was complained about.
        let _ = writeln!(out, "\n  {}", t!("next: %{command}", command = command));
    }
    progress::warn(&mishaps);
    if interrupted.load(Ordering::Relaxed) {
        return Ok(ExitStatus::Interrupted);
    }
    Ok(ExitStatus::of(counting.total(), &unwritten))
}

/// What to type next, where a student's lab has passed as a whole.
fn way_on(room: &Room, plans: &[LabPlan], options: &CheckOptions, total: Tally) -> Option<String> {
    let [plan] = plans else { return None };
    let is_own = options.whose == Whose::Exercise && options.program.is_none() && options.lab.is_none();
    if !is_own || options.format != Format::Terminal || !options.only.is_empty() || !total.all_passed() {
        return None;
    }
    let course = way::whole_course(room);
    let known = progress::recall(&course, &mut Vec::new());
    let (lab, index) = way::undone_after(&course, &plan.lab.id, &known)?;
    Some(way::way_to(room, lab, &known[index]))
}

/// Set by Ctrl-C and by SIGTERM; a second one ends the checker at once.
pub(super) fn watch_for_interrupts() -> io::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, Arc::clone(&interrupted))?;
        flag::register(signal, Arc::clone(&interrupted))?;
    }
    Ok(interrupted)
}

/// Short enough to be typed.
pub(super) fn fresh_seed() -> u64 {
    u64::from(fastrand::u32(..))
}

/// Most checks wait most of the time.
pub(super) fn default_jobs() -> usize {
    4 * std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn again(options: &CheckOptions) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(repeat) = options.repeat {
        words.extend(["--repeat".to_owned(), repeat.to_string()]);
    }
    if options.sight == SightMode::None {
        words.extend(["--sight".to_owned(), options.sight.id().to_owned()]);
    }
    if let Some(labs) = &options.labs {
        words.extend(["--labs".to_owned(), labs.to_string_lossy().into_owned()]);
    }
    words
}

fn provenance(room: &Room, isolation: &str, options: &CheckOptions, seed: u64) -> Provenance {
    let file = &room.course().file;
    // The official labs that a checker brings along are no file.
    let labs = std::fs::read(file)
        .map(|bytes| LabsFile { file: file.display().to_string(), sha256: digest(&bytes).to_string() });
    Provenance {
        checker: env!("CARGO_PKG_VERSION").to_owned(),
        labs: labs.into_iter().collect(),
        isolation: isolation.to_owned(),
        sight: options.sight.id().to_owned(),
        machine: here::described(),
        seed,
        repeat: options.repeat,
    }
}

/// All the reports that were asked for, ready to take events in.
fn sink<'a>(
    options: &CheckOptions,
    provenance: Provenance,
    out: &'a mut dyn Write,
) -> Result<Sink<'a>, UsageError> {
    let mut sink = Sink::with(provenance);
    sink.add_output(options.format, out, options.palette);
    for ReportFile { format, file } in &options.reports {
        sink.add_file(*format, file).map_err(UsageError::Report)?;
    }
    Ok(sink)
}
