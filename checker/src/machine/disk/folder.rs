//! Folders of our own: staged copies, caches, working folders.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rust_i18n::t;

/// Files of a submission that are copied, at most: a lab crate has a handful.
const MOST_FILES: usize = 2_000;

/// Bytes of a submission that are copied, at most.
const MOST_BYTES: u64 = 64 << 20;

/// Folders of a person's own that outlive a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// `$XDG_CACHE_HOME/checker`, or `~/.cache/checker`
    Cache,
    /// `$XDG_STATE_HOME/checker`, or `~/.local/state/checker`
    State,
    /// `$XDG_CONFIG_HOME/checker`, or `~/.config/checker`
    Config,
}

/// Where it is; `None` where neither `HOME` nor the variable of XDG is an absolute path.
pub fn own(which: Own) -> Option<PathBuf> {
    let (variable, below_home) = match which {
        Own::Cache => ("XDG_CACHE_HOME", ".cache"),
        Own::State => ("XDG_STATE_HOME", ".local/state"),
        Own::Config => ("XDG_CONFIG_HOME", ".config"),
    };
    let base = absolute(variable).or_else(|| Some(home()?.join(below_home)));
    base.map(|base| base.join("checker"))
}

/// `HOME`, where it is an absolute path.
pub fn home() -> Option<PathBuf> {
    absolute("HOME")
}

fn absolute(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Where builds are kept: the system's temporary folder, if there is no home.
pub fn cache() -> PathBuf {
    own(Own::Cache).unwrap_or_else(|| std::env::temp_dir().join("checker"))
}

/// Makes `to` a copy of a crate's sources: changed files are copied, files that are gone are removed,
/// `target`, `.git` and links are left out. An unchanged file keeps its time, so that cargo sees it as such.
/// Cargo.toml becomes what `amend` makes of it.
///
/// Links in the copy are removed first: a build that may have written there must not send us elsewhere.
///
/// Errors: the system's, or the submission is larger than any lab; nothing says which file where the system does not.
pub fn stage(from: &Path, to: &Path, amend: fn(Vec<u8>) -> Vec<u8>) -> io::Result<()> {
    make(to)?;
    remove_links(to)?;
    let mut wanted = BTreeSet::new();
    let mut bytes = 0;
    collect(from, Path::new(""), &mut wanted, &mut bytes)?;
    for file in &wanted {
        let content = fs::read(from.join(file))?;
        let content = if file == Path::new("Cargo.toml") { amend(content) } else { content };
        write_changed(&content, &to.join(file))?;
    }
    remove_others(to, Path::new(""), &wanted)
}

/// Makes `to` hold these files and nothing else: each with its content, and whether it may be executed. A file that
/// is there already keeps its time. The paths lead below the folder.
///
/// # Errors
/// The system's.
pub fn fill(files: &BTreeMap<PathBuf, (&[u8], bool)>, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    make(to)?;
    remove_links(to)?;
    for (path, (content, is_executable)) in files {
        let file = to.join(path);
        write_changed(content, &file)?;
        let mode = if *is_executable { 0o755 } else { 0o644 };
        if fs::metadata(&file)?.permissions().mode() & 0o777 != mode {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode))?;
        }
    }
    remove_others(to, Path::new(""), &files.keys().cloned().collect())
}

/// Makes a folder, unless it is there; what is there and is no folder is removed.
pub fn make(folder: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir()) {
        remove(folder)?;
        fs::create_dir(folder)?;
    }
    Ok(())
}

/// Removes a file, a link or a whole folder, if it is there.
pub fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Removes a folder in which somebody may have forbidden that, as far as this user can.
pub fn clear_away(folder: &Path) -> io::Result<()> {
    match remove(folder) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            reopen(folder);
            remove(folder)
        }
        other => other,
    }
}

fn reopen(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // What cannot be opened is told by the removal that follows.
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            reopen(&entry.path());
        }
    }
}

/// Also other things that cannot be read or written as files are.
fn remove_links(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            remove_links(&entry.path())?;
        } else if !kind.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn collect(root: &Path, below: &Path, files: &mut BTreeSet<PathBuf>, bytes: &mut u64) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = entry.file_name();
        let path = below.join(&name);
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if name != "target" && name != ".git" {
                collect(root, &path, files, bytes)?;
            }
        } else if kind.is_file() {
            *bytes += entry.metadata()?.len();
            files.insert(path);
        }
        if files.len() > MOST_FILES || *bytes > MOST_BYTES {
            let text = t!(
                "the folder is too large for a lab: more than %{files} files or %{size} MiB",
                files = MOST_FILES,
                size = MOST_BYTES >> 20
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
    }
    Ok(())
}

