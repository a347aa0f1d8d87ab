//! A repository with a pull request, and a runner that executes the action's scripts as GitHub's does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::action::{step, yaml};

const LABS: &str = "\
format: 1
course: Scratch
labs:
  - id: greet
    title: Greet
    exercise: exercises/greet
    run: \"{program}\"
    solution: solutions/greet
    checks:
      - id: greets
        title: one line is printed
        script: |
          program prints: hello
          program exits: 0
  - id: other
    title: Other
    exercise: exercises/other
    run: \"{program}\"
    checks:
      - id: greets
        title: one line is printed
        script: |
          program prints: hello
          program exits: 0
";

pub const SKELETON: &str = "raise SystemExit('to be done')\n";
pub const GREETS: &str = "print('hello')\n";

/// `base` is the branch that a pull request wants to change, `head` the pull request.
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    pub fn new() -> Scratch {
        // Not in the system's folder for temporary files, which a shut-in program has one of its own of.
        let scratch = Scratch { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap() };
        fs::create_dir(scratch.base()).unwrap();
        scratch.in_base("labs.yaml", LABS);
        for lab in ["greet", "other"] {
            scratch.in_base(&format!("exercises/{lab}/main.py"), SKELETON);
            scratch.in_base(&format!("exercises/{lab}/README.md"), "# Greet\n");
        }
        scratch.in_base("solutions/greet/main.py", GREETS);
        git(&scratch.base(), &["init", "--quiet", "--initial-branch", "main"]);
        commit(&scratch.base());
        git(scratch.folder.path(), &["clone", "--quiet", "base", "head"]);
        git(&scratch.head(), &["checkout", "--quiet", "-b", "work"]);
        scratch
    }

    pub fn base(&self) -> PathBuf {
        self.folder.path().join("base")
    }

    pub fn head(&self) -> PathBuf {
        self.folder.path().join("head")
    }

    /// The job's summary, which the runner shows on its page.
    pub fn summary(&self) -> PathBuf {
        self.folder.path().join("summary.md")
    }

    pub fn in_base(&self, file: &str, text: &str) {
        write(&self.base(), file, text);
    }

    pub fn in_head(&self, file: &str, text: &str) {
        write(&self.head(), file, text);
    }

    pub fn labs(&self) -> String {
        LABS.to_owned()
    }

    /// Grades what `head` holds by now.
    pub fn grade(&self) -> Graded {
        self.grade_with(&[("CHECKER", env!("CARGO_BIN_EXE_checker"))])
    }

    /// `given` comes in place of what the steps before have found out.
    pub fn grade_with(&self, given: &[(&str, &str)]) -> Graded {
        commit(&self.base());
        commit(&self.head());
        let output = self.run("Grade", given);
        let summary = fs::read_to_string(self.summary()).unwrap_or_default();
        let results = self.folder.path().join("temp/grading/results.jsonl");
        Graded::new(output, summary, &fs::read_to_string(results).unwrap_or_default())
    }

    /// Executes a step's script.
    pub fn run(&self, name: &str, given: &[(&str, &str)]) -> Output {
        let (script, environment) = step(name);
        let temp = self.folder.path().join("temp");
        fs::create_dir_all(&temp).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script]);
        command.current_dir(self.folder.path()).env_remove("CARGO_TARGET_DIR");
        for (name, expression) in environment {
            let given = given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            command.env(name, given.unwrap_or_else(|| default_of(&expression)));
        }
        for (name, file) in [
            ("GITHUB_STEP_SUMMARY", self.summary()),
            ("GITHUB_ENV", self.folder.path().join("env")),
            ("GITHUB_OUTPUT", self.folder.path().join("output")),
            ("RUNNER_TEMP", temp),
        ] {
            command.env(name, file);
        }
        command.env("GITHUB_TOKEN", "secret").output().unwrap()
    }
}

pub struct Graded {
    pub status: Option<i32>,
    /// What the runner would take as commands or show as plain lines.
    pub heard: String,
    pub summary: String,
    /// The saved results.
    pub records: Vec<Value>,
    pub everything: String,
}

impl Graded {
    fn new(output: Output, summary: String, results: &str) -> Graded {
        let text = String::from_utf8(output.stdout).unwrap();
        let mut heard = String::new();
        let mut resume: Option<String> = None;
        // The runner takes a carriage return for the end of a line as well.
        for line in text.split(['\n', '\r']) {
            if let Some(token) = &resume {
                resume = (line != format!("::{token}::")).then(|| token.clone());
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
        let records = results.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Graded { status: output.status.code(), heard, summary, records, everything }
    }

    #[track_caller]
    pub fn has_status(&self, status: i32) {
        assert_eq!(self.status, Some(status), "{}", self.everything);
    }

    #[track_caller]
    pub fn says(&self, line: &str) {
        assert!(self.heard.lines().any(|heard| heard.starts_with(line)), "{line}\n{}", self.everything);
    }

    /// The labs that were graded.
    pub fn labs(&self) -> Vec<&str> {
        self.records.iter().map(|record| record["lab"]["lab"].as_str().unwrap()).collect()
    }
}

/// What an input of the action is where a workflow gives none.
fn default_of(expression: &str) -> String {
    let name = expression.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
    let input = &yaml(super::action::ACTION)["inputs"][name];
    input["default"].as_str().unwrap_or_else(|| panic!("{expression} is no input")).to_owned()
}

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
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
