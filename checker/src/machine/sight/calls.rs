//! A blocked thread's system call: from its number and arguments to what it waits for.

use crate::model::sight::Limit;

/// One line of `/proc/PID/task/TID/syscall`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// The thread is not blocked.
    Running,
    /// Blocked outside any system call, as in a page fault.
    OutsideCalls,
    Call(Raw),
}

/// A system call with its arguments; the stack and instruction pointers tell two calls of
/// the same kind apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raw {
    pub number: i64,
    pub args: [u64; 6],
    pub stack: u64,
    pub instruction: u64,
}

/// What a system call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Accept {
        fd: i32,
    },
    Receive {
        fd: i32,
        limit: Limit,
    },
    Send {
        fd: i32,
    },
    Connect {
        fd: i32,
    },
    Poll {
        limit: Limit,
    },
    Futex {
        limit: Limit,
    },
    Child,
    /// Any signal that has a handler.
    AnySignal,
    /// The signals of the set at this address of the program's memory.
    SignalOf {
        set: u64,
        limit: Limit,
    },
    Sleep,
    Other(i64),
}

impl Call {
    /// Whether the call alone already tells that it ends by itself, or may.
    pub fn ends_by_itself(&self) -> bool {
        match self {
            Call::Receive { limit, .. }
            | Call::Poll { limit }
            | Call::Futex { limit }
            | Call::SignalOf { limit, .. } => *limit == Limit::Timed,
            Call::Sleep | Call::Other(_) => true,
            Call::Accept { .. }
            | Call::Connect { .. }
            | Call::Send { .. }
            | Call::Child
            | Call::AnySignal => false,
        }
    }
}

/// Reads one line of the `syscall` file; `None` for a line of another form.
pub(super) fn parse_line(line: &[u8]) -> Option<Line> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    if line == "running" {
        return Some(Line::Running);
    }
    let mut words = line.split(' ');
    let number: i64 = words.next()?.parse().ok()?;
    if number < 0 {
        return Some(Line::OutsideCalls);
    }
    let mut hex = || u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok();
    let args = [hex()?, hex()?, hex()?, hex()?, hex()?, hex()?];
    Some(Line::Call(Raw { number, args, stack: hex()?, instruction: hex()? }))
}

/// What a blocked call waits for.
pub(super) fn meaning(raw: &Raw) -> Call {
    let [first, second, third, fourth, fifth, _] = raw.args;
    let fd = first as i32;
    match raw.number {
        libc::SYS_accept | libc::SYS_accept4 => Call::Accept { fd },
        libc::SYS_read | libc::SYS_readv | libc::SYS_recvfrom | libc::SYS_recvmsg => {
            Call::Receive { fd, limit: Limit::None }
        }
        libc::SYS_recvmmsg => Call::Receive { fd, limit: by_pointer(fifth) },
        libc::SYS_write
        | libc::SYS_writev
        | libc::SYS_sendto
        | libc::SYS_sendmsg
        | libc::SYS_sendmmsg
        | libc::SYS_sendfile => Call::Send { fd },
        libc::SYS_connect => Call::Connect { fd },
        libc::SYS_futex => futex(second, fourth),
        libc::SYS_futex_waitv => Call::Futex { limit: by_pointer(fourth) },
        libc::SYS_ppoll => Call::Poll { limit: by_pointer(third) },
        libc::SYS_pselect6 => Call::Poll { limit: by_pointer(fifth) },
        libc::SYS_epoll_pwait => Call::Poll { limit: by_milliseconds(fourth) },
        libc::SYS_epoll_pwait2 => Call::Poll { limit: by_pointer(fourth) },
        libc::SYS_wait4 | libc::SYS_waitid => Call::Child,
        libc::SYS_rt_sigsuspend => Call::AnySignal,
        libc::SYS_rt_sigtimedwait => Call::SignalOf { set: first, limit: by_pointer(third) },
        libc::SYS_nanosleep | libc::SYS_clock_nanosleep => Call::Sleep,
        _ => old_calls(raw),
    }
}

