//! What is remembered of a student's own work, over the real binary: by which runs, where, and what harms it.
use std::fs;
use std::path::PathBuf;

use crate::workbench::{HI, Workbench, checks, greeters, python, text, workbench};
use serde_json::Value;

/// A program that answers one line and no other.
fn one_line(bench: &Workbench) -> String {
    let source = "import socket, sys\n\
        listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n\
        client, _ = listener.accept()\n\
        client.sendall(client.recv(4096))\n\
        client.recv(1 << 20)\n\
        listener.accept()\n";
    format!("python3 '{}'", bench.write("one_line.py", source).display())
}

fn map(bench: &Workbench) -> Value {
    let told = bench.run(&["list", "--format", "json"]);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    serde_json::from_str(&told.stdout).unwrap()
}

/// Stage and points of the first lab.
fn echo(bench: &Workbench) -> (String, u64) {
    let map = map(bench);
    (text(&map["labs"][0], "stage").to_owned(), map["labs"][0]["reached"].as_u64().unwrap())
}

fn last(bench: &Workbench, check: &str) -> Option<String> {
    let map = map(bench);
    let check = checks(&map["labs"][0]).iter().find(|other| other["id"] == check).unwrap();
    check["last"].as_str().map(str::to_owned)
}

/// The file of the first lab's progress.
fn memory(bench: &Workbench) -> PathBuf {
    let courses = bench.path("state/checker/progress");
    let course = fs::read_dir(courses).unwrap().next().unwrap().unwrap().path();
    course.join("echo.json")
}

#[test]
fn a_run_is_remembered_and_the_next_one_adds_to_it() {
    let bench = workbench();
    assert_eq!(echo(&bench), ("untouched".into(), 0));
    bench.run(&["check", "echo", "--program", &one_line(&bench), "--only", "again"]);
    assert_eq!(last(&bench, "again").as_deref(), Some("failed"));
    assert_eq!(last(&bench, "line").as_deref(), Some("passed"));
    assert_eq!(last(&bench, "secret"), None);
    assert_eq!(echo(&bench), ("begun".into(), 3));
    bench.run(&["check", "echo", "--program", &python("echo.py")]);
    assert_eq!(echo(&bench), ("done".into(), 11));
    // A mistake of today takes no point back.
    bench.run(&["check", "echo", "--program", "true"]);
    assert_eq!(last(&bench, "accepts").as_deref(), Some("failed"));
    assert_eq!(echo(&bench), ("done".into(), 11));
}

#[test]
fn the_map_shows_how_far_one_has_come() {
    let bench = workbench();
    bench.run(&["check", "echo", "--program", &one_line(&bench)]);
    bench.write_crate("exercises/echo", "echo", "fn main() {}\n");
    let told = bench.run(&["list"]);
    assert!(
        told.stdout.contains("\n  [-] echo     Echo     8/11\n  [ ] words    Words     0/1\n"),
        "{}",
        told.stdout
    );
    assert!(told.stdout.ends_with("\nnext: checker check echo\n"), "{}", told.stdout);
    bench.run(&["check", "echo", "--program", &python("echo.py")]);
    let told = bench.run(&["list", "--lang", "pt-BR"]);
    assert!(told.stdout.contains("\n  [x] echo "), "{}", told.stdout);
    assert!(told.stdout.ends_with("\na seguir: checker checkout words\n"), "{}", told.stdout);
}

#[test]
fn references_and_other_peoples_work_are_nobodys_progress() {
    let bench = greeters(&["echo"]);
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    bench.write(
        "labs.yaml",
        labs.replace("    exercise: echo\n", "    exercise: echo\n    solution: reference\n"),
    );
    for folder in ["reference", "ana", "bia", "echo"] {
        bench.write_crate(folder, folder, HI);
    }
    assert_eq!(bench.run(&["check", "--solution"]).status, Some(0));
    assert_eq!(bench.run(&["check", "--lab", "echo", "ana", "bia"]).status, Some(0));
    assert_eq!(echo(&bench).0, "untouched");
    assert!(!bench.path("state").exists());
    assert_eq!(bench.run(&["check", "--lab", "echo", "ana"]).status, Some(0));
    assert_eq!(echo(&bench).0, "done");
    // What does not build was asked nothing.
    bench.write_crate("echo", "echo", "fn main() { oi }\n");
    assert_eq!(bench.run(&["check", "echo"]).status, Some(1));
    assert_eq!((echo(&bench).0, last(&bench, "greets")), ("done".into(), Some("passed".into())));
}

#[test]
fn a_check_that_asks_something_else_is_to_be_passed_again() {
    let bench = workbench();
    bench.run(&["check", "echo", "--program", &python("echo.py")]);
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    bench.write("labs.yaml", labs.replacen("points: 2", "points: 5", 1));
    assert_eq!(echo(&bench), ("done".into(), 14));
    bench.write("labs.yaml", labs.replacen("ana sends: {word}", "ana sends: {word} {word2}", 1));
    assert_eq!(echo(&bench), ("begun".into(), 9));
    assert_eq!(last(&bench, "line"), None);
}

#[test]
fn a_damaged_memory_is_set_aside_and_the_run_goes_on() {
    let bench = workbench();
    let program = python("echo.py");
    let words = ["check", "echo", "--program", &program];
    bench.run(&words);
    fs::write(memory(&bench), "{ half a fi").unwrap();
    let told = bench.run(&words);
    assert_eq!(told.status, Some(0));
    let aside = memory(&bench).with_extension("json.damaged");
    assert_eq!(told.stderr.lines().count(), 1, "{}", told.stderr);
    assert!(told.stderr.contains(aside.to_str().unwrap()), "{}", told.stderr);
    assert_eq!(fs::read_to_string(aside).unwrap(), "{ half a fi");
    assert_eq!(bench.run(&words).stderr, "");
    assert_eq!(echo(&bench).0, "done");
    // The one who only looks tells it too.
    fs::write(memory(&bench), "null").unwrap();
    let told = bench.run(&["list"]);
    assert_eq!((told.status, told.stderr.lines().count()), (Some(0), 1), "{}", told.stderr);
    assert_eq!(echo(&bench).0, "untouched");
}

#[test]
fn a_state_that_cannot_be_written_costs_one_line_and_no_verdict() {
    let bench = workbench();
    bench.write("state", "a file where a folder should be");
    let told = bench.run(&["check", "echo", "--program", &python("echo.py")]);
    assert_eq!(told.status, Some(0));
    assert_eq!(told.stderr.lines().count(), 1, "{}", told.stderr);
    assert!(told.stderr.starts_with("note: ") && told.stderr.contains("was not kept"), "{}", told.stderr);
    assert_eq!(echo(&bench).0, "untouched");
    let mut homeless = bench.checker(&["check", "echo", "--program", &python("echo.py")]);
    let told = crate::workbench::told(homeless.env_remove("XDG_STATE_HOME").env_remove("HOME"));
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
}

#[test]
fn checkers_at_once_lose_nothing_of_each_other() {
    let bench = workbench();
    let program = python("echo.py");
    std::thread::scope(|scope| {
        for check in ["accepts", "line", "often", "secret"] {
            let (bench, program) = (&bench, &program);
            scope.spawn(move || bench.run(&["check", "echo", "--program", program, "--only", check]));
        }
    });
    assert_eq!(echo(&bench), ("begun".into(), 8));
}
