//! `checker import tst`: the same answers get the same letters as from tst itself, whose own are in tests/tst/said.json.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

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
    let left = Mutex::new(said.iter());
    // Two at a time: while one begins or waits for a time-out, the other one keeps the processors busy.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let next = || left.lock().unwrap().next();
                while let Some((name, said)) = next() {
                    agrees(name, said);
                }
            });
        }
    });
}

fn agrees(name: &str, said: &Said) {
    let bench = crate::workbench::empty();
    let lab = bench.path("lab.yaml");
    let folder = activities().join(name);
    let imported = bench.checker(&["import", "tst", folder.to_str().unwrap()]).assert().code(0);
    let text = String::from_utf8(imported.get_output().stdout.clone()).unwrap();
    // Where no answer runs into the limit, a busy machine must not make one.
    let limit = if said.letters.values().flat_map(BTreeMap::values).any(|letters| letters.contains('t')) {
        "    within: 2s\n"
    } else {
        "    within: 30s\n"
    };
    fs::write(&lab, text.replacen("    within: 2s\n", limit, 1)).unwrap();

    let mut answers = said.letters.keys().map(String::as_str).collect::<Vec<_>>();
    let options = ["check", "--format", "tst", "--labs", lab.to_str().unwrap(), "--lab", name];
    answers.splice(0..0, options);
    let status = if said.letters.values().all(passes) { 0 } else { 1 };
    // A version manager's python3 takes longer to begin than all answers need.
    let path = format!("/usr/bin:{}", env::var("PATH").unwrap());
    let checked = bench.checker(&answers).current_dir(&folder).env("PATH", path).assert().code(status);
    let printed = String::from_utf8(checked.get_output().stdout.clone()).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines, lines_of(said), "{name}");
    if let Some(theirs) = &said.lines {
        assert_eq!(&lines, theirs, "{name}");
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
        ("{ output: a, type: web }", "the types `io` and `script`"),
        ("{ output: a, fnmatch: '*.py' }", "write a list: `fnmatch: [\"*.py\"]`"),
        ("{ output: a, fnmatch: ['sub/*.py'] }", "fits no file's name"),
        ("{ script: a, input: b }", "tst wants one of both"),
        ("{ type: script }", "a script without a command"),
        ("script: ''", "a script without a command"),
        ("script: 7", "tst wants a text here"),
        ("script: judge '{}", "a quote in this command line is never closed"),
        ("script: judge {} {}", "tst breaks off at a second `{}`"),
        ("script: judge {} {x}", "tst breaks off at a single brace"),
        ("script: judge {file}", "`{file}` in a command line cannot be imported"),
        ("script: python ../judge.py {}", "`../judge.py` lies outside of the activity"),
        ("script: python judge.py {}", "there is no file `judge.py` in the activity"),
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
    import(&["."]).assert().code(2).stderr(
        contains("tests for pytest cannot be imported")
            .and(contains("`script: pytest test_it.py --tst {} --clean`")),
    );
    fs::write(bench.path("tst.yaml"), "name: nothing yet\n").unwrap();
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
    let text = "require: [sum.py, 'data*']\ntests:\n  - { output: a, ignore: case blanks }\n";
    import(&bench, text).assert().code(0).stdout(contains("program prints raw: \"a\"")).stderr(
        contains("tst.yaml:1: `require: sum.py` is left out")
            .and(contains("`require: data*` is left out"))
            .and(contains("tst.yaml:3: `ignore: blanks` has no")),
    );
    import(&bench, "tests:\n  - { type: io, script: a, output: b }\n")
        .assert()
        .code(0)
        .stderr(contains("tst.yaml:2: `script` has no effect in a test of this type"));
}

#[test]
fn what_would_never_end_or_leads_out_is_refused() {
    let bench = crate::workbench::empty();
    let refused = |told: &str| {
        let import = bench.checker(&["import", "tst", ".", "--name", "it"]);
        { import }.assert().code(2).stdout("").stderr(contains(told));
    };
    symlink("/dev/zero", bench.path("tst.yaml")).unwrap();
    refused("tst.yaml: this is no ordinary file");
    fs::remove_file(bench.path("tst.yaml")).unwrap();
    fs::create_dir(bench.path("tst.yaml")).unwrap();
    refused("tst.yaml: this is no ordinary file");
    fs::remove_dir(bench.path("tst.yaml")).unwrap();
    bench.write("tst.yaml", vec![b' '; (1 << 20) + 1]);
    refused("tst.yaml: larger than 1 MiB");
    bench.write("tst.yaml", "[".repeat(100_000));
    refused("more than 1000 brackets are open here");
    let required = "require: [data.txt]\ntests: [{ output: a }]\n";
    bench.write("tst.yaml", required);
    refused("there is no file `data.txt` in the activity");
    symlink("/etc/passwd", bench.path("data.txt")).unwrap();
    refused("`data.txt` cannot be taken along: this is no ordinary file");
    fs::remove_file(bench.path("data.txt")).unwrap();
    bench.write("data.txt", vec![b'a'; (1 << 20) + 1]);
    refused("`data.txt` cannot be taken along: larger than 1 MiB");
    bench.write("data.txt", b"\xff");
    refused("`data.txt` cannot be taken along: this is no UTF-8");
}

#[test]
fn what_is_taken_along_comes_back_to_the_byte() {
    let bench = crate::workbench::empty();
    let odd = [
        "",
        "\n",
        "no end",
        " indented\n",
        "\tcaf\u{e9}\r\n",
        "two\n\n\nends\n\n",
        "\u{2028}\u{85}\u{7f}\0\"\\\n",
        "# a: b\n  - c\n",
    ];
    let names: Vec<String> = (0..odd.len()).map(|number| format!("data{number}.txt")).collect();
    for (name, content) in names.iter().zip(odd) {
        bench.write(name, content);
    }
    let text = format!("name: \"a\\u2028b\"\nrequire: [{}]\ntests: [{{ output: a }}]\n", names.join(", "));
    let imported = import(&bench, &text).assert().code(0);
    let imported = String::from_utf8(imported.get_output().stdout.clone()).unwrap();
    let course = checker::manifest::read(Path::new("lab.yaml"), &imported).unwrap();
    assert_eq!(course.title.default, "a\u{2028}b");
    let files = &course.labs[0].checks[0].files;
    assert_eq!(files.values().map(String::as_str).collect::<Vec<_>>(), odd);
}

#[test]
fn a_judge_keeps_its_own_files() {
    let bench = crate::workbench::empty();
    bench.write("judge.py", "import sys\nprint('.' if 'mine' in open(sys.argv[1]).read() else 'F')\n");
    let lab = import(&bench, "tests: [{ script: 'python judge.py {}' }]\n").assert().code(0);
    fs::write(bench.path("labs.yaml"), &lab.get_output().stdout).unwrap();
    // An answer of the same name does not become the judge.
    bench.write("answer/judge.py", "# mine\nprint('.')\n");
    bench.write("answer/not.txt", "print('.')\n");
    let check = |file: &str| bench.checker(&["check", "--lab", "it", "--format", "tst", file]);
    check("answer/judge.py").assert().code(0).stdout("answer/judge.py .\n");
    // Nobody starts a text; a judge reads it.
    check("answer/not.txt").assert().code(1).stdout("answer/not.txt F\n");
    bench.write("judge.py", "");
    // The lab has the judge that it was given.
    check("answer/judge.py").assert().code(0);
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
