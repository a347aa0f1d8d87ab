//! What is wrong with a labs.yaml, and where: data, and its rendering for people.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, Title};
use rust_i18n::t;

/// A stretch of one line of labs.yaml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// From 1; 0 for the file as a whole.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// In characters; 0 for a point.
    pub length: u32,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1; 0 for the file as a whole.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// In characters; 0 for a point.
    pub length: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What to say instead where an earlier problem had the same cure.
    again: Option<String>,
}

impl Problem {
    pub(super) fn new(place: Place, message: impl Into<String>) -> Self {
        let Place { line, column, length } = place;
        Problem { line, column, length, message: message.into(), help: None, again: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A long cure is told once, and this instead from then on.
    pub(super) fn again(mut self, again: impl Into<String>) -> Self {
        self.again = Some(again.into());
        self
    }

    /// In one line, without its place.
    pub(super) fn in_a_line(&self) -> String {
        match &self.help {
            Some(help) => format!("{}: {help}", self.message),
            None => self.message.clone(),
        }
    }

    pub(super) fn maybe_help(mut self, help: Option<impl Into<String>>) -> Self {
        self.help = help.map(Into::into);
        self
    }
}

/// Everything that is wrong with one labs.yaml: at least one problem, in the order of the file.
#[derive(Debug, Clone)]
pub struct Problems {
    file: PathBuf,
    source: String,
    list: Vec<Problem>,
}

/// Whether rendered problems carry colours (ANSI escapes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Plain,
    Coloured,
}

impl Problems {
    /// `list` must not be empty; it is sorted by position here.
    pub(super) fn new(file: &Path, source: &str, mut list: Vec<Problem>) -> Self {
        debug_assert!(!list.is_empty());
        list.sort_by(|one, other| {
            (one.line, one.column, &one.message).cmp(&(other.line, other.column, &other.message))
        });
        list.dedup();
        say_once(&mut list);
        Problems { file: file.to_path_buf(), source: source.to_string(), list }
    }

    /// The file, as it was named.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The problems, sorted by position.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// All problems, each with its place, the line with a caret under it, and the cure. Ends in a newline.
    pub fn render(&self, colour: Colour) -> String {
        let painter = Painter::new(&self.file, &self.source, colour);
        let mut text = String::new();
        for problem in &self.list {
            let title = Level::ERROR.with_name(t!("error")).primary_title(problem.message.as_str());
            text.push_str(&painter.paint(problem, title));
            text.push_str("\n\n");
        }
        text.push_str(&self.summary());
        text.push('\n');
        text
    }

    fn summary(&self) -> String {
        let file = self.file.display();
        match self.list.len() {
            1 => t!("%{file} has 1 problem", file = file).into(),
            count => t!("%{file} has %{count} problems", file = file, count = count).into(),
        }
    }
}

/// What would be told again in full is told in short.
fn say_once(list: &mut [Problem]) {
    let mut said: BTreeSet<String> = BTreeSet::new();
    for problem in list {
        let Some(again) = problem.again.take() else { continue };
        if !said.insert(problem.help.clone().unwrap_or_default()) {
            problem.help = Some(again);
        }
    }
}

/// Shows things at their places in one file.
pub(super) struct Painter<'s> {
    path: String,
    lines: Vec<&'s str>,
    renderer: Renderer,
}

impl<'s> Painter<'s> {
    pub fn new(file: &Path, source: &'s str, colour: Colour) -> Self {
        let renderer = match colour {
            Colour::Plain => Renderer::plain(),
            Colour::Coloured => Renderer::styled(),
        };
        Painter { path: file.display().to_string(), lines: source.split('\n').collect(), renderer }
    }

    /// The title, the line with a caret under it, and the cure.
    pub fn paint<'t>(&'t self, problem: &'t Problem, title: Title<'t>) -> String {
        let line = (problem.line as usize).checked_sub(1).and_then(|index| self.lines.get(index));
        let mut group = match line {
            Some(line) => {
                let line = line.trim_end_matches('\r');
                let start = byte_of(line, problem.column.saturating_sub(1));
                let end = byte_of(line, problem.column.saturating_sub(1) + problem.length).max(start);
                title.element(
                    Snippet::source(line)
                        .path(self.path.as_str())
                        .line_start(problem.line as usize)
                        .annotation(AnnotationKind::Primary.span(start..end)),
                )
            }
            None => title.element(annotate_snippets::Origin::path(self.path.as_str())),
        };
        if let Some(help) = &problem.help {
            group = group.element(Level::HELP.with_name(t!("help")).message(help.as_str()));
        }
        self.renderer.render(&[group])
    }
}

impl Display for Problems {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(Colour::Plain).trim_end())
    }
}

impl Error for Problems {}

/// The byte at which the character of this index begins; the line's end for characters behind it.
fn byte_of(line: &str, character: u32) -> usize {
    line.char_indices().nth(character as usize).map_or(line.len(), |(byte, _)| byte)
}

/// `did you mean …`, where one of the known words is near enough.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| t!("did you mean `%{candidate}`?", candidate = candidate).into())
}
