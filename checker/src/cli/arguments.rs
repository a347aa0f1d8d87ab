//! What clap reads, and how it becomes the options of a command.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rust_i18n::t;

use super::by_hand::TryArguments;
use super::completion::CompletionsArguments;
use super::import::ImportArguments;
use super::instructor::{LintArguments, NewArguments, VerifyArguments};
use super::manual::ManArguments;
use super::record::RecordArguments;
use super::sites::{CheckoutArguments, SiteArguments, UpdateArguments};
use super::watch::WatchArguments;
use crate::command::check::{CheckOptions, ReportFile, Sight, Threads};
use crate::command::explain::ExplainOptions;
use crate::command::hint::{HintOptions, Which};
use crate::command::list::ListOptions;
use crate::command::solution::{Peek, SolutionOptions};
use crate::command::targets::{Target, Whose};
use crate::machine::isolation::{Level, Wanted};
use crate::model::language::Language;
use crate::report::sink::Format;
use crate::report::style::{ColorChoice, Palette};

/// Checks exercises about sockets and threads by talking with your program
#[derive(Debug, Parser)]
#[command(name = "checker", version, after_help = EXAMPLES, max_term_width = 80)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,

    /// The course's file [default: labs.yaml here or in the nearest folder above]
    #[arg(long, value_name = "FILE", global = true)]
    pub labs: Option<PathBuf>,

    /// Colours and marks beyond ASCII
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorArgument,

    /// Language of what is said [default: CHECKER_LANG, else the locale's]
    #[arg(long, value_name = "LANGUAGE", global = true, value_parser = language)]
    pub lang: Option<Language>,
}

const EXAMPLES: &str = "\
Examples:
  checker list               what the course has
  checker checkout hello     get a lab into ./hello
  checker check              in its folder: what passes, what does not, and why
  checker watch              the same again at each save
  checker try                speak to your program by hand

