//! `checker verify`: labs that are proven and labs that are not, by reference, skeleton and wrong programs.

use crate::workbench::{LAST_RESORT, Tether, Workbench, empty, fixture, processes};
use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;
use serde_json::Value;

const LAB: &str = r#"format: 1
course: Proofs
labs:
  - id: shout
    title: Shouting
    exercise: skeleton
    solution: reference
    checks:
      - id: accepts
        title: a client can connect
        points: 1
        script: |
          ana connects
      - id: line
        title: a line comes back in capitals
        points: 1
        needs: [accepts]
        script: |
          ana connects
          ana sends: {word}
          ana receives: /\[[A-Z]+\]/
      - id: again
        title: so does the next one
        points: 1
        needs: [line]
        script: |
          ana connects
          ana sends: one
          ana receives: [ONE]
          ana sends: two
          ana receives: [TWO]
    wrong:
      - { program: keeps-case.py, fails: line, kind: mismatch }
      - { program: only-one.c, fails: again, kind: no-answer }
"#;

fn source(name: &str) -> String {
    std::fs::read_to_string(fixture("verify").join(name)).unwrap()
}

/// A course with one lab and these sources of its two crates.
fn course(labs: &str, reference: &str, skeleton: &str) -> Workbench {
    let bench = empty();
    bench.write("labs.yaml", labs);
    bench.write_crate("reference", "reference", &source(reference));
    bench.write_crate("skeleton", "skeleton", &source(skeleton));
    for program in ["keeps-case.py", "only-one.c"] {
        bench.write(&format!("reference/wrong/{program}"), source(program));
    }
    bench
}

fn json(bench: &Workbench, words: &[&str]) -> (Option<i32>, Value) {
    let told = bench.run(&[&["verify", "--format", "json"], words].concat());
    let document = serde_json::from_str(&told.stdout).unwrap_or_else(|error| {
        panic!("{error}\nstdout: {}\nstderr: {}", told.stdout, told.stderr);
    });
    (told.status, document)
}

#[test]
fn a_sharp_lab_is_proven() {
    let bench = course(LAB, "reference.rs", "skeleton.rs");
    let told = bench.run(&["verify"]);
    assert_eq!(told.status, Some(0), "{}{}", told.stdout, told.stderr);
    for part in [
        "ok   reference  passes 3 of 3 checks, in 9 runs",
        "ok   skeleton   passes none of 3 graded checks",
        "ok   wrong      2 of 2 wrong programs fail where labs.yaml says, and so",
        "      a accepts, b line, c again\n",
        "                     abc\n",
        "      keeps-case.py  .X-\n",
        "      only-one.c     ..X\n",
        "      no wrong program for: accepts\n",
        "ok   mutants    ",
        "The lab is proven, in ",
    ] {
        assert!(told.stdout.contains(part), "{part:?} is not in\n{}", told.stdout);
    }
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 80), "{}", told.stdout);

    let one = bench.run(&["verify", "--wrong", "keeps-case.py", "--runs", "1"]).stdout;
    assert!(one.contains("ok   wrong      1 of 1") && one.contains("keeps-case.py  .X-\n"), "{one}");
    assert!(
        !["reference", "skeleton", "mutants", "only-one.c"].iter().any(|part| one.contains(part)),
        "{one}"
    );
    let words = ["verify", "--only", "line", "--runs", "1", "--part", "reference,wrong"];
    let line = bench.run(&words).stdout;
    for part in ["passes 2 of 2 checks, in 2 runs", "1 of 1 wrong", "keeps-case.py  .X\n", "for: accepts\n"] {
        assert!(line.contains(part), "{part:?} is not in\n{line}");
    }
    for (option, name, cure) in [
        (["--only", "lime"], "lime", "Did you mean line?"),
        (["--wrong", "only-one.cc"], "only-one.cc", "Did you mean only-one.c?"),
    ] {
        let told = bench.run(&[&["verify"][..], &option].concat());
        assert_eq!(told.status, Some(2), "{}", told.stdout);
        assert!(told.stderr.contains(name) && told.stderr.contains(cure), "{}", told.stderr);
    }
}

#[test]
fn what_is_not_as_it_should_be_is_told() {
    let wrong = LAB
        .replace("fails: line, kind: mismatch", "fails: line, kind: extra-data")
        .replace("fails: again, kind: no-answer", "fails: accepts, kind: no-answer")
        .replace("receives: [TWO]", "receives: [THREE]");
    let bench = course(&wrong, "reference.rs", "eager.rs");
    let told = bench.run(&["verify", "shout", "--runs", "1"]);
    assert_eq!(told.status, Some(1), "{}{}", told.stdout, told.stderr);
    for part in [
        "FAIL reference  passes 2 of 3 checks, in 3 runs",
        "again failed in 1 of 1 runs with mismatch, at labs.yaml:31: ana receives:\n      [THREE]",
        "FAIL skeleton   passes 1 of 3 graded checks",
        "points for nothing: accepts.",
        "FAIL wrong      0 of 2 wrong programs fail where labs.yaml says, and so",
        "      keeps-case.py  .!-\n",
        "      only-one.c     !.x\n",
        "labs.yaml:33: keeps-case.py must fail line with extra-data; instead, line\n      failed with mismatch",
        "labs.yaml:34: only-one.c must fail accepts with no-answer; instead,\n      accepts passed",
        "The lab is not proven, in ",
    ] {
        assert!(told.stdout.contains(part), "{part:?} is not in\n{}", told.stdout);
    }
    let (status, document) = json(&bench, &["--runs", "2"]);
    assert_eq!(status, Some(1));
    assert_eq!(document["proven"], false);
    let lab = &document["labs"][0];
    assert_eq!(lab["standing"], "refuted");
    assert_eq!(lab["reference"]["verdicts"][2]["sentence"], "ana receives: [THREE]");
    assert_eq!(lab["wrong"][0]["verdicts"][1]["kind"], "mismatch");
    assert_eq!(lab["without_wrong"], serde_json::json!(["again"]));
    assert_eq!(lab["wrong"][0]["again"][0]["kind"], "mismatch");
    let portuguese = bench.run(&["verify", "--runs", "1", "--lang", "pt-BR"]);
    for part in ["pontos de graça: accepts.", "      sem programa errado para: again\n"] {
        assert!(portuguese.stdout.contains(part), "{}", portuguese.stdout);
    }
}

