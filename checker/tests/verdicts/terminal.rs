//! Programs at a real terminal: right ones at every level of isolation, with and without sight, as root and
//! as another user; wrong ones at the check that must catch them.

#![cfg(target_os = "linux")]
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use serde_json::Value;

/// An ordinary user that owns nothing.
const SOMEBODY: u32 = 12_345;

const LEVELS: [&str; 3] = ["full", "partial", "basic"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/terminal").join(name)
}

/// A folder that every user may read, with the checker, the course and the programs.
fn shared() -> &'static Path {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let rust = Command::new("rustc")
            .args(["--edition", "2024", "-o"])
            .args([at("talker"), fixture("talker.rs")])
            .status();
        assert!(rust.unwrap().success());
        let c = Command::new("cc").arg("-o").args([at("talker-c"), fixture("talker.c")]).status();
        assert!(c.unwrap().success());
        for name in ["labs.yaml", "talker.py", "others.py"] {
            fs::copy(fixture(name), at(name)).unwrap();
        }
        fs::copy(env!("CARGO_BIN_EXE_checker"), at("checker")).unwrap();
        for temp in ["own", "of-somebody"] {
            fs::create_dir(at(temp)).unwrap();
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        if Uid::effective().is_root() {
            chown(at("of-somebody"), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        }
        folder
    })
    .path()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum User {
    Own,
    Somebody,
}

fn checker(user: User, words: &[&str]) -> Command {
    let mut command = Command::new(shared().join("checker"));
    let temp = shared().join(if user == User::Own { "own" } else { "of-somebody" });
    command
        .current_dir(shared())
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("TMPDIR", &temp)
        .env("HOME", &temp)
        .args(words)
        .stdin(Stdio::null());
    if user == User::Somebody {
        // SAFETY: the child has one thread, and gives up rights.
        unsafe {
            command.pre_exec(|| {
                let (uid, gid) = (Uid::from_raw(SOMEBODY), Gid::from_raw(SOMEBODY));
                setgroups(&[])?;
                setresgid(gid, gid, gid)?;
                Ok(setresuid(uid, uid, uid)?)
            })
        };
    }
    command
}

/// Each check with its kind or outcome.
fn verdicts(user: User, lab: &str, program: &str, more: &[&str]) -> Vec<(String, String)> {
    let report = report(user, lab, program, more);
    let checks = report["labs"][0]["checks"].as_array().unwrap();
    checks
        .iter()
        .map(|check| {
            let told = check["kind"].as_str().or(check["outcome"].as_str()).unwrap();
            (check["id"].as_str().unwrap().to_owned(), told.to_owned())
        })
        .collect()
}

