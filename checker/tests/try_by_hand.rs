//! `checker try`: speaking to a program by hand, in a terminal and through a pipe; and saving what was said.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod workbench;

use std::fs;

use regex::Regex;
use workbench::{Told, Workbench, own_course, python, told, workbench};

/// The transcript of a session whose lines come through a pipe.
fn piped(bench: &Workbench, words: &[&str], lines: impl Into<Vec<u8>>) -> Told {
    let mut checker = bench.checker(&[&["try"], words].concat());
    checker.write_stdin(lines);
    told(&mut checker)
}

/// Without what is another one each time: ports, times, folders.
fn steady(text: &str) -> String {
    let replaced =
        |text: &str, pattern: &str, by: &str| Regex::new(pattern).unwrap().replace_all(text, by).into_owned();
    let text = replaced(text, r"\b[1-6]\d{4}\b", "PORT");
    let text = replaced(&text, r" +(<1|\d+) ms\n", "  TIME\n");
    let text = replaced(&text, r" +\d\.\d s\n", "  TIME\n");
    let text = replaced(&text, r"\(built in .*\)", "(built in TIME)");
    in_order(&text)
}

/// Clients hear the same at nearly the same time: which one first is no matter.
fn in_order(text: &str) -> String {
    let is_heard = |line: &str| line.contains("  receives ") || line.contains("  recebe ");
    let lines: Vec<&str> = text.lines().collect();
    let mut runs: Vec<Vec<&str>> =
        lines.chunk_by(|a, b| is_heard(a) && is_heard(b)).map(<[&str]>::to_vec).collect();
    runs.iter_mut().for_each(|run| run.sort_unstable());
    runs.concat().join("\n")
}

fn wrong(bench: &Workbench, program: &str) -> String {
    format!("python3 '{}'", bench.path("solutions").join(program).display())
}

