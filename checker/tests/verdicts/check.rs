//! `checker check` on whole courses: what is built, what is run, what is told, and the exit status.
use std::fs;

use crate::workbench::{
    HI, assert_all_passed, check, checks, greeters, lab, own_course, python, text, verdicts, workbench,
};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

#[test]
fn every_solution_passes_and_every_skeleton_says_where_to_start() {
    let bench = own_course();
    assert_all_passed(bench.report(&["--solution"]));

    let (status, report) = bench.report(&[]);
    assert_eq!(status, Some(1));
    let course = checker::manifest::load(&bench.path("labs.yaml")).unwrap();
    assert_eq!(report["labs"].as_array().unwrap().len(), course.labs.len());
    for lab in report["labs"].as_array().unwrap() {
        let main = format!("exercises/{}/src/main.rs", text(lab, "lab"));
        let source = fs::read_to_string(bench.path(&main)).unwrap();
        let gaps: Vec<String> = (1..)
            .zip(source.lines())
            .filter(|(_, line)| line.trim_start().starts_with("todo!("))
            .map(|(number, _)| format!("src/main.rs:{number}"))
            .collect();
        for check in checks(lab).iter().filter(|check| check["skipped"]["reason"] != "needs") {
            assert_eq!(check["kind"], "not-implemented", "{check:#}");
            assert!(gaps.iter().any(|gap| text(check, "why").ends_with(gap)), "{check:#}");
        }
        assert_eq!(lab["points"], 0);
    }
    let told = bench.run(&["check", "echo"]);
    assert!(told.stdout.contains("not yet implemented: src/main.rs:"), "{}", told.stdout);
}

#[test]
fn one_broken_crate_harms_no_other() {
    let broken = [
        ("manifest", "unclosed table"),
        ("no-manifest", "Cargo.toml"),
        ("no-folder", "Cargo.toml"),
        ("two-programs", "2 programs (other, two-programs)"),
        ("library", "no program"),
        ("mistyped", "cannot find function `printn`"),
        ("unknown-crate", "no matching package"),
        ("no-text", "UTF-8"),
        ("member", "workspace"),
    ];
    let mut ids = vec!["fine", "renamed"];
    ids.extend(broken.map(|(id, _)| id));
    ids.push("last");
    let bench = greeters(&ids);
    for id in ["fine", "two-programs", "manifest", "no-manifest", "unknown-crate", "member", "last"] {
        bench.write_crate(id, id, HI);
    }
    bench.write_crate("renamed", "a-name-of-my-own", HI);
    bench.write("manifest/Cargo.toml", "[package\nname = oh no");
    fs::remove_file(bench.path("no-manifest/Cargo.toml")).unwrap();
    bench.write("two-programs/src/bin/other.rs", HI);
    bench.write("library/Cargo.toml", "[package]\nname = \"library\"\n");
    bench.write("library/src/lib.rs", "");
    bench.write_crate("mistyped", "mistyped", "fn main() {\n    printn(\"hi\");\n}\n");
    bench.write(
        "unknown-crate/Cargo.toml",
        "[package]\nname = \"x\"\n[dependencies]\nno-such-crate = \"1\"\n",
    );
    bench.write_crate("no-text", "no-text", "");
    bench.write("no-text/src/main.rs", b"fn main() {} // \xFF\n");
    bench.write("member/Cargo.toml", "[package]\nname = \"m\"\n[workspace]\nmembers = [\"gone\"]\n");
    // The course lies in a workspace whose members are broken, too.
    bench.write("Cargo.toml", "[workspace]\nmembers = [\"fine\", \"manifest\", \"no-manifest\"]\n");

    let (status, report) = bench.report(&[]);
    assert_eq!(status, Some(1));
    for id in ["fine", "renamed", "last"] {
        assert_eq!(check_of(&report, id)["outcome"], "passed", "{:#}", lab(&report, id));
        assert_eq!(lab(&report, id)["build"]["ok"], true);
    }
    for (id, words) in broken {
        assert_eq!(check_of(&report, id)["kind"], "build-failed", "{:#}", lab(&report, id));
        let build = &lab(&report, id)["build"];
        assert_eq!(build["ok"], false);
        let told = format!("{}\n{}", text(build, "summary"), build["output"].as_str().unwrap_or_default());
        assert!(told.contains(words), "{id}: {told}");
    }

    let told = bench.run(&["check", "mistyped", "fine"]);
    assert_eq!(told.status, Some(1));
    // The compiler's own words as they are, with their drawing.
    assert!(told.stdout.contains("error[E0425]: cannot find function `printn` in this scope"));
    assert!(!told.stdout.contains("Compiling"), "{}", told.stdout);
    assert!(told.stdout.contains(" --> src/main.rs:2:5\n"), "{}", told.stdout);
    assert!(told.stdout.contains("\n2 |     printn(\"hi\");\n  |     ^^^^^^"), "{}", told.stdout);
    assert!(told.stdout.contains("ok   greets"), "{}", told.stdout);
}

