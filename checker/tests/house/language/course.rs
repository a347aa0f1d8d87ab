//! The texts of labs.yaml, and the guides of its exercises.

use std::path::{Path, PathBuf};

use checker::manifest;
use checker::model::course::{Course, Text};
use checker::model::language::Language;
use checker::model::script::{Sentence, Step};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

pub fn course() -> Course {
    manifest::load(&root().join("labs.yaml")).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Each text of a course that lacks a language, with its place.
pub fn lacking(course: &Course) -> Vec<String> {
    let mut texts: Vec<(String, &Text)> = vec![("course".to_owned(), &course.title)];
    for lab in &course.labs {
        texts.push((format!("{}: title", lab.id), &lab.title));
        // A plain topic is a name, the same in every language.
        let topics = lab.topics.iter().filter(|topic| !topic.by_language.is_empty());
        texts.extend(topics.map(|topic| (format!("{}: topic", lab.id), topic)));
        for check in &lab.checks {
            let place = format!("{}/{}", lab.id, check.id);
            texts.push((format!("{place}: title"), &check.title));
            texts.extend(check.hint.iter().map(|hint| (format!("{place}: hint"), hint)));
            hints(&check.script.steps, &mut |line, hint| {
                texts.push((format!("{place}: hint at {line}"), hint))
            });
        }
    }
    // The text that stands for all languages is English.
    let speaks = |text: &Text, language: Language| {
        text.by_language.contains_key(language.tag())
            || (language == Language::English && !text.default.is_empty())
    };
    let lacks = |text: &Text| Language::ALL.iter().any(|language| !speaks(text, *language));
    texts
        .into_iter()
        .filter(|(_, text)| lacks(text))
        .map(|(place, text)| format!("{place}: {}", text.default))
        .collect()
}

fn hints<'a>(steps: &'a [Step], each: &mut impl FnMut(u32, &'a Text)) {
    for step in steps {
        if let Some(hint) = &step.hint {
            each(step.line, hint);
        }
        if let Sentence::Together(below) | Sentence::Repeat { steps: below, .. } = &step.sentence {
            hints(below, each);
        }
    }
}
