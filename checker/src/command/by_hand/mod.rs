//! `checker try`: the program, and a person who speaks to it as several clients.

mod casting;
mod help;
pub(super) mod notebook;
mod pipe;
pub(super) mod replay;
mod screen;
mod session;
mod wish;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use rust_i18n::t;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use self::casting::Casting;
use self::notebook::{Notebook, Pages};
use self::session::{Part, Ready, Session, Typed};
use super::check::watch_for_interrupts;
use super::room::Room;
use super::targets::{Named, Target, Whose};
use super::{ExitStatus, UsageError, targets};
use crate::grade::bench::{Trial, on_bench};
use crate::grade::command_line::ProgramLine;
use crate::grade::perform::SightMode;
use crate::grade::plan::{LabPlan, Source};
use crate::grade::schedule;
use crate::machine::building::build::{self, BuildError, Terms};
use crate::machine::isolation::{self, Reach, Wanted};
use crate::machine::person::tty::AsFound;
use crate::machine::stage::Bell;
use crate::machine::{disk::folder, running::process, running::tree};
use crate::model::outcome::BuildFailure;
use crate::report::style::{Ink, Palette};
use crate::report::{bytes, words};

#[derive(Debug, Clone)]
pub struct TryOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// What to try; the lab of this folder where there is none.
    pub target: Option<Target>,
    /// `--lab`: the lab that a folder or the program belongs to.
    pub lab: Option<String>,
    pub whose: Whose,
    /// `--program`
    pub program: Option<String>,
    pub isolation: Wanted,
    pub sight: SightMode,
    /// `--save`
    pub save: Option<PathBuf>,
    /// Of standard output.
    pub palette: Palette,
}

impl TryOptions {
    fn named(&self) -> Named<'_> {
        Named {
            targets: self.target.as_slice(),
            lab: self.lab.as_deref(),
            whose: self.whose,
            program: self.program.as_deref(),
        }
    }
}

/// Who types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Somebody at a terminal, who does not like to wait.
    Person,
    /// A file or another program, which cannot see when an answer has come.
    Script,
    /// A session that is held again: what was typed comes in any case, so nothing is lost by waiting.
    Replay,
}

/// How a session came to its end.
enum End {
    /// The one who types has had enough.
    Typed(ExitStatus),
    Signal,
    /// `:quit`, or the stage failed.
    Bench,
}

/// The way from the one who types to the stage.
#[derive(Debug)]
struct Desk {
    typed: Sender<Typed>,
    bell: Bell,
    /// Whatever was typed so far.
    kept: Mutex<Vec<Typed>>,
}

impl Desk {
    fn say(&self, typed: Typed) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(typed.clone());
        // Refused where the session is over, which is told in another way.
        let _ = self.typed.send(typed);
        self.bell.ring();
    }
}

/// A program that is ready to be spoken to.
pub(super) struct Ground {
    pub room: Room,
    pub plan: LabPlan,
    pub casting: Casting,
    pub program: ProgramLine,
    pub reach: Reach,
    pub sight: SightMode,
    pub interrupted: Arc<AtomicBool>,
    _adoption: tree::Adoption,
}

/// What came of building it.
pub(super) enum Prepared {
    Ready(Box<Ground>),
    /// It could not be built, which was told.
    Over(ExitStatus),
}

/// What is left of a session.
pub(super) struct Held {
    pub status: ExitStatus,
    /// All that was typed, the end included.
    pub typed: Vec<Typed>,
    pub pages: Pages,
}

/// Builds and starts the program, and lets a person speak to it until they have had enough.
///
/// # Errors
/// What was asked for cannot be done; nothing was run then.
pub fn try_by_hand(options: &TryOptions) -> Result<ExitStatus, UsageError> {
    match prepare(options)? {
        Prepared::Ready(ground) => Ok(hold(options, &ground)?.status),
        Prepared::Over(status) => Ok(status),
    }
}

