//! `counters NAME:COUNT:MILLISECONDS ...`: counts down in one thread per argument.

use std::env;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

const DEFAULTS: [&str; 2] = ["5 Seconds:5:1000", "A:15:300"];

fn main() -> ExitCode {
    let mut args: Vec<String> = env::args().skip(1).collect();
    if args.is_empty() {
        args = DEFAULTS.map(String::from).into();
    }
    match args.iter().map(|arg| arg.parse()).collect::<Result<Vec<_>, _>>() {
        Ok(counters) => {
            run(counters);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("counters: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Runs every counter in a thread of its own; returns when the last one has ended.
fn run(counters: Vec<Counter>) {
    // 2. When one counter works, look at two of them: as it stands, the second waits for the first.
    //    Give each a thread of its own (`std::thread`).
    // 3. Print `Counters started` when all the threads have been started.
    // 4. The program ends when `main` does, whatever the threads are doing. Wait for them.
    for counter in counters {
        counter.count_down();
    }
}

struct Counter {
    name: String,
    count: u32,
    interval: Duration,
}

impl Counter {
    /// Prints `NAME: N` for each N from the count down to 1, with the interval between two lines.
    fn count_down(&self) {
        // 1. Begin here, with one counter: `cargo run -- Tic:3:500`.
        //    A range can be walked backwards; `std::thread::sleep` waits.
        todo!("print '{}: N' for N from {} down to 1, {:?} apart", self.name, self.count, self.interval)
    }
}

impl FromStr for Counter {
    type Err = String;

    /// Reads `NAME:COUNT:MILLISECONDS`, from the right: a name may hold colons.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not NAME:COUNT:MILLISECONDS");
        let (rest, milliseconds) = text.rsplit_once(':').ok_or_else(wrong)?;
        let (name, count) = rest.rsplit_once(':').ok_or_else(wrong)?;
        Ok(Counter {
            name: name.into(),
            count: count.parse().map_err(|_| wrong())?,
            interval: Duration::from_millis(milliseconds.parse().map_err(|_| wrong())?),
        })
    }
}
