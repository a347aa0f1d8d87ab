//! Actors that the program connects to: servers, a port where nobody listens, a full accept queue.
use crate::workbench::{Workbench, check, python, text};
use serde_json::Value;

/// The verdict on a program that dials in this manner, in a check of its own.
fn verdict(actors: &str, words: &str, script: &str, options: &[&str]) -> Value {
    let bench = bench(actors, words, script);
    let program = format!("{} {words}", python("dials.py"));
    let (_, report) = bench.report(&[&["l", "--program", &program][..], options].concat());
    check(&report, "c").clone()
}

fn bench(actors: &str, words: &str, script: &str) -> Workbench {
    let bench = crate::workbench::empty();
    let script: String = script.lines().map(|line| format!("          {}\n", line.trim())).collect();
    let lab = format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    run: \"{{program}} {words}\"\n    within: 1s\n\
         \x20   checks:\n      - id: c\n        title: t\n        actors: {actors}\n        script: |\n{script}"
    );
    bench.write("labs.yaml", lab);
    bench
}

/// At every level of isolation, with and without sight.
fn passes(actors: &str, words: &str, script: &str) {
    for (isolation, sights) in [("auto", &["auto", "none"][..]), ("partial", &["auto"]), ("basic", &["auto"])]
    {
        for sight in sights {
            let seen = verdict(actors, words, script, &["--isolation", isolation, "--sight", sight]);
            assert_eq!(seen["outcome"], "passed", "{isolation} {sight}: {seen:#}");
        }
    }
}

fn fails(actors: &str, words: &str, script: &str, kind: &str) -> Value {
    let seen = verdict(actors, words, script, &["--isolation", "basic"]);
    assert_eq!(seen["kind"], kind, "{seen:#}");
    let blind = verdict(actors, words, script, &["--sight", "none"]);
    assert_eq!(blind["kind"], kind, "{blind:#}");
    let seen = verdict(actors, words, script, &[]);
    assert_eq!(seen["kind"], kind, "{seen:#}");
    seen
}

const SERVER: &str = "{ srv: { tcp: server } }";

#[test]
fn a_server_hears_and_answers() {
    passes(
        SERVER,
        "asks {srv.port}",
        "srv accepts
         srv receives: oi
         srv sends: {word}
         program prints: {word}
         srv receives the end
         program exits: 0",
    );
}

#[test]
fn connections_have_names_of_their_own() {
    passes(
        "{ srv: { tcp: server }, sub: { tcp: server } }",
        "asks {srv.port} {srv.port} {sub.port}",
        "srv accepts as rui
         srv accepts as lia
         sub accepts
         rui receives: oi
         everyone but rui receives nothing
         rui sends: one
         lia receives: oi
         lia sends: two
         sub receives: oi
         sub sends: three
         program prints: one
         program prints: two
         program prints: three
         program exits: 0",
    );
}

#[test]
fn what_a_program_left_behind_is_still_heard() {
    passes(
        SERVER,
        "leaves {srv.port}",
        "program exits: 0
         srv accepts
         srv receives: bye
         srv receives the end",
    );
}

#[test]
fn a_server_may_end_reset_and_count() {
    passes(
        SERVER,
        "hears {srv.port}",
        "srv accepts
         program has 1 connection
         program is still running
         srv stops sending
         srv receives the end
         program exits: 0",
    );
    passes(
        SERVER,
        "hears {srv.port}",
        "srv accepts
         srv resets
         program exits: nonzero",
    );
}

#[test]
fn nobody_listens_at_a_closed_port() {
    passes("{ gone: { tcp: closed } }", "asks {gone.port}", "program complains: refused\nprogram exits: 1");
}

#[test]
fn who_never_connects_is_told_so() {
    let seen = fails(SERVER, "idles {srv.port}", "srv accepts", "never-connected");
    assert!(text(&seen, "expected").starts_with("the program to connect to srv, at 127.0.0.1:"), "{seen:#}");
    assert!(text(&seen, "why").contains("read() on its standard input"), "{seen:#}");
    let seen = fails(SERVER, "waits {srv.port}", "srv accepts\nsrv accepts as rui", "never-connected");
    assert_eq!(seen["actual"], "no connection: the program is at rest and will not connect");
    // It has ended without a fault of its own, or with one.
    fails(SERVER, "ends {srv.port}", "srv accepts", "never-connected");
    let actors = "{ srv: { tcp: server }, gone: { tcp: closed } }";
    fails(actors, "asks {gone.port} {srv.port}", "srv accepts", "exited-early");
}

#[test]
fn silence_towards_a_server_is_told_with_its_cause() {
    let seen = fails(SERVER, "hears {srv.port}", "srv accepts\nsrv receives: oi", "no-answer");
    assert!(text(&seen, "why").contains("main is blocked in recv() on srv's socket"), "{seen:#}");
    let seen = fails(SERVER, "hears {srv.port}", "srv accepts\nsrv is disconnected", "not-ended");
    assert!(text(&seen, "why").contains("it waits for srv instead of closing"), "{seen:#}");
}
