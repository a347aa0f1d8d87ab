//! `join NAME:MILLISECONDS ...`: a thread for each task, and an end when all of them have ended.

use std::env;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

const DEFAULTS: [&str; 2] = ["A:2000", "B:1500"];

fn main() -> ExitCode {
    let mut args: Vec<String> = env::args().skip(1).collect();
    if args.is_empty() {
        args = DEFAULTS.map(String::from).into();
    }
    match args.iter().map(|arg| arg.parse()).collect::<Result<Vec<_>, _>>() {
        Ok(tasks) => {
            run(tasks);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("join: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Runs every task in a thread of its own, waits for all of them, and says so.
fn run(tasks: Vec<Task>) {
    // 2. A thread for each task. `thread::spawn` gives you a handle; keep it.
    // 3. Wait for every thread by its handle, when all have been started. An iterator does nothing
    //    until somebody asks it: in which order do your spawns and joins really happen?
    // 4. Then, and not before: `All finished`.
    for task in tasks {
        task.run();
    }
}

struct Task {
    name: String,
    duration: Duration,
}

impl Task {
    /// What the task's thread does: says that it has started, works, says that it has finished.
    fn run(&self) {
        // 1. Begin here, with one task: `cargo run -- Tea:500`. The work is to sleep.
        todo!("print '{0}: started', sleep {1:?}, print '{0}: finished'", self.name, self.duration)
    }
}

impl FromStr for Task {
    type Err = String;

    /// Reads `NAME:MILLISECONDS`, from the right: a name may hold colons.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not NAME:MILLISECONDS");
        let (name, milliseconds) = text.rsplit_once(':').ok_or_else(wrong)?;
        Ok(Task {
            name: name.into(),
            duration: Duration::from_millis(milliseconds.parse().map_err(|_| wrong())?),
        })
    }
}
