//! What the command line names: labs, folders, checks and commands of one's own.

use crate::workbench::{HI, greeters, workbench};
use predicates::str::contains;

#[test]
fn folders_are_checked_as_the_lab_that_they_belong_to() {
    let bench = greeters(&["greeting", "other"]);
    bench.write_crate("greeting", "greeting", HI);
    bench.write_crate("students/ana", "ana", HI);
    bench.write_crate("students/bia", "bia", "fn main() {}\n");
    let (status, report) = bench.report(&["--lab", "greeting", "students/ana", "students/bia"]);
    assert_eq!(status, Some(1));
    let labs = report["labs"].as_array().unwrap();
    assert_eq!(labs.len(), 2);
    assert_eq!(labs[0]["submission"]["path"], "students/ana");
    assert_eq!(labs[0]["checks"][0]["outcome"], "passed");
    assert_eq!(labs[1]["submission"]["path"], "students/bia");
    assert_eq!(labs[1]["checks"][0]["outcome"], "failed");

    // From below the course, where the nearest labs.yaml is further up.
    let mut checker = bench.checker(&["check", "."]);
    checker.current_dir(bench.path("greeting")).assert().code(0).stdout(contains("The check passed"));

    let refused = |words: &[&str], told: &str| {
        bench.checker(words).assert().code(2).stdout("").stderr(contains(told));
    };
    refused(&["check", "students/ana"], "--lab LAB students/ana");
    refused(&["check", "students/caio/"], "there is no such folder");
    refused(&["check", "--solution", "students/ana/"], "--solution checks the references");
    refused(&["check", "--solution", "greeting"], "the lab has no solution");
    refused(&["check", "--lab", "gretting", "students/ana"], "Did you mean greeting?");
}

#[test]
fn names_that_nobody_has_are_told_with_the_nearest_ones() {
    let bench = workbench();
    let refused = |words: &[&str], told: &str| {
        bench.checker(words).assert().code(2).stdout("").stderr(contains(told));
    };
    refused(&["check", "ecoh"], "Did you mean echo?");
    refused(&["check", "xyzzy"], "The labs are echo, words and manners");
    refused(&["check", "list"], "list is a verb of its own: `checker list`");
    refused(&["explain", "ecoh"], "Did you mean echo?");
    refused(&["explain", "echo/lien"], "Did you mean line?");
    let echo = ["check", "echo", "--program", "true"];
    refused(&[&echo[..], &["--only", "lien"]].concat(), "Did you mean line?");
    refused(&[&echo[..], &["--only", "line", "--only", "xyzzy"]].concat(), "Its checks are accepts");
    refused(&["check", "--only", "lien", "--lab", "echo"], "Did you mean line?");
    // No lab but echo says where its exercise is.
    refused(&["check"], "words: the lab has no exercise");
}

#[test]
fn a_command_stands_where_the_program_would() {
    let bench = workbench();
    bench.write("my programs/hi there.sh", "echo hi\n");
    bench.write("ho.sh", "echo ho\n");
    bench.write("words.sh", "echo \"$1\"\n");
    let outcome = |lab: &str, program: &str| {
        let (_, report) = bench.report(&[lab, "--program", program]);
        report["labs"][0]["checks"][0]["outcome"].as_str().unwrap().to_owned()
    };
    // Relative paths, quotes, and arguments of one's own.
    assert_eq!(outcome("words", "sh 'my programs/hi there.sh'"), "passed");
    assert_eq!(outcome("words", "sh my\\ programs/hi\\ there.sh"), "passed");
    assert_eq!(outcome("words", "sh ho.sh"), "failed");
    assert_eq!(outcome("words", "sh ./words.sh hi"), "passed");
    assert_eq!(outcome("words", "printf '%s\\n' hi"), "passed");
    assert_eq!(outcome("words", "sh -c 'echo hi'"), "passed");
    // The whole line, where it has a placeholder.
    let echo = crate::workbench::fixture("programs/echo.py").display().to_string();
    assert_eq!(outcome("echo", &format!("python3 '{echo}' {{port}}")), "passed");
    assert_eq!(outcome("echo", &format!("sh -c 'exec python3 \"$0\" $1' '{echo}' {{port}}")), "passed");
    assert_eq!(outcome("echo", &format!("sh -c 'exec python3 {echo} {{port}}'")), "passed");
    assert_eq!(outcome("words", "sh words.sh hi {args}"), "passed");

    let refused = |words: &[&str], told: &str| {
        bench.checker(&[&["check"], words].concat()).assert().code(2).stdout("").stderr(contains(told));
    };
    refused(&["words", "--program", "no-such-program"], "there is no program `no-such-program`");
    refused(&["words", "--program", "./no-such-program {port}"], "there is no program");
    // A file of this folder is not a program of PATH.
    refused(&["words", "--program", "ho.sh"], "(with a slash)");
    refused(&["words", "--program", ""], "--program is empty");
    refused(&["words", "--program", "sh 'ho.sh"], "never closed");
    refused(&["--program", "true"], "exactly one lab");
    refused(&["words", "echo", "--program", "true"], "exactly one lab");
    refused(&["words/", "--program", "true"], "exactly one lab");
    refused(&["words", "--solution", "--program", "true"], "cannot be used with");
}

#[test]
fn the_line_that_repeats_a_check_does_so() {
    let bench = workbench();
    let told =
        bench.run(&["check", "echo", "--program", "sh -c 'exit 3'", "--only", "accepts", "--sight", "none"]);
    let again = told.stdout.lines().find_map(|line| line.trim().strip_prefix("again")).unwrap().trim();
    let words = again.strip_prefix("checker ").unwrap().replace("'sh -c '\\''exit 3'\\'''", "PROGRAM");
    let words: Vec<&str> =
        words.split(' ').map(|word| if word == "PROGRAM" { "sh -c 'exit 3'" } else { word }).collect();
    let second = bench.run(&words);
    assert_eq!(second.status, Some(1), "{again}\n{}", second.stderr);
    assert!(second.stdout.contains("exited with status 3"), "{}", second.stdout);
    assert!(second.stdout.contains("--sight none"), "{again}");
}
