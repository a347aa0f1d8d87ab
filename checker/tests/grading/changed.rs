//! Pull requests: only what they touch.

use std::process::Command;

use super::workbench::{self, Workbench};
use super::{HI, cells, hand_in, records};

fn git(bench: &Workbench, words: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(bench.path("tree"));
    command.args([
        "-c",
        "user.name=ana",
        "-c",
        "user.email=ana@example.org",
        "-c",
        "init.defaultBranch=main",
    ]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = command.args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn only_labs_that_differ_from_the_base_are_graded() {
    let bench = workbench::greeters(&["hi", "ho"]);
    for lab in ["hi", "ho"] {
        hand_in(&bench, &format!("tree/{lab}"), "raise SystemExit('to be done')\n");
    }
    git(&bench, &["init", "--quiet"]);
    git(&bench, &["add", "."]);
    git(&bench, &["commit", "--quiet", "-m", "skeletons"]);
    let grade = |more: &[&str]| bench.run(&[&["grade", "--changed", "main", "tree"], more].concat());

    git(&bench, &["checkout", "--quiet", "-b", "work"]);
    let untouched = grade(&["--strict"]);
    assert_eq!(untouched.status, Some(0), "{}", untouched.stderr);
    assert_eq!(records(&bench.path("results.jsonl")).len(), 0);

    hand_in(&bench, "tree/hi", HI);
    bench.write("tree/labs.yaml", "format: 1\n");
    git(&bench, &["add", "."]);
    git(&bench, &["commit", "--quiet", "-m", "done"]);
    // Main goes on meanwhile: that is no change of theirs.
    git(&bench, &["checkout", "--quiet", "main"]);
    hand_in(&bench, "tree/ho", "raise SystemExit('another skeleton')\n");
    git(&bench, &["commit", "--quiet", "-am", "news"]);
    git(&bench, &["checkout", "--quiet", "work"]);
    let touched = grade(&["--strict"]);
    assert_eq!(touched.status, Some(0), "{}", touched.stderr);
    let graded = records(&bench.path("results.jsonl"));
    assert_eq!(cells(&graded), [("tree", "hi", "passed")]);
    assert_eq!(graded[0]["tampered"][0]["path"], "labs.yaml");

    // What is not committed yet counts, too.
    bench.write("tree/ho/notes.txt", "x");
    assert_eq!(grade(&["--strict"]).status, Some(1));
    assert_eq!(records(&bench.path("results.jsonl")).len(), 2);

    let unknown = bench.run(&["grade", "--changed", "nowhere", "tree"]);
    assert_eq!(unknown.status, Some(2));
    assert!(unknown.stderr.contains("git fetch origin main"), "{}", unknown.stderr);
}

#[test]
fn a_list_of_repositories_is_a_class() {
    let bench = workbench::greeters(&["hi"]);
    hand_in(&bench, "tree/hi", HI);
    git(&bench, &["init", "--quiet"]);
    git(&bench, &["add", "."]);
    git(&bench, &["commit", "--quiet", "-m", "done"]);
    git(&bench, &["tag", "handed-in"]);
    hand_in(&bench, "tree/hi", "print('too late')\n");
    git(&bench, &["commit", "--quiet", "-am", "late"]);
    bench.write("class.txt", "ana tree\nbia tree handed-in\ncaio nowhere.git\n");
    let graded = bench.run(&["grade", "--list", "class.txt"]);
    assert_eq!(graded.status, Some(3), "{} {}", graded.stdout, graded.stderr);
    assert_eq!(
        cells(&records(&bench.path("results.jsonl"))),
        [("ana", "hi", "mismatch"), ("bia", "hi", "passed"), ("caio", "hi", "errored")]
    );
}
