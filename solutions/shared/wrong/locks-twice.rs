// Wrong: a lock for reading and another one for writing; another thread may lock in between.
use std::env;
use std::sync::Mutex;
use std::thread;

fn main() {
    let [threads, times] = numbers();
    let counter = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for _ in 0..times {
                    let value: u64 = *counter.lock().unwrap();
                    *counter.lock().unwrap() = value + 1;
                }
            });
        }
    });
    println!("total: {}", counter.into_inner().unwrap());
}

fn numbers() -> [u64; 2] {
    let mut args = env::args().skip(1).map(|arg| arg.parse().unwrap());
    [args.next().unwrap_or(4), args.next().unwrap_or(1_000_000)]
}
