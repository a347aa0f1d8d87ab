//! The process between the checker and a program: it inherits what the program leaves behind, tells how
//! the program ended, and ends everything when the checker is gone, however that went.
//!
//! In full isolation it is process 1 of the program's process table, so that its own end is the end of
//! all; else it is a subreaper, and walks the tree.

use std::ffi::CStr;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use super::Level;
use crate::machine::tree;

/// What happens between fork and exec; everything in it was made before the fork.
#[derive(Debug)]
pub struct Plan {
    pub level: Level,
    /// The program's end of the rights: whom it runs as.
    pub identity: Identity,
    pub landlock: Option<OwnedFd>,
    pub limits: Limits,
    /// Closed by the checker, or by its death: the end.
    pub lifeline: OwnedFd,
    /// Takes the program's wait status, four bytes.
    pub status: OwnedFd,
}

#[derive(Debug, Clone)]
pub enum Identity {
    /// As the checker itself.
    Same,
    /// As another user of the machine, with no rights: a checker that is root.
    Other { uid: u32, gid: u32 },
    /// In a user namespace of its own, as itself: a checker that is an ordinary user.
    Nested { uid_map: Vec<u8>, gid_map: Vec<u8> },
}

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file.
    pub file_size: u64,
    pub open_files: u64,
    /// Processes and threads together.
    pub processes: u64,
    /// Seconds of processor time of one process.
    pub cpu_seconds: u64,
}

/// Between fork and exec: returns in the process that becomes the program.
pub fn confine(plan: &Plan) -> io::Result<()> {
    match plan.level {
        Level::Full | Level::Partial => split(plan),
        Level::Basic => become_program(plan),
    }
}

/// Splits the forked child in two: returns in the one that becomes the program; the other one keeps it.
fn split(plan: &Plan) -> io::Result<()> {
    if plan.level == Level::Full {
        own_process_table();
    } else {
        nix::sys::prctl::set_child_subreaper(true)?;
    }
    nix::unistd::setsid()?;
    // A plain clone: this process has a single thread, and no handler of the C library has to run.
    // SAFETY: without flags it is fork.
    let pid = unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => become_program(plan),
        pid => keep(plan, pid as i32),
    }
}

/// Shows the program its own processes only, where the machine allows that.
fn own_process_table() {
    use nix::mount::{MsFlags, mount};
    use nix::sched::{CloneFlags, unshare};
    // The checker goes on reading the whole table.
    if unshare(CloneFlags::CLONE_NEWNS).is_ok() {
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
        let _ = mount(Some("proc"), "/proc", Some("proc"), flags, None::<&str>);
    }
}

fn become_program(plan: &Plan) -> io::Result<()> {
    nix::unistd::setsid()?;
    limit(plan.limits)?;
    match &plan.identity {
        Identity::Same => {}
        Identity::Other { uid, gid } => take_identity(*uid, *gid)?,
        Identity::Nested { uid_map, gid_map } => nest(uid_map, gid_map)?,
    }
    nix::sys::prctl::set_no_new_privs()?;
    // After a change of user, which would clear it.
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
    if let Some(rules) = &plan.landlock {
        // SAFETY: a plain system call on a descriptor that is open.
        let result = unsafe { libc::syscall(libc::SYS_landlock_restrict_self, rules.as_raw_fd(), 0) };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    close_from(3, libc::CLOSE_RANGE_CLOEXEC);
    Ok(())
}

fn limit(limits: Limits) -> io::Result<()> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // A lower hard limit than ours is one that we have to live with.
    let at_most = |resource: Resource, wanted: u64| -> io::Result<()> {
        let (_, hard) = getrlimit(resource)?;
        let value = wanted.min(hard);
        Ok(setrlimit(resource, value, value)?)
    };
    at_most(Resource::RLIMIT_CORE, 0)?;
    at_most(Resource::RLIMIT_FSIZE, limits.file_size)?;
    at_most(Resource::RLIMIT_NOFILE, limits.open_files)?;
    at_most(Resource::RLIMIT_NPROC, limits.processes)?;
    at_most(Resource::RLIMIT_CPU, limits.cpu_seconds)
}

fn take_identity(uid: u32, gid: u32) -> io::Result<()> {
    use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
    let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
    setgroups(&[])?;
    setresgid(gid, gid, gid)?;
    Ok(setresuid(uid, uid, uid)?)
}

