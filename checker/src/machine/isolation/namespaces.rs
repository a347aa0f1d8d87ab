//! The namespaces of one run, entered by the thread that holds its conversation.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::OnceLock;

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

/// The end of all room for what a program writes; it is told to have written too much before that.
const FOLDER_BYTES: u64 = 80 << 20;
const FOLDER_FILES: u64 = 4096;

/// Buckets of a network's own tables of sockets. The tables that all networks share otherwise have a quarter of a
/// million, and whoever reads `/proc/net/tcp` walks through them all: a third of what a check took.
const BUCKETS: &str = "1024\n";

/// Gives the calling thread, and what it starts, a network and a mount table of its own.
pub fn enter() -> io::Result<()> {
    let flags = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWIPC;
    if let Some(parent) = parent_network() {
        setns(parent, CloneFlags::CLONE_NEWNET)?;
    }
    unshare(flags)?;
    // Nothing that is mounted from here on is seen outside.
    mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>)?;
    raise_loopback()
}

/// A network whose children have small tables of their own; none where the kernel (before 6.1) or the system does not
/// grant that, which costs time and nothing else.
fn parent_network() -> Option<&'static File> {
    static PARENT: OnceLock<Option<File>> = OnceLock::new();
    let make = || -> io::Result<File> {
        unshare(CloneFlags::CLONE_NEWNET)?;
        for name in ["tcp_child_ehash_entries", "udp_child_hash_entries"] {
            std::fs::write(format!("/proc/sys/net/ipv4/{name}"), BUCKETS)?;
        }
        File::open("/proc/thread-self/ns/net")
    };
    // In a thread of its own, which leaves the network that it was born in.
    PARENT.get_or_init(|| std::thread::spawn(make).join().ok()?.ok()).as_ref()
}

/// Gives the calling thread's next child a process table of its own. Once in a thread's life, and
/// that thread can start no other.
pub fn enter_processes() -> io::Result<()> {
    Ok(unshare(CloneFlags::CLONE_NEWPID)?)
}

/// Brings `lo` up; the kernel gives it 127.0.0.1 and ::1 by itself.
fn raise_loopback() -> io::Result<()> {
    let control = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    // SAFETY: an all-zero ifreq is a valid one.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = *from as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: the request is valid for the whole call.
    let result = unsafe { libc::ioctl(control.as_raw_fd(), libc::SIOCSIFFLAGS as _, &request) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Puts an empty file system of limited size over the working folder, for this thread and its children.
pub fn mount_folder(folder: &Path) -> io::Result<()> {
    let options = format!("size={FOLDER_BYTES},nr_inodes={FOLDER_FILES},mode=0755");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    Ok(mount(Some("tmpfs"), folder, Some("tmpfs"), flags, Some(options.as_str()))?)
}

/// Makes the socket buffers of this network small, so that a slow reader is felt after kilobytes.
///
/// Least, default and most bytes; the kernel's own least is 4096, and half of a buffer is bookkeeping.
pub fn shrink_buffers() -> io::Result<()> {
    for name in ["tcp_wmem", "tcp_rmem"] {
        std::fs::write(format!("/proc/sys/net/ipv4/{name}"), "4096 8192 16384\n")?;
    }
    Ok(())
}
