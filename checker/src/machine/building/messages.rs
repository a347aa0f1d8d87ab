//! What cargo says of a build: the program that it made, or why there is none.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rust_i18n::t;
use serde::Deserialize;

use crate::machine::building::accident::{self, Accident};

/// The one program that a build made.
pub(super) fn program_of(messages: &[u8]) -> Result<PathBuf, Accident> {
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
        0 => Err(accident::no_program()),
        1 => Ok(programs.swap_remove(0).1),
        _ => {
            // Cargo tells of them as they are finished.
            programs.sort();
            let names: Vec<String> =
                programs.iter().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
            Err(accident::many_programs(&names))
        }
    }
}

/// A build script can say that another program is the one that was built, or leave a link in its place:
/// only a file of the build's own is run.
pub(super) fn own_program(program: &Path, target: &Path) -> Result<PathBuf, String> {
    let real = fs::canonicalize(program).map_err(|error| format!("{}: {error}", program.display()))?;
    if real.starts_with(target) {
        Ok(real)
    } else {
        let told =
            t!("the program that the build names is not its own: %{program}", program = real.display());
        Err(told.into_owned())
    }
}

/// What is said from the first word about the crate on: cargo's own steps, which it indents, say nothing of why.
pub(super) fn without_progress(said: Vec<u8>) -> Vec<u8> {
    let is_step = |line: &&[u8]| line.starts_with(b"   ");
    let steps: usize = said.split_inclusive(|byte| *byte == b'\n').take_while(is_step).map(<[u8]>::len).sum();
    if steps == said.len() { said } else { said[steps..].to_vec() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_steps_are_left_out_unless_nothing_else_is_said() {
        let told = |said: &str| String::from_utf8(without_progress(said.into())).unwrap();
        assert_eq!(
            told("   Compiling x v0.1.0 (/x)\nerror: oops\n   --> main.rs\n"),
            "error: oops\n   --> main.rs\n"
        );
        assert_eq!(told("   Compiling x\n"), "   Compiling x\n");
        assert_eq!(told(""), "");
    }

    #[test]
    fn the_program_is_read_from_cargos_messages() {
        let one =
            br#"{"reason":"compiler-artifact","target":{"name":"echo","kind":["bin"]},"executable":"/t/echo"}
{"reason":"compiler-artifact","target":{"name":"build","kind":["custom-build"]},"executable":"/t/build"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(program_of(one).unwrap(), Path::new("/t/echo"));
        assert!(program_of(b"not json\n").unwrap_err().told.contains("src/main.rs"));
        let two = [
            &one[..],
            br#"{"reason":"compiler-artifact","target":{"name":"b","kind":["bin"]},"executable":"/t/b"}"#,
        ]
        .concat();
        assert!(program_of(&two).unwrap_err().told.contains("2 programs (b, echo)"));
    }

    #[test]
    fn a_program_from_elsewhere_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(temp.path()).unwrap();
        let (target, other) = (root.join("target"), root.join("other"));
        fs::create_dir(&target).unwrap();
        fs::write(&other, "").unwrap();
        fs::write(target.join("own"), "").unwrap();
        std::os::unix::fs::symlink(&other, target.join("link")).unwrap();
        assert!(own_program(&target.join("own"), &target).is_ok());
        for foreign in [other, target.join("link"), target.join("../other")] {
            assert!(own_program(&foreign, &target).unwrap_err().contains("not its own"));
        }
    }
}
