//! Programs of every kind, and what is said of them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod causes;
mod check;
mod datagrams;
mod fixed_port;
mod interrupt;
mod json_report;
mod listeners;
mod parallel;
mod programs;
mod sight;
mod sight_stage;
mod terminal;
#[path = "../workbench/mod.rs"]
mod workbench;
