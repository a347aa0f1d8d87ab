//! Threads as `/proc` shows them: one read into a reused buffer for each page, on descriptors that stay open
//! for programs with few threads.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;

use bstr::ByteSlice;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;

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
    /// How often the thread has got or left a processor.
    pub turns: u64,
    /// The signals up to 31 that have a handler, bit 0 for signal 1.
    pub caught: u64,
}

/// Where a thread's turns on a processor are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counter {
    /// Turns begun, in `schedstat`: the cheapest page there is, but not every kernel fills it.
    Begun,
    /// Turns ended, in `status`: on every kernel, eight times dearer.
    Ended,
}

impl Counter {
    /// The cheaper one, where this system fills it.
    pub fn choose() -> Counter {
        let own = std::fs::read("/proc/thread-self/schedstat").ok();
        match own.and_then(|text| turns_begun(&text)) {
            Some(1..) => Counter::Begun,
            _ => Counter::Ended,
        }
    }
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
    pub tid: i32,
    pages: Option<Pages>,
}

struct Pages {
    call: File,
    stat: File,
    count: File,
    children: File,
}

/// Whether a thread's pages stay open between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Open,
    Closed,
}

/// How to read threads: below which open `task` directory, by which counter, into which buffer.
pub(super) struct Reader<'a> {
    pub tasks: &'a File,
    pub counter: Counter,
    pub scratch: &'a mut Vec<u8>,
}

impl Task {
    pub fn new(tid: i32, keep: Keep, reader: &Reader) -> Result<Task, Miss> {
        let open = |page| open(reader.tasks, tid, page, reader.counter);
        let pages = match keep {
            Keep::Closed => None,
            Keep::Open => Some(Pages {
                call: open(Page::SystemCall)?,
                stat: open(Page::Stat)?,
                count: open(Page::Turns)?,
                children: open(Page::Children)?,
            }),
        };
        Ok(Task { tid, pages })
    }

    /// The first of two samples. Reading the system call waits until the thread has really left
    /// its processor. With the turns begun counted before, any turn after that shows as one more.
    pub fn first(&self, reader: &mut Reader) -> Result<Sample, Miss> {
        let turns = self.turns(reader)?;
        let line = self.line(reader)?;
        let (state, caught) = match line {
            Line::Running => (State::Busy, 0),
            _ => self.stat(reader)?,
        };
        Ok(Sample { tid: self.tid, state, line, turns, caught })
    }

    /// The second of two samples. With the turns ended counted last, after the thread has really
    /// left its processor, no turn is missed.
    pub fn second(&self, reader: &mut Reader) -> Result<Sample, Miss> {
        let line = self.line(reader)?;
        let (state, caught) = self.stat(reader)?;
        Ok(Sample { tid: self.tid, state, line, turns: self.turns(reader)?, caught })
    }

    /// Adds the processes that this thread has started to `into`.
    pub fn children(&self, reader: &mut Reader, into: &mut Vec<i32>) -> Result<(), Miss> {
        let text = self.read(Page::Children, reader)?;
        into.extend(text.fields().filter_map(|pid| pid.to_str().ok()?.parse::<i32>().ok()));
        Ok(())
    }

    /// The kernel's name of the thread.
    pub fn name(&self, reader: &mut Reader) -> Result<String, Miss> {
        let text = self.read(Page::Stat, reader)?;
        let name =
            text.find_byte(b'(').zip(text.rfind_byte(b')')).and_then(|(from, to)| text.get(from + 1..to));
        Ok(name.unwrap_or_default().to_str_lossy().into_owned())
    }

    pub fn keeps(&self) -> Keep {
        if self.pages.is_some() { Keep::Open } else { Keep::Closed }
    }

    fn line(&self, reader: &mut Reader) -> Result<Line, Miss> {
        calls::parse_line(self.read(Page::SystemCall, reader)?).ok_or(garbled(Page::SystemCall))
    }

    fn stat(&self, reader: &mut Reader) -> Result<(State, u64), Miss> {
        parse_stat(self.read(Page::Stat, reader)?).ok_or(garbled(Page::Stat))
    }

    fn turns(&self, reader: &mut Reader) -> Result<u64, Miss> {
        let counter = reader.counter;
        let text = self.read(Page::Turns, reader)?;
        let turns = match counter {
            Counter::Begun => turns_begun(text),
            Counter::Ended => turns_ended(text),
        };
        turns.ok_or(garbled(Page::Turns))
    }

