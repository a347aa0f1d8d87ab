//! Files of the working folder that a program may write.
//!
//! The folder is the program's own, and it may put anything there: a name is followed step by step, through
//! folders alone, and nothing but an ordinary file is ever opened.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Component, Path};

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, open, openat};
use nix::sys::stat::{Mode, SFlag, fstat, fstatat};

use crate::model::outcome::FileSeen;
use crate::model::stage::Ear;

/// How much of a file's end is looked at for its last line.
const TAIL: u64 = 4096;

/// Names of other files that are told.
const OTHERS: usize = 3;

/// The working folder itself: held open, so that it stays the one that it was.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// A file below the folder, read from where it was left.
#[derive(Debug)]
pub struct Written {
    pub ear: Ear,
    name: String,
    offset: u64,
}

impl Folder {
    pub fn open(path: &Path) -> io::Result<Folder> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        Ok(Folder(open(path, flags, Mode::empty())?))
    }

    /// An ordinary file below the folder. Nothing else is opened: whoever waits at a fifo would be let go.
    fn file(&self, name: &str) -> nix::Result<File> {
        let mut steps: Vec<Component> = Path::new(name).components().collect();
        let last = steps.pop().ok_or(Errno::EINVAL)?;
        let mut inner: Option<OwnedFd> = None;
        for step in steps {
            let at = inner.as_ref().map_or(self.0.as_fd(), AsFd::as_fd);
            let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
            inner = Some(openat(at, named(step)?, flags, Mode::empty())?);
        }
        let at = inner.as_ref().map_or(self.0.as_fd(), AsFd::as_fd);
        if kind(fstatat(at, named(last)?, AtFlags::AT_SYMLINK_NOFOLLOW)?.st_mode) != SFlag::S_IFREG {
            return Err(Errno::EINVAL);
        }
        // What it has been exchanged for since must not hold us up either.
        let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let file = openat(at, named(last)?, flags, Mode::empty())?;
        match kind(fstat(&file)?.st_mode) {
            SFlag::S_IFREG => Ok(File::from(file)),
            _ => Err(Errno::EINVAL),
        }
    }

    /// What is to be told of a file in which something is missing.
    pub fn look_at(&self, name: &str) -> FileSeen {
        match self.file(name) {
            Ok(file) => last_line(file).unwrap_or(FileSeen::Unreadable),
            Err(Errno::ENOENT) => FileSeen::Missing { others: self.others() },
            Err(Errno::EINVAL | Errno::ELOOP | Errno::ENOTDIR) => FileSeen::NoFile,
            Err(_) => FileSeen::Unreadable,
        }
    }

    /// Other files that stand in the folder itself.
    fn others(&self) -> Vec<String> {
        let place = format!("/proc/self/fd/{}", self.0.as_raw_fd());
        let entries = std::fs::read_dir(place).into_iter().flatten().flatten().take(1000);
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names.truncate(OTHERS);
        names
    }
}

impl Written {
    pub fn new(ear: Ear, name: String) -> Self {
        Written { ear, name, offset: 0 }
    }

    /// What was added since the last time; a file that shrank is read from its beginning.
    pub fn read(&mut self, folder: &Folder, buffer: &mut [u8]) -> usize {
        let Ok(mut file) = folder.file(&self.name) else { return 0 };
        self.read_on(&mut file, buffer).unwrap_or(0)
    }

    fn read_on(&mut self, file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
        if file.metadata()?.len() < self.offset {
            self.offset = 0;
        }
        file.seek(SeekFrom::Start(self.offset))?;
        let count = file.read(buffer)?;
        self.offset += count as u64;
        Ok(count)
    }
}

fn named(step: Component<'_>) -> nix::Result<&std::ffi::OsStr> {
    match step {
        Component::Normal(name) => Ok(name),
        _ => Err(Errno::EINVAL),
    }
}

fn kind(mode: libc::mode_t) -> SFlag {
    SFlag::from_bits_truncate(mode) & SFlag::S_IFMT
}

fn last_line(mut file: File) -> io::Result<FileSeen> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let text = tail.strip_suffix(b"\n").unwrap_or(&tail);
    let line = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(if tail.is_empty() { FileSeen::Empty } else { FileSeen::LastLine(line.to_vec()) })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn read(folder: &Folder, written: &mut Written) -> String {
        let mut buffer = [0; 1024];
        let count = written.read(folder, &mut buffer);
        String::from_utf8_lossy(&buffer[..count]).into_owned()
    }

    #[test]
    fn a_file_is_read_from_where_it_was_left() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        let mut log = Written::new(Ear::File(0), "log/server.log".into());
        assert_eq!(read(&folder, &mut log), "");
        fs::create_dir(temp.path().join("log")).unwrap();
        let path = temp.path().join("log/server.log");
        fs::write(&path, "one\ntw").unwrap();
        assert_eq!(read(&folder, &mut log), "one\ntw");
        fs::write(&path, "one\ntwo\n").unwrap();
        assert_eq!(read(&folder, &mut log), "o\n");
        fs::write(&path, "new\n").unwrap();
        assert_eq!(read(&folder, &mut log), "new\n");
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let temp = tempfile::tempdir().unwrap();
        let (inside, outside) = (temp.path().join("inside"), temp.path().join("outside"));
        for place in [&inside, &outside] {
            fs::create_dir(place).unwrap();
        }
        fs::write(outside.join("secret"), "secret\n").unwrap();
        symlink(&outside, inside.join("folder")).unwrap();
        symlink(outside.join("secret"), inside.join("file")).unwrap();
        symlink("/dev/zero", inside.join("device")).unwrap();
        nix::unistd::mkfifo(&inside.join("fifo"), Mode::S_IRWXU).unwrap();
        let folder = Folder::open(&inside).unwrap();
        for name in ["folder/secret", "file", "device", "fifo", "../outside/secret", "/etc/passwd", "."] {
            let mut odd = Written::new(Ear::File(0), name.into());
            assert_eq!(read(&folder, &mut odd), "", "{name}");
            assert_eq!(folder.look_at(name), FileSeen::NoFile, "{name}");
        }
    }

    #[test]
    fn what_is_there_is_told() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        fs::write(temp.path().join("server.txt"), "").unwrap();
        let missing = FileSeen::Missing { others: vec!["server.txt".into()] };
        assert_eq!(folder.look_at("server.log"), missing);
        assert_eq!(folder.look_at("server.txt"), FileSeen::Empty);
        fs::write(temp.path().join("server.txt"), "one\ntwo\n").unwrap();
        assert_eq!(folder.look_at("server.txt"), FileSeen::LastLine(b"two".to_vec()));
    }
}
