//! What the book shows of a failure is what is said of a known wrong program.
//!
//! A comment above such a block names the program, `<!-- told: chat/one-at-a-time.py -->`, and the snapshots of
//! `labs` have its words, with names in place of what differs from run to run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex::Regex;

const VERDICTS: &str = include_str!("../../../docs/verdicts.md");

/// What is shown; a snapshot has the sentence, too.
const LABELS: [&str; 3] = ["expected", "actual", "why"];

/// What a report says of one failure, by its label: `kind`, `expected`, `actual`, `why`.
type Told = BTreeMap<String, String>;

#[test]
fn what_is_shown_of_a_failure_is_what_is_said() {
    let snapshots = snapshots();
    let mut shown = 0;
    for (kind, section) in sections() {
        for (program, block) in blocks(section) {
            let Some(program) = program else { continue };
            let said = snapshots.get(program).unwrap_or_else(|| panic!("no snapshot speaks of {program}"));
            assert_eq!(said["kind"], kind, "{program}");
            for (label, said) in said.iter().filter(|(label, _)| LABELS.contains(&label.as_str())) {
                let shown = told(&block).remove(label).unwrap_or_default();
                assert!(
                    pattern(said).is_match(&shown),
                    "{program}, {label}:\n  shown  {shown}\n  said   {said}"
                );
            }
            shown += 1;
        }
    }
    assert!(shown > 15, "only {shown} failures are shown");
}

/// How these look was taken from programs that belong to no lab.
const OF_NO_LAB: [&str; 6] =
    ["build-failed", "not-implemented", "wrong-address", "reset", "limit-exceeded", "timed-out"];

#[test]
fn each_kind_is_shown_by_a_wrong_program() {
    for (kind, section) in sections() {
        let is_shown = blocks(section).iter().any(|(program, _)| program.is_some());
        let may_lack = OF_NO_LAB.contains(&kind);
        assert!(is_shown != may_lack, "{kind}: name a program that fails so, `<!-- told: LAB/PROGRAM -->`");
    }
}

/// The kinds of failure, and what is said of each.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = VERDICTS.split("\n### `").skip(1);
    sections.map(|section| section.split("\n## ").next().unwrap().split_once('`').unwrap())
}

/// The blocks of output, and the programs that are named above them.
fn blocks(section: &str) -> Vec<(Option<&str>, String)> {
    let mut blocks = Vec::new();
    let mut parts = section.split("```");
    while let (Some(above), Some(block)) = (parts.next(), parts.next()) {
        let last = above.trim_end().lines().last().unwrap_or_default();
        let program = last.strip_prefix("<!-- told: ").and_then(|rest| rest.strip_suffix(" -->"));
        blocks.push((program, block.trim_start_matches("text\n").to_owned()));
    }
    blocks
}

/// What stands behind each label, lines that were folded in one again.
fn told(block: &str) -> Told {
    let mut told: Told = BTreeMap::new();
    let mut label = String::new();
    for line in block.lines().filter(|line| !line.trim_start().starts_with("^ first difference")) {
        let (head, text) = line.split_at_checked(10).unwrap_or((line, ""));
        if head.trim().is_empty() {
            let before = told.get_mut(&label).unwrap();
            before.push(' ');
            before.push_str(text.trim());
        } else {
            label = head.trim().to_owned();
            told.insert(label.clone(), text.trim().to_owned());
        }
    }
    told
}

/// All that the English snapshots say, by `LAB/PROGRAM`.
fn snapshots() -> BTreeMap<String, Told> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labs/snapshots");
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(lab) = name.strip_suffix(".snap").filter(|lab| !lab.contains(['.', '_'])) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for entry in text.splitn(3, "---\n").nth(2).unwrap().split("\n\n") {
            let (head, said) = entry.trim().split_once('\n').unwrap();
            let program = head.split(" fails ").next().unwrap();
            let said: String = said.lines().map(|line| format!("{}\n", &line[2..])).collect();
            all.insert(format!("{lab}/{program}"), told(&said));
        }
    }
    assert!(all.len() > 60, "only {} failures in the snapshots", all.len());
    all
}

/// What the snapshots name in capitals and braces may be anything of its kind.
fn pattern(said: &str) -> Regex {
    let masks = [
        (r"\\\{word\d*\\\}", r"\w+"),
        ("PORT", r"\d+"),
        ("PID", r"\d+"),
        ("TIME", r"<?\d+ ms"),
        (r"\bN\b", r"\d+"),
    ];
    let pattern = masks.iter().fold(regex::escape(said), |pattern, (mask, any)| {
        Regex::new(mask).unwrap().replace_all(&pattern, regex::NoExpand(any)).into_owned()
    });
    Regex::new(&format!("^{pattern}$")).unwrap()
}
