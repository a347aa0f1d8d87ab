//! `checker schema` and the reader of labs.yaml speak of the same frame.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use checker::manifest;
use jsonschema::Validator;
use serde_json::{Value, json};

/// Keys whose values mean more than a schema can say: the reader may refuse what the schema takes.
const BEYOND: [&str; 3] = ["script", "needs", "fails"];

#[test]
fn what_the_reader_takes_the_schema_takes() {
    let validator = validator();
    for file in
        ["labs.yaml", "checker/tests/manifest/everything.yaml", "checker/tests/fixtures/course/labs.yaml"]
    {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(manifest::read(Path::new(file), &text).is_ok(), "{file}");
        valid(&validator, file, &text);
    }
    let reference = fs::read_to_string(root().join("docs/labs-yaml.md")).unwrap();
    let examples: Vec<&str> =
        reference.split("```yaml\n").skip(1).map(|text| text.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 3);
    examples.iter().for_each(|example| valid(&validator, "docs/labs-yaml.md", example));
}

/// Editors are pointed to this file. It is written again with `checker schema --lang en > docs/labs.schema.json`.
#[test]
fn the_schema_of_the_docs_is_the_one_that_is_printed() {
    let kept = fs::read_to_string(root().join("docs/labs.schema.json")).unwrap();
    let printed = serde_json::to_string_pretty(&manifest::schema()).unwrap() + "\n";
    assert!(kept == printed, "run: checker schema --lang en > docs/labs.schema.json");
}

#[test]
fn the_lab_yaml_of_every_lab_is_valid() {
    let text = fs::read_to_string(root().join("labs.yaml")).unwrap();
    for lab in manifest::load(&root().join("labs.yaml")).unwrap().labs {
        valid(&validator(), &lab.id, &manifest::lab_file(&text, &lab.id).unwrap());
    }
}

#[test]
fn a_wrong_frame_is_invalid() {
    let mistakes = fs::read_to_string(root().join("checker/tests/manifest/mistakes.yaml")).unwrap();
    assert!(!validator().is_valid(&parsed(&mistakes)));
    // What is wrong there is in the scripts, which a schema cannot read.
    let scripts = fs::read_to_string(root().join("checker/tests/manifest/misunderstandings.yaml")).unwrap();
    assert!(validator().is_valid(&parsed(&scripts)));
}

#[test]
fn keys_are_those_that_the_reader_knows() {
    let schema = manifest::schema();
    for (place, definition) in places() {
        let properties = properties(&schema, definition);
        let told = problems(&with(&place, "xyzzy", json!("x")));
        // `the keys of a lab are `id`, `title`, …`
        let listed = told.split("= help: the keys of ").nth(1).unwrap_or_else(|| panic!("{told}"));
        let listed = listed.split('\n').next().unwrap().split('`').skip(1).step_by(2);
        let listed: BTreeSet<&str> = listed.filter(|word| *word != "lint" || definition != "lint").collect();
        let known: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(listed, known, "{definition}");
        for (key, shape) in properties {
            assert!(shape.get("description").is_some(), "{key} has no shape in manifest/schema/shapes.rs");
        }
    }
}

#[test]
fn what_is_required_is_what_the_reader_misses() {
    let validator = validator();
    let mut missed = 0;
    for (place, _) in places() {
        let keys: Vec<String> =
            sample().pointer(&place).unwrap().as_object().unwrap().keys().cloned().collect();
        for key in keys {
            let mut without = sample();
            without.pointer_mut(&place).unwrap().as_object_mut().unwrap().remove(&key);
            let told = problems(&without);
            let misses = told.contains(&format!("without `{key}`")) || told.contains("without a part");
            assert_eq!(validator.is_valid(&without), !misses, "{place}/{key}\n{told}");
            missed += usize::from(misses);
        }
    }
    assert!(missed > 10, "{missed}");
}

/// Every kind of value at every key: the schema refuses nothing that the reader takes, and takes nothing that the
/// reader refuses, as far as a schema can know.
#[test]
fn values_are_those_that_the_reader_takes() {
    let validator = validator();
    let schema = manifest::schema();
    let mut refused = 0;
    let mut beyond: BTreeSet<String> = BTreeSet::new();
    for (place, definition) in places() {
        for key in properties(&schema, definition).keys() {
            for value in values() {
                let changed = with(&place, key, value.clone());
                let told = problems(&changed);
                let (reader, editor) = (told.is_empty(), validator.is_valid(&changed));
                assert!(editor || !reader, "the schema refuses {place}/{key}: {value}");
                if editor && !reader {
                    assert!(BEYOND.contains(&key.as_str()), "{place}/{key}: {value}\n{told}");
                    beyond.insert(key.clone());
                }
                refused += usize::from(!editor);
            }
        }
    }
    assert!(refused > 500, "{refused}");
    assert!(BEYOND.iter().all(|key| beyond.contains(*key)), "only {beyond:?}");
}

