//! `checker new`: a lab that compiles, passes with its solution and fails with its skeleton, and of which lint says
//! what is left to write.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::workbench::Workbench;
use checker::manifest::{self, Lint};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

#[test]
fn a_new_lab_in_rust_is_sharp() {
    is_sharp("rust", "rustc --edition 2024 -o", "rs");
}

#[test]
fn a_new_lab_in_python_is_sharp() {
    is_sharp("py", "", "py");
}

#[test]
fn a_new_lab_in_c_is_sharp() {
    is_sharp("c", "cc -o", "c");
}

/// Everything that the new lab promises.
fn is_sharp(language: &str, compiler: &str, ending: &str) {
    let bench = crate::workbench::empty();
    bench.checker(&["new", "pong", "--title", "Ping # \"pong\"", "--language", language]).assert().code(0);
    let course = manifest::load(&bench.path("labs.yaml")).unwrap();
    assert_eq!(course.labs[0].title.default, "Ping # \"pong\"");
    assert_eq!(left_open(&bench), [Lint::NoTranslation, Lint::UnwrittenGuide, Lint::UnwrittenGuide]);

    let checks = report(&bench, &["check", "pong", "--solution"]);
    assert!(checks.values().all(|check| check["outcome"] == "passed"), "{checks:#?}");
    let checks = report(&bench, &["check", "pong"]);
    assert_eq!(checks["accepts"]["kind"], "not-implemented", "{checks:#?}");
    assert!(checks.values().all(|check| check["outcome"] != "passed"), "{checks:#?}");

    let wrong = bench.path("solutions/pong/wrong").join(format!("first-line-only.{ending}"));
    let command = match compiler {
        "" => format!("python3 {}", wrong.display()),
        compiler => {
            let program = bench.path("wrong-program");
            let mut words = compiler.split(' ');
            let status =
                Command::new(words.next().unwrap()).args(words).arg(&program).arg(&wrong).status().unwrap();
            assert!(status.success());
            program.display().to_string()
        }
    };
    let checks = report(&bench, &["check", "pong", "--program", &command]);
    assert_eq!(checks["line"]["outcome"], "passed");
    assert_eq!(checks["again"]["kind"], "no-answer", "{checks:#?}");
}

/// What lint warns of, in the order of the file.
fn left_open(bench: &Workbench) -> Vec<Lint> {
    let warnings = manifest::lint(&bench.path("labs.yaml")).unwrap();
    warnings.list.iter().map(|warning| warning.lint).collect()
}

#[test]
fn a_title_is_in_the_language_of_who_gave_it() {
    for (language, entry, guide, other) in [
        ("en", "title: { en: \"Table tennis\" }", "README.md", "README.pt-BR.md"),
        ("pt-BR", "title: { pt-BR: \"Table tennis\" }", "README.pt-BR.md", "README.md"),
    ] {
        let bench = crate::workbench::empty();
        bench.checker(&["new", "pong", "--title", "Table tennis", "--lang", language]).assert().code(0);
        let files = files(&bench);
        assert!(files["labs.yaml"].contains(entry), "{}", files["labs.yaml"]);
        assert!(files[&format!("exercises/pong/{guide}")].starts_with("# Table tennis\n"));
        assert!(files[&format!("exercises/pong/{other}")].starts_with("# pong\n"));
    }
}

#[test]
fn a_guide_is_written_when_it_says_what_the_program_is_for() {
    let bench = crate::workbench::empty();
    bench.checker(&["new", "pong"]).assert().code(0);
    let write = |name: &str, line: &str| {
        let guide = fs::read_to_string(bench.path(name)).unwrap();
        assert_eq!(guide.matches(line).count(), 1, "{guide}");
        bench.write(name, guide.replace(line, "It sends back what it gets."));
    };
    write("exercises/pong/README.md", "What the program is for, in two sentences.");
    assert_eq!(left_open(&bench), [Lint::NoTranslation, Lint::UnwrittenGuide]);
    write("exercises/pong/README.pt-BR.md", "Para que serve o programa, em duas frases.");
    assert_eq!(left_open(&bench), [Lint::NoTranslation]);
}

