//! What clap reads of the verbs for those who write labs.

use std::path::PathBuf;

use clap::Args;

use super::arguments::FormatArgument;
use crate::command::lint::LintOptions;
use crate::report::style::Palette;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker lint
  checker lint course/labs.yaml --format json

Exit status: 0 nothing was found, 1 there are warnings, 2 there are problems.")]
pub struct LintArguments {
    /// The file to look at [default: labs.yaml here or in the nearest folder above]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: FormatArgument,
}

impl LintArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> LintOptions {
        LintOptions { file: self.file.or(labs), format: self.format.into(), palette }
    }
}
