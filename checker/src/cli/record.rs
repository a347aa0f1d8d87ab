//! `checker record` on the command line.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::values::{IsolationArgument, SightArgument, target};
use crate::command::by_hand::TryOptions;
use crate::command::record::{RecordOptions, Words};
use crate::command::targets::Whose;
use crate::report::style::Palette;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker record chat --check greeting --points 2
  checker record chat --out greeting.yaml < lines.txt

Exit status: 0 a check was written, 1 none could be made, 2 wrong use,
3 the checker or its machine failed, 130 interrupted.")]
pub struct RecordArguments {
    /// The lab whose reference solution you talk with [default: the lab of this folder]
    #[arg(value_name = "LAB")]
    lab: Option<PathBuf>,

    /// Talk with this command instead; it stands where {program} stands in the lab's run line, or is the whole line
    /// if it holds a placeholder itself
    #[arg(long, value_name = "CMD")]
    program: Option<String>,

    /// The check's name [default: recorded]
    #[arg(long, value_name = "NAME")]
    check: Option<String>,

    /// What people read [default: what was said by hand]
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,

    /// What the check is worth
    #[arg(long, value_name = "N")]
    points: Option<u32>,

    /// Write the check into a file instead of showing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Hold the session again so many times, and run the check as often [default: 5]
    #[arg(long, value_name = "N")]
    runs: Option<NonZeroU32>,

    /// Keep the words that were typed, where fresh random ones would do
    #[arg(long)]
    as_typed: bool,

    /// Look at what the program does, or rely on time-outs alone
    #[arg(long, value_name = "HOW", default_value = "auto")]
    sight: SightArgument,

    /// How far programs are kept off the rest of the machine: the strongest level there is, or exactly one
    #[arg(long, value_name = "LEVEL", default_value = "auto")]
    isolation: IsolationArgument,
}

impl RecordArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> RecordOptions {
        let session = TryOptions {
            labs,
            target: self.lab.map(|word| target(word, false)),
            lab: None,
            whose: if self.program.is_some() { Whose::Exercise } else { Whose::Solution },
            program: self.program,
            isolation: self.isolation.into(),
            sight: self.sight.into(),
            save: None,
            palette,
        };
        RecordOptions {
            session,
            check: self.check,
            title: self.title,
            points: self.points,
            runs: self.runs,
            words: if self.as_typed { Words::AsTyped } else { Words::Fresh },
            out: self.out,
        }
    }
}
