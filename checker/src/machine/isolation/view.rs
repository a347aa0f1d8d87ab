//! Which files besides the system's own a command needs, and a way to them for another user.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount};

/// Folders that hold nothing but what every program may read.
const SYSTEM: [&str; 6] = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt"];

/// Files and folders that a command names or lives in: the program, its installation where it is not
/// the system's, and every existing absolute path in the arguments: one of them, or a part of one, as in
/// `--config=/a/path` or `sh -c 'python3 /a/path'`.
pub fn needed(program: &Path, args: &[String]) -> Vec<PathBuf> {
    let mut needed = BTreeSet::new();
    for path in [Some(program.to_path_buf()), fs::canonicalize(program).ok()].into_iter().flatten() {
        if SYSTEM.iter().any(|system| path.starts_with(system)) {
            continue;
        }
        if let Some(prefix) = installation(&path) {
            needed.insert(prefix);
        }
        needed.insert(path);
    }
    needed.extend(args.iter().flat_map(|arg| paths_in(arg)));
    needed.into_iter().collect()
}

fn paths_in(arg: &str) -> Vec<PathBuf> {
    const BETWEEN: &str = " \t\n'\"`=:;,&|<>()";
    let is_named = |path: &&Path| path.is_absolute() && path.parent().is_some() && path.exists();
    let parts = arg.split(|c| BETWEEN.contains(c));
    [arg].into_iter().chain(parts).map(Path::new).filter(is_named).map(Path::to_path_buf).collect()
}

/// `PREFIX` of `PREFIX/bin/python3` or `PREFIX/shims/python3`: an interpreter needs its library.
fn installation(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    let name = folder.file_name()?;
    (name == "bin" || name == "shims").then(|| folder.parent().map(Path::to_path_buf)).flatten()
}

/// Makes paths reachable that lie below folders which other users may not enter: each such folder is
/// covered by an empty one that holds these paths alone. Only in the mount table of this thread.
pub fn open_ways(paths: &[PathBuf]) -> io::Result<()> {
    // Opened first: once the folder is covered there is no way to them.
    let mut ways: Vec<(PathBuf, PathBuf, File)> = Vec::new();
    for path in paths {
        let Some(closed) = closed_ancestor(path) else { continue };
        if ways.iter().any(|(_, opened, _)| path.starts_with(opened)) {
            continue;
        }
        let file = OpenOptions::new().read(true).custom_flags(libc::O_PATH).open(path)?;
        ways.push((closed, path.clone(), file));
    }
    let closed: BTreeSet<&PathBuf> = ways.iter().map(|(closed, _, _)| closed).collect();
    for folder in closed {
        mount(Some("tmpfs"), folder, Some("tmpfs"), MsFlags::MS_NOSUID, Some("mode=0755,size=1m"))?;
    }
    for (_, path, file) in &ways {
        let source = format!("/proc/self/fd/{}", file.as_raw_fd());
        if fs::metadata(&source)?.is_dir() {
            fs::create_dir_all(path)?;
        } else {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            File::create(path)?;
        }
        mount(Some(source.as_str()), path, None::<&str>, MsFlags::MS_BIND, None::<&str>)?;
    }
    Ok(())
}

/// The first folder on the way to a path that others may not enter.
fn closed_ancestor(path: &Path) -> Option<PathBuf> {
    const OTHERS_ENTER: u32 = 0o001;
    let mut ancestors: Vec<&Path> = path.ancestors().skip(1).collect();
    ancestors.reverse();
    let closed = |folder: &&&Path| fs::metadata(folder).is_ok_and(|data| data.mode() & OTHERS_ENTER == 0);
    ancestors.iter().find(closed).map(|folder| folder.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_within_arguments() {
        let temp = tempfile::tempdir().unwrap();
        let (odd, plain) = (temp.path().join("an odd name"), temp.path().join("plain"));
        for file in [&odd, &plain] {
            File::create(file).unwrap();
        }
        let (odd_name, plain_name) = (odd.display().to_string(), plain.display().to_string());
        assert_eq!(paths_in(&odd_name), [odd]);
        assert!(paths_in(&format!("--config={plain_name}")).contains(&plain));
        assert_eq!(paths_in(&format!("cd / && exec python3 '{plain_name}' $1")), [plain]);
        assert!(paths_in("/ --from=/no/such/file ./plain 9090").is_empty());
    }
}
