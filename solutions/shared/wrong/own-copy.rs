// Wrong: `move` gives the thread a copy of the number, and the number in main stays as it was.
use std::env;
use std::thread;

fn main() {
    let [threads, times] = numbers();
    let mut counter: u64 = 0;
    let mut started = Vec::new();
    for _ in 0..threads {
        started.push(thread::spawn(move || {
            for _ in 0..times {
                counter += 1;
            }
        }));
    }
    for thread in started {
        thread.join().unwrap();
    }
    println!("total: {counter}");
}

fn numbers() -> [u64; 2] {
    let mut args = env::args().skip(1).map(|arg| arg.parse().unwrap());
    [args.next().unwrap_or(4), args.next().unwrap_or(1_000_000)]
}
