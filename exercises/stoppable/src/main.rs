//! `stoppable MILLISECONDS`: a thread that takes step after step, until main tells it to stop.

mod interrupt;

use std::env;
use std::error::Error;
use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let interval = Duration::from_millis(env::args().nth(1).map_or(Ok(100), |text| text.parse())?);
    // main can wait at one door only. So whoever wants the program to end sends a word into one channel:
    // the thread that reads the keyboard, and the one that hears of Ctrl-C.
    let (wish, wishes) = mpsc::channel();
    let wish_of_ctrl_c = wish.clone();
    interrupt::on_interrupt(move || wish_of_ctrl_c.send(()).unwrap_or_default())?;
    thread::spawn(move || {
        wait_for_stop();
        wish.send(()).unwrap_or_default();
    });
    run(interval, wishes);
    Ok(())
}

/// Returns when the line `stop` was typed, or when the input has ended.
fn wait_for_stop() {
    for line in io::stdin().lines() {
        if line.is_ok_and(|line| line == "stop") {
            return;
        }
    }
}

/// Lets a thread take steps until somebody wishes the end; returns when the thread has ended.
fn run(interval: Duration, wishes: Receiver<()>) {
    // 1. A thread that prints `step 1`, `step 2`, …, with the interval between two of them.
    // 2. Here, in main: wait for the first wish (`recv`), and then tell the thread to stop. Nobody can
    //    end a thread from outside: it has to look whether it was told. Where does it look, and
    //    what do you tell it with?
    // 3. The thread prints `stopped after N steps` and returns. Who waits for that?
    // 4. Waiting is for the kernel: a loop that asks again and again keeps a processor busy.
    todo!("take a step every {interval:?}, until {wishes:?} has a word")
}
