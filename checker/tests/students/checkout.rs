//! A student with nothing but the checker: a lab becomes a folder that builds and is checked on its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workbench::{Told, Workbench, empty, own_course, told};
use predicates::prelude::*;
use predicates::str::contains;

/// The checker in an empty home, without a network to go to.
fn run(home: &Workbench, folder: &str, words: &[&str]) -> Told {
    let mut checker = home.checker(words);
    checker.current_dir(home.path(folder));
    checker.env("XDG_CONFIG_HOME", home.path("config")).env("http_proxy", "http://127.0.0.1:1");
    let told = told(&mut checker);
    assert!(told.stderr.lines().all(|line| line.chars().count() <= 80), "{}", told.stderr);
    // Errors in one line, wherever they were broken to fit.
    Told { stderr: told.stderr.split_whitespace().collect::<Vec<_>>().join(" "), ..told }
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => found.push(entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_lab_becomes_a_folder_that_builds_and_is_checked_alone() {
    let home = empty();
    let told = run(&home, ".", &["checkout", "hello"]);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    assert!(
        told.stdout.contains("The lab hello is now in ./hello, from the site official."),
        "{}",
        told.stdout
    );
    assert!(told.stdout.contains("  cd hello\n  less README.md  "), "{}", told.stdout);
    let delivered = ["Cargo.toml", "README.md", "README.pt-BR.md", "lab.yaml", "src/main.rs"];
    let mut expected = vec![".checker.json"];
    expected.extend(delivered);
    assert_eq!(files(&home.path("hello")), expected);

    // It builds by itself.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--offline", "--quiet"]).current_dir(home.path("hello"));
    assert!(cargo.env("CARGO_TARGET_DIR", home.path("target")).status().unwrap().success());

    // It is checked without any argument, from below as well.
    for folder in ["hello", "hello/src"] {
        let told = run(&home, folder, &["check"]);
        assert_eq!(told.status, Some(1), "{}", told.stderr);
        assert!(told.stdout.contains("not yet implemented: src/main.rs:"), "{}", told.stdout);
        let again = told.stdout.lines().any(|line| line.trim() == "again     checker check");
        assert!(again, "{}", told.stdout);
    }
    let told = run(&home, "hello", &["check"]);
    assert!(told.stdout.lines().any(|line| line.trim() == "guide     README.md"), "{}", told.stdout);
    let told = run(&home, "hello", &["--lang", "pt-BR", "check"]);
    assert!(told.stdout.contains("README.pt-BR.md"), "{}", told.stdout);

    // The map is the whole course's, from here as well.
    let told = run(&home, "hello", &["list"]);
    assert!(told.stdout.contains("Mini chat"), "{}", told.stdout);

    // With the reference in its place it passes.
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../solutions/hello/src/main.rs");
    fs::copy(reference, home.path("hello/src/main.rs")).unwrap();
    let told = run(&home, "hello", &["check"]);
    assert_eq!(told.status, Some(0), "{}", told.stdout);
    // What comes next is got from here, or gone to where it was got already.
    let next = |told: Told| told.stdout.lines().last().unwrap().to_owned();
    assert_eq!(next(told), "  next: checker checkout echo");
    assert_eq!(run(&home, "hello", &["checkout", "echo"]).status, Some(0));
    assert_eq!(run(&home, "echo", &["check"]).status, Some(1));
    assert_eq!(next(run(&home, "hello", &["check"])), "  next: cd ../echo && checker check");
    assert_eq!(next(run(&home, ".", &["list"])), "next: cd echo && checker check");
    let told = run(&home, "hello", &["check", "--only", "accepts"]);
    assert!(!told.stdout.contains("next:"), "{}", told.stdout);
    // A line in a failure is one of lab.yaml.
    let told = run(&home, "hello", &["explain", "hello/greeting"]);
    let lab = fs::read_to_string(home.path("hello/lab.yaml")).unwrap();
    let line = 1 + lab.lines().position(|line| line.trim() == "- id: greeting").unwrap();
    assert!(told.stdout.contains(&format!("lab.yaml:{line}")), "{}", told.stdout);
}

#[test]
fn every_official_lab_is_in_lab_yaml_as_it_is_in_labs_yaml() {
    let home = empty();
    let course = own_course();
    let list = course.run(&["list", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    for lab in list["labs"].as_array().unwrap() {
        let id = lab["lab"].as_str().unwrap();
        assert_eq!(run(&home, ".", &["checkout", id]).status, Some(0));
        let said = |told: Told| {
            assert_eq!(told.status, Some(0), "{id}: {}", told.stderr);
            let told = told.stdout.lines().map(without_numbers);
            told.collect::<Vec<String>>()
        };
        assert_eq!(said(run(&home, id, &["explain"])), said(course.run(&["explain", id])), "{id}");
        // In the file's own words, where nothing forbids it.
        let text = fs::read_to_string(home.path(id).join("lab.yaml")).unwrap();
        let all = fs::read_to_string(course.path("labs.yaml")).unwrap();
        let foreign: Vec<&str> =
            text.lines().filter(|line| !all.contains(line) && line.trim() != "exercise: .").collect();
        assert!(foreign.is_empty(), "{id}: {foreign:#?}");
    }
}

/// Lines differ between labs.yaml and lab.yaml, and so do their names.
fn without_numbers(line: &str) -> String {
    line.replace("labs.yaml", "lab.yaml").chars().filter(|c| !c.is_ascii_digit() && *c != ' ').collect()
}

#[test]
fn what_is_there_is_never_overwritten() {
    let home = empty();
    let refused = |told: Told, why: &str| {
        assert_eq!(told.status, Some(2), "{}", told.stdout);
        assert!(told.stderr.contains(why), "{}", told.stderr);
    };
    home.write("hello/mine.txt", "mine");
    refused(run(&home, ".", &["checkout", "hello"]), "checker update hello");
    home.write("file", "mine");
    refused(run(&home, ".", &["checkout", "hello", "file"]), "nothing of it is overwritten");
    std::os::unix::fs::symlink(home.path("nowhere"), home.path("link")).unwrap();
    refused(run(&home, ".", &["checkout", "hello", "link"]), "nothing of it is overwritten");
    assert_eq!(files(&home.path("hello")), ["mine.txt"]);
    assert!(!home.path("nowhere").exists() && fs::read_link(home.path("link")).is_ok());

    // A folder that is there and empty is good enough, the one where somebody is as well.
    fs::create_dir(home.path("empty")).unwrap();
    assert_eq!(run(&home, "empty", &["checkout", "hello", "."]).status, Some(0));
    assert!(home.path("empty/lab.yaml").is_file());
    assert_eq!(run(&home, "empty", &["check"]).status, Some(1));
    // From a lab's folder the next one is beside it.
    let told = run(&home, "empty/src", &["checkout", "counters"]);
    assert!(told.stdout.contains("cd ../../counters\n"), "{}", told.stdout);
    assert!(home.path("counters/lab.yaml").is_file());
    // And one further down is made.
    assert_eq!(run(&home, ".", &["checkout", "echo", "work/labs/echo"]).status, Some(0));
    assert!(home.path("work/labs/echo/src/main.rs").is_file());
}

#[test]
fn names_are_told_with_the_nearest_ones() {
    let home = empty();
    let refused = |words: &[&str], why: &str| {
        let told = run(&home, ".", words);
        assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""));
        assert!(contains(why).eval(&told.stderr), "{}", told.stderr);
    };
    refused(&["checkout", "helo"], "Did you mean hello?");
    refused(&["checkout", "helo@official"], "the site official has no lab of this name");
    refused(&["checkout", "hello@turma"], "checker site add NAME URL");
    refused(&["checkout", "\x1b[2J"], "\\x1B[2J");
    refused(&["--lang", "pt-BR", "checkout", "helo"], "Você quis dizer hello?");
    assert!(fs::read_dir(home.path(".")).unwrap().next().is_none());
}

#[test]
fn what_a_killed_checkout_left_behind_is_no_hindrance() {
    let home = empty();
    home.write(".hello.checkout/src/half.rs", "half");
    assert_eq!(run(&home, ".", &["checkout", "hello"]).status, Some(0));
    assert!(!home.path("hello/src/half.rs").exists() && !home.path(".hello.checkout").exists());
    // One that is still at work is waited for by nobody, and harmed by nobody.
    home.write(".echo.checkout/src/half.rs", "half");
    let at_work = fs::File::open(home.path(".echo.checkout")).unwrap();
    let _lock = nix::fcntl::Flock::lock(at_work, nix::fcntl::FlockArg::LockExclusive).unwrap();
    let told = run(&home, ".", &["checkout", "echo"]);
    assert_eq!(told.status, Some(3));
    assert!(told.stderr.contains("another checker is at work"), "{}", told.stderr);
    assert!(home.path(".echo.checkout/src/half.rs").is_file() && !home.path("echo").exists());
}
