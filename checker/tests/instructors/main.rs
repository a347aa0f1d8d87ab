//! The verbs with which labs are written, proven and taken in.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod import_tst;
mod lint;
#[path = "../loopback/mod.rs"]
mod loopback;
mod new_lab;
mod record;
mod schema;
mod verify;
#[path = "../workbench/mod.rs"]
mod workbench;
