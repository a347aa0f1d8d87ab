//! labs.yaml into a `Course`: the only place that knows YAML and the grammar of scripts.
//!
//! A YAML syntax error ends reading; everything else that is wrong is reported at once.

mod append;
mod check;
mod config;
mod config_text;
mod fields;
mod frame;
mod index;
mod lab_file;
mod lint;
mod merge;
mod positions;
mod problem;
mod quantity;
mod schema;
mod script;
mod settings;
mod syntax;
mod tree;
mod tst;
mod value;
mod write;

use std::fs;
use std::path::Path;

use rust_i18n::t;

pub use append::append_lab;
pub use config::config;
pub use config_text::{with_site, without_site};
pub use index::{Indexed, index, index_text};
pub use lab_file::lab_file;
pub use lint::{Lint, Warning, Warnings, lint};
pub use merge::merge;
pub use problem::{Colour, Place, Problem, Problems};
pub use schema::schema;
pub use script::{bytes_of_text, fault_of_name};
pub use tst::{Fetch, Fetched, Imported, TstFile, import_tst, slug};
pub use value::is_id;
pub use write::{Heading, above_check, check_in_yaml};

use crate::model::course::Course;

/// Reads a labs.yaml from the disk.
pub fn load(path: &Path) -> Result<Course, Problems> {
    read(path, &text(path)?)
}

/// Reads the text of a labs.yaml. `file_name` is what problems and reports call it; its folder is
/// the course's root.
pub fn read(file_name: &Path, text: &str) -> Result<Course, Problems> {
    let mut problems = Vec::new();
    let source = text.strip_prefix('\u{feff}').unwrap_or(text);
    if source.len() < text.len() {
        problems.push(
            Problem::new(
                Place { line: 1, column: 1, length: 0 },
                t!("the file begins with an invisible byte order mark"),
            )
            .help(t!("save the file as UTF-8 without BOM")),
        );
    }
    if let Some(problem) = odd_line_end(source) {
        problems.push(problem);
        return Err(Problems::new(file_name, source, problems));
    }
    let course = match tree::read(source) {
        Ok(Some(root)) => {
            tree::duplicate_keys(&root, &mut problems);
            frame::course(file_name, source, &root, &mut problems)
        }
        Ok(None) => {
            let place = Place { line: 1, column: 1, length: 0 };
            problems.push(
                Problem::new(place, t!("the file is empty")).help(t!("a course begins with `format: 1`")),
            );
            None
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    match course {
        Some(course) if problems.is_empty() => Ok(course),
        _ => Err(Problems::new(file_name, source, problems)),
    }
}

/// What stands in a file.
fn text(path: &Path) -> Result<String, Problems> {
    let bytes = fs::read(path).map_err(|error| {
        let message = t!("cannot read %{file}: %{error}", file = path.display(), error = error);
        let problem = Problem::new(Place::default(), message).help(t!("`--labs FILE` names another file"));
        Problems::new(path, "", vec![problem])
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let source = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let place = place_after(source.get(..valid).unwrap_or_default());
            let problem = Problem::new(place, t!("this is no UTF-8")).help(t!("save the file as UTF-8"));
            Err(Problems::new(path, &source, vec![problem]))
        }
    }
}

/// YAML ends lines at characters that no editor shows as line ends. Behind one, lines count
/// differently, so that no other problem could be placed.
fn odd_line_end(source: &str) -> Option<Problem> {
    let mut odd = source
        .match_indices(['\r', '\u{85}', '\u{2028}', '\u{2029}'])
        .filter(|(at, _)| !source[*at..].starts_with("\r\n"));
    let (at, found) = odd.next()?;
    let place = Place { length: 1, ..place_after(&source[..at]) };
    let problem = Problem::new(place, t!("an invisible line end, %{found}", found = found.escape_unicode()));
    Some(problem.help(t!("remove it; in a quoted text of a script write `\\r` or `\\u{2028}`")))
}

/// The place just behind this text.
fn place_after(text: &str) -> Place {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    Place { line: number(line), column: number(column), length: 0 }
}
