//! What the sight says of programs that wait in every way there is.
#![cfg(target_os = "linux")]
use std::net::SocketAddr;

use crate::sight_stage::{Spinner, Stage, c, python, rust};
use checker::machine::sight::{Clock, Glance, Motion, Reads, Standing, Stream, Subject};
use checker::model::sight::{Doing, Limit, Whom};
use checker::model::stage::Seat;

const ANA: Seat = Seat(0);
const BIA: Seat = Seat(1);

fn receiving_from(seat: Seat) -> Doing {
    Doing::Receiving(Whom::Client { seat, limit: Limit::None })
}

fn doings(stage: &mut Stage) -> Vec<Doing> {
    stage.describe().threads.into_iter().map(|thread| thread.doing).collect()
}

fn address(stage: &Stage) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], stage.port))
}

/// Connects one client, waits for rest, and compares what the threads do.
fn rests(mut stage: Stage, mode: &str, wanted: &[Doing]) {
    stage.connect();
    stage.until_rest(mode);
    assert_eq!(doings(&mut stage), wanted, "{mode}");
    assert!(stage.clients[0].heard.is_empty(), "{mode}");
}

#[test]
fn waiting_for_a_client() {
    for mut stage in [c(&["accept"]), rust(&["recv"])] {
        stage.until_rest("accept");
        let wanted = vec![Doing::Accepting(Some(address(&stage)))];
        assert_eq!(doings(&mut stage), wanted);
        assert_eq!(stage.describe().listening, [address(&stage)]);
    }
    let mut stage = python("blocked.py", &["accept"]);
    stage.until_rest("accept");
    assert_eq!(doings(&mut stage), [Doing::Accepting(Some(address(&stage)))]);
}

#[test]
fn reading_from_a_client_by_every_call() {
    for mode in ["recv", "read", "readv", "recvmsg"] {
        rests(c(&[mode]), mode, &[receiving_from(ANA)]);
    }
    rests(rust(&["recv"]), "recv", &[receiving_from(ANA)]);
    rests(python("blocked.py", &["recv"]), "recv", &[receiving_from(ANA)]);
}

/// A child that was forked meanwhile does the same, until it executes its program.
#[test]
fn no_rest_while_somebody_else_keeps_a_connection_open_that_the_program_closed() {
    let mut stage = python("blocked.py", &["in-turns"]);
    stage.connect();
    stage.until_rest("reading");
    let kept = stage.duplicates();
    stage.clients[0].half_close();
    let accepting = [Doing::Accepting(Some(address(&stage)))];
    stage.until("closing", |glance| {
        assert_ne!(*glance, Glance::AtRest);
        *glance == Glance::Moving(Motion::Unowned(ANA))
    });
    assert_eq!(doings(&mut stage), accepting);
    drop(kept);
    stage.until_rest("closed");
    assert_eq!(stage.clients[0].end.reads, Reads::Ended);
}

#[test]
fn reading_from_other_things() {
    let socket = Doing::Receiving(Whom::Socket { limit: Limit::None });
    rests(c(&["read-input"]), "input", &[Doing::Receiving(Whom::Input)]);
    rests(python("blocked.py", &["input"]), "input", &[Doing::Receiving(Whom::Input)]);
    rests(c(&["read-pipe"]), "pipe", &[Doing::Receiving(Whom::Unknown)]);
    rests(c(&["read-eventfd"]), "eventfd", &[Doing::Receiving(Whom::Unknown)]);
    rests(c(&["read-unix"]), "unix", std::slice::from_ref(&socket));
    rests(c(&["own-connection"]), "own-connection", &[socket]);
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    rests(c(&["read-fifo", fifo.to_str().unwrap()]), "fifo", &[Doing::Receiving(Whom::Unknown)]);
}

