//! How far a program is kept off the rest of the machine, and off other programs that are checked.
//!
//! `enter` is called first thing in a single-threaded `main`; `Sandbox::open` in a fresh thread for
//! each run; `keeper` runs between fork and exec.

pub mod keeper;
pub mod landlock;
pub mod namespaces;
pub mod probe;
pub mod sandbox;
pub mod view;

pub use probe::{Obstacle, Reach, enter};
pub use sandbox::{Need, Sandbox};

/// From the strongest to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Namespaces of its own: network, processes, mounts, users.
    Full,
    /// A keeper that holds the whole process tree, and a leased port.
    Partial,
    /// A process group and a leased port.
    Basic,
}

impl Level {
    pub fn id(self) -> &'static str {
        match self {
            Level::Full => "full",
            Level::Partial => "partial",
            Level::Basic => "basic",
        }
    }
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The strongest that this machine allows.
    Auto,
    Exactly(Level),
}
