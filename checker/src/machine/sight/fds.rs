//! A process's descriptors: what each one is, and a closer look at single ones through a duplicate that is
//! closed at once.

use std::fs::{self, File};
use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{SockaddrStorage, getpeername, getsockname};

use super::sockets::{Info, state};
use super::threads::{Miss, numbers_in};
use super::{Blind, Page};
use crate::model::sight::Limit;

/// What a descriptor is, by the name that `/proc` gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Socket { inode: u64 },
    Pipe,
    EventFd,
    TimerFd,
    SignalFd,
    Ring,
    Path,
    Other,
}

/// A closer look at the descriptor of a blocked call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Socket {
        inode: u64,
        socket: Socket,
    },
    Pipe,
    /// A terminal; `Timed` where it is set to give up on silence (VTIME).
    Terminal(Limit),
    EventFd,
    SignalFd,
    File,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Socket {
    pub link: Link,
    pub receive: Limit,
    pub send: Limit,
}

/// What a socket is connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Listener(Option<SocketAddr>),
    Tcp {
        near: SocketAddr,
        far: SocketAddr,
        info: Info,
    },
    /// TCP whose connection is asked for, and not answered yet.
    Dialing {
        near: SocketAddr,
    },
    /// TCP that was never connected, or is no more.
    Idle,
    /// UDP on this machine alone.
    Datagrams {
        /// Where it receives, once it is bound.
        near: Option<SocketAddr>,
        waiting: Waiting,
    },
    /// Delivers in the very moment of sending: Unix and netlink sockets.
    Prompt,
    /// Any other: raw sockets, datagrams from elsewhere.
    Loose,
}

/// Is something there to be read?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    Something,
    Nothing,
}

/// The descriptors of a process, or of one thread of it, by number.
pub(super) type Table = Vec<(i32, Kind)>;

/// Lists the descriptors of the open directory `dir`, which is found at `path`.
pub(super) fn list(dir: &File, path: &str, scratch: &mut Vec<u8>, table: &mut Table) -> Result<(), Miss> {
    table.clear();
    numbers_in(dir, scratch, |fd| table.push((fd, Kind::Other))).map_err(Miss::of(Page::Descriptors))?;
    let mut name = String::with_capacity(path.len() + 8);
    for (fd, kind) in table.iter_mut() {
        name.clear();
        name.push_str(path);
        name.push('/');
        name.push_str(&fd.to_string());
        *kind = kind_of(&name, scratch).map_err(Miss::of(Page::Descriptors))?;
    }
    Ok(())
}

fn kind_of(path: &str, scratch: &mut Vec<u8>) -> io::Result<Kind> {
    let path = std::ffi::CString::new(path)?;
    // SAFETY: the path is a C string; the pointer and length describe `scratch`.
    let length = unsafe { libc::readlink(path.as_ptr(), scratch.as_mut_ptr().cast(), scratch.len()) };
    if length < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(kind_by_name(&scratch[..length as usize]))
}

fn kind_by_name(name: &[u8]) -> Kind {
    let inode = |prefix: &[u8]| -> Option<u64> {
        std::str::from_utf8(name.strip_prefix(prefix)?.strip_suffix(b"]")?).ok()?.parse().ok()
    };
    match name {
        b"anon_inode:[eventfd]" => Kind::EventFd,
        b"anon_inode:[timerfd]" => Kind::TimerFd,
        b"anon_inode:[signalfd]" => Kind::SignalFd,
        b"anon_inode:[io_uring]" => Kind::Ring,
        _ if name.starts_with(b"/") => Kind::Path,
        _ if name.starts_with(b"pipe:[") => Kind::Pipe,
        _ => inode(b"socket:[").map_or(Kind::Other, |inode| Kind::Socket { inode }),
    }
}

/// A reference to a living process, or to one thread, that descriptors can be duplicated from.
pub(super) struct Handle(OwnedFd);

/// Whose descriptors a handle stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Process,
    /// A thread whose main thread has ended; Linux 6.9 and younger.
    Thread,
}

