//! What tests over the real binary share: a course in a folder of its own, the checker with a cache
//! of its own, its JSON report, and tethers that tell when programs are gone.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use assert_cmd::Command as Checker;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use serde_json::Value;
use tempfile::TempDir;

/// Only for a checker that never comes back: a failed test.
pub const LAST_RESORT: Duration = Duration::from_secs(100);

/// A course's folder, which is gone with it.
pub struct Workbench {
    folder: TempDir,
}

/// What one run of the checker gave.
pub struct Told {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The course of the fixtures.
pub fn workbench() -> Workbench {
    let bench = empty();
    fs::copy(fixture("course/labs.yaml"), bench.path("labs.yaml")).unwrap();
    bench
}

/// A course without anything.
pub fn empty() -> Workbench {
    Workbench { folder: tempfile::tempdir().unwrap() }
}

/// The source of a program that passes the labs of `greeters`.
pub const HI: &str = "fn main() {\n    println!(\"hi\");\n}\n";

/// A course of labs that ask for one line; lab X is in the folder X.
pub fn greeters(labs: &[&str]) -> Workbench {
    let bench = empty();
    let lab = |id: &&str| {
        format!(
            "
  - id: {id}
    title: Greeting
    exercise: {id}
    run: \"{{program}}\"
    checks:
      - id: greets
        title: one line is printed
        script: |
          program prints: hi
          program exits: 0
"
        )
    };
    let labs: String = labs.iter().map(lab).collect();
    bench.write("labs.yaml", format!("format: 1\ncourse: Greetings\nlabs:{labs}"));
    bench
}

/// A fresh copy of this repository's own course.
pub fn own_course() -> Workbench {
    let bench = empty();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::copy(root.join("labs.yaml"), bench.path("labs.yaml")).unwrap();
    for folder in ["exercises", "solutions"] {
        copy_folder(&root.join(folder), &bench.path(folder));
    }
    bench
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (name, kind) = (entry.file_name(), entry.file_type().unwrap());
        match kind.is_dir() {
            true if name == "target" => {}
            true => copy_folder(&entry.path(), &to.join(name)),
            false => drop(fs::copy(entry.path(), to.join(name)).unwrap()),
        }
    }
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The command that runs one of the fixtures' Python programs.
pub fn python(name: &str) -> String {
    format!("python3 '{}'", fixture("programs").join(name).display())
}

impl Workbench {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// A crate with this source.
    pub fn write_crate(&self, folder: &str, name: &str, main: &str) {
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
        self.write(&format!("{folder}/Cargo.toml"), manifest);
        self.write(&format!("{folder}/src/main.rs"), main);
    }

    /// The compiled program of a fixture in C.
    pub fn c(&self, name: &str) -> String {
        let program = self.path(name);
        let source = fixture("programs").join(name).with_extension("c");
        let status = Command::new("cc").arg("-o").arg(&program).arg(source).status().unwrap();
        assert!(status.success());
        program.display().to_string()
    }

    /// The checker, as if it were called in the course's folder.
    pub fn checker(&self, words: &[&str]) -> Checker {
        let mut checker = Checker::from_std(self.command(words));
        checker.timeout(LAST_RESORT);
        checker
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_checker"));
        command.args(words).current_dir(self.folder.path()).env("XDG_CACHE_HOME", self.path("cache"));
        command.env("XDG_STATE_HOME", self.path("state"));
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "RUSTFLAGS"] {
            command.env_remove(name);
        }
        command.env("LANG", "C.UTF-8").env("TERM", "xterm");
        command
    }

    pub fn run(&self, words: &[&str]) -> Told {
        told(&mut self.checker(words))
    }

    /// The JSON report of `checker check`, and its status.
    pub fn report(&self, words: &[&str]) -> (Option<i32>, Value) {
        let told = self.run(&[&["check", "--format", "json"], words].concat());
        let report = serde_json::from_str(&told.stdout).unwrap_or_else(|error| {
            panic!("{error}\nstdout: {}\nstderr: {}", told.stdout, told.stderr);
        });
        (told.status, report)
    }
}

pub fn told(checker: &mut Checker) -> Told {
    let output = checker.output().unwrap();
    Told {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The lab of a report.
pub fn lab<'a>(report: &'a Value, id: &str) -> &'a Value {
    let labs = report["labs"].as_array().unwrap();
    labs.iter().find(|lab| lab["lab"] == id).unwrap_or_else(|| panic!("no lab {id}: {report:#}"))
}