#[test]
fn a_terminal_rests_unless_it_gives_up_on_silence() {
    use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
    let terminal = nix::pty::openpty(None, None).unwrap();
    let name = nix::unistd::ttyname(&terminal.slave).unwrap();
    let name = name.to_str().unwrap();
    rests(c(&["read-terminal", name]), "terminal", &[Doing::Receiving(Whom::Input)]);

    let mut settings = tcgetattr(&terminal.slave).unwrap();
    settings.local_flags.remove(LocalFlags::ICANON);
    settings.control_chars[nix::libc::VMIN] = 0;
    settings.control_chars[nix::libc::VTIME] = 255;
    tcsetattr(&terminal.slave, SetArg::TCSANOW, &settings).unwrap();
    let mut stage = c(&["read-terminal", name]);
    stage.connect();
    let receives = |motion: &Motion| matches!(motion, Motion::Thread { doing: Doing::Receiving(_), .. });
    stage.until("timed terminal", |glance| {
        assert_ne!(*glance, Glance::AtRest);
        matches!(glance, Glance::Moving(motion) if receives(motion))
    });
}

#[test]
fn polling_without_a_limit() {
    let polling = [Doing::Polling { limit: Limit::None }];
    for mode in ["poll", "ppoll", "select", "pselect", "epoll", "epoll-pwait2", "timerfd-unset"] {
        rests(c(&[mode]), mode, &polling);
    }
    for mode in ["select", "epoll"] {
        rests(python("blocked.py", &[mode]), mode, &polling);
    }
}

#[test]
fn waiting_for_threads_children_and_signals() {
    let thread = Doing::WaitingForThread { limit: Limit::None };
    let both = [thread.clone(), thread.clone()];
    rests(c(&["mutex"]), "mutex", &both);
    rests(rust(&["lock"]), "lock", &both);
    rests(rust(&["channel"]), "channel", &both[..1]);
    rests(rust(&["condvar"]), "condvar", &both[..1]);
    rests(python("blocked.py", &["lock"]), "lock", &both[..1]);
    rests(python("blocked.py", &["queue"]), "queue", &both[..1]);
    rests(python("blocked.py", &["join"]), "join", &[thread, receiving_from(ANA)]);
    for mode in ["pause", "sigsuspend", "sigwait"] {
        rests(c(&[mode]), mode, &[Doing::WaitingForSignal]);
    }
    let parent = Doing::WaitingForChild;
    rests(c(&["child-reads"]), "child", &[parent.clone(), receiving_from(ANA)]);
    rests(python("blocked.py", &["child"]), "child", &[parent.clone(), receiving_from(ANA)]);
    rests(c(&["grandchild-reads"]), "grandchild", &[parent.clone(), parent, receiving_from(ANA)]);
    rests(c(&["zombie"]), "zombie", &[receiving_from(ANA), Doing::Ended]);
    rests(c(&["main-ended"]), "main ended", &[Doing::Ended, receiving_from(ANA)]);
}

#[test]
fn no_rest_while_something_comes_by_itself() {
    let in_c = [
        "sleep",
        "recv-limit",
        "accept-limit",
        "recvmmsg-limit",
        "poll-limit",
        "ppoll-limit",
        "select-limit",
        "epoll-limit",
        "timerfd-poll",
        "timerfd-read",
        "alarm",
        "itimer",
        "sigwait-alarm",
        "signalfd-alarm",
        "posix-timer",
        "sigtimedwait",
        "thread-sleeps",
        "child-sleeps",
        "grandchild-sleeps",
        "main-ended-thread-sleeps",
        "spin",
    ];
    for mode in in_c {
        let mut stage = c(&[mode]);
        stage.connect();
        stage.no_rest_before_an_answer(mode);
    }
    let in_rust =
        ["sleep", "read-timeout", "condvar-limit", "channel-limit", "park-limit", "one-rests-one-sleeps"];
    for mode in in_rust {
        let mut stage = rust(&[mode]);
        stage.connect();
        stage.no_rest_before_an_answer(mode);
    }
    let in_python =
        ["sleep", "settimeout", "lock-limit", "select-limit", "epoll-limit", "alarm", "timer-thread"];
    for mode in in_python {
        let mut stage = python("blocked.py", &[mode]);
        stage.connect();
        stage.no_rest_before_an_answer(mode);
    }
}

