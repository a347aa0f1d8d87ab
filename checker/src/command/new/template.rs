//! What a new lab begins with, in each language that programs are written in. The files lie in templates/.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::guide::file_name;
use crate::model::language::Language;

/// A language of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    Rust,
    Python,
    C,
}

/// The languages that the new lab's texts are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Languages {
    All,
    /// The one that people are spoken to in.
    Spoken,
}

/// Who looks after the solution's crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workspace {
    /// A workspace of the course's has it as a member.
    OfCourse,
    Own,
}

/// What decides how a new lab looks.
#[derive(Debug, Clone, Copy)]
pub struct Seed<'s> {
    pub lab: &'s str,
    pub title: &'s str,
    pub tongue: Tongue,
    pub languages: Languages,
}

struct Sources {
    main: &'static str,
    skeleton: &'static str,
    solution: &'static str,
    wrong: &'static str,
    wrong_name: &'static str,
}

impl Tongue {
    fn sources(self) -> Sources {
        match self {
            Tongue::Rust => Sources {
                main: "src/main.rs",
                skeleton: include_str!("../../../templates/rust/skeleton.rs"),
                solution: include_str!("../../../templates/rust/solution.rs"),
                wrong: include_str!("../../../templates/rust/wrong.rs"),
                wrong_name: "first-line-only.rs",
            },
            Tongue::Python => Sources {
                main: "main.py",
                skeleton: include_str!("../../../templates/py/skeleton.py"),
                solution: include_str!("../../../templates/py/solution.py"),
                wrong: include_str!("../../../templates/py/wrong.py"),
                wrong_name: "first-line-only.py",
            },
            Tongue::C => Sources {
                main: "main.c",
                skeleton: include_str!("../../../templates/c/skeleton.c"),
                solution: include_str!("../../../templates/c/solution.c"),
                wrong: include_str!("../../../templates/c/wrong.c"),
                wrong_name: "first-line-only.c",
            },
        }
    }
}

/// The lab's entry, as a list of one, not indented.
pub fn entry(seed: &Seed<'_>) -> String {
    let entry = spoken(include_str!("../../../templates/entry.yaml"))
        .replace("FIRST_LINE_ONLY", seed.tongue.sources().wrong_name)
        .replace("LAB", seed.lab);
    let title = quoted(seed.title);
    match seed.languages {
        // Whoever named it did so in one language; what it is called in the other one, nobody knows yet.
        Languages::All => entry.replace("TITLE", &format!("{{ {}: {title} }}", Language::spoken().tag())),
        Languages::Spoken => {
            let entry: String = entry.lines().map(|line| in_one_language(line) + "\n").collect();
            entry.replace("TITLE", &title)
        }
    }
}

/// A labs.yaml with this entry alone.
pub fn course(entry: &str) -> String {
    let indented =
        entry.lines().map(|line| if line.is_empty() { "\n".into() } else { format!("  {line}\n") });
    include_str!("../../../templates/labs.yaml").to_owned() + &indented.collect::<String>()
}

/// The files of the exercise.
pub fn exercise(seed: &Seed<'_>) -> Vec<(PathBuf, String)> {
    let Sources { main, skeleton, .. } = seed.tongue.sources();
    let mut files: Vec<(PathBuf, String)> = vec![(main.into(), filled(skeleton, seed))];
    files.extend(guides(seed));
    if seed.tongue == Tongue::Rust {
        files.push(("Cargo.toml".into(), manifest(seed.lab, Workspace::Own)));
    }
    files
}

/// A guide for each of the lab's languages. One whose language is not the title's is headed by the lab's name.
fn guides(seed: &Seed<'_>) -> Vec<(PathBuf, String)> {
    let spoken = Language::spoken();
    let guide = |language: Language| {
        let template = match language {
            Language::English => include_str!("../../../templates/README.md"),
            Language::BrazilianPortuguese => include_str!("../../../templates/README.pt-BR.md"),
        };
        filled(template, &Seed { title: if language == spoken { seed.title } else { seed.lab }, ..*seed })
    };
    match seed.languages {
        Languages::All => {
            Language::ALL.into_iter().map(|language| (file_name(language).into(), guide(language))).collect()
        }
        Languages::Spoken => vec![(file_name(Language::English).into(), guide(spoken))],
    }
}

/// The files of the solution, its wrong program included.
pub fn solution(seed: &Seed<'_>, workspace: Workspace) -> Vec<(PathBuf, String)> {
    let Sources { main, solution, wrong, wrong_name, .. } = seed.tongue.sources();
    let mut files: Vec<(PathBuf, String)> = vec![
        (main.into(), filled(solution, seed)),
        (Path::new("wrong").join(wrong_name), filled(wrong, seed)),
    ];
    if seed.tongue == Tongue::Rust {
        files.push(("Cargo.toml".into(), manifest(&format!("{}-solution", seed.lab), workspace)));
    }
    files
}

/// Does a workspace at the course's root take every solution for a member?
pub fn workspace(root: &Path) -> Workspace {
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let takes_all = manifest.contains("[workspace]") && manifest.contains("\"solutions/*\"");
    if takes_all { Workspace::OfCourse } else { Workspace::Own }
}

fn manifest(package: &str, workspace: Workspace) -> String {
    let manifest = include_str!("../../../templates/rust/Cargo.toml").replace("PACKAGE", package);
    match workspace {
        Workspace::OfCourse => manifest,
        Workspace::Own => manifest + "\n[workspace]\n",
    }
}

fn filled(text: &str, seed: &Seed<'_>) -> String {
    let main = seed.tongue.sources().main;
    spoken(text).replace("SOURCE", main).replace("LAB", seed.lab).replace("TITLE", seed.title)
}

/// The lines that are for all languages, and those of the one that is spoken: a template has a line that people read
/// once for each, marked `@en ` and `@pt-BR `.
fn spoken(template: &str) -> String {
    let mark = |language: Language| format!("@{} ", language.tag());
    let own = mark(Language::spoken());
    let is_other = |line: &&str| {
        !line.contains(&own) && Language::ALL.into_iter().any(|language| line.contains(&mark(language)))
    };
    let lines = template.split_inclusive('\n').filter(|line| !is_other(line));
    lines.map(|line| line.replacen(&own, "", 1)).collect()
}

/// A text in double quotes, as YAML and JSON write it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `{ en: "a", pt-BR: "b" }` becomes the one of the two that is spoken.
fn in_one_language(line: &str) -> String {
    const BEGIN: &str = "{ en: ";
    const MIDDLE: &str = ", pt-BR: ";
    const END: &str = " }";
    let parts = || {
        let begin = line.find(BEGIN)?;
        let middle = begin + line[begin..].find(MIDDLE)?;
        let end = middle + line[middle..].find(END)?;
        let text = match Language::spoken() {
            Language::English => &line[begin + BEGIN.len()..middle],
            Language::BrazilianPortuguese => &line[middle + MIDDLE.len()..end],
        };
        Some(format!("{}{text}{}", &line[..begin], &line[end + END.len()..]))
    };
    parts().unwrap_or_else(|| line.to_owned())
}
