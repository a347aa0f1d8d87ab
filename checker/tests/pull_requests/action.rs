//! The workflow and the action as they are written, and what a runner does with the steps that are theirs alone.

use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

pub const ACTION: &str = ".github/actions/grade/action.yml";

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub fn yaml(file: &str) -> Value {
    let text = fs::read_to_string(root().join(file)).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The steps of the action.
pub fn steps() -> Vec<Value> {
    yaml(ACTION)["runs"]["steps"].as_sequence().unwrap().clone()
}

/// One step's script, and its environment as names and expressions.
pub fn step(name: &str) -> (String, Vec<(String, String)>) {
    let steps = steps();
    let step = steps.iter().find(|step| step["name"] == name).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let environment = step["env"].as_mapping().unwrap();
    let environment = environment.iter().map(|(name, value)| (text(name), text(value))).collect();
    (text(&step["run"]), environment)
}
