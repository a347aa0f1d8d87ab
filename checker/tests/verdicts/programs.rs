//! Programs of every kind, the good and the strange, through `--program`.
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;

use crate::workbench::{
    Tether, Workbench, assert_all_passed, check, port, processes, python, text, workbench,
};
use nix::fcntl::{Flock, FlockArg};
use serde_json::Value;

/// The lab echo of this repository holds its conversations with the program.
fn passes_echo(program: &str) {
    let bench = crate::workbench::own_course();
    for sight in ["auto", "none"] {
        let words = ["echo", "--jobs", "10", "--sight", sight, "--program", &python(program)];
        assert_all_passed(bench.report(&words));
    }
}

#[test]
fn other_words_on_the_outputs_are_no_fault() {
    passes_echo("talkative.py");
}

#[test]
fn a_program_may_start_late() {
    passes_echo("late.py");
}

#[test]
fn an_answer_may_come_in_drips() {
    passes_echo("drips.py");
}

#[test]
fn another_process_may_answer() {
    passes_echo("forks.py");
}

#[test]
fn a_program_may_look_up_now_and_then() {
    passes_echo("polls.py");
}

/// The verdict on one check of the fixtures' lab echo.
fn echo(bench: &Workbench, program: &str, only: &str, sight: &str) -> Value {
    let (status, report) = bench.report(&["echo", "--program", program, "--only", only, "--sight", sight]);
    let check = check(&report, only).clone();
    let expected = if check["outcome"] == "passed" { 0 } else { 1 };
    assert_eq!(status, Some(expected), "{check:#}");
    check
}

#[test]
fn who_listens_elsewhere_is_told_where() {
    let bench = workbench();
    let elsewhere = |what: &str, sight: &str| {
        echo(&bench, &format!("{} {{port}} {what}", python("elsewhere.py")), "accepts", sight)
    };

    let seen = elsewhere("port", "auto");
    assert_eq!(seen["kind"], "wrong-port");
    let listening = seen["listening"][0].as_str().unwrap().to_owned();
    let other: u16 = listening.strip_prefix("127.0.0.1:").unwrap().parse().unwrap();
    assert_ne!(other, port(&seen));
    let why = text(&seen, "why");
    assert!(why.contains(&listening) && why.contains(&format!("127.0.0.1:{}", port(&seen))), "{why}");

    let seen = elsewhere("address", "auto");
    assert_eq!(seen["kind"], "wrong-address");
    assert!(text(&seen, "why").contains(&format!("127.0.0.2:{}", port(&seen))), "{seen:#}");

    assert_eq!(elsewhere("port", "none")["kind"], "never-listened");
}

#[test]
fn who_does_not_listen_is_told_so() {
    let bench = workbench();
    assert_eq!(echo(&bench, &python("idle.py"), "accepts", "auto")["kind"], "never-listened");
    for sight in ["auto", "none"] {
        let gone = echo(&bench, "true", "accepts", sight);
        assert_eq!(gone["kind"], "exited-early");
        assert!(text(&gone, "why").contains("exited with status 0"), "{gone:#}");
        let gone = echo(&bench, "false", "accepts", sight);
        assert_eq!(gone["kind"], "exited-early");
        assert!(text(&gone, "why").contains("exited with status 1"), "{gone:#}");
    }
}

