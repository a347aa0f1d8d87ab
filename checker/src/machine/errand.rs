//! A tool that is sent for something: run to its end, or ended with everything that it started.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::outlet::{Gulp, Outlet};
use super::{port, process, tree};
use crate::model::stage::Ear;

/// How long an interruption may go unnoticed, in milliseconds.
const PATIENCE: u8 = 20;

/// What is kept of each output, in bytes; the rest is read and dropped.
const KEPT: usize = 16 << 20;

/// What a tool did.
#[derive(Debug)]
pub struct Done {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Runs the command in a session of its own; nothing of it is left afterwards. `None`: interrupted.
///
/// Errors: what the system said when it could not be started or watched.
pub fn run(command: &mut Command, interrupted: &AtomicBool) -> io::Result<Option<Done>> {
    let mark = process::next_mark();
    command.env(tree::MARK, &mark).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // SAFETY: `set_apart` only makes system calls that are allowed between fork and exec.
    unsafe { command.pre_exec(set_apart) };
    let mut child = {
        let _guard = port::nothing_tried();
        command.spawn()?
    };
    let pid = child.id();
    let outputs = child.stdout.take().map(OwnedFd::from).zip(child.stderr.take().map(OwnedFd::from));
    let heard = match outputs {
        Some((stdout, stderr)) => listen(pid, stdout, stderr, interrupted),
        None => Err(io::Error::other("its outputs are missing")),
    };
    // Before it is waited for: until then, nobody else can have its number.
    tree::end(pid.cast_signed(), &mark);
    let status = child.wait()?;
    Ok(heard?.map(|[stdout, stderr]| Done { status, stdout, stderr }))
}

/// Between fork and exec: a session of its own, and an end when the thread that waits for it ends.
fn set_apart() -> io::Result<()> {
    nix::unistd::setsid()?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)?;
    Ok(())
}

/// Both outputs, when the process has ended.
fn listen(
    pid: u32,
    stdout: OwnedFd,
    stderr: OwnedFd,
    interrupted: &AtomicBool,
) -> io::Result<Option<[Vec<u8>; 2]>> {
    let pidfd = process::open_pidfd(pid)?;
    for fd in [stdout.as_fd(), stderr.as_fd()] {
        process::set_nonblocking(fd)?;
    }
    let mut outlets = [Outlet::new(Ear::Output, stdout), Outlet::new(Ear::Complaints, stderr)];
    let mut kept = [Vec::new(), Vec::new()];
    loop {
        // Looked at first, so that what it said last is read after it has ended.
        let ended = wait(&pidfd, &outlets)?;
        for (outlet, kept) in outlets.iter_mut().zip(&mut kept) {
            take(outlet, kept);
        }
        if ended == Ended::Yes {
            return Ok(Some(kept));
        }
        if interrupted.load(Ordering::Relaxed) {
            return Ok(None);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Yes,
    No,
}

/// Waits for words, for the end, or for a while.
fn wait(pidfd: &OwnedFd, outlets: &[Outlet]) -> io::Result<Ended> {
    let open = outlets.iter().filter(|outlet| outlet.is_open()).map(|outlet| outlet.fd.as_fd());
    let mut watched: Vec<PollFd> =
        [pidfd.as_fd()].into_iter().chain(open).map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
    match poll(&mut watched, PollTimeout::from(PATIENCE)) {
        Ok(_) | Err(nix::errno::Errno::EINTR) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(if watched[0].any() == Some(true) { Ended::Yes } else { Ended::No })
}

fn take(outlet: &mut Outlet, kept: &mut Vec<u8>) {
    let mut buffer = [0; 8 << 10];
    while let Gulp::Bytes(count) = outlet.read(&mut buffer) {
        let room = KEPT.saturating_sub(kept.len());
        kept.extend_from_slice(&buffer[..count.min(room)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, interrupted: bool) -> Option<Done> {
        run(Command::new("sh").args(["-c", script]), &AtomicBool::new(interrupted)).unwrap()
    }

    #[test]
    fn both_outputs_and_the_status_come_back() {
        let done = shell("echo out; echo err >&2; exit 7", false).unwrap();
        assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
        assert_eq!(done.status.code(), Some(7));
    }

    #[test]
    fn much_is_read_to_its_end() {
        let done = shell("head -c 3000000 /dev/zero; head -c 20000000 /dev/zero >&2", false).unwrap();
        assert_eq!((done.stdout.len(), done.stderr.len()), (3_000_000, KEPT));
    }

    #[test]
    fn who_stays_behind_with_an_output_does_not_hold_us_up() {
        let done = shell("sleep 1000 & echo started", false).unwrap();
        assert_eq!(done.stdout, b"started\n");
    }

    #[test]
    fn an_interruption_ends_it() {
        assert!(shell("sleep 1000", true).is_none());
    }
}
