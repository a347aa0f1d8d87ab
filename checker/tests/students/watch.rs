//! `checker watch` in a real terminal: saves, keys, signals, and the terminal as it was found.
use std::fs;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

use crate::workbench::{HI, LAST_RESORT, Workbench, greeters};
use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{Termios, tcgetattr};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use rexpect::session::{PtySession, spawn_command};

const WRONG: &str = "fn main() {\n    println!(\"ho\");\n}\n";
const BROKEN: &str = "fn main() {\n    let unused = 1;\n    println!(\"{}\", hello);\n}\n";
/// Neither at rest nor ever done.
const ENDLESS: &str =
    "fn main() {\n    loop {\n        std::thread::sleep(std::time::Duration::from_millis(50));\n    }\n}\n";

/// A course of the labs `one` and `two`, the program of `one` wrong.
fn course() -> Workbench {
    let bench = greeters(&["one", "two"]);
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let labs = labs.replace("        title: one line is printed\n", "        title: one line is printed\n        within: 10m\n        hint: { en: Say hi., pt-BR: Diga hi. }\n");
    bench.write("labs.yaml", labs);
    for lab in ["one", "two"] {
        bench.write_crate(lab, lab, WRONG);
    }
    bench
}

struct Watch {
    session: PtySession,
    terminal: File,
    found: Termios,
    pid: Pid,
}

impl Watch {
    fn begin(command: &Command) -> Watch {
        // The shell waits until it is known how the terminal was found.
        let mut waiting = Command::new("sh");
        waiting
            .args(["-c", "echo pid $$. && read go && exec \"$@\"", "sh"])
            .arg(command.get_program())
            .args(command.get_args());
        waiting.current_dir(command.get_current_dir().unwrap());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => waiting.env(name, value),
                None => waiting.env_remove(name),
            };
        }
        let patience = u64::try_from(LAST_RESORT.as_millis()).unwrap();
        let mut session = spawn_command(waiting, Some(patience)).unwrap();
        let terminal = session.process().get_file_handle().unwrap();
        resize(&terminal, 24, 80);
        session.exp_string("pid ").unwrap();
        let pid = Pid::from_raw(session.exp_string(".").unwrap().parse().unwrap());
        let found = tcgetattr(&terminal).unwrap();
        session.send_line("go").unwrap();
        Watch { session, terminal, found, pid }
    }

    fn of(bench: &Workbench, words: &[&str]) -> Watch {
        let mut command = bench.command(&[&["watch"], words].concat());
        command.env("NO_COLOR", "1");
        Watch::begin(&command)
    }

    fn sees(&mut self, text: &str) -> String {
        self.session.exp_string(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn press(&mut self, key: &str) {
        self.session.send(key).unwrap();
        self.session.flush().unwrap();
    }

    fn signal(&self, signal: Signal) {
        kill(self.pid, signal).unwrap();
    }

    /// The status, after the terminal was given back.
    fn ends(mut self) -> i32 {
        let last = self.session.exp_eof().unwrap();
        assert!(last.contains("\x1b[?1049l") && last.contains("\x1b[?25h"), "{last:?}");
        let status = self.session.process().wait().unwrap();
        assert_eq!(tcgetattr(&self.terminal).unwrap(), self.found);
        match status {
            WaitStatus::Exited(_, status) => status,
            other => panic!("{other:?}"),
        }
    }
}

fn resize(terminal: &File, rows: u16, columns: u16) {
    let size = libc::winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the descriptor is open, and the structure is whole.
    let done = unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSWINSZ, &raw const size) };
    assert_eq!(done, 0);
}

#[test]
fn a_save_is_checked_at_once() {
    for more in [&[][..], &["--poll"]] {
        let bench = course();
        let mut watch = Watch::of(&bench, &[&["one"], more].concat());
        watch.sees("run 1: 0 of 1 point");
        watch.sees("greets failed at labs.yaml");
        watch.sees("expected  \"hi\"");
        bench.write("one/src/main.rs", BROKEN);
        watch.sees("run 2: did not build");
        watch.sees("The program did not build");
        let between = watch.sees("error[E0425]: cannot find value `hello`");
        assert!(!between.contains("warning"), "errors come first: {between}");
        // As editors do it that leave nothing half-written.
        bench.write("one/src/.main.rs.swp", HI);
        fs::rename(bench.path("one/src/.main.rs.swp"), bench.path("one/src/main.rs")).unwrap();
        watch.sees("run 3: 1 of 1 point");
        watch.sees("The check passed.");
        watch.sees("n goes on to the next lab: two  Greeting");
        watch.press("q");
        assert_eq!(watch.ends(), 0);
        let told = bench.run(&["list"]);
        assert!(told.stdout.contains("[x] one "), "{}", told.stdout);
    }
}

