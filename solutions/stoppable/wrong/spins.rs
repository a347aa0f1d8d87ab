// Wrong: asks the clock and the channel again and again, and keeps a processor busy.
use std::env;
use std::ffi::c_int;
use std::io::{self, PipeWriter, Read, Write};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let milliseconds = env::args().nth(1).map_or(100, |text| text.parse().unwrap());
    let (tell, told) = mpsc::channel();
    let stepper = thread::spawn(move || take_steps(Duration::from_millis(milliseconds), told));
    wait_for_a_wish();
    drop(tell);
    stepper.join().unwrap();
}

fn take_steps(interval: Duration, told: Receiver<()>) {
    for step in 1.. {
        println!("step {step}");
        let began = Instant::now();
        while began.elapsed() < interval {
            if told.try_recv() != Err(TryRecvError::Empty) {
                println!("stopped after {step} steps");
                return;
            }
        }
    }
}

/// Keyboard and Ctrl-C, whichever speaks first.
fn wait_for_a_wish() {
    let (mut bell, rope) = io::pipe().unwrap();
    let mut own_rope = ROPE.get_or_init(|| rope);
    unsafe { signal(2, pull) };
    thread::spawn(move || {
        let _ = io::stdin().lines().find(|line| line.as_ref().is_ok_and(|line| line == "stop"));
        own_rope.write_all(&[0]).unwrap();
    });
    bell.read_exact(&mut [0]).unwrap();
}

static ROPE: OnceLock<PipeWriter> = OnceLock::new();

extern "C" fn pull(_: c_int) {
    let _ = ROPE.get().map(|mut rope| rope.write(&[0]));
}

unsafe extern "C" {
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
}
