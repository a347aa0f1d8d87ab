//! A student's program: started with what it needs and nothing more, watched, and ended with its whole tree.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use nix::sys::signal::Signal as KernelSignal;
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use rust_i18n::t;

use crate::machine::isolation::{Level, Sandbox, keeper, namespaces};
use crate::machine::running::descriptors::{open_pidfd, pipe, set_nonblocking};
use crate::machine::{network::port, running::terminal, running::tree};
use crate::model::course::{Console, Errors};
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
    pub console: Console,
    /// Files and folders that the command needs besides the system's own.
    pub needed: Vec<PathBuf>,
}

/// A running program, or one that ended and was not waited for.
#[derive(Debug)]
pub struct Program {
    /// The keeper, or the program itself where there is none.
    child: Body,
    custody: Custody,
    departure: Option<Departure>,
}

/// The process that was forked.
#[derive(Debug)]
enum Body {
    Plain(Child),
    AtTerminal(terminal::Session),
}

#[derive(Debug)]
enum Custody {
    /// A keeper tells how the program ended, and ends everything when its lifeline is cut.
    Kept {
        lifeline: Option<OwnedFd>,
        status: OwnedFd,
        program: i32,
        level: Level,
    },
    Direct {
        pidfd: OwnedFd,
        mark: String,
    },
}

/// Our ends of a program's standard streams; none of them waits.
#[derive(Debug)]
pub struct Streams {
    pub stdin: OwnedFd,
    pub stdout: OwnedFd,
    /// None where it goes to the terminal, too.
    pub stderr: Option<OwnedFd>,
}

impl Program {
    /// Starts the program in a session of its own, as far off the rest as the sandbox says.
    ///
    /// Errors: what the system said when the program could not be started.
    pub fn start(recipe: &Recipe, sandbox: &Sandbox) -> io::Result<(Program, Streams)> {
        if sandbox.level() != Level::Full {
            return Program::start_here(recipe, sandbox);
        }
        // A thread makes one process table in its life, and a script may start its program again.
        std::thread::scope(|scope| {
            let start = || {
                namespaces::enter_processes()?;
                Program::start_here(recipe, sandbox)
            };
            let lost = |_| Err(io::Error::other(t!("the thread that starts the program was lost")));
            scope.spawn(start).join().unwrap_or_else(lost)
        })
    }

    fn start_here(recipe: &Recipe, sandbox: &Sandbox) -> io::Result<(Program, Streams)> {
        let mark = next_mark();
        let mut command = Command::new(&recipe.program);
        command
            .args(&recipe.args)
            .current_dir(&recipe.folder)
            .env_clear()
            .envs(environment(&recipe.folder))
            .envs(recipe.env.iter().map(|(name, value)| (name, value)));
        if sandbox.level() == Level::Basic {
            command.env(tree::MARK, &mark);
        }
        let (lifeline_theirs, lifeline) = pipe()?;
        let (status, status_theirs) = pipe()?;
        let plan = sandbox.plan(&recipe.needed, recipe.console, lifeline_theirs, status_theirs);
        let confine = move || keeper::confine(&plan);
        let (child, streams) = {
            let _guard = port::alone();
            match recipe.console {
                Console::Terminal(errors) => at_terminal(command, errors, confine)?,
                Console::Screen => plain(command, terminal::screen()?, confine)?,
                Console::Pipes => plain(command, pipe()?, confine)?,
            }
        };
        let program = Program::in_custody(child, sandbox.level(), mark, lifeline, status)?;
        for fd in [Some(&streams.stdin), Some(&streams.stdout), streams.stderr.as_ref()].into_iter().flatten()
        {
            set_nonblocking(fd.as_fd())?;
        }
        Ok((program, streams))
    }

    fn in_custody(
        mut child: Body,
        level: Level,
        mark: String,
        lifeline: OwnedFd,
        status: OwnedFd,
    ) -> io::Result<Program> {
        let custody = match level {
            Level::Full | Level::Partial => {
                let kept = set_nonblocking(status.as_fd());
                // Its first child: it has no other yet, or nobody had the time to hand it one.
                let program = tree::children(child.id() as i32).first().copied();
                kept.map(|()| Custody::Kept {
                    lifeline: Some(lifeline),
                    status,
                    // Ended already: its status is on its way.
                    program: program.unwrap_or(0),
                    level,
                })
            }
            Level::Basic => open_pidfd(child.id()).map(|pidfd| Custody::Direct { pidfd, mark }),
        };
        match custody {
            Ok(custody) => Ok(Program { child, custody, departure: None }),
            Err(error) => {
                child.kill();
                child.wait();
                Err(error)
            }
        }
    }

    /// Processes whose trees make the program; the program itself is the first, while it lives.
    pub fn roots(&self) -> Vec<i32> {
        match &self.custody {
            Custody::Kept { .. } => tree::children(self.child.id() as i32),
            Custody::Direct { mark, .. } => {
                let root = self.child.id() as i32;
                [root].into_iter().chain(tree::adopted(root, mark)).collect()
            }
        }
    }

    /// Does the program's own process live, whatever became of those that it started?
    pub fn lives(&self) -> bool {
        let pid = match &self.custody {
            Custody::Kept { program, .. } => *program,
            Custody::Direct { .. } => self.child.id() as i32,
        };
        pid != 0 && !tree::living_threads(pid).is_empty()
    }

