//! What the book promises: its links lead somewhere, its examples run, its tutorial can be followed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod course;
mod examples;
mod from_python;
mod kinds;
mod own_labs;
mod pages;
mod reports;
mod tutorial;
#[path = "../workbench/mod.rs"]
mod workbench;