#[test]
fn the_reason_for_no_rest_is_told() {
    let reasons = |mut stage: Stage| {
        stage.connect();
        stage.no_rest_before_an_answer("reasons")
    };
    let by_clock = |reasons: &[Motion], wanted| {
        reasons.iter().any(|reason| matches!(reason, Motion::Timer { clock, .. } if *clock == wanted))
    };
    let by_thread = |reasons: &[Motion], wanted: Doing| {
        reasons.iter().any(|reason| matches!(reason, Motion::Thread { doing, .. } if *doing == wanted))
    };
    assert!(by_clock(&reasons(c(&["timerfd-poll"])), Clock::TimerFd));
    assert!(by_clock(&reasons(c(&["alarm"])), Clock::Alarm));
    assert!(by_clock(&reasons(c(&["sigwait-alarm"])), Clock::Alarm));
    assert!(by_clock(&reasons(c(&["signalfd-alarm"])), Clock::Alarm));
    assert!(by_clock(&reasons(c(&["posix-timer"])), Clock::PosixTimer));
    assert!(by_thread(&reasons(c(&["sleep"])), Doing::Sleeping));
    assert!(by_thread(&reasons(c(&["spin"])), Doing::Running));
    let timed = Doing::Receiving(Whom::Client { seat: ANA, limit: Limit::Timed });
    assert!(by_thread(&reasons(rust(&["read-timeout"])), timed));
    let timed = Doing::WaitingForThread { limit: Limit::Timed };
    assert!(by_thread(&reasons(rust(&["condvar-limit"])), timed));
}

#[test]
fn a_ring_is_never_rest() {
    let mut stage = c(&["ring"]);
    stage.connect();
    stage.until("ring", |glance| {
        assert_ne!(*glance, Glance::AtRest);
        // A system may refuse rings; the fixture ends then.
        matches!(glance, Glance::Moving(Motion::Timer { clock: Clock::Ring, .. }) | Glance::Gone)
    });
}

#[test]
fn a_stopped_program_is_not_at_rest() {
    use nix::sys::signal::{Signal, kill};
    let mut stage = c(&["recv"]);
    stage.connect();
    stage.until_rest("recv");
    let pid = nix::unistd::Pid::from_raw(stage.pid());
    kill(pid, Signal::SIGSTOP).unwrap();
    stage.until("stopped", |glance| {
        matches!(glance, Glance::Moving(Motion::Thread { doing: Doing::Stopped, .. }))
    });
    assert_eq!(doings(&mut stage), [Doing::Stopped]);
    kill(pid, Signal::SIGCONT).unwrap();
    stage.until_rest("continued");
}

#[test]
fn an_ended_program_is_gone() {
    let mut stage = c(&["no such mode"]);
    stage.until("zombie", |glance| *glance == Glance::Gone);
    let mut stage = python("blocked.py", &["no such mode"]);
    stage.connect();
    stage.until("zombie", |glance| *glance == Glance::Gone);
    let nobody = Subject { roots: &[i32::MAX], ours: &[], ..Subject::default() };
    assert_eq!(stage.sight.look(&nobody), Glance::Gone);
}

#[test]
fn a_second_client_waits_in_the_queue() {
    let mut stage = rust(&["recv"]);
    stage.connect();
    stage.until_rest("first");
    stage.connect().send(b"hello\n");
    stage.until_rest("second");
    let seen = stage.describe();
    assert_eq!(seen.waiting_in_queue, [BIA]);
    assert_eq!(seen.threads[0].doing, receiving_from(ANA));
    assert_eq!(stage.standing(1), Standing::InAcceptQueue);
}

