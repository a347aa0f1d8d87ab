//! What programs read, the exit status and the JSON report, is described whole.

use std::collections::BTreeSet;
use std::fs::File;
use std::process::Stdio;

use super::workbench::greeters;

const JSON: &str = include_str!("../../../docs/json.md");
const VERDICTS: &str = include_str!("../../../docs/verdicts.md");
const DOCUMENT: &str = include_str!("../../src/report/results/document.rs");

#[test]
fn every_member_of_the_report_is_described() {
    let told: BTreeSet<&str> =
        JSON.split('`').skip(1).step_by(2).map(|word| word.trim_end_matches('?')).collect();
    let fields = DOCUMENT.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
    let fields: BTreeSet<&str> = fields.map(|(name, _)| name).filter(|name| !name.contains(' ')).collect();
    assert!(fields.len() > 30, "{fields:?}");
    let missing: Vec<_> = fields.difference(&told).collect();
    assert!(missing.is_empty(), "docs/json.md does not speak of {missing:?}");
}

#[test]
fn every_status_of_the_process_is_described() {
    let section = VERDICTS.split("## Exit status").nth(1).unwrap().split("\n## ").next().unwrap();
    let bench = greeters(&["greeting"]);
    bench.write("greeting/main.py", "print('hi')\n");
    let status = |words: &[&str]| bench.run(words).status.unwrap();
    let mut without_room = bench.command(&["check", "--format", "json"]);
    without_room.stdout(File::options().write(true).open("/dev/full").unwrap()).stderr(Stdio::null());
    let seen = [
        status(&["check"]),
        status(&["check", "greeting", "--program", "true"]),
        status(&["check", "nothing"]),
        without_room.status().unwrap().code().unwrap(),
    ];
    assert_eq!(seen, [0, 1, 2, 3]);
    for status in seen.into_iter().chain([130]) {
        assert!(section.contains(&format!("\n| {status} |")), "{status}");
    }
    let help = bench.run(&["--help"]).stdout;
    let verbs = help.lines().filter_map(|line| line.strip_prefix("  ")?.split_once("  "));
    let verbs: BTreeSet<&str> = verbs.map(|(verb, _)| verb).collect();
    let named = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let strangers: Vec<&str> = named.filter(|verb| !verbs.contains(verb)).collect();
    assert!(strangers.is_empty(), "{strangers:?} are no verbs of {verbs:?}");
}
