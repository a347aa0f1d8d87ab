//! The JSON report of real runs has the shape that docs/json.md promises, and no other; and the other reports are written
//! from the same results, whether at once or from what was saved.
use crate::workbench::{self, check, lab, python, text, workbench};
use serde_json::Value;

/// What stands behind a name.
#[derive(Clone, Copy)]
enum Is {
    Text,
    Whole,
    Time,
    Truth,
    Words,
    Object(&'static [Member]),
    Each(&'static [Member]),
    /// Names of one's own, with texts.
    Texts,
}

type Member = (&'static str, Is);

/// A `?` at the end of a name: it may be left out.
const DOCUMENT: &[Member] = &[
    ("format", Is::Whole),
    ("labs_file", Is::Text),
    ("seed", Is::Whole),
    ("duration_ms", Is::Time),
    (
        "totals",
        Is::Object(&[
            ("points", Is::Whole),
            ("out_of", Is::Whole),
            ("passed", Is::Whole),
            ("failed", Is::Whole),
            ("skipped", Is::Whole),
            ("errored", Is::Whole),
        ]),
    ),
    ("labs", Is::Each(LAB)),
];

const LAB: &[Member] = &[
    ("lab", Is::Text),
    ("title", Is::Text),
    ("submission", Is::Object(&[("kind", Is::Text), ("path?", Is::Text), ("command?", Is::Text)])),
    ("points", Is::Whole),
    ("out_of", Is::Whole),
    (
        "build?",
        Is::Object(&[
            ("ok", Is::Truth),
            ("duration_ms", Is::Time),
            ("summary?", Is::Text),
            ("output?", Is::Text),
        ]),
    ),
    ("error?", Is::Text),
    ("checks", Is::Each(CHECK)),
];

const CHECK: &[Member] = &[
    ("id", Is::Text),
    ("title", Is::Text),
    ("outcome", Is::Text),
    ("points", Is::Whole),
    ("out_of", Is::Whole),
    ("duration_ms", Is::Time),
    ("hidden?", Is::Truth),
    ("runs?", Is::Object(&[("passed", Is::Whole), ("total", Is::Whole)])),
    ("kind?", Is::Text),
    ("step?", Is::Object(&[("line", Is::Whole), ("sentence", Is::Text)])),
    ("expected?", Is::Text),
    ("actual?", Is::Text),
    ("why?", Is::Text),
    ("hint?", Is::Text),
    ("skipped?", Is::Object(&[("reason", Is::Text), ("check?", Is::Text)])),
    ("error?", Is::Text),
    ("notes?", Is::Each(&[("note", Is::Text), ("who?", Is::Text)])),
    ("words?", Is::Texts),
    ("threads?", Is::Each(&[("thread", Is::Text), ("doing", Is::Text)])),
    ("listening?", Is::Words),
    ("last_output?", Is::Object(&[("stdout", Is::Text), ("stderr", Is::Text)])),
    (
        "transcript",
        Is::Each(&[
            ("at_ms", Is::Time),
            ("who", Is::Text),
            ("what", Is::Text),
            ("text?", Is::Text),
            ("bytes?", Is::Whole),
        ]),
    ),
];

/// Every way in which the value differs from its description.
fn differences(value: &Value, is: Is, at: &str, found: &mut Vec<String>) {
    let fits = match is {
        Is::Text => value.is_string(),
        Is::Whole => value.is_u64(),
        Is::Time => value.is_f64() && value.as_f64() >= Some(0.0),
        Is::Truth => value.is_boolean(),
        Is::Words => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        Is::Texts => value.as_object().is_some_and(|members| members.values().all(Value::is_string)),
        Is::Each(members) => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                differences(item, Is::Object(members), &format!("{at}[{index}]"), found);
            }
            value.is_array()
        }
        Is::Object(members) => {
            for (name, is) in members {
                let key = name.trim_end_matches('?');
                match value.get(key) {
                    Some(member) => differences(member, *is, &format!("{at}.{key}"), found),
                    None if name.ends_with('?') => {}
                    None => found.push(format!("{at}.{key} is missing")),
                }
            }
            for key in value.as_object().into_iter().flat_map(|members| members.keys()) {
                if !members.iter().any(|(name, _)| name.trim_end_matches('?') == key) {
                    found.push(format!("{at}.{key} is not described"));
                }
            }
            value.is_object()
        }
    };
    if !fits {
        found.push(format!("{at} is of another kind: {value}"));
    }
}

fn assert_shape(report: &Value) {
    let mut found = Vec::new();
    differences(report, Is::Object(DOCUMENT), "report", &mut found);
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(report["format"], 1);
    let labs = report["labs"].as_array().unwrap();
    let all: Vec<&Value> = labs.iter().flat_map(crate::workbench::checks).collect();
    for outcome in ["passed", "failed", "skipped", "errored"] {
        let count = all.iter().filter(|check| check["outcome"] == outcome).count();
        assert_eq!(report["totals"][outcome], count, "{outcome}");
    }
    for member in ["points", "out_of"] {
        let sum =
            |values: &mut dyn Iterator<Item = &Value>| values.map(|v| v[member].as_u64().unwrap()).sum();
        let total: u64 = sum(&mut all.iter().copied());
        assert_eq!(report["totals"][member], total);
        assert_eq!(report["totals"][member], sum(&mut labs.iter()));
    }
    for check in all {
        let has = |name: &str| !check[name].is_null();
        let (failed, skipped) = (check["outcome"] == "failed", check["outcome"] == "skipped");
        assert_eq!(has("kind"), failed && check["hidden"] != true, "{check:#}");
        assert_eq!(has("skipped"), skipped, "{check:#}");
        assert_eq!(has("error"), check["outcome"] == "errored", "{check:#}");
        let times = check["transcript"].as_array().unwrap().iter().map(|entry| entry["at_ms"].as_f64());
        assert!(times.is_sorted(), "{check:#}");
    }
}

#[test]
fn a_passing_run() {
    let bench = workbench();
    let (status, report) = bench.report(&["echo", "--program", &python("echo.py")]);
    assert_eq!(status, Some(0));
    assert_shape(&report);
    assert_eq!(lab(&report, "echo")["submission"]["kind"], "program");
    let line = check(&report, "line");
    let word = text(&line["words"], "word");
    let told: Vec<(&str, &str, Option<&str>)> = line["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (text(entry, "who"), text(entry, "what"), entry["text"].as_str()))
        .collect();
    let said = format!("{word}\n");
    let said = Some(said.as_str());
    assert_eq!(told[0].1, "started");
    assert_eq!(
        told[1..],
        [("ana", "connected", None), ("ana", "sent", said), ("ana", "received", said)],
        "{line:#}"
    );
    assert_eq!(line["transcript"][2]["bytes"], word.len() + 1);
}

#[test]
fn a_failing_run() {
    let bench = workbench();
    let (status, report) = bench.report(&["echo", "--program", &python("garbage.py")]);
    assert_eq!(status, Some(1));
    assert_shape(&report);
    let line = check(&report, "line");
    assert_eq!(line["kind"], "mismatch");
    assert_eq!(line["step"], serde_json::json!({"line": 23, "sentence": "ana receives: {word}"}));
    assert_eq!(line["hint"], "Send back what you read.");
    assert_eq!(text(line, "expected"), format!("\"{}\"", text(&line["words"], "word")));
    assert!(text(&line["last_output"], "stdout").contains("\\xFF\\xFE\\0"));
    assert!(!line["threads"].as_array().unwrap().is_empty());
    assert_eq!(line["listening"].as_array().unwrap().len(), 1);
    assert_eq!(check(&report, "again")["skipped"]["check"], "line");
    let last = line["transcript"].as_array().unwrap().iter().find(|entry| entry["what"] == "failed");
    assert_eq!(last.unwrap()["who"], "ana");
    // A hidden one tells nothing but its verdict.
    let names: Vec<&String> = check(&report, "secret").as_object().unwrap().keys().collect();
    let allowed =
        ["duration_ms", "hidden", "id", "out_of", "outcome", "points", "runs", "title", "transcript"];
    assert_eq!(names, allowed);
    assert_eq!(check(&report, "secret")["transcript"], serde_json::json!([]));
}

#[test]
fn notes_tell_what_was_not_seen() {
    let bench = workbench();
    let words = ["echo", "--program", &python("echo.py"), "--only", "accepts", "--sight", "none"];
    let (_, report) = bench.report(&words);
    assert_shape(&report);
    let notes = check(&report, "accepts")["notes"].to_string();
    assert!(notes.contains("no-sight") || notes.contains("rest-not-seen"), "{report:#}");
}

#[test]
fn an_errored_check() {
    let bench = workbench();
    let labs = std::fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let broken = "run: \"no-such-wrapper {program} {args}\"";
    bench.write("labs.yaml", labs.replacen("run: \"{program} {args}\"", broken, 1));
    let (status, report) = bench.report(&["words", "--program", "true"]);
    assert_eq!(status, Some(3));
    assert_shape(&report);
    assert!(text(check(&report, "greets"), "error").contains("no-such-wrapper"));
    let told = bench.run(&["check", "words", "--program", "true"]);
    assert_eq!(told.status, Some(3));
    assert!(told.stdout.contains("not your program"), "{}", told.stdout);
}

#[test]
fn an_errored_lab() {
    let bench = workbench();
    bench.write_crate("exercises/echo", "echo", "fn main() {}\n");
    let mut checker = bench.checker(&["check", "--format", "json", "echo"]);
    checker.env("PATH", bench.path("nothing")).env_remove("CARGO");
    let told = crate::workbench::told(&mut checker);
    assert_eq!(told.status, Some(3));
    let report: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_shape(&report);
    let lab = lab(&report, "echo");
    assert!(text(lab, "error").contains("cargo was not found"), "{lab:#}");
    assert!(lab["build"].is_null());
    for check in crate::workbench::checks(lab) {
        assert_eq!(check["outcome"], "errored");
    }
}

#[test]
fn a_failed_build() {
    let bench = workbench();
    bench.write_crate("exercises/echo", "echo", "fn main() { let text: u8 = \"no\"; }\n");
    let (status, report) = bench.report(&["echo"]);
    assert_eq!(status, Some(1));
    assert_shape(&report);
    let lab = lab(&report, "echo");
    assert_eq!(lab["submission"]["kind"], "exercise");
    assert_eq!(lab["build"]["ok"], false);
    assert!(text(&lab["build"], "output").contains("error[E0308]: mismatched types"), "{lab:#}");
    for check in crate::workbench::checks(lab) {
        assert_eq!(check["outcome"], "failed");
    }
    assert_eq!((&lab["points"], &lab["out_of"]), (&0.into(), &11.into()));
}

#[test]
fn a_built_crate() {
    let bench = workbench();
    bench.write_crate("exercises/echo", "echo", "fn main() {}\n");
    let (status, report) = bench.report(&["echo"]);
    assert_eq!(status, Some(1));
    assert_shape(&report);
    assert_eq!(lab(&report, "echo")["build"]["ok"], true);
    assert_eq!(check(&report, "accepts")["kind"], "exited-early");
}

/// The validator itself must be able to find something.
#[test]
fn another_shape_is_noticed() {
    let mut report = workbench().report(&["echo", "--program", "true", "--only", "accepts"]).1;
    assert_shape(&report);
    report["labs"][0]["checks"][0]["transcript"][0]["at_ms"] = "soon".into();
    report["labs"][0]["checks"][0]["colour"] = "red".into();
    report["totals"].as_object_mut().unwrap().remove("failed");
    let mut found = Vec::new();
    differences(&report, Is::Object(DOCUMENT), "report", &mut found);
    assert_eq!(found.len(), 3, "{found:#?}");
}

/// One run, and everything that is made of it.
#[test]
fn every_report_of_a_run_and_of_what_was_saved() {
    let bench = workbench::greeters(&["hi"]);
    bench.write("ana.py", "print('hi')\n");
    bench.write("bia.py", "print('::error::no ##[error]x')\n");
    let names = ["results", "csv", "junit", "github", "markdown", "tap", "html", "json", "gradescope"];
    let reports: Vec<String> = names.iter().map(|name| format!("{name}=run.{name}")).collect();
    let mut words = vec!["check", "--lab", "hi", "ana.py", "bia.py"];
    words.extend(reports.iter().flat_map(|report| ["--report", report.as_str()]));
    let told = bench.run(&words);
    // Gradescope takes one submission. The other reports are there, and the status tells that one is missing.
    assert_eq!(told.status, Some(3), "{}", told.stderr);
    assert!(
        told.stderr.contains("run.gradescope: the report was not written: Gradescope takes one"),
        "{}",
        told.stderr
    );
    assert!(!bench.path("run.gradescope").exists());
    let written = |name: &str| std::fs::read_to_string(bench.path(&format!("run.{name}"))).unwrap();
    assert_eq!(written("csv"), "submission,hi,points,out_of,remarks\nana.py,1,1,1,\nbia.py,0,0,1,\n");
    assert!(
        written("github").lines().all(|line| line.starts_with("::error ") || line.starts_with("::notice "))
    );

    let told = bench.run(&[
        "report",
        "render",
        "run.results",
        "--format",
        "csv",
        "--report",
        "gradescope=bia.json",
        "--submission",
        "bia.py",
    ]);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    assert_eq!(told.stdout, "submission,hi,points,out_of,remarks\nbia.py,0,0,1,\n");
    let gradescope: Value =
        serde_json::from_str(&std::fs::read_to_string(bench.path("bia.json")).unwrap()).unwrap();
    assert_eq!(gradescope["tests"][0]["status"], "failed");
    // What is saved makes the very reports that the run has made.
    for name in names.iter().filter(|name| !["json", "gradescope"].contains(name)) {
        let again = format!("{name}=again.{name}");
        assert_eq!(bench.run(&["report", "render", "run.results", "--report", &again]).status, Some(0));
        assert_eq!(
            std::fs::read_to_string(bench.path(&format!("again.{name}"))).unwrap(),
            written(name),
            "{name}"
        );
    }

    // A part that was graded elsewhere and broke off there.
    let lines = written("results");
    let (ana, bia) = lines.split_once('\n').unwrap();
    bench.write("part-1.jsonl", format!("{ana}\n{}", &bia[..40]));
    bench.write("part-2.jsonl", bia);
    let told = bench.run(&["report", "merge", "part-2.jsonl", "part-1.jsonl", "-o", "all.jsonl"]);
    assert_eq!((told.status, told.stdout.as_str()), (Some(0), "all.jsonl: 2 submissions in 1 lab\n"));
    assert!(told.stderr.starts_with("warning: part-1.jsonl:2: the last line breaks off"), "{}", told.stderr);
    assert_eq!(std::fs::read_to_string(bench.path("all.jsonl")).unwrap(), lines);

    for (words, complaint) in [
        (&["report", "render", "nothing.jsonl"][..], "nothing.jsonl: the results cannot be read"),
        (&["report", "render", "ana.py"], "ana.py:1: this is not a saved result"),
        (&["report", "render", "run.results", "--lab", "ho"], "Did you mean hi?"),
        (&["report", "merge", "ana.py", "-o", "none.jsonl"], "ana.py:1: this is not a saved result"),
    ] {
        let told = bench.run(words);
        assert_eq!(told.status, Some(2), "{words:?}");
        assert!(told.stderr.contains(complaint), "{}", told.stderr);
    }
    assert!(!bench.path("none.jsonl").exists());
}