/// Calls that younger architectures left out.
#[cfg(target_arch = "x86_64")]
fn old_calls(raw: &Raw) -> Call {
    let [_, _, third, fourth, fifth, _] = raw.args;
    match raw.number {
        libc::SYS_poll => Call::Poll { limit: by_milliseconds(third) },
        libc::SYS_select => Call::Poll { limit: by_pointer(fifth) },
        libc::SYS_epoll_wait => Call::Poll { limit: by_milliseconds(fourth) },
        libc::SYS_pause => Call::AnySignal,
        _ => Call::Other(raw.number),
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn old_calls(raw: &Raw) -> Call {
    Call::Other(raw.number)
}

fn futex(operation: u64, timeout: u64) -> Call {
    const LOCK_PI2: i32 = 13;
    let command = operation as i32 & !(libc::FUTEX_PRIVATE_FLAG | libc::FUTEX_CLOCK_REALTIME);
    match command {
        libc::FUTEX_WAIT
        | libc::FUTEX_WAIT_BITSET
        | libc::FUTEX_LOCK_PI
        | libc::FUTEX_WAIT_REQUEUE_PI
        | LOCK_PI2 => Call::Futex { limit: by_pointer(timeout) },
        _ => Call::Other(libc::SYS_futex),
    }
}

fn by_pointer(timeout: u64) -> Limit {
    if timeout == 0 { Limit::None } else { Limit::Timed }
}

fn by_milliseconds(timeout: u64) -> Limit {
    if (timeout as i32) < 0 { Limit::None } else { Limit::Timed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(number: i64, args: [u64; 6]) -> Call {
        meaning(&Raw { number, args, stack: 0, instruction: 0 })
    }

    #[test]
    fn a_line_of_a_blocked_thread_gives_number_and_arguments() {
        let line = parse_line(b"45 0x4 0x7ffe 0x200 0x0 0x0 0x0 0x7ffd10 0x7f9a2\n");
        let raw =
            Raw { number: 45, args: [4, 0x7ffe, 0x200, 0, 0, 0], stack: 0x7ffd10, instruction: 0x7f9a2 };
        assert_eq!(line, Some(Line::Call(raw)));
    }

    #[test]
    fn lines_without_a_call_and_broken_lines() {
        assert_eq!(parse_line(b"running\n"), Some(Line::Running));
        assert_eq!(parse_line(b"-1 0x7ffd10 0x7f9a2\n"), Some(Line::OutsideCalls));
        for broken in [&b""[..], b"45", b"45 0x1 0x2", b"x 0x1", b"45 1 2 3 4 5 6 7 8", b"\xff\xfe"] {
            assert_eq!(parse_line(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn a_negative_poll_limit_is_none_in_32_and_in_64_bits() {
        for forever in [0xffff_ffff, u64::MAX] {
            assert_eq!(
                call(libc::SYS_epoll_pwait, [3, 0, 8, forever, 0, 8]),
                Call::Poll { limit: Limit::None }
            );
        }
        assert_eq!(call(libc::SYS_epoll_pwait, [3, 0, 8, 0, 0, 8]), Call::Poll { limit: Limit::Timed });
        assert_eq!(call(libc::SYS_epoll_pwait, [3, 0, 8, 900, 0, 8]), Call::Poll { limit: Limit::Timed });
    }

    #[test]
    fn a_futex_is_untimed_only_with_a_null_timeout_and_a_waiting_command() {
        let private = libc::FUTEX_PRIVATE_FLAG as u64;
        let realtime = libc::FUTEX_CLOCK_REALTIME as u64;
        for command in [0, 6, 9, 11, 13] {
            assert_eq!(
                call(libc::SYS_futex, [1, command | private | realtime, 2, 0, 0, 0]),
                Call::Futex { limit: Limit::None }
            );
            assert_eq!(
                call(libc::SYS_futex, [1, command | private, 2, 0x7ff0, 0, 0]),
                Call::Futex { limit: Limit::Timed }
            );
        }
        let wake = call(libc::SYS_futex, [1, 1 | private, 2, 0, 0, 0]);
        assert_eq!(wake, Call::Other(libc::SYS_futex));
        assert!(wake.ends_by_itself());
    }

    #[test]
    fn unknown_calls_and_restarted_ones_count_as_ending_by_themselves() {
        for number in [libc::SYS_restart_syscall, libc::SYS_io_uring_enter, libc::SYS_flock, 100_000] {
            assert!(call(number, [0; 6]).ends_by_itself());
        }
        assert!(call(libc::SYS_clock_nanosleep, [0; 6]).ends_by_itself());
    }
}