/// A user namespace below the checker's: what is counted there is counted for this program alone.
fn nest(uid_map: &[u8], gid_map: &[u8]) -> io::Result<()> {
    nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWUSER)?;
    write_file(c"/proc/self/setgroups", b"deny")?;
    write_file(c"/proc/self/uid_map", uid_map)?;
    write_file(c"/proc/self/gid_map", gid_map)
}

fn write_file(path: &CStr, content: &[u8]) -> io::Result<()> {
    use nix::fcntl::{OFlag, open};
    let file = open(path, OFlag::O_WRONLY | OFlag::O_CLOEXEC, nix::sys::stat::Mode::empty())?;
    nix::unistd::write(&file, content)?;
    Ok(())
}

fn close_from(first: u32, flags: u32) {
    // SAFETY: closes, or marks for closing, descriptors that this process does not use any more. A kernel
    // without this call refuses, and nothing is lost: every descriptor of ours is close-on-exec.
    unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, flags) };
}

/// Never returns: waits for the program and for whatever else is handed to it.
fn keep(plan: &Plan, program: i32) -> ! {
    const LIFELINE: RawFd = 3;
    const STATUS: RawFd = 4;
    // Above both, so that neither overwrites the other.
    let high = |fd: &OwnedFd| nix::fcntl::fcntl(fd, nix::fcntl::FcntlArg::F_DUPFD(10)).unwrap_or(-1);
    let (lifeline, status) = (high(&plan.lifeline), high(&plan.status));
    // SAFETY: puts the two where they are looked for and drops all others, the program's own streams and
    // the pipe of a failed exec above all: they must end with the program.
    unsafe {
        libc::dup2(lifeline, LIFELINE);
        libc::dup2(status, STATUS);
        for standard in 0..3 {
            libc::close(standard);
        }
    }
    close_from(5, 0);
    // SAFETY: both were just put there, and nothing else owns them.
    let (lifeline, status) = unsafe { (OwnedFd::from_raw_fd(LIFELINE), OwnedFd::from_raw_fd(STATUS)) };
    // A keeper that cannot watch its lifeline must not leave a program behind.
    let _ = watch(plan.level, &lifeline, status, program);
    end(plan.level)
}

/// Returns when the lifeline is cut or nobody is left.
fn watch(level: Level, lifeline: &OwnedFd, status: OwnedFd, program: i32) -> io::Result<()> {
    let mut children = SigSet::empty();
    children.add(Signal::SIGCHLD);
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&children), None)?;
    let signals = SignalFd::with_flags(&children, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
    let mut status = Some(status);
    loop {
        if !reap(program, &mut status) && level == Level::Full {
            return Ok(());
        }
        use std::os::fd::AsFd;
        let mut watched = [
            PollFd::new(lifeline.as_fd(), PollFlags::POLLIN),
            PollFd::new(signals.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut watched, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other?,
        };
        if watched[0].any() == Some(true) {
            return Ok(());
        }
        while let Ok(Some(_)) = signals.read_signal() {}
    }
}

/// Waits for everybody who has ended; false where nobody is left.
fn reap(program: i32, status: &mut Option<OwnedFd>) -> bool {
    loop {
        let mut word = 0;
        // SAFETY: the status word is ours.
        let pid = unsafe { libc::waitpid(-1, &mut word, libc::WNOHANG) };
        match pid {
            0 => return true,
            -1 => return Errno::last() != Errno::ECHILD,
            pid if pid == program => {
                if let Some(status) = status.take() {
                    let _ = nix::unistd::write(&status, &word.to_ne_bytes());
                }
            }
            _ => {}
        }
    }
}

fn end(level: Level) -> ! {
    if level != Level::Full {
        end_tree();
    }
    // SAFETY: leaves at once, without anything that the checker's process would do at its end.
    unsafe { libc::_exit(0) }
}

/// Stops everybody below before killing anybody, or a process that forks would slip through.
fn end_tree() {
    let Ok(own) = fs::read_link("/proc/self") else { return };
    let Some(own) = own.to_str().and_then(|own| own.parse().ok()) else { return };
    let below = tree::stop_below(own);
    for pid in &below {
        let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
    }
    while matches!(waitpid(None, Some(WaitPidFlag::empty())), Ok(_) | Err(Errno::EINTR)) {}
}
