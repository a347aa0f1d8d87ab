// Wrong: reads the counter without waiting for the threads.
use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() {
    let [threads, times] = numbers();
    let counter = Arc::new(AtomicU64::new(0));
    for _ in 0..threads {
        let counter = Arc::clone(&counter);
        thread::spawn(move || {
            for _ in 0..times {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    println!("total: {}", counter.load(Ordering::Relaxed));
}

fn numbers() -> [u64; 2] {
    let mut args = env::args().skip(1).map(|arg| arg.parse().unwrap());
    [args.next().unwrap_or(4), args.next().unwrap_or(1_000_000)]
}
