//! A program while it runs: its processes, its terminal, what it writes, and what it takes of the machine.

pub mod appetite;
pub mod census;
pub mod descriptors;
pub mod outlet;
pub mod process;
pub mod terminal;
pub mod tick;
pub mod tree;
pub mod written;
