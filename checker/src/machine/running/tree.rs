//! The whole tree of processes below a program, and its end.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid, waitpid};
use nix::unistd::Pid;

/// Set in every program's environment, so that a process that left the tree is known by it.
pub const MARK: &str = "CHECKER_RUN";

/// Kills `root` and everything below it, and what `mark` tells of it elsewhere; waits until all are gone.
///
/// `root` itself is left for its owner to wait for.
pub fn end(root: i32, mark: &str) {
    let family = || {
        let mut found = below(root);
        for orphan in orphans(root, mark) {
            found.push(orphan);
            found.extend(below(orphan));
        }
        found
    };
    let _ = kill(Pid::from_raw(root), Signal::SIGSTOP);
    // Who loses its parent while the tree is walked is missed by that walk, but not by the next one.
    for _ in 0..MOST_WALKS {
        let stopped = stop(family);
        for pid in [root].iter().chain(&stopped) {
            let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
        }
        // Parents stand before their children: once a parent is gone, its children are ours to wait for.
        // The root is only watched, not reaped.
        let _ = waitid(Id::Pid(Pid::from_raw(root)), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
        for pid in &stopped {
            while waitpid(Pid::from_raw(*pid), None) == Err(Errno::EINTR) {}
        }
        if stopped.is_empty() {
            return;
        }
    }
}

/// Each walk but the last ends somebody; what outlives so many has other rights than the checker.
const MOST_WALKS: usize = 1_000;

/// Stops everything below a process, parents before children: nothing forks any more.
pub fn stop_below(root: i32) -> Vec<i32> {
    stop(|| below(root))
}

/// Stops what `find` finds until it finds nobody new: a process that forks while others are stopped
/// would leave a child behind.
fn stop(find: impl Fn() -> Vec<i32>) -> Vec<i32> {
    let mut stopped: Vec<i32> = Vec::new();
    let mut known = BTreeSet::new();
    loop {
        let fresh: Vec<i32> = find().into_iter().filter(|pid| known.insert(*pid)).collect();
        if fresh.is_empty() {
            return stopped;
        }
        for pid in &fresh {
            let _ = kill(Pid::from_raw(*pid), Signal::SIGSTOP);
        }
        stopped.extend(fresh);
    }
}

/// While it lives, this process inherits what programs leave behind; when it is dropped, that ends.
///
/// A process that forgot its mark, its parent and its session cannot be told to belong to one of
/// several programs, so it may outlive its program, but not this.
#[derive(Debug)]
pub struct Adoption {
    /// Children from before: a shell that replaced itself by this program may have left us some.
    before: BTreeSet<i32>,
}

/// Makes this process the one that inherits what a program leaves behind.
pub fn adopt_orphans() -> Adoption {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
    Adoption { before: children(std::process::id().cast_signed()).into_iter().collect() }
}

impl Drop for Adoption {
    fn drop(&mut self) {
        let own = std::process::id().cast_signed();
        let own_session = session(own);
        // Every program is started in a session of its own, and nobody can join ours from there.
        let is_orphan = |pid: &i32| !self.before.contains(pid) && session(*pid) != own_session;
        while let Some(orphan) = children(own).into_iter().find(is_orphan) {
            end(orphan, "");
            if matches!(waitpid(Pid::from_raw(orphan), None), Err(error) if error != Errno::EINTR) {
                return;
            }
        }
    }
}

/// Everything below a process, parents before children.
pub fn below(root: i32) -> Vec<i32> {
    let mut found = children(root);
    let mut next = 0;
    while next < found.len() {
        found.extend(children(found[next]));
        next += 1;
    }
    found
}

/// The threads of a process that have not ended; none where all of it has. Its first may end before the others.
pub fn living_threads(pid: i32) -> Vec<i32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let living = tasks.flatten().filter(|task| lives(&task.path()));
    living.filter_map(|task| task.file_name().to_str()?.parse().ok()).collect()
}

fn lives(task: &Path) -> bool {
    let stat = fs::read_to_string(task.join("stat")).unwrap_or_default();
    // The name in brackets may hold anything; after it comes the state.
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X' | 'x'))
}

/// Processes that lost their parent and were handed to this one: those that came from `root`.
pub fn adopted(root: i32, mark: &str) -> Vec<i32> {
    // The kernel hands them to the main thread; others have started programs themselves.
    let own = std::process::id();
    let list = fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap_or_default();
    numbers(&list).into_iter().filter(|pid| *pid != root && came_from(*pid, root, mark)).collect()
}

/// The children of all its threads.
pub fn children(pid: i32) -> Vec<i32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists =
        threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| numbers(&list)).collect()
}

fn numbers(list: &str) -> Vec<i32> {
    list.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// Children of this process that came from `root`: those of its session, or with its mark.
fn orphans(root: i32, mark: &str) -> Vec<i32> {
    let Ok(own) = i32::try_from(std::process::id()) else { return Vec::new() };
    let ours = children(own).into_iter().filter(|pid| *pid != root);
    ours.filter(|pid| came_from(*pid, root, mark)).collect()
}

fn came_from(pid: i32, root: i32, mark: &str) -> bool {
    session(pid) == Some(root) || carries(pid, mark)
}

fn session(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything; after it: state, parent, group, session.
    stat.rsplit_once(')')?.1.split_whitespace().nth(3)?.parse().ok()
}

fn carries(pid: i32, mark: &str) -> bool {
    let Ok(environ) = fs::read(format!("/proc/{pid}/environ")) else { return false };
    let wanted = format!("{MARK}={mark}");
    environ.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
}
