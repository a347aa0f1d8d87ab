//! Results as plain data: what is saved of a class, and what every report of many submissions is written from.

mod collect;
pub mod document;
mod file;
mod merge;
mod moment;
mod record;

pub use collect::{Collector, milliseconds};
pub use file::{Appender, ReadError, Saved, Trouble, read, write};
pub use merge::merge;
pub use moment::Moment;
pub use record::{Record, Tampered, Tampering};

#[cfg(test)]
pub mod sample;
