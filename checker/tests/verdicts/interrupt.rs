//! What happens when a person, or a machine, wants the checker to end; and what a terminal sees.
use std::process::{Child, Command, Stdio};

use crate::workbench::{LAST_RESORT, Tether, Workbench, checks, processes, python, workbench};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use rexpect::session::{PtySession, spawn_command};
use serde_json::Value;

/// A check of a program that accepts, is asked and never answers, with a mark in its command line.
struct Asked {
    bench: Workbench,
    tether: Tether,
    program: String,
    marker: String,
}

fn asked() -> Asked {
    let bench = workbench();
    // Nobody shall believe that the time-out ended it.
    let labs = std::fs::read_to_string(bench.path("labs.yaml")).unwrap();
    bench.write("labs.yaml", labs.replacen("    title: Echo\n", "    title: Echo\n    within: 10m\n", 1));
    let tether = Tether::new(&bench);
    let marker = bench.path("marker").display().to_string();
    let program = format!("{} {{port}} {} {marker}", python("silent.py"), tether.path.display());
    Asked { bench, tether, program, marker }
}

impl Asked {
    fn words(&self) -> [&str; 6] {
        ["check", "echo", "--program", &self.program, "--only", "often,secret"]
    }

    fn start(&self, more: &[&str]) -> Child {
        let mut command = self.bench.command(&[&self.words()[..], more].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn assert_nothing_is_left(&mut self) {
        assert_eq!(processes(&self.marker), [""; 0]);
        self.tether.wait_free();
    }
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
}

fn is_gone(checker: &mut Child) -> bool {
    checker.try_wait().unwrap().is_some()
}

#[test]
fn a_signal_ends_the_run_and_everything_that_it_started() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        for format in ["json", "terminal"] {
            let mut asked = asked();
            let mut checker = asked.start(&["--format", format, "--jobs", "1"]);
            asked.tether.wait_for(1, || is_gone(&mut checker));
            send(&checker, signal);
            let output = checker.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(130));
            asked.assert_nothing_is_left();
            assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
            let stdout = String::from_utf8(output.stdout).unwrap();
            if format == "terminal" {
                assert!(stdout.contains("interrupted"), "{stdout}");
                continue;
            }
            // The report is whole: the one that ran, and the one that did not get its turn.
            let report: Value = serde_json::from_str(&stdout).unwrap();
            for check in checks(&report["labs"][0]) {
                assert_eq!(check["skipped"]["reason"], "interrupted", "{check:#}");
            }
        }
    }
}

#[test]
fn a_second_signal_waits_for_nothing() {
    let mut asked = asked();
    let mut checker = asked.start(&["--jobs", "2"]);
    asked.tether.wait_for(2, || is_gone(&mut checker));
    send(&checker, Signal::SIGINT);
    send(&checker, Signal::SIGINT);
    checker.wait_with_output().unwrap();
    asked.tether.wait_free();
}

#[test]
fn the_program_does_not_outlive_a_checker_that_is_killed() {
    let mut asked = asked();
    let mut checker = asked.start(&["--jobs", "2"]);
    asked.tether.wait_for(2, || is_gone(&mut checker));
    checker.kill().unwrap();
    checker.wait().unwrap();
    asked.tether.wait_free();
}

#[test]
fn a_build_ends_with_the_run() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let bench = workbench();
        bench.write_crate("exercises/echo", "echo", "fn main() {}\n");
        // A build writes into its target folder alone, so the tether has to be there.
        bench.run(&["check", "echo"]);
        let mut builds = std::fs::read_dir(bench.path("cache/checker/build")).unwrap();
        let build = builds.next().unwrap().unwrap();
        let mut tether = Tether::at(build.path().join("target/tether"));
        bench.write(
            "exercises/echo/build.rs",
            "use std::io::Read;\nfn main() {\n    \
             let out = std::path::PathBuf::from(std::env::var_os(\"OUT_DIR\").unwrap());\n    \
             let target = out.ancestors().find(|folder| folder.ends_with(\"target\")).unwrap();\n    \
             let mut tether = std::fs::File::open(target.join(\"tether\")).unwrap();\n    \
             tether.read_exact(&mut [0; 4096]).unwrap();\n    loop { std::thread::park() }\n}\n",
        );
        // Elsewhere a build script cannot reach the tether.
        let mut command = bench.command(&["check", "echo", "--isolation", "basic"]);
        let mut checker = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        tether.wait_for(1, || is_gone(&mut checker));
        send(&checker, signal);
        // A checker that goes on building would never end.
        tether.wait_free();
        let output = checker.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(stdout.contains("interrupted") && !stdout.contains("did not build"), "{stdout}");
    }
}

