//! A port of its own for each check, locked against other checkers on the same machine.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::fcntl::{Flock, FlockArg};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrIn, bind, socket};
use rust_i18n::t;

use crate::machine::isolation::Level;
use crate::machine::network::holder::{self, Holder};
use crate::model::course::PortWish;

/// The host that programs listen on unless a script says otherwise.
pub const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Ports at or above this are looked through, below the ephemeral range or above it.
const LOWEST: u16 = 20_000;

/// A port that nobody else is given until it is dropped.
#[derive(Debug)]
pub struct Lease {
    port: u16,
    _lock: Flock<File>,
}

impl Lease {
    /// A port outside the ephemeral range on which nothing listens, lingers in TIME_WAIT or is leased.
    pub fn new() -> io::Result<Lease> {
        let candidates = candidates(ephemeral_range());
        let folder = lock_folder()?;
        let start = next_start();
        for step in 0..candidates.len() {
            let port = candidates[(start + step) % candidates.len()];
            if let Some(lock) = lock(&folder, port)?
                && is_free(port)
            {
                return Ok(Lease { port, _lock: lock });
            }
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, t!("every port outside the ephemeral range is in use")))
    }

    /// Exactly this port; waits while another check has it.
    ///
    /// Errors: another program listens on it.
    pub fn of(port: u16) -> io::Result<Lease> {
        let file = open_lock(&lock_folder()?, port)?;
        let lock = Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| errno)?;
        if TcpStream::connect(SocketAddr::new(HOST, port)).is_ok() {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, taken(port)));
        }
        Ok(Lease { port, _lock: lock })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(HOST, self.port)
    }
}

/// The port of one run: leased, or any where the run has a network of its own.
#[derive(Debug)]
pub struct Door {
    port: u16,
    _lease: Option<Lease>,
}

impl Door {
    /// `seed` decides which port a network of its own gets: none that could be known beforehand.
    pub fn new(wish: PortWish, level: Level, seed: u64) -> io::Result<Door> {
        match (level, wish) {
            (_, PortWish::Fixed(port)) if level == Level::Full => Ok(Door { port, _lease: None }),
            (Level::Full, _) => {
                let candidates = candidates(ephemeral_range());
                let port = candidates[fastrand::Rng::with_seed(seed).usize(..candidates.len())];
                Ok(Door { port, _lease: None })
            }
            (_, PortWish::Fixed(port)) => Ok(Door { port, _lease: Some(Lease::of(port)?) }),
            _ => Lease::new().map(|lease| Door { port: lease.port, _lease: Some(lease) }),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(HOST, self.port)
    }
}

/// Another program listens on a port that a lab insists on.
fn taken(port: u16) -> String {
    match holder::of(port) {
        Some(Holder { pid, name }) => t!(
            "port %{port} is in use by %{name} (process %{pid}), which the checker did not start: end it (kill %{pid}), or use --isolation full",
            port = port,
            name = name,
            pid = pid
        )
        .into(),
        None => t!(
            "port %{port} is in use by a program that the checker did not start: end it, or use --isolation full",
            port = port
        )
        .into(),
    }
}

/// Where this process goes on looking: ports rotate, so that none is used again while a connection of
/// the check before lingers; processes begin apart from one another.
fn next_start() -> usize {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let own = std::process::id().wrapping_mul(2_654_435_761) >> 8;
    own.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) as usize
}

/// First and last port that the kernel hands out by itself.
fn ephemeral_range() -> (u16, u16) {
    // Linux's own default, where the file cannot be read.
    const DEFAULT: (u16, u16) = (32_768, 60_999);
    let Ok(text) = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range") else { return DEFAULT };
    let mut numbers = text.split_whitespace().filter_map(|word| word.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(first), Some(last)) => (first, last),
        _ => DEFAULT,
    }
}

/// Ports outside the range; all from `LOWEST` where the range leaves too few.
fn candidates((first, last): (u16, u16)) -> Vec<u16> {
    const ENOUGH: usize = 1_000;
    let outside: Vec<u16> = (LOWEST..=u16::MAX).filter(|port| !(first..=last).contains(port)).collect();
    if outside.len() >= ENOUGH { outside } else { (LOWEST..=u16::MAX).collect() }
}

/// A folder that every user of this machine may lock files in.
fn lock_folder() -> io::Result<PathBuf> {
    let folder = std::env::temp_dir().join("checker-ports");
    match fs::create_dir(&folder) {
        Ok(()) => fs::set_permissions(&folder, fs::Permissions::from_mode(0o1777))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    Ok(folder)
}

/// `None` where another process, or another check of this one, holds it.
fn lock(folder: &Path, port: u16) -> io::Result<Option<Flock<File>>> {
    match open_lock(folder, port) {
        Ok(file) => Ok(Flock::lock(file, FlockArg::LockExclusiveNonblock).ok()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        Err(error) => Err(error),
    }
}

/// The file that stands for a port. One that another user created can be locked when it can be read.
fn open_lock(folder: &Path, port: u16) -> io::Result<File> {
    let path = folder.join(format!("{port}.lock"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o666);
    options.open(&path).or_else(|_| File::open(&path))
}

/// A child that is forked keeps everything open that is open here, until it executes its program.
static ALONE: Mutex<()> = Mutex::new(());

/// Held by one at a time: while a process is started, from the making of its streams to the closing of its ends of
/// them; while a port is tried out; and while something is closed whose end a program must see at once.
pub fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Can a program bind it that does not set SO_REUSEADDR?
fn is_free(port: u16) -> bool {
    let _guard = alone();
    let flags = SockFlag::SOCK_CLOEXEC;
    let Ok(probe) = socket(AddressFamily::Inet, SockType::Stream, flags, None) else { return false };
    bind(probe.as_raw_fd(), &SockaddrIn::new(0, 0, 0, 0, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn leases_differ_and_lie_outside_the_ephemeral_range() {
        let leases: Vec<Lease> = (0..64).map(|_| Lease::new().unwrap()).collect();
        let (first, last) = ephemeral_range();
        let mut ports: Vec<u16> = leases.iter().map(Lease::port).collect();
        assert!(ports.iter().all(|port| !(first..=last).contains(port)));
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 64);
    }

    #[test]
    fn a_port_with_a_listener_or_a_lingering_connection_is_not_free() {
        let lease = Lease::new().unwrap();
        let listener = TcpListener::bind(lease.address()).unwrap();
        assert!(!is_free(lease.port()));
        let client = TcpStream::connect(lease.address()).unwrap();
        let (server, _) = listener.accept().unwrap();
        drop(listener);
        // The side that closes first lingers.
        drop(server);
        drop(client);
        assert!(!is_free(lease.port()));
    }

    #[test]
    fn a_range_that_covers_everything_still_leaves_candidates() {
        assert!(candidates((1024, 65_535)).len() > 40_000);
        assert!(!candidates((32_768, 60_999)).contains(&40_000));
    }
}
