//! A terminal for a program to run at: its standard input and output, and the one that its Ctrl-C comes from.
//!
//! rexpect opens it and forks, and nothing else of rexpect is used: what is typed and shown goes through the
//! stage's own loop, byte by byte. Its forked child never returns: what we hang before its exec executes the
//! program itself, tells us where that fails, and ends.

use std::convert::Infallible;
use std::ffi::CString;
use std::io::{self, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg, setsockopt, socketpair,
    sockopt,
};
use nix::sys::termios::{InputFlags, LocalFlags, OutputFlags, SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{read, write};
use rexpect::process::PtyProcess;
use rust_i18n::t;

/// A process that was started at a terminal.
pub struct Session {
    process: PtyProcess,
    pid: u32,
    life: Life,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// Nobody has waited for it: its number is its own.
    Ours,
    Over,
}

/// Starts a command at a terminal of its own and gives our end. Standard input and output of the command are
/// the terminal, and standard error where the command says nothing else. `confine` runs between fork and exec.
///
/// The command names its program by a path, and its whole environment. Errors: what the system said when it
/// could not be executed.
pub fn start(
    mut command: Command,
    confine: impl Fn() -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<(Session, OwnedFd)> {
    let image = Image::of(&command)?;
    let (heard, told) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
    // The kernel tells us the sender's number, however deep in process tables of its own it lives.
    setsockopt(&heard, sockopt::PassCred, &true)?;
    let words = told.as_raw_fd();
    // SAFETY: the child has one thread and makes system calls on what was made before the fork.
    unsafe { command.pre_exec(move || Err(image.become_it(words, &confine))) };
    know_forks();
    let opened = PtyProcess::new(command);
    if FORKED.load(Ordering::Relaxed) {
        // SAFETY: leaves at once, without anything that the checker's process would do at its end.
        unsafe { libc::_exit(UNBORN) }
    }
    drop(told);
    let process = opened.map_err(io::Error::other)?;
    let pid = match number(&heard) {
        Ok(pid) => pid,
        Err(error) => {
            let _ = process.wait();
            return Err(error);
        }
    };
    let session = Session { process, pid, life: Life::Ours };
    let mut reason = [0; 4];
    if read(&heard, &mut reason)? == reason.len() {
        return Err(io::Error::from_raw_os_error(i32::from_ne_bytes(reason)));
    }
    let ours: OwnedFd = session.process.get_file_handle().map_err(io::Error::other)?.into();
    close_on_exec(ours.as_fd())?;
    keep_to_ourselves(&ours);
    Ok((session, ours))
}

/// The status of a child that never became its program.
const UNBORN: i32 = 127;

/// A program with its words and its environment, as the kernel wants them.
struct Image {
    path: CString,
    words: Vec<CString>,
    variables: Vec<CString>,
}

impl Image {
    fn of(command: &Command) -> io::Result<Image> {
        let path = CString::new(command.get_program().as_bytes())?;
        let words = command.get_args().map(|word| CString::new(word.as_bytes()));
        let variables = command.get_envs().filter_map(|(name, value)| {
            Some(CString::new([name.as_bytes(), b"=", value?.as_bytes()].concat()))
        });
        Ok(Image {
            words: std::iter::once(Ok(path.clone())).chain(words).collect::<Result<_, _>>()?,
            variables: variables.collect::<Result<_, _>>()?,
            path,
        })
    }

    /// Between fork and exec. Returns only where the child can tell nobody why it did not become the program.
    fn become_it(&self, told: RawFd, confine: &impl Fn() -> io::Result<()>) -> io::Error {
        // SAFETY: the socket was made before the fork, and closes by itself when the program is executed.
        let told = unsafe { BorrowedFd::borrow_raw(told) };
        let fault = match self.try_to_become_it(told, confine) {
            Ok(never) => match never {},
            Err(fault) => fault,
        };
        let reason = fault.raw_os_error().unwrap_or(libc::EINVAL);
        if write(told, &reason.to_ne_bytes()).is_err() {
            return fault;
        }
        // SAFETY: leaves at once, without anything that the checker's process would do at its end.
        unsafe { libc::_exit(UNBORN) }
    }

    fn try_to_become_it(
        &self,
        told: BorrowedFd,
        confine: &impl Fn() -> io::Result<()>,
    ) -> io::Result<Infallible> {
        write(told, b"!")?;
        prepare()?;
        confine()?;
        Ok(nix::unistd::execve(&self.path, &self.words, &self.variables)?)
    }
}

impl Session {
    pub fn id(&self) -> u32 {
        self.pid
    }

    pub fn kill(&mut self) {
        if self.life == Life::Ours {
            let _ = self.process.signal(Signal::SIGKILL);
        }
    }

    pub fn wait(&mut self) {
        // rexpect looks once more when it is dropped, and finds that nobody is left to be waited for.
        if std::mem::replace(&mut self.life, Life::Over) == Life::Ours {
            while matches!(self.process.wait(), Err(rexpect::error::Error::Nix(Errno::EINTR))) {}
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.kill();
        self.wait();
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("pid", &self.pid).field("life", &self.life).finish_non_exhaustive()
    }
}

/// Lets everything that was typed arrive: the kernel hands it on in a thread of its own. Whoever is still
/// blocked in reading the terminal then has nothing to read.
#[cfg(target_os = "linux")]
pub fn settle(ours: &OwnedFd) {
    let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: a plain system call on a descriptor that is open; the result is checked before use.
    let theirs = unsafe { libc::ioctl(ours.as_raw_fd(), libc::TIOCGPTPEER, flags) };
    if theirs < 0 {
        return;
    }
    // SAFETY: the kernel just gave us this descriptor.
    let theirs = unsafe { OwnedFd::from_raw_fd(theirs) };
    let _ = poll(&mut [PollFd::new(theirs.as_fd(), PollFlags::POLLIN)], PollTimeout::ZERO);
}

#[cfg(not(target_os = "linux"))]
pub fn settle(_: &OwnedFd) {}

/// Between fork and exec: gives up the terminal on standard input, so that a session that this process makes
/// room for can have it.
pub fn let_go() -> io::Result<()> {
    // Whoever gives up its terminal is sent the signal of one that hung up.
    // SAFETY: no handler, two system calls.
    unsafe {
        signal(Signal::SIGHUP, SigHandler::SigIgn)?;
        let done = libc::ioctl(libc::STDIN_FILENO, libc::TIOCNOTTY);
        let outcome = if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) };
        signal(Signal::SIGHUP, SigHandler::SigDfl)?;
        outcome
    }
}

/// Between fork and exec: makes the terminal on standard input the one of this session, which this process
/// leads, with itself in front.
pub fn take() -> io::Result<()> {
    // SAFETY: a plain system call.
    match unsafe { libc::ioctl(libc::STDIN_FILENO, libc::TIOCSCTTY, 0) } {
        done if done < 0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A terminal that changes nothing of what is printed, for a program that nobody types to: our end and its own.
pub fn screen() -> io::Result<(OwnedFd, OwnedFd)> {
    let pair = nix::pty::openpty(None, None)?;
    let mut settings = tcgetattr(&pair.slave)?;
    as_printed(&mut settings);
    tcsetattr(&pair.slave, SetArg::TCSANOW, &settings)?;
    for fd in [&pair.master, &pair.slave] {
        close_on_exec(fd.as_fd())?;
    }
    Ok((pair.master, pair.slave))
}

/// Between fork and exec: what the terminal does to what is typed and printed.
fn prepare() -> io::Result<()> {
    // SAFETY: standard input was just put there, and stays open.
    let terminal = unsafe { BorrowedFd::borrow_raw(libc::STDIN_FILENO) };
    let mut settings = tcgetattr(terminal)?;
    as_printed(&mut settings);
    settings.input_flags.insert(InputFlags::IUTF8);
    // rexpect has switched the echo off: the screen shows what the program says, and that alone.
    // Ctrl-C must not throw away what was printed before and is still on its way to us.
    settings.local_flags.insert(LocalFlags::NOFLSH);
    tcsetattr(terminal, SetArg::TCSANOW, &settings)?;
    let size = libc::winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: a plain system call that reads `size`.
    match unsafe { libc::ioctl(libc::STDIN_FILENO, libc::TIOCSWINSZ, &raw const size) } {
        done if done < 0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A newline stays a newline.
fn as_printed(settings: &mut Termios) {
    settings.output_flags.remove(OutputFlags::OPOST);
}

/// Set in every forked child of this process.
static FORKED: AtomicBool = AtomicBool::new(false);

/// Makes the next fork known to its child, and what rexpect does there harmless: it asks for the standard input.
fn know_forks() {
    extern "C" fn in_child() {
        FORKED.store(true, Ordering::Relaxed);
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the handler stores a number.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
        // What it allocates is allocated before.
        let _ = io::stdin();
    });
    // Whoever forked once and lives on as the checker is no child of this fork.
    FORKED.store(false, Ordering::Relaxed);
}

/// The number of the process that says the first word.
fn number(heard: &OwnedFd) -> io::Result<u32> {
    let mut word = [0; 1];
    let mut space = nix::cmsg_space!(libc::ucred);
    let mut parts = [IoSliceMut::new(&mut word)];
    let message = recvmsg::<()>(heard.as_raw_fd(), &mut parts, Some(&mut space), MsgFlags::MSG_CMSG_CLOEXEC)?;
    let sender = message.cmsgs()?.find_map(|part| match part {
        ControlMessageOwned::ScmCredentials(sender) => u32::try_from(sender.pid()).ok(),
        _ => None,
    });
    sender.ok_or_else(|| io::Error::other(t!("the program's terminal could not be opened")))
}

/// The handle that rexpect keeps of this end is not to be inherited either.
fn keep_to_ourselves(ours: &OwnedFd) {
    let Some(wanted) = terminal_number(ours.as_raw_fd()) else { return };
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<RawFd>().ok());
    for fd in numbers.filter(|fd| terminal_number(*fd) == Some(wanted)) {
        // SAFETY: an end of this terminal, which lives as long as the session.
        let _ = close_on_exec(unsafe { BorrowedFd::borrow_raw(fd) });
    }
}

/// The number of the terminal that this is our end of.
fn terminal_number(fd: RawFd) -> Option<libc::c_uint> {
    let mut number = 0;
    // SAFETY: a system call that writes `number`; any other descriptor is refused.
    let done = unsafe { libc::ioctl(fd, libc::TIOCGPTN, &raw mut number) };
    (done == 0).then_some(number)
}

fn close_on_exec(fd: BorrowedFd) -> io::Result<()> {
    fcntl(fd, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    Ok(())
}
