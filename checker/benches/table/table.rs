//! The rows of the table, each measured and printed at once.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use checker::grade::perform::SightMode;
use checker::machine::isolation::{Level, Reach};

use super::measure::{Ratio, Series, in_turns, timed};
use super::{at, crowd, programs, single};

/// Takes minutes, and is left out unless it is named.
const LONG: &str = "whole-class";

/// Prints all rows, or those whose names are given.
pub fn print(names: &[&str], reach: &Reach) {
    type Row = (&'static str, fn(&Reach));
    let rows: [Row; 7] = [
        ("share", share),
        ("twins", twins),
        ("labs", labs),
        ("crowd", crowds),
        ("class", class),
        ("start", start),
        (LONG, whole_class),
    ];
    println!("\nisolation as far as this machine goes: {}\n", reach.level.id());
    println!("| what | median | spread | to reach |\n| --- | ---: | ---: | ---: |");
    for (name, row) in rows {
        if names.contains(&name) || names.is_empty() && name != LONG {
            row(reach);
        }
    }
}

/// The checker's own share of one passing check.
fn share(reach: &Reach) {
    const ROUNDS: usize = 200;
    const FEW: usize = 10;
    let (course, server) = (programs::own_labs(), programs::server());
    let line = |reach: &Reach, sight| single::run(&course, "line", &server, reach, sight);
    let (partial, basic) = (at(Level::Partial), at(Level::Basic));
    let [floor, full, fenced, plain] = in_turns(
        ROUNDS,
        [
            &mut || single::floor(&server),
            &mut || line(reach, SightMode::Auto),
            &mut || line(&partial, SightMode::Auto),
            &mut || line(&basic, SightMode::Auto),
        ],
    );
    row("floor: spawn, connect, a line and back, kill, wait", &milliseconds(&floor), &span(&floor), "");
    let what = format!("one passing check, {} isolation", reach.level.id());
    ratio(&what, full.over(&floor), "≤ 2 × floor");
    ratio("the same, partial isolation", fenced.over(&floor), "≤ 1.3 × floor");
    ratio("the same, basic isolation", plain.over(&floor), "≤ 1.3 × floor");
    // Silence takes half a second where nobody sees it.
    let [plain, blind] =
        in_turns(FEW, [&mut || line(&basic, SightMode::Auto), &mut || line(&basic, SightMode::None)]);
    ratio("the same without sight, over the same with it", blind.over(&plain), "");
}

/// Checks of programs that come to rest, beside the same check of a program that passes.
fn twins(reach: &Reach) {
    const ROUNDS: usize = 120;
    let (course, server) = (programs::own_labs(), programs::server());
    let run = |id: &str| single::run(&course, id, &server, reach, SightMode::Auto);
    for (what, passing, failing) in [
        ("a check that fails for want of an answer", "line", "no-answer"),
        ("… because nobody accepts", "connects", "not-accepted"),
        ("… because the connection does not end", "end", "not-ended"),
    ] {
        let [passing, failing] = in_turns(ROUNDS, [&mut || run(passing), &mut || run(failing)]);
        ratio(what, failing.over(&passing), "≤ 3 × passing");
    }
}

/// `checker check --solution`, everything built: of the core labs beside the counter that takes longest, and of the
/// whole course beside its slowest lab.
fn labs(_: &Reach) {
    const ROUNDS: usize = 12;
    let course = programs::core_labs();
    let counters = programs::reference(course.labs.iter().find(|lab| lab.id == "counters").unwrap());
    let checked = |labs: &[&str]| {
        let mut command = checker();
        command
            .arg("check")
            .args(labs)
            .args(["--solution", "--labs"])
            .arg(programs::root().join("labs.yaml"));
        assert!(command.stdout(Stdio::null()).status().unwrap().success(), "a reference solution fails");
    };
    let core: Vec<&str> = course.labs.iter().map(|lab| lab.id.as_str()).collect();
    let all = || checked(&core);
    let longest = || {
        let mut command = Command::new(&counters);
        assert!(command.arg("Tic:5:100").stdout(Stdio::null()).status().unwrap().success());
    };
    let [all, longest] = in_turns(ROUNDS, [&mut || timed(all), &mut || timed(longest)]);
    row("the five core labs, reference solutions, warm", &milliseconds(&all), &span(&all), "");
    let besides = all.median().saturating_sub(longest.median());
    row("… besides the counter that takes longest", &in_milliseconds(besides), "", "≤ 250 ms");

    let [whole, slowest] =
        in_turns(ROUNDS, [&mut || timed(|| checked(&[])), &mut || timed(|| checked(&["stoppable"]))]);
    row("the whole course, reference solutions, warm", &milliseconds(&whole), &span(&whole), "");
    let besides = whole.median().saturating_sub(slowest.median());
    row("… besides its slowest lab", &in_milliseconds(besides), &milliseconds(&slowest), "≤ 2 s");
}

/// A thousand clients of one threaded server.
fn crowds(reach: &Reach) {
    const ROUNDS: usize = 7;
    let course = programs::core_labs();
    let chat = programs::reference(course.labs.iter().find(|lab| lab.id == "chat").unwrap());
    let [thousand] = in_turns(ROUNDS, [&mut || crowd::connect("thousand", &chat, reach)]);
    row(
        "1000 clients in one script: all are in after",
        &milliseconds(&thousand),
        &span(&thousand),
        "≤ 300 ms",
    );
    let chat = chat.display().to_string();
    let memory = |id: &str| child(&["crowd", id, &chat]).kibibytes;
    let (base, peak) = (memory("one"), memory("thousand"));
    let more = format!("{:.1} MB", peak.saturating_sub(base) as f64 / 1024.0);
    row("… and cost the checker", &more, &format!("base {:.1} MB", base as f64 / 1024.0), "≤ 10 MB");
}

/// Submissions of a whole class, against all core labs.
fn class(_: &Reach) {
    classes(&[10, 30, 100]);
}

fn whole_class(_: &Reach) {
    classes(&[300]);
}

fn classes(sizes: &[usize]) {
    // As checker grade, unless it is told otherwise.
    let jobs = 4 * std::thread::available_parallelism().map_or(1, |number| number.get());
    let jobs = jobs.to_string();
    for submissions in sizes {
        let done = child(&["class", &submissions.to_string(), &jobs]);
        let [checks, seconds] = done.numbers[..] else { panic!("{:?}", done.numbers) };
        let what = format!("{submissions} submissions × 5 labs, {jobs} at a time");
        let memory = format!("{checks} checks, {:.1} MB", done.kibibytes as f64 / 1024.0);
        row(&what, &format!("{:.0} checks/s", checks / seconds), &memory, "≥ 300 checks/s");
    }
}

/// The whole process of `checker list`.
fn start(_: &Reach) {
    const ROUNDS: usize = 60;
    let list = || {
        let mut command = checker();
        command.arg("list").arg("--labs").arg(programs::root().join("labs.yaml"));
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
    };
    let nothing = || assert!(Command::new("true").status().unwrap().success());
    let [list, nothing] = in_turns(ROUNDS, [&mut || timed(list), &mut || timed(nothing)]);
    row("checker list, the whole process", &milliseconds(&list), &span(&list), "≤ 5 ms");
    row("… beside a process that does nothing", &milliseconds(&nothing), &span(&nothing), "");
}

fn checker() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_checker"));
    command.env("XDG_CACHE_HOME", programs::cache());
    command
}

/// What a child of this very program told.
struct Told {
    numbers: Vec<f64>,
    /// The most memory that it ever had.
    kibibytes: u64,
}

fn child(words: &[&str]) -> Told {
    let output = Command::new(std::env::current_exe().unwrap()).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut numbers: Vec<f64> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let kibibytes = numbers.pop().unwrap() as u64;
    Told { numbers, kibibytes }
}

/// What a child tells: its numbers, and the most memory that it had, in KiB.
pub fn tell(numbers: &[f64]) {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak = peak.trim().trim_end_matches(" kB");
    numbers.iter().for_each(|number| print!("{number} "));
    println!("{peak}");
}

fn ratio(what: &str, ratio: Ratio, reach: &str) {
    let spread = format!("{:.2}–{:.2}", ratio.least, ratio.most);
    row(what, &format!("{:.2} ×", ratio.median), &spread, reach);
}

fn row(what: &str, median: &str, spread: &str, reach: &str) {
    println!("| {what} | {median} | {spread} | {reach} |");
}

fn milliseconds(series: &Series) -> String {
    in_milliseconds(series.median())
}

fn in_milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn span(series: &Series) -> String {
    format!("{}–{}", in_milliseconds(series.least()), in_milliseconds(series.most()))
}
