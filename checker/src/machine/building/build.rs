//! A submission's crate → its program, with cargo, in a copy and a target folder of its own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg};
use rust_i18n::t;

use crate::machine::building::accident::{self, Accident, Whose};
use crate::machine::building::confined::{End, Orders, Output};
use crate::machine::building::messages::{own_program, program_of, without_progress};
use crate::machine::building::toolchain::Toolchain;
use crate::machine::isolation::Reach;
use crate::machine::isolation::landlock::{Allowed, Network};
use crate::machine::running::appetite::{Allowance, Excess};
use crate::machine::running::process::Recipe;
use crate::machine::{building::confined, disk::folder};
use crate::model::course::Console;
use crate::model::outcome::BuildFailure;
use crate::model::stage::Departure;

/// Why there is no program.
#[derive(Debug)]
pub enum BuildError {
    /// The submission's own fault.
    Failed(BuildFailure),
    /// This machine's fault: no cargo, no room, no rights.
    Broken(String),
    /// The user wanted everything to end.
    Interrupted,
}

/// What a build may do and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Where builds are kept.
    pub cache: &'a Path,
    pub reach: &'a Reach,
    /// A build that takes longer has failed.
    pub within: Duration,
    /// Set when the user wants everything to end.
    pub interrupted: &'a AtomicBool,
}

/// How long a build may take unless somebody asks for another time.
pub const WITHIN: Duration = Duration::from_secs(5 * 60);

/// Bytes of memory that cargo, the compiler and what they run may hold together.
const MEMORY: u64 = 2 << 30;

/// Processes and threads: the compiler has some for each processor.
const TASKS: usize = 2_000;

/// Bytes that a build may keep.
const DISK: u64 = 4 << 30;

/// Where the builds of one folder are kept.
pub(super) struct Place {
    /// The copy of what is built.
    pub source: PathBuf,
    pub target: PathBuf,
    /// Home and temporary folder of a build, empty at its beginning.
    pub scratch: PathBuf,
}

/// What a build that came to its end has said.
pub(super) struct Said {
    pub departure: Departure,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Builds the crate in `from` and gives the absolute path of its program.
///
/// The copy and the target folder live below the cache and are kept, one for each crate folder: what
/// did not change is not built again, and no submission ever runs another's program.
pub fn build(from: &Path, terms: Terms) -> Result<PathBuf, BuildError> {
    let manifest = from.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(befallen(accident::no_manifest(from), Vec::new()));
    }
    let (place, _lock) = open(from, terms)?;
    let built = run_cargo(&place, terms);
    if built.is_err() && !from.join("Cargo.lock").exists() {
        // Whatever the build wrote there must not spoil the next one.
        let _ = fs::remove_file(place.source.join("Cargo.lock"));
    }
    built
}

/// Copies a folder to where it is built; nobody else builds there while the lock is held.
pub(super) fn open(from: &Path, terms: Terms) -> Result<(Place, Flock<File>), BuildError> {
    let from = fs::canonicalize(from)
        .map_err(|error| BuildError::Broken(format!("{}: {error}", t!("the submission's folder"))))?;
    let root = terms.cache.join("build").join(place_of(&from));
    let broken = |error: io::Error| no_folder(&error, terms.cache);
    fs::create_dir_all(&root).map_err(broken)?;
    // Also because rules about files follow no links.
    let root = fs::canonicalize(root).map_err(broken)?;
    let place =
        Place { source: root.join("source"), target: root.join("target"), scratch: root.join("scratch") };
    let lock = lock(&root.join("lock")).map_err(broken)?;
    folder::stage(&from, &place.source, on_its_own).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => failed(error.to_string()),
        io::ErrorKind::StorageFull => no_folder(&error, terms.cache),
        _ => {
            let folder = from.display();
            BuildError::Broken(t!("copying %{folder}: %{error}", folder = folder, error = error).into_owned())
        }
    })?;
    prepare(&place).map_err(broken)?;
    Ok((place, lock))
}

pub(super) fn failed(summary: String) -> BuildError {
    BuildError::Failed(BuildFailure { summary, cure: None, output: Vec::new() })
}

/// The accident's end of a build; `output` is what cargo said.
pub(super) fn befallen(accident: Accident, output: Vec<u8>) -> BuildError {
    let Accident { whose, told, cure } = accident;
    match whose {
        Whose::Submission => BuildError::Failed(BuildFailure { summary: told, cure: Some(cure), output }),
        Whose::Machine => BuildError::Broken(format!("{told}. {cure}")),
    }
}

/// One of our own folders below the cache cannot be made or written to.
pub(super) fn no_folder(error: &io::Error, cache: &Path) -> BuildError {
    let told = t!("the folder for builds, %{folder}: %{error}", folder = cache.display(), error = error);
    BuildError::Broken(match accident::cure_of(error, cache) {
        Some(cure) => format!("{told}. {cure}"),
        None => told.into(),
    })
}

/// Makes what the build may write to: only what exists can be allowed.
fn prepare(place: &Place) -> io::Result<()> {
    folder::remove(&place.scratch)?;
    fs::create_dir(&place.scratch)?;
    folder::make(&place.target)?;
    File::options().append(true).create(true).open(place.source.join("Cargo.lock"))?;
    Ok(())
}

/// A name for the crate's place below the cache: readable, and different for different folders.
pub(super) fn place_of(from: &Path) -> String {
    let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("{name}-{:016x}", fnv(from.as_os_str().as_encoded_bytes()))
}

