//! Threads as `/proc` shows them: one read into a reused buffer for each page, on descriptors that stay open
//! for programs with few threads.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;

use bstr::ByteSlice;

use super::calls::{self, Call, Line};
use super::{Blind, Page};

/// Why a page of a thread could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// The thread or process has ended.
    Ended,
    Blind(Blind),
}

impl Miss {
    pub fn of(page: Page) -> impl Fn(io::Error) -> Miss {
        move |error| match error.raw_os_error() {
            Some(libc::ENOENT | libc::ESRCH) => Miss::Ended,
            errno => Miss::Blind(Blind::Proc(page, errno.unwrap_or(libc::EIO))),
        }
    }
}

/// One sample of one thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub tid: i32,
    pub state: State,
    pub line: Line,
    /// How often the thread has left a processor, by its own will or not.
    pub switches: u64,
    /// The signals that have a handler, bit 0 for signal 1.
    pub caught: u64,
}

impl Sample {
    /// What the thread is blocked in, if it is blocked in a system call.
    pub fn call(&self) -> Option<Call> {
        match (self.state, &self.line) {
            (State::Blocked, Line::Call(raw)) => Some(calls::meaning(raw)),
            _ => None,
        }
    }

    /// Whether this sample alone tells that the thread is not at rest.
    pub fn moves(&self) -> bool {
        self.state != State::Ended && self.call().is_none_or(|call| call.ends_by_itself())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Blocked, and a signal would wake it.
    Blocked,
    /// On a processor, ready to be, or waiting for a disk.
    Busy,
    Stopped,
    Ended,
}

/// One thread; its pages stay open where `pages` holds them.
pub(super) struct Task {
    pub pid: i32,
    pub tid: i32,
    pages: Option<Pages>,
}

struct Pages {
    call: File,
    status: File,
    children: File,
}

/// Whether a thread's pages stay open between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Open,
    Closed,
}

impl Task {
    pub fn new(pid: i32, tid: i32, keep: Keep) -> Result<Task, Miss> {
        let pages = match keep {
            Keep::Closed => None,
            Keep::Open => Some(Pages {
                call: open(pid, tid, Page::SystemCall)?,
                status: open(pid, tid, Page::Status)?,
                children: open(pid, tid, Page::Children)?,
            }),
        };
        Ok(Task { pid, tid, pages })
    }

    /// Samples the thread. The system call comes first: reading it waits until the thread has
    /// really left its processor, so that the counts read after it are complete.
    pub fn sample(&self, scratch: &mut Vec<u8>) -> Result<Sample, Miss> {
        let line = calls::parse_line(self.read(Page::SystemCall, scratch)?);
        if line == Some(Line::Running) {
            let (tid, state) = (self.tid, State::Busy);
            return Ok(Sample { tid, state, line: Line::Running, switches: 0, caught: 0 });
        }
        let status = parse_status(self.read(Page::Status, scratch)?);
        let garbled = |page| Miss::Blind(Blind::Proc(page, libc::EINVAL));
        let status = status.ok_or(garbled(Page::Status))?;
        let line = match status.state {
            State::Ended => Line::OutsideCalls,
            _ => line.ok_or(garbled(Page::SystemCall))?,
        };
        let Status { state, switches, caught } = status;
        Ok(Sample { tid: self.tid, state, line, switches, caught })
    }

    /// Adds the processes that this thread has started to `into`.
    pub fn children(&self, scratch: &mut Vec<u8>, into: &mut Vec<i32>) -> Result<(), Miss> {
        let text = self.read(Page::Children, scratch)?;
        into.extend(text.fields().filter_map(|pid| pid.to_str().ok()?.parse::<i32>().ok()));
        Ok(())
    }

    /// The kernel's name of the thread.
    pub fn name(&self, scratch: &mut Vec<u8>) -> Result<String, Miss> {
        let text = self.read(Page::Status, scratch)?;
        Ok(field(text, "Name:").unwrap_or_default().trim().to_str_lossy().into_owned())
    }

    pub fn keeps(&self) -> Keep {
        if self.pages.is_some() { Keep::Open } else { Keep::Closed }
    }

    fn read<'a>(&self, page: Page, scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Miss> {
        let opened;
        let file = match (&self.pages, page) {
            (Some(pages), Page::SystemCall) => &pages.call,
            (Some(pages), Page::Children) => &pages.children,
            (Some(pages), _) => &pages.status,
            (None, _) => {
                opened = open(self.pid, self.tid, page)?;
                &opened
            }
        };
        read_whole(file, scratch).map_err(Miss::of(page))
    }
}

