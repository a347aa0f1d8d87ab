// Wrong: main does not wait for the workers.
use std::env;
use std::io;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

fn main() {
    let [workers, capacity] = numbers();
    let (queue, jobs) = mpsc::sync_channel::<String>(capacity);
    let jobs = Arc::new(Mutex::new(jobs));
    for number in 1..=workers {
        let jobs = Arc::clone(&jobs);
        thread::spawn(move || {
            loop {
                let job = jobs.lock().unwrap().recv();
                let Ok(job) = job else { return };
                work(number, &job);
            }
        });
    }
    let count = io::stdin().lines().map(|line| queue.send(line.unwrap()).unwrap()).count();
    println!("{count} jobs done");
}

fn work(number: usize, job: &str) {
    let (name, milliseconds) = job.rsplit_once(':').unwrap();
    println!("worker {number}: {name}");
    thread::sleep(Duration::from_millis(milliseconds.parse().unwrap()));
    println!("done {name}");
}

fn numbers() -> [usize; 2] {
    let mut args = env::args().skip(1).map(|arg| arg.parse().unwrap());
    [args.next().unwrap_or(5), args.next().unwrap_or(5)]
}
