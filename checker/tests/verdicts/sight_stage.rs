//! A stage for the sight's tests: builds the fixtures, runs one, and plays its clients.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use checker::machine::sight::{Glance, Motion, OurEnd, Reads, Sight, Standing, Subject, Writes};
use checker::model::sight::Sighting;
use checker::model::stage::Seat;

/// Only for programs that never reach the awaited state: a failed test.
const LAST_RESORT: Duration = Duration::from_secs(60);

pub struct Stage {
    child: Child,
    _input: Option<ChildStdin>,
    _output: BufReader<ChildStdout>,
    pub port: u16,
    pub sight: Sight,
    pub clients: Vec<Client>,
}

pub struct Client {
    stream: Option<TcpStream>,
    pub end: OurEnd,
    pub heard: Vec<u8>,
}

/// The fixture written in C.
pub fn c(arguments: &[&str]) -> Stage {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = BUILT.get_or_init(|| build(Command::new("cc").args(["-O1", "-pthread"]), "blocked.c"));
    Stage::start(Command::new(program).args(arguments))
}

/// The fixture written in Rust.
pub fn rust(arguments: &[&str]) -> Stage {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = BUILT
        .get_or_init(|| build(Command::new("rustc").args(["--edition=2024", "-Copt-level=1"]), "blocked.rs"));
    Stage::start(Command::new(program).args(arguments))
}

/// A fixture written in Python.
pub fn python(file: &str, arguments: &[&str]) -> Stage {
    Stage::start(Command::new("python3").arg(fixture(file)).args(arguments))
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sight").join(name)
}

fn build(compiler: &mut Command, source: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(source.replace('.', "-"));
    // Another run of these tests may be using the program: replace it, never write into it.
    let fresh = program.with_extension(std::process::id().to_string());
    let status = compiler.arg("-o").arg(&fresh).arg(fixture(source)).status();
    assert!(status.expect("the compiler starts").success(), "{source} does not compile");
    std::fs::rename(&fresh, &program).unwrap();
    program
}

