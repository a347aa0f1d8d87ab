//! Where hostile programs are let loose: a course, the checker and the programs in a folder that every
//! user may read, run as one user or another.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};

/// Only for what never comes: a failed test.
const LAST_RESORT: Duration = Duration::from_secs(60);

/// An ordinary user that owns nothing.
const SOMEBODY: u32 = 12_345;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// Who runs the tests, where that is root.
    Root,
    /// An ordinary user: who runs the tests, or somebody where that is root.
    Ordinary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Full,
    Partial,
    Basic,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Full, Level::Partial, Level::Basic];
    pub const KEPT: [Level; 2] = [Level::Full, Level::Partial];

    fn id(self) -> &'static str {
        match self {
            Level::Full => "full",
            Level::Partial => "partial",
            Level::Basic => "basic",
        }
    }
}

/// Both, where the tests are run by root.
pub fn users() -> Vec<User> {
    if Uid::effective().is_root() { vec![User::Root, User::Ordinary] } else { vec![User::Ordinary] }
}

/// One run of the checker, in a folder of its own.
pub struct Arena {
    pub level: Level,
    pub user: User,
    folder: tempfile::TempDir,
    /// In the command line of every process that comes of this run.
    pub marker: String,
}

impl Arena {
    pub fn new(level: Level, user: User) -> Arena {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // No marker begins another one.
        let marker = format!("hostile-{}-{}-", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::tempdir().unwrap();
        let arena = Arena { level, user, folder, marker };
        open_to_all(arena.path());
        for name in ["course", "course/exercises", "course/exercises/echo", "temp", "home", "precious"] {
            let path = arena.path().join(name);
            fs::create_dir(&path).unwrap();
            open_to_all(&path);
            arena.hand_over(&path);
        }
        fs::copy(fixture("labs.yaml"), arena.labs()).unwrap();
        // All runs lease their ports from one another.
        symlink(shared().join("ports"), arena.temp().join("checker-ports")).unwrap();
        arena
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn labs(&self) -> PathBuf {
        self.path().join("course/labs.yaml")
    }

    pub fn temp(&self) -> PathBuf {
        self.path().join("temp")
    }

    pub fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    /// Gives a file or folder to the user of this run.
    pub fn hand_over(&self, path: &Path) {
        if self.is_somebody() {
            chown(path, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        }
    }

    fn is_somebody(&self) -> bool {
        self.user == User::Ordinary && Uid::effective().is_root()
    }

    /// `checker check` for this course, level and user.
    pub fn checker(&self, args: &[&str]) -> Command {
        let mut command = Command::new(shared().join("checker"));
        command
            .current_dir(self.path().join("course"))
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.home())
            .env("TMPDIR", self.temp())
            .env("CARGO_REGISTRY_TOKEN", "a-token-of-somebody")
            .arg("--labs")
            .arg(self.labs())
            .args(["check", "--isolation", self.level.id()])
            .args(args)
            .stdin(Stdio::null());
        let somebody = self.is_somebody();
        let toolchain = shared().join("toolchain");
        let root_of_cargo = toolchain_of_these_tests();
        if let Some(original) = root_of_cargo {
            let own = if somebody { toolchain.clone() } else { original.clone() };
            command.env("CARGO", own.join("bin/cargo")).env("CARGO_HOME", self.home().join("cargo"));
        }
        // SAFETY: the child has one thread, and gives up rights.
        unsafe {
            command.pre_exec(move || {
                if somebody {
                    if let Some(original) = root_of_cargo {
                        show_to_all(original, &toolchain)?;
                    }
                    become_somebody()?;
                }
                Ok(())
            })
        };
        command
    }

    /// The line of a program: `PROGRAM MODE MARKER [NAME=VALUE]...`.
    pub fn line(&self, program: &str, mode: &str, words: &[String]) -> String {
        let mut line = format!("{} {mode} {}", shared().join(program).display(), self.marker);
        for word in words {
            line.push(' ');
            line.push_str(word);
        }
        line
    }

    /// The kind of failure that a program gets, or how else its check went.
    pub fn verdict(&self, check: &str, line: &str, more: &[&str]) -> String {
        let args = [&["echo", "--only", check, "--program", line, "--format", "json"], more].concat();
        verdict(&self.checker(&args).output().unwrap())
    }

    /// Fails if a process, a folder or a mount of this run is left.
    pub fn assert_nothing_left(&self, what: &str) {
        let what = format!("{what}, {self:?}");
        assert_eq!(self.processes(), Vec::<i32>::new(), "{what}: processes");
        assert_eq!(self.leftovers(), Vec::<String>::new(), "{what}: files");
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        assert!(!mounts.contains(self.path().to_str().unwrap()), "{what}: mounts");
        assert_eq!(fs::read_dir(self.path().join("precious")).unwrap().count(), 0, "{what}: precious");
    }

    /// Processes with the marker on their command line; those that have ended have none any more.
    pub fn processes(&self) -> Vec<i32> {
        let pids = fs::read_dir("/proc").unwrap().flatten();
        let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        pids.filter(|pid| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            *pid != std::process::id() as i32 && String::from_utf8_lossy(&line).contains(&self.marker)
        })
        .collect()
    }

    /// What lies in the temporary folder besides the locks of the ports.
    pub fn leftovers(&self) -> Vec<String> {
        let entries = fs::read_dir(self.temp()).unwrap().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "checker-ports").collect()
    }
}