fn report(user: User, lab: &str, program: &str, more: &[&str]) -> Value {
    let words = [&["check", lab, "--program", program, "--format", "json"], more].concat();
    let output = checker(user, &words).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn of(name: &str, manner: &str) -> String {
    let file = shared().join(name).display().to_string();
    if name.ends_with(".py") { format!("python3 {file} {manner}") } else { format!("{file} {manner}") }
}

fn only(lab: &str, program: &str, check: &str) -> Value {
    report(User::Own, lab, program, &["--only", check])["labs"][0]["checks"][0].clone()
}

#[track_caller]
fn assert_passed(verdicts: &[(String, String)], but: &[&str]) {
    for (check, verdict) in verdicts.iter().filter(|(check, _)| !but.contains(&check.as_str())) {
        assert_eq!(verdict, "passed", "{check} of {verdicts:?}");
    }
}

/// Rust's library cannot catch Ctrl-C, and asks the terminal again after an end in the middle of a line.
const OF_RUST: [&str; 2] = ["interrupt", "rest"];

/// It asks again, too.
const OF_PYTHON: [&str; 1] = ["rest"];

#[test]
fn right_programs_pass_at_every_level() {
    for level in LEVELS {
        let isolation = ["--isolation", level];
        assert_passed(&verdicts(User::Own, "talker", &of("talker", "right"), &isolation), &OF_RUST);
        assert_passed(&verdicts(User::Own, "talker", &of("talker-c", ""), &isolation), &[]);
        assert_passed(&verdicts(User::Own, "talker", &of("talker.py", "right"), &isolation), &OF_PYTHON);
    }
}

#[test]
fn right_programs_pass_for_another_user() {
    if !Uid::effective().is_root() {
        return;
    }
    for level in LEVELS {
        let isolation = ["--isolation", level];
        assert_passed(&verdicts(User::Somebody, "talker", &of("talker-c", ""), &isolation), &[]);
        assert_passed(&verdicts(User::Somebody, "talker", &of("talker.py", "right"), &isolation), &OF_PYTHON);
    }
}

#[test]
fn right_programs_pass_without_sight() {
    let blind = ["--sight", "none"];
    assert_passed(&verdicts(User::Own, "talker", &of("talker-c", ""), &blind), &[]);
    assert_passed(&verdicts(User::Own, "talker", &of("talker", "right"), &blind), &OF_RUST);
}

/// What was typed travels through a thread of the kernel's own: nobody is at rest who does not have it yet.
#[test]
fn nothing_that_was_typed_is_taken_for_silence() {
    for program in [of("talker", "right"), of("talker-c", "")] {
        assert_passed(&verdicts(User::Own, "steady", &program, &["--isolation", "partial"]), &[]);
    }
}

#[test]
fn wrong_programs_fail_where_they_must() {
    for (program, check, kind) in [
        (of("talker", "unflushed"), "prompt", "no-answer"),
        (of("talker", "says-more"), "prompt", "mismatch"),
        (of("talker", "says-other"), "prompt", "mismatch"),
        (of("talker", "mangles"), "utf8", "mismatch"),
        (of("talker", "ascii"), "utf8", "mismatch"),
        (of("talker", "short"), "long", "mismatch"),
        (of("talker", "ignores-end"), "end", "mismatch"),
        (of("talker", "crashes"), "end", "mismatch"),
        (of("talker", "right"), "interrupt", "killed-by-signal"),
        (of("talker.py", "deaf"), "interrupt", "no-answer"),
        (of("talker.py", "dies"), "interrupt", "killed-by-signal"),
    ] {
        let told = only("talker", &program, check);
        assert_eq!(told["kind"], kind, "{program} at {check}: {told:#}");
    }
}

#[test]
fn a_program_that_waits_for_its_user_is_explained() {
    for (program, check, why) in [
        (
            of("talker", "unflushed"),
            "prompt",
            "main is blocked in read() on its standard input: it waits for the user to type. What was printed without \
             a newline may still be in its buffer: flush it before you read",
        ),
        (
            of("talker", "endless"),
            "ends",
            "the user has ended the input, but main is blocked in read() on its standard input again: a read that \
             brings nothing is the end",
        ),
        (
            of("talker.py", "deaf"),
            "stops",
            "the user has pressed Ctrl-C, and main is blocked in read() on its standard input: it waits for more",
        ),
        (
            of("talker", "right"),
            "hears",
            "the user has typed \"olá\\n\", and main is blocked in read() on its standard input: it waits for more",
        ),
    ] {
        let told = only("waits", &program, check);
        assert_eq!(told["why"], why, "{program} at {check}: {told:#}");
    }
}

#[test]
fn terminals_are_used_in_other_manners() {
    for (manner, check) in [
        ("secret", "secret"),
        ("keys", "keys"),
        ("where", "apart"),
        ("where", "together"),
        ("where", "pipe"),
        ("where", "always"),
    ] {
        for level in LEVELS {
            let more = ["--only", check, "--isolation", level];
            let told = verdicts(User::Own, "others", &of("others.py", manner), &more);
            assert_eq!(told[0].1, "passed", "{check} at {level}: {told:?}");
        }
    }
}

#[test]
fn a_program_that_cannot_be_executed_is_told_and_leaves_nothing() {
    let odd = shared().join("own/odd");
    fs::write(&odd, "#!/no/such/interpreter\n").unwrap();
    fs::set_permissions(&odd, fs::Permissions::from_mode(0o755)).unwrap();
    for level in LEVELS {
        let more = ["--only", "prompt", "--isolation", level];
        let told = report(User::Own, "talker", &odd.display().to_string(), &more);
        let check = &told["labs"][0]["checks"][0];
        assert_eq!(check["kind"], "exited-early", "{level}: {check:#}");
        let actual = check["actual"].as_str().unwrap();
        assert!(actual.contains("No such file"), "{level}: {actual}");
    }
}
