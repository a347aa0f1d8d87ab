//! The terminal that a person sits at: found in some state, and left in the same.

use std::io;

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// Standard input's terminal as it was found; gives it back when it is dropped.
#[derive(Debug)]
pub struct AsFound {
    found: Termios,
}

impl AsFound {
    /// None where standard input is no terminal.
    pub fn now() -> Option<AsFound> {
        tcgetattr(io::stdin()).ok().map(|found| AsFound { found })
    }

    /// What is typed is no longer shown by the terminal itself, but by whoever reads it.
    pub fn without_echo(&self) {
        let mut quiet = self.found.clone();
        quiet.local_flags.remove(LocalFlags::ECHO);
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &quiet);
    }
}

impl Drop for AsFound {
    fn drop(&mut self) {
        // Where the terminal is gone there is nobody to mind.
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.found);
    }
}
