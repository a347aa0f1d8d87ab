//! labs.yaml: what is read, what is refused, and how both are told.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod mistakes;
mod properties;
mod scripts;
