//! The book takes in the guide of every lab, in the course's order and in both languages, and what the pages count is
//! what there is. `INSTA_UPDATE=always cargo test --test docs course::` writes what a new lab changes.

use std::fs;
use std::path::Path;

use checker::manifest;
use checker::model::course::Course;

use super::pages::{links, root};
use super::workbench::empty;

pub struct Book {
    pub folder: &'static str,
    language: &'static str,
    guide: &'static str,
    /// The line of SUMMARY.md below which the labs stand.
    labs: &'static str,
}

pub const BOOKS: [Book; 2] = [
    Book { folder: "docs", language: "en", guide: "README.md", labs: "- [The labs](labs.md)\n" },
    Book {
        folder: "docs/pt-BR",
        language: "pt-BR",
        guide: "README.pt-BR.md",
        labs: "- [Os laboratórios](labs.md)\n",
    },
];

#[test]
fn the_books_take_in_every_guide_in_the_order_of_the_course() {
    let mut stale = Stale::default();
    for book in &BOOKS {
        let up = "../".repeat(book.folder.split('/').count() + 1);
        let mut list = String::new();
        for lab in course().labs {
            let guide = format!("exercises/{}/{}", lab.id, book.guide);
            let text = fs::read_to_string(root().join(&guide)).unwrap_or_else(|e| panic!("{guide}: {e}"));
            let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap();
            list += &format!("  - [{title}](labs/{}.md)\n", lab.id);
            let page = format!("{}/labs/{}.md", book.folder, lab.id);
            stale.compare(&page, &format!("{{{{#include {up}{guide}}}}}\n"));
        }
        let page = format!("{}/SUMMARY.md", book.folder);
        let summary = fs::read_to_string(root().join(&page)).unwrap();
        let (before, rest) = summary.split_once(book.labs).unwrap_or_else(|| panic!("{page}: {}", book.labs));
        let after = rest.lines().skip_while(|line| line.starts_with("  - "));
        let after: String = after.map(|line| format!("{line}\n")).collect();
        stale.compare(&page, &format!("{before}{}{list}{after}", book.labs));
    }
    stale.none();
}

/// A guide is read in a student's copy of the lab, in the repository and in the books: nothing lies beside it everywhere.
#[test]
fn guides_link_to_themselves_and_to_the_web_only() {
    let mut relative = Vec::new();
    for lab in course().labs {
        for book in &BOOKS {
            let guide = format!("exercises/{}/{}", lab.id, book.guide);
            let text = fs::read_to_string(root().join(&guide)).unwrap();
            assert!(!text.contains("{{#"), "{guide}: mdBook would read this");
            let beside = |link: &String| !link.starts_with('#') && !link.starts_with("https://");
            relative.extend(links(&text).into_iter().filter(beside).map(|link| format!("{guide}: {link}")));
        }
    }
    assert!(relative.is_empty(), "{relative:#?}");
}

#[test]
fn the_pages_count_what_there_is() {
    let mut stale = Stale::default();
    let course = course();
    let labs = course.labs.len();
    for book in &BOOKS {
        let page = format!("{}/students.md", book.folder);
        let text = fs::read_to_string(root().join(&page)).unwrap();
        let text = replaced(&text, "$ checker list\n", "\n\n", &first_line(&listed(book.language)));
        let text = replaced(&text, "\n\n  ✓ hello", "\n\n", &rest(&listed(book.language)));
        stale.compare(&page, &text);
    }
    let students = fs::read_to_string(root().join("docs/students.md")).unwrap();
    stale.compare("docs/students.md", &replaced(&students, "0.1.0, with ", " labs", &labs.to_string()));

    let checks: Vec<_> = course.labs.iter().flat_map(|lab| &lab.checks).collect();
    let points: u32 = checks.iter().map(|check| check.points).sum();
    let totals = format!("{labs} labs: {points} of {points} points. All {}", checks.len());
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let readme = replaced(&readme, "\nAll ", " checks passed", &totals);
    let place = line_of_relay().to_string();
    stale.compare("README.md", &replaced(&readme, "relay failed at labs.yaml:", ":", &place));
    stale.none();
}

/// What `checker list` prints for one who has done hello and begun echo.
fn listed(language: &str) -> String {
    let bench = empty();
    let told = bench
        .command(&["list", "--lang", language, "--color", "always"])
        .current_dir(root())
        .env("XDG_STATE_HOME", bench.path("state"))
        .output()
        .unwrap();
    let coloured = String::from_utf8(told.stdout).unwrap();
    let mut parts = coloured.split("\x1b[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain += part.split_once('m').unwrap().1;
    }
    let lines = plain.lines().map(|line| match line {
        line if line.contains("· hello ") => line.replace('·', "✓").replace("0/9", "9/9"),
        line if line.contains("· echo ") => line.replace('·', "▸"),
        line => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

fn first_line(listed: &str) -> String {
    let line = listed.lines().next().unwrap();
    let (course, counts) = line.split_once(": 0 ").unwrap();
    format!("{course}: 9 {}", counts.replacen(" 0 ", " 1 ", 1))
}

/// The labs, without the first words, which `replaced` keeps.
fn rest(listed: &str) -> String {
    listed.split("\n\n").nth(1).unwrap().strip_prefix("  ✓ hello").unwrap().to_owned()
}

/// The text with another middle between the first `before` and the `after` that follows.
fn replaced(text: &str, before: &str, after: &str, middle: &str) -> String {
    let (head, tail) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is not there"));
    let end = tail.find(after).unwrap_or_else(|| panic!("{after:?} does not follow {before:?}"));
    format!("{head}{before}{middle}{}", &tail[end..])
}

/// Where README.md's example fails: the connecting sentence of chat/relay.
fn line_of_relay() -> usize {
    let text = fs::read_to_string(root().join("labs.yaml")).unwrap();
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| *line != "  - id: chat");
    lines.find(|(_, line)| *line == "      - id: relay").unwrap();
    lines.find(|(_, line)| line.trim() == "ana, bia and caio connect").unwrap().0 + 1
}

/// Pages that are not as they should be.
#[derive(Default)]
struct Stale(Vec<String>);

impl Stale {
    fn compare(&mut self, page: &str, expected: &str) {
        let path = root().join(page);
        let text = fs::read_to_string(&path).unwrap_or_default();
        if text == expected {
            return;
        }
        if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, expected).unwrap();
        } else {
            let common = text.lines().zip(expected.lines()).take_while(|(has, should)| has == should).count();
            let line = |text: &str| text.lines().nth(common).unwrap_or("(nothing)").to_owned();
            let (has, should) = (line(&text), line(expected));
            self.0.push(format!("{page}:{}\n  has        {has}\n  should be  {should}", common + 1));
        }
    }

    fn none(self) {
        let cure = "INSTA_UPDATE=always cargo test --test docs course:: writes it";
        assert!(self.0.is_empty(), "{}\n{cure}", self.0.join("\n"));
    }
}

fn course() -> Course {
    let file = root().join("labs.yaml");
    manifest::load(Path::new(&file)).unwrap_or_else(|problems| panic!("{problems}"))
}
