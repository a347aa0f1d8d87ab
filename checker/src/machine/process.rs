//! A student's program: started with what it needs and nothing more, watched, and ended with its whole tree.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use nix::pty::openpty;
use nix::sys::signal::Signal as KernelSignal;
use nix::sys::termios::{OutputFlags, SetArg, tcgetattr, tcsetattr};

use super::{port, tree};
use crate::model::course::Stdout;
use crate::model::script::Signal;
use crate::model::stage::Departure;

/// How a program is started.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Absolute, or found in PATH.
    pub program: PathBuf,
    pub args: Vec<String>,
    /// Working folder.
    pub folder: PathBuf,
    /// Besides the few variables that every program gets.
    pub env: Vec<(String, String)>,
    pub stdout: Stdout,
}

/// A running program, or one that ended and was not waited for.
#[derive(Debug)]
pub struct Program {
    child: Child,
    mark: String,
    departure: Option<Departure>,
    /// Readable once the program has ended.
    pub pidfd: OwnedFd,
}

/// Our ends of a program's standard streams; none of them waits.
#[derive(Debug)]
pub struct Streams {
    pub stdin: ChildStdin,
    pub stdout: OwnedFd,
    pub stderr: OwnedFd,
}

/// Limits that a lab program never needs to reach.
mod limits {
    /// Bytes of one file.
    pub const FILE_SIZE: u64 = 256 << 20;
    /// Descriptors: a thousand clients and some.
    pub const OPEN_FILES: u64 = 4096;
    /// Seconds of processor time.
    pub const CPU_SECONDS: u64 = 600;
}

impl Program {
    /// Starts the program in a session of its own.
    ///
    /// Errors: what the system said when the program could not be started.
    pub fn start(recipe: &Recipe) -> io::Result<(Program, Streams)> {
        let (stdout_ours, stdout_theirs) = match recipe.stdout {
            Stdout::Terminal => terminal()?,
            Stdout::Pipe => pipe()?,
        };
        let mark = next_mark();
        let mut command = Command::new(&recipe.program);
        command
            .args(&recipe.args)
            .current_dir(&recipe.folder)
            .env_clear()
            .envs(environment(&recipe.folder))
            .envs(recipe.env.iter().map(|(name, value)| (name, value)))
            .env(tree::MARK, &mark)
            .stdin(Stdio::piped())
            .stdout(Stdio::from(stdout_theirs))
            .stderr(Stdio::piped());
        // SAFETY: `confine` only makes system calls that are allowed between fork and exec.
        unsafe { command.pre_exec(confine) };
        let mut child = {
            let _guard = port::nothing_tried();
            command.spawn()?
        };
        drop(command);
        let taken = (child.stdin.take(), child.stderr.take());
        let pidfd = match open_pidfd(child.id()) {
            Ok(pidfd) => pidfd,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(error);
            }
        };
        // From here on the program ends with whatever goes wrong.
        let program = Program { child, mark, departure: None, pidfd };
        let (Some(stdin), Some(stderr)) = taken else {
            return Err(io::Error::other("the program's streams are missing"));
        };
        let streams = Streams { stdin, stdout: stdout_ours, stderr: stderr.into() };
        for fd in [streams.stdin.as_fd(), streams.stdout.as_fd(), streams.stderr.as_fd()] {
            set_nonblocking(fd)?;
        }
        Ok((program, streams))
    }

    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    /// How it ended, once it has; does not wait.
    pub fn departure(&mut self) -> Option<Departure> {
        if self.departure.is_none() {
            self.departure = self.child.try_wait().ok().flatten().map(departure_of);
        }
        self.departure
    }

    /// Sends a signal to the program itself, not to its tree.
    pub fn signal(&mut self, signal: Signal) -> io::Result<()> {
        if self.departure().is_some() {
            return Ok(());
        }
        let signal = match signal {
            Signal::Int => KernelSignal::SIGINT,
            Signal::Term => KernelSignal::SIGTERM,
            Signal::Hup => KernelSignal::SIGHUP,
            Signal::Kill => KernelSignal::SIGKILL,
            Signal::Usr1 => KernelSignal::SIGUSR1,
            Signal::Usr2 => KernelSignal::SIGUSR2,
        };
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(self.pid()), signal).map_err(io::Error::from)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        tree::end(self.pid(), &self.mark);
        let _ = self.child.wait();
    }
}

