//! What the project's pages promise: links lead somewhere, the book is whole, every failure is explained.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use checker::model::outcome::FailureKind;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 5, "{pages:?}");
    let mut dead = Vec::new();
    let mut followed = 0;
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            followed += 1;
            if !resolves(page, &text, &link) {
                dead.push(format!("{}: {link}", page.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(followed > 20, "only {followed} links were found");
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn every_failure_kind_is_described() {
    let text = fs::read_to_string(root().join("docs/verdicts.md")).unwrap();
    let mut described = Vec::new();
    for section in text.split("\n### `").skip(1) {
        let (kind, body) = section.split_once('`').unwrap();
        let body = body.split("\n#").next().unwrap();
        assert!(body.split_whitespace().count() >= 8, "too little is said about {kind}");
        described.push(kind);
    }
    let known: Vec<&str> = FailureKind::ALL.iter().map(|kind| kind.id()).collect();
    assert_eq!(described, known);
}

#[test]
fn the_books_list_all_their_pages() {
    for book in ["docs", "docs/pt-BR"] {
        let folder = root().join(book);
        let summary = fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
        let listed: BTreeSet<String> = links(&summary).into_iter().collect();
        let mut present = pages_in(&folder);
        present.extend(pages_in(&folder.join("labs")));
        let present: BTreeSet<String> = present
            .iter()
            .map(|page| page.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned())
            .filter(|name| name != "SUMMARY.md")
            .collect();
        assert_eq!(listed, present, "{book}");
    }
}

#[test]
fn editors_know_every_crate() {
    let mut crates = vec!["Cargo.toml".to_owned()];
    for entry in fs::read_dir(root().join("exercises")).unwrap() {
        let entry = entry.unwrap();
        if entry.path().join("Cargo.toml").is_file() {
            crates.push(format!("exercises/{}/Cargo.toml", entry.file_name().to_str().unwrap()));
        }
    }
    for settings in [".vscode/settings.json", ".zed/settings.json", ".helix/languages.toml"] {
        let text = fs::read_to_string(root().join(settings)).unwrap();
        let mut named: Vec<&str> = text.split('"').filter(|word| word.ends_with("Cargo.toml")).collect();
        named.sort_unstable();
        crates.sort_unstable();
        assert_eq!(named, crates, "{settings}");
        if settings.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }
}

/// The pages of the top folder, of the books, and of each exercise and solution. Those of the books' labs only take in
/// guides.
fn pages() -> Vec<PathBuf> {
    let mut pages = pages_in(&root());
    pages.extend(pages_in(&root().join("docs")));
    pages.extend(pages_in(&root().join("docs/pt-BR")));
    for labs in ["exercises", "solutions"] {
        for entry in fs::read_dir(root().join(labs)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pages.extend(pages_in(&path));
            }
        }
    }
    pages
}

fn pages_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

fn resolves(page: &Path, text: &str, link: &str) -> bool {
    let (file, place) = link.split_once('#').unwrap_or((link, ""));
    let target = page.parent().unwrap().join(file);
    if !file.is_empty() && !target.exists() {
        return false;
    }
    if place.is_empty() {
        return true;
    }
    let target_text = if file.is_empty() { text.to_owned() } else { fs::read_to_string(target).unwrap() };
    prose(&target_text).filter(|line| line.starts_with('#')).any(|heading| anchor(heading) == place)
}

/// What follows `](`, and what follows `]: ` at the beginning of a line, outside of code.
pub fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        let line = without_code(line);
        for (at, _) in line.match_indices("](") {
            let target = line[at + 2..].split([')', ' ']).next().unwrap_or_default();
            links.push(target.to_owned());
        }
        if line.starts_with('[')
            && let Some((_, target)) = line.split_once("]: ")
        {
            links.push(target.trim().to_owned());
        }
    }
    links
}

/// The lines that are in no fenced block.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        !fenced && !is_fence
    })
}

fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// How a heading is called in links: `## Kinds of failure` is `kinds-of-failure`.
fn anchor(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_are_read_outside_of_code_only() {
    let text = "see [a](b.md#c) and `[x](no.md)`\n```\n[y](no.md)\n```\n[d]: e.md\n![f](g.png \"h\")\n";
    assert_eq!(links(text), ["b.md#c", "e.md", "g.png"]);
    assert_eq!(anchor("### `not-ended`"), "not-ended");
    assert_eq!(anchor("## Evidence before time-outs"), "evidence-before-time-outs");
}