impl Stage {
    fn start(command: &mut Command) -> Stage {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the fixture prints its port");
        let _input = child.stdin.take();
        Stage { child, _input, _output: output, port, sight: Sight::open().unwrap(), clients: Vec::new() }
    }

    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    /// Descriptors of our own for all that the program has open.
    pub fn duplicates(&self) -> Vec<OwnedFd> {
        use nix::libc::{SYS_pidfd_getfd, SYS_pidfd_open, syscall};
        let owned = |fd: i64| {
            assert!(fd >= 0, "{}", std::io::Error::last_os_error());
            // SAFETY: the system has just given us this descriptor.
            unsafe { OwnedFd::from_raw_fd(fd as i32) }
        };
        // SAFETY: integers alone.
        let process = owned(unsafe { syscall(SYS_pidfd_open, self.pid(), 0) });
        let numbers = std::fs::read_dir(format!("/proc/{}/fd", self.pid())).unwrap();
        let numbers = numbers.map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap());
        let all: Vec<i32> = numbers.collect();
        // SAFETY: integers alone.
        let double = |fd: &i32| owned(unsafe { syscall(SYS_pidfd_getfd, process.as_raw_fd(), *fd, 0) });
        all.iter().map(double).collect()
    }

    /// Connects one more client; its seat is its index.
    pub fn connect(&mut self) -> &mut Client {
        self.connect_to("127.0.0.1")
    }

    pub fn connect_to(&mut self, host: &str) -> &mut Client {
        let seat = Seat(self.clients.len());
        let address: SocketAddr = format!("{host}:{}", self.port).parse().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nonblocking(true).unwrap();
        let end = OurEnd {
            seat,
            local: stream.local_addr().unwrap(),
            remote: address,
            sent: 0,
            received: 0,
            reads: Reads::Reading,
            writes: Writes::Open,
        };
        self.clients.push(Client { stream: Some(stream), end, heard: Vec::new() });
        self.clients.last_mut().unwrap()
    }

    pub fn look(&mut self) -> Glance {
        let ours = self.ends();
        self.sight.look(&Subject { roots: &[self.pid()], ours: &ours, ..Subject::default() })
    }

    pub fn describe(&mut self) -> Sighting {
        let ours = self.ends();
        self.sight.describe(&Subject { roots: &[self.pid()], ours: &ours, ..Subject::default() }).unwrap()
    }

    pub fn standing(&mut self, client: usize) -> Standing {
        let end = self.clients[client].end;
        self.sight.standing(&end).unwrap()
    }

    /// Looks, reading whatever comes, until the glance is the wanted one.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&Glance) -> bool) {
        let begin = Instant::now();
        loop {
            let glance = self.look();
            if wanted(&glance) {
                return;
            }
            assert!(begin.elapsed() < LAST_RESORT, "{what}: still {glance:?}, {:#?}", self.describe());
            for client in &mut self.clients {
                client.listen();
            }
        }
    }

    pub fn until_rest(&mut self, what: &str) {
        self.until(what, |glance| *glance == Glance::AtRest);
    }

    /// Looks until the first client has heard something; the program must not be taken for resting before.
    /// Gives back every reason that was told.
    pub fn no_rest_before_an_answer(&mut self, what: &str) -> Vec<Motion> {
        let begin = Instant::now();
        let mut reasons: Vec<Motion> = Vec::new();
        loop {
            match self.look() {
                Glance::Moving(motion) if reasons.contains(&motion) => {}
                Glance::Moving(motion) => reasons.push(motion),
                Glance::Gone => {
                    self.clients[0].listen();
                    assert!(!self.clients[0].heard.is_empty(), "{what}: gone without an answer");
                }
                other => panic!("{what}: {other:?} before its answer: {:#?}", self.describe()),
            }
            self.clients[0].listen();
            if !self.clients[0].heard.is_empty() {
                return reasons;
            }
            assert!(begin.elapsed() < LAST_RESORT, "{what}: no answer, {reasons:?}");
        }
    }

    /// Waits until the program's end of this client's connection stands as wanted.
    pub fn until_standing(&mut self, client: usize, wanted: impl Fn(Standing) -> bool) {
        let begin = Instant::now();
        loop {
            let seen = self.standing(client);
            if wanted(seen) {
                return;
            }
            assert!(begin.elapsed() < LAST_RESORT, "client {client} still stands as {seen:?}");
        }
    }

    fn ends(&self) -> Vec<OurEnd> {
        self.clients.iter().map(|client| client.end).collect()
    }
}

impl Client {
    pub fn send(&mut self, bytes: &[u8]) {
        let sent = self.stream.as_mut().unwrap().write(bytes).unwrap();
        assert_eq!(sent, bytes.len());
        self.end.sent += sent as u64;
    }

    /// Sends until the kernel takes no more.
    pub fn flood(&mut self) {
        let stream = self.stream.as_mut().unwrap();
        while let Ok(sent) = stream.write(&[b'x'; 65536]) {
            self.end.sent += sent as u64;
        }
    }

    /// Reads what is there, without waiting.
    pub fn listen(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        let mut buffer = [0; 65536];
        while self.end.reads == Reads::Reading {
            match stream.read(&mut buffer) {
                Ok(0) => self.end.reads = Reads::Ended,
                Ok(length) => {
                    self.heard.extend_from_slice(&buffer[..length]);
                    self.end.received += length as u64;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.end.reads = Reads::Ended,
            }
        }
    }

    pub fn stop_reading(&mut self) {
        self.end.reads = Reads::Stopped;
    }

    pub fn half_close(&mut self) {
        self.stream.as_ref().unwrap().shutdown(Shutdown::Write).unwrap();
        self.end.writes = Writes::HalfClosed;
    }

    pub fn close(&mut self) {
        self.stream = None;
        self.end.writes = Writes::Closed;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Children of a fixture hold its terminal and sockets; they are found before their parent is gone.
        let children = self.describe().threads;
        for pid in children.iter().map(|thread| thread.pid).chain([self.pid()]) {
            let _ =
                nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }
}

/// Burns a processor until it is dropped.
pub struct Spinner(Child);

impl Spinner {
    pub fn start() -> Spinner {
        Spinner(Command::new("python3").args(["-c", "while True: pass"]).spawn().unwrap())
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