fn check_of<'a>(report: &'a Value, lab: &str) -> &'a Value {
    &crate::workbench::lab(report, lab)["checks"][0]
}

#[test]
fn a_mended_crate_is_built_again_and_another_ones_program_never_runs() {
    let bench = greeters(&["greeting"]);
    bench.write_crate("greeting", "greeting", "fn main() {\n    println!(\"ho\")\n}\n");
    for student in ["ana", "bia"] {
        // The same name, and the same package: only the folder tells them apart.
        bench.write_crate(&format!("{student}/greeting"), "greeting", HI);
    }
    let verdict = |words: &[&str]| bench.report(words).1["labs"][0]["checks"][0]["outcome"].clone();
    assert_eq!(verdict(&[]), "failed");
    assert_eq!(verdict(&["ana/greeting"]), "passed");
    bench.write_crate("greeting", "greeting", HI);
    assert_eq!(verdict(&[]), "passed");
    bench.write_crate("ana/greeting", "greeting", "fn main() {}\n");
    assert_eq!(verdict(&["ana/greeting"]), "failed");
    assert_eq!(verdict(&["bia/greeting"]), "passed");
    assert_eq!(verdict(&[]), "passed");
}

#[test]
fn only_runs_what_is_needed_and_scores_what_was_asked_for() {
    let bench = workbench();
    let (status, report) = bench.report(&["echo", "--program", &python("echo.py"), "--only", "again"]);
    assert_eq!(status, Some(0));
    let passed = |id| (id, "passed");
    assert_eq!(verdicts(&report), [passed("accepts"), passed("line"), passed("again")]);
    let out_of: Vec<u64> =
        checks(lab(&report, "echo")).iter().map(|c| c["out_of"].as_u64().unwrap()).collect();
    assert_eq!(out_of, [0, 0, 3]);
    assert_eq!((&report["totals"]["points"], &report["totals"]["out_of"]), (&3.into(), &3.into()));

    let two = ["echo", "--program", &python("echo.py"), "--only", "accepts,often"];
    assert_eq!(verdicts(&bench.report(&two).1), [passed("accepts"), passed("often")]);
}

#[test]
fn a_check_is_skipped_when_one_that_it_needs_did_not_pass() {
    let bench = workbench();
    let (status, report) = bench.report(&["echo", "--program", "true"]);
    assert_eq!(status, Some(1));
    assert_eq!(check(&report, "line")["skipped"], serde_json::json!({"reason": "needs", "check": "accepts"}));
    assert_eq!(check(&report, "again")["skipped"]["check"], "line");
    // The others do not wait for anybody.
    assert_eq!(check(&report, "often")["kind"], "exited-early");
    let told = bench.run(&["check", "echo", "--program", "true"]);
    assert!(told.stdout.contains("needs accepts") && told.stdout.contains("needs line"), "{}", told.stdout);
    assert!(told.stdout.contains("were skipped"), "{}", told.stdout);
}

/// `{word}` is random, and moody.py dislikes some words.
#[test]
fn what_passes_now_and_then_is_told_with_its_rate() {
    let bench = workbench();
    let moody = python("moody.py");
    let words = ["echo", "--program", &moody, "--only", "line", "--repeat", "24", "--seed", "2"];
    let (status, report) = bench.report(&words);
    assert_eq!(status, Some(1));
    let line = check(&report, "line");
    let (passed, total) = (line["runs"]["passed"].as_u64().unwrap(), line["runs"]["total"].as_u64().unwrap());
    assert_eq!(total, 24);
    assert!(0 < passed && passed < 24, "{passed} of 24");
    // A passing run before the failing one, or after it: the failing one is shown.
    assert_eq!((&line["outcome"], &line["points"]), (&"failed".into(), &0.into()));
    let told = bench.run(&[&["check"], &words[..]].concat());
    assert!(told.stdout.contains(&format!("{passed}/24 runs")), "{}", told.stdout);
    assert!(told.stdout.contains("a race"), "{}", told.stdout);
    assert!(told.stdout.contains("--repeat 24"), "{}", told.stdout);
}

#[test]
fn a_check_may_ask_for_repetition_itself() {
    let bench = workbench();
    let words = ["echo", "--program", &python("echo.py"), "--only", "often,accepts"];
    let runs = |words: &[&str], id: &str| check(&bench.report(words).1, id)["runs"].clone();
    assert_eq!(runs(&words, "often"), serde_json::json!({"passed": 3, "total": 3}));
    let twice = [&words[..], &["--repeat", "2"]].concat();
    assert_eq!(runs(&twice, "often"), serde_json::json!({"passed": 6, "total": 6}));
    assert_eq!(runs(&twice, "accepts"), serde_json::json!({"passed": 2, "total": 2}));
    // Who never passes is not tried for ever.
    let hopeless = ["echo", "--program", "true", "--only", "often", "--repeat", "100"];
    assert_eq!(runs(&hopeless, "often"), serde_json::json!({"passed": 0, "total": 3}));
}

