//! `stoppable MILLISECONDS`: a thread that takes step after step, until main tells it to stop.

mod interrupt;

use std::env;
use std::error::Error;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
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
    let (tell, told) = mpsc::channel();
    let stepper = thread::spawn(move || take_steps(interval, told));
    let _ = wishes.recv();
    // No word is needed: a channel without a sender is as good as one that says stop.
    drop(tell);
    stepper.join().expect("a step has nothing to panic about");
}

fn take_steps(interval: Duration, told: Receiver<()>) {
    for step in 1.. {
        println!("step {step}");
        // A sleep that can be ended. Only when nobody has spoken for a whole interval is it time for
        // the next step.
        if told.recv_timeout(interval) != Err(RecvTimeoutError::Timeout) {
            println!("stopped after {step} steps");
            return;
        }
    }
}
