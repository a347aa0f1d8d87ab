//! The grading workflow's script, held against pull requests of a repository made for it.
//!
//! The scratch repository has a checker of its own: a program that hands over to the real one.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const LABS: &str = "\
format: 1
course: Scratch
labs:
  - id: greet
    title: Greet
    exercise: exercises/greet
    solution: solutions/greet
    leftovers: allowed
    checks:
      - id: accepts
        title: a client can connect
        script: |
          ana connects
      - id: line
        title: the client is greeted
        script: |
          ana connects
          ana receives: hello
  - id: other
    title: Other
    exercise: exercises/other
    checks:
      - id: accepts
        title: a client can connect
        script: |
          ana connects
";

const EVERYTHING_PASSES: &str = "fn main() { println!(\"all is well\") }\n";

const UNFINISHED: &str = "fn main() {\n    todo!(\"listen\")\n}\n";

/// A server that says `hello` to its first client.
const GREETS: &str = r#"
use std::io::Write;
fn main() {
    let port = std::env::args().nth(1).unwrap().parse().unwrap();
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    listener.accept().unwrap().0.write_all(b"hello\n").unwrap();
}
"#;

/// Tries to speak to the runner and to the page wherever it is heard.
const SHOUTS: &str = r#"
use std::io::Write;
fn main() {
    let port = std::env::args().nth(1).unwrap().parse().unwrap();
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    println!("\n::error title=owned::printed\n##[error]owned");
    eprintln!("\n::error title=owned::complained\n::stop-commands::owned");
    let said = "<img src=x> ![x](y) %0A::error title=owned::said | \r::error title=owned::said\n";
    listener.accept().unwrap().0.write_all(said.as_bytes()).unwrap();
}
"#;

/// A build script that fails where it sees anything of the workflow.
const NOSY: &str = r#"
fn main() {
    let seen = std::env::vars().find(|(name, _)| name.starts_with("GITHUB") || name.contains("TOKEN"));
    assert_eq!(seen, None);
}
"#;

