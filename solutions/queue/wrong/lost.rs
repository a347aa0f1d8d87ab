// Wrong: what finds no room in the queue is dropped.
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
                loop {
                    let job = jobs.lock().unwrap().recv();
                    let Ok(job) = job else { return };
                    work(number, &job);
                }
            });
        }
        let count =
            io::stdin().lines().filter(|line| queue.try_send(line.as_ref().unwrap().clone()).is_ok()).count();
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
