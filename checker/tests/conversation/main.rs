//! The conversation without sockets or a clock: every sentence that waits, in every piece.

mod cases;
mod http;
mod lines;
mod mutants;
mod others;
mod play;
mod quiet;
mod resources;
mod sets;
mod sizes;
mod stage;
