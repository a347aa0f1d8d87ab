// Wrong: keeps one handle, and so waits for the last thread alone.
use std::env;
use std::thread;
use std::time::Duration;

fn main() {
    let mut thread = None;
    for (name, duration) in tasks() {
        thread = Some(thread::spawn(move || work(&name, duration)));
    }
    if let Some(thread) = thread {
        thread.join().unwrap();
    }
    println!("All finished");
}

fn work(name: &str, duration: Duration) {
    println!("{name}: started");
    thread::sleep(duration);
    println!("{name}: finished");
}

fn tasks() -> Vec<(String, Duration)> {
    let mut args: Vec<String> = env::args().skip(1).collect();
    if args.is_empty() {
        args = vec!["A:2000".into(), "B:1500".into()];
    }
    args.iter().filter_map(|arg| parse(arg)).collect()
}

fn parse(arg: &str) -> Option<(String, Duration)> {
    let (name, milliseconds) = arg.rsplit_once(':')?;
    Some((name.into(), Duration::from_millis(milliseconds.parse().ok()?)))
}
