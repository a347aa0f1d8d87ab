//! `checker try` with programs that are clients, and with datagrams.
use std::fs;

use crate::workbench::{LAST_RESORT, Told, Workbench, own_course, python, told};
use regex::Regex;
use rexpect::session::spawn_command;

fn piped(bench: &Workbench, words: &[&str], lines: &str) -> Told {
    let mut checker = bench.checker(&[&["try"], words].concat());
    checker.write_stdin(lines);
    let told = told(&mut checker);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    told
}

/// Without what is another one each time: ports, times, folders.
fn steady(text: &str) -> String {
    let replaced =
        |text: &str, pattern: &str, by: &str| Regex::new(pattern).unwrap().replace_all(text, by).into_owned();
    let text = replaced(text, r"\b[1-6]\d{4}\b", "PORT");
    let text = replaced(&text, r" +(<1|\d+) ms\n", "  TIME\n");
    let text = replaced(&text, r" +\d\.\d s\n", "  TIME\n");
    in_order(&replaced(&text, r"\(.* \d.*s\)", "(built in TIME)"))
}

/// The user and a server hear at nearly the same time: whoever was first, each one's news keeps its order.
fn in_order(text: &str) -> String {
    let who = |line: &str| ["srv  ", "user  "].into_iter().find(|who| line.starts_with(who));
    let lines: Vec<&str> = text.lines().collect();
    let mut runs: Vec<Vec<&str>> =
        lines.chunk_by(|a, b| who(a).is_some() && who(b).is_some()).map(<[&str]>::to_vec).collect();
    runs.iter_mut().for_each(|run| run.sort_by_key(|line| who(line)));
    runs.concat().join("\n")
}

/// A course of one lab.
fn course(run: &str, actors: &str, script: &str) -> Workbench {
    let bench = crate::workbench::empty();
    let script: String = script.lines().map(|line| format!("          {}\n", line.trim())).collect();
    let lab = format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    run: \"{{program}} {run}\"\n    checks:\n      \
         - id: c\n        title: t\n        actors: {actors}\n        script: |\n{script}"
    );
    bench.write("labs.yaml", lab);
    bench
}

const CALLS: &str = "{ srv: { tcp: server } }";
const POSTS: &str = "{ ana: { udp: client } }";
const HEARS: &str = "{ srv: { udp: server } }";

/// Saves a session, and gives the same program the check that was saved, beside those of its lab.
fn saved_and_checked(bench: &Workbench, lab: &str, submission: &[&str], lines: &str) -> String {
    let words = [&[lab], submission, &["--save", "mine.yaml"]].concat();
    let told = piped(bench, &words, lines);
    let saved = fs::read_to_string(bench.path("mine.yaml")).unwrap();
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let at = labs.find(&format!("  - id: {lab}\n")).unwrap();
    let checks = at + labs[at..].find("    checks:\n").unwrap() + "    checks:\n".len();
    bench.write("with.yaml", format!("{}{saved}{}", &labs[..checks], &labs[checks..]));
    let checked =
        bench.run(&[&["check", lab, "--labs", "with.yaml", "--only", "by-hand"], submission].concat());
    assert_eq!(checked.status, Some(0), "{saved}\n{}{}{}", told.stdout, checked.stdout, checked.stderr);
    saved
}

#[test]
fn the_person_is_the_user_of_a_client() {
    let bench = own_course();
    let lines =
        "oi\nsrv: olá\n:as srv\n:wait\n:as user\nçã\nsrv: :raw\n:press Ctrl-X\nquit\nsrv: x\n:open srv\n";
    let told = piped(&bench, &["client", "--solution"], lines);
    insta::assert_snapshot!("try_client", steady(&told.stdout));
    let told = piped(
        &bench,
        &["client", "--solution", "--lang", "pt-BR"],
        "oi\nsrv: olá\nsair\nsrv: x\n:open srv\n",
    );
    insta::assert_snapshot!("try_client_in_portuguese", steady(&told.stdout));
}

#[test]
fn the_end_of_a_pipe_is_the_end_of_the_input() {
    let bench = own_course();
    let told = piped(&bench, &["client", "--solution"], "");
    assert!(told.stdout.contains("user     sees \"> "), "{}", told.stdout);
    assert!(told.stdout.contains("Bye.\\n\""), "{}", told.stdout);
    assert!(told.stdout.contains("exited with status 0"), "{}", told.stdout);
}

