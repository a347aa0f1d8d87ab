//! Results as plain data: what is saved of a class, and what every report of many submissions is written from.

mod again;
mod collect;
pub mod document;
mod file;
mod merge;
mod moment;
mod record;
mod table;

pub use again::{CheckAgain, Conversation, Ingredient, Input, Now, Replayed};
pub use collect::{Collector, milliseconds};
pub use file::{Appender, ReadError, Saved, Trouble, each, read, sets_down, tidy, write};
pub use merge::merge;
pub use moment::Moment;
pub use record::{Detail, Inputs, Record, Tampered, Tampering};
pub use table::{CheckColumn, LabColumn, Results, Submission};

#[cfg(test)]
pub mod sample;
