//! Every example of the reference of labs.yaml is held with a program that passes it, and with others that do not.
//!
//! A comment above an example names them: `<!-- run: echo.py | mute: no-answer -->` is `programs/echo.py`, and the same
//! with `MISTAKE=mute`, which must fail as `no-answer`. A ```` ```script ```` is a script, a ```` ```yaml check ```` the
//! keys of a check, a ```` ```yaml ```` a whole file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use checker::manifest;
use serde_json::Value;

use super::workbench::{checks, empty};

const REFERENCE: &str = include_str!("../../../docs/labs-yaml.md");

#[test]
fn every_example_passes_and_its_mistakes_fail() {
    let bench = empty();
    let mut labs = String::new();
    let mut expected = Vec::new();
    for example in examples(REFERENCE) {
        let run = example.run();
        bench.write(&format!("{}/main.py", run.program), fs::read(program(run.program)).unwrap());
        labs.push_str(&example.as_labs(&run, None));
        for (mistake, kind) in &run.mistakes {
            labs.push_str(&example.as_labs(&run, Some(mistake)));
            expected.push((example.lab_id(Some(mistake)), *kind));
        }
    }
    bench.write("labs.yaml", format!("format: 1\ncourse: Examples\nlabs:\n{labs}"));

    let (_, report) = bench.report(&["--seed", "7"]);
    let mut surprises = Vec::new();
    for lab in report["labs"].as_array().unwrap() {
        let id = lab["lab"].as_str().unwrap();
        let kind = expected.iter().find(|(failing, _)| id == failing).map(|(_, kind)| *kind);
        surprises.extend(checks(lab).iter().filter(|check| !is_as_told(check, kind)).map(|check| {
            let told = ["outcome", "kind", "step", "expected", "actual", "why", "last_output"];
            let told: String = told.iter().map(|key| format!("  {key}: {}\n", check[key])).collect();
            format!("docs/labs-yaml.md, {id}, {}:\n{told}", kind.unwrap_or("passes"))
        }));
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    assert!(expected.len() > 20, "only {} examples have a program that fails", expected.len());
}

/// A check that this machine cannot hold is no surprise.
fn is_as_told(check: &Value, kind: Option<&str>) -> bool {
    match kind {
        Some(kind) => check["kind"] == kind,
        None => check["outcome"] == "passed" || check["skipped"]["reason"] == "not-possible",
    }
}

#[test]
fn every_example_is_understood() {
    for example in examples(REFERENCE) {
        let text = match example.form {
            Form::File => example.text.clone(),
            _ => format!("format: 1\ncourse: c\nlabs:\n{}", example.as_labs(&example.run(), None)),
        };
        if let Err(problems) = manifest::read(Path::new("labs.yaml"), &text) {
            panic!("the example at docs/labs-yaml.md:{} has problems:\n{problems}", example.line);
        }
    }
}

#[test]
fn every_program_has_an_example() {
    let used: BTreeSet<PathBuf> =
        examples(REFERENCE).iter().map(|example| program(example.run().program)).collect();
    let present: BTreeSet<PathBuf> =
        fs::read_dir(program("x").parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(used, present);
}

/// What the schema calls a key of the file, of a lab or of a check stands in an example.
#[test]
fn every_key_has_an_example() {
    let schema = manifest::schema();
    let examples = examples(REFERENCE);
    let framed = examples.iter().filter(|example| example.form != Form::Script);
    let words = framed.flat_map(|example| example.text.split([' ', '{', '\n']));
    let keys: BTreeSet<&str> = words.filter_map(|word| word.strip_suffix(':')).collect();
    let mut missing = Vec::new();
    let mut known = 0;
    let mut kinds: Vec<&Value> = vec![&schema];
    kinds.extend(["actor", "lab", "check", "lint", "wrong"].map(|name| &schema["definitions"][name]));
    for kind in kinds {
        let properties = kind["properties"].as_object().unwrap_or_else(|| panic!("{kind:#}"));
        known += properties.len();
        missing.extend(properties.keys().filter(|key| !keys.contains(key.as_str())));
    }
    assert!(known > 25, "only {known} keys");
    assert!(missing.is_empty(), "no example has the keys {missing:?}");
}

#[test]
fn everybody_whom_a_program_can_meet_has_an_example() {
    let schema = manifest::schema();
    let text: String = examples(REFERENCE).into_iter().map(|example| example.text).collect();
    for protocol in ["tcp", "udp"] {
        let kinds = schema["definitions"]["actor"]["properties"][protocol]["enum"].as_array().unwrap();
        for kind in kinds {
            let actor = format!("{{ {protocol}: {} }}", kind.as_str().unwrap());
            assert!(text.contains(&actor), "no example has {actor}");
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Script,
    Check,
    File,
}

struct Example<'a> {
    form: Form,
    /// Of its fence, from 1.
    line: usize,
    text: String,
    /// What stands above it.
    marker: &'a str,
}

struct Run<'a> {
    program: &'a str,
    /// `MISTAKE`, and the kind of failure that it must be.
    mistakes: Vec<(&'a str, &'a str)>,
}

impl<'a> Example<'a> {
    fn run(&self) -> Run<'a> {
        let told = self.marker.strip_prefix("<!-- run: ").and_then(|text| text.strip_suffix(" -->"));
        let told = told.unwrap_or_else(|| {
            panic!("docs/labs-yaml.md:{}: write `<!-- run: PROGRAM -->` above this example", self.line)
        });
        let mut parts = told.split(" | ");
        let program = parts.next().unwrap().trim_end_matches(".py");
        Run { program, mistakes: parts.map(|part| part.split_once(": ").unwrap()).collect() }
    }

    fn lab_id(&self, mistake: Option<&str>) -> String {
        let mistake = mistake.map(|mistake| format!("-{mistake}")).unwrap_or_default();
        format!("line-{}{mistake}", self.line)
    }

    /// As a lab, or as several, below `labs:`.
    fn as_labs(&self, run: &Run<'_>, mistake: Option<&str>) -> String {
        let id = self.lab_id(mistake);
        let mut frame = format!("    exercise: {}\n", run.program);
        if let Some(mistake) = mistake {
            frame.push_str(&format!("    env: {{ MISTAKE: {mistake} }}\n"));
        }
        if self.form == Form::File {
            return self.file_as_labs(&id, &frame);
        }
        let keys = match self.form {
            Form::Script => format!("script: |\n{}", indented(&self.text, 2)),
            _ => self.text.clone(),
        };
        format!(
            "  - id: {id}\n    title: t\n{frame}    checks:\n      - id: c\n        title: t\n{}",
            indented(&keys, 8)
        )
    }

    fn file_as_labs(&self, id: &str, frame: &str) -> String {
        let labs = self.text.lines().skip_while(|line| *line != "labs:").skip(1);
        let kept =
            labs.filter(|line| !["    exercise:", "    solution:"].iter().any(|key| line.starts_with(key)));
        let named = kept.map(|line| match line.strip_prefix("  - id: ") {
            Some(name) => format!("  - id: {id}-{name}\n{frame}"),
            None => format!("{line}\n"),
        });
        named.collect()
    }
}

fn indented(text: &str, columns: usize) -> String {
    text.lines().map(|line| format!("{:columns$}{line}\n", "")).collect()
}

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/programs").join(name).with_extension("py")
}

fn examples(text: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut inside = false;
    let mut above = "";
    for (index, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                let form = match language {
                    "script" => Form::Script,
                    "yaml check" => Form::Check,
                    "yaml" => Form::File,
                    other => panic!("line {}: no test reads examples in `{other}`", index + 1),
                };
                examples.push(Example { form, line: index + 1, text: String::new(), marker: above });
            }
            None if inside => {
                let example = examples.last_mut().unwrap();
                example.text.push_str(line);
                example.text.push('\n');
            }
            None => above = line,
        }
    }
    assert!(examples.len() > 20, "the examples were not found");
    examples
}