/// A checker that knows both labs, fails `greet`, and goes wrong at `other`.
const GOES_WRONG: &str = r##"
fn main() {
    let words: Vec<String> = std::env::args().collect();
    if words[1] == "list" {
        return println!(r#""lab": "greet", "lab": "other""#);
    }
    let report = words.last().unwrap().strip_prefix("json=").unwrap();
    let _ = std::fs::write(report, r#"{"labs": [{"points": 0, "out_of": 2, "checks": []}]}"#);
    std::process::exit(if words.iter().any(|word| word == "other") { 2 } else { 1 })
}
"##;

/// `base` is the branch that a pull request wants to change, `head` the pull request.
struct Scratch {
    folder: TempDir,
}

impl Scratch {
    fn new() -> Scratch {
        let hands_over = format!(
            "use std::os::unix::process::CommandExt;\nfn main() {{\n    \
             panic!(\"{{}}\", std::process::Command::new({:?}).args(std::env::args_os().skip(1)).exec())\n}}\n",
            env!("CARGO_BIN_EXE_checker")
        );
        Scratch::with_checker(&hands_over)
    }

    fn with_checker(source: &str) -> Scratch {
        let scratch = Scratch { folder: tempfile::tempdir().unwrap() };
        let base = scratch.base();
        fs::create_dir(&base).unwrap();
        write(&base, "Cargo.toml", "[workspace]\nmembers = [\"checker\"]\nresolver = \"3\"\n");
        write(&base, "Cargo.lock", "version = 4\n\n[[package]]\nname = \"checker\"\nversion = \"0.1.0\"\n");
        write(
            &base,
            "checker/Cargo.toml",
            "[package]\nname = \"checker\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        );
        write(&base, "checker/src/main.rs", source);
        write(&base, "labs.yaml", LABS);
        write(&base, ".gitignore", "target\n");
        for script in ["grade.sh", "annotate.py"] {
            let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github").join(script);
            fs::create_dir_all(base.join(".github")).unwrap();
            fs::copy(original, base.join(".github").join(script)).unwrap();
        }
        write_crate(&base, "exercises/greet", "greet", UNFINISHED);
        write_crate(&base, "exercises/other", "other", UNFINISHED);
        write_crate(&base, "solutions/greet", "greet", GREETS);
        git(&base, &["init", "--quiet", "--initial-branch", "main"]);
        commit(&base);
        git(scratch.folder.path(), &["clone", "--quiet", "base", "head"]);
        scratch
    }

    fn base(&self) -> PathBuf {
        self.folder.path().join("base")
    }

    fn head(&self) -> PathBuf {
        self.folder.path().join("head")
    }

    /// Grades what `head` holds by now.
    fn grade(&self) -> Graded {
        commit(&self.head());
        let summary = self.folder.path().join("summary.md");
        let output = Command::new(self.base().join(".github/grade.sh"))
            .current_dir(self.folder.path())
            .args(["base", "head"])
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_TOKEN", "secret")
            .env_remove("CARGO_TARGET_DIR")
            .output()
            .unwrap();
        Graded::new(output, fs::read_to_string(summary).unwrap_or_default())
    }
}

struct Graded {
    status: Option<i32>,
    /// What the runner would take as commands or show as plain lines.
    heard: String,
    /// What stood between stop-commands.
    muted: String,
    summary: String,
    everything: String,
}

impl Graded {
    fn new(output: Output, summary: String) -> Graded {
        let text = String::from_utf8(output.stdout).unwrap();
        let (mut heard, mut muted) = (String::new(), String::new());
        let mut resume: Option<String> = None;
        // The runner takes a carriage return for the end of a line as well.
        for line in text.split(['\n', '\r']) {
            if let Some(token) = &resume {
                if line == format!("::{token}::") {
                    resume = None;
                } else {
                    muted.push_str(line);
                    muted.push('\n');
                }
            } else if let Some(token) = line.strip_prefix("::stop-commands::") {
                assert_eq!(token.len(), 32, "{line}");
                resume = Some(token.to_owned());
            } else {
                heard.push_str(line);
                heard.push('\n');
            }
        }
        assert_eq!(resume, None, "the commands were never taken up again: {text}");
        let complaints = String::from_utf8_lossy(&output.stderr);
        // The runner listens to both streams.
        assert!(!complaints.lines().any(|line| line.trim_start().starts_with("::")), "{complaints}");
        let everything = format!("{text}\n{complaints}\n{summary}");
        Graded { status: output.status.code(), heard, muted, summary, everything }
    }

    #[track_caller]
    fn has_status(&self, status: i32) {
        assert_eq!(self.status, Some(status), "{}", self.everything);
    }

    #[track_caller]
    fn says(&self, line: &str) {
        assert!(self.heard.lines().any(|heard| heard.starts_with(line)), "{line}\n{}", self.everything);
    }
}

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn write_crate(root: &Path, folder: &str, name: &str, main: &str) {
    let manifest =
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n");
    write(root, &format!("{folder}/Cargo.toml"), &manifest);
    write(root, &format!("{folder}/src/main.rs"), main);
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=ana", "-c", "user.email=ana@example.org", "-c", "core.autocrlf=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", "work"]);
}

#[test]
fn a_pull_request_that_passes() {
    let scratch = Scratch::new();
    // The base branch has gone on meanwhile: that is not the student's change.
    write(&scratch.base(), "exercises/other/notes.txt", "new");
    commit(&scratch.base());
    write(&scratch.head(), "exercises/greet/src/main.rs", GREETS);
    write(&scratch.head(), "exercises/greet/build.rs", NOSY);
    let graded = scratch.grade();
    graded.has_status(0);
    graded.says("::notice title=greet::2 of 2 points");
    assert!(graded.summary.contains("## greet: 2 of 2 points"), "{}", graded.everything);
    assert!(graded.muted.contains("2 of 2 points"), "{}", graded.everything);
    assert!(!graded.everything.contains("other"), "{}", graded.everything);
}

#[test]
fn a_pull_request_that_fails() {
    let scratch = Scratch::new();
    write(&scratch.head(), "exercises/greet/src/main.rs", &format!("// begun\n{UNFINISHED}"));
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says(
        "::error file=exercises/greet/src/main.rs,line=3,title=greet/accepts%3A not-implemented::a client",
    );
    graded.says("::notice title=greet::0 of 2 points");
    let errors = graded.heard.lines().filter(|line| line.starts_with("::error")).count();
    assert_eq!(errors, 1, "one cause, one annotation: {}", graded.everything);
    assert!(graded.summary.contains("<code>not-implemented</code>"), "{}", graded.everything);
}

#[test]
fn what_does_not_build_fails() {
    let scratch = Scratch::new();
    write(&scratch.head(), "exercises/greet/src/main.rs", "fn main() { 1 }\n");
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error file=exercises/greet/src/main.rs,line=1,title=greet%3A build-failed::");
    assert!(graded.summary.contains("It does not build."), "{}", graded.everything);
}

#[test]
fn a_pull_request_that_grades_itself_gains_nothing() {
    let scratch = Scratch::new();
    let head = scratch.head();
    write(&head, "exercises/greet/src/main.rs", "fn main() {}\n");
    // By these checks the program would pass.
    let easy = LABS.replace("          ana receives: hello\n", "").replace("ana connects", "program exits");
    write(&head, "labs.yaml", &easy);
    write(&head, "checker/src/main.rs", EVERYTHING_PASSES);
    write(&head, ".github/grade.sh", "#!/bin/sh\nexit 0\n");
    write(&head, ".cargo/config.toml", "[build]\nrustc-wrapper = \"/bin/true\"\n");
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet/accepts%3A exited-early::");
    graded.says(
        "::notice title=Not used for grading::This pull request also changes: .github checker labs.yaml.",
    );
    assert!(!graded.everything.contains("all is well"), "{}", graded.everything);
}

#[test]
fn a_link_to_the_solution_is_refused() {
    let scratch = Scratch::new();
    fs::remove_dir_all(scratch.head().join("exercises/greet")).unwrap();
    symlink("../solutions/greet", scratch.head().join("exercises/greet")).unwrap();
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet::exercises/greet is a link");
}

#[test]
fn what_a_program_prints_is_no_command() {
    let scratch = Scratch::new();
    write(&scratch.head(), "exercises/greet/src/main.rs", SHOUTS);
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet/line%3A mismatch::the client is greeted%0A");
    let owned = |line: &str| {
        line.trim_start().strip_prefix("::").is_some_and(|command| command.starts_with("error title=owned"))
    };
    assert!(!graded.heard.lines().any(owned), "{}", graded.everything);
    assert!(!graded.heard.contains("##["), "{}", graded.everything);
    // It was heard, where it can do no harm.
    assert!(graded.muted.contains("::error title=owned::printed"), "{}", graded.everything);
    assert!(graded.summary.contains("owned"), "{}", graded.everything);
    for live in ["<img", "![", "::error", "](y)"] {
        assert!(!graded.summary.contains(live), "{live}\n{}", graded.summary);
    }
}

#[test]
fn a_pull_request_without_exercises() {
    let scratch = Scratch::new();
    write(&scratch.head(), "README.md", "# Words\n");
    write(&scratch.head(), "exercises/clippy.toml", "\n");
    let graded = scratch.grade();
    graded.has_status(0);
    graded.says("This pull request changes no exercise");
    assert!(!scratch.base().join("target").exists(), "a checker was built for nothing");
}

#[test]
fn a_lab_that_is_new_or_gone() {
    let scratch = Scratch::new();
    write_crate(&scratch.head(), "exercises/brand-new", "brand-new", GREETS);
    let graded = scratch.grade();
    graded.has_status(0);
    graded.says("::notice title=brand-new::The base branch has no lab of this name");
    fs::remove_dir_all(scratch.head().join("exercises/greet")).unwrap();
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet::exercises/greet was removed");
}

#[test]
fn grading_that_breaks_is_louder_than_a_failure() {
    let scratch = Scratch::with_checker(GOES_WRONG);
    write(&scratch.head(), "exercises/greet/src/main.rs", GREETS);
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::notice title=greet::0 of 2 points");
    write(&scratch.head(), "exercises/other/src/main.rs", GREETS);
    scratch.grade().has_status(3);

    // A report that is missing is no failure of the student's.
    fs::remove_dir_all(scratch.head().join("exercises/other")).unwrap();
    write_crate(&scratch.head(), "exercises/other", "other", UNFINISHED);
    let silent = GOES_WRONG.replace("fs::write(report", "fs::write(\"/dev/null\"");
    write(&scratch.base(), "checker/src/main.rs", &silent);
    let graded = scratch.grade();
    graded.has_status(3);
    graded.says("::error title=greet%3A not graded::The checker ended with status 1 and left no report.");

    // And a base branch whose checker does not build grades nobody.
    write(&scratch.base(), "checker/src/main.rs", "fn main() { 1 }\n");
    let graded = scratch.grade();
    graded.has_status(3);
    graded.says("::error title=Grading failed::the base branch's checker does not build");
}