/// Builds the program.
///
/// # Errors
/// What was asked for cannot be done; nothing was run then.
pub(super) fn prepare(options: &TryOptions) -> Result<Prepared, UsageError> {
    // First of all: a user namespace can only be entered while there is one thread.
    let reach = isolation::enter(options.isolation).map_err(UsageError::Isolation)?;
    let folder = match &options.target {
        Some(Target::Folder(folder)) => Some(folder.as_path()),
        Some(Target::Lab(word)) => Some(Path::new(word)),
        None => None,
    };
    let room = Room::find_with(options.labs.as_deref(), folder)?;
    let plan = targets::one(&room, options.named())?;
    if let Some(file) = options.save.as_ref().filter(|file| !notebook::may_be_written(file)) {
        return Err(UsageError::Said(notebook::taken(file)));
    }
    let casting = Casting::of(&plan.lab)?;
    let interrupted = watch_for_interrupts()?;
    let adoption = tree::adopt_orphans();
    process::raise_descriptor_limit();
    let palette = options.palette;
    let mut out = io::stdout();
    write!(out, "{}  {}", palette.paint(Ink::Strong, &plan.lab.id), words::text(&plan.lab.title))?;
    out.flush()?;
    let begun = Instant::now();
    let terms =
        Terms { cache: &folder::cache(), reach: &reach, within: build::WITHIN, interrupted: &interrupted };
    let program = match schedule::program_of(&plan.source, terms) {
        Ok(program) => program,
        Err(BuildError::Interrupted) => return Ok(Prepared::Over(ExitStatus::Interrupted)),
        Err(BuildError::Broken(message)) => return Ok(Prepared::Over(broken(&format!("\n{message}")))),
        Err(BuildError::Failed(failure)) => return Ok(Prepared::Over(not_built(&failure, palette)?)),
    };
    let built = t!("built in %{time}", time = words::duration(begun.elapsed()));
    match plan.source {
        Source::Crate(_) | Source::File(_) => {
            writeln!(out, "  {}", palette.paint(Ink::Faint, &format!("({built})")))?
        }
        Source::Program(_) => writeln!(out)?,
    }
    if io::stdin().is_terminal() && out.is_terminal() {
        let help = t!(":help shows what can be typed, :quit ends");
        writeln!(out, "         {}", palette.paint(Ink::Faint, &help))?;
    }
    if interrupted.load(Ordering::Relaxed) {
        return Ok(Prepared::Over(ExitStatus::Interrupted));
    }
    let ground = Ground {
        room,
        plan,
        casting,
        program,
        reach,
        sight: options.sight,
        interrupted,
        _adoption: adoption,
    };
    Ok(Prepared::Ready(Box::new(ground)))
}

impl Ground {
    fn trial(&self) -> Trial<'_> {
        Trial {
            check: &self.casting.check,
            program: &self.program,
            seed: u64::from(fastrand::u32(..)),
            sight: self.sight,
            reach: &self.reach,
        }
    }

    fn part(&self) -> Part {
        let Casting { check, play, .. } = &self.casting;
        Part { play: *play, console: check.console, first: self.casting.first() }
    }
}

