//! Pull requests of every sort, graded by the action's own scripts.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::scratch::{GREETS, SKELETON, Scratch};

/// Tries to speak to the runner and to the page wherever it is heard, and to write and read where it must not.
const SHOUTS: &str = r#"
import os, sys
def read(path):
    try:
        return open(path).read()
    except OSError:
        return ""
seen = [read(f"/proc/{pid}/environ") for pid in range(1, 30000)] + [str(os.environ)]
if read("{labs}") or any("GITHUB" in text or "secret" in text for text in seen):
    print("reached")
print("::error title=owned::printed\n::set-output name=owned::printed\n##[error]owned")
print("<img src=x> ![x](y) %0A::error title=owned::said | \r::error title=owned::said", file=sys.stderr)
for path in ["{summary}", "{env}"]:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "a").write("owned\n")
    except OSError:
        pass
"#;

#[test]
fn a_pull_request_that_passes() {
    let scratch = Scratch::new();
    // The base branch has gone on meanwhile: that is not the student's change.
    scratch.in_base("exercises/other/notes.txt", "new");
    scratch.in_head("exercises/greet/main.py", GREETS);
    let graded = scratch.grade();
    graded.has_status(0);
    assert_eq!(graded.labs(), ["greet"]);
    graded.says("::notice title=greet::1 of 1 point");
    assert!(graded.summary.contains("## greet: 1 of 1 point"), "{}", graded.everything);
    assert_eq!(graded.records[0]["provenance"]["isolation"], "full");
    for report in ["results.html", "junit.xml"] {
        let artifact = scratch.base().join("../temp/grading").join(report);
        assert!(artifact.metadata().unwrap().len() > 100, "{report}");
    }
}

#[test]
fn a_pull_request_that_fails() {
    let scratch = Scratch::new();
    scratch.in_head("exercises/greet/main.py", "print('goodbye')\n");
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet/greets%3A mismatch::one line is printed%0A");
    graded.says("::notice title=greet::0 of 1 point");
    assert!(graded.summary.contains("<code>mismatch</code>"), "{}", graded.everything);
}

#[test]
fn a_pull_request_that_grades_itself_gains_nothing() {
    let scratch = Scratch::new();
    scratch.in_head("exercises/greet/main.py", "print('goodbye')\n");
    // By these checks the program would pass.
    scratch.in_head("labs.yaml", &scratch.labs().replace("hello", "goodbye"));
    scratch.in_head("solutions/greet/main.py", "print('goodbye')\n");
    for file in [".github/actions/grade/action.yml", ".github/workflows/grade.yml", "checker/src/main.rs"] {
        scratch.in_head(file, "owned");
    }
    scratch.in_head(".gitattributes", "* filter=owned diff=owned\n");
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet/greets%3A mismatch::");
    assert_eq!(graded.records[0]["tampered"][0]["path"], "labs.yaml", "{}", graded.everything);
    assert!(graded.heard.contains("labs.yaml"), "the change is told: {}", graded.everything);
}

#[test]
fn a_link_in_place_of_an_exercise_is_refused() {
    let scratch = Scratch::new();
    fs::remove_dir_all(scratch.head().join("exercises/greet")).unwrap();
    symlink("../solutions/greet", scratch.head().join("exercises/greet")).unwrap();
    scratch.in_head("exercises/other/main.py", GREETS);
    let graded = scratch.grade();
    graded.has_status(1);
    assert_eq!(graded.labs(), ["greet", "other"]);
    graded
        .says("::error title=greet::refused: exercises/greet was taken away, or a link stands in its place");

    // And one to the instructor's checkout.
    fs::remove_file(scratch.head().join("exercises/greet")).unwrap();
    symlink(scratch.base().join("solutions/greet"), scratch.head().join("exercises/greet")).unwrap();
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet::refused: the link exercises/greet leads out of the submission");
}

#[test]
fn what_a_program_says_is_no_command_and_it_reaches_nothing() {
    let scratch = Scratch::new();
    let place = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    let env = scratch.base().join("../env");
    let shouts = SHOUTS
        .replace("{summary}", &place(scratch.summary()))
        .replace("{env}", &place(env.clone()))
        .replace("{labs}", &place(scratch.base().join("labs.yaml")));
    scratch.in_head("exercises/greet/main.py", &shouts);
    let graded = scratch.grade();
    graded.has_status(1);
    graded.says("::error title=greet/greets%3A ");
    for line in graded.heard.lines().filter(|line| line.trim_start().starts_with("::")) {
        let ours = ["::error title=greet", "::notice title=greet::"];
        assert!(ours.iter().any(|known| line.starts_with(known)), "{line}\n{}", graded.everything);
    }
    assert!(!graded.heard.contains("##["), "{}", graded.everything);
    assert!(!graded.everything.contains("reached"), "{}", graded.everything);
    // It was heard, where it can do no harm.
    assert!(graded.summary.contains("owned"), "{}", graded.everything);
    assert!(
        !graded.summary.lines().any(|line| line == "owned"),
        "written by the program: {}",
        graded.summary
    );
    for live in ["<img", "![", "::error", "](y)"] {
        assert!(!graded.summary.contains(live), "{live}\n{}", graded.summary);
    }
    assert!(!env.exists(), "the program has written what the next steps would have in their environment");
}

#[test]
fn a_pull_request_that_touches_no_lab() {
    let scratch = Scratch::new();
    scratch.in_head("README.md", "# Words\n");
    scratch.in_head("exercises/notes.txt", "\n");
    let graded = scratch.grade();
    graded.has_status(0);
    graded.says("::notice title=Nothing to grade::");
    assert_eq!(graded.summary, "");
}

#[test]
fn grading_that_breaks_is_no_word_about_the_student() {
    let scratch = Scratch::new();
    scratch.in_head("exercises/greet/main.py", SKELETON);
    let broken = scratch.base().join("../broken");
    for status in [2, 3, 101] {
        fs::write(&broken, format!("#!/bin/sh\necho '::error::a name'\nexit {status}\n")).unwrap();
        fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).unwrap();
        let graded = scratch.grade_with(&[("CHECKER", broken.to_str().unwrap())]);
        graded.has_status(3);
        graded.says(&format!("::error title=Grading failed::the checker ended with status {status}"));
        assert!(!graded.heard.contains("a name"), "{}", graded.everything);
    }

    // A machine on which nobody can have namespaces of their own.
    let bare = format!(
        "#!/bin/sh\nexec unshare --user --map-root-user sh -c 'for kind in user net mnt pid; do \
         echo 0 > /proc/sys/user/max_${{kind}}_namespaces; done; exec \"$0\" \"$@\"' {:?} \"$@\"\n",
        env!("CARGO_BIN_EXE_checker")
    );
    fs::write(&broken, bare).unwrap();
    let graded = scratch.grade_with(&[("CHECKER", broken.to_str().unwrap())]);
    graded.has_status(3);
    assert!(
        graded.everything.contains("--isolation full: this machine does not allow it"),
        "{}",
        graded.everything
    );
    assert!(graded.records.is_empty(), "{}", graded.everything);

    // And a base branch whose checker does not build grades nobody.
    scratch.in_base("Cargo.toml", "[workspace]\n");
    let output = scratch.run("The checker", &[]);
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("::error title=Grading failed::the checker of the base branch does not build"));
    let output = scratch.run("The checker", &[("CHECKER", "/usr/bin/checker")]);
    assert!(output.status.success());
    let told = fs::read_to_string(scratch.base().join("../output")).unwrap();
    assert_eq!(told, "program=/usr/bin/checker\n");
}
