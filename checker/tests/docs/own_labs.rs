//! The two labs that stand beside the tutorial are without a warning, their solutions pass, and each of their checks has
//! a wrong program that fails there.

use std::fs;

use super::workbench::empty;

#[test]
fn the_further_labs_are_proven() {
    let labs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/labs-of-your-own/labs.yaml");
    let bench = empty();
    let lint = bench.run(&["lint", labs]);
    assert_eq!(lint.status, Some(0), "{}{}", lint.stdout, lint.stderr);

    let text = fs::read_to_string(labs).unwrap();
    let checks: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("      - id: ")).collect();
    assert_eq!(checks.len(), 25, "{checks:?}");
    for check in checks {
        assert!(text.contains(&format!(".py, fails: {check}, kind: ")), "no wrong program for {check}");
    }

    let parts = ["--part", "reference", "--part", "skeleton", "--part", "wrong"];
    let proof = bench.run(&[&["verify", "--labs", labs, "--runs", "1"], &parts[..]].concat());
    assert_eq!(proof.status, Some(0), "{}{}", proof.stdout, proof.stderr);
}