/// Holds the session.
pub(super) fn hold(options: &TryOptions, ground: &Ground) -> Result<Held, UsageError> {
    let palette = options.palette;
    let casting = &ground.casting;
    let notebook = Notebook::new(&ground.plan.lab.id, casting, options.save.clone());
    let pages = notebook.pages();
    let (trial, part) = (ground.trial(), ground.part());
    let found = AsFound::now();
    let is_person = found.is_some() && io::stdout().is_terminal();
    let screen = match &found {
        Some(found) if is_person && !is_dumb() => {
            screen::Screen::open(palette).inspect(|_| found.without_echo())
        }
        _ => None,
    };
    let manner = if found.is_some() { Manner::Person } else { Manner::Script };

    let (ends, ended) = mpsc::channel();
    watch_for_signals(ends.clone())?;
    let (typed, lines) = mpsc::channel();
    let (ready, is_ready) = mpsc::channel();
    let (bells, bell) = mpsc::channel();
    let (show, flushed) = show(screen.as_ref());
    let (done, end, typed) = thread::scope(|scope| {
        let bench_ends = ends.clone();
        let bench = scope.spawn(move || {
            let done = on_bench(trial, move |bench| {
                let _ = bells.send(bench.stage.bell().map_err(|error| error.to_string())?);
                Session::new(bench, part, manner, palette, notebook, &*show).run(&lines, &ready)
            });
            let _ = bench_ends.send(End::Bench);
            done.and_then(|done| done)
        });
        let Ok(bell) = bell.recv() else { return (bench.join(), End::Bench, Vec::new()) };
        let desk = Arc::new(Desk { typed, bell, kept: Mutex::default() });
        type_lines(screen, Arc::clone(&desk), is_ready, ends, found.is_some());
        let end = ended.recv().unwrap_or(End::Bench);
        desk.say(Typed::End);
        let done = bench.join();
        let kept = std::mem::take(&mut *desk.kept.lock().unwrap_or_else(PoisonError::into_inner));
        (done, end, kept)
    });
    // What was said last has to be seen before the terminal is given back.
    let _ = flushed.recv_timeout(std::time::Duration::from_secs(1));
    drop(found);
    let status = match (done, end) {
        (Ok(Ok(())), End::Typed(status)) => status,
        (Ok(Ok(())), End::Bench) => ExitStatus::Passed,
        (Ok(Ok(())), End::Signal) => ExitStatus::Interrupted,
        (Ok(Err(message)), _) => broken(&message),
        (Err(_), _) => broken(&t!("the checker lost the thread of this program")),
    };
    Ok(Held { status, typed, pages })
}

/// Where everything is shown, and what tells that all of it was.
fn show(screen: Option<&screen::Screen>) -> (Box<dyn Fn(String) + Send>, Receiver<()>) {
    let (flush, flushed) = mpsc::channel();
    let printer = screen.and_then(screen::Screen::printer);
    let Some(print) = printer else {
        let write = move |block: String| {
            let _held = &flush;
            let mut out = io::stdout().lock();
            // Whoever stopped reading us ends the session by closing our input, or not at all.
            let _ = out.write_all(block.as_bytes()).and_then(|()| out.flush());
        };
        return (Box::new(write), flushed);
    };
    // The screen takes a line only while somebody may type, and the stage must not wait for that.
    let (blocks, to_print) = mpsc::channel::<String>();
    thread::spawn(move || {
        to_print.iter().for_each(print);
        drop(flush);
    });
    let send = move |block| {
        let _ = blocks.send(block);
    };
    (Box::new(send), flushed)
}

/// Reads lines in a thread that nobody waits for: a person may think for ever.
fn type_lines(
    screen: Option<screen::Screen>,
    desk: Arc<Desk>,
    ready: Receiver<Ready>,
    ends: Sender<End>,
    is_terminal: bool,
) {
    thread::spawn(move || {
        let status = match screen {
            Some(screen) => screen.read_lines(&desk, &ready),
            None => pipe::read_lines(&desk, &ready, is_terminal),
        };
        let _ = ends.send(End::Typed(status));
    });
}

fn watch_for_signals(ends: Sender<End>) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            let _ = ends.send(End::Signal);
        }
    });
    Ok(())
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

fn not_built(failure: &BuildFailure, palette: Palette) -> Result<ExitStatus, UsageError> {
    let mut out = io::stdout();
    let summary = t!("The program did not build: %{why}", why = bytes::visible(failure.summary.trim()));
    writeln!(out, "\n\n  {}\n", palette.paint(Ink::Bad, &summary))?;
    for line in bytes::lines(&failure.output) {
        writeln!(out, "{line}")?;
    }
    Ok(ExitStatus::Failed)
}

pub(super) fn broken(message: &str) -> ExitStatus {
    // Where not even this can be written, the status still tells.
    let _ = writeln!(io::stderr(), "{}", t!("error: %{message}", message = message));
    ExitStatus::Errored
}
