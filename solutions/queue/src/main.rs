//! `queue WORKERS CAPACITY`: jobs come in from the input, and workers do them, with a queue in between.

use std::env;
use std::error::Error;
use std::io;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let workers = args.next().map_or(Ok(5), |workers| workers.parse())?;
    let capacity = args.next().map_or(Ok(5), |capacity| capacity.parse())?;
    let jobs = io::stdin()
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.parse().inspect_err(|problem| eprintln!("queue: {problem}")).ok());
    println!("{} jobs done", run(jobs, workers, capacity));
    Ok(())
}

/// Has the jobs done by so many workers, and returns how many there were when all of them are done.
fn run(jobs: impl Iterator<Item = Job>, workers: usize, capacity: usize) -> usize {
    let (queue, waiting) = mpsc::sync_channel(capacity);
    // A receiver has one owner at a time, and so the workers take turns at it.
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for number in 1..=workers {
            let waiting = &waiting;
            scope.spawn(move || {
                while let Some(job) = next(waiting) {
                    job.work(number);
                }
            });
        }
        let mut count = 0;
        for job in jobs {
            // Waits while the queue is full, and so does whoever brings the jobs.
            queue.send(job).expect("the receiver outlives the scope");
            count += 1;
        }
        // Without a sender a queue that is empty stays so: the workers go home, and the scope ends.
        drop(queue);
        count
    })
}

/// The next job, or `None` when no more will come.
///
/// A function of its own, so that the lock is let go of when it returns. In the head of a `while let`
/// it would be held throughout the body, and one worker would work while the others wait for the lock.
fn next(waiting: &Mutex<Receiver<Job>>) -> Option<Job> {
    waiting.lock().expect("a worker has nothing to panic about").recv().ok()
}

struct Job {
    name: String,
    duration: Duration,
}

impl Job {
    fn work(&self, worker: usize) {
        println!("worker {worker}: {}", self.name);
        thread::sleep(self.duration);
        println!("done {}", self.name);
    }
}

impl FromStr for Job {
    type Err = String;

    /// Reads `NAME:MILLISECONDS`, from the right: a name may hold colons.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not NAME:MILLISECONDS");
        let (name, milliseconds) = text.rsplit_once(':').ok_or_else(wrong)?;
        Ok(Job {
            name: name.into(),
            duration: Duration::from_millis(milliseconds.parse().map_err(|_| wrong())?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, run};

    #[test]
    fn a_name_may_hold_spaces_and_colons() {
        let job: Job = "train 12:30:50".parse().unwrap();
        assert_eq!((job.name.as_str(), job.duration.as_millis()), ("train 12:30", 50));
    }

    #[test]
    fn what_is_no_job_is_named() {
        for text in ["", "a", "a:", "a:b", "a:-1"] {
            assert!(text.parse::<Job>().err().unwrap().contains(text));
        }
    }

    #[test]
    fn more_jobs_than_have_room_are_counted_when_they_are_done() {
        let jobs = || (0..20).map(|number| format!("{number}:0").parse().unwrap());
        assert_eq!((run(jobs(), 1, 1), run(jobs(), 3, 0), run(jobs().take(0), 2, 2)), (20, 20, 0));
    }
}
