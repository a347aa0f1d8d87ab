//! The process between the checker and a program: it inherits what the program leaves behind, tells how
//! the program ended, and ends everything when the checker is gone, however that went.
//!
//! In full isolation it is process 1 of the program's process table, so that its own end is the end of
//! all; else it is a subreaper, and walks the tree.

use std::ffi::CStr;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::path::PathBuf;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::Level;
use crate::machine::{disk::folder, running::terminal, running::tree};

/// What happens between fork and exec; everything in it was made before the fork.
#[derive(Debug)]
pub struct Plan {
    pub level: Level,
    /// The program's end of the rights: whom it runs as.
    pub identity: Identity,
    pub landlock: Option<OwnedFd>,
    pub limits: Limits,
    /// Closed by the checker, or by its death: the end. A byte before that tells that the checker lives.
    pub lifeline: OwnedFd,
    /// What is removed where the checker can no longer do it.
    pub folder: Option<PathBuf>,
    /// Takes the program's wait status, four bytes.
    pub status: OwnedFd,
    pub terminal: Controlling,
}

/// The terminal that the program's Ctrl-C comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controlling {
    Nothing,
    /// The one that its standard input is. Whoever forked this child leads a session at it already.
    StandardInput,
}

#[derive(Debug, Clone)]
pub enum Identity {
    /// As the checker itself.
    Same,
    /// As the checker itself; what root may do besides reading and writing its files is given up.
    Powerless,
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
    match plan.terminal {
        Controlling::Nothing => drop(nix::unistd::setsid()?),
        Controlling::StandardInput => terminal::let_go()?,
    }
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
    match (plan.terminal, plan.level) {
        (Controlling::Nothing, _) => drop(nix::unistd::setsid()?),
        (Controlling::StandardInput, Level::Full | Level::Partial) => {
            nix::unistd::setsid()?;
            terminal::take()?;
        }
        (Controlling::StandardInput, Level::Basic) => {}
    }
    heed_signals()?;
    nix::sys::prctl::set_name(UNBORN)?;
    match &plan.identity {
        Identity::Same => {}
        Identity::Powerless => drop_powers(),
        Identity::Other { uid, gid } => take_identity(*uid, *gid)?,
        Identity::Nested { uid_map, gid_map } => nest(uid_map, gid_map)?,
    }
    // Below the user namespace, where there is one: a limit set above it would count for all programs
    // of the checker together.
    limit(plan.limits)?;
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

/// Whoever started the checker in the background or under `nohup` may have had these ignored.
fn heed_signals() -> io::Result<()> {
    use nix::sys::signal::{SigHandler, signal};
    for heeded in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGTSTP] {
        // SAFETY: no handler.
        unsafe { signal(heeded, SigHandler::SigDfl)? };
    }
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

/// Leaves nothing in the bounding set but the right that an owner has to the files below its own folders:
/// what root executes from here on gets no other. Another user has none to give up, and is refused.
fn drop_powers() {
    const LAST: libc::c_ulong = 63;
    const CAP_DAC_OVERRIDE: libc::c_ulong = 1;
    for capability in (0..=LAST).filter(|capability| *capability != CAP_DAC_OVERRIDE) {
        // SAFETY: a plain system call; a number that this kernel does not know is refused.
        unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
    }
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
    let cause = watch(&lifeline, status, program).unwrap_or(Cause::Order);
    end(plan, cause)
}

/// Why a keeper ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Nobody is left, or the checker wants no more of the program.
    Order,
    /// The checker is gone.
    Orphaned,
}

/// Returns when the lifeline is cut or nobody is left.
fn watch(lifeline: &OwnedFd, status: OwnedFd, program: i32) -> io::Result<Cause> {
    let mut children = SigSet::empty();
    children.add(Signal::SIGCHLD);
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&children), None)?;
    let signals = SignalFd::with_flags(&children, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
    let mut status = Some(status);
    loop {
        let unborn = never_was(program);
        reap(program, &mut status);
        if unborn && status.is_none() {
            return Ok(Cause::Order);
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
            let mut word = [0; 1];
            let read = nix::unistd::read(lifeline, &mut word);
            return Ok(if read == Ok(1) { Cause::Order } else { Cause::Orphaned });
        }
        while let Ok(Some(_)) = signals.read_signal() {}
    }
}

/// What the forked child is called until it executes its program, which takes the name away.
const UNBORN: &CStr = c"checker-launch";

/// Could it not be executed? Then whoever started it waits for us, and holds our lifeline meanwhile.
fn never_was(program: i32) -> bool {
    fs::read(format!("/proc/{program}/comm")).is_ok_and(|name| name.trim_ascii_end() == UNBORN.to_bytes())
}

/// Waits for everybody who has ended.
fn reap(program: i32, status: &mut Option<OwnedFd>) {
    loop {
        let mut word = 0;
        // SAFETY: the status word is ours.
        let pid = unsafe { libc::waitpid(-1, &mut word, libc::WNOHANG) };
        if pid <= 0 {
            return;
        }
        if pid == program
            && let Some(status) = status.take()
        {
            let _ = nix::unistd::write(&status, &word.to_ne_bytes());
        }
    }
}

fn end(plan: &Plan, cause: Cause) -> ! {
    match plan.level {
        Level::Full if cause == Cause::Order => {}
        Level::Full => end_all(),
        _ => end_tree(),
    }
    if let Some(folder) = plan.folder.as_ref().filter(|_| cause == Cause::Orphaned) {
        if plan.level == Level::Full {
            let _ = nix::mount::umount2(folder, nix::mount::MntFlags::MNT_DETACH);
        }
        let _ = folder::clear_away(folder);
    }
    // SAFETY: leaves at once, without anything that the checker's process would do at its end.
    unsafe { libc::_exit(0) }
}

/// Ends everybody of this process table: all but the one that asks for it.
fn end_all() {
    // Anywhere else it would be everybody of the machine.
    if nix::unistd::getpid() != Pid::from_raw(1) {
        return;
    }
    let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
    while matches!(waitpid(None, Some(WaitPidFlag::empty())), Ok(_) | Err(Errno::EINTR)) {}
}

/// Ends everybody below this process, and waits for them.
///
/// Who loses its parent while the tree is walked is missed by that walk. But then that parent has ended,
/// and is waited for here: so the tree is walked again after each end.
fn end_tree() {
    let Ok(own) = fs::read_link("/proc/self") else { return };
    let Some(own) = own.to_str().and_then(|own| own.parse().ok()) else { return };
    loop {
        // Stopped before anybody is killed, or a process that forks would slip through.
        for pid in tree::stop_below(own) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        let mut flags = WaitPidFlag::empty();
        loop {
            match waitpid(None, Some(flags)) {
                Ok(WaitStatus::StillAlive) => break,
                Ok(_) => flags = WaitPidFlag::WNOHANG,
                Err(Errno::EINTR) => {}
                Err(_) => return,
            }
        }
    }
}
