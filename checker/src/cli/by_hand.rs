//! `checker try` on the command line.

use std::path::PathBuf;

use clap::Args;

use super::values::{IsolationArgument, SightArgument, target};
use crate::command::by_hand::TryOptions;
use crate::command::targets::Whose;
use crate::report::style::Palette;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker try chat                               your program in exercises/chat
  checker try chat --solution                    the reference solution
  checker try echo --program 'python3 echo.py'   any command in any language
  checker try echo --save mine.yaml              keep what was said, as a check
  checker try echo < lines.txt                   a line at each answer

Behind the prompt: a line is sent as it is, :help shows what else there is,
Ctrl-D ends.")]
pub struct TryArguments {
    /// A lab, or a folder (with a slash in its name, or behind --lab) [default: the lab of this folder]
    #[arg(value_name = "LAB|DIR")]
    target: Option<PathBuf>,

    /// Try the reference solution
    #[arg(long, conflicts_with = "program")]
    solution: bool,

    /// Try this command; it stands where {program} stands in the lab's run line, or is the whole line if it
    /// holds a placeholder itself
    #[arg(long, value_name = "CMD")]
    program: Option<String>,

    /// The lab that the folder or the program belongs to
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,

    /// Write what was said into a file at the end, as a check for labs.yaml
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Look at what the program does, or rely on time-outs alone
    #[arg(long, value_name = "HOW", default_value = "auto")]
    sight: SightArgument,

    /// How far programs are kept off the rest of the machine: the strongest level there is, or exactly one
    #[arg(long, value_name = "LEVEL", default_value = "auto")]
    isolation: IsolationArgument,
}

impl TryArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> TryOptions {
        let has_lab = self.lab.is_some();
        TryOptions {
            labs,
            target: self.target.map(|word| target(word, has_lab)),
            lab: self.lab,
            whose: if self.solution { Whose::Solution } else { Whose::Exercise },
            program: self.program,
            isolation: self.isolation.into(),
            sight: self.sight.into(),
            save: self.save,
            palette,
        }
    }
}
