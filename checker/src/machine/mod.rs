//! The edges: processes, sockets, pseudo-terminals, /proc, cargo, folders.

pub mod building;
pub mod bustle;
pub mod delivery;
pub mod disk;
pub mod here;
pub mod intake;
pub mod isolation;
pub mod memory;
pub mod network;
pub mod person;
pub mod running;
pub mod sight;
pub mod site;
pub mod stage;
