//! A folder of this machine's disk, followed through no link.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::basket::{Basket, is_left_out, wanted};
use super::{Fault, NotTaken, Rights};

pub fn read(root: &Path, basket: &mut Basket) -> Result<(), NotTaken> {
    walk(root, root, basket)
}

/// May it be executed?
pub fn rights(file: &Path) -> Rights {
    match fs::metadata(file) {
        Ok(data) if data.permissions().mode() & 0o111 != 0 => Rights::Executable,
        _ => Rights::Plain,
    }
}

fn walk(root: &Path, folder: &Path, basket: &mut Basket) -> Result<(), NotTaken> {
    let named = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
    let shown = |path: &Path| named(path).display().to_string();
    let not_read = |path: &Path, error: io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => Fault::Closed { path: shown(path) }.into(),
        _ => NotTaken::Machine(error),
    };
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(|error| not_read(folder, error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| not_read(&path, error))?;
        let below = named(&path);
        let below = below.as_os_str().as_bytes();
        if kind.is_dir() {
            if !entry.file_name().to_str().is_some_and(is_left_out) {
                // Before anything in it is looked at: names may be odd, and folders without end.
                wanted(below)?;
                walk(root, &path, basket)?;
            }
        } else if kind.is_symlink() {
            let target = fs::read_link(&path).map_err(|error| not_read(&path, error))?;
            basket.link(below, target.as_os_str().as_bytes())?;
        } else if kind.is_file() {
            let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC;
            let file = OpenOptions::new().read(true).custom_flags(flags).open(&path);
            basket.add(below, file.map_err(|error| not_read(&path, error))?, rights(&path))?;
        } else {
            return Err(Fault::Device { path: shown(&path) }.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Source, take};
    use super::*;

    #[test]
    fn a_folder_is_read_without_what_is_built() {
        let temp = tempfile::tempdir().unwrap();
        let at = |name: &str| temp.path().join(name);
        for folder in ["src", "target/debug", ".git"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for file in ["src/main.rs", "target/debug/big", ".git/config", "run"] {
            fs::write(at(file), file).unwrap();
        }
        fs::set_permissions(at("run"), fs::Permissions::from_mode(0o755)).unwrap();
        let source = Source::Folder(temp.path().to_owned());
        let files = take(&source).unwrap();
        let seen: Vec<(&str, Rights)> =
            files.iter().map(|(path, piece)| (path.as_str(), piece.rights)).collect();
        assert_eq!(seen, [("run", Rights::Executable), ("src/main.rs", Rights::Plain)]);
        std::os::unix::fs::symlink("/etc", at("etc")).unwrap();
        assert!(matches!(take(&source), Err(NotTaken::Refused(Fault::Leaves { .. }))));
        fs::remove_file(at("etc")).unwrap();
        nix::unistd::mkfifo(&at("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(matches!(take(&source), Err(NotTaken::Refused(Fault::Device { .. }))));
    }
}
