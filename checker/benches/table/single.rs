//! One conversation at a time: the bare floor, a passing check, and its failing twins.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use checker::grade::perform::{self, Request, SightMode};
use checker::machine::isolation::Reach;
use checker::model::course::Course;
use checker::model::outcome::Outcome;

use super::measure::timed;
use super::programs;

/// Spawn, connect as soon as that is possible, one line there and back, kill, wait: nothing of the checker.
pub fn floor(server: &Path) -> Duration {
    timed(|| {
        let port = programs::free_port();
        let mut command = Command::new(server);
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = quiet.arg(port.to_string()).spawn().unwrap();
        let mut client = loop {
            if let Ok(client) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                break client;
            }
        };
        client.write_all(b"hello\n").unwrap();
        let mut line = String::new();
        BufReader::new(&client).read_line(&mut line).unwrap();
        assert_eq!(line, "hello\n");
        child.kill().unwrap();
        child.wait().unwrap();
    })
}

/// One run of a check of the own labs, which must end as it is meant to.
pub fn run(course: &Course, id: &str, server: &Path, reach: &Reach, sight: SightMode) -> Duration {
    let request = Request {
        check: programs::check(course, id),
        program: &programs::line(server),
        seed: 1,
        sight,
        threads: checker::grade::perform::Threads::OfFailures,
        probe: None,
        reach,
        interrupted: &AtomicBool::new(false),
    };
    let mut outcome = Outcome::Passed;
    let took = timed(|| outcome = perform::run(request).outcome);
    match (id, &outcome) {
        ("line" | "connects" | "end", Outcome::Passed) => {}
        (_, Outcome::Failed(failure)) if failure.kind.id() == id => {}
        _ => panic!("{id}: {outcome:?}"),
    }
    took
}
