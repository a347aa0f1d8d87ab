//! Timers that can wake a program while all its threads are blocked.

use std::fs;
use std::io::IoSliceMut;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use super::Clock;
use super::calls::Call;
use super::fds::Kind;
use super::threads::Sample;
use super::tree::Belongings;

/// The first timer found that may wake this process.
pub(super) fn clock(pid: i32, samples: &[Sample], belongings: &Belongings) -> Option<Clock> {
    let caught = samples.iter().fold(0, |all, sample| all | sample.caught);
    if caught & ALARM != 0 || samples.iter().any(|sample| awaits_alarm(pid, sample)) {
        return Some(Clock::Alarm);
    }
    let by_descriptor = belongings.table.iter().find_map(|(fd, kind)| match kind {
        Kind::Ring => Some(Clock::Ring),
        Kind::TimerFd if page(pid, &format!("fdinfo/{fd}")).is_none_or(|text| timer_is_set(&text)) => {
            Some(Clock::TimerFd)
        }
        Kind::SignalFd if page(pid, &format!("fdinfo/{fd}")).is_none_or(|text| alarm_in_mask(&text)) => {
            Some(Clock::Alarm)
        }
        _ => None,
    });
    by_descriptor.or_else(|| posix_timer(page(pid, "timers").as_deref(), caught))
}

const ALARM: u64 = bit(libc::SIGALRM);

/// Signals that programs handle for reasons other than timers.
const EVERYDAY: u64 = bit(libc::SIGINT)
    | bit(libc::SIGTERM)
    | bit(libc::SIGHUP)
    | bit(libc::SIGQUIT)
    | bit(libc::SIGCHLD)
    | bit(libc::SIGPIPE)
    | bit(libc::SIGSEGV)
    | bit(libc::SIGBUS)
    | bit(libc::SIGWINCH);

const fn bit(signal: libc::c_int) -> u64 {
    1 << (signal - 1)
}

fn page(pid: i32, name: &str) -> Option<String> {
    fs::read_to_string(format!("/proc/{pid}/{name}")).ok()
}

/// Whether a thread waits for a set of signals in which SIGALRM is, or which cannot be read.
fn awaits_alarm(pid: i32, sample: &Sample) -> bool {
    let Some(Call::SignalOf { set, .. }) = sample.call() else { return false };
    let mut bytes = [0; 8];
    let remote = RemoteIoVec { base: set as usize, len: bytes.len() };
    let read = process_vm_readv(Pid::from_raw(pid), &mut [IoSliceMut::new(&mut bytes)], &[remote]);
    read != Ok(bytes.len()) || u64::from_ne_bytes(bytes) & ALARM != 0
}

/// A timerfd wakes nobody only when it is not running and has no tick that was not read.
fn timer_is_set(text: &str) -> bool {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    field("ticks:") != Some("0") || field("it_value:") != Some("(0, 0)")
}

fn alarm_in_mask(text: &str) -> bool {
    let mask = text.lines().find_map(|line| line.strip_prefix("sigmask:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & ALARM != 0)
}

/// The kernel lists timers, armed or not. Where it has no such list, an unusual handler is
/// suspected of serving one.
fn posix_timer(list: Option<&str>, caught: u64) -> Option<Clock> {
    let suspected = match list {
        Some(list) => !list.trim().is_empty(),
        None => caught & !EVERYDAY != 0,
    };
    suspected.then_some(Clock::PosixTimer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timerfd_sleeps_only_unset_and_read() {
        let text = |ticks, value| {
            format!(
                "pos:\t0\nclockid: 1\nticks: {ticks}\nsettime flags: 00\nit_value: ({value})\nit_interval: (0, 0)\n"
            )
        };
        assert!(!timer_is_set(&text(0, "0, 0")));
        assert!(timer_is_set(&text(1, "0, 0")));
        assert!(timer_is_set(&text(0, "0, 5")));
        assert!(timer_is_set(&text(0, "1, 0")));
        assert!(timer_is_set("something else"));
    }

    #[test]
    fn a_signalfd_matters_when_it_takes_the_alarm() {
        assert!(alarm_in_mask("pos:\t0\nsigmask:\t0000000000002000\n"));
        assert!(!alarm_in_mask("pos:\t0\nsigmask:\t0000000000000002\n"));
        assert!(alarm_in_mask("sigmask:\tx"));
    }

    #[test]
    fn posix_timers_are_listed_or_suspected() {
        assert_eq!(posix_timer(Some(""), bit(libc::SIGUSR1)), None);
        assert_eq!(posix_timer(Some("ID: 0\nsignal: 14/0\n"), 0), Some(Clock::PosixTimer));
        assert_eq!(posix_timer(None, bit(libc::SIGINT) | bit(libc::SIGSEGV)), None);
        assert_eq!(posix_timer(None, bit(libc::SIGUSR1)), Some(Clock::PosixTimer));
    }
}