Exit status: 0 all passed, 1 something failed, 2 wrong use or a labs.yaml with
problems, 3 the checker itself failed, 130 interrupted.";

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show the course as a map, your points, and what comes next
    List(ListArguments),
    /// Get a lab: a folder with its skeleton, its guide and its checks
    Checkout(CheckoutArguments),
    /// Build a program, talk with it, tell what did not pass, and why
    Check(CheckArguments),
    /// Check a lab again each time that you save
    Watch(WatchArguments),
    /// Start a program and speak to it by hand, as one client or several
    Try(TryArguments),
    /// Give a lab's hints, one after another
    Hint(HintArguments),
    /// Show a lab's reference solution, once you have passed
    Solution(SolutionArguments),
    /// Bring a lab new guides and checks; what you changed stays
    Update(UpdateArguments),
    /// Show the conversation of a check as it was understood
    Explain(ExplainArguments),
    /// Begin a lab: entry, skeleton, solution, wrong program and guides
    New(NewArguments),
    /// Turn the activity of another tool into a labs.yaml
    Import(ImportArguments),
    /// Tell what is wrong with a labs.yaml, and what is suspicious
    Lint(LintArguments),
    /// Make a check of a talk with the solution
    Record(RecordArguments),
    /// Prove a lab: its solution passes, its wrong programs fail
    Verify(VerifyArguments),
    /// Print the JSON Schema of labs.yaml, for editors
    Schema,
    /// Say where labs come from, or publish your own
    Site(SiteArguments),
    /// Tell what this machine lets the checker do, and how to get more
    Doctor,
    /// Print the script that completes what you type in a shell
    Completions(CompletionsArguments),
    /// Print the manual page, or write all of them into a folder
    Man(ManArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker list
  checker list --format json")]
pub struct ListArguments {
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: FormatArgument,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker check chat                              your program in exercises/chat
  checker check chat --only bye --repeat 20       one check, twenty times
  checker check --solution                        every reference solution
  checker check --lab echo ~/echoes/*/            a folder for each student
  checker check echo --program 'python3 echo.py'  any command in any language
  checker check --report json=results.json        on the screen and into a file")]
pub struct CheckArguments {
    /// Labs to check, or folders (with a slash in their names, or behind --lab) [default: every lab]
    #[arg(value_name = "LAB|DIR")]
    targets: Vec<PathBuf>,

    /// Check the reference solutions
    #[arg(long, conflicts_with = "program")]
    solution: bool,

    /// Check this command, of exactly one lab; it stands where {program} stands in the lab's run line,
    /// or is the whole line if it holds a placeholder itself
    #[arg(long, value_name = "CMD")]
    program: Option<String>,

    /// The lab that the folders or the program belong to
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,

    /// Only these checks, and what they need (may be given several times)
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    only: Vec<String>,

    /// Run each check so many times; it passes if every run does
    #[arg(long, value_name = "N")]
    repeat: Option<NonZeroU32>,

    /// Checks that run at the same time [default: two for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Where random words and bytes begin, to have the same ones again
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: ReportArgument,

    /// Write a report into a file as well (may be given several times)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    report: Vec<ReportFile>,

    /// Look at what the program does, or rely on time-outs alone
    #[arg(long, value_name = "HOW", default_value = "auto")]
    sight: SightArgument,

    /// Show what each thread does at the end of a check, of those that pass as well
    #[arg(long)]
    threads: bool,

    /// How far programs are kept off the rest of the machine: the strongest level there is, or exactly one
    #[arg(long, value_name = "LEVEL", default_value = "auto")]
    isolation: IsolationArgument,

    /// Seconds that the build of one crate may take [default: 300]
    #[arg(long, value_name = "SECONDS")]
    build_within: Option<NonZeroU32>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker explain chat
  checker explain chat/bye")]
pub struct ExplainArguments {
    /// A lab, or one of its checks [default: the lab that was checked out here]
    #[arg(value_name = "LAB[/CHECK]")]
    what: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker hint chat
  checker hint chat --all")]
pub struct HintArguments {
    /// The lab [default: the one whose folder this is]
    #[arg(value_name = "LAB")]
    lab: Option<String>,

    /// Begin anew with the first hint
    #[arg(long, conflicts_with = "all")]
    again: bool,

    /// Show the hints of all checks at once
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker solution chat
  checker solution chat --peek | less")]
pub struct SolutionArguments {
    /// The lab [default: the one whose folder this is]
    #[arg(value_name = "LAB")]
    lab: Option<String>,

    /// Show it before every check has passed
    #[arg(long)]
    peek: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorArgument {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FormatArgument {
    Terminal,
    Json,
}

/// What a run may be told as.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReportArgument {
    Terminal,
    Json,
    Tst,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum IsolationArgument {
    Auto,
    Full,
    Partial,
    Basic,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SightArgument {
    Auto,
    None,
}

impl ListArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> ListOptions {
        ListOptions { labs, format: self.format.into(), palette }
    }
}

impl ExplainArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> ExplainOptions {
        let (lab, check) = match self.what {
            Some(what) => match what.split_once('/') {
                Some((lab, "")) => (Some(lab.to_owned()), None),
                Some((lab, check)) => (Some(lab.to_owned()), Some(check.to_owned())),
                None => (Some(what), None),
            },
            None => (None, None),
        };
        ExplainOptions { labs, lab, check, palette }
    }
}

impl HintArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> HintOptions {
        let which = match (self.again, self.all) {
            (_, true) => Which::All,
            (true, false) => Which::Again,
            (false, false) => Which::Next,
        };
        HintOptions { labs, lab: self.lab, which, palette }
    }
}

impl SolutionArguments {
    pub fn options(self, labs: Option<PathBuf>) -> SolutionOptions {
        SolutionOptions { labs, lab: self.lab, peek: if self.peek { Peek::Yes } else { Peek::No } }
    }
}

impl CheckArguments {
    pub fn options(self, labs: Option<PathBuf>, palette: Palette) -> CheckOptions {
        let has_lab = self.lab.is_some();
        CheckOptions {
            labs,
            targets: self.targets.into_iter().map(|word| target(word, has_lab)).collect(),
            whose: if self.solution { Whose::Solution } else { Whose::Exercise },
            program: self.program,
            lab: self.lab,
            only: self.only,
            repeat: self.repeat,
            jobs: self.jobs,
            seed: self.seed,
            format: self.format.into(),
            reports: self.report,
            palette,
            sight: self.sight.into(),
            build_within: self.build_within.map(|seconds| Duration::from_secs(seconds.get().into())),
            threads: if self.threads { Threads::Always } else { Threads::OfFailures },
            isolation: self.isolation.into(),
        }
    }
}

/// A word is a lab, unless it can only be a folder.
pub(super) fn target(word: PathBuf, has_lab: bool) -> Target {
    match word.to_str() {
        Some(name) if !has_lab && !name.contains('/') && !matches!(name, "." | "..") => {
            Target::Lab(name.to_owned())
        }
        _ => Target::Folder(word),
    }
}

impl From<IsolationArgument> for Wanted {
    fn from(argument: IsolationArgument) -> Self {
        match argument {
            IsolationArgument::Auto => Wanted::Auto,
            IsolationArgument::Full => Wanted::Exactly(Level::Full),
            IsolationArgument::Partial => Wanted::Exactly(Level::Partial),
            IsolationArgument::Basic => Wanted::Exactly(Level::Basic),
        }
    }
}

impl From<SightArgument> for Sight {
    fn from(argument: SightArgument) -> Self {
        match argument {
            SightArgument::Auto => Sight::Auto,
            SightArgument::None => Sight::None,
        }
    }
}

fn language(argument: &str) -> Result<Language, String> {
    Language::read(argument).ok_or_else(|| t!("the languages are en and pt-BR").into_owned())
}

fn report_file(argument: &str) -> Result<ReportFile, String> {
    let Some((format, file)) = argument.split_once('=') else {
        return Err(t!("write it as FORMAT=FILE, such as json=results.json").into_owned());
    };
    let format = ReportArgument::from_str(format, false).map_err(|_| unknown_format(format))?;
    match file {
        "" => Err(t!("the file is missing behind the =").into_owned()),
        "-" => Err(t!("for standard output use --format").into_owned()),
        file => Ok(ReportFile { format: format.into(), file: PathBuf::from(file) }),
    }
}

fn unknown_format(asked: &str) -> String {
    let asked = format!("{asked:?}");
    t!("there is no format %{asked}; the formats are terminal, json and tst", asked = asked).into_owned()
}

impl From<FormatArgument> for Format {
    fn from(argument: FormatArgument) -> Self {
        match argument {
            FormatArgument::Terminal => Format::Terminal,
            FormatArgument::Json => Format::Json,
        }
    }
}

impl From<ReportArgument> for Format {
    fn from(argument: ReportArgument) -> Self {
        match argument {
            ReportArgument::Terminal => Format::Terminal,
            ReportArgument::Json => Format::Json,
            ReportArgument::Tst => Format::Tst,
        }
    }
}

impl From<ColorArgument> for ColorChoice {
    fn from(argument: ColorArgument) -> Self {
        match argument {
            ColorArgument::Auto => ColorChoice::Auto,
            ColorArgument::Always => ColorChoice::Always,
            ColorArgument::Never => ColorChoice::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn checked(words: &[&str]) -> Result<CheckOptions, clap::Error> {
        let words = ["checker", "check"].iter().chain(words);
        let arguments = Arguments::try_parse_from(words)?;
        match arguments.verb {
            Verb::Check(check) => Ok(check.options(arguments.labs, Palette::PLAIN)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definitions_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn words_are_labs_and_paths_are_folders() {
        let options = checked(&["chat", "echo/", "./chat", "."]).unwrap();
        let folder = |path: &str| Target::Folder(path.into());
        assert_eq!(
            options.targets,
            [Target::Lab("chat".into()), folder("echo/"), folder("./chat"), folder(".")]
        );
        assert_eq!(checked(&["--lab", "chat", "mine"]).unwrap().targets, [folder("mine")]);
    }

    #[test]
    fn options_may_be_repeated() {
        let options =
            checked(&["--only", "a", "--only", "b,c", "--report", "json=x", "--report", "terminal=y=z"]);
        let options = options.unwrap();
        assert_eq!(options.only, ["a", "b", "c"]);
        assert_eq!(options.reports[1], ReportFile { format: Format::Terminal, file: "y=z".into() });
    }

    #[test]
    fn mistakes_are_told_with_their_cure() {
        let told = |words: &[&str]| checked(words).unwrap_err().to_string();
        assert!(told(&["--report", "results.json"]).contains("write it as FORMAT=FILE"));
        assert!(told(&["--report", "xml=a"]).contains("the formats are terminal, json and tst"));
        assert!(told(&["--report", "json=-"]).contains("use --format"));
        assert!(checked(&["--repeat", "0"]).is_err() && checked(&["--jobs", "0"]).is_err());
        assert!(checked(&["--solution", "--program", "x"]).is_err());
    }
}
