//! Every known wrong program fails at the check that labs.yaml names, with the kind that it names.
//!
//! `CHECKER_RUNS=20` repeats each; `CHECKER_SIGHT=none` relies on time-outs alone; `CHECKER_ISOLATION=basic`
//! holds them against another level.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod wrong;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use checker::model::course::{Lab, WrongProgram};
use checker::model::outcome::FailureKind;

fn runs() -> u32 {
    std::env::var("CHECKER_RUNS").ok().map_or(1, |runs| runs.parse().unwrap())
}

fn sight() -> String {
    std::env::var("CHECKER_SIGHT").unwrap_or_else(|_| "auto".into())
}

fn isolation() -> String {
    std::env::var("CHECKER_ISOLATION").unwrap_or_else(|_| "auto".into())
}

/// The kind with which the check failed, in each of several runs; `None` where it did not fail.
fn kinds(lab: &Lab, program: &WrongProgram, command: &str, wanted: &Option<String>) -> Vec<Option<String>> {
    let options = ["--sight", &sight(), "--isolation", &isolation()];
    let one = || {
        let entry = wrong::entry(&lab.id, command, &program.fails, &options);
        if entry["skipped"]["reason"] == "not-possible" {
            // Not every machine can give a check a network of its own.
            return wanted.clone();
        }
        entry["kind"].as_str().map(str::to_owned)
    };
    (0..runs()).map(|_| one()).collect()
}

fn check_lab(id: &str) {
    let course = wrong::course();
    let lab = course.labs.iter().find(|lab| lab.id == id).unwrap();
    assert!(lab.wrong.len() >= 5, "{id} has only {} wrong programs", lab.wrong.len());
    let folder = tempfile::tempdir().unwrap();
    let surprises = Mutex::new(BTreeMap::new());
    wrong::side_by_side(&lab.wrong, |program| {
        let kind = if sight() == "none" { program.kind.without_sight() } else { program.kind };
        let wanted = Some(kind.id().to_owned());
        let mut others = kinds(lab, program, &wrong::command(id, program, folder.path()), &wanted);
        others.retain(|kind| *kind != wanted);
        if !others.is_empty() {
            let told = format!("{others:?} at {} instead of {wanted:?}", program.fails);
            surprises.lock().unwrap().insert(program.program.clone(), told);
        }
    });
    let surprises = surprises.into_inner().unwrap();
    assert!(surprises.is_empty(), "{id}: {surprises:#?}");
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
