//! Every known wrong program fails at the check that labs.yaml names, with the kind that it names.
//!
//! `CHECKER_RUNS=20` repeats each; `CHECKER_SIGHT=none` relies on time-outs alone; `CHECKER_ISOLATION=basic`
//! holds them against another level.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod wrong;

use std::path::PathBuf;
use std::process::Command;

use checker::model::outcome::FailureKind;

fn variable(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.into())
}

fn check_lab(id: &str) {
    let course = wrong::course();
    let lab = course.labs.iter().find(|lab| lab.id == id).unwrap();
    assert!(lab.wrong.len() >= 5, "{id} has only {} wrong programs", lab.wrong.len());
    let (runs, sight, isolation) = (
        variable("CHECKER_RUNS", "1"),
        variable("CHECKER_SIGHT", "auto"),
        variable("CHECKER_ISOLATION", "auto"),
    );
    let output = Command::new(env!("CARGO_BIN_EXE_checker"))
        .current_dir(wrong::root())
        .args(["verify", id, "--part", "wrong", "--format", "json"])
        .args(["--runs", &runs, "--sight", &sight, "--isolation", &isolation])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let tried = report["labs"][0]["wrong"].as_array().unwrap();
    assert_eq!(tried.len(), lab.wrong.len());
    let surprises: Vec<_> = tried.iter().filter(|entry| entry["standing"] != "proven").collect();
    assert!(surprises.is_empty() && output.status.success(), "{id}: {surprises:#?}");
}

#[test]
fn every_wrong_program_is_declared() {
    let course = wrong::course();
    for lab in &course.labs {
        let folder = wrong::root().join("solutions").join(&lab.id).join("wrong");
        let mut present: Vec<PathBuf> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| PathBuf::from(entry.unwrap().file_name()))
            .collect();
        let mut declared: Vec<PathBuf> = lab.wrong.iter().map(|wrong| wrong.program.clone()).collect();
        present.sort();
        declared.sort();
        declared.dedup();
        assert_eq!(declared, present, "{}", lab.id);
    }
}

#[test]
fn what_only_the_sight_tells_has_another_name_without_it() {
    let blind: Vec<FailureKind> =
        FailureKind::ALL.into_iter().filter(|kind| kind.without_sight() != *kind).collect();
    assert_eq!(blind, [FailureKind::WrongPort, FailureKind::WrongAddress, FailureKind::NotAccepted]);
}

#[test]
fn hello() {
    check_lab("hello");
}

#[test]
fn echo() {
    check_lab("echo");
}

#[test]
fn echocaps() {
    check_lab("echocaps");
}

#[test]
fn counters() {
    check_lab("counters");
}

#[test]
fn shared() {
    check_lab("shared");
}

#[test]
fn join() {
    check_lab("join");
}

#[test]
fn stoppable() {
    check_lab("stoppable");
}

#[test]
fn client() {
    check_lab("client");
}

#[test]
fn chat() {
    check_lab("chat");
}

#[test]
fn deadline() {
    check_lab("deadline");
}

#[test]
fn udp_ack() {
    check_lab("udp-ack");
}

#[test]
fn udp_client() {
    check_lab("udp-client");
}
