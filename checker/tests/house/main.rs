//! The repository itself: its floors, its documentation, its messages.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod architecture;
mod language;
