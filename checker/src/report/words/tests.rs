use super::scene::{Excess, Scene};
use super::*;
use crate::model::outcome::Why;
use crate::model::sight::{Doing, HeldView, Limit, Sighting, Stream, ThreadView, WaitView, WaitsFor, Whom};
use crate::model::stage::Seat;
use crate::model::transcript::{Entry, Excerpt, What};

const SHOWING: Showing = Showing { columns: 40, ellipsis: "…", no_newline: "" };
const LOCKED: Doing = Doing::WaitingForThread { limit: Limit::None };

fn thread(number: usize, doing: Doing) -> ThreadView {
    ThreadView { number, pid: 10, tid: 9 + number as i32, name: "chat".into(), doing }
}

fn reading(seat: usize) -> Doing {
    Doing::Receiving(Whom::Client { seat: Seat(seat), limit: Limit::None })
}

fn writing(seat: usize) -> Doing {
    Doing::Sending(Whom::Client { seat: Seat(seat), limit: Limit::None })
}

fn held(seat: usize) -> HeldView {
    HeldView { seat: Seat(seat), unread: 0, descriptors: 1, from_us: Stream::Open }
}

fn names() -> Vec<String> {
    vec!["ana".into(), "bia".into(), "caio".into()]
}

fn entry(who: &str, what: What) -> Entry {
    Entry { at: std::time::Duration::ZERO, who: who.into(), what }
}

fn explain(kind: FailureKind, sighting: &Sighting, seat: Option<usize>, transcript: &[Entry]) -> String {
    let seats = names();
    let act = super::scene::last_act(transcript, &seats);
    let scene =
        Scene { sighting: Some(sighting), seats: &seats, kind, act, transcript, excess: Excess::default() };
    let blocked = Why::Blocked { actor: seat.map(Seat), actor_name: None };
    why(&blocked, scene, SHOWING).unwrap()
}

fn table(threads: Vec<ThreadView>, seats: &[String]) -> Vec<String> {
    let sighting = Sighting { threads, ..Sighting::default() };
    let kind = FailureKind::NoAnswer;
    let excess = Excess::default();
    let scene = Scene { sighting: Some(&sighting), seats, kind, act: None, transcript: &[], excess };
    thread_table(scene)
}

#[test]
fn who_has_read_and_not_answered_is_the_cause() {
    let sighting = Sighting {
        threads: vec![thread(1, Doing::Accepting(None)), thread(2, reading(1)), thread(3, reading(0))],
        held: vec![held(0), held(1)],
        ..Sighting::default()
    };
    let said = [entry("ana", What::Sent(Excerpt::of(b"oi\n")))];
    assert_eq!(
        explain(FailureKind::NoAnswer, &sighting, Some(0), &said),
        r#"thread 3 has read "oi\n" from ana, sent nothing back, and waits for more in recv()"#
    );
    assert_eq!(
        explain(FailureKind::NoAnswer, &sighting, Some(1), &said),
        r#"thread 3 has read "oi\n" from ana, sent nothing to bia, and waits for more in recv()"#
    );
}

#[test]
fn bytes_that_nobody_reads_are_told() {
    let unread = HeldView { unread: 3, ..held(0) };
    let sighting = Sighting {
        threads: vec![thread(1, Doing::Accepting(None))],
        held: vec![unread],
        ..Sighting::default()
    };
    let said = [entry("ana", What::Sent(Excerpt::of(b"oi\n")))];
    assert_eq!(
        explain(FailureKind::NoAnswer, &sighting, Some(0), &said),
        "3 bytes from ana have not been read: main is blocked in accept()"
    );
}

#[test]
fn one_client_at_a_time_is_told_by_the_accept_queue() {
    let alone = Sighting {
        threads: vec![thread(1, reading(0)), thread(2, LOCKED)],
        held: vec![held(0)],
        waiting_in_queue: vec![Seat(1)],
        ..Sighting::default()
    };
    let told =
        "main is blocked in recv() on ana's socket while bia waits in the accept queue: one client at a time";
    assert_eq!(explain(FailureKind::NotAccepted, &alone, Some(1), &[]), told);
    let joined = Sighting {
        threads: vec![thread(1, LOCKED), thread(2, reading(0))],
        waits: vec![WaitView { tid: 10, waits_for: WaitsFor::EndOf(11) }],
        ..alone
    };
    assert_eq!(
        explain(FailureKind::NotAccepted, &joined, Some(1), &[]),
        "main waits for thread 2 to end (a join), which is blocked in recv() on ana's socket while bia waits in the \
         accept queue: one client at a time"
    );
}

#[test]
fn a_lock_held_while_sending_is_told_with_those_who_wait_for_it() {
    let lock = |tid| WaitView { tid, waits_for: WaitsFor::Lock };
    let sighting = Sighting {
        threads: vec![
            thread(1, Doing::Accepting(None)),
            thread(2, writing(2)),
            thread(3, LOCKED),
            thread(4, LOCKED),
        ],
        waits: vec![lock(12), lock(13)],
        ..Sighting::default()
    };
    assert_eq!(
        explain(FailureKind::NoAnswer, &sighting, Some(1), &[]),
        "thread 2 is blocked in send() to caio, who is not reading, and so bia waits; 2 threads wait for a lock, \
         probably one that it holds"
    );
}

#[test]
fn a_busy_loop_comes_before_everything_else() {
    let sighting = Sighting {
        threads: vec![thread(1, Doing::Accepting(None)), thread(2, Doing::Running)],
        busy: vec![11],
        ..Sighting::default()
    };
    let told = explain(FailureKind::NoAnswer, &sighting, Some(0), &[]);
    assert_eq!(told, "thread 2 runs all the time (a busy loop)");
}

