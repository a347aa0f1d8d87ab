//! Many checks at a time, and many checkers: the same verdicts in the same order, and nobody disturbs another.
use std::process::{Child, Stdio};

use crate::workbench::{Workbench, empty, lab, python, verdicts, workbench};
use serde_json::Value;

const LABS: [&str; 4] = ["first", "second", "broken", "last"];

/// Crates of an echo server; each lab has checks that pass, fail and are skipped, quick ones and slow ones.
fn crates() -> Workbench {
    let bench = empty();
    let lab = |id: &&str| {
        format!(
            "
  - id: {id}
    title: Echo
    exercise: {id}
    leftovers: allowed
    checks:
      - id: slow
        title: much comes back
        points: 2
        script: |
          ana connects
          ana sends 4 MiB
          ana receives what it sent
      - id: wrong
        title: what nobody does
        script: |
          ana connects
          ana sends: {{word}}
          ana receives: not {{word}}
      - id: needy
        title: skipped
        needs: [wrong]
        script: |
          ana connects
      - id: quick
        title: a line comes back
        needs: [slow]
        script: |
          ana connects
          ana sends: {{word}}
          ana receives: {{word}}
"
        )
    };
    let labs: String = LABS.iter().map(lab).collect();
    bench.write("labs.yaml", format!("format: 1\ncourse: Echoes\nlabs:{labs}"));
    for id in LABS {
        bench.write_crate(id, "echo", ECHO);
    }
    bench.write("broken/src/main.rs", "fn main() { no }");
    bench
}

const ECHO: &str = "use std::net::TcpListener;

fn main() {
    let port: u16 = std::env::args().nth(1).unwrap().parse().unwrap();
    let (mut from, _) = TcpListener::bind((\"127.0.0.1\", port)).unwrap().accept().unwrap();
    let mut to = from.try_clone().unwrap();
    std::io::copy(&mut from, &mut to).unwrap();
}
";

const EXPECTED: [(&str, &str); 4] =
    [("slow", "passed"), ("wrong", "mismatch"), ("needy", "skipped"), ("quick", "passed")];
const UNBUILT: [(&str, &str); 4] = [
    ("slow", "build-failed"),
    ("wrong", "build-failed"),
    ("needy", "build-failed"),
    ("quick", "build-failed"),
];

fn assert_as_expected(report: &Value) {
    let ids: Vec<&str> =
        report["labs"].as_array().unwrap().iter().map(|lab| lab["lab"].as_str().unwrap()).collect();
    assert_eq!(ids, LABS);
    for id in LABS {
        let alone = serde_json::json!({"labs": [lab(report, id)]});
        assert_eq!(
            verdicts(&alone),
            if id == "broken" { UNBUILT } else { EXPECTED },
            "{:#}",
            lab(report, id)
        );
    }
}

/// What does not depend on time, on the port, or on which cargo had to wait for another one.
fn timeless(mut report: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for name in ["duration_ms", "transcript", "threads", "listening", "why", "output"] {
                    members.remove(name);
                }
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut report);
    report
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let bench = crates();
    let report = |jobs: &str| {
        let (status, report) = bench.report(&["--jobs", jobs, "--seed", "5"]);
        assert_eq!(status, Some(1));
        assert_as_expected(&report);
        timeless(report)
    };
    let one = report("1");
    for jobs in ["2", "8"] {
        assert_eq!(report(jobs), one);
    }
}

#[test]
fn what_is_shown_comes_in_the_order_of_labs_yaml() {
    let bench = crates();
    for jobs in ["1", "8"] {
        let told = bench.run(&["check", "--jobs", jobs]);
        let marks = ["ok  ", "FAIL", "skip"];
        let shown: Vec<&str> = told
            .stdout
            .lines()
            .filter(|line| marks.iter().any(|mark| line.trim_start().starts_with(mark)))
            .filter_map(|line| line.split_whitespace().nth(1))
            .collect();
        assert_eq!(shown, EXPECTED.map(|(id, _)| id).repeat(LABS.len()), "{}", told.stdout);
        let heads: Vec<usize> = LABS.map(|id| told.stdout.find(&format!("{id}  Echo")).unwrap()).into();
        assert!(heads.is_sorted(), "{}", told.stdout);
    }
}

fn start(bench: &Workbench, words: &[&str]) -> Child {
    let words = [&["check", "--format", "json"], words].concat();
    bench.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn report(checker: Child) -> Value {
    let output = checker.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn checkers_share_a_cache_and_build_the_same_crates_at_once() {
    let bench = crates();
    let checkers: Vec<Child> = (0..3).map(|_| start(&bench, &["--jobs", "4"])).collect();
    for checker in checkers {
        assert_as_expected(&report(checker));
    }
}

#[test]
fn checkers_never_meet_on_a_port() {
    let bench = workbench();
    let program = python("echo_one.py");
    let words =
        ["echo", "--program", &program, "--only", "accepts,often,again", "--repeat", "6", "--jobs", "8"];
    let checkers: Vec<Child> = (0..4).map(|_| start(&bench, &words)).collect();
    for checker in checkers {
        let report = report(checker);
        let all: Vec<&str> = verdicts(&report).into_iter().map(|(_, verdict)| verdict).collect();
        assert_eq!(all, ["passed"; 4], "{report:#}");
    }
}
