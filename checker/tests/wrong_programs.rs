//! Every known wrong program fails at the check that labs.yaml names, with the kind that it names.
//!
//! `CHECKER_RUNS=20` repeats each; `CHECKER_SIGHT=none` relies on time-outs alone.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use checker::manifest;
use checker::model::course::{Lab, WrongProgram};
use checker::model::outcome::FailureKind;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn runs() -> u32 {
    std::env::var("CHECKER_RUNS").ok().map_or(1, |runs| runs.parse().unwrap())
}

fn sight() -> String {
    std::env::var("CHECKER_SIGHT").unwrap_or_else(|_| "auto".into())
}

/// The command that runs a wrong program, compiled into `folder` where it has to be.
fn command(source: &Path, folder: &Path) -> String {
    let binary = folder.join(source.file_name().unwrap()).with_extension("");
    let compile = |compiler: &mut Command| {
        let output = compiler.arg("-o").arg(&binary).arg(source).output().unwrap();
        assert!(output.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&output.stderr));
        binary.display().to_string()
    };
    match source.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => compile(Command::new("rustc").args(["--edition", "2024"])),
        Some("c") => compile(Command::new("cc").args(["-O1", "-pthread"])),
        Some("py") => format!("python3 {}", source.display()),
        other => panic!("{}: nobody knows how to run {other:?}", source.display()),
    }
}

/// The kind with which the check failed, in each of several runs; `None` where it did not fail.
fn kinds(lab: &Lab, wrong: &WrongProgram, command: &str) -> Vec<Option<String>> {
    let one = || {
        let output = Command::new(env!("CARGO_BIN_EXE_checker"))
            .current_dir(root())
            .args(["check", &lab.id, "--program", command, "--only", &wrong.fails])
            .args(["--format", "json", "--sight", &sight()])
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        let checks = report["labs"][0]["checks"].as_array().unwrap().clone();
        let check = checks.into_iter().find(|check| check["id"] == wrong.fails.as_str()).unwrap();
        check["kind"].as_str().map(str::to_owned)
    };
    (0..runs()).map(|_| one()).collect()
}

fn check_lab(id: &str) {
    let course =
        manifest::load(&root().join("labs.yaml")).unwrap_or_else(|_| panic!("labs.yaml has problems"));
    let lab = course.labs.iter().find(|lab| lab.id == id).unwrap();
    assert!(lab.wrong.len() >= 5, "{id} has only {} wrong programs", lab.wrong.len());
    let folder = tempfile::tempdir().unwrap();
    let queue = Mutex::new(lab.wrong.iter().collect::<Vec<_>>());
    let surprises = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, |number| number.get()) {
            scope.spawn(|| {
                loop {
                    let Some(wrong) = queue.lock().unwrap().pop() else { return };
                    let source = root().join("solutions").join(id).join("wrong").join(&wrong.program);
                    let wanted = if sight() == "none" { wrong.kind.without_sight() } else { wrong.kind };
                    let wanted = Some(wanted.id().to_owned());
                    let mut others = kinds(lab, wrong, &command(&source, folder.path()));
                    others.retain(|kind| *kind != wanted);
                    if !others.is_empty() {
                        let told = format!("{others:?} at {} instead of {wanted:?}", wrong.fails);
                        surprises.lock().unwrap().insert(wrong.program.clone(), told);
                    }
                }
            });
        }
    });
    let surprises = surprises.into_inner().unwrap();
    assert!(surprises.is_empty(), "{id}: {surprises:#?}");
}

#[test]
fn every_wrong_program_is_declared() {
    let course =
        manifest::load(&root().join("labs.yaml")).unwrap_or_else(|_| panic!("labs.yaml has problems"));
    for lab in &course.labs {
        let folder = root().join("solutions").join(&lab.id).join("wrong");
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
fn chat() {
    check_lab("chat");
}
