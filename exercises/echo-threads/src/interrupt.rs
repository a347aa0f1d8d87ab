//! Ctrl-C, which the kernel tells a program by the signal SIGINT. `std` knows no signals, so this file
//! asks the C library. It is no part of the lesson: call `on_interrupt`, and leave the rest alone.

use std::ffi::c_int;
use std::io::{self, PipeWriter, Read, Write};
use std::sync::OnceLock;
use std::thread;

/// Runs `then` once, in a thread of its own, when SIGINT comes. Call it once, before anything blocks.
pub fn on_interrupt(then: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let (mut bell, rope) = io::pipe()?;
    ROPE.set(rope).map_err(|_| io::Error::other("SIGINT is already taken care of"))?;
    thread::spawn(move || {
        if bell.read_exact(&mut [0]).is_ok() {
            then();
        }
    });
    // SAFETY: `pull` does nothing but a write, which is allowed in a signal handler.
    unsafe { signal(SIGINT, pull) };
    Ok(())
}

const SIGINT: c_int = 2;

/// The end of the pipe that the signal pulls at; the thread waits at the other one.
static ROPE: OnceLock<PipeWriter> = OnceLock::new();

/// Interrupts any thread anywhere, in the middle of println or an allocation: nothing that takes a
/// lock may happen here. A byte in a pipe wakes somebody who may do everything.
extern "C" fn pull(_: c_int) {
    if let Some(mut rope) = ROPE.get() {
        let _ = rope.write(&[0]);
    }
}

unsafe extern "C" {
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
}
