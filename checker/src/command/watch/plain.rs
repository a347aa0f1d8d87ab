//! The view where nothing can be drawn over: a pipe, a file, a dumb terminal. Each report is written once.

use std::io::{self, Write};

use rust_i18n::t;

use super::session::Face;
use super::view::View;

pub struct Plain;

impl Face for Plain {
    fn show(&mut self, _: &mut View) -> io::Result<()> {
        Ok(())
    }

    fn tell(&mut self, view: &mut View) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if let Some(text) = view.hint.take().map(|hint| t!("hint: %{text}", text = hint).into_owned()) {
            writeln!(out, "{text}")?;
        } else if let Some(note) = view.note.take() {
            writeln!(out, "{note}")?;
        } else {
            for line in &view.body.full {
                writeln!(out, "{line}")?;
            }
            for line in view.body.way_on.iter().chain(&view.body.mishaps) {
                writeln!(out, "\n  {line}")?;
            }
            writeln!(out)?;
        }
        out.flush()
    }

    fn forget(&mut self) {}

    fn stop(&mut self) -> io::Result<()> {
        super::stop();
        Ok(())
    }
}