#[test]
fn what_was_said_to_a_client_can_be_checked() {
    let bench = own_course();
    let lines = "oi\nsrv: olá\n  two  blanks \nsrv: :raw\nsrv: # {a}\nquit\n";
    let saved = saved_and_checked(&bench, "client", &["--solution"], lines);
    insta::assert_snapshot!("try_saved_client", saved);
    let saved = saved_and_checked(&bench, "client", &["--solution"], "oi\n:as srv\n:reset\n");
    assert!(saved.contains("srv resets"), "{saved}");
}

#[test]
fn a_key_is_pressed_and_said_so() {
    let bench = own_course();
    let saved = saved_and_checked(&bench, "client", &["--solution"], "oi\nsrv: x\n:press Ctrl-D\n");
    assert!(saved.contains("user presses Ctrl-D\n"), "{saved}");
    let told = piped(&bench, &["echo", "--solution"], ":press Ctrl-C\n");
    assert!(told.stdout.contains("The program has no terminal in this lab"), "{}", told.stdout);
}

#[test]
fn further_connections_have_names_of_their_own() {
    let bench = course("{srv.port}", CALLS, "srv accepts\nsrv receives: oi");
    let program = format!("{} asks {{srv.port}} {{srv.port}} {{srv.port}}", python("dials.py"));
    let words = ["--program", &program];
    let lines = "srv: um\nrui: dois\n:as lia\ntrês\n";
    let saved = saved_and_checked(&bench, "l", &words, lines);
    for said in ["srv accepts\n", "srv accepts as rui\n", "srv accepts as lia\n", "rui sends: dois\n"] {
        assert!(saved.contains(said), "{saved}");
    }
    assert!(saved.contains("srv, rui and lia are disconnected\n"), "{saved}");
}

#[test]
fn a_server_without_a_connection_says_so() {
    let bench = course("{srv.port}", CALLS, "srv accepts\nsrv receives: oi");
    let program = format!("{} idles {{srv.port}}", python("dials.py"));
    let told = piped(&bench, &["l", "--program", &program], "srv: oi\n:close srv\n:threads\n");
    assert_eq!(told.stdout.matches("srv has no connection").count(), 2, "{}", told.stdout);
    let bench = course("{srv.port}", "{ srv: { tcp: closed } }", "program exits: 1");
    let program = format!("{} asks {{srv.port}}", python("dials.py"));
    let told = piped(&bench, &["l", "--program", &program], "srv: oi\n");
    assert!(told.stdout.contains("srv      does not listen on 127.0.0.1:"), "{}", told.stdout);
    assert!(told.stdout.contains("srv only lends its port"), "{}", told.stdout);
}

#[test]
fn datagrams_are_told_as_such() {
    let bench = course("{port}", POSTS, "ana sends: oi\nana receives: got 2");
    let program = format!("{} answers {{port}}", python("datagrams.py"));
    let lines =
        "oi\n:raw \"a\\n\"\n\n:open bia\nolá\n:close\n:open caio tcp\n:as ana\n:open bia udp\n:restart\n";
    let told = piped(&bench, &["l", "--program", &program], lines);
    insta::assert_snapshot!("try_datagrams", steady(&told.stdout));
    let told = piped(&bench, &["l", "--program", &program, "--lang", "pt-BR"], "oi\n:open\n:halfclose\n");
    insta::assert_snapshot!("try_datagrams_in_portuguese", steady(&told.stdout));
    let large = format!("{}\n", "x".repeat(65_508));
    let told = piped(&bench, &["l", "--program", &program], &large);
    assert!(told.stdout.contains("holds 65507 bytes at most"), "{}", told.stdout);
}

