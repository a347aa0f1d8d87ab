//! What a process tree takes of the machine: memory, processes and threads, room on the disk.
//!
//! Looked at some times a second while a program runs; one that is over sooner is never looked at.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rust_i18n::t;

use crate::machine::running::tree;

/// Between two looks, at least.
const PAUSE: Duration = Duration::from_millis(50);

/// A look that took long is followed by a pause of so many times its length.
const RATIO: u32 = 20;

/// Where there are so many tasks, they may be a bomb, which leaves this thread hardly a turn to see the rest of it.
const CROWD: usize = 200;

/// Processes and threads that a program may have besides those that serve clients.
const TASKS: usize = 600;

/// Processes and threads that a program may have which serves so many clients at once: two for each, and some.
pub fn tasks(clients: usize) -> usize {
    TASKS + 2 * clients
}

/// What a tree may take.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// Bytes that are resident, all processes together.
    pub memory: u64,
    /// Processes and threads together.
    pub tasks: usize,
    /// Bytes in `folders`, all together.
    pub disk: u64,
    pub folders: Vec<PathBuf>,
}

/// What it takes too much of, and how much it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    Memory(u64),
    Tasks(usize),
    Disk(u64),
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Excess::Memory(bytes) => {
                f.write_str(&t!("it uses more than %{size} of memory", size = size(*bytes)))
            }
            Excess::Tasks(tasks) => {
                f.write_str(&t!("it has more than %{number} processes and threads", number = tasks))
            }
            Excess::Disk(bytes) => f.write_str(&t!("it wrote more than %{size}", size = size(*bytes))),
        }
    }
}

fn size(bytes: u64) -> String {
    match bytes >> 20 {
        mebibytes if mebibytes % 1024 == 0 => format!("{} GiB", mebibytes / 1024),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

/// Watches one tree.
#[derive(Debug)]
pub struct Appetite {
    allowance: Allowance,
    next: Instant,
}

impl Appetite {
    pub fn new(allowance: Allowance) -> Appetite {
        Appetite { allowance, next: Instant::now() + PAUSE }
    }

    /// Looks, if it is time to; `roots` gives the processes whose trees count.
    pub fn look(&mut self, roots: impl FnOnce() -> Vec<i32>) -> Option<Excess> {
        let begin = Instant::now();
        if begin < self.next {
            return None;
        }
        let excess = self.weigh(&roots());
        self.next = Instant::now() + PAUSE.max(begin.elapsed() * RATIO);
        excess
    }

    /// Looks, whenever that was done last.
    pub fn weigh(&self, roots: &[i32]) -> Option<Excess> {
        let Allowance { memory, tasks, disk, folders } = &self.allowance;
        let mut processes = roots.to_vec();
        let (mut living, mut next, mut ahead) = (0, 0, None);
        while let Some(pid) = processes.get(next).copied() {
            living += threads(pid);
            if living > *tasks {
                return Some(Excess::Tasks(*tasks));
            }
            if living > CROWD && ahead.is_none() {
                ahead = Some(Ahead::go());
            }
            processes.extend(tree::children(pid));
            next += 1;
        }
        drop(ahead);
        let resident: u64 = processes.iter().map(|pid| resident_bytes(*pid)).sum();
        // Forked workers share pages, and each counts them as its own.
        if resident > *memory && processes.iter().map(|pid| proportional_bytes(*pid)).sum::<u64>() > *memory {
            return Some(Excess::Memory(*memory));
        }
        let mut room = *disk;
        let fits = folders.iter().all(|folder| fits(folder, &mut room));
        (!fits).then_some(Excess::Disk(*disk))
    }
}

/// This thread goes before all others, where the checker may have that: as root.
struct Ahead {
    before: i32,
}

impl Ahead {
    fn go() -> Ahead {
        // SAFETY: takes and gives numbers.
        let before = unsafe { libc::getpriority(libc::PRIO_PROCESS as _, 0) };
        set_priority(-20);
        Ahead { before }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        set_priority(self.before);
    }
}

/// Of the calling thread.
fn set_priority(nice: i32) {
    // SAFETY: takes and gives numbers. Where it is not allowed, all stays as it is.
    unsafe { libc::setpriority(libc::PRIO_PROCESS as _, 0, nice) };
}

fn threads(pid: i32) -> usize {
    // Each thread is a folder, and each folder a link.
    fs::metadata(format!("/proc/{pid}/task")).map_or(0, |task| task.nlink().saturating_sub(2) as usize)
}

fn resident_bytes(pid: i32) -> u64 {
    let Ok(statm) = fs::read_to_string(format!("/proc/{pid}/statm")) else { return 0 };
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * page_size()
}

/// Each page divided by the number of its users; the resident bytes where the system does not tell.
fn proportional_bytes(pid: i32) -> u64 {
    let told = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    });
    told.map_or_else(|| resident_bytes(pid), |kibibytes| kibibytes << 10)
}

fn page_size() -> u64 {
    // SAFETY: asks for a constant.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(size).unwrap_or(4096)
}

/// Takes what a folder holds off the room that is left; links are not followed.
fn fits(folder: &Path, room: &mut u64) -> bool {
    const BLOCK: u64 = 512;
    let Ok(entries) = fs::read_dir(folder) else { return true };
    for entry in entries.flatten() {
        let Ok(data) = entry.metadata() else { continue };
        let Some(left) = room.checked_sub(data.blocks() * BLOCK) else { return false };
        *room = left;
        if data.is_dir() && !fits(&entry.path(), room) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weigh(change: impl FnOnce(&mut Allowance)) -> Option<Excess> {
        let mut allowance =
            Allowance { memory: u64::MAX, tasks: usize::MAX, disk: u64::MAX, folders: Vec::new() };
        change(&mut allowance);
        Appetite::new(allowance).weigh(&[std::process::id() as i32])
    }

    #[test]
    fn this_process_takes_memory_and_threads() {
        assert_eq!(weigh(|_| {}), None);
        assert_eq!(weigh(|allowance| allowance.memory = 64 << 10), Some(Excess::Memory(64 << 10)));
        assert_eq!(weigh(|allowance| allowance.tasks = 0), Some(Excess::Tasks(0)));
    }

    #[test]
    fn what_lies_below_a_folder_counts() {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir(temp.path().join("below")).unwrap();
        fs::write(temp.path().join("below/file"), vec![1; 1 << 20]).unwrap();
        let folders = || vec![temp.path().to_path_buf()];
        let least = |disk| weigh(|allowance| (allowance.disk, allowance.folders) = (disk, folders()));
        assert_eq!(least(1 << 19), Some(Excess::Disk(1 << 19)));
        assert_eq!(least(1 << 22), None);
    }

    #[test]
    fn an_excess_is_told_in_round_numbers() {
        assert_eq!(Excess::Memory(1 << 30).to_string(), "it uses more than 1 GiB of memory");
        assert_eq!(Excess::Disk(64 << 20).to_string(), "it wrote more than 64 MiB");
    }
}
