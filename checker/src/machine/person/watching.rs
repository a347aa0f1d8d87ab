//! Notices when a folder's sources are saved.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, MetadataKind, ModifyKind};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

/// How often it is looked where the system does not tell.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Folders that hold no sources.
const NOT_OURS: [&str; 2] = ["target", ".git"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Be told by the system; look again and again where it cannot.
    Auto,
    /// Look again and again: for network folders, where the system tells nothing.
    Poll,
}

/// How saves are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Told,
    Polled,
}

/// Watches a folder as long as it lives.
pub struct Watching {
    root: PathBuf,
    how: How,
    watcher: Box<dyn Watcher + Send>,
    /// Folders that are looked at; the system tells of files right below them.
    folders: BTreeSet<PathBuf>,
}

impl Watching {
    /// From here on `changed` is called, from another thread, whenever something below the folder was written
    /// that may matter to a build.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn begin(
        root: &Path,
        wish: Wish,
        changed: impl Fn() + Clone + Send + 'static,
    ) -> io::Result<Watching> {
        let root = root.canonicalize()?;
        if wish == Wish::Auto
            && let Ok(watching) = Watching::told(&root, changed.clone())
        {
            return Ok(watching);
        }
        let config = Config::default().with_poll_interval(LOOK_EVERY).with_compare_contents(true);
        let watcher = PollWatcher::new(handler(root.clone(), changed), config).map_err(system)?;
        Watching::with(root, How::Polled, Box::new(watcher))
    }

    fn told(root: &Path, changed: impl Fn() + Send + 'static) -> io::Result<Watching> {
        let watcher = RecommendedWatcher::new(handler(root.to_owned(), changed), Config::default());
        Watching::with(root.to_owned(), How::Told, Box::new(watcher.map_err(system)?))
    }

    fn with(root: PathBuf, how: How, watcher: Box<dyn Watcher + Send>) -> io::Result<Watching> {
        let mut watching = Watching { root, how, watcher, folders: BTreeSet::new() };
        watching.renew()?;
        Ok(watching)
    }

    pub fn how(&self) -> How {
        self.how
    }

    /// Watches the folders that have come since.
    ///
    /// # Errors
    /// The system does not let another folder be watched.
    pub fn renew(&mut self) -> io::Result<()> {
        let mut found = BTreeSet::new();
        folders_below(&self.root, &mut found);
        for folder in &found {
            // Looking begins anew with what is there then, and would miss what was written just before; being
            // told begins anew without a loss, and must, where a folder took the place of another.
            let is_looked_at = self.how == How::Polled && self.folders.contains(folder);
            if !is_looked_at {
                match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                    Err(error) if folder.is_dir() => return Err(system(error)),
                    _ => {}
                }
            }
        }
        for gone in self.folders.difference(&found) {
            // It may have been forgotten with the folder.
            let _ = self.watcher.unwatch(gone);
        }
        self.folders = found;
        Ok(())
    }
}

fn handler(root: PathBuf, changed: impl Fn() + Send + 'static) -> impl Fn(notify::Result<Event>) + Send {
    move |event| match event {
        Ok(event) if is_a_change(event.kind) => {
            if event.need_rescan() || event.paths.iter().any(|path| matters(&root, path)) {
                changed();
            }
        }
        Ok(event) if event.need_rescan() => changed(),
        // What could not be looked at will be found by the build.
        Ok(_) | Err(_) => {}
    }
}

fn is_a_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        // So says who looks: another time, and therefore perhaps another content.
        EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime)) => true,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => false,
        _ => true,
    }
}

/// Not what builds and version control write, nor what editors put beside a file, nor what a program that is
/// tried by hand logs.
fn matters(root: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return false };
    let in_folder_of_others = below.components().any(|part| match part {
        Component::Normal(name) => NOT_OURS.iter().any(|other| name == *other),
        _ => true,
    });
    let name = below.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let is_beside = name.starts_with(".#")
        || name.starts_with(".goutputstream")
        || name.starts_with('#')
        || name.ends_with('~')
        || name == "4913"
        || [".swp", ".swo", ".swx", ".tmp", ".bak", ".log"].iter().any(|end| name.ends_with(end));
    !in_folder_of_others && !is_beside
}