#[test]
fn a_seed_brings_the_same_words_again() {
    let bench = workbench();
    let words = |seed: &str| {
        let (_, report) =
            bench.report(&["echo", "--program", &python("echo.py"), "--seed", seed, "--only", "line,again"]);
        assert_eq!(report["seed"].to_string(), seed);
        let words = |id| check(&report, id)["words"].clone();
        assert!(words("line")["word"].is_string() && words("again")["word2"].is_string());
        (words("line"), words("again"))
    };
    let first = words("7");
    assert_eq!(words("7"), first);
    assert_ne!(words("8"), first);
    // One check's words are not another one's.
    assert_ne!(first.0["word"], first.1["word"]);
    // Without a seed each run has its own, and tells it.
    let seed = || bench.report(&["echo", "--program", "true", "--only", "accepts"]).1["seed"].clone();
    assert_ne!(seed(), seed());
}

#[test]
fn a_hidden_check_tells_its_verdict_alone() {
    let bench = workbench();
    for program in ["true".to_owned(), python("echo.py")] {
        let words = ["echo", "--program", &program, "--only", "secret"];
        let (_, report) = bench.report(&words);
        let secret = check(&report, "secret");
        assert_eq!(secret["hidden"], true);
        assert_eq!(secret["out_of"], 4);
        assert!(!report.to_string().contains("behind the curtain"), "{report:#}");
        assert!(!report.to_string().contains("curtain's own hint"), "{report:#}");
        let told = bench.run(&[&["check"], &words[..]].concat());
        assert!(told.stdout.contains("something behind a curtain"));
        assert!(!told.stdout.contains("behind the curtain"), "{}", told.stdout);
        assert!(!told.stdout.contains("curtain's own hint"), "{}", told.stdout);
    }
    let told = bench.run(&["explain", "echo"]);
    assert!(!told.stdout.contains("behind the curtain"), "{}", told.stdout);
}

#[test]
fn several_reports_are_written_at_once() {
    let bench = workbench();
    let told = bench.run(&[
        "check",
        "echo",
        "--program",
        &python("echo.py"),
        "--only",
        "line",
        "--report",
        "json=one.json",
        "--report",
        "terminal=two.txt",
        "--report",
        "json=three.json",
    ]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    let read = |name: &str| fs::read_to_string(bench.path(name)).unwrap();
    assert_eq!(read("one.json"), read("three.json"));
    let report: Value = serde_json::from_str(&read("one.json")).unwrap();
    assert_eq!(check(&report, "line")["outcome"], "passed");
    assert_eq!(read("two.txt"), told.stdout);

    // A report that cannot be written is told before anything runs.
    bench
        .checker(&["check", "echo", "--program", "true", "--report", "json=no/such/folder.json"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("no/such/folder.json"));
    // One that fails later harms neither the others nor what is said of it.
    let told = bench.run(&[
        "check",
        "echo",
        "--program",
        &python("echo.py"),
        "--only",
        "accepts",
        "--report",
        "json=/dev/full",
        "--report",
        "json=one.json",
    ]);
    assert_eq!(told.status, Some(3));
    assert!(told.stderr.contains("/dev/full: the report was not written"), "{}", told.stderr);
    assert!(told.stdout.contains("ok   accepts"), "{}", told.stdout);
    assert!(read("one.json").contains("accepts") && !read("one.json").contains("again"));
}

#[test]
fn all_problems_of_labs_yaml_are_told_and_nothing_runs() {
    let bench = workbench();
    let good = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let bad = good
        .replacen("ana receives: {word}", "ana recieves: {word}", 1)
        .replacen("points: 3", "points: three", 1)
        .replacen("needs: [accepts]", "needs: [acepts]", 1);
    bench.write("labs.yaml", bad);
    for words in [&["check"][..], &["list"], &["explain", "echo"], &["check", "--format", "json"]] {
        let three = contains("labs.yaml:23").and(contains("needs: [acepts]")).and(contains("points: three"));
        bench
            .checker(words)
            .assert()
            .code(2)
            .stdout("")
            .stderr(three.and(contains("labs.yaml has 3 problems")));
    }
    bench.write("labs.yaml", "format: 1\ncourse: Nothing\nlabs: []\n");
    bench.checker(&["check"]).assert().code(2).stdout("").stderr(contains("labs.yaml:3"));
    bench.write("labs.yaml", "format: 1\ncourse: [Noth\n");
    bench.checker(&["check"]).assert().code(2).stdout("").stderr(contains("labs.yaml"));
    bench.write("labs.yaml", b"\xFF\xFE");
    bench.checker(&["check"]).assert().code(2).stdout("").stderr(contains("UTF-8"));
}
