//! `cargo bench -p checker`: what the checker costs, as ratios measured side by side.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and may panic")]

mod class;
mod crowd;
mod made;
mod measure;
mod programs;
mod single;
mod table;

use std::process::ExitCode;

use checker::machine::isolation::{self, Level, Reach, Wanted};
use checker::machine::running::tree;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // While there is one thread: nobody enters a user namespace later.
    let reach = isolation::enter(Wanted::Auto).unwrap();
    let _adoption = tree::adopt_orphans();
    match words.as_slice() {
        // What has a process of its own, since memory is measured.
        ["crowd", id, program] => table::tell(&[crowd::connect(id, program.as_ref(), &reach).as_secs_f64()]),
        ["class", submissions, jobs] => {
            let done = class::check(submissions.parse().unwrap(), jobs.parse().unwrap(), &reach);
            table::tell(&[f64::from(done.checks), done.took.as_secs_f64()]);
        }
        ["make-class", folder, submissions] => made::make(folder.as_ref(), submissions.parse().unwrap()),
        ["compare-class", folder, results] => {
            let unexpected = made::unexpected(folder.as_ref(), results.as_ref());
            unexpected.iter().for_each(|cell| println!("{cell}"));
            println!("{} cells are not as expected", unexpected.len());
            return ExitCode::from(u8::from(!unexpected.is_empty()));
        }
        rows => table::print(rows, &reach),
    }
    ExitCode::SUCCESS
}

/// The same machine with less isolation.
fn at(level: Level) -> Reach {
    isolation::enter(Wanted::Exactly(level)).unwrap()
}
