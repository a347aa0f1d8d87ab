//! A checker that is killed leaves nothing behind, whatever the program does against it.

use crate::arena::{Arena, Level, until, users};

fn kill_during(program: &str, mode: &str, processes: usize) {
    kill_during_check("long", program, mode, processes);
}

fn kill_during_check(check: &str, program: &str, mode: &str, processes: usize) {
    for level in Level::KEPT {
        for user in users() {
            let arena = Arena::new(level, user);
            let line = arena.line(program, mode, &[]);
            // Without the sight, or the verdict on a program at rest would come before the end.
            let args = ["echo", "--only", check, "--program", &line, "--sight", "none"];
            let mut checker = arena.checker(&args);
            checker.stdout(std::process::Stdio::null());
            let mut checker = checker.spawn().unwrap();
            let own = checker.id() as i32;
            // The checker has the marker on its own command line, and so have its children until they execute.
            let alive =
                || arena.processes().iter().filter(|pid| **pid != own && runs(**pid, program)).count();
            until("the program is alive", || alive() >= processes);
            checker.kill().unwrap();
            checker.wait().unwrap();
            until("all processes are gone", || arena.processes().is_empty());
            until("all folders are gone", || arena.leftovers().is_empty());
            arena.assert_nothing_left(mode);
        }
    }
}

fn runs(pid: i32, program: &str) -> bool {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim_end() == program
}

#[test]
fn with_descendants_in_sessions_of_their_own() {
    kill_during("stubborn", "clan", 4);
}

#[test]
fn with_a_program_that_ignores_everything() {
    kill_during("stubborn", "ignores", 1);
}

#[test]
fn with_a_program_that_stopped_itself() {
    kill_during("stubborn", "stops", 1);
}

#[test]
fn with_a_program_at_a_terminal() {
    kill_during_check("long-seated", "stubborn", "clan", 4);
    kill_during_check("long-seated", "stubborn", "ignores", 1);
}
