//! The edges: processes, sockets, pseudo-terminals, /proc, cargo, folders.

pub mod build;
pub mod client;
pub mod errand;
pub mod folder;
pub mod isolation;
pub mod memory;
pub mod outlet;
pub mod port;
pub mod process;
pub mod sight;
pub mod stage;
pub mod tick;
pub mod tree;
