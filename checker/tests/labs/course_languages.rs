//! The course speaks every language: the texts of labs.yaml, and the guides.

use std::fs;
use std::path::{Path, PathBuf};

use checker::model::course::{Course, Text};
use checker::model::language::Language;
use checker::model::script::{Sentence, Step};

/// Texts that are the same words in every language.
const NAMES: [&str; 7] = ["HTTP", "TCP", "UDP", "UTF-8", "connect", "join", "threads"];

#[test]
fn every_text_of_the_labs_is_there_in_every_language() {
    let mut missing = Vec::new();
    let course = course();
    for (place, text) in texts(&course) {
        for language in Language::ALL {
            let is_there = language == Language::English || text.by_language.contains_key(language.tag());
            if !is_there && !NAMES.contains(&text.default.as_str()) {
                missing.push(format!("{place}: no {} for \"{}\"", language.tag(), text.default));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_lab_has_a_guide_in_every_language() {
    for (lab, guides) in guides() {
        for (language, guide) in guides {
            assert!(guide.is_file(), "{lab} has no guide {} ({})", guide.display(), language.tag());
        }
    }
}

#[test]
fn the_guides_of_a_lab_show_the_same_commands_sections_and_questions() {
    for (lab, guides) in guides() {
        let shapes: Vec<Shape> =
            guides.iter().map(|(_, guide)| shape(&fs::read_to_string(guide).unwrap())).collect();
        assert!(shapes[0].headings >= 6 && !shapes[0].commands.is_empty(), "{lab}: {:?}", shapes[0]);
        for other in &shapes[1..] {
            assert_eq!(*other, shapes[0], "the guides of {lab} differ");
        }
    }
}

/// What the sections in between are called is up to each guide: a picture of its concept, and two ways where there are two.
#[test]
fn every_guide_has_the_same_frame() {
    for (lab, guides) in guides() {
        for (language, guide) in guides {
            let text = fs::read_to_string(&guide).unwrap();
            let sections: Vec<&str> = text.split("\n## ").skip(1).collect();
            let titles: Vec<&str> = sections.iter().filter_map(|section| section.lines().next()).collect();
            let (first, last) = frame(language);
            assert!(titles.starts_with(&first) && titles.ends_with(&last), "{lab}, {language:?}: {titles:?}");
            let own = &sections[first.len()..sections.len() - last.len()];
            assert!((1..=2).contains(&own.len()), "{lab}, {language:?}: {titles:?}");
            assert!(
                own[0].contains("```text\n"),
                "{lab}, {language:?}: no picture in \"{}\"",
                titles[first.len()]
            );
        }
    }
}

fn frame(language: Language) -> ([&'static str; 2], [&'static str; 5]) {
    match language {
        Language::English => (
            ["What you will learn", "The contract"],
            ["The calls", "Steps", "Check", "Three questions", "Read on"],
        ),
        Language::BrazilianPortuguese => (
            ["O que você vai aprender", "O contrato"],
            ["As chamadas", "Passos", "Verificação", "Três perguntas", "Para ler mais"],
        ),
    }
}

#[test]
fn the_title_of_a_check_fits_on_its_line_in_every_language() {
    let mut cut = Vec::new();
    for lab in course().labs {
        let longest = |ids: &mut dyn Iterator<Item = &String>| ids.map(String::len).max().unwrap_or(0);
        let id = longest(&mut lab.checks.iter().map(|check| &check.id));
        let needed = longest(&mut lab.checks.iter().flat_map(|check| &check.needs));
        // Mark and id before it; points and what is needed behind it, where "requer" is the longest word.
        let room =
            80 - (2 + 1 + 1 + id + 2) - (2 + 5 + 2) - ("requer ".len() + needed).max("interrompida".len());
        for check in &lab.checks {
            let said = [&check.title.default].into_iter().chain(check.title.by_language.values());
            let long = said.filter(|title| title.chars().count() > room);
            cut.extend(long.map(|title| format!("{}/{}: {title} ({room})", lab.id, check.id)));
        }
    }
    assert!(cut.is_empty(), "{cut:#?}");
}

#[test]
fn what_asks_the_c_library_for_signals_is_the_same_file_everywhere() {
    let mut files = Vec::new();
    for labs in ["exercises", "solutions"] {
        for lab in fs::read_dir(root().join(labs)).unwrap() {
            let file = lab.unwrap().path().join("src/interrupt.rs");
            if file.is_file() {
                files.push(file);
            }
        }
    }
    assert!(files.len() >= 2, "{files:?}");
    let first = fs::read_to_string(&files[0]).unwrap();
    for file in &files[1..] {
        assert_eq!(fs::read_to_string(file).unwrap(), first, "{} is another one", file.display());
    }
}

/// What must not depend on the language.
#[derive(Debug, PartialEq)]
struct Shape {
    headings: usize,
    rows: usize,
    items: usize,
    /// Lines of code blocks.
    commands: Vec<String>,
}

fn shape(guide: &str) -> Shape {
    let count = |is: &dyn Fn(&str) -> bool| guide.lines().filter(|line| is(line)).count();
    let is_numbered =
        |line: &str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    let mut commands: Vec<String> = Vec::new();
    let mut before = "";
    for line in guide.lines() {
        let is_code = line.starts_with("    ")
            && (before.is_empty() || commands.last().is_some_and(|last| last == before.trim()));
        if is_code {
            commands.push(line.trim().to_owned());
        }
        before = line;
    }
    Shape {
        headings: count(&|line| line.starts_with('#')),
        rows: count(&|line| line.starts_with('|')),
        items: count(&|line| is_numbered(line) || line.starts_with("- ")),
        commands,
    }
}

fn texts(course: &Course) -> Vec<(String, &Text)> {
    let mut texts = vec![("course".to_owned(), &course.title)];
    for lab in &course.labs {
        texts.push((format!("{}, title", lab.id), &lab.title));
        texts.extend(lab.topics.iter().map(|topic| (format!("{}, topic", lab.id), topic)));
        for check in &lab.checks {
            let place = format!("{}/{}", lab.id, check.id);
            texts.push((format!("{place}, title"), &check.title));
            texts.extend(check.hint.iter().map(|hint| (format!("{place}, hint"), hint)));
            for step in all_steps(&check.script.steps) {
                let hint = step.hint.iter();
                texts.extend(hint.map(|hint| (format!("{place}, hint in line {}", step.line), hint)));
            }
        }
    }
    texts
}

fn all_steps(steps: &[Step]) -> Vec<&Step> {
    fn below(step: &Step) -> &[Step] {
        match &step.sentence {
            Sentence::Together(below) | Sentence::Repeat { steps: below, .. } => below,
            _ => &[],
        }
    }
    steps.iter().flat_map(|step| [vec![step], all_steps(below(step))].concat()).collect()
}

fn guides() -> Vec<(String, Vec<(Language, PathBuf)>)> {
    let guide = |folder: &Path, language: Language| match language {
        Language::English => folder.join("README.md"),
        other => folder.join(format!("README.{}.md", other.tag())),
    };
    let labs = course().labs.into_iter();
    labs.filter_map(|lab| {
        let folder = root().join(lab.exercise?);
        Some((lab.id, Language::ALL.map(|language| (language, guide(&folder, language))).into()))
    })
    .collect()
}

fn course() -> Course {
    let file = root().join("labs.yaml");
    checker::manifest::load(&file).unwrap_or_else(|problems| panic!("{problems}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}
