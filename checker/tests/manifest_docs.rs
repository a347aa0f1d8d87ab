//! Every example of the reference of labs.yaml is read as it stands there.

use std::path::Path;

use checker::manifest;

const REFERENCE: &str = include_str!("../../docs/labs-yaml.md");

#[test]
fn every_example_of_the_reference_is_understood() {
    let examples = examples(REFERENCE);
    let count = |language: &str| examples.iter().filter(|example| example.language == language).count();
    assert!(count("yaml") >= 3 && count("script") >= 10, "the examples were not found");
    for example in &examples {
        let text = match example.language {
            "yaml" => example.text.clone(),
            "script" => around(&example.text),
            other => panic!("line {}: no test reads examples in `{other}`", example.line),
        };
        if let Err(problems) = manifest::read(Path::new("labs.yaml"), &text) {
            panic!("the example at docs/labs-yaml.md:{} has problems:\n{problems}", example.line);
        }
    }
}

#[test]
fn every_sentence_of_the_tables_has_an_example_that_is_read() {
    let scripts: String = examples(REFERENCE)
        .iter()
        .filter(|example| example.language == "script")
        .map(|example| example.text.clone())
        .collect();
    let sentences = REFERENCE.split("## The sentences").nth(1).unwrap_or_default();
    let rows = sentences.lines().filter(|line| line.starts_with("| `"));
    let mut told = 0;
    for row in rows {
        let sentence = row.split('`').nth(1).unwrap_or_default();
        let words = sentence.split(':').next().unwrap_or_default();
        let verb: Vec<&str> =
            words.split(' ').skip(1).filter(|word| !word.bytes().any(|b| b.is_ascii_digit())).collect();
        let is_shown = scripts.lines().any(|line| verb.iter().all(|word| line.contains(word)));
        assert!(is_shown, "no example shows `{sentence}`");
        told += 1;
    }
    assert!(told > 30, "the tables were not found");
}

struct Example<'a> {
    language: &'a str,
    /// Of its fence, from 1.
    line: usize,
    text: String,
}

fn examples(text: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                examples.push(Example { language, line: index + 1, text: String::new() });
            }
            None if inside => {
                if let Some(example) = examples.last_mut() {
                    example.text.push_str(line);
                    example.text.push('\n');
                }
            }
            None => {}
        }
    }
    examples
}

/// The smallest file that holds this script.
fn around(script: &str) -> String {
    let known = [
        ("crowd", "{ clients: 20 }"),
        ("srv", "{ tcp: server }"),
        ("tia", "{ udp: client }"),
        ("lia", "{ udp: client }"),
        ("mestre", "{ udp: server }"),
    ];
    let named: Vec<String> = known
        .into_iter()
        .filter(|(name, _)| script.contains(name))
        .map(|(name, part)| format!("{name}: {part}"))
        .collect();
    let actors = match named.as_slice() {
        [] => String::new(),
        named => {
            let ports = ["srv", "mestre"].into_iter().filter(|name| script.contains(name));
            let ports: String = ports.map(|name| format!(" {{{name}.port}}")).collect();
            let run = format!("        run: \"{{program}} {{port}}{ports}\"\n");
            format!("{run}        actors: {{ {} }}\n", named.join(", "))
        }
    };
    let block: String = script.lines().map(|line| format!("          {line}\n")).collect();
    format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    checks:\n      - id: c\n        title: t\n\
         {actors}        script: |\n{block}"
    )
}
