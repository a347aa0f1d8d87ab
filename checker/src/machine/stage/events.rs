//! The loop: the stage waits for what happens, does what is due, and sees when the program is at rest.

use super::*;

impl Stage {
    /// Waits until something happens or the bell rings, for ever if need be: for a program at rest.
    pub fn idle(&mut self) -> io::Result<()> {
        if !self.happened.is_empty() {
            return Ok(());
        }
        self.tick.disarm()?;
        match self.poll.poll(&mut self.events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            other => other?,
        }
        self.looked = self.now();
        self.tick.soon();
        self.take_events();
        Ok(())
    }

    /// Waits until something happens, the program is at rest, or `limit` is over.
    ///
    /// `AtRest` is only said when nothing has happened that was not reported yet.
    pub fn wait(&mut self, limit: Duration) -> io::Result<Rest> {
        let deadline = Instant::now() + limit;
        loop {
            self.watch_appetite();
            if self.excess.is_some() {
                return Ok(self.moving());
            }
            self.go_on();
            if !self.happened.is_empty() {
                return Ok(self.moving());
            }
            self.tick.arm(deadline.saturating_duration_since(Instant::now()))?;
            match self.poll.poll(&mut self.events, None) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            }
            self.looked = self.now();
            let woken = self.events.iter().any(|event| event.token() == WAKE);
            self.take_events();
            if woken && self.happened.is_empty() {
                return Ok(self.moving());
            }
            if !self.happened.is_empty() {
                self.tick.soon();
                return Ok(self.moving());
            }
            let begun = Instant::now();
            let at_rest = self.is_at_rest();
            self.tick.looked(begun.elapsed());
            if at_rest {
                self.accept_awaited();
                self.read_everything();
                if self.happened.is_empty() {
                    return Ok(Rest::AtRest);
                }
                self.tick.soon();
                return Ok(self.moving());
            }
            if !self.happened.is_empty() {
                self.tick.soon();
                return Ok(self.moving());
            }
            self.tick.later();
            if Instant::now() >= deadline {
                return Ok(self.moving());
            }
        }
    }

    /// What is due without an event: dials, pieces, acceptance, files, input.
    fn go_on(&mut self) {
        self.dial_wanted();
        self.push_all();
        self.post_all();
        for ear in std::mem::take(&mut self.backlog) {
            match ear {
                Ear::Seat(seat) => self.read_client(seat),
                Ear::Output => self.read_outlet(0),
                Ear::Complaints => self.read_outlet(1),
                Ear::File(_) => {}
            }
        }
        self.read_files();
    }

    fn take_events(&mut self) {
        let tokens: Vec<Token> = self.events.iter().map(|event| event.token()).collect();
        let mut exited = false;
        for token in tokens {
            match token {
                EXIT => exited = true,
                TICK => {
                    let whom = if self.tick.is_eager() { Queue::Front } else { Queue::Whole };
                    self.watch_acceptance(whom);
                }
                WAKE => {}
                INPUT => self.feed(),
                STDOUT => self.read_outlet(0),
                STDERR => self.read_outlet(1),
                Token(station) if station >= STATIONS => self.accept_awaited(),
                Token(seat) => {
                    let seat = Seat(seat.saturating_sub(SEATS));
                    self.read_mail(seat);
                    self.check_dialing(seat);
                    self.read_client(seat);
                    self.push(seat);
                }
            }
        }
        if exited {
            self.watch_exit();
        }
    }

    fn is_at_rest(&mut self) -> bool {
        if self.clients.iter().any(|client| matches!(client.line, Line::Dialing { .. })) {
            return false;
        }
        if self.program.is_none() {
            return true;
        }
        if self.departure.is_some() {
            // Its sockets end with it; what they still carry is on its way.
            self.drain_loopback();
            let is_heard = self.clients.iter().all(|client| !client.is_open() || client.has_ended());
            return is_heard && self.output_has_come();
        }
        let Some(roots) = self.program.as_ref().map(Program::roots) else { return true };
        let ours = self.ends();
        if self.sight.is_none() {
            return false;
        }
        if let Some(stdin) = self.stdin.as_ref().filter(|_| self.setup.recipe.console.is_terminal()) {
            terminal::settle(stdin);
        }
        match self.glance(&roots, &ours) {
            // What it started may live on and rest; the program itself has ended, and is about to be told.
            Glance::AtRest if !self.program.as_ref().is_some_and(Program::lives) => {
                self.watch_exit();
                false
            }
            Glance::AtRest => {
                self.find_listener(&roots);
                // It may have begun to listen, or to accept, since the last time we tried.
                self.dial_wanted();
                self.watch_acceptance(Queue::Whole);
                self.push_all() == Progress::None && self.post_all() == Progress::None
            }
            Glance::Gone => {
                self.watch_exit();
                false
            }
            Glance::Moving(_) => false,
            Glance::Unseen(_) => {
                self.sight = None;
                false
            }
        }
    }

    /// A look at the program. Where something may come to us that nobody counts, it is waited for, and
    /// may have woken somebody: so the program must be at rest a second time.
    fn glance(&mut self, roots: &[i32], ours: &[OurEnd]) -> Glance {
        let datagrams = if self.loopback.is_some() { Datagrams::Delivered } else { Datagrams::UnderWay };
        let Some(sight) = &mut self.sight else { return Glance::Moving(Motion::Ran) };
        let subject = Subject { roots, ours, full: &self.full, datagrams };
        let first = sight.look(&subject);
        match (first, &mut self.loopback) {
            (Glance::AtRest, Some(loopback)) => match loopback.drain() {
                Drained::Yes => sight.look(&subject),
                Drained::Unknown => Glance::Moving(Motion::Ran),
            },
            (first, _) => first,
        }
    }

    fn moving(&self) -> Rest {
        if self.sight.is_some() { Rest::Moving } else { Rest::Unseen }
    }

    /// Once the program has ended, its output does as well, unless somebody whom it left behind holds it.
    fn output_has_come(&self) -> bool {
        let has_left = || self.program.as_ref().is_some_and(|program| !program.roots().is_empty());
        !self.outlets.iter().any(Outlet::is_open) || has_left()
    }
}