#[test]
fn a_datagram_that_nobody_receives_is_explained() {
    let bench = course("{port}", POSTS, "ana sends: oi\nana receives: got 2");
    let shown = |manner: &str| {
        let program = format!("{} {manner} {{port}}", python("datagrams.py"));
        piped(&bench, &["l", "--program", &program], "oi\n").stdout.replace("\n         ", " ")
    };
    let never = shown("never");
    assert!(never.contains("has bound no UDP socket"), "{never}");
    assert!(!never.contains("has sent a datagram"), "{never}");
    let elsewhere = shown("elsewhere");
    assert!(elsewhere.contains("its UDP socket is bound to 127.0.0.1:"), "{elsewhere}");
    let deaf = shown("deaf");
    assert!(deaf.contains("has sent a datagram of 2 bytes"), "{deaf}");
    assert!(deaf.contains("nothing came back for \"oi\" from ana"), "{deaf}");
    let anew = shown("anew");
    assert!(anew.contains("a datagram from elsewhere, 127.0.0.1:"), "{anew}");
}

#[test]
fn datagrams_that_were_sent_can_be_checked() {
    let bench = course("{port}", POSTS, "ana sends: oi\nana receives: got 2");
    let program = format!("{} answers {{port}}", python("datagrams.py"));
    let words = ["--program", &program];
    let lines = "oi\n\n:raw \"a\\xFF\\n\"\n  b \n:open tia udp\nbom dia\nana: /x/\n";
    insta::assert_snapshot!("try_saved_datagrams", saved_and_checked(&bench, "l", &words, lines));
    let program = format!("{} never {{port}}", python("datagrams.py"));
    let words = ["--program", &program];
    let saved = saved_and_checked(&bench, "l", &words, "oi\n:type x\n:endinput\n");
    assert!(!saved.contains("ana"), "{saved}");
}

#[test]
fn a_client_of_datagrams_is_answered_and_deceived() {
    let bench = course("{srv.port}", HEARS, "srv receives: oi\nsrv sends: olá");
    let program = format!("{} trusts {{srv.port}}", python("datagrams.py"));
    let words = ["--program", &program];
    let told = piped(&bench, &["l", "--program", &program], ":instead x\n:open bia\n:instead x\n");
    assert!(told.stdout.contains("Only a UDP client can do that"), "{}", told.stdout);
    let saved = saved_and_checked(&bench, "l", &words, ":open bia\n:instead not me\n");
    insta::assert_snapshot!("try_saved_stranger", saved);
    let program = format!("{} asks {{srv.port}}", python("datagrams.py"));
    let words = ["--program", &program];
    let saved = saved_and_checked(&bench, "l", &words, "srv: olá\n");
    assert!(saved.contains("srv sends: olá\n"), "{saved}");
}

#[test]
fn help_fits_into_eighty_columns() {
    let bench = crate::workbench::workbench();
    for language in ["en", "pt-BR"] {
        let words = ["echo", "--lang", language, "--program", &python("silent.py")];
        let help = piped(&bench, &words, ":help\n").stdout;
        assert!(help.contains(":press Ctrl-C") && help.contains(":instead TEXT"), "{help}");
        let long: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(long, [""; 0], "{language}");
    }
}

#[test]
fn a_person_at_a_terminal_is_user_and_server() {
    let bench = own_course();
    let command = bench.command(&["try", "client", "--solution", "--save", "mine.yaml"]);
    let patience = u64::try_from(LAST_RESORT.as_millis()).unwrap() / 5;
    let mut session = spawn_command(command, Some(patience)).unwrap();
    session.exp_string("listens on 127.0.0.1:").unwrap();
    session.exp_string("accepts: the program has connected").unwrap();
    session.exp_string("sees \"> ").unwrap();
    session.exp_string("user> ").unwrap();
    session.send_line("oi").unwrap();
    session.exp_string("receives \"oi").unwrap();
    session.exp_string("user> ").unwrap();
    // The name of the server is completed.
    session.send_line("sr\thello").unwrap();
    session.exp_string("sees \"hello").unwrap();
    session.exp_string("user> ").unwrap();
    session.send_line(":pres\tCtrl-D").unwrap();
    session.exp_string("exited with status 0").unwrap();
    session.exp_string("user> ").unwrap();
    session.send_control('d').unwrap();
    session.exp_string("saved as a check: mine.yaml").unwrap();
    session.exp_eof().unwrap();
    let saved = fs::read_to_string(bench.path("mine.yaml")).unwrap();
    assert!(saved.contains("actors: { srv: { tcp: server } }\n"), "{saved}");
    assert!(saved.contains("srv sends: hello\n"), "{saved}");
}