#[test]
fn descriptions_are_in_the_language_spoken() {
    let printed = |language: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_checker"))
            .args(["schema", "--lang", language])
            .current_dir("/")
            .output()
            .unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let (english, portuguese) = (printed("en"), printed("pt-BR"));
    assert_eq!(english, manifest::schema());
    let about = |schema: &Value| schema["properties"]["course"]["description"].clone();
    assert_eq!(about(&english), "The course's name");
    assert_eq!(about(&portuguese), "O nome do curso");
}

/// Each map of the frame in the sample, and its definition in the schema.
fn places() -> Vec<(String, &'static str)> {
    let all = [
        ("", ""),
        ("/labs/0", "lab"),
        ("/labs/0/checks/0", "check"),
        ("/labs/0/checks/0/actors/crowd", "actor"),
        ("/labs/0/wrong/0", "wrong"),
        ("/labs/0/lint", "lint"),
    ];
    all.map(|(place, definition)| (place.to_string(), definition)).to_vec()
}

fn sample() -> Value {
    json!({
        "format": 1,
        "course": "Sockets",
        "labs": [{
            "id": "room",
            "title": "A room",
            "exercise": "exercises/room",
            "run": "{program} {port} {args}",
            "lint": { "allow": ["no-hint"] },
            "checks": [{
                "id": "first",
                "title": "one",
                "points": 2,
                "actors": { "crowd": { "clients": 3 } },
                "script": "crowd connects\n",
            }, { "id": "last", "title": "two", "script": "ana connects\n" }],
            "wrong": [{ "program": "mute.py", "fails": "last", "kind": "no-answer" }],
        }],
    })
}

fn with(place: &str, key: &str, value: Value) -> Value {
    let mut sample = sample();
    sample.pointer_mut(place).unwrap()[key] = value;
    sample
}

fn values() -> Vec<Value> {
    let words = [
        "",
        "x",
        "X y",
        "first",
        "-x",
        "10s",
        "0s",
        "2 s",
        "any",
        "terminal",
        "pipe",
        "shown",
        "hidden",
        "allowed",
        "forbidden",
        "ordinary",
        "small buffers",
        "server",
        "client",
        "closed",
        "full",
        "no-answer",
        "no-hint",
        "/abs",
        "../up",
        "a/../b",
        "a/b",
        "{program}",
        "crowd connects\n",
    ];
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(1000),
        json!(1001),
        json!(1023),
        json!(1024),
        json!(10_000),
        json!(10_001),
        json!(65_535),
        json!(65_536),
        json!(1.5),
        json!([]),
        json!(["x"]),
        json!(["X"]),
        json!(["no-hint"]),
        json!(["x", "x"]),
        json!([1]),
        json!([{}]),
        json!({}),
        json!({ "en": "x" }),
        json!({ "en": 1 }),
        json!({ "pt-BR": "x", "fr": "y" }),
        json!({ "English": "x" }),
        json!({ "a": "b" }),
        json!({ "allow": [] }),
        json!({ "crowd": { "clients": 2 } }),
        json!({ "crowd": {} }),
        json!([{ "en": "x" }]),
    ];
    words.into_iter().map(Value::from).chain(others).collect()
}

/// What the reader says of this file; nothing where it takes it.
fn problems(file: &Value) -> String {
    let text = serde_yaml::to_string(file).unwrap();
    match manifest::read(Path::new("labs.yaml"), &text) {
        Ok(_) => String::new(),
        Err(problems) => problems.to_string(),
    }
}

fn properties<'s>(schema: &'s Value, definition: &str) -> &'s serde_json::Map<String, Value> {
    let place = if definition.is_empty() { schema } else { &schema["definitions"][definition] };
    place["properties"].as_object().unwrap()
}

fn validator() -> Validator {
    jsonschema::draft7::meta::validate(&manifest::schema()).unwrap();
    jsonschema::draft7::new(&manifest::schema()).unwrap()
}

fn valid(validator: &Validator, name: &str, text: &str) {
    let errors: Vec<String> = validator
        .iter_errors(&parsed(text))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

fn parsed(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}