#[test]
fn lines_of_a_pipe_are_sent_when_the_one_before_was_answered() {
    let bench = own_course();
    let lines = "oi, turma\n\n  blanks\t\n:raw \"cora\\xC3\"\n:raw \"\\xA7\\xC3\\xA3o\\r\\n\"\n:threads\n:halfclose\noi\n";
    let told = piped(&bench, &["echo", "--solution"], lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_echo", steady(&told.stdout));
}

#[test]
fn several_clients_speak_and_everybody_is_heard() {
    let bench = own_course();
    let lines = "oi\n:open bia\nana: tudo bem?\ntudo\n:pieces 1\nem bytes\n:pieces off\n::bye\n:as ana\nainda aqui\n:reset\n";
    let told = piped(&bench, &["chat", "--solution"], lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_chat", steady(&told.stdout));
}

#[test]
fn a_program_that_rests_without_answering_is_explained_once() {
    let bench = own_course();
    let program = wrong(&bench, "chat/wrong/one-at-a-time.py");
    let lines = ":open bia\nolá\n:threads\n:close ana\n";
    let told = piped(&bench, &["chat", "--program", &program], lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_one_at_a_time", steady(&told.stdout));
}

#[test]
fn the_same_session_in_portuguese() {
    let bench = own_course();
    let program = wrong(&bench, "chat/wrong/one-at-a-time.py");
    let told = piped(
        &bench,
        &["chat", "--lang", "pt-BR", "--program", &program],
        ":open bia\nolá\n:opne\n:as caio\n:halfclose\n:close ana\n",
    );
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_in_portuguese", steady(&told.stdout));
}

#[test]
fn accidents_are_told_with_their_cause() {
    let bench = workbench();
    let shown = |program: &str, lines: &str| {
        let told = piped(&bench, &["echo", "--program", program], lines);
        assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
        // As it reads, however it was broken into rows.
        told.stdout.replace("\n         ", " ")
    };
    let elsewhere = shown(&format!("{} {{port}} port", python("elsewhere.py")), "oi\n");
    assert!(elsewhere.contains("it listens on 127.0.0.1:"), "{elsewhere}");
    assert!(elsewhere.contains("ana is not connected yet"), "{elsewhere}");

    let idle = shown(&python("idle.py"), ":type 3\n");
    assert!(idle.contains("main waits for its standard input"), "{idle}");
    assert!(idle.contains("`:type TEXT`"), "{idle}");

    let ended = shown("sh -c 'exit 3' {port}", "oi\n:open\n:restart\n");
    assert!(ended.contains("program  exited with status 3"), "{ended}");
    assert!(
        ended.contains("the program has ended. `:restart` starts it again"),
        "{}",
        ended.replace("\n         ", " ")
    );
    assert_eq!(ended.matches("exited with status 3").count(), 2, "{ended}");

    let raised = shown("python3 -c 'raise ValueError(\"não\")' {port}", "");
    assert!(raised.contains("ValueError"), "{raised}");

    let talks = shown(&python("talkative.py"), "oi\n:halfclose\n");
    assert!(talks.contains("prints: Starting the server..."), "{talks}");
    assert!(talks.contains("prints: Bye!"), "{talks}");
}

#[test]
fn what_cannot_be_tried_is_refused() {
    let bench = workbench();
    let refused = |words: &[&str], cure: &str| {
        let told = piped(&bench, words, "");
        assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""), "{}", told.stderr);
        assert!(told.stderr.contains(cure), "{}", told.stderr);
    };
    refused(&["ecoh"], "Did you mean echo?");
    refused(&[], "checker try echo");
    refused(&["echo", "--program", "no-such-program"], "there is no program");
    bench.write("precious.yaml", "format: 1\n");
    refused(&["echo", "--program", "true", "--save", "precious.yaml"], "is left as it is");
    assert_eq!(fs::read_to_string(bench.path("precious.yaml")).unwrap(), "format: 1\n");

    bench.write_crate("exercises/echo", "echo", "fn main() { oops }\n");
    let told = piped(&bench, &["echo"], "");
    assert_eq!(told.status, Some(1), "{}", told.stderr);
    assert!(told.stdout.contains("did not build"), "{}", told.stdout);
    assert!(told.stdout.contains("cannot find value `oops`"), "{}", told.stdout);
}

/// Saves a session, and gives the same program the check that was saved.
fn saved_and_checked(lab: &str, submission: &[&str], lines: &str) -> String {
    let bench = own_course();
    let words = [&[lab], submission, &["--save", "mine.yaml"]].concat();
    let told = piped(&bench, &words, lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    let saved = fs::read_to_string(bench.path("mine.yaml")).unwrap();
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let at = labs.find(&format!("  - id: {lab}\n")).unwrap();
    let checks = at + labs[at..].find("    checks:\n").unwrap() + "    checks:\n".len();
    bench.write("labs.yaml", format!("{}{saved}{}", &labs[..checks], &labs[checks..]));
    let checked = bench.run(&[&["check", lab, "--only", "by-hand"], submission].concat());
    assert_eq!(checked.status, Some(0), "{saved}\n{}{}{}", told.stdout, checked.stdout, checked.stderr);
    saved
}

/// Texts that YAML, the language of scripts or a terminal might take for something else.
const ODD: &str = concat!(
    "  leading and trailing  \n\n# no comment\n{word} {a} }{\n/x/\n\"quoted\"\na: b\n- x\n: y\nhint: no\n",
    "null\ntab\there\nback\\slash\nana receives: oi\n\u{e7}\u{e3}o \u{1f600}\n\u{feff}bom\u{202e}\u{2028}\n",
    ":raw \"no newline\"\n:raw \"\\n\"\n:raw \"a\\xFF\\0\\r\\x1B[2J\"\n:raw \"crlf\\r\\n\"\n:raw \"two\\nlines\\n\"\n",
);

#[test]
fn what_was_said_to_echo_can_be_checked() {
    let saved = saved_and_checked("echo", &["--solution"], &format!("{ODD}:pieces 2\npieces\n:halfclose\n"));
    insta::assert_snapshot!("try_saved_echo", saved);
    assert!(saved_and_checked("echo", &["--solution"], "oi\n:close\n").ends_with(
        "ana sends: oi\n          ana receives: oi\n          ana closes\n          program exits: 0\n"
    ));
}

#[test]
fn what_was_said_in_a_chat_can_be_checked() {
    let odd = ODD.split(":raw").next().unwrap();
    let lines = format!(
        ":open bia\noi\n{odd}ana: e agora?\n:open caio\n::bye\n:as ana\n:close\n:open ana\n:raw \"me\"\n\
         :raw \"tade\\n\"\nbia: x\n:reset bia\n:restart\n:open bia\noi\n:open caio\nana: ?\n"
    );
    insta::assert_snapshot!("try_saved_chat", saved_and_checked("chat", &["--solution"], &lines));
}

#[test]
fn whom_nobody_accepts_connects_without_waiting() {
    let bench = own_course();
    let program = wrong(&bench, "chat/wrong/one-at-a-time.py");
    let saved = saved_and_checked(
        "chat",
        &["--program", &program],
        ":open bia\noi\nana: primeira\n:close ana\n:as bia\nmais\n",
    );
    assert!(saved.contains("bia connects without waiting\n"), "{saved}");
}

#[test]
fn the_words_of_a_program_without_connections_are_saved() {
    let program = "sh -c 'echo um; echo \"  dois\"; cat; printf fim; exit 3' {port}";
    let saved = saved_and_checked("counters", &["--program", program], "");
    assert!(
        saved.ends_with(
            "program prints: um\n          program prints: \"  dois\"\n          user ends the input\n          \
             program prints raw: \"fim\"\n          program exits: 3\n"
        ),
        "{saved}"
    );
}

#[test]
fn a_port_that_the_program_tells_is_captured() {
    let program = "python3 -c \"import socket, sys\ns = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n\
                   c, a = s.accept()\nc.sendall(b'you are %d, {%d}\\n' % (a[1], a[1]))\n\
                   c.recv(9)\nc.sendall(b'%d\\n' % a[1])\" {port}";
    let saved = saved_and_checked("chat", &["--program", program], "oi\n");
    assert!(saved.contains("ana receives: you are {ana_port}, {{"), "{saved}");
}
