//! Descriptors: made, read without waiting, and how many there may be.

use std::io;
use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd;

pub(super) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(unistd::pipe2(OFlag::O_CLOEXEC)?)
}

pub(super) fn set_nonblocking(fd: BorrowedFd) -> io::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    fcntl(fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    Ok(())
}

#[cfg(target_os = "linux")]
pub(super) fn open_pidfd(pid: u32) -> io::Result<OwnedFd> {
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
    match unistd::read(fd, buffer) {
        Ok(count) => Ok(count),
        Err(Errno::EIO) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
