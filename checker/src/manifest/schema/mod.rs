//! The frame of labs.yaml as a JSON Schema, for editors: which keys there are, and what their values look like.
//!
//! The keys are those of the tables that the reader goes by. What a schema cannot say (the grammar of scripts,
//! ids that must exist) it leaves to the reader; it never refuses what the reader takes.

mod shapes;

use serde_json::{Map, Value, json};

use super::fields::Keys;
use super::lint::LINT;
use super::{check, frame};

/// A map of the frame: the name of its definition, its keys, those that it cannot do without.
struct Part {
    name: &'static str,
    keys: &'static Keys,
    required: &'static [&'static str],
}

/// The schema as one JSON document, with its descriptions in the language spoken.
pub fn schema() -> Value {
    let course = Part { name: "course", keys: &frame::COURSE, required: &["format", "course", "labs"] };
    let parts = [
        Part { name: "lab", keys: &frame::LAB, required: &["id", "title", "checks"] },
        Part { name: "check", keys: &check::CHECK, required: &["id", "title", "script"] },
        Part { name: "wrong", keys: &frame::WRONG, required: &["program", "fails", "kind"] },
        Part { name: "lint", keys: &LINT, required: &["allow"] },
        Part { name: "actor", keys: &check::ACTOR, required: &[] },
    ];
    let mut definitions: Map<String, Value> =
        parts.iter().map(|part| (part.name.to_string(), map(part))).collect();
    definitions.insert("words".to_string(), shapes::words());
    if let Some(Value::Object(actor)) = definitions.get_mut("actor") {
        actor.insert("minProperties".to_string(), 1.into());
        actor.insert("maxProperties".to_string(), 1.into());
    }
    let mut schema = map(&course);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("labs.yaml");
    schema["definitions"] = Value::Object(definitions);
    schema
}

/// An object of these keys and no others.
fn map(part: &Part) -> Value {
    let properties: Map<String, Value> =
        part.keys.known.iter().map(|key| ((*key).to_string(), shapes::of(key))).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": part.required,
        "properties": properties,
    })
}
