//! The known wrong programs of this repository: where they are, and how they are run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use checker::manifest;
use checker::model::course::{Course, WrongProgram};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

pub fn course() -> Course {
    manifest::load(&root().join("labs.yaml")).unwrap_or_else(|_| panic!("labs.yaml has problems"))
}

/// The command that runs a wrong program of a lab, compiled into `folder` where it has to be.
pub fn command(lab: &str, wrong: &WrongProgram, folder: &Path) -> String {
    let source = root().join("solutions").join(lab).join("wrong").join(&wrong.program);
    let binary = folder.join(source.file_name().unwrap()).with_extension("");
    let compile = |compiler: &mut Command| {
        let output = compiler.arg("-o").arg(&binary).arg(&source).output().unwrap();
        assert!(output.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&output.stderr));
        binary.display().to_string()
    };
    match source.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => compile(Command::new("rustc").args(["--edition", "2024"])),
        Some("c") => compile(Command::new("cc").args(["-O1", "-pthread"])),
        Some("py") => format!("python3 {}", source.display()),
        other => panic!("{}: nobody knows how to run {other:?}", source.display()),
    }
}

/// What the report says of a check of this program.
pub fn entry(lab: &str, command: &str, check: &str, options: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_checker"))
        .current_dir(root())
        .args(["check", lab, "--program", command, "--only", check, "--format", "json"])
        .args(options)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let checks = report["labs"][0]["checks"].as_array().unwrap();
    checks.iter().find(|entry| entry["id"] == check).unwrap().clone()
}

/// Calls `each` with every program, several at a time.
pub fn side_by_side<'a>(wrong: &'a [WrongProgram], each: impl Fn(&'a WrongProgram) + Sync) {
    let queue = Mutex::new(wrong.iter().collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, |number| number.get()) {
            scope.spawn(|| {
                loop {
                    let Some(wrong) = queue.lock().unwrap().pop() else { return };
                    each(wrong);
                }
            });
        }
    });
}
