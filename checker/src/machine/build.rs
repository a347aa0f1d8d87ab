//! A submission's crate → its program, with cargo, in a copy and a target folder of its own.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use nix::fcntl::{Flock, FlockArg};
use serde::Deserialize;

use super::{errand, folder, process};
use crate::model::outcome::BuildFailure;

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

/// Builds the crate in `from` and gives the absolute path of its program.
///
/// The copy and the target folder live below `cache` and are kept, one for each crate folder: what
/// did not change is not built again, and no submission ever runs another's program. Ends soon after
/// `interrupted` is set.
pub fn build(from: &Path, cache: &Path, interrupted: &AtomicBool) -> Result<PathBuf, BuildError> {
    let manifest = from.join("Cargo.toml");
    if !manifest.is_file() {
        let summary = format!("there is no Cargo.toml in {}", from.display());
        return Err(BuildError::Failed(BuildFailure { summary, output: Vec::new() }));
    }
    let broken = |what: &str| {
        let what = what.to_string();
        move |error: io::Error| BuildError::Broken(format!("{what}: {error}"))
    };
    let from = fs::canonicalize(from).map_err(broken("the submission's folder"))?;
    let place = cache.join("build").join(place_of(&from));
    let (source, target) = (place.join("source"), place.join("target"));
    fs::create_dir_all(&place).map_err(broken("the folder for builds"))?;
    let _lock = lock(&place.join("lock")).map_err(broken("the lock of the folder for builds"))?;
    folder::stage(&from, &source, on_its_own).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => {
            BuildError::Failed(BuildFailure { summary: error.to_string(), output: Vec::new() })
        }
        _ => BuildError::Broken(format!("copying {}: {error}", from.display())),
    })?;
    run_cargo(&source, &target, interrupted)
}

/// A name for the crate's place below the cache: readable, and different for different folders.
fn place_of(from: &Path) -> String {
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

fn lock(path: &Path) -> io::Result<Flock<File>> {
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, error)| error.into())
}

fn run_cargo(source: &Path, target: &Path, interrupted: &AtomicBool) -> Result<PathBuf, BuildError> {
    let cargo = cargo().ok_or_else(|| {
        BuildError::Broken(
            "cargo was not found: install Rust (https://rustup.rs) or put cargo in PATH".into(),
        )
    })?;
    let mut command = Command::new(&cargo);
    command
        .args(["build", "--offline", "--message-format=json-render-diagnostics", "--manifest-path"])
        .arg(source.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .current_dir(source)
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_BUILD_TARGET");
    let output = errand::run(&mut command, interrupted)
        .map_err(|error| BuildError::Broken(format!("{} could not be run: {error}", cargo.display())))?
        .ok_or(BuildError::Interrupted)?;
    if !output.status.success() {
        let summary = "cargo could not build it".to_string();
        return Err(BuildError::Failed(BuildFailure { summary, output: output.stderr }));
    }
    program_of(&output.stdout)
        .map_err(|summary| BuildError::Failed(BuildFailure { summary, output: output.stderr }))
}

/// The cargo that runs us, where one does, else the first of PATH.
pub fn cargo() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| process::find_program("cargo"))
}

/// The parts of cargo's messages that are read.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// The one program that a build made.
fn program_of(messages: &[u8]) -> Result<PathBuf, String> {
    let lines = messages.split(|byte| *byte == b'\n');
    let mut programs: Vec<(OsString, PathBuf)> = lines
        .filter_map(|line| serde_json::from_slice::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter_map(|message| {
            let target = message.target.filter(|target| target.kind.iter().any(|kind| kind == "bin"))?;
            Some((target.name.into(), message.executable?))
        })
        .collect();
    match programs.len() {
        0 => Err("the crate builds no program: it needs a src/main.rs".to_string()),
        1 => Ok(programs.swap_remove(0).1),
        _ => {
            let names: Vec<String> =
                programs.iter().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
            Err(format!("the crate builds {} programs ({}): a lab has one", programs.len(), names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_read_from_cargos_messages() {
        let one =
            br#"{"reason":"compiler-artifact","target":{"name":"echo","kind":["bin"]},"executable":"/t/echo"}
{"reason":"compiler-artifact","target":{"name":"build","kind":["custom-build"]},"executable":"/t/build"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(program_of(one).unwrap(), Path::new("/t/echo"));
        assert!(program_of(b"not json\n").unwrap_err().contains("src/main.rs"));
        let two = [
            &one[..],
            br#"{"reason":"compiler-artifact","target":{"name":"b","kind":["bin"]},"executable":"/t/b"}"#,
        ]
        .concat();
        assert!(program_of(&two).unwrap_err().contains("2 programs (echo, b)"));
    }

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
