//! Causes that no known wrong program of the labs has, each told of a program that has it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/explain").join(name)
}

fn compiled(name: &str, folder: &Path) -> String {
    let binary = folder.join("program");
    let done = Command::new("rustc")
        .args(["--edition", "2024", "-o"])
        .args([&binary, &fixture(name)])
        .status()
        .unwrap();
    assert!(done.success());
    binary.display().to_string()
}

/// What is told of the one check that this script makes.
fn told(folder: &Path, program: &str, settings: &str, script: &str, options: &[&str]) -> Value {
    let indented: String = script.lines().map(|line| format!("          {}\n", line.trim())).collect();
    let text = format!(
        "format: 1\ncourse: c\nlabs:\n  - id: lab\n    title: l\n    checks:\n      - id: check\n        title: t\n        \
         points: 1\n{settings}        script: |\n{indented}"
    );
    std::fs::write(folder.join("labs.yaml"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_checker"))
        .current_dir(folder)
        .args(["check", "lab", "--program", program, "--format", "json"])
        .args(options)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    report["labs"][0]["checks"][0].clone()
}

fn python(name: &str) -> String {
    format!("python3 {}", fixture(name).display())
}

#[test]
fn output_that_a_pipe_holds_back() {
    let folder = tempfile::tempdir().unwrap();
    let script = "program prints: ready";
    let piped = told(folder.path(), &python("held_back.py"), "        stdout: pipe\n", script, &[]);
    assert_eq!(piped["kind"], "no-answer");
    assert!(piped["why"].as_str().unwrap().contains("goes to a pipe, and is held back"), "{piped}");
    assert_eq!(piped["threads"][0]["doing"], "is blocked in read() on its standard input");
    assert_eq!(told(folder.path(), &python("held_back.py"), "", script, &[])["outcome"], "passed");
}

#[test]
fn a_busy_loop_is_found_with_and_without_sight() {
    let folder = tempfile::tempdir().unwrap();
    for sight in ["auto", "none"] {
        let script = "ana connects\nprogram rests within 2s";
        let busy = told(folder.path(), &python("busy.py"), "", script, &["--sight", sight]);
        assert_eq!(busy["kind"], "busy-loop", "{sight}: {busy}");
        if sight == "auto" {
            assert_eq!(busy["why"], "thread 2 runs all the time (a busy loop)");
        }
    }
    let script = "ana connects\nana receives within 1s: oi";
    let silent = told(folder.path(), &python("busy.py"), "", script, &[]);
    assert_eq!(silent["kind"], "no-answer");
    assert_eq!(silent["why"], "thread 2 runs all the time (a busy loop)");
}

#[test]
fn a_thread_that_panics_while_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let program = compiled("panics.rs", folder.path());
    let lost = told(folder.path(), &program, "", "ana connects\nana sends: x\nana receives: x", &[]);
    let why = lost["why"].as_str().unwrap();
    assert!(why.starts_with("a thread died at ") && why.contains("panics.rs:11: a number"), "{why}");
}

#[test]
fn a_lock_that_is_held_while_sending() {
    let folder = tempfile::tempdir().unwrap();
    let program = compiled("locks.rs", folder.path());
    // At the same time: else caio would not have begun when bia is given up.
    let script = "ana, bia and caio connect\nana stops reading\nbia and caio send 8 MiB";
    let stuck = told(folder.path(), &program, "        leftovers: allowed\n", script, &[]);
    let why = stuck["why"].as_str().unwrap();
    assert!(why.contains("is blocked in send() to ana, who is not reading"), "{stuck}");
    assert!(why.contains("waits for a lock, probably one that it holds"), "{why}");
}

#[test]
fn what_a_program_has_is_counted_alike_with_and_without_sight() {
    let folder = tempfile::tempdir().unwrap();
    let program = compiled("locks.rs", folder.path());
    let script = "program has 0 connections\nana and bia connect\nprogram has 3 threads\nprogram has 2 connections\n\
        mark the resources\ncaio connects\nprogram has 4 threads\ncaio closes\nprogram has at most 3 threads";
    for sight in ["auto", "none"] {
        let counted = told(folder.path(), &program, "", script, &["--sight", sight, "--threads"]);
        assert_eq!(counted["outcome"], "passed", "{sight}: {counted}");
        let threads = counted["threads"].as_array().map_or(0, Vec::len);
        assert_eq!(threads, if sight == "auto" { 3 } else { 0 });
        let kept = format!("{script}\nprogram is back at the mark within 1s");
        let leak = told(folder.path(), &program, "", &kept, &["--sight", sight]);
        assert_eq!(leak["kind"], "leak", "{sight}: {leak}");
        assert_eq!(leak["actual"], "3 connections", "{sight}: {leak}");
        if sight == "auto" {
            assert_eq!(
                leak["why"],
                "caio has left, but the program holds 1 connection too many: one is held until its last descriptor is \
                 closed, clones included"
            );
        }
    }
}
