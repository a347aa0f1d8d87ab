//! A whole class at once.

use std::fs::File;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::workbench::{self, Workbench, told};
use super::{HI, cells, hand_in, records};

/// Prints what a build log or a workflow would obey, kills whom it can, and never stops.
const HOSTILE: &str = "import os, signal
print('::error::hacked', flush=True)
for pid in (os.getppid(), 1):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
while True:
    print('hi' * 1000)
";

fn tar(bench: &Workbench, name: &str, entries: &[(&str, &str)]) {
    let file = File::create(bench.path(name)).unwrap();
    let mut builder = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    for (path, content) in entries {
        let mut header = tar::Header::new_old();
        // Also what no tar would write.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap();
}

fn a_class() -> Workbench {
    let bench = workbench::greeters(&["hi", "ho"]);
    bench.write("hi/README.md", "The guide\n");
    hand_in(&bench, "class/ana/hi", HI);
    hand_in(&bench, "class/ana/ho", HI);
    bench.write("class/ana/hi/README.md", "The guide\n");
    hand_in(&bench, "class/bia/hi", "print('ho')\n");
    bench.write("class/bia/hi/README.md", "My notes\n");
    bench.write("class/bia/labs.yaml", "format: 1\n");
    hand_in(&bench, "class/hostile/hi", HOSTILE);
    std::fs::create_dir(bench.path("class/nothing")).unwrap();
    tar(&bench, "class/caio.tar.gz", &[("caio/ho/main.py", HI)]);
    tar(&bench, "class/climber.tgz", &[("hi/main.py", HI), ("../../../tmp/climbed", "x")]);
    bench.write("class/grades.csv", "no submission");
    bench
}

/// A results file with every clock stopped, and every report that is made of it.
fn stopped(bench: &Workbench, name: &str, records: &[serde_json::Value]) -> Vec<String> {
    // How far that one got before it was ended is a matter of time.
    let calm = records.iter().filter(|record| record["submission"] != "hostile");
    let lines: Vec<String> = calm.map(|record| without_clock(record).to_string()).collect();
    let file = bench.write(&format!("{name}-stopped.jsonl"), lines.join("\n")).display().to_string();
    let mut words = vec!["report", "render", &file, "--format", "terminal"];
    let reports =
        FORMATS.map(|format| format!("{format}={}", bench.path(&format!("{name}.{format}")).display()));
    words.extend(reports.iter().flat_map(|report| ["--report", report]));
    let whole = bench.run(&words);
    assert_eq!(whole.status, Some(0), "{}", whole.stderr);
    let one = bench.run(&["report", "render", &file, "--submission", "bia", "--format", "gradescope"]);
    let written =
        FORMATS.map(|format| std::fs::read_to_string(bench.path(&format!("{name}.{format}"))).unwrap());
    lines.into_iter().chain([whole.stdout, one.stdout]).chain(written).collect()
}

/// Whether an end or a failure was seen first hangs on the clock alone.
fn in_no_order(mut transcript: serde_json::Value) -> serde_json::Value {
    if let Some(entries) = transcript.as_array_mut() {
        entries.sort_by_key(ToString::to_string);
    }
    transcript
}

/// All that tell of several submissions.
const FORMATS: [&str; 8] = ["html", "csv", "json", "junit", "github", "markdown", "tap", "results"];

/// The moments and durations of a record are nought; they cannot be missing.
fn without_clock(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            let stopped = |(name, value): (&String, &Value)| match name.as_str() {
                "duration_ms" | "at_ms" => (name.clone(), 0.into()),
                "graded_at" => (name.clone(), "1970-01-01T00:00:00Z".into()),
                "transcript" => (name.clone(), in_no_order(without_clock(value))),
                _ => (name.clone(), without_clock(value)),
            };
            Value::Object(members.iter().map(stopped).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_clock).collect()),
        other => other.clone(),
    }
}