#[test]
fn a_program_that_cannot_be_executed_is_no_fault_of_the_checker() {
    let bench = workbench();
    let script = bench.write("no-interpreter", "#!/no/such/interpreter\n");
    make_executable(&script);
    let failed = echo(&bench, &script.display().to_string(), "accepts", "auto");
    assert_eq!(failed["kind"], "exited-early");
    assert!(text(&failed, "actual").contains("No such file"), "{failed:#}");
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_signal_that_kills_is_named() {
    let bench = workbench();
    let program = bench.c("dies");
    for (death, signal) in [("abort", "SIGABRT"), ("segfault", "SIGSEGV")] {
        for sight in ["auto", "none"] {
            let killed = echo(&bench, &format!("{program} {{port}} {death}"), "line", sight);
            assert_eq!(killed["kind"], "killed-by-signal");
            assert!(text(&killed, "why").contains(signal), "{killed:#}");
        }
    }
}

#[test]
fn what_never_ends_is_ended() {
    let bench = workbench();
    let all = [
        ("print", "printed", "auto"),
        ("print", "printed", "none"),
        ("complain", "printed", "auto"),
        ("answer", "sent", "auto"),
    ];
    for (what, told, sight) in all {
        let program = format!("{} {{port}} {what}", python("endless.py"));
        let stopped = echo(&bench, &program, "accepts", sight);
        assert_eq!(stopped["kind"], "limit-exceeded");
        assert!(text(&stopped, "actual").contains(told), "{stopped:#}");
        let size = stopped.to_string().len();
        assert!(size < 500_000, "the report of one check has {size} bytes");
    }
}

#[test]
fn nothing_is_left_of_a_stubborn_program() {
    let all = [
        ("auto", "auto", "often"),
        ("auto", "none", "line"),
        ("partial", "auto", "line"),
        ("basic", "none", "line"),
    ];
    for (isolation, sight, only) in all {
        let bench = workbench();
        let mut tether = Tether::new(&bench);
        let marker = bench.path("marker").display().to_string();
        let program = format!("{} {{port}} {} {marker}", python("stubborn.py"), tether.path.display());
        let words =
            ["echo", "--program", &program, "--only", only, "--isolation", isolation, "--sight", sight];
        let (status, report) = bench.report(&words);
        let failed = check(&report, only);
        assert_eq!(failed["kind"], "no-answer", "{failed:#}");
        assert_eq!(status, Some(1));
        assert_eq!(processes(&marker), [""; 0]);
        // They had been there, and none is left.
        tether.wait_for(4, || true);
        tether.wait_free();
        // In a network of its own nobody else can have the port.
        if matches!(isolation, "partial" | "basic") {
            assert_is_free(port(failed));
        }
    }
}

/// Locks the port against other checkers, and binds it.
fn assert_is_free(port: u16) {
    let lock = std::env::temp_dir().join("checker-ports").join(format!("{port}.lock"));
    let _lock = Flock::lock(File::open(lock).unwrap(), FlockArg::LockExclusive).unwrap();
    TcpListener::bind(("127.0.0.1", port)).unwrap();
}

#[test]
fn nothing_that_a_program_says_reaches_the_screen_as_it_is() {
    let bench = workbench();
    let words = ["echo", "--program", &python("garbage.py"), "--only", "line"];
    for format in ["terminal", "json"] {
        for color in ["never", "always"] {
            let options = ["check", "--format", format, "--color", color];
            let told = bench.run(&[&options[..], &words].concat());
            assert_eq!(told.status, Some(1));
            assert_eq!(told.stderr, "");
            assert!(told.stdout.contains("x1B]0;owned"), "{}", told.stdout);
            let workflow_command = |line: &str| line.starts_with("::") || line.contains("##[");
            assert!(!told.stdout.lines().any(workflow_command), "{}", told.stdout);
            let title = told.stdout.contains("\x1b]") || told.stdout.contains("\x1b[2J");
            let control = |c: char| (c.is_control() && c != '\n' && c != '\x1b') || c == '\u{202e}';
            assert!(!title && !told.stdout.contains(control), "{:?}", told.stdout);
            assert_eq!(told.stdout.contains('\x1b'), (format, color) == ("terminal", "always"));
        }
    }
}

/// The verdict on one check of the fixtures' lab manners.
fn manner(bench: &Workbench, only: &str, sight: &str) -> Value {
    let program = python("manners.py");
    let words = ["manners", "--program", &program, "--only", only, "--sight", sight];
    let mut checker = bench.checker(&[&["check", "--format", "json"], &words[..]].concat());
    checker.env("GITHUB_TOKEN", "secret").env("CI", "true").env("LD_PRELOAD_OF_OURS", "yes");
    let told = crate::workbench::told(&mut checker);
    let report: Value = serde_json::from_str(&told.stdout).unwrap();
    check(&report, only).clone()
}

fn passes_with_manner(only: &str) {
    let bench = workbench();
    for sight in ["auto", "none"] {
        let check = manner(&bench, only, sight);
        assert_eq!(check["outcome"], "passed", "{check:#}");
    }
}

/// What the program printed.
fn printed(check: &Value) -> Vec<&str> {
    let entries = check["transcript"].as_array().unwrap();
    entries.iter().filter(|entry| entry["what"] == "printed").flat_map(|e| text(e, "text").lines()).collect()
}

#[test]
fn the_environment_tells_nothing_about_the_user() {
    let check = manner(&workbench(), "environment", "auto");
    assert_eq!(check["outcome"], "passed", "{check:#}");
    let lines = printed(&check);
    let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    assert_eq!(value("COURSE"), Some("sockets"));
    assert_eq!(value("TERM"), Some("dumb"));
    for name in ["GITHUB_TOKEN", "CI", "LD_PRELOAD_OF_OURS", "USER", "XDG_CACHE_HOME", "CARGO_MANIFEST_DIR"] {
        assert_eq!(value(name), None);
    }
    assert_ne!(value("HOME").map(str::to_owned), std::env::var("HOME").ok());
    assert!(!Path::new(value("HOME").unwrap()).exists());
    assert!(lines.contains(&"descriptors: [0, 1, 2]"), "{lines:?}");
}

#[test]
fn the_working_folder_is_fresh_and_gone_afterwards() {
    let bench = workbench();
    let program = python("manners.py");
    let (status, report) =
        bench.report(&["manners", "--program", &program, "--only", "folder,same-folder", "--repeat", "2"]);
    assert_eq!(status, Some(0), "{report:#}");
    let folders = ["folder", "same-folder"].map(|id| {
        let lines = printed(check(&report, id));
        let here = lines.iter().find_map(|line| line.strip_prefix("here: ")).unwrap();
        let found: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("found: ")).collect();
        (here.to_owned(), found.join(" "))
    });
    assert_eq!(folders[0].1, "./data ./data/numbers.txt");
    assert_eq!(folders[1].1, "");
    assert_ne!(folders[0].0, folders[1].0);
    for (folder, _) in folders {
        assert!(!Path::new(&folder).exists());
    }
}

