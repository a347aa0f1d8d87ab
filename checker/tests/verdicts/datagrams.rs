//! Actors that send and receive datagrams, and programs that do.
use crate::workbench::{Workbench, check, python, text};
use serde_json::Value;

/// The actors, as far as a script names them.
const CLIENTS: &[(&str, &str)] = &[("tia", "{ udp: client }"), ("lia", "{ udp: client }")];
const SERVER: &[(&str, &str)] = &[("mestre", "{ udp: server }"), ("lia", "{ udp: client }")];
const NOBODY: &[(&str, &str)] = &[("mestre", "{ udp: closed }")];

type Actors = &'static [(&'static str, &'static str)];

fn verdict(actors: Actors, manner: &str, script: &str, options: &[&str]) -> Value {
    let port = if actors[0].0 == "mestre" { "{mestre.port}" } else { "{port}" };
    let bench = bench(actors, port, script);
    let program = format!("{} {manner} {port}", python("datagrams.py"));
    let (_, report) = bench.report(&[&["l", "--program", &program][..], options].concat());
    check(&report, "c").clone()
}

fn bench(actors: Actors, port: &str, script: &str) -> Workbench {
    let bench = crate::workbench::empty();
    let acts = |name: &str| name == "mestre" || script.contains(name);
    let actors: Vec<String> =
        actors.iter().filter(|(name, _)| acts(name)).map(|(name, part)| format!("{name}: {part}")).collect();
    let actors = actors.join(", ");
    let script: String = script.lines().map(|line| format!("          {}\n", line.trim())).collect();
    let lab = format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    run: \"{{program}} {port}\"\n    within: 2s\n\
         \x20   checks:\n      - id: c\n        title: t\n        actors: {{ {actors} }}\n        script: |\n{script}"
    );
    bench.write("labs.yaml", lab);
    bench
}

/// At every level of isolation, with and without sight.
fn passes(actors: Actors, manner: &str, script: &str) {
    for (isolation, sights) in [("auto", &["auto", "none"][..]), ("partial", &["auto"]), ("basic", &["auto"])]
    {
        for sight in sights {
            let seen = verdict(actors, manner, script, &["--isolation", isolation, "--sight", sight]);
            assert_eq!(seen["outcome"], "passed", "{isolation} {sight}: {seen:#}");
        }
    }
}

/// The same kind at every level, and without sight.
fn fails(actors: Actors, manner: &str, script: &str, kind: &str) -> Value {
    let seen = verdict(actors, manner, script, &["--isolation", "basic"]);
    assert_eq!(seen["kind"], kind, "{seen:#}");
    let blind = verdict(actors, manner, script, &["--sight", "none"]);
    let blind_kind = if ["wrong-port", "wrong-address"].contains(&kind) { "never-listened" } else { kind };
    assert_eq!(blind["kind"], blind_kind, "{blind:#}");
    let seen = verdict(actors, manner, script, &[]);
    assert_eq!(seen["kind"], kind, "{seen:#}");
    seen
}

#[test]
fn every_datagram_is_a_message_of_its_own() {
    passes(
        CLIENTS,
        "answers",
        "tia sends: oi
         tia receives: got 2
         tia sends: \"\"
         tia receives: got 0
         tia sends 65507 bytes
         tia receives: got 65507
         tia and lia send: {1..3}
         tia and lia receive: got 1
         tia and lia receive: got 1
         tia and lia receive raw: got 1
         tia sends raw: \"oi\\n\"
         tia receives: got 3
         everyone receives nothing
         program has 0 connections
         program is still running",
    );
}

#[test]
fn a_newline_in_an_answer_is_a_matter_of_taste() {
    passes(
        CLIENTS,
        "newline",
        "tia sends: oi\ntia receives: got 2\ntia sends: oi\ntia receives: \"got 2\\n\"",
    );
    fails(CLIENTS, "answers", "tia sends: oi\ntia receives: \"got 2\\n\"", "missing-newline");
    fails(CLIENTS, "newline", "tia sends: oi\ntia receives raw: got 2", "mismatch");
}

#[test]
fn silence_after_a_datagram_is_proved() {
    let seen = fails(CLIENTS, "deaf", "tia sends: oi\ntia receives: got 2", "no-answer");
    let why = text(&seen, "why");
    assert!(why.contains("main is blocked in recv_from() with no time limit"), "{why}");
    assert_eq!(seen["actual"], "silence: the program is at rest and will not send more");
    // A time limit on its socket is no rest: it may still do something.
    let seen = fails(CLIENTS, "limit", "tia sends: oi\ntia receives: got 2\ntia receives: x", "no-answer");
    assert_eq!(seen["actual"], "silence for 2 s");
}

#[test]
fn whose_answer_it_is_depends_on_both_addresses() {
    let script = "tia sends: oi\ntia receives: got 2\nlia sends: oi\nlia receives: got 2";
    let seen = fails(CLIENTS, "first", script, "no-answer");
    assert!(text(&seen, "why").starts_with("tia got the answer to what lia sent"), "{seen:#}");
    let seen = fails(CLIENTS, "anew", script, "no-answer");
    assert!(text(&seen, "why").starts_with("an answer came from 127.0.0.1:"), "{seen:#}");
    let seen = fails(CLIENTS, "twice", "tia sends: oi\ntia receives: got 2", "extra-data");
    assert_eq!(seen["actual"], "a datagram too many: \"got 2\"");
}

#[test]
fn who_does_not_receive_is_told_so() {
    let script = "tia sends: oi\ntia receives: got 2";
    let seen = fails(CLIENTS, "never", script, "never-listened");
    assert_eq!(seen["why"], "the program runs, but has bound no UDP socket");
    assert!(
        text(&seen, "expected").starts_with("the program to receive datagrams at 127.0.0.1:"),
        "{seen:#}"
    );
    let seen = fails(CLIENTS, "tcp", script, "never-listened");
    assert!(text(&seen, "why").contains("it listens with TCP on 127.0.0.1:"), "{seen:#}");
    let seen = fails(CLIENTS, "elsewhere", script, "wrong-port");
    assert!(text(&seen, "why").starts_with("its UDP socket is bound to 127.0.0.1:"), "{seen:#}");
    fails(CLIENTS, "ends", script, "exited-early");
}

#[test]
fn a_server_hears_and_answers() {
    passes(
        SERVER,
        "asks",
        "mestre receives: oi
         mestre sends: {word}
         program prints: {word}
         program exits: 0",
    );
    passes(SERVER, "silent", "mestre receives: \"\"\nmestre sends: \"\"\nprogram exits: 0");
}

#[test]
fn an_answer_goes_to_the_last_that_asked() {
    passes(
        SERVER,
        "insists",
        "mestre receives: oi
         mestre receives: oi
         mestre receives: oi
         mestre sends: {word}
         program prints: {word}
         program exits: 0",
    );
}

#[test]
fn a_stranger_may_answer() {
    let script = "mestre receives: oi
                  lia answers instead of mestre: not me
                  mestre sends: {word}
                  program prints: {word}";
    passes(SERVER, "asks", script);
    fails(SERVER, "trusts", script, "mismatch");
}

#[test]
fn nobody_receives_at_a_closed_port() {
    passes(NOBODY, "asks", "program complains: refused\nprogram exits: 1");
}
