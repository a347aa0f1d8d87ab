//! What is read in Portuguese: every form of report and every sentence, for somebody to read as a student would.
//!
//! One process speaks one language, and so these stand apart from the same tests in English.

use checker::{manifest, model, report};

#[path = "../../src/report/sample/mod.rs"]
mod sample;

use model::event::Event;
use model::language::Language;
use report::Report;
use report::json::Json;
use report::style::Palette;
use report::terminal::Terminal;
use unicode_width::UnicodeWidthStr;

fn rendered(events: &[Event], palette: Palette) -> String {
    Language::BrazilianPortuguese.speak();
    let mut out = Vec::new();
    let mut report = Terminal::new(&mut out, palette);
    events.iter().for_each(|event| report.event(event).unwrap());
    drop(report);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_run_in_unicode() {
    insta::assert_snapshot!(rendered(&sample::run(), Palette::UNCOLOURED));
}

#[test]
fn a_lab_in_ascii() {
    insta::assert_snapshot!(rendered(&sample::small(), Palette::PLAIN));
}

#[test]
fn eighty_columns_are_enough() {
    for palette in [Palette::PLAIN, Palette::UNCOLOURED] {
        let text = rendered(&sample::run(), palette);
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("de novo"));
        for line in lines {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
    }
}

#[test]
fn labels_keep_their_distance() {
    let text = rendered(&sample::run(), Palette::UNCOLOURED);
    for label in ["esperado", "obtido", "por quê", "dica", "execuções", "comando", "nota", "também"] {
        let line = text.lines().find(|line| line.starts_with(&format!("    {label} "))).unwrap();
        assert_eq!(line.chars().nth(14).map(char::is_whitespace), Some(false), "{line}");
    }
}

#[test]
fn programs_find_the_same_identifiers() {
    let document = |language: Language| {
        language.speak();
        let mut out = Vec::new();
        let mut report = Json::new(&mut out);
        sample::run().iter().for_each(|event| report.event(event).unwrap());
        drop(report);
        serde_json::from_slice::<serde_json::Value>(&out).unwrap()
    };
    // Not English: other tests of this process speak Portuguese meanwhile.
    let portuguese = document(Language::BrazilianPortuguese);
    let failure = &portuguese["labs"][0]["checks"][1];
    assert_eq!(failure["outcome"], "failed");
    assert_eq!(failure["kind"], "not-ended");
    assert_eq!(failure["transcript"][0]["what"], "started");
    assert_eq!(failure["transcript"][0]["who"], "program");
    assert_eq!(failure["expected"], "o fim da conexão");
    let skipped = &portuguese["labs"][0]["checks"][2];
    assert_eq!(skipped["skipped"]["reason"], "needs");
}

/// Each sentence that labs.yaml knows, as it was written and as it is shown.
#[test]
fn every_sentence() {
    Language::BrazilianPortuguese.speak();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/sentences.yaml");
    let course = manifest::load(std::path::Path::new(page)).unwrap_or_else(|problems| panic!("{problems}"));
    let mut told = String::new();
    for step in course.labs.iter().flat_map(|lab| &lab.checks).flat_map(|check| &check.script.steps) {
        told.push_str(&format!("{}\n    {}\n", step.written, step.shown()));
        // What is written into a labs.yaml stays what labs.yaml understands.
        assert!(!step.to_string().contains("programa") && !step.to_string().contains("recebe"), "{step}");
    }
    insta::assert_snapshot!(told);
}
