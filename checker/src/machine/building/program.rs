//! A submission's folder → the words that start its program: a crate, or one program in another language.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use crate::machine::building::build::{self, BuildError, Place, Said, Terms};
use crate::machine::isolation::landlock::{Allowed, Network};
use crate::machine::isolation::view;
use crate::machine::running::process::{self, Recipe};
use crate::model::course::Console;
use crate::model::outcome::BuildFailure;
use crate::model::stage::Departure;

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Crate,
    /// `main.py`, for python3.
    Python(PathBuf),
    /// `main.c`, and whatever else ends in `.c`.
    C(Vec<String>),
    /// An executable file `main`.
    Executable(PathBuf),
}

/// Makes the program of a folder ready, and gives the words that take the place of `{program}`.
///
/// # Errors
/// As for a crate: the submission's own fault, this machine's, or an interruption.
pub fn make(from: &Path, terms: Terms) -> Result<Vec<String>, BuildError> {
    match kind(from) {
        Kind::Crate => build::build(from, terms).map(|program| vec![text(&program)]),
        Kind::Python(file) => Ok(vec!["python3".to_string(), text(&file)]),
        Kind::C(sources) => compile(from, &sources, terms).map(|program| vec![text(&program)]),
        Kind::Executable(file) => Ok(vec![text(&file)]),
    }
}

/// The words that start a single file; `None` where its name and its rights tell nothing.
pub fn of_file(file: &Path) -> Option<Vec<String>> {
    let whole = text(&std::path::absolute(file).unwrap_or_else(|_| file.to_owned()));
    let interpreter = match file.extension().and_then(|ending| ending.to_str()) {
        Some("py") => Some("python3"),
        Some("js" | "mjs") => Some("node"),
        _ => None,
    };
    match interpreter {
        Some(interpreter) => Some(vec![interpreter.to_string(), whole]),
        None if is_executable(file) => Some(vec![whole]),
        None => None,
    }
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|data| data.permissions().mode() & 0o111 != 0)
}

/// A folder with nothing known is taken for a crate, which is told what it lacks.
fn kind(folder: &Path) -> Kind {
    let file = |name: &str| folder.join(name).is_file();
    let whole = |name: &str| std::path::absolute(folder.join(name)).unwrap_or_else(|_| folder.join(name));
    if file("Cargo.toml") {
        Kind::Crate
    } else if file("main.py") {
        Kind::Python(whole("main.py"))
    } else if file("main.c") {
        Kind::C(sources(folder))
    } else if file("main") && is_executable(&folder.join("main")) {
        Kind::Executable(whole("main"))
    } else {
        Kind::Crate
    }
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| name.ends_with(".c") && !name.starts_with('-')).collect();
    names.sort();
    names
}

fn compile(from: &Path, sources: &[String], terms: Terms) -> Result<PathBuf, BuildError> {
    let compiler = process::find_program("cc").ok_or_else(|| {
        BuildError::Broken(t!("cc was not found: install a C compiler, such as gcc or clang").into_owned())
    })?;
    let (place, _lock) = build::open(from, terms)?;
    let program = place.target.join("main");
    let options = ["-std=gnu17", "-O1", "-g", "-Wall", "-pthread", "-o"].map(str::to_string);
    let recipe = Recipe {
        args: options.into_iter().chain([text(&program)]).chain(sources.iter().cloned()).collect(),
        folder: place.source.clone(),
        env: environment(&place),
        console: Console::Pipes,
        needed: Vec::new(),
        program: compiler.clone(),
    };
    let mut readable = view::needed(&compiler, &[]);
    readable.push(place.source.clone());
    let allowed = Allowed {
        readable,
        folders: vec![place.target.clone(), place.scratch.clone()],
        writable: Vec::new(),
        network: Network::Forbidden,
    };
    let Said { departure, stderr, .. } = build::run(&place, &recipe, allowed, terms)?;
    if departure == Departure::Status(0) && program.is_file() {
        return Ok(program);
    }
    let summary = t!("cc could not compile it").into_owned();
    Err(BuildError::Failed(BuildFailure { summary, cure: None, output: stderr }))
}

fn environment(place: &Place) -> Vec<(String, String)> {
    let path = std::env::var("PATH").unwrap_or_default();
    let scratch = text(&place.scratch);
    [("HOME", scratch.clone()), ("TMPDIR", scratch), ("PATH", path)]
        .map(|(name, value)| (name.to_string(), value))
        .to_vec()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_known_by_what_lies_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert_eq!(kind(folder.path()), Kind::Crate);
        fs::write(at("main"), "#!/bin/sh\n").unwrap();
        assert_eq!(kind(folder.path()), Kind::Crate);
        fs::set_permissions(at("main"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(kind(folder.path()), Kind::Executable(at("main")));
        for name in ["main.c", "list.c", "notes.h"] {
            fs::write(at(name), "").unwrap();
        }
        assert_eq!(kind(folder.path()), Kind::C(vec!["list.c".into(), "main.c".into()]));
        fs::write(at("main.py"), "").unwrap();
        assert_eq!(kind(folder.path()), Kind::Python(at("main.py")));
        fs::write(at("Cargo.toml"), "").unwrap();
        assert_eq!(kind(folder.path()), Kind::Crate);
    }
}
