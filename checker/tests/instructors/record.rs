//! `checker record`: a session by hand becomes a check that the program passes each time.
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use crate::workbench::{LAST_RESORT, Told, Workbench, empty, fixture, told};
use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;

/// A desk where everybody gets another ticket.
fn desk() -> Workbench {
    let bench = empty();
    bench.write("labs.yaml", fs::read(fixture("record/labs.yaml")).unwrap());
    bench.write("desk.py", fs::read(fixture("record/desk.py")).unwrap());
    bench
}

/// The desk's command; `wrong` says in which way it is not right.
fn command(bench: &Workbench, wrong: &str) -> String {
    format!("python3 '{}' {{port}} {wrong}", bench.path("desk.py").display())
}

fn recorded(bench: &Workbench, words: &[&str], lines: &str) -> Told {
    let program = command(bench, "");
    let mut checker = bench.checker(&[&["record", "desk", "--program", &program], words].concat());
    checker.write_stdin(lines);
    told(&mut checker)
}

/// The check behind a session's transcript.
fn check_of(told: &Told) -> &str {
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    &told.stdout[told.stdout.find("\n# checker record desk: passed").unwrap() + 1..]
}

/// What becomes of a program that is held against this check.
fn checked(bench: &Workbench, check: &str, id: &str, wrong: &str) -> Told {
    let labs = fs::read_to_string(fixture("record/labs.yaml")).unwrap();
    bench.write("labs.yaml", labs.replace("    checks:\n", &format!("    checks:\n{check}")));
    bench.run(&["check", "desk", "--program", &command(bench, wrong), "--only", id])
}

const SESSION: &str = "when\nwho\nboth\nsay hello\nxyz\n:open bia\nbia: say hello again\n:close bia\n";

#[test]
fn what_is_another_one_each_time_becomes_a_pattern() {
    let bench = desk();
    let told = recorded(&bench, &["--check", "talk", "--title", "A talk: #1", "--points", "2"], SESSION);
    let check = check_of(&told);
    for part in [
        "      - id: talk\n        title: \"A talk: #1\"\n        points: 2\n        script: |\n          ana connects\n",
        "ana receives: /^ticket \\d+$/\n",
        "ana receives: /^at \\d\\d:\\d\\d:\\d\\d, \\d+ ms$/\n",
        "ana receives: you are {ana_port}\n",
        "ana receives in any order:\n            ",
        "ana sends: say {word}\n          ana receives: you said {word}\n",
        "ana sends: xyz\n          ana receives: error: XYZ\n",
        "bia receives: you said {word} {word2}\n          bia closes\n",
    ] {
        assert!(check.contains(part), "{part}\n{check}");
    }
    let right = checked(&bench, check, "talk", "");
    assert_eq!(right.status, Some(0), "{}{}", right.stdout, right.stderr);
    let wrong = checked(&bench, check, "talk", "hardcoded");
    assert_eq!(wrong.status, Some(1), "{}{}", wrong.stdout, wrong.stderr);
    assert!(wrong.stdout.contains("you said {word}"), "{}", wrong.stdout);
}

#[test]
fn the_same_session_left_literal_fails() {
    let bench = desk();
    let program = command(&bench, "");
    let mut checker = bench.checker(&["try", "desk", "--program", &program, "--save", "mine.yaml"]);
    checker.write_stdin("when\n");
    assert_eq!(told(&mut checker).status, Some(0));
    let saved = fs::read_to_string(bench.path("mine.yaml")).unwrap();
    let literal = checked(&bench, &saved, "by-hand", "");
    assert_eq!(literal.status, Some(1), "{saved}\n{}{}", literal.stdout, literal.stderr);
    assert!(literal.stdout.contains("ana receives: ticket "), "{}", literal.stdout);
}

