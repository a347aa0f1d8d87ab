//! `queue WORKERS CAPACITY`: jobs come in from the input, and workers do them, with a queue in between.

use std::env;
use std::error::Error;
use std::io;
use std::str::FromStr;
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
/// At most `capacity` jobs wait in the queue; `jobs` is to be asked for no more as long as it is full.
fn run(jobs: impl Iterator<Item = Job>, _workers: usize, _capacity: usize) -> usize {
    // 2. As it stands, main does every job itself. Start the workers: a thread each, with its number.
    //    All of them take from the same queue. Which queue of `std` has a limit? Who owns its end?
    // 3. A worker that does a job must hold nothing that another one needs to get the next.
    // 4. When there are no more jobs, the workers still wait for one. What tells them to go home?
    //    And who waits until the last one has gone?
    let mut count = 0;
    for job in jobs {
        job.work(1);
        count += 1;
    }
    count
}

struct Job {
    name: String,
    duration: Duration,
}

impl Job {
    /// What a worker does with a job.
    fn work(&self, worker: usize) {
        // 1. Begin here: `cargo run -- 1 1`, and type `Tea:500`. The work is to sleep.
        todo!("print 'worker {worker}: {0}', sleep {1:?}, print 'done {0}'", self.name, self.duration)
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
