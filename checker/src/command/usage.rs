//! What a person asked for that cannot be done: where, what is wrong, and the cure.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;

use rust_i18n::t;

use super::ExitStatus;
use super::grade::GradeError;
use super::import::ImportError;
use super::new::NewError;
use super::refusal::{SitesError, wrapped};
use super::room::RoomError;
use super::targets::Whose;
use crate::grade::command_line::CommandError;
use crate::machine::isolation::Obstacle;
use crate::manifest::Problems;
use crate::report::bytes::visible;
use crate::report::{SinkError, words};

#[derive(Debug)]
pub enum UsageError {
    /// What cannot be done where the checker was called.
    Room(RoomError),
    /// Labs cannot be had from a site.
    Sites(SitesError),
    /// Why there is no new lab.
    New(NewError),
    /// Why a class is not graded.
    Grade(GradeError),
    /// Why nothing was imported.
    Import(ImportError),
    /// What `--labs` names is not there.
    LabsFileMissing {
        file: PathBuf,
    },
    /// Every problem of a labs.yaml.
    LabsFileProblems(Problems),
    UnknownLab {
        asked: String,
        known: Vec<String>,
    },
    UnknownCheck {
        lab: String,
        asked: String,
        known: Vec<String>,
    },
    /// No lab of those that are checked has it.
    UnknownCheckAnywhere {
        asked: String,
        known: Vec<String>,
    },
    /// No lab has such a known wrong program, or it must fail another check than those that are tried.
    UnknownWrong {
        asked: String,
        known: Vec<String>,
    },
    /// The lab has no exercise, or no solution, in labs.yaml.
    NoCrate {
        lab: String,
        whose: Whose,
    },
    /// No reference of the lab can be had here.
    NoReference {
        lab: String,
    },
    NoSuchFolder {
        folder: PathBuf,
    },
    /// A file that is no folder, and no program that can be started.
    UnknownProgram {
        file: PathBuf,
    },
    /// Nothing tells which lab a folder belongs to.
    WhichLab {
        folder: PathBuf,
    },
    SolutionOfFolder {
        folder: PathBuf,
    },
    /// `--program` without exactly one lab.
    ProgramOfWhichLab,
    Command(CommandError),
    NothingToCheck,
    /// No lab is named, and this is no lab's folder; `lab` is one that could be named.
    NoLabHere {
        lab: String,
    },
    /// Told in full by whoever found it.
    Said(String),
    /// `--isolation full` on a machine that does not allow it.
    Isolation(Obstacle),
    Report(SinkError),
    /// A folder that cannot be written to.
    Folder {
        folder: PathBuf,
        error: io::Error,
    },
    Output(io::Error),
}

impl UsageError {
    /// Somebody who read our output has had enough of it (`| head`): nothing to complain about.
    pub fn is_closed_pipe(&self) -> bool {
        match self {
            UsageError::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            UsageError::Report(error) => error.is_closed_pipe(),
            _ => false,
        }
    }
}

impl UsageError {
    /// The status that a process with this error ends with.
    pub fn status(&self) -> ExitStatus {
        match self {
            UsageError::Sites(error) => error.status(),
            UsageError::New(error) => error.status(),
            UsageError::Grade(error) => error.status(),
            // Nobody wrote anything wrong: the machine lacks it.
            UsageError::Isolation(_) => ExitStatus::Errored,
            _ => ExitStatus::Misused,
        }
    }
}

impl From<io::Error> for UsageError {
    fn from(error: io::Error) -> Self {
        UsageError::Output(error)
    }
}

