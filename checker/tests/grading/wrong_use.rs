//! What cannot be graded is told with its cure, and nothing is run.

use super::workbench;
use super::{HI, hand_in};

#[test]
fn wrong_use_is_told_with_its_cure() {
    let bench = workbench::greeters(&["hi"]);
    hand_in(&bench, "class/ana/hi", HI);
    bench.write("empty/readme.txt", "nothing");
    bench.write("class.txt", "ana x\nana y\n");
    bench.write("broken.jsonl", "no result\n{}\n");
    bench.write("single/Cargo.toml", "");
    let refused = |words: &[&str]| {
        let told = bench.run(&[&["grade"], words].concat());
        assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""), "{words:?}: {}", told.stderr);
        told.stderr
    };
    assert!(refused(&[]).contains("DIR"));
    assert!(refused(&["nowhere"]).contains("Name a folder that holds one folder"));
    assert!(refused(&["empty"]).contains("A submission is a folder, an archive"));
    assert!(refused(&["single"]).contains("Name the folder above"));
    assert!(refused(&["--list", "class.txt"]).contains("class.txt:2: the name ana stands in line 1"));
    assert!(refused(&["class", "--results", "broken.jsonl"]).contains("broken.jsonl:1"));
    assert!(refused(&["class", "--lab", "hu"]).contains("hu"));
    assert!(refused(&["class", "--only", "hu"]).contains("no lab has a check"));
    assert!(refused(&["class", "--shard", "3/2"]).contains("I from 1 to N"));
    assert!(refused(&["class", "--shard", "auto"]).contains("--shard 2/8"));
    assert!(refused(&["--changed", "main", "class", "empty"]).contains("one work tree"));
    let several = bench.run(&["check", "--labs", "labs.yaml", "--labs", "labs.yaml"]);
    assert!(several.stderr.contains("which only `checker grade` takes"), "{}", several.stderr);
}
