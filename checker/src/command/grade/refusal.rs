//! Why a class cannot be graded: where, what is wrong, and the cure.

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;

use rust_i18n::t;

use crate::command::refusal::{self, wrapped};
use crate::command::{ExitStatus, UsageError};
use crate::machine::disk::worktree::WorktreeError;
use crate::machine::site::SiteError;
use crate::report::bytes::visible;
use crate::report::results::ReadError;

#[derive(Debug)]
pub enum GradeError {
    NoFolder {
        folder: PathBuf,
        error: io::Error,
    },
    /// Nothing was handed in.
    NoSubmissions {
        folders: Vec<PathBuf>,
    },
    /// What was named is itself a submission.
    IsSubmission {
        folder: PathBuf,
    },
    ListFile {
        file: PathBuf,
        error: io::Error,
    },
    /// Everything that is wrong in a list, by line.
    List {
        file: PathBuf,
        wrong: Vec<(usize, String)>,
    },
    /// A list has a name that a folder has, too.
    SameName {
        name: String,
    },
    /// `--shard auto`, and nothing says which part.
    NoShard,
    ShardOfHowMany {
        name: &'static str,
    },
    ShardOutside {
        name: &'static str,
    },
    /// The instructor's own files of a lab.
    Exercise {
        lab: String,
        why: String,
    },
    /// The saved results cannot be used.
    Results(ReadError),
    /// A result could not be saved.
    NotSaved {
        file: PathBuf,
        error: io::Error,
    },
    /// `--changed`
    Worktree {
        folder: PathBuf,
        base: String,
        error: WorktreeError,
    },
    /// `--changed` is of one work tree.
    OneTree,
    /// What was handed in is not where it was.
    Gone {
        name: String,
        path: PathBuf,
    },
    NotInList {
        file: PathBuf,
        name: String,
    },
    /// The result is one of `checker check`, which keeps nothing to compare a program with.
    OfCheck {
        lab: String,
        seed: u64,
    },
    Cache {
        folder: PathBuf,
        error: io::Error,
    },
}

impl GradeError {
    pub fn status(&self) -> ExitStatus {
        match self {
            GradeError::NotSaved { .. } | GradeError::Cache { .. } | GradeError::Exercise { .. } => {
                ExitStatus::Errored
            }
            _ => ExitStatus::Misused,
        }
    }
}

impl From<GradeError> for UsageError {
    fn from(error: GradeError) -> Self {
        UsageError::Grade(error)
    }
}

impl Display for GradeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&wrapped(&words(self)))
    }
}

fn words(error: &GradeError) -> String {
    let shown = |path: &PathBuf| visible(&path.display().to_string());
    match error {
        GradeError::NoFolder { folder, error } => t!(
            "%{folder}: it cannot be read: %{error}.\nName a folder that holds one folder, or one archive, for each submission.",
            folder = shown(folder),
            error = error
        ),
        GradeError::NoSubmissions { folders } => t!(
            "%{folder}: nobody has handed in anything here.\nA submission is a folder, an archive (.tar, .tar.gz, .tgz, .zip), or a program of one file.",
            folder = folders.iter().map(shown).collect::<Vec<_>>().join(", ")
        ),
        GradeError::IsSubmission { folder } => t!(
            "%{folder}: this is itself a submission, or a course.\nName the folder above, which holds one folder for each submission; for one alone there is `checker check`.",
            folder = shown(folder)
        ),
        GradeError::ListFile { file, error } => t!(
            "%{file}: the list cannot be read: %{error}.\nIt has a line NAME URL [REF] for each submission.",
            file = shown(file),
            error = error
        ),
        GradeError::List { file, wrong } => {
            let lines = wrong.iter().map(|(line, why)| format!("{}:{line}: {why}", shown(file)));
            let lines: Vec<String> = lines.collect();
            let cure = t!("Nothing was graded. A line is NAME URL [REF], with one name for each submission.");
            format!("{}\n{cure}", lines.join("\n")).into()
        }
        GradeError::SameName { name } => t!(
            "%{name}: two submissions have this name.\nGive the repository another one in its list.",
            name = visible(name)
        ),
        GradeError::NoShard => t!(
            "--shard auto: nothing here says which part this is.\nIt is read from SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or CI_NODE_INDEX. Write the part: --shard 2/8"
        ),
        GradeError::ShardOfHowMany { name } => t!(
            "--shard auto: %{name} does not say how many parts there are.\nSet it, or write the part: --shard 2/8",
            name = name
        ),
        GradeError::ShardOutside { name } => t!(
            "--shard auto: the number of this part is not among those that %{name} allows.\nWrite the part: --shard 2/8",
            name = name
        ),
        GradeError::Exercise { lab, why } => {
            t!("%{lab}: the files of its exercise cannot be read: %{why}", lab = lab, why = why)
        }
        GradeError::Results(error) => error.to_string().into(),
        GradeError::NotSaved { file, error } => t!(
            "%{file}: a result could not be saved: %{error}.\nWhat stands in the file is kept. Make room, or name another file with --results; then the same command goes on.",
            file = shown(file),
            error = error
        ),
        GradeError::Worktree { folder, base, error } => {
            let why = match error {
                WorktreeError::NoGit => t!("there is no git on this machine").into_owned(),
                WorktreeError::Git { said } => visible(said),
                WorktreeError::Io(error) => error.to_string(),
            };
            t!(
                "--changed %{base}: git cannot tell what %{folder} has changed: %{why}.\nName a branch or a commit that is there, as in: git fetch origin main && checker grade --changed origin/main",
                base = visible(base),
                folder = shown(folder),
                why = why
            )
        }
        GradeError::OneTree => {
            t!("--changed looks at one work tree.\nName one folder, or none for the one where you are.")
        }
        GradeError::Gone { name, path } => t!(
            "%{name}: what was handed in is no longer at %{path}.\nName where it lies now with --from, or with --list the list that has its repository.",
            name = visible(name),
            path = shown(path)
        ),
        GradeError::NotInList { file, name } => t!(
            "%{file}: the list has no submission %{name}.\nName the list with which it was graded.",
            file = shown(file),
            name = visible(name)
        ),
        GradeError::OfCheck { lab, seed } => t!(
            "This result was made by checker check, which does not keep what a program was.\nThe same conversations are held by: checker check --lab %{lab} DIR --seed %{seed}",
            lab = visible(lab),
            seed = seed
        ),
        GradeError::Cache { folder, error } => t!(
            "%{folder}: nothing can be kept there: %{error}.\nSet XDG_CACHE_HOME to a folder with room.",
            folder = shown(folder),
            error = error
        ),
    }
    .into_owned()
}

/// What went wrong at a site, or with a repository.
pub fn site_words(error: &SiteError) -> String {
    refusal::site_error(error).replace('\n', " ")
}
