//! What clap reads of the verbs for those who write labs.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::grade::Only;
use super::values::{FormatArgument, IsolationArgument, SightArgument};
use crate::command::lint::LintOptions;
use crate::command::new::{NewOptions, Tongue};
use crate::command::verify::{Machine, Narrow, VerifyOptions};
use crate::model::proof::Part;
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

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker verify chat
  checker verify chat --wrong glued.py --runs 1
  checker verify --runs 20 --stress

Exit status: 0 everything is proven, 1 something is not, 2 wrong use or a
labs.yaml with problems, 3 the checker or its machine failed, 130 interrupted.")]
pub struct VerifyArguments {
    /// Labs to prove [default: every lab of the course]
    #[arg(value_name = "LAB")]
    lab: Vec<String>,

    #[command(flatten)]
    only: Only,

    /// Only this known wrong program, by its name in labs.yaml, and no other part (may be given several times)
    #[arg(long, value_name = "PROGRAM", value_delimiter = ',')]
    wrong: Vec<String>,

    /// Try only these parts of the proof [default: all of them]
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    part: Vec<PartArgument>,

    /// Run each check of the reference so many times, and each wrong program against the check that must fail it
    /// [default: 3]
    #[arg(long, value_name = "N")]
    runs: Option<NonZeroU32>,

    /// Keep all processors busy meanwhile, and run more checks at a time
    #[arg(long)]
    stress: bool,

    /// Checks that run at the same time [default: four for each processor, under stress eight]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Where random words and bytes begin, to have the same ones again
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: FormatArgument,

    /// Look at what the program does, or rely on time-outs alone
    #[arg(long, value_name = "HOW", default_value = "auto")]
    sight: SightArgument,

    /// How far programs are kept off the rest of the machine: the strongest level there is, or exactly one
    #[arg(long, value_name = "LEVEL", default_value = "auto")]
    isolation: IsolationArgument,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PartArgument {
    Reference,
    Skeleton,
    Wrong,
    Mutants,
}

impl From<PartArgument> for Part {
    fn from(argument: PartArgument) -> Self {
        match argument {
            PartArgument::Reference => Part::Reference,
            PartArgument::Skeleton => Part::Skeleton,
            PartArgument::Wrong => Part::Wrong,
            PartArgument::Mutants => Part::Mutants,
        }
    }
}

impl VerifyArguments {
    pub fn options(
        self,
        labs: Option<PathBuf>,
        palette: Palette,
        progress: Option<Palette>,
    ) -> VerifyOptions {
        VerifyOptions {
            labs,
            named: self.lab,
            narrow: Narrow { only: self.only.only, wrong: self.wrong },
            parts: self.part.into_iter().map(Part::from).collect(),
            runs: self.runs,
            machine: if self.stress { Machine::Stressed } else { Machine::AsItIs },
            jobs: self.jobs,
            seed: self.seed,
            format: self.format.into(),
            palette,
            progress,
            sight: self.sight.into(),
            isolation: self.isolation.into(),
        }
    }
}
