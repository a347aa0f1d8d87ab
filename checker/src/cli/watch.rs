//! `checker watch` on the command line.

use std::path::PathBuf;

use clap::Args;

use super::values::{IsolationArgument, SightArgument, target};
use crate::command::watch::WatchOptions;
use crate::machine::person::watching::Wish;
use crate::report::style::Palette;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker watch chat          your program in exercises/chat
  checker watch               the lab of this folder, or the next one to do
  checker watch ./my-chat     a folder that a lab was checked out into

Keys: r runs again, h gives a hint, n goes on to the next lab,
a shows everything, q quits.")]
pub struct WatchArguments {
    /// A lab, or a folder (with a slash in its name, or behind --lab) [default: the lab of this folder, else the next one to do]
    #[arg(value_name = "LAB|DIR")]
    target: Option<PathBuf>,

    /// The lab that the folder belongs to
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,

    /// Look for saves twice a second, where the system does not tell of them (network folders)
    #[arg(long)]
    poll: bool,

    /// Look at what the program does, or rely on time-outs alone
    #[arg(long, value_name = "HOW", default_value = "auto")]
    sight: SightArgument,

    /// How far programs are kept off the rest of the machine: the strongest level there is, or exactly one
    #[arg(long, value_name = "LEVEL", default_value = "auto")]
    isolation: IsolationArgument,
}

impl WatchArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> WatchOptions {
        let has_lab = self.lab.is_some();
        WatchOptions {
            labs,
            target: self.target.map(|word| target(word, has_lab)),
            lab: self.lab,
            wish: if self.poll { Wish::Poll } else { Wish::Auto },
            sight: self.sight.into(),
            isolation: self.isolation.into(),
            palette,
        }
    }
}