#[test]
fn what_cannot_be_built_is_told() {
    let bench = course(LAB, "reference.rs", "skeleton.rs");
    bench.write("reference/wrong/only-one.c", "int main(void) { return nothing; }\n");
    bench.write("reference/src/main.rs", "fn main() { nothing }\n");
    let told = bench.run(&["verify", "--runs", "1"]);
    assert_eq!(told.status, Some(1), "{}{}", told.stdout, told.stderr);
    assert!(told.stdout.contains("FAIL reference  did not build"), "{}", told.stdout);
    assert!(told.stdout.contains("only-one.c did not build"), "{}", told.stdout);
    // What was compiled stays until its file changes.
    bench.write("reference/wrong/only-one.c", source("only-one.c"));
    bench.write("reference/src/main.rs", source("reference.rs"));
    assert_eq!(bench.run(&["verify", "--runs", "1", "--stress"]).status, Some(0));
}

#[test]
fn nothing_is_proven_of_a_lab_without_a_reference_or_outside_of_a_course() {
    let bench = course(&LAB.replace("    solution: reference\n", ""), "reference.rs", "skeleton.rs");
    let told = bench.run(&["verify", "--runs", "1"]);
    assert_eq!(told.status, Some(1), "{}", told.stdout);
    assert!(told.stdout.contains("labs.yaml names no solution"), "{}", told.stdout);
    assert_eq!(bench.run(&["verify", "shot"]).status, Some(2));
    assert_eq!(empty().run(&["verify"]).status, Some(2));
}

/// Nobody asks what comes behind the answer, and what is left over is allowed everywhere.
#[test]
fn what_no_check_notices_survives() {
    let loose = LAB.replace("    exercise: skeleton\n", "    exercise: skeleton\n    leftovers: allowed\n");
    let loose = loose.replace("          ana sends: two\n          ana receives: [TWO]\n", "");
    let bench = course(&loose, "reference.rs", "skeleton.rs");
    let (status, document) = json(&bench, &["--part", "mutants"]);
    assert_eq!(status, Some(1));
    let findings = document["labs"][0]["mutants"]["findings"].as_array().unwrap();
    let survivor = |finding: &&Value| {
        finding["found"] == "unnoticed"
            && finding["alteration"] == "line-after"
            && finding["check"] == "again"
            && finding["line"] == 30
    };
    assert!(findings.iter().any(|finding| survivor(&finding)), "{findings:#?}");
    assert!(findings.iter().all(|finding| finding["found"] == "unnoticed"), "{findings:#?}");
    let told = bench.run(&["verify", "--part", "mutants"]);
    assert!(told.stdout.contains("FAIL mutants"), "{}", told.stdout);
    assert!(told.stdout.contains("no other check of the lab fails for it"), "{}", told.stdout);

    // One check that does not allow it notices for all of them.
    let mended = loose.replace("      - id: again\n", "      - id: again\n        leftovers: forbidden\n");
    let bench = course(&mended, "reference.rs", "skeleton.rs");
    let told = bench.run(&["verify", "--part", "mutants"]);
    assert_eq!(told.status, Some(0), "{}{}", told.stdout, told.stderr);
}

/// A lab whose reference is never at rest once it was asked: then it takes a page out of the tether.
fn restless(manner: &str) -> (Workbench, Tether) {
    let bench = empty();
    let tether = Tether::new(&bench);
    let labs = std::fs::read_to_string(fixture("verify/restless.yaml")).unwrap();
    let words = format!("{} {manner}", tether.path.display());
    bench.write("labs.yaml", labs.replace("WORDS", &words));
    bench.write("reference/main.py", source("restless.py"));
    (bench, tether)
}

#[test]
fn control_c_ends_every_part_at_once() {
    let patience = u64::try_from(LAST_RESORT.as_millis()).unwrap();
    // The first to be asked for the mutants hears what is not altered, and what is then dropped is waited for.
    for (part, manner, asked) in [("reference", "silent", 1), ("mutants", "answers", 2)] {
        let (bench, mut tether) = restless(manner);
        let mut session = spawn_command(bench.command(&["verify", "--part", part]), Some(patience)).unwrap();
        session.exp_string(&format!("  lab 1 of 1  {part}: ")).unwrap();
        tether.wait_for(asked, || session.process().status().is_none());
        session.send_control('c').unwrap();
        let shown = session.exp_eof().unwrap();
        assert!(shown.contains("Interrupted in restless, after "), "{shown}");
        let status = session.process().wait().unwrap();
        assert!(matches!(status, WaitStatus::Exited(_, 130)), "{status:?}: {shown}");
        assert_eq!(processes(&tether.path.display().to_string()), [""; 0]);
        tether.wait_free();
    }
}
