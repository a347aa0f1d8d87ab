//! The edges: processes, sockets, pseudo-terminals, /proc, cargo, folders.

pub mod accident;
pub mod appetite;
pub mod build;
pub mod census;
pub mod client;
pub mod confined;
pub mod delivery;
pub mod folder;
pub mod holder;
pub mod isolation;
pub mod memo;
pub mod memory;
pub mod official;
pub mod outlet;
pub mod places;
pub mod port;
pub mod process;
pub mod screen;
pub mod sight;
pub mod site;
pub mod stage;
pub mod station;
pub mod terminal;
pub mod tick;
pub mod toolchain;
pub mod tree;
