//! A class that is made: submissions of every sort for the core labs, and what must become of each cell.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use checker::model::course::Lab;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::programs;

/// Kept beside the class; a hidden file is no submission.
const EXPECTED: &str = ".expected.json";

/// Programs that would harm whoever lets them.
const HOSTILE: [&str; 3] = [
    // As many processes as it gets.
    "import os, signal\ntry:\n    while True:\n        if os.fork() == 0:\n            signal.pause()\n\
     except OSError:\n    signal.pause()\n",
    // Endless output, with words that a workflow would obey.
    "while True:\n    print('::error::hacked ' * 100, flush=True)\n",
    // It goes for whoever started it, hears nothing, and takes memory.
    "import os, signal\nfor number in range(1, 32):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n    \
     except OSError:\n        pass\nfor pid in (os.getppid(), 1):\n    try:\n        os.kill(pid, 9)\n    \
     except OSError:\n        pass\nkept = []\nwhile True:\n    kept.append(bytearray(16 << 20))\n",
];

/// Writes the class into a folder that is empty or not there.
pub fn make(folder: &Path, submissions: usize) {
    fs::create_dir_all(folder).unwrap();
    assert!(fs::read_dir(folder).unwrap().next().is_none(), "{} is not empty", folder.display());
    let course = programs::core_labs();
    let labs: Vec<&Lab> = course.labs.iter().collect();
    let mut expected = BTreeMap::new();
    for number in 0..submissions {
        let name = format!("student-{number:03}");
        let own = folder.join(&name);
        for lab in &labs {
            let place = own.join("exercises").join(&lab.id);
            let exercise = programs::root().join("exercises").join(&lab.id);
            let solution = programs::root().join("solutions").join(&lab.id);
            let verdict = match number % 10 {
                0..=3 => {
                    copy(&solution.join("Cargo.toml"), &place.join("Cargo.toml"));
                    copy_all(&solution.join("src"), &place.join("src"));
                    json!({ "all": "passed" })
                }
                4 => {
                    copy(&exercise.join("Cargo.toml"), &place.join("Cargo.toml"));
                    copy_all(&exercise.join("src"), &place.join("src"));
                    json!({ "not-all": "passed" })
                }
                5 | 6 => {
                    let wrong = &lab.wrong[(number / 10 * 2 + number % 10 - 5) % lab.wrong.len()];
                    let source = solution.join("wrong").join(&wrong.program);
                    match wrong.program.extension().and_then(|ending| ending.to_str()) {
                        Some("rs") => {
                            copy(&exercise.join("Cargo.toml"), &place.join("Cargo.toml"));
                            copy(&source, &place.join("src/main.rs"));
                        }
                        Some("c") => copy(&source, &place.join("main.c")),
                        _ => copy(&source, &place.join("main.py")),
                    }
                    json!({ "check": wrong.fails, "kind": wrong.kind.id() })
                }
                7 => {
                    write(&place.join("main.py"), HOSTILE[number / 10 % HOSTILE.len()]);
                    json!({ "not-all": "passed" })
                }
                8 => {
                    let (manifest, main) = match number / 10 % 2 {
                        0 => ("[package]\nname = \"broken\"\nedition = \"2024\"\n", "fn main() {"),
                        _ => ("[package\n", "fn main() {}"),
                    };
                    write(&place.join("Cargo.toml"), manifest);
                    write(&place.join("src/main.rs"), main);
                    json!({ "all": "build-failed" })
                }
                _ => json!({ "all": "refused" }),
            };
            expected.insert(format!("{name}/{}", lab.id), verdict);
        }
        if number % 10 == 9 {
            match number / 10 % 2 {
                0 => fs::create_dir_all(&own).unwrap(),
                _ => climbing(&folder.join(format!("{name}.tar.gz"))),
            }
        }
    }
    fs::write(folder.join(EXPECTED), serde_json::to_string_pretty(&expected).unwrap()).unwrap();
}

/// The cells of a results file that are not what the class was made for.
pub fn unexpected(folder: &Path, results: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join(EXPECTED)).unwrap();
    let mut expected: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for line in fs::read_to_string(results).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let cell = format!("{}/{}", text_of(&record["submission"]), text_of(&record["lab"]["lab"]));
        let Some(wanted) = expected.remove(&cell) else {
            wrong.push(format!("{cell}: nobody expects it"));
            continue;
        };
        let told = |check: &Value| match (record["refused"].is_string(), check["kind"].as_str()) {
            (true, _) => "refused".to_owned(),
            (false, Some(kind)) => kind.to_owned(),
            (false, None) => text_of(&check["outcome"]).to_owned(),
        };
        let checks = record["lab"]["checks"].as_array().unwrap();
        let all: Vec<String> = checks.iter().map(told).collect();
        let is_right = if let Some(all_are) = wanted["all"].as_str() {
            all.iter().all(|told| told == all_are)
        } else if let Some(not_all) = wanted["not-all"].as_str() {
            all.iter().any(|told| told != not_all) && !all.iter().any(|told| told == "errored")
        } else {
            let check = checks.iter().position(|check| check["id"] == wanted["check"]);
            check.is_some_and(|check| all[check] == text_of(&wanted["kind"]))
        };
        if !is_right {
            wrong.push(format!("{cell}: expected {wanted}, got {}", all.join(" ")));
        }
    }
    wrong.extend(expected.into_keys().map(|cell| format!("{cell}: there is no result")));
    wrong
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy_all(&path, &target) } else { copy(&path, &target) }
    }
}

fn climbing(file: &Path) {
    let mut builder = tar::Builder::new(GzEncoder::new(File::create(file).unwrap(), Compression::fast()));
    let mut header = tar::Header::new_old();
    let path = b"../../.bashrc";
    // No tar would write it.
    header.as_old_mut().name[..path.len()].copy_from_slice(path);
    header.set_size(0);
    header.set_cksum();
    builder.append(&header, std::io::empty()).unwrap();
    builder.into_inner().unwrap().finish().unwrap();
}
