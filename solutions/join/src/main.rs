//! `join NAME:MILLISECONDS ...`: a thread for each task, and an end when all of them have ended.

use std::env;
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;
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
    // Iterators are lazy: without the Vec each thread would be joined before the next one starts.
    let threads: Vec<_> = tasks.into_iter().map(|task| thread::spawn(move || task.run())).collect();
    for thread in threads {
        thread.join().expect("a task has nothing to panic about");
    }
    println!("All finished");
}

struct Task {
    name: String,
    duration: Duration,
}

impl Task {
    fn run(&self) {
        println!("{}: started", self.name);
        thread::sleep(self.duration);
        println!("{}: finished", self.name);
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

#[cfg(test)]
mod tests {
    use super::{DEFAULTS, Task};

    #[test]
    fn a_name_may_hold_spaces_and_colons() {
        let task: Task = "train 12:30:50".parse().unwrap();
        assert_eq!((task.name.as_str(), task.duration.as_millis()), ("train 12:30", 50));
    }

    #[test]
    fn what_is_no_task_is_named() {
        for text in ["", "a", "a:", "a:b", "a:-1"] {
            assert!(text.parse::<Task>().err().unwrap().contains(text));
        }
    }

    #[test]
    fn the_defaults_are_tasks() {
        assert!(DEFAULTS.iter().all(|text| text.parse::<Task>().is_ok()));
    }
}