/// What the report says of each check.
fn report(bench: &Workbench, words: &[&str]) -> BTreeMap<String, Value> {
    let output = bench.command(words).args(["--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let checks = report["labs"][0]["checks"].as_array().unwrap().iter();
    checks.map(|check| (check["id"].as_str().unwrap().to_string(), check.clone())).collect()
}

/// Every file of the bench but those of builds.
fn files(bench: &Workbench) -> BTreeMap<String, String> {
    fn gather(folder: &Path, below: &str, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = format!("{below}{}", entry.file_name().into_string().unwrap());
            match entry.file_type().unwrap().is_dir() {
                true if name != "cache" && name != "state" => {
                    gather(&entry.path(), &format!("{name}/"), files)
                }
                true => {}
                false => drop(files.insert(name, fs::read_to_string(entry.path()).unwrap())),
            }
        }
    }
    let mut all = BTreeMap::new();
    gather(&bench.path(""), "", &mut all);
    all
}

#[test]
fn another_lab_leaves_everything_else_as_it_is() {
    let bench = crate::workbench::own_course();
    bench.write("Cargo.toml", "[workspace]\nmembers = [\"solutions/*\"]\nexclude = [\"exercises\"]\n");
    let before = files(&bench);
    let told = "labs.yaml        the lab's entry, at the end\nexercises/pong/  the skeleton";
    bench.checker(&["new", "pong"]).assert().code(0).stdout(contains(told)).stderr("");
    let after = files(&bench);
    let added: Vec<&str> =
        after.keys().filter(|name| !before.contains_key(*name)).map(String::as_str).collect();
    assert_eq!(
        added,
        [
            "exercises/pong/Cargo.toml",
            "exercises/pong/README.md",
            "exercises/pong/README.pt-BR.md",
            "exercises/pong/src/main.rs",
            "solutions/pong/Cargo.toml",
            "solutions/pong/src/main.rs",
            "solutions/pong/wrong/first-line-only.rs",
        ]
    );
    for (name, text) in &before {
        match name.as_str() {
            "labs.yaml" => assert!(after[name].starts_with(text)),
            name => assert_eq!(after[name], *text, "{name}"),
        }
    }
    assert_eq!(left_open(&bench), [Lint::NoTranslation, Lint::UnwrittenGuide, Lint::UnwrittenGuide]);
    // The course's workspace has the solution; the skeleton is one of its own.
    assert!(!after["solutions/pong/Cargo.toml"].contains("[workspace]"));
    assert!(after["exercises/pong/Cargo.toml"].contains("[workspace]"));
}

#[test]
fn a_course_in_one_language_stays_in_it() {
    for (language, title) in [("en", "a client can connect"), ("pt-BR", "um cliente consegue se conectar")] {
        let bench = crate::workbench::greeters(&["hi"]);
        bench.checker(&["new", "pong", "--lang", language]).assert().code(0);
        let course = manifest::load(&bench.path("labs.yaml")).unwrap();
        assert_eq!(course.labs[1].checks[0].title.default, title);
        assert!(course.labs[1].title.by_language.is_empty());
        assert!(files(&bench).values().all(|text| !text.contains("@en ") && !text.contains("@pt-BR ")));
        let warnings = manifest::lint(&bench.path("labs.yaml")).unwrap();
        let of_it = warnings.list.iter().filter(|warning| warning.problem.line >= course.labs[1].line);
        assert_eq!(of_it.map(|warning| warning.lint).collect::<Vec<_>>(), [Lint::UnwrittenGuide]);
        assert!(!bench.path("exercises/pong/README.pt-BR.md").exists());
    }
}

#[test]
fn comments_are_in_the_language_spoken() {
    for (ending, main) in [("rust", "src/main.rs"), ("py", "main.py"), ("c", "main.c")] {
        let bench = crate::workbench::empty();
        let words = ["new", "pong", "--language", ending, "--lang", "pt-BR"];
        bench.checker(&words).assert().code(0);
        let files = files(&bench);
        let (skeleton, solution) =
            (&files[&format!("exercises/pong/{main}")], &files[&format!("solutions/pong/{main}")]);
        assert!(
            skeleton.contains("responde cada linha") && skeleton.contains("escutar na porta"),
            "{skeleton}"
        );
        assert!(solution.contains("Responde cada linha"), "{solution}");
        let comments = |word: &str| files["labs.yaml"].lines().any(|line| line.trim().starts_with(word));
        assert!(
            comments("# Programas com um erro cada, em solutions/pong/wrong/") && !comments("# Programs")
        );
        for (name, text) in &files {
            assert!(
                !text.contains("@en ") && !text.contains("@pt-BR ") && !text.contains("Answers"),
                "{name}: {text}"
            );
        }
    }
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let bench = crate::workbench::greeters(&["hi"]);
    bench.write("exercises/mine/notes.txt", "precious");
    bench.write("solutions/yours", "precious");
    let before = files(&bench);
    let refused = |words: &[&str], told: &str| {
        let stderr = contains(told);
        bench.checker(&[&["new"], words].concat()).assert().code(2).stdout("").stderr(stderr);
        assert_eq!(files(&bench), before, "{words:?}");
    };
    refused(&["Pong"], "Pong: this cannot be a lab's name.\nNames are lower-case letters");
    refused(&["../up"], "../up: this cannot be a lab's name");
    refused(&["a\u{1b}[2J"], "this cannot be a lab's name");
    refused(&["hi"], "hi: this lab is there already, in line 4 of labs.yaml.\nTake another name.");
    refused(&["mine"], "exercises/mine: this is there already, and stays as it is");
    refused(&["yours"], "solutions/yours: this is there already");
    refused(&["test"], "test: cargo takes no crate of this name.\nBegin it with a letter");
    refused(&["9p"], "9p: cargo takes no crate of this name");
    refused(&["pong", "--title", "a\nb"], "--title: a title is one line of words");
    refused(&["pong", "--language", "cobol"], "cobol");
    bench.checker(&["new", "9p", "--language", "py"]).assert().code(0);
}

#[test]
fn a_file_without_a_place_for_a_lab_is_left_alone() {
    let bench = crate::workbench::empty();
    let labs = "format: 1\ncourse: c\nlabs: [{ id: a, title: a, checks: [{ id: a, title: a, script: &s \"x\" }] }]\n";
    let inline = "{ format: 1, course: c, labs: [] }\n";
    for text in [labs, inline] {
        bench.write("labs.yaml", text);
        bench.checker(&["new", "pong"]).assert().code(2).stderr(contains("labs.yaml"));
        assert_eq!(fs::read_to_string(bench.path("labs.yaml")).unwrap(), text);
        assert!(!bench.path("exercises").exists() && !bench.path("solutions").exists());
    }
}

#[test]
fn inside_of_a_lab_there_is_no_room_for_another() {
    let bench = crate::workbench::greeters(&["hi"]);
    let course = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let lab = manifest::lab_file(&course, "hi").unwrap();
    bench.write("lab.yaml", lab);
    let told = contains("this is the folder of one lab").and(contains("--labs FILE"));
    bench.checker(&["new", "pong"]).assert().code(2).stderr(told);
    bench.checker(&["new", "pong", "--labs", "labs.yaml"]).assert().code(0);
}

#[test]
fn a_folder_with_one_program_is_checked_in_any_language() {
    let bench = crate::workbench::empty();
    bench.checker(&["new", "pong"]).assert().code(0);
    bench.checker(&["new", "snake", "--language", "py"]).assert().code(0);
    // A student's answer in Python to a lab whose skeleton is in Rust.
    let answer = fs::read_to_string(bench.path("solutions/snake/main.py")).unwrap();
    bench.write("answers/ana/main.py", &answer);
    let checks = report(&bench, &["check", "--lab", "pong", "answers/ana/"]);
    assert!(checks.values().all(|check| check["outcome"] == "passed"), "{checks:#?}");
    bench.write("answers/bia/main.c", "int main(void) { return oops; }\n");
    let told = contains("cc could not compile it").and(contains("oops"));
    bench.checker(&["check", "--lab", "pong", "answers/bia/"]).assert().code(1).stdout(told);
}