fn folders_below(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    if found.len() >= MOST_FOLDERS {
        return;
    }
    found.insert(folder.to_owned());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !NOT_OURS.iter().any(|other| entry.file_name() == *other) {
            folders_below(&entry.path(), found);
        }
    }
}

/// A lab's crate has two or three.
const MOST_FOLDERS: usize = 500;

fn system(error: notify::Error) -> io::Error {
    match error.kind {
        notify::ErrorKind::Io(error) => error,
        _ => io::Error::other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver};

    use super::*;

    /// Only for a change that is never noticed: a failed test.
    const LAST_RESORT: Duration = Duration::from_secs(60);

    fn watching(root: &Path, wish: Wish) -> (Watching, Receiver<()>) {
        let (sender, receiver) = mpsc::channel();
        let changed = move || sender.send(()).unwrap_or_default();
        (Watching::begin(root, wish, changed).unwrap(), receiver)
    }

    fn crate_folder() -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().canonicalize().unwrap();
        for folder in ["src", "target/debug", ".git"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("src/main.rs"), "one").unwrap();
        (temp, root)
    }

    /// What is done before is over when the watching begins: only the change can have been told.
    fn is_noticed(wish: Wish, change: impl FnOnce(&Path)) {
        let (_temp, root) = crate_folder();
        let (watching, told) = watching(&root, wish);
        assert_eq!(watching.how(), if wish == Wish::Auto { How::Told } else { How::Polled });
        change(&root);
        told.recv_timeout(LAST_RESORT).unwrap();
    }

    #[test]
    fn saves_are_noticed_in_every_manner_of_editors() {
        for wish in [Wish::Auto, Wish::Poll] {
            is_noticed(wish, |root| fs::write(root.join("src/main.rs"), "two").unwrap());
            is_noticed(wish, |root| {
                fs::write(root.join("src/.main.rs.swp"), "three").unwrap();
                fs::rename(root.join("src/.main.rs.swp"), root.join("src/main.rs")).unwrap();
            });
            is_noticed(wish, |root| fs::create_dir(root.join("src/rooms")).unwrap());
            is_noticed(wish, |root| fs::remove_file(root.join("src/main.rs")).unwrap());
        }
    }

    #[test]
    fn folders_that_came_are_watched_and_those_that_went_are_not() {
        for wish in [Wish::Auto, Wish::Poll] {
            let (_temp, root) = crate_folder();
            let (sender, told) = mpsc::channel();
            let mut watching =
                Watching::begin(&root, wish, move || sender.send(()).unwrap_or_default()).unwrap();
            fs::create_dir(root.join("src/rooms")).unwrap();
            told.recv_timeout(LAST_RESORT).unwrap();
            watching.renew().unwrap();
            let rooms = root.canonicalize().unwrap().join("src/rooms");
            assert!(watching.folders.contains(&rooms));
            fs::remove_dir_all(root.join("src")).unwrap();
            fs::create_dir(root.join("src")).unwrap();
            watching.renew().unwrap();
            assert!(!watching.folders.contains(&rooms));
        }
    }

    #[test]
    fn only_sources_matter() {
        let root = Path::new("/r");
        for path in ["src/main.rs", "Cargo.toml", "build.rs", ".cargo/config.toml", "src", "lab.yaml"] {
            assert!(matters(root, &root.join(path)), "{path}");
        }
        for path in [
            "target/debug/echo",
            "src/target/x",
            ".git/index",
            "src/.main.rs.swp",
            "src/main.rs~",
            "src/4913",
            "src/#main.rs#",
            "src/.#main.rs",
            "server.log",
        ] {
            assert!(!matters(root, &root.join(path)), "{path}");
        }
        assert!(!matters(root, Path::new("/elsewhere/src/main.rs")));
        let read = EventKind::Access(AccessKind::Open(AccessMode::Read));
        assert!(!is_a_change(read) && is_a_change(EventKind::Any));
    }
}