#[test]
fn what_somebody_repeats_becomes_a_name() {
    let bench = desk();
    let program = command(&bench, "");
    let mut checker = bench.command(&["record", "desk", "--program", &program]);
    let mut checker = checker.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut typed = checker.stdin.take().unwrap();
    let mut shown = BufReader::new(checker.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("receives \"ticket ") {
        line.clear();
        assert!(shown.read_line(&mut line).unwrap() > 0, "the ticket never came");
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(6).collect::<String>();
    let ticket = digits(&line[line.find("ticket").unwrap()..]);
    writeln!(typed, "show {ticket}\nshow 1").unwrap();
    drop(typed);
    let mut rest = String::new();
    shown.read_to_string(&mut rest).unwrap();
    assert!(checker.wait().unwrap().success(), "{rest}");
    for part in [
        "ana receives: ticket {ticket}\n",
        "ana sends: show {ticket}\n          ana receives: it is yours\n",
        "ana sends: show 1\n          ana receives: unknown ticket\n",
    ] {
        assert!(rest.contains(part), "{part}\n{rest}");
    }
}

#[test]
fn a_person_at_a_terminal_sees_the_check_behind_the_session() {
    let bench = desk();
    let program = command(&bench, "");
    let patience = u64::try_from(LAST_RESORT.as_millis()).unwrap();
    let command = bench.command(&["record", "desk", "--program", &program, "--runs", "2"]);
    let mut session = spawn_command(command, Some(patience)).unwrap();
    session.exp_string("ana> ").unwrap();
    session.send_line("say hello").unwrap();
    session.exp_string("receives \"you said hello").unwrap();
    session.exp_string("ana> ").unwrap();
    session.send_control('d').unwrap();
    session.exp_string("# checker record desk: passed 2 of 2 runs").unwrap();
    session.exp_string("ana sends: say {word}").unwrap();
    session.exp_eof().unwrap();
    assert!(matches!(session.process().wait().unwrap(), WaitStatus::Exited(_, 0)));
}

/// A client of a server that the person plays: what its user types, and what it sends.
#[test]
fn a_client_is_recorded_with_its_server_and_its_user() {
    let bench = desk();
    let labs = "format: 1\ncourse: C\nlabs:\n  - id: caller\n    title: Caller\n    run: \"{program} {srv.port}\"\n    \
                checks:\n      - id: calls\n        title: it calls\n        actors: { srv: { tcp: server } }\n        \
                script: |\n          srv accepts\n";
    bench.write("labs.yaml", labs);
    let client = "import socket, sys\nc = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n\
                  line = input()\nc.sendall(line.encode() + b'\\n')\nprint(c.makefile().readline(), end='')\n";
    bench.write("caller.py", client);
    let program = format!("python3 '{}'", bench.path("caller.py").display());
    let mut checker = bench.checker(&["record", "caller", "--program", &program, "--runs", "2"]);
    checker.write_stdin("bom dia\nsrv: noite\n");
    let told = told(&mut checker);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    for part in [
        "run: \"{program} {srv.port}\"\n        actors: { srv: { tcp: server } }\n",
        "srv accepts\n          user types: {word} {word2}\n          srv receives: {word} {word2}\n          srv sends: {word3}\n",
    ] {
        assert!(told.stdout.contains(part), "{part}\n{}", told.stdout);
    }
}

#[test]
fn words_stay_as_typed_where_that_is_wanted() {
    let bench = desk();
    let told = recorded(&bench, &["--as-typed", "--runs", "2"], "say hello\n");
    let check = check_of(&told);
    assert!(check.contains("ana sends: say hello\n          ana receives: you said hello\n"), "{check}");
    assert!(check.starts_with("# checker record desk: passed 2 of 2 runs"), "{check}");
}

#[test]
fn what_cannot_be_a_check_is_told_and_nothing_is_written() {
    let bench = desk();
    let many = recorded(&bench, &["--out", "check.yaml"], "some\n");
    assert_eq!(many.status, Some(1), "{}{}", many.stdout, many.stderr);
    assert!(many.stdout.contains("ana heard another number of lines ("), "{}", many.stdout);
    assert!(many.stdout.ends_with(") after\n  ana sends: some\nNothing was written.\n"), "{}", many.stdout);

    // The session was held as the lab's first check has it, and that has a setting that the new one lacks.
    let moody = recorded(&bench, &["--out", "check.yaml"], "mood\n");
    assert_eq!(moody.status, Some(1), "{}{}", moody.stdout, moody.stderr);
    let sentence = "it failed in 5 of 5 runs, at\n  ana receives: sunny\n    expected  \"sunny\"\n";
    assert!(moody.stdout.contains(sentence), "{}", moody.stdout);
    assert!(moody.stdout.contains("    actual    \"none\"\n"), "{}", moody.stdout);

    let silent = recorded(&bench, &["--lang", "pt-BR", "--out", "check.yaml"], "mood\n");
    assert!(silent.stdout.contains("falhou em 5 de 5 execuções, em\n"), "{}", silent.stdout);
    assert!(!bench.path("check.yaml").exists());
}

#[test]
fn a_check_goes_into_a_file_and_over_none_of_somebody_else() {
    let bench = desk();
    for _ in 0..2 {
        let told = recorded(&bench, &["--out", "check.yaml", "--runs", "1"], "xyz\n");
        assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
        assert!(told.stdout.ends_with("check.yaml: the check was written. It passed 1 of 1 runs.\n"));
    }
    let check = fs::read_to_string(bench.path("check.yaml")).unwrap();
    assert!(check.starts_with("# checker record desk: passed 1 of 1 runs"), "{check}");
    assert!(check.ends_with("          ana receives: error: XYZ\n"), "{check}");

    let refused = |words: &[&str], cure: &str| {
        let told = recorded(&bench, words, "xyz\n");
        assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""), "{}", told.stderr);
        assert!(told.stderr.contains(cure), "{}", told.stderr);
    };
    refused(&["--out", "labs.yaml"], "is left as it is");
    refused(&["--check", "Two words"], "lower-case letters");
    let taken = recorded(&bench, &["--check", "greets"], "xyz\n");
    assert_eq!(taken.status, Some(2), "{}", taken.stdout);
    assert!(taken.stderr.contains("--check NAME"), "{}", taken.stderr);
}