/// The check of a report, whatever lab it is in.
pub fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut checks = report["labs"].as_array().unwrap().iter().flat_map(checks);
    checks.find(|check| check["id"] == id).unwrap_or_else(|| panic!("no check {id}: {report:#}"))
}

pub fn checks(lab: &Value) -> &Vec<Value> {
    lab["checks"].as_array().unwrap()
}

/// Each check of the first lab, with its kind where it failed, else with its outcome.
pub fn verdicts(report: &Value) -> Vec<(&str, &str)> {
    let told = |check: &Value, member: &str| check[member].as_str().is_some();
    checks(&report["labs"][0])
        .iter()
        .map(|check| (text(check, "id"), text(check, if told(check, "kind") { "kind" } else { "outcome" })))
        .collect()
}

/// A text of the report.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("no {member}: {value:#}"))
}

/// The port that the checker gave the program of a check, from its command line: the first number.
pub fn port(check: &Value) -> u16 {
    let started = &check["transcript"][0];
    assert_eq!(started["what"], "started", "{check:#}");
    let words = text(started, "text").split(' ');
    words.filter_map(|word| word.parse().ok()).next().unwrap()
}

/// Every check of the report passed.
pub fn assert_all_passed((status, report): (Option<i32>, Value)) {
    let others: Vec<&Value> = report["labs"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(checks)
        .filter(|check| check["outcome"] != "passed")
        .collect();
    assert!(others.is_empty(), "{others:#?}");
    assert_eq!(status, Some(0));
}

/// Processes whose command line holds these words.
pub fn processes(words: &str) -> Vec<String> {
    let command_line = |entry: fs::DirEntry| fs::read(entry.path().join("cmdline")).ok();
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| command_line(entry.ok()?))
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(words))
        .collect()
}

/// Bytes that a program reads from a tether to say that it is there.
const PAGE: usize = 4096;

/// A full pipe. Programs open it for reading, which the strictest isolation allows, take a page out of it
/// when they are ready, and hold it open as long as they live.
pub struct Tether {
    pub path: PathBuf,
    fifo: File,
    /// Stands for the programs until they have come.
    placeholder: Option<File>,
    pages_taken: usize,
}

impl Tether {
    pub fn new(bench: &Workbench) -> Tether {
        Tether::at(bench.path("tether"))
    }

    pub fn at(path: PathBuf) -> Tether {
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::all()).unwrap();
        // Whatever the umask says: a program may run as another user.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        let placeholder = File::options().read(true).write(true).open(&path).unwrap();
        let fifo = File::options().write(true).custom_flags(nix::libc::O_NONBLOCK).open(&path).unwrap();
        let mut tether = Tether { path, fifo, placeholder: Some(placeholder), pages_taken: 0 };
        tether.fill();
        tether.pages_taken = 0;
        tether
    }

    /// Waits until programs have said so many times that they are ready; fails when the one who starts
    /// them is gone before.
    pub fn wait_for(&mut self, count: usize, mut is_gone: impl FnMut() -> bool) {
        loop {
            let gone = is_gone();
            self.fill();
            if self.pages_taken >= count {
                return;
            }
            assert!(!gone, "only {} of {count} programs came", self.pages_taken);
            self.poll(PollFlags::POLLOUT, Duration::from_millis(200));
        }
    }

    /// Waits until nobody holds it any more; what a test beside this one starts may do so, from its fork to its exec.
    pub fn wait_free(&mut self) {
        self.placeholder = None;
        let seen = self.poll(PollFlags::empty(), LAST_RESORT);
        assert!(seen.contains(PollFlags::POLLERR), "a program still lives");
    }

    fn fill(&mut self) {
        loop {
            match self.fifo.write(&[0; PAGE]) {
                Ok(count) => assert_eq!(count, PAGE),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("{error}"),
            }
            self.pages_taken += 1;
        }
    }

    fn poll(&self, events: PollFlags, limit: Duration) -> PollFlags {
        let limit = PollTimeout::try_from(limit).unwrap();
        let mut watched = [PollFd::new(self.fifo.as_fd(), events)];
        while let Err(error) = poll(&mut watched, limit) {
            assert_eq!(error, nix::errno::Errno::EINTR);
        }
        watched[0].revents().unwrap()
    }
}
