//! What clap reads of the verbs for those who write labs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::FormatArgument;
use crate::command::lint::LintOptions;
use crate::command::new::{NewOptions, Tongue};
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

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker new pong --title 'Ping and pong'
  checker new pong --language py")]
pub struct NewArguments {
    /// The lab's name: lower-case letters, digits and -
    #[arg(value_name = "LAB")]
    lab: String,

    /// What people read [default: the lab's name]
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,

    /// What the programs are written in
    #[arg(long, value_name = "LANGUAGE", default_value = "rust")]
    language: TongueArgument,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TongueArgument {
    Rust,
    #[value(alias = "python")]
    Py,
    C,
}

impl NewArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> NewOptions {
        let tongue = match self.language {
            TongueArgument::Rust => Tongue::Rust,
            TongueArgument::Py => Tongue::Python,
            TongueArgument::C => Tongue::C,
        };
        NewOptions { labs, lab: self.lab, title: self.title, tongue, palette }
    }
}
