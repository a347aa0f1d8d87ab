//! What people and programs get to see of a run: every report is a fold over the runner's events.

pub mod bytes;
pub mod count;
pub mod csv;
pub mod github;
pub mod gradescope;
pub mod html;
pub mod json;
pub mod junit;
pub mod live;
pub mod markdown;
pub mod matrix;
pub mod progress;
pub mod proof;
pub mod render;
pub mod replay;
pub mod results;
pub mod sink;
pub mod style;
pub mod tally;
pub mod tap;
pub mod terminal;
pub mod told;
pub mod tst;
pub mod words;

#[cfg(test)]
mod sample;

use std::io;

use crate::model::event::Event;

pub use sink::{Sink, SinkError};

/// One way to tell a run. Events come in the order of the labs and their checks.
pub trait Report {
    /// Takes one event in.
    ///
    /// # Errors
    /// What went wrong while writing; the report is not fed any further then.
    fn event(&mut self, event: &Event) -> io::Result<()>;
}

/// A report that is still needed afterwards can be lent to a [`Sink`].
impl<R: Report + ?Sized> Report for &mut R {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        (**self).event(event)
    }
}
