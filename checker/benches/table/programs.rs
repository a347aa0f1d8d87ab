//! The programs that are measured, compiled once.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use checker::grade::command_line::ProgramLine;
use checker::manifest;
use checker::model::course::{Check, Course, Lab};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Kept between runs, apart from the user's own cache.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("table")
}

/// The course of this repository.
pub fn core_labs() -> Course {
    const CORE: [&str; 5] = ["hello", "echo", "echocaps", "counters", "chat"];
    let mut course = load(&root().join("labs.yaml"));
    course.labs.retain(|lab| CORE.contains(&lab.id.as_str()));
    course
}

/// The conversations that are measured by themselves.
pub fn own_labs() -> Course {
    load(&here().join("fixtures/labs.yaml"))
}

pub fn check<'a>(course: &'a Course, id: &str) -> &'a Check {
    course.labs.iter().flat_map(|lab| &lab.checks).find(|check| check.id == id).unwrap()
}

/// The server that has several manners.
pub fn server() -> PathBuf {
    compiled(&here().join("fixtures/server.rs"), "server").unwrap()
}

pub fn reference(lab: &Lab) -> PathBuf {
    compiled(&solution(lab).join("src/main.rs"), &lab.id).unwrap()
}

/// Its known wrong programs that need no interpreter, which would cost more than the checker.
pub fn wrong(lab: &Lab) -> Vec<PathBuf> {
    let folder = solution(lab).join("wrong");
    let name = |program: &Path| format!("{}-{}", lab.id, program.display()).replace('.', "-");
    lab.wrong
        .iter()
        .filter_map(|wrong| compiled(&folder.join(&wrong.program), &name(&wrong.program)))
        .collect()
}

pub fn line(program: &Path) -> ProgramLine {
    ProgramLine::Words(vec![program.display().to_string()])
}

/// A port that was free a moment ago: good enough for one program at a time on a machine of one's own.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn solution(lab: &Lab) -> PathBuf {
    root().join("solutions").join(&lab.id)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/table")
}

fn load(path: &Path) -> Course {
    manifest::load(path).unwrap_or_else(|_| panic!("{} has problems", path.display()))
}

/// `None` for what is not compiled at all.
fn compiled(source: &Path, name: &str) -> Option<PathBuf> {
    let mut compiler = match source.extension()?.to_str()? {
        "rs" => Command::new("rustc"),
        "c" => Command::new("cc"),
        _ => return None,
    };
    let options: &[&str] =
        if source.extension()? == "rs" { &["--edition", "2024", "-O"] } else { &["-O1", "-pthread"] };
    let folder = cache().join("programs");
    std::fs::create_dir_all(&folder).unwrap();
    let binary = folder.join(name);
    let age = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    if age(&binary) < age(source) {
        let status = compiler.args(options).arg("-o").arg(&binary).arg(source).status().unwrap();
        assert!(status.success(), "{} does not compile", source.display());
    }
    Some(binary)
}
