//! Pull requests, graded against real branches.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod action;
mod graded;
mod scratch;
mod written;