fn terminal(command: Command) -> PtySession {
    let patience = u64::try_from(LAST_RESORT.as_millis()).unwrap();
    spawn_command(command, Some(patience)).unwrap()
}

/// All that a terminal shows, and the status.
fn seen(mut session: PtySession) -> (String, i32) {
    let shown = session.exp_eof().unwrap();
    // The session takes each byte for a character.
    let bytes: Vec<u8> = shown.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let status = match session.process().wait().unwrap() {
        WaitStatus::Exited(_, status) => status,
        other => panic!("{other:?}"),
    };
    (String::from_utf8(bytes).unwrap(), status)
}

#[test]
fn control_c_in_a_terminal_ends_the_run() {
    let mut asked = asked();
    let mut session = terminal(asked.bench.command(&asked.words()));
    asked.tether.wait_for(1, || session.process().status().is_none());
    session.send_control('c').unwrap();
    let (shown, status) = seen(session);
    assert_eq!(status, 130, "{shown}");
    assert!(shown.contains("interrupted"), "{shown}");
    asked.assert_nothing_is_left();
}

#[test]
fn a_terminal_sees_colours_and_marks() {
    let bench = workbench();
    let echo_one = python("echo_one.py");
    let words = ["check", "echo", "--program", &echo_one, "--only", "accepts,line"];
    let (shown, status) = seen(terminal(bench.command(&words)));
    assert_eq!(status, 0, "{shown}");
    assert!(shown.contains("\x1b[") && shown.contains('✓'), "{shown}");

    let (shown, status) =
        seen(terminal(bench.command(&["check", "echo", "--program", "true", "--only", "line"])));
    assert_eq!(status, 1, "{shown}");
    assert!(shown.contains('✗') && shown.contains('–'), "{shown}");
    assert!(shown.lines().all(|line| visible_width(line) <= 80), "{shown}");

    let plain = |command: Command| {
        let (shown, status) = seen(terminal(command));
        assert_eq!(status, 0, "{shown}");
        assert!(!shown.contains('\x1b') && shown.is_ascii() && shown.contains("  ok   accepts"), "{shown}");
    };
    plain(bench.command(&[&words[..], &["--color", "never"]].concat()));
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let mut command = bench.command(&words);
        command.env(name, value);
        plain(command);
    }
    // No terminal, and asked for all the same.
    let told = bench.run(&[&words[..], &["--color", "always"]].concat());
    assert!(told.stdout.contains("\x1b[") && told.stdout.contains('✓'), "{}", told.stdout);
    let told = bench.run(&words);
    assert!(!told.stdout.contains('\x1b') && told.stdout.is_ascii(), "{}", told.stdout);
}

fn visible_width(line: &str) -> usize {
    let mut in_escape = false;
    let visible = line.trim_end().chars().filter(|c| {
        let hidden = in_escape || *c == '\x1b';
        in_escape = hidden && !c.is_ascii_alphabetic();
        !hidden
    });
    visible.count()
}

#[test]
fn problems_of_labs_yaml_are_coloured_in_a_terminal() {
    let bench = workbench();
    bench.write("labs.yaml", "format: 2\ncourse: X\nlabs: []\n");
    let (shown, status) = seen(terminal(bench.command(&["check"])));
    assert_eq!(status, 2, "{shown}");
    assert!(shown.contains("\x1b[") && shown.contains("format `2` is not known"), "{shown}");
    let mut command = bench.command(&["check"]);
    command.env("NO_COLOR", "1");
    assert!(!seen(terminal(command)).0.contains('\x1b'));
    let (shown, status) = seen(terminal(bench.command(&["check", "--color", "never"])));
    assert_eq!(status, 2, "{shown}");
    assert!(!shown.contains('\x1b'), "{shown}");
}
