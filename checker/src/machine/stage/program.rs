//! The program on stage: started, fed, watched until it ends.

use super::*;

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
        watch(&streams.stderr, STDERR, Interest::READABLE)?;
        watch(&streams.stdin, INPUT, Interest::WRITABLE)?;
        self.outlets =
            vec![Outlet::new(Ear::Output, streams.stdout), Outlet::new(Ear::Complaints, streams.stderr)];
        self.stdin = Some(streams.stdin);
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

    /// Types what is queued, as far as the program's input takes it.
    pub(super) fn feed(&mut self) {
        use std::io::Write;
        let Some(stdin) = &mut self.stdin else { return };
        while !self.input.is_empty() {
            let (front, _) = self.input.as_slices();
            match stdin.write(front) {
                Ok(count) => drop(self.input.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.input.clear(),
            }
        }
        if self.input_ends == InputEnds::WhenEmpty {
            self.stdin = None;
            self.input_ends = InputEnds::Ended;
        }
    }
}