#[test]
fn every_cell_has_its_verdict_and_a_second_run_differs_in_nothing_but_times() {
    let bench = a_class();
    bench.write_crate("class/broken/ho", "ho", "fn main() { nothing }\n");
    bench.write("class/broken/ho/build.rs", "fn main() {}\n");
    hand_in(&bench, "class/wrong/hi", "import sys\nprint('hi')\nsys.exit(3)\n");
    hand_in(&bench, "class/wrong/ho", "raise ValueError('no')\n");
    let graded = bench.run(&["grade", "class", "--results", "first.jsonl"]);
    assert_eq!(graded.status, Some(0), "{} {}", graded.stdout, graded.stderr);
    let first = records(&bench.path("first.jsonl"));
    assert_eq!(
        cells(&first),
        [
            ("ana", "hi", "passed"),
            ("ana", "ho", "passed"),
            ("bia", "hi", "mismatch"),
            ("broken", "ho", "build-failed"),
            ("caio", "ho", "passed"),
            ("climber", "hi", "refused"),
            ("climber", "ho", "refused"),
            ("hostile", "hi", "mismatch"),
            ("nothing", "hi", "refused"),
            ("nothing", "ho", "refused"),
            ("wrong", "hi", "wrong-exit"),
            ("wrong", "ho", "exited-early"),
        ]
    );
    assert_eq!(first[3]["tampered"], serde_json::json!([{ "path": "ho/build.rs", "what": "added" }]));
    assert!(first[5]["refused"].as_str().unwrap().contains("../../../tmp/climbed"));
    assert!(!std::path::Path::new("/tmp/climbed").exists());
    let tampered = serde_json::json!([
        { "path": "hi/README.md", "what": "changed" },
        { "path": "labs.yaml", "what": "changed" },
    ]);
    assert_eq!(first[2]["tampered"], tampered);
    assert!(first[0]["tampered"].is_null());
    for record in &first {
        let provenance = &record["provenance"];
        assert_eq!(provenance["labs"][0]["sha256"].as_str().unwrap().len(), 64);
        assert!(provenance["machine"].as_str().unwrap().starts_with("Linux "), "{provenance}");
        assert!(provenance["checker"].is_string() && provenance["isolation"].is_string());
    }

    let again = bench.run(&["grade", "class", "--results", "second.jsonl"]);
    assert_eq!(again.status, Some(0));
    let second = records(&bench.path("second.jsonl"));
    assert_eq!(cells(&first), cells(&second));
    let (once, twice) = (stopped(&bench, "first", &first), stopped(&bench, "second", &second));
    assert_eq!(once.len(), twice.len());
    for (one, other) in once.iter().zip(&twice) {
        assert_eq!(one, other);
    }

    let known = bench.run(&["grade", "class", "--results", "first.jsonl", "--strict"]);
    assert_eq!(known.status, Some(1));
    assert!(known.stdout.contains("0 graded, 12 not changed since"), "{}", known.stdout);
    assert_eq!(records(&bench.path("first.jsonl")), first);

    // What has changed is graded again, and nothing else.
    hand_in(&bench, "class/bia/hi", HI);
    let changed = bench.run(&["grade", "class", "--results", "first.jsonl"]);
    assert!(changed.stdout.contains("1 graded, 11 not changed since"), "{}", changed.stdout);
    assert_eq!(cells(&records(&bench.path("first.jsonl")))[2], ("bia", "hi", "passed"));
}

#[test]
fn the_parts_of_a_class_are_the_class() {
    let bench = a_class();
    std::fs::remove_dir_all(bench.path("class/hostile")).unwrap();
    let whole = bench.run(&["grade", "class", "--results", "whole.jsonl"]);
    assert_eq!(whole.status, Some(0), "{}", whole.stderr);
    let mut all = Vec::new();
    for index in ["1", "2"] {
        let results = format!("part{index}.jsonl");
        let mut checker = bench.checker(&["grade", "class", "--shard", "auto", "--results", &results]);
        let part = told(checker.env("CI_NODE_INDEX", index).env("CI_NODE_TOTAL", "2"));
        assert_eq!(part.status, Some(0), "{}", part.stderr);
        let part = records(&bench.path(&results));
        assert!(!part.is_empty());
        all.extend(part);
    }
    let key = |record: &serde_json::Value| record["submission"].to_string() + &record["place"].to_string();
    all.sort_by_key(key);
    let mut whole = records(&bench.path("whole.jsonl"));
    whole.sort_by_key(key);
    let timeless = |records: Vec<serde_json::Value>| records.iter().map(super::timeless).collect::<Vec<_>>();
    assert_eq!(timeless(all), timeless(whole));
}

#[test]
fn a_second_labs_file_adds_hidden_checks() {
    let bench = a_class();
    let private = "format: 1
course: Private
labs:
  - id: hi
    title: Greeting
    run: \"{program}\"
    checks:
      - id: behind
        title: nobody sees this
        visibility: hidden
        points: 5
        script: |
          program prints: hi
";
    bench.write("private.yaml", private);
    let words =
        ["grade", "class", "--lab", "hi", "--labs", "labs.yaml", "--labs", "private.yaml", "--shard", "1/7"];
    let graded = bench.run(&words);
    assert_eq!(graded.status, Some(0), "{}", graded.stderr);
    let records = records(&bench.path("results.jsonl"));
    let checks = records[0]["lab"]["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 2);
    assert_eq!((checks[1]["outcome"].as_str(), checks[1]["points"].as_u64()), (Some("passed"), Some(5)));
    assert_eq!(checks[1]["transcript"], serde_json::json!([]));
    assert_eq!(records[0]["provenance"]["labs"].as_array().unwrap().len(), 2);

    bench.write("private.yaml", private.replace("behind", "greets"));
    let clash = bench.run(&words);
    assert_eq!(clash.status, Some(2));
    assert!(clash.stderr.contains("the lab `hi` has a check `greets` already"), "{}", clash.stderr);
    assert!(clash.stderr.contains("private.yaml:8:"), "{}", clash.stderr);
}
