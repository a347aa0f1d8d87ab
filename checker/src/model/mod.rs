//! Plain data that every floor speaks: labs, scripts, orders, happenings, verdicts.
//!
//! Nothing here does I/O, knows a clock or imports another floor.

pub mod course;
pub mod event;
pub mod file_names;
pub mod language;
pub mod mutation;
pub mod outcome;
pub mod progress;
pub mod proof;
pub mod provenance;
pub mod script;
pub mod sight;
pub mod site;
pub mod stage;
pub mod transcript;
