//! `checker watch`: check a lab again at each save.

mod plain;
mod run;
mod screen;
mod session;
mod view;

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use self::plain::Plain;
use self::run::Ran;
use self::screen::Interactive;
use self::session::{Face, Session};
use super::targets::Target;
use super::{ExitStatus, UsageError};
use crate::grade::perform::SightMode;
use crate::machine::isolation::{self, Wanted};
use crate::machine::person::console::{self, Pressed};
use crate::machine::person::watching::Wish;
use crate::machine::{memory, running::process, running::tree};
use crate::report::style::Palette;

#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// The lab whose folder this is, else the first that is not done, where there is none.
    pub target: Option<Target>,
    /// `--lab`: the lab that a folder belongs to.
    pub lab: Option<String>,
    pub wish: Wish,
    pub sight: SightMode,
    pub isolation: Wanted,
    /// Of standard output.
    pub palette: Palette,
}

/// Watches until the person has had enough.
///
/// # Errors
/// There is no such lab, it has no folder to be watched, or the terminal cannot be used.
pub fn watch(options: WatchOptions) -> Result<ExitStatus, UsageError> {
    // First of all: a user namespace can only be entered while there is one thread.
    let reach = isolation::enter(options.isolation).map_err(UsageError::Isolation)?;
    let (sender, news) = mpsc::channel();
    let palette = options.palette;
    let session = Session::begin(options, reach, sender.clone())?;
    hear_signals(&sender)?;
    let _adoption = tree::adopt_orphans();
    process::raise_descriptor_limit();
    memory::keep_little();
    let mut face: Box<dyn Face> = if console::is_interactive() {
        let face = Interactive::open(palette)?;
        hear_keys(sender);
        Box::new(face)
    } else {
        hear_lines(sender);
        Box::new(Plain)
    };
    session.go_on(face.as_mut(), &news)
}

/// What the session waits for.
enum News {
    /// Something was written in the lab's folder of this number.
    Saved {
        watching: u32,
    },
    Pressed(Pressed),
    /// Where there are no keys: a line of standard input.
    Typed(String),
    /// Standard input has ended.
    NothingMore,
    /// Ctrl-C, SIGTERM, SIGHUP.
    Ended,
    /// The process shall stop for a while.
    Stopped,
    Ran(Box<Ran>),
    /// A run's thread panicked.
    Broken,
}

/// Stops this process as the system would have, until it is continued.
fn stop() {
    // It is known to be a signal that has a default.
    let _ = low_level::emulate_default_handler(SIGTSTP);
}

fn hear_signals(sender: &Sender<News>) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP])?;
    let sender = sender.clone();
    thread::spawn(move || {
        for signal in signals.forever() {
            let news = if signal == SIGTSTP { News::Stopped } else { News::Ended };
            if sender.send(news).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn hear_keys(sender: Sender<News>) {
    thread::spawn(move || {
        while let Some(pressed) = console::pressed() {
            if sender.send(News::Pressed(pressed)).is_err() {
                return;
            }
        }
        let _ = sender.send(News::Ended);
    });
}

fn hear_lines(sender: Sender<News>) {
    thread::spawn(move || {
        for line in io::stdin().lines() {
            let Ok(line) = line else { break };
            if sender.send(News::Typed(line)).is_err() {
                return;
            }
        }
        let _ = sender.send(News::NothingMore);
    });
}
