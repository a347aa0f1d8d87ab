//! A machine that has something else to do: threads that compute as long as this is held.

use std::hint;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// One busy thread for each processor, until it is dropped.
#[derive(Debug)]
pub struct Bustle {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Bustle {
    pub fn on_all_processors() -> Bustle {
        let over = Arc::new(AtomicBool::new(false));
        let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let busy = |over: Arc<AtomicBool>| {
            move || {
                while !over.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            }
        };
        let threads = (0..processors).map(|_| thread::spawn(busy(Arc::clone(&over)))).collect();
        Bustle { over, threads }
    }
}

impl Drop for Bustle {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}
