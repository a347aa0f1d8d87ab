//! What the folders lack that labs.yaml names: guides, references, known wrong programs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rust_i18n::t;

use super::languages;
use super::view::{LabView, View, get, items, place_of_key};
use super::warning::{Finds, Lint};
use crate::manifest::problem::Place;

/// The guides that `checker new` begins with.
const TEMPLATES: [&str; 2] =
    [include_str!("../../../templates/README.md"), include_str!("../../../templates/README.pt-BR.md")];

pub fn look(view: &View<'_>, lab: &LabView<'_>, finds: &mut Finds) {
    let at = |key: &str| get(lab.node, key).map_or(lab.place(), |node| node.place);
    if let Some(exercise) = &lab.lab.exercise {
        let folder = view.course.root.join(exercise);
        if folder.is_dir() {
            guides(view, &folder, at("exercise"), finds);
        } else {
            no_folder(exercise, at("exercise"), finds);
        }
    }
    if let Some(solution) = &lab.lab.solution {
        let folder = view.course.root.join(solution);
        if folder.is_dir() {
            wrong_programs(lab, &solution.join("wrong"), &folder.join("wrong"), finds);
        } else {
            no_folder(solution, at("solution"), finds);
        }
    }
}

fn no_folder(folder: &Path, place: Place, finds: &mut Finds) {
    finds.warn(
        Lint::NoFolder,
        place,
        t!("there is no folder %{folder}", folder = folder.display()),
        t!("paths begin at the folder of this file"),
    );
}

/// A README for each language of the course.
fn guides(view: &View<'_>, folder: &Path, place: Place, finds: &mut Finds) {
    let mut names: BTreeSet<String> = BTreeSet::from(["README.md".to_string()]);
    let others = languages::of_course(view).into_iter().filter(|language| language != "en");
    names.extend(others.map(|language| format!("README.{language}.md")));
    for name in names {
        let guide = folder.join(&name);
        if !guide.is_file() {
            finds.warn(
                Lint::NoGuide,
                place,
                t!("the exercise has no guide %{name}", name = name),
                t!("a guide says what the program is to do, how to try it by hand, and where to begin"),
            );
        } else if let Some(line) = fs::read(guide).ok().and_then(|text| line_to_write(&text)) {
            finds.warn(
                Lint::UnwrittenGuide,
                place,
                t!(
                    "the guide %{name} still has the line that it began with: %{line}",
                    name = name,
                    line = line
                ),
                t!("write there what the program is for"),
            );
        }
    }
}

/// The line of a new lab's guide that asks for other words, if this guide still has it.
fn line_to_write(guide: &[u8]) -> Option<&'static str> {
    let first_words =
        |template: &'static str| template.lines().find(|line| !line.is_empty() && !line.starts_with('#'));
    let guide = String::from_utf8_lossy(guide);
    TEMPLATES.into_iter().filter_map(first_words).find(|line| guide.lines().any(|own| own.trim() == *line))
}

fn wrong_programs(lab: &LabView<'_>, named: &Path, folder: &Path, finds: &mut Finds) {
    let declared: BTreeSet<&Path> = lab.lab.wrong.iter().map(|wrong| wrong.program.as_path()).collect();
    for (wrong, node) in lab.lab.wrong.iter().zip(items(lab.node, "wrong")) {
        if !folder.join(&wrong.program).is_file() {
            finds.warn(
                Lint::MissingProgram,
                get(node, "program").map_or(node.place, |node| node.place),
                t!("there is no file %{file}", file = named.join(&wrong.program).display()),
                t!("write the program that must fail, or leave this entry out"),
            );
        }
    }
    for name in programs_in(folder).iter().filter(|name| !declared.contains(Path::new(name))) {
        finds.warn(
            Lint::UndeclaredProgram,
            place_of_key(lab.node, "wrong").unwrap_or(lab.place()),
            t!("nothing is said of %{file}", file = named.join(name).display()),
            t!(
                "say what it fails, under `wrong`: `{ program: %{name}, fails: CHECK, kind: KIND }`",
                name = name
            ),
        );
    }
}

/// Sources of programs; whatever else lies there is no affair of labs.yaml.
fn programs_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| [".rs", ".c", ".py"].iter().any(|ending| name.ends_with(ending))).collect()
}
