//! What clap reads of `replay`.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::values::report_file;
use crate::command::check::ReportFile;
use crate::command::grade::replay::ReplayOptions;
use crate::report::style::Palette;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker replay results.jsonl bia               all labs of a submission
  checker replay results.jsonl bia/chat          one of them
  checker replay results.jsonl bia/chat/relay    one check, word by word
  checker replay results.jsonl bia --from bia.zip

Exit status: 0 the verdict is the same, 1 it is another one, 2 wrong use or no
such result, 3 the checker or its machine failed, 130 interrupted.")]
pub struct ReplayArguments {
    /// A file that checker grade has written
    #[arg(value_name = "RESULTS")]
    results: PathBuf,

    /// A submission, one of its labs, or one check of it
    #[arg(value_name = "SUBMISSION[/LAB[/CHECK]]")]
    what: String,

    /// Where the submission lies now [default: where it lay]
    #[arg(long, value_name = "PATH", conflicts_with = "list")]
    from: Option<PathBuf>,

    /// The list that names its git repository
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,

    /// Run each check so many times [default: as often as then]
    #[arg(long, value_name = "N")]
    repeat: Option<NonZeroU32>,

    /// Write a report of what comes now into a file (may be given several times)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    report: Vec<ReportFile>,
}

impl ReplayArguments {
    /// `palette` is that of standard output, `progress` that of standard error if a person sees it.
    pub fn options(self, labs: Vec<PathBuf>, palette: Palette, progress: Option<Palette>) -> ReplayOptions {
        ReplayOptions {
            labs,
            results: self.results,
            what: self.what,
            from: self.from,
            list: self.list,
            repeat: self.repeat,
            reports: self.report,
            palette,
            progress,
        }
    }
}
