use serde_json::Value;

use super::*;
use crate::report::sample;

fn rendered(events: &[Event]) -> String {
    let mut out = Vec::new();
    let mut report = Json::new(&mut out);
    for event in events {
        report.event(event).unwrap();
    }
    drop(report);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_run() {
    insta::assert_snapshot!(rendered(&sample::run()));
}

#[test]
fn the_documented_example_is_what_is_written() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/json.md");
    let page = std::fs::read_to_string(page).unwrap();
    let example = page.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(example, rendered(&sample::small()));
}

#[test]
fn nothing_is_written_before_the_run_is_over() {
    let events = sample::run();
    assert_eq!(rendered(&events[..events.len() - 1]), "");
}

#[test]
fn hidden_checks_tell_only_their_verdict() {
    let text = rendered(&sample::run());
    assert!(text.contains("behind a curtain") && !text.contains("top secret"));
}

#[test]
fn a_failed_build_is_told_with_all_its_checks() {
    let document: Value = serde_json::from_str(&rendered(&sample::run())).unwrap();
    let lab = document["labs"].as_array().unwrap().iter().find(|lab| lab["lab"] == "tally").unwrap();
    assert_eq!(lab["build"]["ok"], false);
    assert!(lab["build"]["output"].as_str().unwrap().contains("error[E0425]"));
    let checks = lab["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 3);
    assert!(checks.iter().all(|check| check["kind"] == "build-failed" && check["outcome"] == "failed"));
}

#[test]
fn nothing_that_a_program_says_is_obeyed() {
    let text = rendered(&sample::run());
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(!text.contains("##["));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(document.to_string().contains("##[error]injected"));
}
