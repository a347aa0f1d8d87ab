// Wrong: reads the counter and writes it back in two steps; what others add in between is lost.
use std::env;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() {
    let [threads, times] = numbers();
    let counter = AtomicU64::new(0);
    let gap = Barrier::new(threads as usize);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for time in 0..times {
                    let value = counter.load(Ordering::SeqCst);
                    // Once, all threads meet between reading and writing: the worst case, every time.
                    if time == 1000 {
                        gap.wait();
                    }
                    counter.store(value + 1, Ordering::SeqCst);
                }
            });
        }
    });
    println!("total: {}", counter.into_inner());
}

fn numbers() -> [u64; 2] {
    let mut args = env::args().skip(1).map(|arg| arg.parse().unwrap());
    [args.next().unwrap_or(4), args.next().unwrap_or(1_000_000)]
}
