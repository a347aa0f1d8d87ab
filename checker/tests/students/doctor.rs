//! `checker doctor` finds each lack, names its cure, and says by its status whether crates can be checked.
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use crate::workbench::{Told, Workbench, empty, told};
use rexpect::session::spawn_command;

fn text(told: &Told) -> String {
    told.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_found(told: &Told, status: i32, words: &[&str]) {
    assert_eq!(told.status, Some(status), "{}{}", told.stdout, told.stderr);
    for words in words {
        assert!(text(told).contains(words), "{words}\n{}", told.stdout);
    }
}

/// A folder with programs of these names, each a script of the shell.
fn programs(bench: &Workbench, scripts: &[(&str, &str)]) -> PathBuf {
    for (name, script) in scripts {
        let file = bench.write(&format!("programs/{name}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    bench.path("programs")
}

#[test]
fn a_machine_that_can_check_is_well_in_both_languages_and_80_columns() {
    let bench = empty();
    let english = bench.run(&["doctor"]);
    assert_found(
        &english,
        0,
        &["labs of its own", "checker checkout hello", "cargo 1.", "rustc 1.", "isolation"],
    );
    let portuguese = bench.run(&["doctor", "--lang", "pt-BR"]);
    assert_found(
        &portuguese,
        0,
        &["laboratórios embutidos", "checker checkout hello", "isolamento", "compilações em"],
    );
    for told in [english, portuguese] {
        assert!(!told.stdout.contains('\u{1b}'));
        let longest = told.stdout.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(80), "{}", told.stdout);
    }
    assert!(bench.run(&["doctor", "--color", "always"]).stdout.contains('\u{1b}'));
    assert!(!bench.path("cache").exists() && !bench.path("state").exists(), "it only looks");
}

#[test]
fn neither_cargo_nor_linker() {
    let bench = empty();
    let path = programs(&bench, &[("nothing", "")]);
    let told = told(bench.checker(&["doctor"]).env("PATH", path).env_remove("CARGO"));
    assert_found(
        &told,
        1,
        &[
            "cargo was not found",
            "https://rustup.rs",
            "cc was not found",
            "sudo apt install gcc",
            "nc was not found",
            "git was not found",
            "To be put right first: cargo, linker.",
        ],
    );
}

#[test]
fn a_rust_that_is_too_old_or_that_does_not_start() {
    let bench = empty();
    let works = "echo cc 1.0";
    let old = [("cargo", "echo cargo 1.80.0"), ("rustc", "echo 'rustc 1.80.0 (abc)'"), ("cc", works)];
    let path = programs(&bench, &old);
    let with = |path: &PathBuf| told(bench.checker(&["doctor"]).env("PATH", path).env_remove("CARGO"));
    let found = with(&path);
    assert_found(
        &found,
        1,
        &["rustc 1.80.0 (abc) is too old: the labs need Rust 1.", "rustup update stable"],
    );
    assert_found(&found, 1, &["To be put right first: rustc."]);
    programs(&bench, &[("cargo", "echo 'no default is configured' >&2; exit 1")]);
    assert_found(&with(&path), 1, &["--version failed: no default is configured", "rustup default stable"]);
}

#[test]
fn folders_that_cannot_be() {
    let bench = empty();
    let file = bench.write("a-file", "");
    let found = told(bench.checker(&["doctor"]).env("XDG_CACHE_HOME", &file));
    assert_found(
        &found,
        1,
        &["cannot be written to", "A file stands where a folder should be", "first: folders."],
    );
    let mut homeless = bench.checker(&["doctor"]);
    homeless.env_remove("HOME").env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME");
    assert_found(
        &told(&mut homeless),
        0,
        &["HOME is not set: your progress is not remembered", "Better with:"],
    );
}

#[test]
fn what_the_course_needs_besides() {
    let bench = empty();
    let labs = |run: &str| {
        format!(
            "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: t\n    run: \"{run}\"\n    checks:\n      - id: c\n        \
             title: t\n        script: |\n          ana connects\n"
        )
    };
    bench.write("labs.yaml", labs("python77 {program} {port}"));
    assert_found(
        &bench.run(&["doctor"]),
        1,
        &["python77 was not found: it runs l", "a course: c (labs.yaml)"],
    );
    bench.write("labs.yaml", labs("sh {program} {port}"));
    assert_found(&bench.run(&["doctor"]), 0, &["a course: c (labs.yaml)"]);
    bench.write("labs.yaml", "format: 7\n");
    assert_found(
        &bench.run(&["doctor"]),
        1,
        &["the labs.yaml of this folder has problems", "`checker list`"],
    );
}

#[test]
fn where_one_is() {
    let bench = empty();
    assert_found(&bench.run(&["checkout", "hello"]), 0, &["cd hello"]);
    let mut inside = bench.checker(&["doctor"]);
    inside.current_dir(bench.path("hello"));
    assert_found(&told(&mut inside), 0, &["the folder of the lab hello: `checker check` checks it"]);
}

#[test]
fn the_terminal_is_looked_at() {
    let bench = empty();
    let said = |locale: &str| -> String {
        let mut command: Command = bench.command(&["doctor"]);
        command.env("LANG", locale);
        let mut session = spawn_command(command, Some(30_000)).unwrap();
        session.exp_eof().unwrap()
    };
    assert!(said("C").contains("the locale is not UTF-8"));
    let well = said("C.UTF-8");
    assert!(well.contains("terminal   UTF-8") && !well.contains("not UTF-8"), "{well}");
}
