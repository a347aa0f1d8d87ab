//! Programs that know only port 9090, many at the same time: each check talks with its own, and with no other.
//!
//! `CHECKER_ROUNDS=8` makes it 1024 conversations.
use std::process::{Child, Stdio};

use crate::workbench::empty;
use serde_json::Value;

const IN_FLIGHT: usize = 64;

/// Answers each line with its own name and the line, on port 9090 whatever it is told.
fn server(name: &str) -> String {
    format!(
        "use std::io::{{BufRead, BufReader, Write}};\nfn main() {{\n    \
         let listener = std::net::TcpListener::bind((\"127.0.0.1\", 9090)).unwrap();\n    \
         let (mut client, _) = listener.accept().unwrap();\n    \
         for line in BufReader::new(client.try_clone().unwrap()).lines() {{\n        \
         writeln!(client, \"{name} {{}}\", line.unwrap()).unwrap();\n    }}\n}}\n"
    )
}

/// As many checks as may be in flight, each of which insists on the server of this name.
fn lab(name: &str) -> String {
    let check = |number: usize| {
        format!(
            "      - id: c{number}\n        title: its own server answers\n        script: |\n          \
             ana connects\n          ana sends: {{word}}\n          ana receives: {name} {{word}}\n"
        )
    };
    let checks: String = (1..=IN_FLIGHT).map(check).collect();
    format!(
        "  - id: {name}\n    title: Server {name}\n    exercise: {name}\n    port: 9090\n    checks:\n{checks}"
    )
}

#[test]
fn two_servers_of_one_port_are_never_taken_for_each_other() {
    let bench = empty();
    bench.write("labs.yaml", format!("format: 1\ncourse: Ports\nlabs:\n{}{}", lab("alfa"), lab("beta")));
    for name in ["alfa", "beta"] {
        bench.write_crate(name, name, &server(name));
    }
    let rounds = std::env::var("CHECKER_ROUNDS").ok().map_or(1, |rounds| rounds.parse().unwrap());
    for _ in 0..rounds {
        let start = |name: &str| -> Child {
            let jobs = IN_FLIGHT.to_string();
            let mut command = bench.command(&["check", name, "--jobs", &jobs, "--format", "json"]);
            command.stdout(Stdio::piped()).spawn().unwrap()
        };
        for checker in [start("alfa"), start("beta")] {
            let output = checker.wait_with_output().unwrap();
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let checks = report["labs"][0]["checks"].as_array().unwrap();
            assert_eq!(checks.len(), IN_FLIGHT);
            for check in checks {
                assert_eq!(check["outcome"], "passed", "{check:#}");
            }
        }
    }
}
