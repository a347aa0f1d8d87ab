//! Hostile programs and builds: the verdict that each must get, and nothing left behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod arena;
mod builds;
mod killed;
mod programs;