#[test]
fn the_input_is_open_and_silent() {
    passes_with_manner("quiet-input");
}

#[test]
fn what_the_user_types_arrives() {
    passes_with_manner("typed-input");
    passes_with_manner("early-input");
}

#[test]
fn signals_arrive() {
    passes_with_manner("interrupt");
    passes_with_manner("interrupted");
}

#[test]
fn a_program_is_started_again_on_the_same_port() {
    passes_with_manner("restart");
}

#[test]
fn both_outputs_are_read() {
    passes_with_manner("complains");
}

#[test]
fn a_file_is_read_while_it_grows() {
    passes_with_manner("writes");
    passes_with_manner("writes-below");
}

#[test]
fn what_is_not_in_a_file_is_told_at_once_with_what_is() {
    let bench = workbench();
    for (only, kind, why) in [
        ("writes-nothing", "no-answer", "log.txt is empty"),
        (
            "writes-elsewhere",
            "no-answer",
            "there is no file log.txt in the program's working folder, but elsewhere.txt",
        ),
        ("writes-unflushed", "no-answer", "own buffer until that is flushed"),
        ("writes-other", "no-answer", "the last line in log.txt is \"goodbye\""),
        ("writes-needs-newline", "missing-newline", ""),
        ("link-folder", "no-answer", "logs/passwd is no ordinary file"),
    ] {
        let check = manner(&bench, only, "auto");
        assert_eq!(check["kind"], kind, "{check:#}");
        let told = check["why"].as_str().unwrap_or_default();
        assert!(told.contains(why), "{check:#}");
        // No time-out was waited for.
        assert!(!check["actual"].to_string().contains("silence for"), "{check:#}");
    }
    passes_with_manner("writes-no-newline");
    assert_eq!(manner(&bench, "grows", "auto")["kind"], "limit-exceeded");
}

#[test]
fn neither_a_fifo_nor_a_link_holds_the_checker_up_or_leads_it_away() {
    let bench = workbench();
    for (only, sight) in [("fifo", "auto"), ("fifo", "none"), ("link", "auto"), ("link", "none")] {
        let check = manner(&bench, only, sight);
        assert_eq!(check["kind"], "no-answer", "{check:#}");
        assert!(!check.to_string().contains("root:"));
    }
}

#[test]
fn a_program_may_close_its_streams() {
    passes_with_manner("no-streams");
}
