//! What a student's hands meet: checkout, progress, hints, watching, trying by hand, and what goes wrong on the way.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod accidents;
mod checkout;
mod completions;
mod doctor;
mod hint_and_solution;
#[path = "../loopback/mod.rs"]
mod loopback;
mod progress;
mod rooms;
mod sites;
mod targets;
mod try_by_hand;
mod try_clients_by_hand;
mod update;
mod usage;
mod watch;
#[path = "../workbench/mod.rs"]
mod workbench;
