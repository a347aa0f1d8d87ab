//! One line on a terminal's standard error about work that takes long. It is gone as soon as there is something to read.

use std::fmt::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::style::{Ink, Palette};
use super::terminal::line::{Line, WIDTH};
use super::words;

/// What remains beside the turning mark and the time.
pub const ROOM: usize = WIDTH - 16;

/// Between two turns of the mark, and of the clock.
const TURN: Duration = Duration::from_millis(120);

/// Nothing is shown where `TERM` is dumb, or standard error no terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    palette: Palette,
}

impl Progress {
    /// For standard error with this palette; nowhere at all where there is none.
    pub fn new(palette: Option<Palette>) -> Progress {
        let Some(palette) = palette else {
            return Progress { bar: ProgressBar::hidden(), palette: Palette::PLAIN };
        };
        let bar = ProgressBar::new_spinner();
        if !bar.is_hidden() {
            bar.set_style(style(palette));
            bar.enable_steady_tick(TURN);
        }
        Progress { bar, palette }
    }

    /// What is being done; at most [`ROOM`] columns.
    pub fn show(&self, line: Line) {
        self.bar.set_message(line.render(&self.palette));
    }

    /// Takes the line away while something else is written.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(palette: Palette) -> ProgressStyle {
    let time = move |state: &ProgressState, out: &mut dyn Write| {
        let seconds = Duration::from_secs(state.elapsed().as_secs());
        // It writes into memory.
        let _ = out.write_str(&palette.paint(Ink::Faint, &words::duration(seconds)));
    };
    ProgressStyle::with_template("{spinner} {msg}  {time}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .with_key("time", time)
        .tick_chars(palette.turning())
}
