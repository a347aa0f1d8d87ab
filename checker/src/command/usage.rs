//! What a person asked for that cannot be done: where, what is wrong, and the cure.

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;

use crate::report::{SinkError, words};

#[derive(Debug)]
pub enum UsageError {
    /// Neither this folder nor one above it has a labs.yaml.
    NoLabsFile {
        folder: PathBuf,
    },
    /// What `--labs` names is not there.
    LabsFileMissing {
        file: PathBuf,
    },
    /// Every problem of a labs.yaml, ready to be shown.
    LabsFileProblems(String),
    UnknownLab {
        asked: String,
        known: Vec<String>,
    },
    UnknownCheck {
        lab: String,
        asked: String,
        known: Vec<String>,
    },
    Report(SinkError),
    Output(io::Error),
    /// A part of the checker that this build does not have.
    NotLinked {
        part: &'static str,
    },
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

impl From<io::Error> for UsageError {
    fn from(error: io::Error) -> Self {
        UsageError::Output(error)
    }
}

impl Display for UsageError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            UsageError::NoLabsFile { folder } => write!(
                f,
                "{}: no labs.yaml here or in a folder above.\nGo to a folder of the course, or name the file with --labs FILE.",
                folder.display()
            ),
            UsageError::LabsFileMissing { file } => {
                write!(
                    f,
                    "{}: there is no such file.\nName the course's labs.yaml with --labs FILE.",
                    file.display()
                )
            }
            UsageError::LabsFileProblems(problems) => f.write_str(problems.trim_end()),
            UsageError::UnknownLab { asked, known } => {
                write!(f, "{asked}: there is no lab of this name.\n{}", cure(asked, known, "The labs are"))?;
                write!(f, "\nA folder needs a slash ({asked}/), or --lab LAB in front.")
            }
            UsageError::UnknownCheck { lab, asked, known } => {
                write!(
                    f,
                    "{asked}: {lab} has no check of this name.\n{}",
                    cure(asked, known, "Its checks are")
                )
            }
            UsageError::Report(error) => error.fmt(f),
            UsageError::Output(error) => write!(f, "standard output: {error}"),
            UsageError::NotLinked { part } => write!(f, "this checker was built without {part}."),
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

fn cure(asked: &str, known: &[String], these_are: &str) -> String {
    match suggest(asked, known) {
        Some(name) => format!("Did you mean {name}?"),
        None => format!("{these_are} {}.", words::list(known)),
    }
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
    }
}
