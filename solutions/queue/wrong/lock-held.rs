// Wrong: the lock is held while the job is done, and so one worker works at a time.
use std::env;
use std::io;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() {
    let [workers, capacity] = numbers();
    let (queue, jobs) = mpsc::sync_channel::<String>(capacity);
    let jobs = Mutex::new(jobs);
    let count = thread::scope(|scope| {
        for number in 1..=workers {
            let jobs = &jobs;
            scope.spawn(move || {
                while let Ok(job) = jobs.lock().unwrap().recv() {
                    work(number, &job);
                }
            });
        }
        let count = io::stdin().lines().map(|line| queue.send(line.unwrap()).unwrap()).count();
        drop(queue);
        count
    });
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