#[test]
fn a_thread_for_each_client_in_every_family() {
    for bind in ["127.0.0.1:0", "[::]:0", "[::1]:0"] {
        let host = if bind == "[::1]:0" { "[::1]" } else { "127.0.0.1" };
        let mut stage = rust(&["one-each", bind]);
        stage.connect_to(host);
        stage.connect_to(host);
        stage.until_rest(bind);
        let seen = stage.describe();
        let listening = bind.replace(":0", &format!(":{}", stage.port)).parse::<SocketAddr>().unwrap();
        assert_eq!(seen.listening, [listening]);
        let threads: Vec<_> = seen.threads.iter().map(|thread| (thread.number, &thread.doing)).collect();
        let accepting = Doing::Accepting(Some(listening));
        assert_eq!(threads, [(1, &accepting), (2, &receiving_from(ANA)), (3, &receiving_from(BIA))]);
        assert_eq!(seen.threads[1].name, "reader");
        assert_eq!(stage.sight.listeners(&[stage.pid()]), [listening]);
    }
}

#[test]
fn what_a_client_sent_and_nobody_reads_does_not_prevent_rest() {
    let mut stage = rust(&["ignore"]);
    stage.connect().send(b"hello\n");
    stage.until_rest("ignored bytes");
    match stage.standing(0) {
        Standing::Held(flow) => assert_eq!((flow.arrived, flow.unread), (6, 6)),
        other => panic!("{other:?}"),
    }
    stage.clients[0].flood();
    stage.until_rest("an ignored flood");
}

#[test]
fn half_closes_are_followed_in_both_directions() {
    let mut stage = rust(&["half-close"]);
    stage.connect();
    stage.until_rest("reading");
    stage.clients[0].half_close();
    stage.until_rest("half-closed");
    assert_eq!(stage.clients[0].end.reads, checker::machine::sight::Reads::Ended);
    match stage.standing(0) {
        Standing::Held(flow) => {
            assert_eq!((flow.from_us, flow.to_us, flow.arrived), (Stream::Ended, Stream::Ended, 0));
        }
        // A socket that has ended in both directions is no longer found.
        other => assert_eq!(other, Standing::Gone),
    }
}

#[test]
fn a_closed_client_is_followed_until_the_program_knows() {
    let mut stage = rust(&["echo"]);
    stage.connect();
    stage.until_rest("first");
    stage.clients[0].close();
    stage.until_rest("closed");
    assert_eq!(doings(&mut stage).len(), 1, "the thread of the client that left has ended");
    stage.until_standing(0, |seen| seen == Standing::Gone);
}

#[test]
fn a_sender_whose_client_does_not_read_is_at_rest_and_goes_on_when_it_does() {
    let mut stage = rust(&["flood-first"]);
    stage.connect().stop_reading();
    stage.connect();
    stage.until_rest("stuck sender");
    assert_eq!(doings(&mut stage), [Doing::Sending(Whom::Client { seat: ANA, limit: Limit::None })]);
    stage.clients[0].end.reads = checker::machine::sight::Reads::Reading;
    for _ in 0..100 {
        assert_ne!(stage.look(), Glance::AtRest);
        stage.clients[0].listen();
    }
}

/// Sends, looks until rest, and reads once: the answer must be there. True rest is never early.
fn echoes(mut stage: Stage, messages: usize) {
    stage.connect();
    stage.connect();
    stage.until_rest("connected");
    for number in 0..messages {
        let client = number % 2;
        let message = format!("message {number}\n");
        stage.clients[client].send(message.as_bytes());
        stage.until_rest("echo");
        stage.clients[client].listen();
        assert_eq!(String::from_utf8_lossy(&stage.clients[client].heard), message);
        stage.clients[client].heard.clear();
    }
}

#[test]
fn rest_is_never_told_before_the_echo() {
    echoes(rust(&["echo"]), 3000);
    echoes(python("echo.py", &[]), 2000);
}

#[test]
fn rest_is_never_told_before_the_echo_under_load() {
    let _load = [Spinner::start(), Spinner::start()];
    echoes(rust(&["echo"]), 2000);
    echoes(python("echo.py", &[]), 2000);
}
