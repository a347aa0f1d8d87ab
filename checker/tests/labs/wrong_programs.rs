//! Every known wrong program fails at the check that labs.yaml names, with the kind that it names, and what is said of it
//! stands word for word.
//!
//! One file for each lab holds all of it; what differs from run to run is masked. A change of an explanation
//! is a change of these files, and is to be read as a student would.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use checker::model::course::Network;
use checker::model::outcome::FailureKind;
use regex::{Captures, Regex};
use serde_json::Value;

use crate::wrong;

/// Programs that show their fault at one sentence or the next, or in one line or another, as the machine has it.
const VARYING: &[(&str, &str)] = &[
    ("acknowledge", "dies-of-a-reset.rs"),
    ("caps-threads", "load-and-store.rs"),
    ("caps-threads", "number-race.py"),
    ("caps-threads", "recv-is-a-line.py"),
    ("chat", "slow-reader-blocks.rs"),
    ("counters", "shared-buffer.c"),
    ("counters", "torn-lines.py"),
    ("echo-loop", "busy-loop.rs"),
    ("echo-loop", "dies-of-a-reset.rs"),
    ("echo-threads", "shared-buffer.c"),
    ("http", "dies-of-a-reset.rs"),
    ("join", "late-binding.py"),
    ("join", "says-it-early.py"),
    ("queue", "from-zero.c"),
    ("queue", "lost.rs"),
    ("queue", "polls.rs"),
    ("queue", "repeats.py"),
    ("queue", "stack.py"),
    ("shared", "load-and-store.rs"),
    ("shared", "locks-twice.rs"),
    ("shared", "no-lock.py"),
    ("shared", "plain-add.c"),
    ("shared", "prints-often.py"),
    ("shared", "reads-early.rs"),
    ("stoppable", "spins.rs"),
];

const LANGUAGES: [&str; 2] = ["en", "pt-BR"];

/// All that is said of a program's failure.
fn told(lab: &str, program: &str, check: &str, entry: &Value) -> String {
    let line = |label: &str, value: &Value| match value.as_str() {
        Some(text) => format!("  {label:<9} {}\n", masked(text, entry)),
        None => String::new(),
    };
    let mut text = format!("{program} fails {check}\n");
    text.push_str(&line("kind", &entry["kind"]));
    for (label, key) in [("expected", "expected"), ("actual", "actual"), ("why", "why")] {
        text.push_str(&line(label, &entry[key]));
    }
    if VARYING.contains(&(lab, program)) {
        let names = Regex::new("(and so|e por isso) (ana|bia) (waits|espera)").unwrap();
        // Which thread is busy shows only where the machine lets it run.
        let told = if entry["kind"] == "busy-loop" { String::new() } else { line("why", &entry["why"]) };
        return format!(
            "{program} fails {check}\n{}{}",
            line("kind", &entry["kind"]),
            names.replace(&told, "$1 NAME $3")
        );
    }
    // Whether what a program left unread resets its connections when it dies is a matter of moments.
    text = text.replace("a reset, before anything", "the end, before anything");
    text = text.replace("um reset, antes que algo", "o fim, antes que algo");
    if let Some(sentence) = entry["step"]["sentence"].as_str() {
        text = text.replacen("  kind", &format!("  sentence  {sentence}\n  kind"), 1);
    }
    text
}

