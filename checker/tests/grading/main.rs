//! `checker grade` over the real binary: classes of cheap programs, and what can go wrong with them.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../workbench/mod.rs"]
mod workbench;

mod changed;
mod class;
mod races;
mod replay;
mod resumed;
mod told;
mod wrong_use;

use std::fs;
use std::path::Path;

use serde_json::Value;
use workbench::Workbench;

/// The lines of a results file.
fn records(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Submission, lab, and what became of the lab's only check.
fn cells(records: &[Value]) -> Vec<(&str, &str, &str)> {
    records
        .iter()
        .map(|record| {
            let check = &record["lab"]["checks"][0];
            let told = if record["refused"].is_string() {
                "refused"
            } else {
                check["kind"].as_str().or(check["outcome"].as_str()).unwrap()
            };
            (record["submission"].as_str().unwrap(), record["lab"]["lab"].as_str().unwrap(), told)
        })
        .collect()
}

/// Without the members that only tell when it was and how long it took.
fn timeless(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let is_time = |name: &str| matches!(name, "duration_ms" | "at_ms" | "graded_at");
            let rest = members.iter().filter(|(name, _)| !is_time(name));
            Value::Object(rest.map(|(name, value)| (name.clone(), timeless(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(timeless).collect()),
        other => other.clone(),
    }
}

/// A program for the labs of `workbench::greeters`, in the folder of its lab.
fn hand_in(bench: &Workbench, folder: &str, program: &str) {
    bench.write(&format!("{folder}/main.py"), program);
}

const HI: &str = "print('hi')\n";
