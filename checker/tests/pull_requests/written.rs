//! What the workflow and the action may not say. `.ci/workflows` looks at the rest, with tools of their own.

use serde_yaml::Value;

use super::action::{ACTION, root, steps, yaml};

const GRADE: &str = ".github/workflows/grade.yml";

/// Every text of a document.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Sequence(list) => list.iter().flat_map(texts).collect(),
        Value::Mapping(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn job() -> Value {
    yaml(GRADE)["jobs"]["grade"].clone()
}

fn all_steps() -> Vec<Value> {
    let own = job()["steps"].as_sequence().unwrap().clone();
    own.into_iter().chain(steps()).collect()
}

#[test]
fn the_workflow_is_the_base_branchs_and_may_only_read() {
    let workflow = yaml(GRADE);
    let events: Vec<&str> =
        workflow["on"].as_mapping().unwrap().keys().map(|key| key.as_str().unwrap()).collect();
    assert_eq!(events, ["pull_request_target"]);
    assert_eq!(workflow["permissions"], Value::Mapping(Default::default()));
    assert_eq!(job()["permissions"], serde_yaml::from_str::<Value>("contents: read").unwrap());
    for (file, document) in [(GRADE, workflow), (ACTION, yaml(ACTION))] {
        for text in texts(&document) {
            for word in ["secrets.", "github.token", "actions/cache"] {
                assert!(!text.contains(word), "{file} has {word}: {text}");
            }
        }
    }
}

#[test]
fn both_branches_are_checked_out_apart_and_without_credentials() {
    let steps = all_steps();
    let checkouts: Vec<&Value> = steps
        .iter()
        .filter(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("checkout@")))
        .collect();
    let with = |key: &str| -> Vec<&Value> { checkouts.iter().map(|step| &step["with"][key]).collect() };
    assert_eq!(with("path"), ["base", "head"]);
    assert_eq!(with("persist-credentials"), [&Value::from(false), &Value::from(false)]);
    assert_eq!(
        with("ref"),
        ["${{ github.event.pull_request.base.ref }}", "${{ github.event.pull_request.head.sha }}"]
    );
    let local = steps.iter().filter_map(|step| step["uses"].as_str()).find(|uses| uses.starts_with("./"));
    assert_eq!(local, Some("./base/.github/actions/grade"));
    assert!(root().join(ACTION).is_file());
}

#[test]
fn no_script_has_a_strangers_words_in_it_and_no_action_can_change_under_us() {
    for step in all_steps() {
        if let Some(script) = step["run"].as_str() {
            assert!(!script.contains("${{"), "an expression in a script: {script}");
        }
        let Some(uses) = step["uses"].as_str().filter(|uses| !uses.starts_with("./")) else { continue };
        let commit = uses.split_once('@').map_or("", |(_, commit)| commit);
        let is_pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_pinned, "{uses} is not pinned to a commit");
    }
}
