//! `checker import tst`: the same answers get the same letters as from tst itself, whose own are in tests/tst/said.json.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::workbench::Workbench;
use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde::Deserialize;

/// What tst said of an activity.
#[derive(Deserialize)]
struct Said {
    /// By answer and suite.
    letters: BTreeMap<String, BTreeMap<String, String>>,
    /// As printed, where there is one suite.
    lines: Option<Vec<String>>,
}

fn activities() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tst")
}

#[test]
fn every_answer_gets_the_letters_that_tst_gives() {
    let said = fs::read_to_string(activities().join("said.json")).unwrap();
    let said: BTreeMap<String, Said> = serde_json::from_str(&said).unwrap();
    assert!(said.len() >= 10 && said.values().map(|said| said.letters.len()).sum::<usize>() >= 40);
    for (name, said) in said {
        let bench = crate::workbench::empty();
        let lab = bench.path("lab.yaml");
        let folder = activities().join(&name);
        let imported = bench.checker(&["import", "tst", folder.to_str().unwrap()]).assert().code(0);
        fs::write(&lab, &imported.get_output().stdout).unwrap();

        let mut answers = said.letters.keys().map(String::as_str).collect::<Vec<_>>();
        let options = ["check", "--format", "tst", "--labs", lab.to_str().unwrap(), "--lab", &name];
        answers.splice(0..0, options);
        let status = if said.letters.values().all(passes) { 0 } else { 1 };
        let checked = bench.checker(&answers).current_dir(&folder).assert().code(status);
        let printed = String::from_utf8(checked.get_output().stdout.clone()).unwrap();
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(lines, lines_of(&said), "{name}");
        if let Some(theirs) = &said.lines {
            assert_eq!(&lines, theirs, "{name}");
        }
    }
}

fn passes(suites: &BTreeMap<String, String>) -> bool {
    suites.values().all(|letters| letters.bytes().all(|letter| letter == b'.'))
}

/// The lines as tst would print them, with the suites by name.
fn lines_of(said: &Said) -> Vec<String> {
    let width = said.letters.keys().map(String::len).max().unwrap_or(0);
    let suites = |suites: &BTreeMap<String, String>| suites.values().cloned().collect::<Vec<_>>().join(" ");
    said.letters.iter().map(|(answer, letters)| format!("{answer:width$} {}", suites(letters))).collect()
}

/// The import of one file with this text.
fn import(bench: &Workbench, text: &str) -> Command {
    fs::write(bench.path("tst.yaml"), text).unwrap();
    bench.checker(&["import", "tst", "tst.yaml", "--name", "it"])
}

#[test]
fn what_cannot_be_said_is_refused_by_name_and_all_at_once() {
    let bench = crate::workbench::empty();
    let test = |text: &str| format!("tests:\n  - {text}\n");
    for (text, told) in [
        ("match: 'a(?=b)'", "look-ahead, `(?=` or `(?!`, cannot be imported"),
        ("match: 'a(?!b)'", "look-ahead"),
        ("match: '(?<=a)b'", "look-behind"),
        (r"match: '(a)\1'", "a backreference"),
        ("match: 'a++'", "a possessive repetition"),
        ("match: '(?x)a'", "the flag `x`"),
        ("match: '(a'", "this is no regex"),
        ("match: ''", "tst fails every answer at an empty `match`"),
        ("match: 7", "write `\"7\"`"),
        ("tokens: [7]", "tst wants a text here"),
        ("output: 1.50", "tst's YAML makes something else"),
        ("output: yes", "write `\"yes\"`"),
        ("output: 1:30", "write `\"1:30\"`"),
        ("output: true", "write `\"true\"`"),
        ("{ input: , output: a }", "tst's YAML makes something else"),
        ("tokens-regex: [a]", "tst breaks off at `tokens-regex`"),
        ("input: a", "a test that says nothing of the output"),
        ("{ output: a, match: a }", "a test that says twice"),
        ("{ script: pytest, type: script }", "runs a script of its own"),
        ("{ output: a, type: web }", "the types `io` and `script`"),
        ("{ output: a, fnmatch: ['*.js'] }", "for some answers alone"),
        ("{ match: a, ignore: { case: 1 } }", "`ignore` is a text or a list"),
        ("parts: a", "the parts are no list"),
        ("parts: [{ out: a, in: b }]", "this is no part of a conversation"),
        ("parts: [{ say: a }]", "`in`, `lin`, `out`, `re` and `tok`"),
        ("{ options: [strict-output], parts: [{ out: 'a b' }] }", "no answer can pass"),
        ("{ options: [strict-output], parts: [{ re: a }] }", "takes a pattern to the letter"),
        ("a", "a test is a map"),
    ] {
        import(&bench, &test(text)).assert().code(2).stdout("").stderr(contains(told));
    }
    let several = "tests:\n  - match: (?=a)\n  - match: (?<=a)\n";
    import(&bench, several)
        .assert()
        .code(2)
        .stderr(predicates::str::starts_with("error: look-ahead"))
        .stderr(contains("tst.yaml:2:12").and(contains("tst.yaml:3:12")).and(contains("has 2 problems")));
}

