//! The stream from the runner to the reports; every report is a fold over it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::course::Text;
use super::outcome::{BuildFailure, CheckResult};

#[derive(Debug, Clone)]
pub enum Event {
    RunStarted(RunInfo),
    LabStarted(LabInfo),
    /// After `LabStarted`, where something was built.
    Built {
        took: Duration,
        result: Result<(), BuildFailure>,
    },
    CheckStarted {
        id: String,
    },
    CheckFinished(Box<CheckResult>),
    LabFinished,
    /// The checker itself could not go on with this lab; its checks are errored.
    LabErrored {
        message: String,
    },
    RunFinished {
        took: Duration,
    },
}

#[derive(Debug, Clone)]
pub struct RunInfo {
    /// labs.yaml, as it was named: reports cite lines of it.
    pub labs_file: PathBuf,
    pub seed: u64,
    pub repeat: u32,
    /// Options that, behind a lab's own `again`, repeat this run (`--repeat 20`, `--sight none`), without `--only`.
    pub again: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct LabInfo {
    pub id: String,
    pub title: Text,
    pub submission: Submission,
    /// The guide in the exercise's folder, where there is one.
    pub guide: Option<PathBuf>,
    /// Checks that will be reported, in order.
    pub checks: Vec<String>,
    /// Those of them that others need.
    pub needed: Vec<String>,
    /// Those of them that start a judge, which says itself what it thinks of the program.
    pub judged: Vec<String>,
    /// Points of all checks that count in this run.
    pub out_of: u32,
    /// Words behind `checker check` that name this submission again (`chat`, `chat --solution`).
    pub again: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    Exercise(PathBuf),
    Solution(PathBuf),
    Folder(PathBuf),
    /// A program of one file.
    File(PathBuf),
    Program(String),
}

impl Submission {
    /// The last part of its path; a command's last word that has one.
    pub fn file_name(&self) -> String {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match self {
            Submission::Exercise(path)
            | Submission::Solution(path)
            | Submission::Folder(path)
            | Submission::File(path) => name(path),
            Submission::Program(command) => {
                name(Path::new(command.split_whitespace().next_back().unwrap_or_default()))
            }
        }
    }
}
