//! Introduces the conversation to the machine: plan, schedule, run, score.

pub mod bench;
mod board;
pub mod cause;
pub mod command_line;
mod fall;
pub mod footing;
pub mod mutation;
mod news;
pub mod perform;
pub mod plan;
pub mod proof;
pub mod record;
pub mod schedule;