impl Handle {
    pub fn open(id: i32, scope: Scope) -> Result<Handle, Miss> {
        let flags = match scope {
            Scope::Process => 0,
            Scope::Thread => libc::O_EXCL,
        };
        // SAFETY: two integers; the result is checked before use.
        let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, id, flags) };
        owned(fd).map(Handle).map_err(|error| match error.raw_os_error() {
            Some(libc::ESRCH) => Miss::Ended,
            errno => Miss::Blind(Blind::Descriptors(errno.unwrap_or(libc::EIO))),
        })
    }

    /// Looks at a socket; fails with `EBADF` where the process has closed the descriptor.
    pub fn socket(&self, fd: i32) -> io::Result<Socket> {
        let double = self.duplicate(fd)?;
        Ok(Socket {
            link: link(&double)?,
            receive: time_limit(&double, libc::SO_RCVTIMEO)?,
            send: time_limit(&double, libc::SO_SNDTIMEO)?,
        })
    }

    /// Whether a terminal gives up reading after a time.
    pub fn terminal(&self, fd: i32) -> io::Result<Limit> {
        let settings = nix::sys::termios::tcgetattr(self.duplicate(fd)?)?;
        let by_line = settings.local_flags.contains(nix::sys::termios::LocalFlags::ICANON);
        let patience = settings.control_chars[libc::VTIME];
        Ok(if !by_line && patience > 0 { Limit::Timed } else { Limit::None })
    }

    fn duplicate(&self, fd: i32) -> io::Result<OwnedFd> {
        // SAFETY: three integers; the result is checked before use.
        owned(unsafe { libc::syscall(libc::SYS_pidfd_getfd, self.0.as_raw_fd(), fd, 0) })
    }
}

/// What the path of a descriptor that is neither socket nor pipe leads to.
pub(super) fn special(path: &str) -> Object {
    const PSEUDO_TERMINALS: RangeInclusive<u32> = 136..=143;
    let Ok(data) = fs::metadata(path) else { return Object::Unknown };
    let kind = data.file_type();
    if kind.is_fifo() {
        return Object::Pipe;
    }
    if kind.is_char_device() {
        let major = libc::major(std::os::unix::fs::MetadataExt::rdev(&data));
        let terminal = PSEUDO_TERMINALS.contains(&major) || matches!(major, 4 | 5);
        return if terminal { Object::Terminal(Limit::Timed) } else { Object::Unknown };
    }
    if kind.is_file() { Object::File } else { Object::Unknown }
}

