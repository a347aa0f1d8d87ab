//! `counters NAME:COUNT:MILLISECONDS ...`: counts down in one thread per argument.

use std::env;
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

const DEFAULTS: [&str; 2] = ["5 Seconds:5:1000", "A:15:300"];

fn main() -> ExitCode {
    let mut args: Vec<String> = env::args().skip(1).collect();
    if args.is_empty() {
        args = DEFAULTS.map(String::from).into();
    }
    match args.iter().map(|arg| arg.parse()).collect::<Result<Vec<_>, _>>() {
        Ok(counters) => {
            run(&counters);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("counters: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Runs every counter in a thread of its own; returns when the last one has ended.
fn run(counters: &[Counter]) {
    // A scope joins its threads at its end, and so they may borrow what lives outside of it.
    thread::scope(|scope| {
        for counter in counters {
            scope.spawn(|| counter.count_down());
        }
        println!("Counters started");
    });
}

struct Counter {
    name: String,
    count: u32,
    interval: Duration,
}

impl Counter {
    fn count_down(&self) {
        for n in (1..=self.count).rev() {
            // One call for the whole line: println! holds the lock of stdout while it writes.
            println!("{}: {n}", self.name);
            if n > 1 {
                thread::sleep(self.interval);
            }
        }
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

#[cfg(test)]
mod tests {
    use super::{Counter, DEFAULTS};

    #[test]
    fn a_name_may_hold_spaces_and_colons() {
        let counter: Counter = "train 12:30:3:50".parse().unwrap();
        assert_eq!((counter.name.as_str(), counter.count), ("train 12:30", 3));
        assert_eq!(counter.interval.as_millis(), 50);
    }

    #[test]
    fn what_is_no_counter_is_named() {
        for text in ["", "a", "a:1", "a:b:1", "a:1:b", "a:-1:1"] {
            assert!(text.parse::<Counter>().err().unwrap().contains(text));
        }
    }

    #[test]
    fn the_defaults_are_counters() {
        assert!(DEFAULTS.iter().all(|text| text.parse::<Counter>().is_ok()));
    }
}