fn departure_of(status: ExitStatus) -> Departure {
    match (status.code(), status.signal()) {
        (Some(code), _) => Departure::Status(code),
        (None, signal) => Departure::Signal(signal.unwrap_or(0)),
    }
}

/// Between fork and exec: a session of its own, no new rights, limits, nothing inherited, and an end
/// when the thread that holds the conversation ends.
fn confine() -> io::Result<()> {
    use nix::sys::resource::{Resource, setrlimit};
    nix::unistd::setsid()?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_FSIZE, limits::FILE_SIZE, limits::FILE_SIZE)?;
    setrlimit(Resource::RLIMIT_CPU, limits::CPU_SECONDS, limits::CPU_SECONDS)?;
    // A lower hard limit is a limit that we have to live with.
    let (_, hard) = nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE)?;
    let files = limits::OPEN_FILES.min(hard);
    setrlimit(Resource::RLIMIT_NOFILE, files, files)?;
    #[cfg(target_os = "linux")]
    {
        nix::sys::prctl::set_pdeathsig(KernelSignal::SIGKILL)?;
        nix::sys::prctl::set_no_new_privs()?;
        close_inherited();
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn close_inherited() {
    // SAFETY: marks descriptors from 3 on to be closed at exec; std's own error pipe is one of them.
    // An old kernel refuses, and nothing is lost: every descriptor of ours is close-on-exec.
    unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) };
}

/// What every program gets: enough to find other programs and its own folder, nothing about the user.
fn environment(folder: &Path) -> Vec<(OsString, OsString)> {
    let mut variables: Vec<(OsString, OsString)> =
        vec![("LANG".into(), "C.UTF-8".into()), ("TERM".into(), "dumb".into())];
    for name in ["HOME", "TMPDIR"] {
        variables.push((name.into(), folder.into()));
    }
    if let Some(path) = std::env::var_os("PATH") {
        variables.push(("PATH".into(), path));
    }
    variables
}

fn next_mark() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Our end and the program's end of a terminal that changes nothing of what is printed.
fn terminal() -> io::Result<(OwnedFd, OwnedFd)> {
    let pair = openpty(None, None)?;
    let mut settings = tcgetattr(&pair.slave)?;
    // A newline stays a newline.
    settings.output_flags.remove(OutputFlags::OPOST);
    tcsetattr(&pair.slave, SetArg::TCSANOW, &settings)?;
    for fd in [pair.master.as_fd(), pair.slave.as_fd()] {
        let flags = nix::fcntl::FdFlag::FD_CLOEXEC;
        nix::fcntl::fcntl(fd, nix::fcntl::FcntlArg::F_SETFD(flags))?;
    }
    Ok((pair.master, pair.slave))
}

fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(nix::unistd::pipe2(nix::fcntl::OFlag::O_CLOEXEC)?)
}

fn set_nonblocking(fd: std::os::fd::BorrowedFd) -> io::Result<()> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    let flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    fcntl(fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    Ok(())
}

#[cfg(target_os = "linux")]
fn open_pidfd(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: a plain system call; the child was not waited for, so the number is still its own.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid as libc::pid_t, 0) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel just gave us this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
}

/// Reads a descriptor without waiting.
///
/// `Ok(0)` is the end; a terminal whose program ended says EIO, which is the same.
pub fn read(fd: &OwnedFd, buffer: &mut [u8]) -> io::Result<usize> {
    match nix::unistd::read(fd, buffer) {
        Ok(count) => Ok(count),
        Err(nix::errno::Errno::EIO) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Lets this process hold as many descriptors as it may: crowds of clients and many checks at once.
pub fn raise_descriptor_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // A machine that refuses only sets a narrower limit.
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// The file that a command's first word names: itself where it holds a slash, else the first of PATH.
pub fn find_program(word: &str) -> Option<PathBuf> {
    if word.contains('/') {
        return std::path::absolute(word).ok().filter(|path| is_executable(path));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(word)).find(|file| is_executable(file))
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}
