//! What clap reads of `report`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::values::report_file;
use crate::command::check::ReportFile;
use crate::command::report::{MergeOptions, RenderOptions, ReportOptions};
use crate::report::render::HiddenChecks;
use crate::report::sink::Format;
use crate::report::style::Palette;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker report render results.jsonl
  checker report render results.jsonl --report html=class.html
  checker report merge part-*.jsonl -o results.jsonl

Exit status: 0 written, 2 wrong use or a file that holds no results, 3 a report
could not be written.")]
pub struct ReportArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tell saved results in any form
    Render {
        /// Files that checker grade has written, or --report results=FILE
        #[arg(value_name = "RESULTS", required = true)]
        files: Vec<PathBuf>,

        /// What is written to standard output
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Format,

        /// Write a report into a file as well (may be given several times)
        #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
        report: Vec<ReportFile>,

        /// Only this submission (may be given several times)
        #[arg(long, value_name = "NAME")]
        submission: Vec<String>,

        /// Only this lab (may be given several times)
        #[arg(long, value_name = "LAB")]
        lab: Vec<String>,

        /// When Gradescope shows students what became of hidden checks
        #[arg(long, value_name = "WHEN", default_value = "after-due-date")]
        hidden_checks: HiddenArgument,
    },
    /// Make one file of several: of the same submission and lab the newest result counts
    Merge {
        /// Files that checker grade has written, or --report results=FILE
        #[arg(value_name = "RESULTS", required = true)]
        files: Vec<PathBuf>,

        /// Where to
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum HiddenArgument {
    Never,
    AfterDueDate,
    AfterPublished,
    Always,
}

impl From<HiddenArgument> for HiddenChecks {
    fn from(argument: HiddenArgument) -> Self {
        match argument {
            HiddenArgument::Never => HiddenChecks::Never,
            HiddenArgument::AfterDueDate => HiddenChecks::AfterDueDate,
            HiddenArgument::AfterPublished => HiddenChecks::AfterPublished,
            HiddenArgument::Always => HiddenChecks::Always,
        }
    }
}

impl ReportArguments {
    pub fn options(self, palette: Palette) -> ReportOptions {
        match self.what {
            What::Render { files, format, report, submission, lab, hidden_checks } => {
                ReportOptions::Render(RenderOptions {
                    files,
                    format,
                    reports: report,
                    submissions: submission,
                    labs: lab,
                    hidden: hidden_checks.into(),
                    palette,
                })
            }
            What::Merge { files, out } => ReportOptions::Merge(MergeOptions { files, into: out }),
        }
    }
}
