//! Programs that harm, if they can.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, PoisonError};

use crate::arena::{Arena, Level, User, users};

/// Those that take much of the machine come one after the other.
static HEAVY: Mutex<()> = Mutex::new(());

/// Lets the program loose at each level and as each user, and holds its verdict against the wanted one.
fn expect(levels: &[Level], check: &str, program: &str, mode: &str, wanted: &str) {
    expect_with(levels, check, program, mode, wanted, |_| Vec::new());
}

fn expect_with(
    levels: &[Level],
    check: &str,
    program: &str,
    mode: &str,
    wanted: &str,
    words: impl Fn(&Arena) -> Vec<String>,
) {
    for level in levels {
        for user in users() {
            let arena = Arena::new(*level, user);
            let line = arena.line(program, mode, &words(&arena));
            assert_eq!(arena.verdict(check, &line, &[]), wanted, "{program} {mode}, {arena:?}");
            arena.assert_nothing_left(mode);
        }
    }
}

fn expect_heavy(program: &str, mode: &str, wanted: &str) {
    let _alone = HEAVY.lock().unwrap_or_else(PoisonError::into_inner);
    expect(&Level::ALL, "patient", program, mode, wanted);
}

#[test]
fn a_fork_bomb_is_ended() {
    let _alone = HEAVY.lock().unwrap_or_else(PoisonError::into_inner);
    expect_with(&Level::ALL, "patient", "eater", "forks", "limit-exceeded", |arena| {
        // Where the kernel itself holds it, the bomb goes off only if it does.
        match (arena.level, arena.user) {
            (Level::Full, _) => vec!["most=1000".into()],
            (_, User::Ordinary) => vec!["most=100000".into()],
            (_, User::Root) => Vec::new(),
        }
    });
}

/// Whichever is seen first: that there are too many of them, or that nobody listens and all are at rest.
#[test]
fn a_crowd_at_rest_is_told_as_one() {
    expect_heavy("eater", "crowd", "limit-exceeded");
}

#[test]
fn a_bomb_of_threads_is_ended() {
    expect_heavy("eater", "threads", "limit-exceeded");
}

#[test]
fn an_eater_of_memory_is_ended() {
    expect_heavy("eater", "memory", "limit-exceeded");
}

#[test]
fn eaters_of_memory_count_together() {
    expect_heavy("eater", "memory-of-many", "limit-exceeded");
}

#[test]
fn a_filler_of_disks_is_ended() {
    expect_heavy("eater", "disk", "limit-exceeded");
}

#[test]
fn endless_output_is_ended() {
    expect_heavy("shouter", "stdout", "limit-exceeded");
    expect_heavy("shouter", "stderr", "limit-exceeded");
}

#[test]
fn who_only_computes_gives_no_answer() {
    let _alone = HEAVY.lock().unwrap_or_else(PoisonError::into_inner);
    expect(&Level::ALL, "echo", "eater", "processors", "no-answer");
}

#[test]
fn who_opens_all_descriptors_is_served_like_others() {
    expect(&Level::ALL, "echo", "eater", "descriptors", "passed");
}

#[test]
fn who_ignores_all_signals_is_still_running() {
    expect(&Level::ALL, "goes", "stubborn", "ignores", "still-running");
}

#[test]
fn who_ignores_its_terminal_is_still_running() {
    expect(&Level::ALL, "seated", "stubborn", "ignores", "still-running");
}

#[test]
fn heirs_of_the_port_go_as_well() {
    expect(&Level::ALL, "echo", "stubborn", "heirs", "passed");
}

#[test]
fn who_stops_itself_accepts_nobody() {
    expect(&Level::ALL, "echo", "stubborn", "stops", "not-accepted");
}

#[test]
fn who_closes_its_descriptors_keeps_nobody_waiting() {
    expect(&Level::ALL, "echo", "stubborn", "closes-streams", "passed");
    expect(&Level::ALL, "echo", "stubborn", "closes-all", "never-listened");
}

#[test]
fn who_leaves_while_a_client_waits_is_told() {
    expect(&Level::ALL, "echo", "stubborn", "leaves", "ended-early");
}

#[test]
fn a_spoiled_folder_is_cleared_away() {
    expect(&Level::KEPT, "echo", "stubborn", "spoils-folder", "passed");
}

#[test]
fn nobody_reads_the_solution() {
    let from = |arena: &Arena| {
        let secret = arena.path().join("course/secret.rs");
        std::fs::write(&secret, "fn main() {}").unwrap();
        vec![format!("from={}:{}", arena.labs().display(), secret.display()).replace('/', "%")]
    };
    expect_with(&Level::KEPT, "echo", "intruder", "reads", "passed", from);
    // Who could read would be noticed.
    expect_with(&[Level::Basic], "echo", "intruder", "reads", "mismatch", from);
}

#[test]
fn nobody_writes_outside() {
    let into = |arena: &Arena| {
        let [home, temp, precious, course] =
            ["home", "temp", "precious", "course"].map(|name| arena.path().join(name));
        let folders = [home, temp, precious, course].map(|path| path.display().to_string());
        vec![format!("into={}:/tmp:/var/tmp:/dev/shm", folders.join(":"))]
    };
    expect_with(&Level::KEPT, "echo", "intruder", "writes", "passed", into);
}

#[test]
fn nobody_is_reached_elsewhere() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let to = |_: &Arena| vec![format!("to={}", listener.local_addr().unwrap().port())];
    expect_with(&[Level::Full], "echo", "intruder", "connects", "passed", to);
    assert!(listener.accept().is_err());
    // Elsewhere the machine's network is the program's.
    expect_with(&[Level::Partial, Level::Basic], "echo", "intruder", "connects", "mismatch", to);
    assert!(listener.accept().is_ok());
}

#[test]
fn nobody_is_traced() {
    let outside = |_: &Arena| vec![format!("outside={}", std::process::id())];
    expect_with(&Level::KEPT, "echo", "intruder", "traces", "passed", outside);
}

#[test]
fn nobody_outside_is_killed() {
    let levels: &[Level] = if landlock_version() >= 6 { &Level::KEPT } else { &[Level::Full] };
    let outside = |_: &Arena| vec![format!("outside={}", std::process::id())];
    expect_with(levels, "echo", "intruder", "kills", "passed", outside);
}

/// Signals are held back by Landlock from its sixth version on.
fn landlock_version() -> i64 {
    const VERSION: i32 = 1;
    // SAFETY: asks for the version, and takes no pointer.
    unsafe { nix::libc::syscall(nix::libc::SYS_landlock_create_ruleset, 0, 0, VERSION) }
}

#[test]
fn orders_for_terminals_and_runners_are_shown_as_text() {
    for user in users() {
        let arena = Arena::new(Level::Full, user);
        let line = arena.line("shouter", "orders", &[]);
        let args = ["echo", "--only", "echo", "--program", &line];
        let shown = arena.checker(&args).output().unwrap().stdout;
        let text = String::from_utf8(shown).unwrap();
        assert!(text.contains("owned"), "{text}");
        assert!(!text.contains('\x1b') && !text.contains('\x07'), "{text:?}");
        assert!(!text.lines().any(|line| line.starts_with("::")), "{text}");
        assert_eq!(arena.verdict("echo", &line, &[]), "mismatch");
        arena.assert_nothing_left("orders");
    }
}
