//! What the command line says when it is used in a wrong way, and the status that it ends with.

use std::fs;
use std::process::{Command, Stdio};

use assert_cmd::Command as Checker;
use predicates::prelude::*;
use predicates::str::contains;

fn checker() -> Checker {
    let mut checker = Checker::new(env!("CARGO_BIN_EXE_checker"));
    checker.env_clear();
    checker
}

#[test]
fn help_is_no_mistake() {
    checker().arg("--help").assert().code(0).stdout(contains("Exit status"));
    checker().args(["check", "--help"]).assert().code(0).stdout(contains("--only bye --repeat 20"));
    checker().args(["list", "--help"]).assert().code(0).stdout(contains("checker list --format json"));
    checker().arg("--version").assert().code(0);
}

#[test]
fn wrong_use_ends_with_2() {
    for words in [&[][..], &["frobnicate"], &["check", "--frobnicate"], &["check", "--repeat", "0"]] {
        checker().args(words).assert().code(2).stderr(predicate::str::is_empty().not());
    }
    checker()
        .args(["check", "--report", "xml=a"])
        .assert()
        .code(2)
        .stderr(contains("the formats are terminal, json"));
}

#[test]
fn a_missing_course_is_told_with_its_cure() {
    let nowhere = tempfile::tempdir().unwrap();
    checker()
        .current_dir(&nowhere)
        .arg("check")
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("neither a lab.yaml nor a labs.yaml").and(contains("--labs FILE")))
        .stderr(contains("checker checkout hello"));
    for verb in ["list", "check"] {
        checker()
            .current_dir(&nowhere)
            .args([verb, "--labs", "elsewhere.yaml"])
            .assert()
            .code(2)
            .stderr(contains("elsewhere.yaml: there is no such file"));
    }
    assert_eq!(fs::read_dir(&nowhere).unwrap().count(), 0);
}

#[test]
fn a_reader_that_leaves_causes_no_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_checker"))
        .args(["check", "--help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
