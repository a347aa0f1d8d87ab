//! The help texts of the command line.

use std::collections::BTreeSet;

/// Every text of clap that a person reads in a help page.
pub fn texts() -> BTreeSet<String> {
    checker::cli::speech::texts(&checker::cli::command())
}
