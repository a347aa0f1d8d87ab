//! From what was handed in to the words that start it.

pub mod accident;
pub mod build;
pub mod confined;
mod messages;
pub mod program;
pub mod single;
pub mod storehouse;
pub mod toolchain;
