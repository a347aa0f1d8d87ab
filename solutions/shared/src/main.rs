//! `shared THREADS TIMES`: so many threads add 1 to one counter, so many times each.

use std::env;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let threads = args.next().map_or(Ok(4), |threads| threads.parse())?;
    let times = args.next().map_or(Ok(1_000_000), |times| times.parse())?;
    println!("total: {}", count(threads, times));
    Ok(())
}

/// What the counter holds when every thread has added 1 to it, `times` times.
fn count(threads: u64, times: u64) -> u64 {
    let counter = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for _ in 0..times {
                    // One step: nobody comes between reading and writing. Relaxed is enough, since
                    // nothing but the number itself is handed from thread to thread.
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    // The scope has joined its threads; nobody else has the counter any more.
    counter.into_inner()
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn no_addition_is_lost() {
        assert_eq!(count(8, 20_000), 160_000);
    }

    #[test]
    fn nobody_and_nothing_make_zero() {
        assert_eq!((count(0, 1000), count(3, 0)), (0, 0));
    }
}
