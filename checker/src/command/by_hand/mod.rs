//! `checker try`: the program, and a person who speaks to it as several clients.

mod casting;
mod help;
mod notebook;
mod pipe;
mod screen;
mod session;
mod wish;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Instant;

use rust_i18n::t;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use self::casting::Casting;
use self::notebook::Notebook;
use self::session::{Part, Ready, Session, Typed};
use super::check::{Sight, Target, Whose, watch_for_interrupts};
use super::room::Room;
use super::targets::Named;
use super::{ExitStatus, UsageError, targets};
use crate::grade::bench::{Trial, on_bench};
use crate::grade::command_line::ProgramLine;
use crate::grade::perform::SightMode;
use crate::grade::plan::Source;
use crate::grade::schedule;
use crate::machine::build::{self, BuildError, Terms};
use crate::machine::isolation::{self, Reach, Wanted};
use crate::machine::stage::Bell;
use crate::machine::tty::AsFound;
use crate::machine::{folder, process, tree};
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
    pub sight: Sight,
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
}

impl Desk {
    fn say(&self, typed: Typed) {
        // Refused where the session is over, which is told in another way.
        let _ = self.typed.send(typed);
        self.bell.ring();
    }
}

/// Builds and starts the program, and lets a person speak to it until they have had enough.
///
/// # Errors
/// What was asked for cannot be done; nothing was run then.
pub fn try_by_hand(options: &TryOptions) -> Result<ExitStatus, UsageError> {
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
    let _adoption = tree::adopt_orphans();
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
        Err(BuildError::Interrupted) => return Ok(ExitStatus::Interrupted),
        Err(BuildError::Broken(message)) => return broken(&format!("\n{message}")),
        Err(BuildError::Failed(failure)) => return not_built(&failure, palette),
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
        return Ok(ExitStatus::Interrupted);
    }
    hold(options, &plan.lab.id, casting, &program, &reach)
}

/// Holds the session.
fn hold(
    options: &TryOptions,
    lab: &str,
    casting: Casting,
    program: &ProgramLine,
    reach: &Reach,
) -> Result<ExitStatus, UsageError> {
    let palette = options.palette;
    let sight = match options.sight {
        Sight::Auto => SightMode::Auto,
        Sight::None => SightMode::None,
    };
    let seed = u64::from(fastrand::u32(..));
    let trial = Trial { check: &casting.check, program, seed, sight, reach };
    let notebook = Notebook::new(lab, &casting, options.save.clone());
    let part = Part { play: casting.play, console: casting.check.console, first: casting.first() };
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
    let (done, end) = thread::scope(|scope| {
        let bench_ends = ends.clone();
        let bench = scope.spawn(move || {
            let done = on_bench(trial, move |bench| {
                let _ = bells.send(bench.stage.bell().map_err(|error| error.to_string())?);
                Session::new(bench, part, manner, palette, notebook, &*show).run(&lines, &ready)
            });
            let _ = bench_ends.send(End::Bench);
            done.and_then(|done| done)
        });
        let Ok(bell) = bell.recv() else { return (bench.join(), End::Bench) };
        let desk = std::sync::Arc::new(Desk { typed, bell });
        type_lines(screen, std::sync::Arc::clone(&desk), is_ready, ends, found.is_some());
        let end = ended.recv().unwrap_or(End::Bench);
        desk.say(Typed::End);
        (bench.join(), end)
    });
    // What was said last has to be seen before the terminal is given back.
    let _ = flushed.recv_timeout(std::time::Duration::from_secs(1));
    drop(found);
    match (done, end) {
        (Ok(Ok(())), End::Typed(status)) => Ok(status),
        (Ok(Ok(())), End::Bench) => Ok(ExitStatus::Passed),
        (Ok(Ok(())), End::Signal) => Ok(ExitStatus::Interrupted),
        (Ok(Err(message)), _) => broken(&message),
        (Err(_), _) => broken(&t!("the checker lost the thread of this program")),
    }
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
    desk: std::sync::Arc<Desk>,
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

fn broken(message: &str) -> Result<ExitStatus, UsageError> {
    // Where not even this can be written, the status still tells.
    let _ = writeln!(io::stderr(), "{}", t!("error: %{message}", message = message));
    Ok(ExitStatus::Errored)
}