    /// Readable once the program has ended.
    pub fn end_fd(&self) -> BorrowedFd<'_> {
        match &self.custody {
            Custody::Kept { status, .. } => status.as_fd(),
            Custody::Direct { pidfd, .. } => pidfd.as_fd(),
        }
    }

    /// How it ended, once it has; does not wait.
    pub fn departure(&mut self) -> Option<Departure> {
        if self.departure.is_none() {
            self.departure = match &self.custody {
                Custody::Kept { status, .. } => told(status),
                Custody::Direct { .. } => ended(self.child.id().cast_signed()),
            };
        }
        self.departure
    }

    /// Sends a signal to the program itself, not to its tree.
    pub fn signal(&mut self, signal: Signal) -> io::Result<()> {
        let pid = match &self.custody {
            Custody::Kept { program, .. } => *program,
            Custody::Direct { .. } => self.child.id() as i32,
        };
        if pid == 0 || self.departure().is_some() {
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
        nix::sys::signal::kill(Pid::from_raw(pid), signal).map_err(io::Error::from)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        match &mut self.custody {
            // The end of process 1 is the end of its process table.
            Custody::Kept { level: Level::Full, .. } => self.child.kill(),
            // The keeper ends them all, and then itself.
            Custody::Kept { lifeline, .. } => {
                if let Some(lifeline) = lifeline.take() {
                    let _ = nix::unistd::write(&lifeline, b"!");
                }
            }
            Custody::Direct { mark, .. } => tree::end(self.child.id() as i32, mark),
        }
        self.child.wait();
    }
}

/// Starts a command whose output is read at one end of this pair and written to the other.
fn plain(
    mut command: Command,
    (stdout_ours, stdout_theirs): (OwnedFd, OwnedFd),
    confine: impl Fn() -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<(Body, Streams)> {
    command.stdin(Stdio::piped()).stdout(Stdio::from(stdout_theirs)).stderr(Stdio::piped());
    // SAFETY: the child has one thread and makes system calls on what was made before the fork.
    unsafe { command.pre_exec(confine) };
    let mut child = command.spawn()?;
    match (child.stdin.take(), child.stderr.take()) {
        (Some(stdin), Some(stderr)) => {
            let streams = Streams { stdin: stdin.into(), stdout: stdout_ours, stderr: Some(stderr.into()) };
            Ok((Body::Plain(child), streams))
        }
        _ => {
            let mut body = Body::Plain(child);
            body.kill();
            body.wait();
            Err(io::Error::other(t!("the program's streams are missing")))
        }
    }
}

/// Starts a command whose input and output are one terminal.
fn at_terminal(
    mut command: Command,
    errors: Errors,
    confine: impl Fn() -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<(Body, Streams)> {
    let stderr = match errors {
        Errors::OnScreen => None,
        Errors::Apart => {
            let (ours, theirs) = pipe()?;
            command.stderr(Stdio::from(theirs));
            Some(ours)
        }
    };
    let (session, screen) = terminal::start(command, confine)?;
    let streams = Streams { stdin: screen.try_clone()?, stdout: screen, stderr };
    Ok((Body::AtTerminal(session), streams))
}

impl Body {
    fn id(&self) -> u32 {
        match self {
            Body::Plain(child) => child.id(),
            Body::AtTerminal(session) => session.id(),
        }
    }

    fn kill(&mut self) {
        match self {
            Body::Plain(child) => drop(child.kill()),
            Body::AtTerminal(session) => session.kill(),
        }
    }

    fn wait(&mut self) {
        match self {
            Body::Plain(child) => drop(child.wait()),
            Body::AtTerminal(session) => session.wait(),
        }
    }
}

/// What the keeper has told of the program's end, if anything. A keeper that was itself killed cannot
/// tell; then the program was killed with it.
fn told(status: &OwnedFd) -> Option<Departure> {
    let mut word = [0; 4];
    match nix::unistd::read(status, &mut word) {
        Ok(4) => Some(departure_of(ExitStatus::from_raw(i32::from_ne_bytes(word)))),
        Ok(_) => Some(Departure::Signal(KernelSignal::SIGKILL as i32)),
        Err(_) => None,
    }
}

fn departure_of(status: ExitStatus) -> Departure {
    match (status.code(), status.signal()) {
        (Some(code), _) => Departure::Status(code),
        (None, signal) => Departure::Signal(signal.unwrap_or(0)),
    }
}

/// Only looks: until it is waited for, nobody else can have its number, and its tree can be ended by it.
fn ended(pid: i32) -> Option<Departure> {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    match waitid(Id::Pid(Pid::from_raw(pid)), flags) {
        Ok(WaitStatus::Exited(_, code)) => Some(Departure::Status(code)),
        Ok(WaitStatus::Signaled(_, signal, _)) => Some(Departure::Signal(signal as i32)),
        _ => None,
    }
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

/// A value of [`tree::MARK`] that nobody had before.
pub(super) fn next_mark() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Lets this process hold as many descriptors as it may: crowds of clients and many checks at once.
pub fn raise_descriptor_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // A machine that refuses only sets a narrower limit.
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// Lets no file that the command writes grow beyond so many bytes.
pub fn limit_files(command: &mut Command, bytes: u64) {
    use nix::sys::resource::{Resource, setrlimit};
    let limit = move || Ok(setrlimit(Resource::RLIMIT_FSIZE, bytes, bytes)?);
    // SAFETY: the child has one thread and makes one system call.
    unsafe { command.pre_exec(limit) };
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
