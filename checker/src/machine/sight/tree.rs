//! The program's process tree, sampled twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::sys::resource::{Resource, getrlimit};

use super::fds::{self, Handle, Scope, Table};
use super::threads::{Counter, Keep, Miss, Reader, Sample, State, Task, numbers_in};
use super::{Blind, Page};

/// What is kept from one look to the next.
pub(super) struct Tree {
    counter: Counter,
    /// How many threads may have their pages kept open between looks; four descriptors each.
    kept_at_most: usize,
    processes: HashMap<i32, Process>,
    scratch: Vec<u8>,
}

/// One process of the tree.
pub(super) struct Process {
    /// `/proc/PID/task`, held open.
    directory: File,
    /// By age, the main thread first.
    tasks: Vec<Task>,
    belongings: Option<Belongings>,
}

/// Where a process's descriptors are seen.
pub(super) struct Belongings {
    /// The thread through which they are seen: the main one, unless it has ended.
    owner: i32,
    /// The `fd` directory's path and itself, held open.
    pub path: String,
    directory: File,
    pub handle: Handle,
    pub table: Table,
}

/// The first sample of a whole tree, in the order of the walk.
pub(super) struct Walk {
    pub processes: Vec<(i32, Vec<Sample>)>,
}

/// Whether a walk goes on when it has met a thread that is surely not at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Haste {
    LeaveEarly,
    SeeAll,
}

/// Why a walk has ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// This thread is surely not at rest.
    Thread {
        pid: i32,
        sample: Sample,
    },
    /// Something appeared, vanished or ran meanwhile.
    Ran,
    Blind(Blind),
}

impl From<Miss> for Stop {
    fn from(miss: Miss) -> Stop {
        match miss {
            Miss::Ended => Stop::Ran,
            Miss::Blind(blind) => Stop::Blind(blind),
        }
    }
}

impl Walk {
    /// Whether any thread lives.
    pub fn alive(&self) -> bool {
        self.processes.iter().flat_map(|(_, samples)| samples).any(|sample| sample.state != State::Ended)
    }
}

impl Tree {
    pub fn new(counter: Counter) -> Tree {
        Tree { counter, kept_at_most: kept_at_most(), processes: HashMap::new(), scratch: Vec::new() }
    }

    /// Takes the first sample of every thread below `roots`. A root that does not exist is left out.
    pub fn walk(&mut self, roots: &[i32], haste: Haste) -> Result<Walk, Stop> {
        let mut pids = roots.to_vec();
        let mut walk = Walk { processes: Vec::with_capacity(pids.len()) };
        let mut at = 0;
        while let Some(&pid) = pids.get(at) {
            if !pids[..at].contains(&pid) {
                match self.visit(pid, haste, &mut pids) {
                    Ok(samples) => walk.processes.push((pid, samples)),
                    Err(Stop::Ran) if roots.contains(&pid) && !exists(pid) => {}
                    Err(stop) => return Err(stop),
                }
            }
            at += 1;
        }
        self.processes.retain(|pid, _| pids.contains(pid));
        Ok(walk)
    }

    /// Takes the second sample; an error tells that it differs from the first.
    pub fn agree(&mut self, walk: &Walk) -> Result<(), Stop> {
        for (pid, samples) in &walk.processes {
            let process = self.processes.get(pid).ok_or(Stop::Ran)?;
            if process.count()? != samples.len() {
                return Err(Stop::Ran);
            }
            let mut reader =
                Reader { tasks: &process.directory, counter: self.counter, scratch: &mut self.scratch };
            for (task, first) in process.tasks.iter().zip(samples) {
                if task.second(&mut reader)? != *first {
                    return Err(Stop::Ran);
                }
            }
        }
        Ok(())
    }

    /// The descriptors of a process of a walk, freshly listed. `None` where all of it has ended.
    pub fn belongings(&mut self, pid: i32, samples: &[Sample]) -> Result<Option<&Belongings>, Stop> {
        let process = self.processes.get_mut(&pid).ok_or(Stop::Ran)?;
        let Some(living) = samples.iter().position(|sample| sample.state != State::Ended) else {
            return Ok(None);
        };
        let owner = samples[living].tid;
        if process.belongings.as_ref().is_none_or(|known| known.owner != owner) {
            process.belongings = Some(Belongings::open(pid, owner)?);
        }
        let Some(known) = &mut process.belongings else { return Ok(None) };
        fds::list(&known.directory, &known.path, &mut self.scratch, &mut known.table)?;
        Ok(Some(known))
    }

