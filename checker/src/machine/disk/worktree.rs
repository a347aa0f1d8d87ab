//! A git work tree: which of its files a pull request touches. Git is asked, and nothing of the tree's is obeyed:
//! no hook, no filter, no external diff.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::machine::running::process;

/// Why nothing is known of it.
#[derive(Debug)]
pub enum WorktreeError {
    NoGit,
    /// What git said when it failed.
    Git {
        said: String,
    },
    Io(io::Error),
}

/// The tree's own top folder, and the paths below it of every file that is not as it was where this tree and
/// `base` parted: committed or not, added and removed ones included.
///
/// # Errors
/// There is no git, no work tree, or no such `base`.
pub fn changed(tree: &Path, base: &str) -> Result<(PathBuf, BTreeSet<String>), WorktreeError> {
    let top = git(tree, &["rev-parse", "--show-toplevel"])?;
    let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end_matches('\n').to_owned());
    let parting = git(&top, &["merge-base", "--end-of-options", base, "HEAD"])?;
    let parting = String::from_utf8_lossy(&parting).trim().to_owned();
    let options = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv"];
    let edited = git(&top, &[&options[..], &["--ignore-submodules=all", &parting, "--"]].concat())?;
    let added = git(&top, &["ls-files", "-z", "--others", "--exclude-standard"])?;
    let names = |list: &[u8]| -> Vec<String> {
        let names = list.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        names.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    };
    let paths = names(&edited).into_iter().chain(names(&added)).collect();
    Ok((top, paths))
}

fn git(folder: &Path, words: &[&str]) -> Result<Vec<u8>, WorktreeError> {
    let git = process::find_program("git").ok_or(WorktreeError::NoGit)?;
    let mut command = Command::new(git);
    for setting in
        ["core.hooksPath=/dev/null", "core.fsmonitor=false", "safe.directory=*", "core.quotePath=false"]
    {
        command.args(["-c", setting]);
    }
    command.args(words).current_dir(folder).stdin(Stdio::null());
    // A hook that calls the checker would send git elsewhere.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    let output = command.output().map_err(WorktreeError::Io)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(WorktreeError::Git { said: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}
