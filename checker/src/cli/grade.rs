//! The words of `checker grade`, and what several verbs ask about how checks are run.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values::{IsolationArgument, SightArgument, report_file};
use crate::command::check::ReportFile;
use crate::command::grade::shard::Shard;
use crate::command::grade::{GradeOptions, Judgement, Known, RESULTS_FILE};
use crate::report::sink::Format;
use crate::report::style::Palette;

/// Which checks are run.
#[derive(Debug, Args)]
pub struct Only {
    /// Only these checks, and what they need (may be given several times)
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub only: Vec<String>,
}

/// How checks are run, whoever asks for it.
#[derive(Debug, Args)]
pub struct Running {
    #[command(flatten)]
    pub only: Only,

    /// Run each check so many times; it passes if every run does
    #[arg(long, value_name = "N")]
    pub repeat: Option<NonZeroU32>,

    /// Checks that run at the same time [default: four for each processor]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Where random words and bytes begin, to have the same ones again
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Look at what the program does, or rely on time-outs alone
    #[arg(long, value_name = "HOW", default_value = "auto")]
    pub sight: SightArgument,

    /// How far programs are kept off the rest of the machine: the strongest level there is, or exactly one
    #[arg(long, value_name = "LEVEL", default_value = "auto")]
    pub isolation: IsolationArgument,

    /// Seconds that the build of one crate may take [default: 300]
    #[arg(long, value_name = "SECONDS")]
    build_within: Option<NonZeroU32>,
}

impl Running {
    pub fn build_within(&self) -> Option<Duration> {
        self.build_within.map(|seconds| Duration::from_secs(seconds.get().into()))
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker grade class/                           a folder or archive for each
  checker grade class/ --lab echo                each one a single crate
  checker grade --list class.txt                 lines of NAME URL [REF]
  checker grade class/ --labs labs.yaml --labs private.yaml
  checker grade class/ --shard 2/8               one part of eight
  checker grade --changed origin/main --strict   the labs of a pull request

Exit status: 0 everything was graded, whatever the verdicts, 1 something failed
(with --strict), 2 wrong use or a labs.yaml with problems, 3 something could not
be graded, 130 interrupted. What is done is saved; the same command goes on.")]
pub struct GradeArguments {
    /// Folders that hold a folder, an archive or a program for each submission
    #[arg(value_name = "DIR", required_unless_present_any = ["list", "changed"])]
    folders: Vec<PathBuf>,

    /// A file with a line NAME URL [REF] for each submission that is a git repository (may be given several times)
    #[arg(long, value_name = "FILE")]
    list: Vec<PathBuf>,

    /// Grade the git work tree DIR [default: here], only labs that differ from where it left BASE
    #[arg(long, value_name = "BASE", conflicts_with_all = ["list", "shard"])]
    changed: Option<String>,

    /// Only these labs; if there is one, a submission may be its program alone (may be given several times)
    #[arg(long, value_name = "LAB", value_delimiter = ',')]
    lab: Vec<String>,

    /// Where results are saved as they come, and what is known is read from
    #[arg(long, value_name = "FILE", default_value = RESULTS_FILE)]
    results: PathBuf,

    /// What is written to standard output when all is graded
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,

    /// Write a report into a file as well (may be given several times)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    report: Vec<ReportFile>,

    /// Grade what has not changed since, too
    #[arg(long)]
    fresh: bool,

    /// Grade one part of the class: I of N, or auto for what the cluster or CI says
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,

    /// Results of an earlier run, which tell how long submissions take, for parts of like length
    #[arg(long, value_name = "FILE", requires = "shard")]
    durations: Option<PathBuf>,

    /// Gibibytes of builds that are kept for the next run
    #[arg(long, value_name = "N", default_value = "8")]
    keep_builds: NonZeroU64,

    /// End with status 1 where a program fails or is refused
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    running: Running,
}

impl GradeArguments {
    /// `palette` is that of standard output, `progress` that of standard error if a person sees it.
    pub fn options(self, labs: Vec<PathBuf>, palette: Palette, progress: Option<Palette>) -> GradeOptions {
        let build_within = self.running.build_within();
        GradeOptions {
            labs,
            folders: self.folders,
            lists: self.list,
            changed: self.changed,
            lab: self.lab,
            only: self.running.only.only,
            repeat: self.running.repeat,
            jobs: self.running.jobs,
            seed: self.running.seed,
            sight: self.running.sight.into(),
            isolation: self.running.isolation.into(),
            build_within,
            results: self.results,
            format: self.format,
            palette,
            reports: self.report,
            known: if self.fresh { Known::Fresh } else { Known::Skipped },
            shard: self.shard,
            durations: self.durations,
            builds: self.keep_builds.get().saturating_mul(1 << 30),
            progress,
            judgement: if self.strict { Judgement::OfPrograms } else { Judgement::OfGrading },
        }
    }
}
