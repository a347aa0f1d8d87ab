//! What the book promises: its links lead somewhere, its examples run, its pages are whole.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod examples;
mod pages;
#[path = "../workbench/mod.rs"]
mod workbench;