    /// The kernel's name of a thread of a walk; empty where it has ended.
    pub fn name(&mut self, pid: i32, index: usize) -> String {
        let Some(process) = self.processes.get(&pid) else { return String::new() };
        let mut reader =
            Reader { tasks: &process.directory, counter: self.counter, scratch: &mut self.scratch };
        process.tasks.get(index).and_then(|task| task.name(&mut reader).ok()).unwrap_or_default()
    }

    fn visit(&mut self, pid: i32, haste: Haste, pids: &mut Vec<i32>) -> Result<Vec<Sample>, Stop> {
        let visited = self.sample(pid, haste, pids);
        if visited == Err(Stop::Ran) {
            // What is kept of it may be stale.
            self.processes.remove(&pid);
        }
        visited
    }

    fn sample(&mut self, pid: i32, haste: Haste, pids: &mut Vec<i32>) -> Result<Vec<Sample>, Stop> {
        let kept: usize = self.processes.values().map(Process::kept).sum();
        self.enter(pid)?;
        let process = self.processes.get_mut(&pid).ok_or(Stop::Ran)?;
        process.refresh(self.kept_at_most.saturating_sub(kept), self.counter, &mut self.scratch)?;
        let mut reader =
            Reader { tasks: &process.directory, counter: self.counter, scratch: &mut self.scratch };
        let mut samples = Vec::with_capacity(process.tasks.len());
        for task in &process.tasks {
            let sample = task.first(&mut reader)?;
            if haste == Haste::LeaveEarly && sample.moves() {
                return Err(Stop::Thread { pid, sample });
            }
            samples.push(sample);
        }
        for task in &process.tasks {
            task.children(&mut reader, pids)?;
        }
        Ok(samples)
    }

    fn enter(&mut self, pid: i32) -> Result<(), Stop> {
        let dead = self.processes.get(&pid).is_some_and(|process| process.count().is_err());
        if dead {
            self.processes.remove(&pid);
        }
        if let Entry::Vacant(place) = self.processes.entry(pid) {
            place.insert(Process::open(pid)?);
        }
        Ok(())
    }
}

impl Process {
    fn open(pid: i32) -> Result<Process, Miss> {
        let directory = File::open(format!("/proc/{pid}/task")).map_err(Miss::of(Page::Tasks))?;
        Ok(Process { directory, tasks: Vec::new(), belongings: None })
    }

    /// How many threads the process has: the kernel adds them to the links of the directory,
    /// so that two counts tell cheaply whether one was added.
    fn count(&self) -> Result<usize, Miss> {
        const OF_ANY_DIRECTORY: u64 = 2;
        let links = self.directory.metadata().map_err(Miss::of(Page::Tasks))?.nlink();
        match links.saturating_sub(OF_ANY_DIRECTORY) {
            0 => Err(Miss::Ended),
            count => Ok(count as usize),
        }
    }

    fn kept(&self) -> usize {
        self.tasks.iter().filter(|task| task.keeps() == Keep::Open).count()
    }

    /// Lists the threads anew where their number has changed; `room` more may be kept open.
    fn refresh(&mut self, mut room: usize, counter: Counter, scratch: &mut Vec<u8>) -> Result<(), Miss> {
        if self.count()? == self.tasks.len() {
            return Ok(());
        }
        let mut tids = Vec::new();
        numbers_in(&self.directory, scratch, |tid| tids.push(tid)).map_err(Miss::of(Page::Tasks))?;
        let reader = Reader { tasks: &self.directory, counter, scratch };
        let mut known: HashMap<i32, Task> = self.tasks.drain(..).map(|task| (task.tid, task)).collect();
        for tid in tids {
            let task = match known.remove(&tid) {
                Some(task) => task,
                None => {
                    let keep = if room > 0 { Keep::Open } else { Keep::Closed };
                    room = room.saturating_sub(1);
                    Task::new(tid, keep, &reader)?
                }
            };
            self.tasks.push(task);
        }
        Ok(())
    }
}

/// A sixteenth of the descriptors that we may have, since many programs may be looked at together.
fn kept_at_most() -> usize {
    const DESCRIPTORS_EACH: u64 = 4;
    let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE).unwrap_or((1024, 1024));
    (soft / 16 / DESCRIPTORS_EACH).clamp(4, 256) as usize
}

fn exists(pid: i32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

impl Belongings {
    fn open(pid: i32, owner: i32) -> Result<Belongings, Miss> {
        let (path, scope) = match owner == pid {
            true => (format!("/proc/{pid}/fd"), Scope::Process),
            false => (format!("/proc/{pid}/task/{owner}/fd"), Scope::Thread),
        };
        let directory = File::open(&path).map_err(Miss::of(Page::Descriptors))?;
        Ok(Belongings { owner, path, directory, handle: Handle::open(owner, scope)?, table: Table::new() })
    }
}
