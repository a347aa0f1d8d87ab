//! A grading that is killed, and the one that goes on.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use notify::{RecursiveMode, Watcher};

use super::workbench::{self, LAST_RESORT, Workbench};
use super::{HI, cells, hand_in, records, timeless};

/// Waits for somebody to let it go on: one byte of the gate is enough.
const GATED: &str = "import os, sys
gate = os.open(sys.argv[1], os.O_RDONLY)
os.read(gate, 1)
print('hi')
";

/// A class in which everybody from `bia` on waits at the gate.
fn gated() -> Workbench {
    let bench = workbench::greeters(&["hi"]);
    let gate = bench.path("gate");
    nix::unistd::mkfifo(&gate, nix::sys::stat::Mode::all()).unwrap();
    // Whatever the umask says: a program may run as another user.
    fs::set_permissions(&gate, fs::Permissions::from_mode(0o666)).unwrap();
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let run = format!("run: \"{{program}} {}\"\n    within: 10m", gate.display());
    bench.write("labs.yaml", labs.replace("run: \"{program}\"", &run));
    hand_in(&bench, "class/ana/hi", HI);
    for name in ["bia", "caio"] {
        hand_in(&bench, &format!("class/{name}/hi"), GATED);
    }
    bench
}

fn open_gate(bench: &Workbench) -> File {
    let mut gate = File::options()
        .read(true)
        .write(true)
        .custom_flags(nix::libc::O_NONBLOCK)
        .open(bench.path("gate"))
        .unwrap();
    gate.write_all(&[0; 1000]).unwrap();
    gate
}

fn start(bench: &Workbench) -> Child {
    let mut command = bench.command(&["grade", "class", "--jobs", "1"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the file has so many whole lines.
fn wait_for_lines(file: &Path, count: usize) {
    let (sender, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender).unwrap();
    watcher.watch(file.parent().unwrap(), RecursiveMode::NonRecursive).unwrap();
    let lines = || fs::read(file).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
    while lines() < count {
        events.recv_timeout(LAST_RESORT).unwrap().unwrap();
    }
}

#[test]
fn after_a_kill_the_same_command_goes_on_and_ends_with_the_same_results() {
    let bench = gated();
    let results = bench.path("results.jsonl");
    let mut checker = start(&bench);
    wait_for_lines(&results, 1);
    kill(Pid::from_raw(checker.id().cast_signed()), Signal::SIGKILL).unwrap();
    checker.wait().unwrap();
    let first = records(&results);
    assert_eq!(cells(&first), [("ana", "hi", "passed")]);
    // As if it had been killed while it wrote.
    let half = fs::read(&results).unwrap();
    File::options().append(true).open(&results).unwrap().write_all(&half[..half.len() / 2]).unwrap();

    let _gate = open_gate(&bench);
    let resumed = bench.run(&["grade", "class", "--jobs", "1"]);
    assert_eq!(resumed.status, Some(0), "{}", resumed.stderr);
    assert!(resumed.stdout.contains("2 graded, 1 not changed since"), "{}", resumed.stdout);
    let resumed = records(&results);
    assert_eq!(resumed[0], first[0], "what was saved is not touched");

    let single = bench.run(&["grade", "class", "--results", "single.jsonl"]);
    assert_eq!(single.status, Some(0), "{}", single.stderr);
    let single = records(&bench.path("single.jsonl"));
    let all = |records: &[serde_json::Value]| records.iter().map(timeless).collect::<Vec<_>>();
    assert_eq!(all(&resumed), all(&single));
}

#[test]
fn ctrl_c_keeps_what_is_done() {
    let bench = gated();
    let results = bench.path("results.jsonl");
    let checker = start(&bench);
    wait_for_lines(&results, 1);
    kill(Pid::from_raw(checker.id().cast_signed()), Signal::SIGINT).unwrap();
    let output = checker.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(cells(&records(&results)), [("ana", "hi", "passed")]);
}
