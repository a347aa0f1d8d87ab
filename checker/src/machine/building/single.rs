//! A program that is one file → the words that run it: Rust and C are compiled, Python is run as it is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use crate::machine::building::build::{self, BuildError, Place, Said, Terms};
use crate::machine::building::toolchain::Toolchain;
use crate::machine::isolation::landlock::{Allowed, Network};
use crate::machine::isolation::view;
use crate::machine::running::process::{self, Recipe};
use crate::machine::{building::accident, disk::folder};
use crate::model::course::Console;
use crate::model::outcome::BuildFailure;
use crate::model::stage::Departure;

/// How a file's ending says that it becomes a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    Rust,
    C,
    Python,
}

impl Tongue {
    fn of(source: &Path) -> Option<Tongue> {
        match source.extension()?.to_str()? {
            "rs" => Some(Tongue::Rust),
            "c" => Some(Tongue::C),
            "py" => Some(Tongue::Python),
            _ => None,
        }
    }
}

/// The words that run the program in `source`, compiled first where it has to be.
///
/// What was compiled is kept below the cache, one for each file, until the file changes.
pub fn build(source: &Path, terms: Terms) -> Result<Vec<String>, BuildError> {
    let path =
        fs::canonicalize(source).map_err(|error| build::failed(format!("{}: {error}", source.display())))?;
    let words = |words: &[&Path]| words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    match Tongue::of(&path) {
        Some(Tongue::Python) => Ok(words(&[&tool("python3")?, &path])),
        Some(tongue) => compiled(&path, tongue, terms).map(|program| words(&[&program])),
        None if is_executable(&path) => Ok(words(&[&path])),
        None => Err(build::failed(
            t!(
                "%{file}: a program that is one file ends in .rs, .c or .py, or can be executed",
                file = source.display()
            )
            .into_owned(),
        )),
    }
}

fn is_executable(path: &Path) -> bool {
    path.to_str().is_some_and(|path| process::find_program(path).is_some())
}

fn tool(name: &str) -> Result<PathBuf, BuildError> {
    process::find_program(name).ok_or_else(|| {
        BuildError::Broken(t!("there is no %{program} on this machine", program = name).into_owned())
    })
}

fn compiled(source: &Path, tongue: Tongue, terms: Terms) -> Result<PathBuf, BuildError> {
    let broken = |error: io::Error| build::no_folder(&error, terms.cache);
    let root = terms.cache.join("build").join(build::place_of(source));
    fs::create_dir_all(&root).map_err(broken)?;
    let root = fs::canonicalize(root).map_err(broken)?;
    let _lock = build::lock(&root.join("lock")).map_err(broken)?;
    let kept = root.join("compiled");
    // Compiled where it lies: it may include its neighbours.
    let folder = source.parent().map(Path::to_path_buf).unwrap_or_default();
    let place = Place { source: folder, target: root.join("target"), scratch: root.join("scratch") };
    let program = place.target.join(source.file_stem().unwrap_or_default());
    let text = fs::read(source).map_err(broken)?;
    if fs::read(&kept).is_ok_and(|kept| kept == text) && program.is_file() {
        return Ok(program);
    }
    for path in [&kept, &place.target, &place.scratch] {
        folder::remove(path).map_err(broken)?;
    }
    for folder in [&place.target, &place.scratch] {
        folder::make(folder).map_err(broken)?;
    }
    compile(source, tongue, &program, &place, terms)?;
    fs::write(&kept, &text).map_err(broken)?;
    Ok(program)
}

fn compile(
    source: &Path,
    tongue: Tongue,
    program: &Path,
    place: &Place,
    terms: Terms,
) -> Result<(), BuildError> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (compiler, options): (PathBuf, &[&str]) = match tongue {
        Tongue::C => (tool("cc")?, &["-O1", "-pthread"]),
        _ => {
            let rustc = Toolchain::find().and_then(Toolchain::rustc);
            (rustc.map_or_else(|| tool("rustc"), Ok)?, &["--edition", "2024"])
        }
    };
    let mut args: Vec<String> = options.iter().map(|option| (*option).to_string()).collect();
    args.extend(["-o".to_string(), text(program), text(source)]);
    let path = std::env::var("PATH").unwrap_or_default();
    let scratch = text(&place.scratch);
    let bare = || [("HOME", scratch.clone()), ("TMPDIR", scratch.clone()), ("PATH", path)];
    let env = match Toolchain::find() {
        Some(toolchain) => toolchain.environment(&place.scratch),
        None => bare().map(|(name, value)| (name.to_string(), value)).to_vec(),
    };
    let mut readable = Toolchain::find().map(Toolchain::readable).unwrap_or_default();
    readable.extend(view::needed(&compiler, &[]));
    readable.push(place.source.clone());
    let recipe = Recipe {
        program: compiler,
        args,
        folder: place.scratch.clone(),
        env,
        console: Console::Pipes,
        needed: Vec::new(),
    };
    let allowed = Allowed {
        readable,
        folders: vec![place.target.clone(), place.scratch.clone()],
        writable: Vec::new(),
        network: Network::Forbidden,
    };
    let mut said = build::run(place, &recipe, allowed.clone(), terms)?;
    // Whoever ended it may leave the next one alone: most often it is memory that was short for a moment.
    if is_killed(said.departure) {
        said = build::run(place, &recipe, allowed, terms)?;
    }
    let Said { departure, stderr, .. } = said;
    if departure == Departure::Status(0) && program.is_file() {
        return Ok(());
    }
    if is_killed(departure) {
        return Err(build::befallen(accident::compiler_killed(), stderr));
    }
    Err(match accident::of_build(&stderr, &place.target) {
        Some(accident) => build::befallen(accident, stderr),
        None => BuildError::Failed(BuildFailure {
            summary: t!("%{file} could not be compiled", file = source.display()).into_owned(),
            cure: None,
            output: stderr,
        }),
    })
}

fn is_killed(departure: Departure) -> bool {
    departure == Departure::Signal(libc::SIGKILL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_how_a_file_becomes_a_program() {
        let tongue = |name: &str| Tongue::of(Path::new(name));
        assert_eq!(tongue("a/one-read.rs"), Some(Tongue::Rust));
        assert_eq!(tongue("strlen.c"), Some(Tongue::C));
        assert_eq!(tongue("x.tar.py"), Some(Tongue::Python));
        assert_eq!(tongue("program"), None);
        assert_eq!(tongue("a.rb"), None);
    }
}
