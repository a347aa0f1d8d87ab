//! Where a person sits: the terminal, its keys, and the files that are saved beside it.

pub mod console;
pub mod screen;
pub mod tty;
pub mod watching;
