//! What is legal in a labs.yaml and suspicious: data, and its rendering for people.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use annotate_snippets::Level;
use rust_i18n::t;
use strum::{IntoStaticStr, VariantArray};

use crate::manifest::problem::{Colour, Painter, Place, Problem};

/// Everything that can be suspicious, by the name that silences it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Lint {
    NothingAwaited,
    Unreachable,
    MatchesEverything,
    LineEnd,
    ByteForCharacter,
    ConstantAnswer,
    UnusedCapture,
    UnusedActor,
    IdleLeftovers,
    LongWithin,
    SameScript,
    SameTitle,
    ImpliedNeed,
    WorthlessNeed,
    ForEverything,
    NoPoints,
    NoHint,
    NoTranslation,
    NoGuide,
    UnwrittenGuide,
    NoFolder,
    MissingProgram,
    UndeclaredProgram,
    CutByComment,
    EatenColon,
}

impl Lint {
    pub const ALL: &[Lint] = Lint::VARIANTS;

    /// The name that is shown with a warning and that `lint: { allow: [NAME] }` takes.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One thing that is suspicious.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub lint: Lint,
    /// Where, what, and what to do about it.
    pub problem: Problem,
}

/// Everything suspicious in one labs.yaml, in the order of the file; may be nothing.
#[derive(Debug, Clone)]
pub struct Warnings {
    pub file: PathBuf,
    /// Labs that were looked at.
    pub labs: usize,
    /// Checks that were looked at.
    pub checks: usize,
    pub list: Vec<Warning>,
    source: String,
}

impl Warnings {
    pub(super) fn new(file: &Path, source: &str, mut list: Vec<Warning>, labs: usize, checks: usize) -> Self {
        let key = |warning: &Warning| (warning.problem.line, warning.problem.column, warning.lint);
        list.sort_by_key(key);
        list.dedup();
        Warnings { file: file.to_path_buf(), labs, checks, list, source: source.to_string() }
    }

    /// All warnings, each with its name, its place, the reason and the cure; nothing where there are none.
    pub fn render(&self, colour: Colour) -> String {
        let painter = Painter::new(&self.file, &self.source, colour);
        let mut text = String::new();
        for warning in &self.list {
            let level = Level::WARNING.with_name(t!("warning"));
            let title = level.primary_title(warning.problem.message.as_str()).id(warning.lint.name());
            text.push_str(&painter.paint(&warning.problem, title));
            text.push_str("\n\n");
        }
        text
    }
}

/// Warnings while they are found, without those that are allowed where they would stand.
#[derive(Default)]
pub struct Finds {
    pub list: Vec<Warning>,
    allowed: BTreeSet<Lint>,
}

impl Finds {
    pub fn warn(&mut self, lint: Lint, place: Place, message: impl Into<String>, help: impl Into<String>) {
        if !self.allowed.contains(&lint) {
            self.list.push(Warning { lint, problem: Problem::new(place, message).help(help) });
        }
    }

    /// What `look` finds, without these.
    pub fn without(&mut self, allowed: BTreeSet<Lint>, look: impl FnOnce(&mut Self)) {
        let before = self.allowed.clone();
        self.allowed.extend(allowed);
        look(self);
        self.allowed = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different() {
        let names: BTreeSet<&str> = Lint::ALL.iter().map(|lint| lint.name()).collect();
        assert_eq!(names.len(), Lint::ALL.len());
    }
}
