//! The program on stage: started, fed, watched until it ends.

use nix::errno::Errno;

use super::*;
use crate::machine::network::port;

impl Stage {
    pub(super) fn start(&mut self) -> io::Result<()> {
        // Not later than the program's own first moment: a script may ask how long it ran at least.
        let at = self.now();
        let (program, streams) = Program::start(&self.setup.recipe, &self.setup.sandbox)?;
        let registry = self.poll.registry();
        let watch = |fd: &dyn AsRawFd, token: Token, interest: Interest| {
            registry.register(&mut SourceFd(&fd.as_raw_fd()), token, interest)
        };
        watch(&program.end_fd(), EXIT, Interest::READABLE)?;
        watch(&streams.stdout, STDOUT, Interest::READABLE)?;
        watch(&streams.stdin, INPUT, Interest::WRITABLE)?;
        self.outlets = vec![Outlet::new(Ear::Output, streams.stdout)];
        if let Some(stderr) = streams.stderr {
            watch(&stderr, STDERR, Interest::READABLE)?;
            self.outlets.push(Outlet::new(Ear::Complaints, stderr));
        }
        self.stdin = Some(streams.stdin);
        self.line = TypedLine::Empty;
        self.program = Some(program);
        self.departure = None;
        self.happened.push_back((at, Happening::ProgramStarted));
        Ok(())
    }

    pub(super) fn end_program(&mut self) {
        self.outlets.clear();
        self.stdin = None;
        self.program = None;
    }

    pub(super) fn watch_appetite(&mut self) {
        let Some(program) = &self.program else { return };
        if let Some(excess) = self.appetite.look(|| program.roots()) {
            self.excess = Some(excess);
        }
    }

    /// What the program has taken too much of, whenever it was looked at last.
    pub fn weigh(&mut self) -> Option<Excess> {
        if let (None, Some(program)) = (self.excess, &self.program) {
            self.excess = self.appetite.weigh(&program.roots());
        }
        self.excess
    }

    pub(super) fn watch_exit(&mut self) {
        if self.departure.is_some() {
            return;
        }
        let Some(departure) = self.program.as_mut().and_then(Program::departure) else { return };
        // What it said before it ended comes first.
        self.read_everything();
        self.departure = Some(departure);
        self.report(Happening::Exited(departure));
    }

    /// Types lines: a terminal's Enter key is a carriage return, which the terminal makes a newline of.
    pub(super) fn type_lines(&mut self, mut lines: Vec<u8>) {
        if self.setup.recipe.console.is_terminal() {
            lines.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b'\r');
        }
        self.type_bytes(&lines);
    }

    pub(super) fn type_bytes(&mut self, bytes: &[u8]) {
        // What makes a signal stands in no line.
        let in_line = bytes.iter().rev().find(|byte| !SIGNALS.contains(byte));
        if let Some(last) = in_line {
            let ends_line = [b'\r', b'\n', END_OF_INPUT].contains(last);
            self.line = if ends_line { TypedLine::Empty } else { TypedLine::Begun };
        }
        self.input.extend(bytes);
        self.feed();
    }

    pub(super) fn end_input(&mut self) {
        if self.setup.recipe.console.is_terminal() {
            // In the middle of a line the key only hands over what was typed.
            let keys: &[u8] = match self.line {
                TypedLine::Empty => &[END_OF_INPUT],
                TypedLine::Begun => &[END_OF_INPUT, END_OF_INPUT],
            };
            self.type_bytes(keys);
        } else {
            self.input_ends = InputEnds::WhenEmpty;
            self.feed();
        }
    }

    /// Types what is queued, as far as the program's input takes it.
    pub(super) fn feed(&mut self) {
        let Some(stdin) = &self.stdin else { return };
        while !self.input.is_empty() {
            let (front, _) = self.input.as_slices();
            match nix::unistd::write(stdin, front) {
                Ok(count) => drop(self.input.drain(..count)),
                Err(Errno::EAGAIN) => return,
                Err(Errno::EINTR) => {}
                Err(_) => self.input.clear(),
            }
        }
        if self.input_ends == InputEnds::WhenEmpty {
            let _guard = port::alone();
            self.stdin = None;
            self.input_ends = InputEnds::Ended;
        }
    }
}

/// Ctrl-D, as terminals are set.
const END_OF_INPUT: u8 = 4;

/// Ctrl-C, Ctrl-\ and Ctrl-Z.
const SIGNALS: [u8; 3] = [0x03, 0x1c, 0x1a];