impl std::fmt::Debug for Arena {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} as {:?}", self.level, self.user)
    }
}

/// Looks until it is so.
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !so() {
        assert!(begin.elapsed() < LAST_RESORT, "never: {what}");
        std::thread::yield_now();
    }
}

/// The first check's kind or outcome; all that was said where there is no report.
pub fn verdict(output: &Output) -> String {
    let Ok(report) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else {
        return format!("{output:?}");
    };
    let checks = report["labs"][0]["checks"].as_array().unwrap();
    let told = |name: &str| checks[0][name].as_str().map(str::to_owned);
    match told("kind").or_else(|| told("outcome")) {
        Some(verdict) if verdict != "errored" => verdict,
        _ => {
            format!("{} {}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        }
    }
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hostile").join(name)
}

/// The folder with the checker and the programs, made once for all tests of this process.
pub fn shared() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        // Kept from one run to the next, since nobody drops what is static.
        let owner = Uid::effective();
        let folder = std::env::temp_dir().join(format!("hostile-programs-of-{owner}"));
        let fresh = tempfile::tempdir().unwrap();
        for source in ["eater", "shouter", "intruder", "stubborn"] {
            let mut compiler = Command::new("cc");
            compiler.args(["-O1", "-pthread", "-w", "-o"]).arg(fresh.path().join(source));
            let status = compiler.arg(fixture(&format!("{source}.c"))).status();
            assert!(status.unwrap().success(), "{source}.c does not compile");
        }
        fs::copy(env!("CARGO_BIN_EXE_checker"), fresh.path().join("checker")).unwrap();
        fs::create_dir_all(&folder).unwrap();
        open_to_all(&folder);
        for name in ["ports", "toolchain"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        fs::set_permissions(folder.join("ports"), fs::Permissions::from_mode(0o1777)).unwrap();
        for entry in fs::read_dir(fresh.path()).unwrap().flatten() {
            // Another run of these tests may be using the one that is there.
            let beside = folder.join(format!(".{}", std::process::id()));
            fs::copy(entry.path(), &beside).unwrap();
            fs::rename(&beside, folder.join(entry.file_name())).unwrap();
        }
        folder
    })
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The folder above `bin/cargo`, where cargo runs these tests.
fn toolchain_of_these_tests() -> Option<&'static PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || Some(PathBuf::from(std::env::var_os("CARGO")?).parent()?.parent()?.to_path_buf());
    FOUND.get_or_init(find).as_ref()
}

/// Puts the toolchain where somebody finds it, for this process alone: it may lie in root's home.
fn show_to_all(toolchain: &Path, place: &Path) -> std::io::Result<()> {
    unshare(CloneFlags::CLONE_NEWNS)?;
    mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>)?;
    Ok(mount(Some(toolchain), place, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)?)
}

fn become_somebody() -> std::io::Result<()> {
    let (uid, gid) = (Uid::from_raw(SOMEBODY), Gid::from_raw(SOMEBODY));
    setgroups(&[])?;
    setresgid(gid, gid, gid)?;
    Ok(setresuid(uid, uid, uid)?)
}