    fn read<'a>(&self, page: Page, reader: &'a mut Reader) -> Result<&'a [u8], Miss> {
        let opened;
        let file = match (&self.pages, page) {
            (Some(pages), Page::SystemCall) => &pages.call,
            (Some(pages), Page::Children) => &pages.children,
            (Some(pages), Page::Turns) => &pages.count,
            (Some(pages), _) => &pages.stat,
            (None, _) => {
                opened = open(reader.tasks, self.tid, page, reader.counter)?;
                &opened
            }
        };
        read_whole(file, reader.scratch).map_err(Miss::of(page))
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

fn open(tasks: &File, tid: i32, page: Page, counter: Counter) -> Result<File, Miss> {
    let name = match (page, counter) {
        (Page::SystemCall, _) => "syscall",
        (Page::Children, _) => "children",
        (Page::Turns, Counter::Begun) => "schedstat",
        (Page::Turns, Counter::Ended) => "status",
        _ => "stat",
    };
    let path = format!("{tid}/{name}");
    let file = openat(tasks, path.as_str(), OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty());
    file.map(File::from).map_err(|errno| Miss::of(page)(errno.into()))
}

fn garbled(page: Page) -> Miss {
    Miss::Blind(Blind::Proc(page, libc::EINVAL))
}

/// State and caught signals. The thread's name, which may hold anything, ends at the last parenthesis.
fn parse_stat(text: &[u8]) -> Option<(State, u64)> {
    const CAUGHT_AFTER_STATE: usize = 30;
    let mut words = text[text.rfind_byte(b')')? + 1..].fields();
    let state = match words.next()?.first()? {
        b'S' => State::Blocked,
        b'Z' | b'X' | b'x' => State::Ended,
        b'T' | b't' => State::Stopped,
        _ => State::Busy,
    };
    Some((state, number(words.nth(CAUGHT_AFTER_STATE)?)?))
}

fn turns_begun(schedstat: &[u8]) -> Option<u64> {
    number(schedstat.fields().nth(2)?)
}

fn turns_ended(status: &[u8]) -> Option<u64> {
    let count = |name: &str| {
        let at = status.find(name)? + name.len();
        number(status[at..].fields().next()?)
    };
    Some(count("\nvoluntary_ctxt_switches:")? + count("\nnonvoluntary_ctxt_switches:")?)
}

fn number(word: &[u8]) -> Option<u64> {
    word.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(name: &str, state: &str) -> Vec<u8> {
        let before_signals = "1 ".repeat(27);
        format!("7 ({name}) {state} {before_signals}0 65536 4096 8193 0 0\n").into_bytes()
    }

    #[test]
    fn a_stat_gives_state_and_handlers_whatever_the_name_is() {
        for name in ["server", "a b", "x) R 1 2 (y", ")", ""] {
            assert_eq!(parse_stat(&stat(name, "S")), Some((State::Blocked, 8193)), "{name}");
        }
    }

    #[test]
    fn every_state_letter_that_is_not_sleeping_is_no_rest() {
        let state = |letter| parse_stat(&stat("server", letter)).unwrap().0;
        assert_eq!(state("R"), State::Busy);
        assert_eq!(state("D"), State::Busy);
        assert_eq!(state("I"), State::Busy);
        assert_eq!(state("T"), State::Stopped);
        assert_eq!(state("t"), State::Stopped);
        assert_eq!(state("Z"), State::Ended);
    }

    #[test]
    fn both_counters_are_read_and_broken_pages_are_not_understood() {
        assert_eq!(turns_begun(b"1283811 40971 12\n"), Some(12));
        let status = b"Name:\tx\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t30\n";
        assert_eq!(turns_ended(status), Some(42));
        assert_eq!((turns_begun(b"1 2"), turns_ended(b"Name:\tx\n")), (None, None));
        assert_eq!((parse_stat(b""), parse_stat(b"7 (x) S 1 2")), (None, None));
    }

    #[test]
    fn this_very_thread_is_seen_running_by_either_counter() {
        let tasks = File::open("/proc/self/task").unwrap();
        for counter in [Counter::Begun, Counter::Ended] {
            let mut scratch = Vec::new();
            let mut reader = Reader { tasks: &tasks, counter, scratch: &mut scratch };
            let me = Task::new(nix::unistd::gettid().as_raw(), Keep::Closed, &reader).unwrap();
            assert!(me.first(&mut reader).unwrap().moves());
        }
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
