//! The conversation, pure: what each actor has said, heard and awaits. No I/O, no clock of its own.
//!
//! The machine tells it what happened (`hear`); a sentence is begun (`begin`), which yields orders
//! for the machine, and judged again and again (`judge`) until it is done or has failed.

pub mod bulk;
pub mod conversation;
pub mod ear;
pub mod goal;
pub mod http;
mod judging;
pub mod matcher;
mod opening;
pub mod receive;
mod resources;
pub mod scribe;
pub mod seating;
pub mod spoken;
pub mod text;
pub mod volatile;

pub use conversation::{Conversation, Fault, Progress, Stumble, Underway};