#[test]
fn keys_run_again_hint_show_everything_and_go_on() {
    let bench = course();
    let mut watch = Watch::of(&bench, &["--lang", "pt-BR"]);
    watch.sees("r de novo   h dica   n");
    watch.sees("rodada 1: 0 de 1 ponto");
    watch.press("r");
    watch.sees("rodada 2: 0 de 1 ponto");
    watch.press("h");
    watch.sees("dica  greets: Diga hi.");
    watch.press("h");
    // The session takes each byte for a character.
    watch.sees("mais dicas.");
    watch.press("a");
    watch.sees("checker check one --only greets");
    watch.press("n");
    watch.sees("two  Greeting");
    watch.sees("rodada 1: 0 de 1 ponto");
    bench.write("two/src/main.rs", HI);
    watch.sees("rodada 2: 1 de 1 ponto");
    watch.press("n");
    watch.sees("ltimo laborat");
    // What is not watched any more tells nothing.
    bench.write("one/src/main.rs", HI);
    watch.press("r");
    watch.sees("rodada 3: 1 de 1 ponto");
    watch.press("q");
    assert_eq!(watch.ends(), 0);
}

#[test]
fn a_save_calls_off_the_run_that_goes_on() {
    let bench = course();
    bench.write("one/src/main.rs", ENDLESS);
    let mut watch = Watch::of(&bench, &["one"]);
    watch.sees("run 1: checking");
    bench.write("one/src/main.rs", HI);
    watch.sees("run 2: 1 of 1 point");
    bench.write("one/src/main.rs", ENDLESS);
    watch.sees("run 3: checking");
    watch.press("r");
    watch.sees("run 4: checking");
    watch.press("\u{3}");
    assert_eq!(watch.ends(), 130);
    assert_eq!(crate::workbench::processes(&bench.path("cache").display().to_string()), [""; 0]);
}

#[test]
fn whatever_ends_it_the_terminal_is_as_it_was_found() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let bench = course();
        let mut watch = Watch::of(&bench, &["one"]);
        watch.sees("run 1: 0 of 1 point");
        watch.signal(signal);
        assert_eq!(watch.ends(), 130, "{signal}");
    }
    // What cannot be watched never takes the terminal.
    let bench = course();
    let told = bench.run(&["watch", "three"]);
    assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""));
    let told = crate::workbench::empty().run(&["watch"]);
    assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""));
    assert!(told.stderr.contains("checker checkout hello"), "{}", told.stderr);
}

#[test]
fn in_a_checkout_the_way_to_the_next_lab_is_told() {
    let bench = crate::workbench::empty();
    assert_eq!(bench.run(&["checkout", "hello"]).status, Some(0));
    let map = bench.checker(&["list"]).current_dir(bench.path("hello")).output().unwrap();
    let map = String::from_utf8(map.stdout).unwrap();
    assert!(map.contains("[ ] chat ") && map.ends_with("\nnext: checker check\n"), "{map}");
    let mut command = bench.command(&["watch"]);
    command.env("NO_COLOR", "1").current_dir(bench.path("hello"));
    let mut watch = Watch::begin(&command);
    watch.sees("not yet implemented: src/main.rs");
    watch.press("n");
    watch.sees("next: checker checkout echo");
    watch.press("q");
    assert_eq!(watch.ends(), 0);
}

#[test]
fn it_can_be_stopped_and_continued() {
    let bench = course();
    let mut watch = Watch::of(&bench, &["one"]);
    watch.sees("run 1: 0 of 1 point");
    for round in 0..2 {
        if round == 0 {
            watch.press("\u{1a}")
        } else {
            watch.signal(Signal::SIGTSTP)
        }
        watch.sees("\x1b[?1049l");
        let stopped = waitpid(watch.pid, Some(WaitPidFlag::WUNTRACED)).unwrap();
        assert!(matches!(stopped, WaitStatus::Stopped(..)), "{stopped:?}");
        assert_eq!(tcgetattr(&watch.terminal).unwrap(), watch.found);
        watch.signal(Signal::SIGCONT);
        watch.sees("\x1b[?1049h");
        watch.sees("run 1: 0 of 1 point");
        watch.sees("q quit");
    }
    watch.press("q");
    assert_eq!(watch.ends(), 0);
}

#[test]
fn another_size_is_drawn_at_once_and_what_does_not_fit_can_be_reached() {
    let bench = course();
    bench.write("one/src/main.rs", BROKEN);
    let mut watch = Watch::of(&bench, &["one"]);
    watch.sees("run 1: did not build");
    resize(&watch.terminal, 7, 60);
    watch.sees("more lines: space or the arrow keys");
    watch.sees("q quit");
    watch.press(" ");
    watch.sees("3 |");
    // The end is reached, and nothing lies behind it.
    watch.press("\x1b[F");
    watch.sees("the end; the arrow keys go back");
    resize(&watch.terminal, 40, 100);
    watch.sees("run 1: did not build");
    watch.sees("q quit");
    watch.press("q");
    assert_eq!(watch.ends(), 0);
}

#[test]
fn without_a_terminal_each_report_is_written_once() {
    let bench = course();
    let told = bench.run(&["watch", "one"]);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    assert!(told.stdout.contains("greets failed") && !told.stdout.contains('\x1b'), "{}", told.stdout);

    let mut command = bench.command(&["watch", "one"]);
    let mut checker = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(checker.stdout.take().unwrap()).lines().map(Result::unwrap);
    said.find(|line| line.contains("0 of 1 point")).unwrap();
    bench.write("one/src/main.rs", HI);
    said.find(|line| line.contains("1 of 1 point")).unwrap();
    drop(checker.stdin.take());
    assert!(said.all(|line| !line.contains('\x1b')));
    assert_eq!(checker.wait().unwrap().code(), Some(0));
}
