//! Hints that come one after another, and solutions for those who have passed, over the real binary.
use std::fs;

use crate::workbench::{Told, Workbench, empty, python};

const LABS: &str = "\
format: 1
course: { en: Hints, pt-BR: Dicas }
labs:
  - id: echo
    title: Echo
    exercise: exercises/echo
    solution: solutions/echo
    checks:
      - id: accepts
        title: a client can connect
        hint: About accepting.
        script: |
          ana connects
      - id: line
        title: a line comes back
        hint: { en: About lines., pt-BR: Sobre linhas. }
        script: |
          ana connects
          ana sends: {word}
          ana receives: {word}
          hint: About the first answer.
          ana sends: {word2}
          ana receives: {word2}
          hint: About the second answer.
      - id: secret
        title: something hidden
        visibility: hidden
        hint: About the curtain.
        script: |
          ana connects
          ana sends: {word}
          ana receives: {word}
      - id: end
        title: the end comes back
        hint: About the end.
        leftovers: allowed
        script: |
          ana connects
          ana stops sending
          ana receives the end
";

fn bench() -> Workbench {
    let bench = empty();
    bench.write("labs.yaml", LABS);
    bench.write_crate("solutions/echo", "echo-solution", "mod room;\nfn main() {}\n");
    bench.write("solutions/echo/src/room.rs", "// \\t is\ta tab, and \u{1b}[2J is no command\n");
    bench.write("exercises/echo/src/main.rs", "fn main() {}\n");
    bench
}

fn hint(bench: &Workbench, more: &[&str]) -> String {
    let told = bench.run(&[&["hint", "echo"], more].concat());
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 80), "{}", told.stdout);
    told.stdout
}

fn check(bench: &Workbench, program: &str) {
    bench.run(&["check", "echo", "--program", &python(program)]);
}

fn solution(bench: &Workbench, more: &[&str]) -> Told {
    bench.run(&[&["solution", "echo"], more].concat())
}

#[test]
fn before_any_run_hints_come_in_the_order_of_the_lab() {
    let bench = bench();
    let first = hint(&bench, &[]);
    assert_eq!(
        first,
        "echo/accepts  a client can connect\n\n  About accepting.\n\n2 more hints: checker hint echo\n"
    );
    assert!(hint(&bench, &[]).contains("\n  About lines.\n\nOne more hint: checker hint echo\n"));
    assert!(hint(&bench, &[]).contains("\n  About the end.\n\nThat was the last hint."));
    let over = hint(&bench, &[]);
    assert!(over.starts_with("There are no more hints for echo."), "{over}");
    assert_eq!(hint(&bench, &["--again"]), first);
    assert!(hint(&bench, &["--lang", "pt-BR"]).contains("\n  Sobre linhas.\n\nMais uma dica: "));
}

#[test]
fn the_sentence_that_failed_comes_first_and_what_passed_not_at_all() {
    let bench = bench();
    let answering = |lines: &str| {
        let source = format!(
            "import socket, sys\n\
             listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n\
             client, _ = listener.accept()\n\
             {lines}\n\
             listener.accept()\n"
        );
        format!("python3 '{}'", bench.write("some.py", source).display())
    };
    let one_line = answering("client.sendall(client.recv(4096))");
    bench.run(&["check", "echo", "--program", &one_line]);
    let told = hint(&bench, &[]);
    assert!(told.starts_with("echo/line  a line comes back\n\n  About the second answer.\n"), "{told}");
    assert!(hint(&bench, &[]).contains("  About lines."));
    // The words of the file may move meanwhile.
    bench.write("labs.yaml", LABS.replace("format: 1\n", "# More.\nformat: 1\n"));
    assert!(hint(&bench, &["--again"]).contains("  About the second answer."));
    bench.run(&["check", "echo", "--program", &answering("client.recv(4096)")]);
    let told = hint(&bench, &[]);
    assert!(told.contains("  About the first answer."), "{told}");
    check(&bench, "echo.py");
    let told = hint(&bench, &[]);
    assert_eq!(told, "Every check of echo has passed: there is nothing to hint at.\n");
}

#[test]
fn all_hints_are_shown_but_those_of_hidden_checks() {
    let bench = bench();
    let told = hint(&bench, &["--all"]);
    let hints: Vec<&str> = told.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(
        hints,
        [
            "  About accepting.",
            "  About the first answer.",
            "  About the second answer.",
            "  About lines.",
            "  About the end."
        ]
    );
    assert!(hint(&bench, &[]).contains("About accepting."), "looking at all gives none away");
}

#[test]
fn hints_are_given_where_nothing_can_be_remembered() {
    let bench = bench();
    bench.write("state", "a file where a folder should be");
    let told = bench.run(&["hint", "echo"]);
    assert_eq!(told.status, Some(0));
    assert!(told.stdout.contains("About accepting."), "{}", told.stdout);
    assert_eq!(told.stderr.lines().count(), 1, "{}", told.stderr);
}

#[test]
fn the_folder_says_which_lab_is_meant() {
    let bench = bench();
    let mut checker = bench.checker(&["hint"]);
    let told = crate::workbench::told(checker.current_dir(bench.path("exercises/echo/src")));
    assert!(told.stdout.starts_with("echo/accepts "), "{}{}", told.stdout, told.stderr);
    for words in [&["hint"][..], &["solution"], &["hint", "ecko"], &["solution", "ecko"]] {
        let told = bench.run(words);
        assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""), "{words:?}");
        assert!(told.stderr.contains("echo"), "{}", told.stderr);
    }
}

#[test]
fn the_solution_waits_until_every_check_has_passed() {
    let bench = bench();
    let told = solution(&bench, &[]);
    assert_eq!((told.status, told.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        told.stderr.replace('\n', " "),
        "echo: no check has passed yet. Once all have passed, the solution is shown; `checker solution echo --peek` \
         shows it now. "
    );
    bench.run(&["check", "echo", "--program", &python("echo.py"), "--only", "accepts,line,secret"]);
    let told = solution(&bench, &[]);
    assert_eq!((told.status, told.stdout.as_str()), (Some(1), ""));
    assert!(told.stderr.starts_with("echo: one check has not passed yet: end. "), "{}", told.stderr);
    let peeked = solution(&bench, &["--peek"]);
    assert_eq!((peeked.status, peeked.stderr.as_str()), (Some(0), ""));
    check(&bench, "echo.py");
    let shown = solution(&bench, &[]);
    assert_eq!((shown.status, shown.stdout.as_str()), (Some(0), peeked.stdout.as_str()));
    assert_eq!(
        shown.stdout,
        "// solutions/echo/src/main.rs\nmod room;\nfn main() {}\n\n\
         // solutions/echo/src/room.rs\n// \\t is\ta tab, and \\x1B[2J is no command\n"
    );
}

#[test]
fn official_solutions_are_brought_along() {
    let bench = empty();
    let told = bench.run(&["solution", "hello", "--peek"]);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    assert!(told.stdout.starts_with("// src/main.rs\n") && told.stdout.contains("Hello, World!"));
    // A course of another title has other labs, whatever their names.
    let labs = LABS.replace("    solution: solutions/echo\n", "").replace("id: echo", "id: hello");
    bench.write("labs.yaml", labs);
    let told = bench.run(&["solution", "hello", "--peek"]);
    assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""));
    assert!(fs::exists(bench.path("labs.yaml")).unwrap() && told.stderr.contains("keeps no solution here"));
}