fn owned(fd: libc::c_long) -> io::Result<OwnedFd> {
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system has just given us this descriptor, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

fn link(socket: &OwnedFd) -> io::Result<Link> {
    let stream = option::<libc::c_int>(socket, libc::SOL_SOCKET, libc::SO_TYPE)? == libc::SOCK_STREAM;
    match option::<libc::c_int>(socket, libc::SOL_SOCKET, libc::SO_DOMAIN)? {
        libc::AF_UNIX | libc::AF_NETLINK => return Ok(Link::Prompt),
        libc::AF_INET | libc::AF_INET6 if stream => {}
        libc::AF_INET | libc::AF_INET6 => return datagrams(socket),
        _ => return Ok(Link::Loose),
    }
    if option::<libc::c_int>(socket, libc::SOL_SOCKET, libc::SO_PROTOCOL)? != libc::IPPROTO_TCP {
        return Ok(Link::Loose);
    }
    let near = getsockname::<SockaddrStorage>(socket.as_raw_fd()).ok().and_then(address);
    if option::<libc::c_int>(socket, libc::SOL_SOCKET, libc::SO_ACCEPTCONN)? != 0 {
        return Ok(Link::Listener(near));
    }
    let info: [u8; 256] = option(socket, libc::IPPROTO_TCP, libc::TCP_INFO)?;
    let Some(info) = Info::parse(&info) else { return Ok(Link::Loose) };
    let far = getpeername::<SockaddrStorage>(socket.as_raw_fd()).ok().and_then(address);
    Ok(match (info.state, near, far) {
        (state::CLOSE, ..) => Link::Idle,
        (state::SYN_SENT, Some(near), _) => Link::Dialing { near },
        (_, Some(near), Some(far)) => Link::Tcp { near, far, info },
        _ => Link::Loose,
    })
}

fn datagrams(socket: &OwnedFd) -> io::Result<Link> {
    if option::<libc::c_int>(socket, libc::SOL_SOCKET, libc::SO_PROTOCOL)? != libc::IPPROTO_UDP {
        return Ok(Link::Loose);
    }
    let near = getsockname::<SockaddrStorage>(socket.as_raw_fd()).ok().and_then(address);
    let far = getpeername::<SockaddrStorage>(socket.as_raw_fd()).ok().and_then(address);
    if far.is_some_and(|far| !far.ip().is_loopback()) {
        return Ok(Link::Loose);
    }
    let mut asked = [PollFd::new(socket.as_fd(), PollFlags::POLLIN)];
    poll(&mut asked, PollTimeout::ZERO)?;
    // An error waits to be read as well as a datagram does.
    let waits = asked[0].revents().is_none_or(|found| !found.is_empty());
    let waiting = if waits { Waiting::Something } else { Waiting::Nothing };
    Ok(Link::Datagrams { near: near.filter(|near| near.port() != 0), waiting })
}

/// An internet address; IPv4 ones that an IPv6 socket shows in its own way are given as IPv4.
fn address(storage: SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = storage.as_sockaddr_in() {
        return Some(SocketAddr::from((v4.ip(), v4.port())));
    }
    storage.as_sockaddr_in6().map(|v6| SocketAddr::from((v6.ip().to_canonical(), v6.port())))
}

fn time_limit(socket: &OwnedFd, name: libc::c_int) -> io::Result<Limit> {
    let limit: libc::timeval = option(socket, libc::SOL_SOCKET, name)?;
    Ok(if limit.tv_sec == 0 && limit.tv_usec == 0 { Limit::None } else { Limit::Timed })
}

/// An option's value; what the kernel does not fill in stays zero. `T` is plain numbers.
fn option<T: Copy>(socket: &OwnedFd, level: libc::c_int, name: libc::c_int) -> io::Result<T> {
    let mut value = MaybeUninit::<T>::zeroed();
    let mut length = size_of::<T>() as libc::socklen_t;
    // SAFETY: the pointer and length describe `value`.
    let done = unsafe {
        libc::getsockopt(socket.as_raw_fd(), level, name, value.as_mut_ptr().cast(), &raw mut length)
    };
    if done < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all zeros, or what the kernel wrote, is a value of these plain numeric types.
    Ok(unsafe { value.assume_init() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_known_by_their_names() {
        assert_eq!(kind_by_name(b"socket:[4711]"), Kind::Socket { inode: 4711 });
        assert_eq!(kind_by_name(b"socket:[x]"), Kind::Other);
        assert_eq!(kind_by_name(b"pipe:[12]"), Kind::Pipe);
        assert_eq!(kind_by_name(b"anon_inode:[timerfd]"), Kind::TimerFd);
        assert_eq!(kind_by_name(b"anon_inode:[io_uring]"), Kind::Ring);
        assert_eq!(kind_by_name(b"/dev/pts/3"), Kind::Path);
    }

    #[test]
    fn a_read_limit_is_seen_through_a_duplicate() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let me = Handle::open(std::process::id() as i32, Scope::Process).unwrap();
        let before = me.socket(client.as_raw_fd()).unwrap();
        assert_eq!((before.receive, before.send), (Limit::None, Limit::None));
        client.set_read_timeout(Some(std::time::Duration::from_micros(1))).unwrap();
        let after = me.socket(client.as_raw_fd()).unwrap();
        assert_eq!((after.receive, after.send), (Limit::Timed, Limit::None));
        let listening = me.socket(listener.as_raw_fd()).unwrap().link;
        assert_eq!(listening, Link::Listener(Some(listener.local_addr().unwrap())));
    }
}
