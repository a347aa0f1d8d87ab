// Wrong: joins each thread before it starts the next one.
use std::env;
use std::thread;
use std::time::Duration;

fn main() {
    for counter in counters() {
        let _ = thread::spawn(move || count_down(&counter)).join();
    }
    println!("Counters started");
}

fn count_down(counter: &Counter) {
    for n in (1..=counter.count).rev() {
        println!("{}: {n}", counter.name);
        if n > 1 {
            thread::sleep(counter.interval);
        }
    }
}

struct Counter {
    name: String,
    count: u32,
    interval: Duration,
}

fn counters() -> Vec<Counter> {
    let mut args: Vec<String> = env::args().skip(1).collect();
    if args.is_empty() {
        args = vec!["5 Seconds:5:1000".into(), "A:15:300".into()];
    }
    args.iter().filter_map(|arg| parse(arg)).collect()
}

fn parse(arg: &str) -> Option<Counter> {
    let mut parts = arg.rsplitn(3, ':');
    let interval = Duration::from_millis(parts.next()?.parse().ok()?);
    let count = parts.next()?.parse().ok()?;
    Some(Counter { name: parts.next()?.into(), count, interval })
}