#[test]
fn a_connection_left_open_is_told_by_its_descriptors() {
    let sighting = |threads, descriptors| Sighting {
        threads,
        held: vec![HeldView { descriptors, ..held(0) }],
        ..Sighting::default()
    };
    let main = || thread(1, Doing::Accepting(None));
    assert_eq!(
        explain(FailureKind::NotEnded, &sighting(vec![main()], 1), Some(0), &[]),
        "main is blocked in accept(), but the program still holds a descriptor of ana's connection: it ends when the \
         last one is closed"
    );
    assert_eq!(
        explain(FailureKind::NotEnded, &sighting(vec![main(), thread(2, LOCKED)], 2), Some(0), &[]),
        "no thread reads from ana or writes to ana any more, but the program still holds 2 descriptors of ana's \
         connection (a clone is one more): it ends when the last one is closed"
    );
    assert_eq!(
        explain(FailureKind::NotEnded, &sighting(vec![main(), thread(2, reading(0))], 2), Some(0), &[]),
        "thread 2 is blocked in recv() on ana's socket: it waits for ana instead of closing the connection"
    );
}

#[test]
fn a_client_that_has_closed_and_is_still_held_is_told() {
    let ended = HeldView { from_us: Stream::Ended, ..held(2) };
    let sighting = Sighting {
        threads: vec![thread(1, Doing::Accepting(None)), thread(2, reading(0))],
        held: vec![held(0), ended],
        ..Sighting::default()
    };
    let left = [entry("caio", What::Closed), entry("ana", What::Failed)];
    assert_eq!(
        explain(FailureKind::NoAnswer, &sighting, Some(0), &left),
        "caio has closed, but the program still holds the connection (CLOSE_WAIT) and sent nothing to ana: no thread \
         reads from caio any more"
    );
}

#[test]
fn signals_have_their_usual_cause() {
    let seats = names();
    let scene = Scene {
        sighting: None,
        seats: &seats,
        kind: FailureKind::KilledBySignal,
        act: None,
        transcript: &[],
        excess: Excess::default(),
    };
    let told = |signal| why(&Why::ExitedBefore(Departure::Signal(signal)), scene, SHOWING).unwrap();
    assert!(told(13).contains("SIGPIPE before that: it wrote to a connection"), "{}", told(13));
    assert!(told(11).contains("memory that is not its own"), "{}", told(11));
    assert!(told(6).contains("gave up by itself"), "{}", told(6));
    assert_eq!(told(9), "the program was killed by SIGKILL before that");
}

#[test]
fn threads_that_do_alike_share_a_line() {
    let seats: Vec<String> = (1..=5).map(|n| format!("crowd {n}")).collect();
    let mut threads = vec![thread(1, Doing::Accepting(None)), thread(2, Doing::Sleeping)];
    threads.extend((0..5).map(|seat| thread(seat + 3, reading(seat))));
    assert_eq!(
        table(threads, &seats),
        [
            "main: blocked in accept()",
            "thread 2: sleeps",
            "threads 3 to 7: blocked in recv() on the sockets of crowd 1 … crowd 5"
        ]
    );
    let scattered = [1, 2, 4, 6, 8, 10].map(|n| thread(n, LOCKED)).to_vec();
    assert_eq!(
        table(scattered, &seats)[1],
        "threads 2, 4, 6 and 2 more: wait for another thread (a lock, a channel or a join)"
    );
}

#[test]
fn names_and_processes_tell_threads_apart() {
    let mut threads = vec![thread(1, Doing::Sleeping), thread(2, Doing::Running)];
    threads[1].name = "relay".into();
    threads.push(ThreadView { pid: 11, ..thread(1, Doing::Sleeping) });
    assert_eq!(
        table(threads, &[]),
        [
            "main of process 10: sleeps",
            "thread 2 (relay) of process 10: running",
            "main of process 11: sleeps"
        ]
    );
}

#[test]
fn durations_and_sizes_are_short() {
    let ms = |ms| duration(Duration::from_millis(ms));
    assert_eq!(
        [ms(0), ms(6), ms(999), ms(5000), ms(1240), ms(125_000)],
        ["0 ms", "6 ms", "999 ms", "5 s", "1.2 s", "2 min 5 s"]
    );
    assert_eq!(duration(Duration::from_micros(20)), "<1 ms");
    assert_eq!([size(1), size(4096), size(8 << 20), size(0)], ["1 byte", "4 KiB", "8 MiB", "0 bytes"]);
}

#[test]
fn departures_name_the_signal() {
    assert_eq!(departure(Departure::Status(101)), "exited with status 101");
    assert_eq!(departure(Departure::Signal(11)), "was killed by SIGSEGV");
    assert_eq!(departure(Departure::Signal(40)), "was killed by signal 40");
}

#[test]
fn only_a_mixed_rate_is_called_a_race() {
    assert_eq!(runs(Runs { passed: 0, total: 1 }), None);
    assert!(!runs(Runs { passed: 0, total: 20 }).unwrap().contains("race"));
    assert!(runs(Runs { passed: 18, total: 20 }).unwrap().contains("race"));
}

#[test]
fn the_language_of_a_text_falls_back() {
    let mut title = Text::plain("Eco");
    assert_eq!(text(&title), "Eco");
    title.by_language.insert("en".into(), "Echo".into());
    assert_eq!(text(&title), "Echo");
}