impl Display for UsageError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            UsageError::Room(error) => error.fmt(f),
            UsageError::LabsFileMissing { file } => f.write_str(&t!(
                "%{file}: there is no such file.\nName the course's labs.yaml with --labs FILE.",
                file = file.display()
            )),
            UsageError::UnknownProgram { file } => f.write_str(&t!(
                "%{file}: nothing tells how to start this file.\nA single file is Python (.py), JavaScript (.js, .mjs) or executable; for others: --program CMD",
                file = file.display()
            )),
            UsageError::Sites(error) => error.fmt(f),
            UsageError::New(error) => error.fmt(f),
            UsageError::Grade(error) => error.fmt(f),
            UsageError::Import(error) => error.fmt(f),
            UsageError::LabsFileProblems(problems) => problems.fmt(f),
            UsageError::UnknownLab { asked, known } => {
                let cure = suggestion(asked, known).unwrap_or_else(|| match known.as_slice() {
                    [only] => t!(
                        "%{lab} is the only lab here. `checker list` shows those of its course.",
                        lab = only
                    ),
                    known => t!("The labs are %{list}.", list = words::list(known)),
                });
                f.write_str(&wrapped(&t!(
                    "%{asked}: there is no lab of this name.\n%{cure}\nA folder needs a slash (%{asked}/), or --lab LAB in front.",
                    asked = visible(asked),
                    cure = cure
                )))
            }
            UsageError::UnknownCheck { lab, asked, known } => {
                let cure = suggestion(asked, known)
                    .unwrap_or_else(|| t!("Its checks are %{list}.", list = words::list(known)));
                f.write_str(&wrapped(&t!(
                    "%{asked}: %{lab} has no check of this name.\n%{cure}",
                    asked = visible(asked),
                    lab = lab,
                    cure = cure
                )))
            }
            UsageError::UnknownWrong { asked, known } => {
                let cure = suggestion(asked, known).unwrap_or_else(|| match known.as_slice() {
                    [] => t!("There is none at all."),
                    known => t!("There are %{list}.", list = words::list(known)),
                });
                f.write_str(&wrapped(&t!(
                    "%{asked}: there is no such known wrong program for what is tried.\n%{cure}",
                    asked = visible(asked),
                    cure = cure
                )))
            }
            UsageError::Isolation(obstacle) => f.write_str(&t!(
                "--isolation full: this machine does not allow it: %{obstacle}.\nLeave the option out to get what there is; `checker doctor` tells how to get more.",
                obstacle = obstacle
            )),
            UsageError::Report(error) => error.fmt(f),
            UsageError::Folder { folder, error } => f.write_str(&t!(
                "%{folder}: nothing can be written there: %{error}.\nName another folder.",
                folder = folder.display(),
                error = error
            )),
            UsageError::Output(error) => f.write_str(&t!("standard output: %{error}", error = error)),
            UsageError::UnknownCheckAnywhere { asked, known } => {
                let cure =
                    suggestion(asked, known).unwrap_or_else(|| t!("`checker list` shows the labs."));
                f.write_str(&t!(
                    "%{asked}: no lab has a check of this name.\n%{cure}",
                    asked = asked,
                    cure = cure
                ))
            }
            UsageError::NoCrate { lab, whose: Whose::Exercise } => f.write_str(&t!(
                "%{lab}: the lab has no exercise in labs.yaml.\nName a folder with --lab %{lab} DIR, or a command with --program.",
                lab = lab
            )),
            UsageError::NoCrate { lab, whose: Whose::Solution } => f.write_str(&t!(
                "%{lab}: the lab has no solution in labs.yaml.\nName a folder with --lab %{lab} DIR, or a command with --program.",
                lab = lab
            )),
            UsageError::NoReference { lab } => f.write_str(&t!(
                "%{lab}: its course keeps no solution here.\nAsk whoever gave you the lab.",
                lab = lab
            )),
            UsageError::NoSuchFolder { folder } => f.write_str(&t!(
                "%{folder}: there is no such folder.\nA lab is named without a slash: `checker list` shows them.",
                folder = folder.display()
            )),
            UsageError::WhichLab { folder } => f.write_str(&t!(
                "%{folder}: nothing tells which lab this folder belongs to.\nName it: --lab LAB %{folder}",
                folder = folder.display()
            )),
            UsageError::SolutionOfFolder { folder } => f.write_str(&t!(
                "%{folder}: --solution checks the references of labs.yaml, not a folder.\nLeave out one of the two.",
                folder = folder.display()
            )),
            UsageError::ProgramOfWhichLab => f.write_str(&t!(
                "--program needs exactly one lab, by its name: checker check echo --program 'python3 echo.py'"
            )),
            UsageError::NoLabHere { lab } => f.write_str(&t!(
                "This is no lab's folder.\nName a lab (`checker list` shows them), as in: checker try %{lab}",
                lab = lab
            )),
            UsageError::Said(told) => f.write_str(told),
            UsageError::Command(error) => error.fmt(f),
            UsageError::NothingToCheck => {
                f.write_str(&t!("there is nothing to check: labs.yaml has no lab with a check."))
            }
        }
    }
}

impl std::error::Error for UsageError {}

/// The known name that was probably meant.
pub fn suggest<'a>(asked: &str, known: &'a [String]) -> Option<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(&asked.to_lowercase(), &name.to_lowercase());
    let is_near = |name: &str| distance(name) <= 1 + asked.chars().count().min(name.chars().count()) / 4;
    let begins_alike = |name: &str| asked.len() > 2 && name.starts_with(asked);
    known
        .iter()
        .map(String::as_str)
        .filter(|name| is_near(name) || begins_alike(name))
        .min_by_key(|name| distance(name))
}

fn suggestion(asked: &str, known: &[String]) -> Option<Cow<'static, str>> {
    suggest(asked, known).map(|name| t!("Did you mean %{name}?", name = name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let known: Vec<String> = ["hello", "echo", "echocaps", "counters", "chat"].map(String::from).into();
        let suggested = |asked| suggest(asked, &known);
        assert_eq!(suggested("ecoh"), Some("echo"));
        assert_eq!(suggested("Chat"), Some("chat"));
        assert_eq!(suggested("counter"), Some("counters"));
        assert_eq!(suggested("count"), Some("counters"));
        assert_eq!(suggested("xyzzy"), None);
        assert_eq!(suggested(""), None);
    }

    #[test]
    fn an_unknown_name_is_told_with_its_cure() {
        let known = vec!["relay".to_owned(), "bye".to_owned()];
        let told = |asked: &str| {
            UsageError::UnknownCheck { lab: "chat".into(), asked: asked.into(), known: known.clone() }
                .to_string()
        };
        assert!(told("rely").ends_with("Did you mean relay?"));
        assert!(told("xyzzy").ends_with("Its checks are relay and bye."));
        let told = |known: &[&str]| {
            let known = known.iter().map(|name| (*name).to_owned()).collect();
            UsageError::UnknownLab { asked: "xyzzy".into(), known }.to_string()
        };
        assert!(told(&["chat"]).contains("\nchat is the only lab here."));
        assert!(
            told(&["echo"; 30]).lines().count() > 4
                && told(&["echo"; 30]).lines().all(|line| line.len() <= 80)
        );
    }
}
