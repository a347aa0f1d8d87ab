//! Builds that harm, if they can.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};

use serde_json::Value;

use crate::arena::{Arena, Level, fixture, users};

/// Writes the crate with its build script into the course; `fill` gives what stands for each name.
fn write_crate(arena: &Arena, mode: &str, fill: &[(&str, String)]) {
    let folder = arena.path().join("course/exercises/echo");
    fs::create_dir(folder.join("src")).unwrap();
    let manifest = "[package]\nname = \"echo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(fixture("main.rs"), folder.join("src/main.rs")).unwrap();
    let mut script = fs::read_to_string(fixture("build.rs")).unwrap();
    script = script.replace("@MODE@", mode).replace("@MARKER@", &arena.marker);
    for (name, value) in fill {
        script = script.replace(&format!("@{name}@"), value);
    }
    fs::write(folder.join("build.rs"), script).unwrap();
}

fn check(arena: &Arena, more: &[&str]) -> Value {
    let args = [&["echo", "--only", "patient", "--format", "json"], more].concat();
    let output = arena.checker(&args).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn kind_or_outcome(report: &Value) -> &str {
    let check = &report["labs"][0]["checks"][0];
    check["kind"].as_str().or(check["outcome"].as_str()).unwrap()
}

#[test]
fn a_build_reaches_nothing_outside() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let run = |level, user| {
        let arena = Arena::new(level, user);
        let of = |names: &[&str]| {
            let paths: Vec<String> =
                names.iter().map(|name| arena.path().join(name).display().to_string()).collect();
            paths.join(":")
        };
        let fill = [
            ("FOLDERS", of(&["home", "temp", "course", "course/exercises/echo"]) + ":/tmp:/var/tmp:/dev/shm"),
            ("SECRETS", of(&["course", "home"])),
            ("PORT", listener.local_addr().unwrap().port().to_string()),
        ];
        write_crate(&arena, "reaches", &fill);
        (check(&arena, &[]), arena)
    };
    for user in users() {
        for level in Level::KEPT {
            let (report, arena) = run(level, user);
            assert_eq!(kind_or_outcome(&report), "passed", "{arena:?}: {report:#}");
            arena.assert_nothing_left("reaches");
            assert!(listener.accept().is_err(), "{arena:?}");
        }
    }
    // Who could reach something would be noticed.
    let (report, _) = run(Level::Basic, users()[0]);
    assert_eq!(kind_or_outcome(&report), "build-failed");
    let told = report["labs"][0]["build"]["output"].as_str().unwrap();
    for reached in ["wrote into", "read ", "connected"] {
        assert!(told.contains(reached), "{told}");
    }
    assert!(!told.contains("TOKEN"), "{told}");
}

#[test]
fn what_a_build_starts_ends_with_it() {
    for level in Level::ALL {
        for user in users() {
            let arena = Arena::new(level, user);
            write_crate(&arena, "forks", &[]);
            let report = check(&arena, &[]);
            assert_eq!(kind_or_outcome(&report), "passed", "{arena:?}: {report:#}");
            arena.assert_nothing_left("forks");
        }
    }
}

#[test]
fn a_build_that_never_ends_is_ended() {
    for level in Level::ALL {
        for user in users() {
            let arena = Arena::new(level, user);
            write_crate(&arena, "never ends", &[]);
            let report = check(&arena, &["--build-within", "2"]);
            assert_eq!(kind_or_outcome(&report), "build-failed", "{arena:?}: {report:#}");
            let summary = &report["labs"][0]["build"]["summary"];
            assert_eq!(summary, "the build took longer than 2 seconds", "{arena:?}: {report:#}");
            arena.assert_nothing_left("never ends");
        }
    }
}