/// Reads a page from its beginning, whole even where it is longer than the buffer was.
pub(super) fn read_whole<'a>(file: &File, scratch: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
    const ROOM: usize = 4096;
    // The kernel hands out long lists about a page at a time; less than this is surely the end.
    const SHORT: usize = 3072;
    scratch.resize(scratch.len().max(ROOM), 0);
    let mut filled = 0;
    loop {
        let read = file.read_at(&mut scratch[filled..], filled as u64)?;
        filled += read;
        if read == 0 || filled < SHORT {
            return Ok(&scratch[..filled]);
        }
        if scratch.len() - filled < ROOM {
            let longer = scratch.len() * 2;
            scratch.resize(longer, 0);
        }
    }
}

/// Calls `each` with every entry of an open directory of `/proc` whose name is a number.
pub(super) fn numbers_in(dir: &File, scratch: &mut Vec<u8>, mut each: impl FnMut(i32)) -> io::Result<()> {
    const ROOM: usize = 8192;
    const NAME: usize = 19;
    scratch.resize(scratch.len().max(ROOM), 0);
    nix::unistd::lseek(dir, 0, nix::unistd::Whence::SeekSet)?;
    loop {
        // SAFETY: the pointer and length describe `scratch`, which outlives the call.
        let filled = unsafe {
            libc::syscall(libc::SYS_getdents64, dir.as_raw_fd(), scratch.as_mut_ptr(), scratch.len())
        };
        if filled < 0 {
            return Err(io::Error::last_os_error());
        }
        if filled == 0 {
            return Ok(());
        }
        let mut entries = &scratch[..filled as usize];
        while entries.len() > NAME {
            let length = usize::from(u16::from_ne_bytes([entries[16], entries[17]]));
            if length <= NAME || length > entries.len() {
                break;
            }
            let name = entries[NAME..length].split(|byte| *byte == 0).next().unwrap_or_default();
            if let Some(number) = name.to_str().ok().and_then(|name| name.parse().ok()) {
                each(number);
            }
            entries = &entries[length..];
        }
    }
}

fn open(pid: i32, tid: i32, page: Page) -> Result<File, Miss> {
    let name = match page {
        Page::SystemCall => "syscall",
        Page::Children => "children",
        _ => "status",
    };
    File::open(format!("/proc/{pid}/task/{tid}/{name}")).map_err(Miss::of(page))
}

struct Status {
    state: State,
    switches: u64,
    caught: u64,
}

fn parse_status(text: &[u8]) -> Option<Status> {
    let state = match field(text, "\nState:")?.trim_start().first()? {
        b'S' => State::Blocked,
        b'Z' | b'X' | b'x' => State::Ended,
        b'T' | b't' => State::Stopped,
        _ => State::Busy,
    };
    let number = |name| field(text, name)?.trim().to_str().ok()?.parse::<u64>().ok();
    let switches = number("\nvoluntary_ctxt_switches:")? + number("\nnonvoluntary_ctxt_switches:")?;
    let caught = u64::from_str_radix(field(text, "\nSigCgt:")?.trim().to_str().ok()?, 16).ok()?;
    Some(Status { state, switches, caught })
}

/// The rest of the line that begins with `name`.
fn field<'a>(text: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let at = text.find(name)? + name.len();
    text[at..].lines().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &[u8] =
        b"Name:\tserver\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t7\nSigCgt:\t0000000100002440\n\
        voluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t30\n";

    #[test]
    fn a_status_gives_state_switches_and_handlers() {
        let status = parse_status(STATUS).unwrap();
        assert_eq!((status.state, status.switches, status.caught), (State::Blocked, 42, 0x1_0000_2440));
    }

    #[test]
    fn every_state_letter_that_is_not_sleeping_is_no_rest() {
        let state = |letter: &str| {
            let text = STATUS.replace("State:\tS", format!("State:\t{letter}"));
            parse_status(&text).unwrap().state
        };
        assert_eq!(state("R"), State::Busy);
        assert_eq!(state("D"), State::Busy);
        assert_eq!(state("T"), State::Stopped);
        assert_eq!(state("t"), State::Stopped);
        assert_eq!(state("Z"), State::Ended);
    }

    #[test]
    fn a_status_without_counts_is_not_understood() {
        let text = STATUS.replace("voluntary_ctxt", "other");
        assert!(parse_status(&text).is_none());
    }

    #[test]
    fn a_long_page_is_read_whole_and_a_small_buffer_grows() {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        let text: Vec<u8> = (0..50_000u32).map(|n| n as u8).collect();
        file.write_all(&text).unwrap();
        let mut scratch = Vec::new();
        assert_eq!(read_whole(&file, &mut scratch).unwrap(), &text[..]);
    }
}
