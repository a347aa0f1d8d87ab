//! What clap reads, and how it becomes the options of a command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::by_hand::TryArguments;
use super::completion::CompletionsArguments;
use super::grade::{GradeArguments, Running};
use super::import::ImportArguments;
use super::instructor::{LintArguments, NewArguments, VerifyArguments};
use super::manual::ManArguments;
use super::record::RecordArguments;
use super::replay::ReplayArguments;
use super::report::ReportArguments;
use super::sites::{CheckoutArguments, SiteArguments, UpdateArguments};
use super::values::{ColorArgument, FormatArgument, language, report_file, target};
use super::watch::WatchArguments;
use crate::command::check::{CheckOptions, ReportFile, Threads};
use crate::command::explain::ExplainOptions;
use crate::command::hint::{HintOptions, Which};
use crate::command::list::ListOptions;
use crate::command::solution::{Peek, SolutionOptions};
use crate::command::targets::Whose;
use crate::model::language::Language;
use crate::report::sink::Format;
use crate::report::style::Palette;

/// Checks exercises about sockets and threads by talking with your program
#[derive(Debug, Parser)]
#[command(name = "checker", version, after_help = EXAMPLES, max_term_width = 80)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,

    /// The course's file [default: labs.yaml here or in the nearest folder above]
    #[arg(long, value_name = "FILE", global = true)]
    pub labs: Vec<PathBuf>,

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
    /// Grade a class: every submission, saved as it comes
    Grade(GradeArguments),
    /// Hold a graded conversation again: is the verdict the same?
    Replay(ReplayArguments),
    /// Put saved results into another form, or several into one
    Report(ReportArguments),
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
  checker check --report html=results.html        on the screen and into a file")]
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

    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,

    /// Write a report into a file as well (may be given several times)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    report: Vec<ReportFile>,

    /// Show what each thread does at the end of a check, of those that pass as well
    #[arg(long)]
    threads: bool,

    #[command(flatten)]
    running: Running,
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
            build_within: self.running.build_within(),
            only: self.running.only.only,
            repeat: self.running.repeat,
            jobs: self.running.jobs,
            seed: self.running.seed,
            format: self.format,
            reports: self.report,
            palette,
            sight: self.running.sight.into(),
            threads: if self.threads { Threads::Always } else { Threads::OfFailures },
            isolation: self.running.isolation.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::command::targets::Target;

    fn checked(words: &[&str]) -> Result<CheckOptions, clap::Error> {
        let words = ["checker", "check"].iter().chain(words);
        let arguments = Arguments::try_parse_from(words)?;
        match arguments.verb {
            Verb::Check(check) => Ok(check.options(arguments.labs.into_iter().next(), Palette::PLAIN)),
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
        assert!(told(&["--report", "xml=a"]).contains("the formats are terminal, json, tst, results, csv"));
        assert!(told(&["--report", "json=-"]).contains("use --format"));
        assert!(checked(&["--repeat", "0"]).is_err() && checked(&["--jobs", "0"]).is_err());
        assert!(checked(&["--solution", "--program", "x"]).is_err());
    }
}