/// The manifest of a crate that is the root of its own workspace: cargo would otherwise look for one in
/// every folder above the copy, and fail if a Cargo.toml in the user's home knows nothing of it.
fn on_its_own(mut manifest: Vec<u8>) -> Vec<u8> {
    let mut lines = manifest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
    if !lines.any(|line| line.starts_with(b"[workspace") || line.starts_with(b"workspace")) {
        // At the end, where it changes no line's number.
        manifest.extend_from_slice(b"\n[workspace]\n");
    }
    manifest
}

/// FNV-1a, 64 bits: stable from one version of the checker to the next, as std's hashers are not.
pub fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

pub(super) fn lock(path: &Path) -> io::Result<Flock<File>> {
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, error)| error.into())
}

fn run_cargo(place: &Place, terms: Terms) -> Result<PathBuf, BuildError> {
    let toolchain = Toolchain::find().ok_or_else(|| {
        BuildError::Broken(
            t!("cargo was not found: install Rust (https://rustup.rs) or put cargo in PATH").into_owned(),
        )
    })?;
    let recipe = recipe(place, toolchain);
    let Said { departure, stdout, stderr } = run(place, &recipe, allowed(place, toolchain), terms)?;
    if departure != Departure::Status(0) {
        return Err(match accident::of_build(&stderr, &place.target) {
            Some(accident) => befallen(accident, stderr),
            None => BuildError::Failed(BuildFailure {
                summary: t!("cargo says why").into_owned(),
                cure: None,
                output: without_progress(stderr),
            }),
        });
    }
    match program_of(&stdout) {
        Ok(program) => own_program(&program, &place.target)
            .map_err(|summary| BuildError::Failed(BuildFailure { summary, cure: None, output: stderr })),
        Err(accident) => Err(befallen(accident, stderr)),
    }
}

/// Runs one command of a build to its end, whatever its status.
///
/// # Errors
/// It could not be started, took too long or too much, or the user wanted everything to end.
pub(super) fn run(
    place: &Place,
    recipe: &Recipe,
    allowed: Allowed,
    terms: Terms,
) -> Result<Said, BuildError> {
    let output = confined::run(Orders {
        recipe,
        reach: terms.reach,
        allowed,
        allowance: Allowance {
            memory: MEMORY,
            tasks: TASKS,
            disk: DISK,
            folders: vec![place.target.clone(), place.scratch.clone()],
        },
        within: terms.within,
        interrupted: terms.interrupted,
    });
    let Output { end, stdout, stderr } = output.map_err(|error| {
        let program = recipe.program.display();
        BuildError::Broken(
            t!("%{program} could not be started: %{error}", program = program, error = error).into_owned(),
        )
    })?;
    let summary = match end {
        End::Departed(departure) => return Ok(Said { departure, stdout, stderr }),
        End::TooLong => t!("the build took longer than %{time}", time = minutes(terms.within)),
        End::TooMuch(excess) => {
            if matches!(excess, Excess::Disk(_)) {
                let _ = folder::remove(&place.target);
            }
            t!("the build was ended: %{why}", why = excess)
        }
        End::Interrupted => return Err(BuildError::Interrupted),
    };
    Err(BuildError::Failed(BuildFailure { summary: summary.into_owned(), cure: None, output: stderr }))
}

fn recipe(place: &Place, toolchain: &Toolchain) -> Recipe {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let options = ["build", "--offline", "--message-format=json-render-diagnostics"].map(str::to_string);
    let places = [
        "--manifest-path".to_string(),
        text(&place.source.join("Cargo.toml")),
        "--target-dir".to_string(),
        text(&place.target),
    ];
    Recipe {
        program: toolchain.cargo.clone(),
        args: options.into_iter().chain(places).collect(),
        folder: place.source.clone(),
        env: toolchain.environment(&place.scratch),
        console: Console::Pipes,
        needed: Vec::new(),
    }
}

fn allowed(place: &Place, toolchain: &Toolchain) -> Allowed {
    let mut readable = toolchain.readable();
    readable.push(place.source.clone());
    // Cargo reads these on its way up, and gives up where it may not.
    for folder in place.source.ancestors().skip(1) {
        readable.extend(["config", "config.toml"].map(|name| folder.join(".cargo").join(name)));
    }
    Allowed {
        readable,
        folders: vec![place.target.clone(), place.scratch.clone()],
        writable: vec![place.source.join("Cargo.lock")],
        network: Network::Forbidden,
    }
}

fn minutes(time: Duration) -> String {
    match time.as_secs() {
        60 => t!("1 minute"),
        seconds if seconds % 60 == 0 => t!("%{number} minutes", number = seconds / 60),
        1 => t!("1 second"),
        seconds => t!("%{number} seconds", number = seconds),
    }
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_without_a_workspace_gets_one_and_others_keep_theirs() {
        let alone = |manifest: &str| String::from_utf8(on_its_own(manifest.into())).unwrap();
        assert_eq!(alone("[package]\nname = \"x\""), "[package]\nname = \"x\"\n[workspace]\n");
        for own in ["[package]\n  [workspace]\n", "[workspace.lints.rust]\n", "workspace.members = []\n"] {
            assert_eq!(alone(own), own);
        }
    }

    #[test]
    fn folders_of_one_name_have_places_of_their_own() {
        assert_ne!(place_of(Path::new("/a/echo")), place_of(Path::new("/b/echo")));
        assert!(place_of(Path::new("/a/echo")).starts_with("echo-"));
    }
}
