//! `shared THREADS TIMES`: so many threads add 1 to one counter, so many times each.

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let threads = args.next().map_or(Ok(4), |threads| threads.parse())?;
    let times = args.next().map_or(Ok(1_000_000), |times| times.parse())?;
    println!("total: {}", count(threads, times));
    Ok(())
}

/// What the counter holds when every thread has added 1 to it, `times` times.
fn count(threads: u64, times: u64) -> u64 {
    // 1. One thread, and a counter that it can reach. Whose is the counter? A `move` closure takes a
    //    copy of a number, and counts with that.
    // 2. All the threads, at the same time. The compiler lets none of them write to a plain number that
    //    another one sees: look for a type that may be changed through a shared reference.
    // 3. The counter can be read when the last thread has ended, and not before.
    // 4. Run it ten times. Reading the counter and writing it back are two steps; does another
    //    thread come between yours?
    todo!("let {threads} threads add 1 to one counter, {times} times each")
}
