//! `--repeat`: a program that is right at some times only is told of with its rate, in every form.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

use super::hand_in;
use super::workbench::{self, Workbench};

/// Each run takes the next letter out of a pipe, as a race takes what the scheduler deals.
const DEALT: &str = "import os, sys
pipe = os.open(sys.argv[1], os.O_RDONLY)
print('hi' if os.read(pipe, 1) == b'y' else 'ho')
";

/// A lab that runs a check six times with these letters.
fn dealt(letters: &[u8]) -> (Workbench, File) {
    let bench = workbench::greeters(&["hi"]);
    let pipe = bench.path("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::all()).unwrap();
    // Whatever the umask says: a program may run as another user.
    fs::set_permissions(&pipe, fs::Permissions::from_mode(0o666)).unwrap();
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let run = format!("{{program}} {}", pipe.display());
    bench.write("labs.yaml", labs.replace("{program}", &run));
    hand_in(&bench, "class/ana/hi", DEALT);
    // Held open, or what lies in it would be gone with the first reader.
    let mut held =
        File::options().read(true).write(true).custom_flags(nix::libc::O_NONBLOCK).open(&pipe).unwrap();
    held.write_all(letters).unwrap();
    (bench, held)
}

#[test]
fn a_race_is_a_rate_in_every_report() {
    let (bench, _held) = dealt(b"ynyyny");
    let graded = bench.run(&["grade", "class", "--repeat", "6"]);
    assert_eq!(graded.status, Some(0), "{}", graded.stderr);
    assert!(
        graded.stdout.contains("~") && graded.stdout.contains("greets: 4 of 6 runs passed"),
        "{}",
        graded.stdout
    );
    let saved = super::records(&bench.path("results.jsonl"));
    let check = &saved[0]["lab"]["checks"][0];
    assert_eq!(check["runs"], serde_json::json!({ "passed": 4, "total": 6 }));
    assert_eq!((check["outcome"].as_str(), check["points"].as_u64()), (Some("failed"), Some(0)));
    assert_eq!(saved[0]["provenance"]["repeat"], 6);
    for format in ["terminal", "csv", "junit", "github", "markdown", "tap", "gradescope"] {
        let told = bench.run(&["report", "render", "results.jsonl", "--format", format]);
        assert!(told.stdout.contains("4 of 6 runs passed"), "{format}: {}", told.stdout);
    }
    let json = bench.run(&["report", "render", "results.jsonl", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["results"][0]["lab"]["checks"][0]["runs"]["passed"], 4);
}

#[test]
fn what_fails_three_times_is_no_race_and_a_second_look_shows_another_rate() {
    let (bench, mut held) = dealt(b"nnn");
    let graded = bench.run(&["grade", "class", "--repeat", "6"]);
    assert_eq!(graded.status, Some(0), "the pipe is empty now: {}", graded.stderr);
    let saved = super::records(&bench.path("results.jsonl"));
    assert_eq!(saved[0]["lab"]["checks"][0]["runs"], serde_json::json!({ "passed": 0, "total": 3 }));
    held.write_all(b"yyynyy").unwrap();
    let again = bench.run(&["replay", "results.jsonl", "ana"]);
    // Failed then, and failed now; but now it is known to be a race.
    assert_eq!(again.status, Some(0), "{}{}", again.stdout, again.stderr);
    assert!(again.stdout.contains("now: failed, mismatch, 5 of 6 runs passed\n"), "{}", again.stdout);
}