/// Random words, ports and numbers of processes by their names.
fn masked(text: &str, entry: &Value) -> String {
    let mut text = text.to_owned();
    let mut words: Vec<(&String, &str)> =
        entry["words"].as_object().into_iter().flatten().map(|(k, v)| (k, v.as_str().unwrap())).collect();
    words.sort_by_key(|(_, word)| std::cmp::Reverse(word.len()));
    for (name, word) in words {
        text = text.replace(word, &format!("{{{name}}}"));
        let upper = word.to_uppercase();
        text = text.replace(&upper, &format!("{{{}}}", name.to_uppercase()));
    }
    text = text.replace(&format!("{}/", wrong::root().display()), "");
    let rules: &[(&str, &str)] = &[
        (r"(127\.0\.0\.\d+|0\.0\.0\.0):(\d+)", "$1:PORT"),
        (r"(of process|do processo) \d+", "$1 PID"),
        (r"\('127\.0\.0\.1', \d+\)", "('127.0.0.1', PORT)"),
        (r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\b", "TIME"),
        (r"\b1[789]\d{8}\b", "TIME"),
        (r"<\d+ ms|\b\d+ ms\b", "TIME"),
        (r"/tmp/[^ ]*/", "/TMP/"),
        (r"crowd \d+", "crowd N"),
        (
            r"thread \d+ (waits for a lock, probably|espera um lock, provavelmente)(.*) thread \d+",
            "thread N $1$2 thread M",
        ),
        (r"\[\d+:\d+\]", "[N:LINE]"),
        (r"(from byte|after|a partir do byte|depois de) \d{3,}", "$1 N"),
    ];
    for (pattern, mask) in rules {
        let pattern = Regex::new(pattern).unwrap();
        text = pattern
            .replace_all(&text, |found: &Captures| {
                // The port that every program listens on by itself is no accident.
                if found.get(2).is_some_and(|port| port.as_str() == "9090") {
                    return found[0].to_owned();
                }
                let mut masked = String::new();
                found.expand(mask, &mut masked);
                masked
            })
            .into_owned();
    }
    shortened(&text)
}

/// Long quotations without what is in them.
fn shortened(text: &str) -> String {
    const LONG: usize = 60;
    let quotation = Regex::new(r#""(?:[^"\\]|\\.)*"(…"(?:[^"\\]|\\.)*")?"#).unwrap();
    let short = |found: &Captures| {
        if found[0].chars().count() > LONG { "\"…\"".to_owned() } else { found[0].to_owned() }
    };
    quotation.replace_all(text, short).into_owned()
}

/// Runs every known wrong program of a lab: each fails where labs.yaml says, as what it says, and is told as before.
fn prove_lab(id: &str) {
    let course = wrong::course();
    let lab = course.labs.iter().find(|lab| lab.id == id).unwrap();
    assert!(lab.wrong.len() >= 5, "{id} has only {} wrong programs", lab.wrong.len());
    let folder = tempfile::tempdir().unwrap();
    let told_of = LANGUAGES.map(|_| Mutex::new(BTreeMap::new()));
    let surprises = Mutex::new(Vec::new());
    wrong::side_by_side(&lab.wrong, |program| {
        let command = wrong::command(id, program, folder.path());
        let name = program.program.display().to_string();
        let place = lab.checks.iter().position(|check| check.id == program.fails).unwrap();
        for (language, told_of) in LANGUAGES.iter().zip(&told_of) {
            let entry = wrong::entry(id, &command, &program.fails, &["--seed", "7", "--lang", language]);
            // Not every machine can give a check a network of its own.
            let elsewhere = lab.checks[place].network != Network::Ordinary;
            if elsewhere && entry["outcome"] == "errored" {
                continue;
            }
            if entry["outcome"] != "failed" || entry["kind"] != program.kind.id() {
                let (outcome, kind) = (&entry["outcome"], &entry["kind"]);
                surprises.lock().unwrap().push(format!("{name}: {outcome} as {kind} at {}", program.fails));
            }
            if !elsewhere {
                let told = told(id, &name, &program.fails, &entry);
                told_of.lock().unwrap().insert((place, name.clone()), told);
            }
        }
    });
    let surprises = surprises.into_inner().unwrap();
    assert!(surprises.is_empty(), "{id}: {surprises:#?}");
    for (language, told_of) in LANGUAGES.iter().zip(told_of) {
        let all: Vec<String> = told_of.into_inner().unwrap().into_values().collect();
        let name = if *language == "en" { id.to_owned() } else { format!("{id}.{language}") };
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, all.join("\n"));
        });
    }
}

/// A test for each lab, and the list of them.
macro_rules! prove {
    ($($test:ident: $id:literal,)*) => {
        $(#[test]
        fn $test() {
            prove_lab($id);
        })*

        const PROVEN: &[&str] = &[$($id),*];
    };
}

// In the course's order.
prove! {
    hello: "hello",
    echo: "echo",
    echocaps: "echocaps",
    echo_loop: "echo-loop",
    counters: "counters",
    shared: "shared",
    join: "join",
    stoppable: "stoppable",
    queue: "queue",
    client: "client",
    deadline: "deadline",
    udp_ack: "udp-ack",
    udp_client: "udp-client",
    acknowledge: "acknowledge",
    echo_threads: "echo-threads",
    caps_threads: "caps-threads",
    chat: "chat",
    http: "http",
}

#[test]
fn every_wrong_program_is_declared() {
    let course = wrong::course();
    for lab in &course.labs {
        let folder = wrong::root().join("solutions").join(&lab.id).join("wrong");
        let mut present: Vec<PathBuf> =
            fs::read_dir(&folder).unwrap().map(|entry| PathBuf::from(entry.unwrap().file_name())).collect();
        let mut declared: Vec<PathBuf> = lab.wrong.iter().map(|wrong| wrong.program.clone()).collect();
        present.sort();
        declared.sort();
        declared.dedup();
        assert_eq!(declared, present, "{}", lab.id);
    }
}

#[test]
fn what_only_the_sight_tells_has_another_name_without_it() {
    let blind: Vec<FailureKind> =
        FailureKind::ALL.iter().copied().filter(|kind| kind.without_sight() != *kind).collect();
    assert_eq!(blind, [FailureKind::WrongPort, FailureKind::WrongAddress, FailureKind::NotAccepted]);
}

#[test]
fn every_lab_is_proven() {
    let ids: Vec<String> = wrong::course().labs.into_iter().map(|lab| lab.id).collect();
    assert_eq!(ids, PROVEN);
}