#[test]
fn what_is_no_activity_is_refused() {
    let bench = crate::workbench::empty();
    let import = |words: &[&str]| bench.checker(&[&["import", "tst"], words].concat());
    import(&["nowhere"]).assert().code(2).stderr(contains("nowhere: there is no such folder"));
    import(&["."]).assert().code(2).stderr(contains("no tests of tst's are here"));
    fs::write(bench.path("test_it.py"), "").unwrap();
    import(&["."]).assert().code(2).stderr(contains("tests for pytest cannot be imported"));
    fs::write(bench.path("tst.yaml"), "tests: 7\n").unwrap();
    import(&["."]).assert().code(2).stderr(contains("the tests are no list"));
    fs::write(bench.path("tst.yaml"), "tests: [\n").unwrap();
    import(&["."]).assert().code(2).stderr(contains("tst.yaml"));
    fs::write(bench.path("tst.yaml"), b"\xff").unwrap();
    import(&["."]).assert().code(2).stderr(contains("this is no UTF-8"));
    fs::write(bench.path("tst.yaml"), "tests: [{ output: a }]\n").unwrap();
    import(&[".", "--name", "No Name"]).assert().code(2).stderr(contains("cannot be a lab's name"));
    import(&["ftp://example.org/a"]).assert().code(2).stdout("");
}

#[test]
fn an_activity_may_lie_on_a_web_server() {
    let bench = crate::workbench::empty();
    let server = crate::loopback::serve_folder(activities().join("suites"));
    let there =
        bench.checker(&["import", "tst", &format!("{}/", server.url), "--name", "it"]).assert().code(0);
    let text = String::from_utf8(there.get_output().stdout.clone()).unwrap();
    // What nobody lists and nobody would guess stays there.
    assert!(text.contains("- id: public-tests-1") && text.contains("- id: tst-1"), "{text}");
    assert!(!text.contains("secret-tests"), "{text}");
    let empty = crate::loopback::serve(|_| crate::loopback::Answer::Status(404));
    bench.checker(&["import", "tst", &empty.url]).assert().code(2).stderr(contains("no tests of tst's"));
    let endless = crate::loopback::serve(|_| crate::loopback::Answer::Endless);
    bench.checker(&["import", "tst", &endless.url]).assert().code(3).stdout("");
    let broken = crate::loopback::serve(|_| crate::loopback::Answer::Status(500));
    bench.checker(&["import", "tst", &broken.url]).assert().code(3).stdout("");
}

#[test]
fn what_has_no_effect_is_told_and_imported_all_the_same() {
    let bench = crate::workbench::empty();
    let text = "require: [data.txt]\ntests:\n  - { output: a, ignore: case blanks }\n";
    import(&bench, text).assert().code(0).stdout(contains("program prints raw: \"a\"")).stderr(
        contains("tst.yaml:1: `require` is left out").and(contains("tst.yaml:3: `ignore: blanks` has no")),
    );
}

#[test]
fn a_file_is_an_answer_if_it_can_be_started() {
    let bench = crate::workbench::empty();
    let lab = import(&bench, "tests: [{ output: \"hi\\n\" }]\n").assert().code(0);
    fs::write(bench.path("labs.yaml"), &lab.get_output().stdout).unwrap();
    fs::write(bench.path("answer.py"), "print('hi')\n").unwrap();
    fs::write(bench.path("answer.txt"), "hi\n").unwrap();
    bench.checker(&["check", "--lab", "it", "answer.py"]).assert().code(0);
    bench.checker(&["check", "./answer.py", "--format", "tst"]).assert().code(0).stdout("./answer.py .\n");
    let odd = bench.checker(&["check", "./answer.txt"]).assert().code(2);
    odd.stderr(contains("nothing tells how to start this file"));
}
