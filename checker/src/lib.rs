//! A workbench for labs about sockets and threads: builds a student's program, holds scripted
//! conversations with it and tells what passed, what did not, and why.
//!
//! Five floors, imports only downwards: `cli`, `command`; `manifest`, `grade`, `report`; `talk`,
//! `machine`; `model`.

// Messages are written in English where they are said; locales/ translates them.
rust_i18n::i18n!("locales");

pub mod cli;
pub mod command;
pub mod grade;
pub mod machine;
pub mod manifest;
pub mod model;
pub mod report;
pub mod talk;
