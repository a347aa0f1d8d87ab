//! The tutorial can be followed: its files are written, its changes made, and what its quick commands print is what it
//! shows. In the end its lab is without a warning, its solution passes, and its wrong programs fail where it says.

use std::fs;

use super::workbench::{Workbench, empty};

const TUTORIAL: &str = include_str!("../../../docs/first-lab.md");

/// Of these all that is printed is compared; what others print has times in it, and goes on for long.
const QUICK: [&str; 3] = ["new", "lint", "explain"];

#[test]
fn the_first_lab_comes_to_be_as_it_is_told() {
    let bench = empty();
    let mut compared = 0;
    for block in blocks() {
        match (block.form, block.marker) {
            ("console", _) => compared += follow(&bench, &block.text),
            (_, Some(("file", path))) => drop(bench.write(path, &block.text)),
            (_, Some(("append", path))) => {
                let whole = fs::read_to_string(bench.path(path)).unwrap() + &block.text;
                bench.write(path, whole);
            }
            (_, Some(("change", path))) => {
                let (old, new) = (side(&block.text, '-'), side(&block.text, '+'));
                let text = fs::read_to_string(bench.path(path)).unwrap();
                assert_eq!(text.matches(&old).count(), 1, "to be changed in {path}:\n{old}");
                bench.write(path, text.replace(&old, &new));
            }
            (form, marker) => panic!("what is to be done with this {form} ({marker:?})?\n{}", block.text),
        }
    }
    assert!(compared >= 5, "only {compared} commands were compared");

    let proof = bench.run(&["verify", "--part", "reference", "--part", "wrong", "--runs", "1"]);
    assert_eq!(proof.status, Some(0), "{}{}", proof.stdout, proof.stderr);
}

/// Runs the quick commands of a session, and tells how many there were.
fn follow(bench: &Workbench, session: &str) -> usize {
    let mut compared = 0;
    for part in format!("\n{session}").split("\n$ ").skip(1) {
        let (command, shown) = part.split_once('\n').unwrap();
        if let Some(file) = command.strip_prefix("rm ") {
            fs::remove_file(bench.path(file)).unwrap();
            continue;
        }
        let words = shell_words::split(command).unwrap();
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        if QUICK.contains(&words[0]) {
            let told = bench.run(&words);
            assert_eq!(format!("{}{}", told.stdout, told.stderr).trim(), shown.trim(), "{command}");
            compared += 1;
        }
    }
    compared
}

/// The lines of one side of a difference.
fn side(text: &str, sign: char) -> String {
    let lines = text.lines().filter_map(|line| line.strip_prefix(sign));
    lines.map(|line| format!("{line}\n")).collect()
}

struct Block {
    /// What stands behind the fence.
    form: &'static str,
    /// What the comment above says, `<!-- file: labs.yaml -->`.
    marker: Option<(&'static str, &'static str)>,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut parts = TUTORIAL.split("\n```");
    let mut blocks = Vec::new();
    while let (Some(above), Some(block)) = (parts.next(), parts.next()) {
        let (form, text) = block.split_once('\n').unwrap();
        let comment = above.lines().last().unwrap_or_default();
        let marker = comment.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        blocks.push(Block {
            form,
            marker: marker.and_then(|marker| marker.split_once(": ")),
            text: format!("{text}\n"),
        });
    }
    assert!(blocks.len() > 20, "the blocks were not found");
    blocks
}
