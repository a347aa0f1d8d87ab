//! Where the checker is called: a course's folder, a lab's folder or one below it, or neither.

use crate::workbench::{HI, Workbench, empty};
use predicates::prelude::*;
use predicates::str::contains;

/// The folder of one lab, as it is after a checkout.
fn checked_out() -> Workbench {
    let bench = empty();
    let lab = "\
format: 1
course: Greetings
labs:
  - id: greeting
    title: Greeting
    exercise: .
    run: \"{program}\"
    checks:
      - id: greets
        title: one line is printed
        script: |
          program prints: hi
";
    bench.write("greeting/lab.yaml", lab);
    bench.write("greeting/README.md", "# The guide\n");
    bench.write_crate("greeting", "greeting", "fn main() {\n    todo!();\n}\n");
    bench
}

#[test]
fn a_labs_folder_needs_no_argument() {
    let bench = checked_out();
    let mut checker = bench.checker(&["check"]);
    let told = checker.current_dir(bench.path("greeting")).assert().code(1);
    let again = predicates::str::is_match(r"(?m)^ +again +checker check$").unwrap();
    let guide = predicates::str::is_match(r"(?m)^ +guide +README.md$").unwrap();
    told.stdout(contains("not yet implemented: src/main.rs:2").and(again).and(guide));

    bench.write_crate("greeting", "greeting", "fn main() {\n    println!(\"ho\");\n}\n");
    let mut checker = bench.checker(&["check"]);
    let told = checker.current_dir(bench.path("greeting/src")).assert().code(1);
    let again = predicates::str::is_match(r"(?m)^ +again +checker check --only greets$").unwrap();
    told.stdout(contains("failed at ../lab.yaml:12").and(again));

    bench.write_crate("greeting", "greeting", HI);
    for (folder, words) in [
        ("greeting", &["check"][..]),
        ("greeting/src", &["check", "greeting"]),
        ("greeting", &["check", "."]),
        // From above, where the folder is named.
        (".", &["check", "greeting"]),
        (".", &["check", "greeting/"]),
    ] {
        let mut checker = bench.checker(words);
        checker.current_dir(bench.path(folder)).assert().code(0).stdout(contains("The check passed"));
    }
    let mut checker = bench.checker(&["explain"]);
    checker.current_dir(bench.path("greeting/src")).assert().code(0).stdout(contains("lab.yaml:9"));
}

#[test]
fn outside_the_labs_that_come_along_can_be_read() {
    let nowhere = empty();
    nowhere.checker(&["list"]).assert().code(0).stdout(contains("hello").and(contains("chat")));
    nowhere.checker(&["explain", "hello/greeting"]).assert().code(0).stdout(contains("Hello, World!"));
    let refused = |words: &[&str], told: &str| {
        nowhere.checker(words).assert().code(2).stdout("").stderr(contains(told));
    };
    refused(&["explain"], "checker explain hello");
    refused(&["explain", "helo"], "Did you mean hello?");
    refused(&["check"], "checker checkout hello");
    refused(&["check", "echo"], "checker checkout echo");
    refused(&["check", "--solution", "echo"], "checker checkout echo");
    refused(&["--lang", "pt-BR", "check", "echo"], "este laboratório não tem pasta aqui");
}

#[test]
fn outside_a_command_can_be_checked_as_any_of_these_labs() {
    let nowhere = empty();
    nowhere.write("hello.py", HELLO);
    let words = ["check", "hello", "--program", "python3 hello.py", "--only", "greeting"];
    nowhere.checker(&words).assert().code(0).stdout(contains("The check passed"));
}

const HELLO: &str = "\
import socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(('127.0.0.1', int(sys.argv[1])))
listener.listen()
client, _ = listener.accept()
client.sendall(b'Hello, World!\\n')
";