fn write_changed(content: &[u8], to: &Path) -> io::Result<()> {
    if fs::read(to).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        if parent.is_file() {
            fs::remove_file(parent)?;
        }
        fs::create_dir_all(parent)?;
    }
    if to.is_dir() {
        fs::remove_dir_all(to)?;
    }
    fs::write(to, content)
}

fn remove_others(root: &Path, below: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            remove_others(root, &path, wanted)?;
            if fs::read_dir(root.join(&path))?.next().is_none() {
                fs::remove_dir(root.join(&path))?;
            }
        } else if !wanted.contains(&path) && path != Path::new("Cargo.lock") {
            fs::remove_file(root.join(&path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staged_copy_follows_the_original() {
        let temp = tempfile::tempdir().unwrap();
        let (from, to) = (temp.path().join("from"), temp.path().join("to"));
        fs::create_dir_all(from.join("src/inner")).unwrap();
        fs::create_dir_all(from.join("target")).unwrap();
        fs::write(from.join("src/main.rs"), "one").unwrap();
        fs::write(from.join("src/inner/mod.rs"), "mod").unwrap();
        fs::write(from.join("target/big"), "no").unwrap();
        stage(&from, &to, |manifest| manifest).unwrap();
        assert_eq!(fs::read_to_string(to.join("src/main.rs")).unwrap(), "one");
        assert!(!to.join("target").exists());
        let time = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        let before = time(&to.join("src/main.rs"));

        fs::remove_dir_all(from.join("src/inner")).unwrap();
        fs::write(from.join("src/inner"), "a file now").unwrap();
        fs::write(to.join("Cargo.lock"), "cargo's own").unwrap();
        stage(&from, &to, |manifest| manifest).unwrap();
        assert_eq!(time(&to.join("src/main.rs")), before);
        assert_eq!(fs::read_to_string(to.join("src/inner")).unwrap(), "a file now");
        assert!(to.join("Cargo.lock").exists());
    }

    #[test]
    fn links_are_left_out() {
        let temp = tempfile::tempdir().unwrap();
        let (from, to) = (temp.path().join("from"), temp.path().join("to"));
        fs::create_dir_all(&from).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", from.join("secret")).unwrap();
        std::os::unix::fs::symlink("/", from.join("everything")).unwrap();
        stage(&from, &to, |manifest| manifest).unwrap();
        assert_eq!(fs::read_dir(&to).unwrap().count(), 0);
    }

    #[test]
    fn links_in_the_copy_lead_nowhere() {
        let temp = tempfile::tempdir().unwrap();
        let (from, to, outside) =
            (temp.path().join("from"), temp.path().join("to"), temp.path().join("outside"));
        for folder in [&from.join("src"), &to, &outside] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(from.join("src/main.rs"), "new").unwrap();
        fs::write(from.join("Cargo.toml"), "new").unwrap();
        fs::write(outside.join("main.rs"), "precious").unwrap();
        std::os::unix::fs::symlink(&outside, to.join("src")).unwrap();
        std::os::unix::fs::symlink(outside.join("main.rs"), to.join("Cargo.toml")).unwrap();
        std::os::unix::fs::symlink(outside.join("main.rs"), to.join("Cargo.lock")).unwrap();
        stage(&from, &to, |manifest| manifest).unwrap();
        assert_eq!(fs::read_to_string(outside.join("main.rs")).unwrap(), "precious");
        assert_eq!(fs::read_to_string(to.join("src/main.rs")).unwrap(), "new");
        assert!(!to.join("Cargo.lock").exists());
    }

    #[test]
    fn a_folder_that_forbids_it_is_cleared_away() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("folder");
        fs::create_dir_all(folder.join("closed")).unwrap();
        fs::write(folder.join("closed/file"), "").unwrap();
        for closed in [folder.join("closed"), folder.clone()] {
            fs::set_permissions(closed, fs::Permissions::from_mode(0o0)).unwrap();
        }
        clear_away(&folder).unwrap();
        assert!(!folder.exists());
        clear_away(&folder).unwrap();
    }

    #[test]
    fn too_many_files_are_refused() {
        let temp = tempfile::tempdir().unwrap();
        let from = temp.path().join("from");
        fs::create_dir_all(&from).unwrap();
        for number in 0..=MOST_FILES {
            fs::write(from.join(number.to_string()), "").unwrap();
        }
        let error = stage(&from, &temp.path().join("to"), |manifest| manifest).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
