//! The stage of one check: the program, its clients and its output in one event loop.
//!
//! `perform` carries out an order; `wait` returns when something happened, when the program is seen
//! at rest, or after a while. The stage judges nothing.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::process::ChildStdin;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use super::appetite::{Allowance, Appetite, Excess};
use super::census::Census;
use super::client::{Acceptance, Client, Dialed, Gulp, Line, PIECE_UNSEEN, Pushed, Taken};
use super::isolation::Sandbox;
use super::outlet::{self, Outlet, Written};
use super::process::{Program, Recipe};
use super::sight::{Glance, OurEnd, Sight, Standing, Subject, Writes};
use super::tick::Tick;
use crate::model::sight::Sighting;
use crate::model::stage::{Departure, Ear, Happening, Order, Resources, Rest, Retry, Seat};

const EXIT: Token = Token(0);
const TICK: Token = Token(1);
const INPUT: Token = Token(2);
const STDOUT: Token = Token(3);
const STDERR: Token = Token(4);
const SEATS: usize = 5;

/// Connections that may wait to be accepted at a time: less than any backlog in use (std asks for
/// 128), so that no SYN is dropped and tried again a second later.
const QUEUED: usize = 64;

/// Read at once.
const BUFFER: usize = 64 << 10;

/// Reads in a row from one stream, so that an endless one does not keep the others waiting.
const GULPS: usize = 16;

/// Bytes of memory that a program may hold, its whole tree together.
const MEMORY: u64 = 1 << 30;

/// Processes and threads that a program may have: two threads for each of a thousand clients, and some.
const TASKS: usize = 2_500;

/// Bytes that a program may write into its folder. In full isolation the folder itself is of that size.
const DISK: u64 = 64 << 20;

#[derive(Debug)]
pub struct Setup {
    pub recipe: Recipe,
    pub sandbox: Sandbox,
    pub address: SocketAddr,
    pub search: Search,
    pub seats: usize,
    /// Files of the working folder that the script speaks of, in the order of `Ear::File`.
    pub files: Vec<PathBuf>,
}

/// Is the address of the setup where the program is to be found?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    No,
    /// Wherever it listens is right.
    Listener,
}

pub struct Stage {
    setup: Setup,
    poll: Poll,
    events: Events,
    tick: Tick,
    began: Instant,
    looked: Duration,
    sight: Option<Sight>,
    program: Option<Program>,
    departure: Option<Departure>,
    stdin: Option<ChildStdin>,
    outlets: Vec<Outlet>,
    written: Vec<Written>,
    clients: Vec<Client>,
    /// Seats that wait to be connected; some may have left meanwhile.
    wanted: BTreeSet<Seat>,
    /// Seats that dialed and are not known to be accepted, in the order of their dials.
    queued: VecDeque<Seat>,
    /// Ends of connections that were replaced by a later one of the same seat.
    past: Vec<OurEnd>,
    input: VecDeque<u8>,
    input_ends: InputEnds,
    happened: VecDeque<(Duration, Happening)>,
    buffer: Vec<u8>,
    last_piece: Option<Instant>,
    /// Streams that had more to read than was read at once.
    backlog: BTreeSet<Ear>,
    appetite: Appetite,
    excess: Option<Excess>,
    census: Census,
}

/// Did something of ours move?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Some,
    None,
}

/// Who is asked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Queue {
    /// Until the first who still waits: whoever came later is hardly accepted before.
    Front,
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InputEnds {
    Never,
    WhenEmpty,
    Ended,
}

impl Stage {
    /// `sight`: none where the machine shows nothing, or must not be asked.
    pub fn new(setup: Setup, sight: Option<Sight>) -> io::Result<Stage> {
        let poll = Poll::new()?;
        let tick = Tick::new()?;
        poll.registry().register(&mut SourceFd(&tick.raw()), TICK, Interest::READABLE)?;
        let appetite = Appetite::new(Allowance {
            memory: MEMORY,
            tasks: TASKS,
            disk: DISK,
            folders: vec![setup.recipe.folder.clone()],
        });
        let clients = (0..setup.seats).map(|seat| Client::new(Seat(seat))).collect();
        let written = setup.files.iter().enumerate();
        let written = written.map(|(index, path)| Written::new(Ear::File(index), path.clone())).collect();
        Ok(Stage {
            setup,
            poll,
            events: Events::with_capacity(1024),
            tick,
            began: Instant::now(),
            looked: Duration::ZERO,
            sight,
            program: None,
            departure: None,
            stdin: None,
            outlets: Vec::new(),
            written,
            clients,
            wanted: BTreeSet::new(),
            queued: VecDeque::new(),
            past: Vec::new(),
            input: VecDeque::new(),
            input_ends: InputEnds::Never,
            happened: VecDeque::new(),
            buffer: vec![0; BUFFER],
            last_piece: None,
            backlog: BTreeSet::new(),
            appetite,
            excess: None,
            census: Census::default(),
        })
    }

    /// Since the check began.
    pub fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// The moment up to which everything that happened has been reported: time that passed since then,
    /// while this machine was busy with others, must not count as silence.
    pub fn looked(&self) -> Duration {
        self.looked
    }

    /// The next thing that happened, in order.
    pub fn next_happening(&mut self) -> Option<(Duration, Happening)> {
        self.happened.pop_front()
    }

    /// Carries out an order, as far as that is possible at once.
    ///
    /// Errors: the program could not be started, or this machine failed.
    pub fn perform(&mut self, order: Order) -> io::Result<()> {
        self.tick.soon();
        match order {
            Order::StartProgram => self.start(),
            Order::RestartProgram => {
                self.drain_outlets();
                self.end_program();
                self.start()
            }
            Order::Signal(signal) => match &mut self.program {
                Some(program) => program.signal(signal),
                None => Ok(()),
            },
            Order::Connect { seat, through, retry } => {
                let host = through.unwrap_or(self.setup.address.ip());
                self.connect(seat, SocketAddr::new(host, self.setup.address.port()), retry)
            }
            Order::Send { seat, bytes, piece } => {
                self.with(seat, |client| client.queue(bytes, piece));
                self.push(seat);
                Ok(())
            }
            Order::HalfClose(seat) => {
                self.with(seat, Client::half_close);
                self.push(seat);
                Ok(())
            }
            Order::Close(seat) => {
                // Closing with unread input would send a reset.
                self.read_client(seat);
                self.with(seat, |client| client.leave(Writes::Closed));
                Ok(())
            }
            Order::Reset(seat) => {
                self.with(seat, |client| client.leave(Writes::Reset));
                Ok(())
            }
            Order::StopReading(seat) => {
                self.with(seat, Client::stop_reading);
                Ok(())
            }
            Order::ReadAgain(seat) => {
                self.with(seat, Client::read_again);
                self.read_client(seat);
                Ok(())
            }
            Order::Type(bytes) => {
                self.input.extend(bytes);
                self.feed();
                Ok(())
            }
            Order::EndInput => {
                self.input_ends = InputEnds::WhenEmpty;
                self.feed();
                Ok(())
            }
        }
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
            self.take_events();
            if !self.happened.is_empty() {
                self.tick.soon();
                return Ok(self.moving());
            }
            let begun = Instant::now();
            let at_rest = self.is_at_rest();
            self.tick.looked(begun.elapsed());
            if at_rest {
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

    /// What every thread does right now; none without sight. Of a program that has ended, those of
    /// processes that it left behind.
    pub fn describe(&mut self) -> Option<Sighting> {
        let roots = self.program.as_ref()?.roots();
        let ours = self.ends();
        let mut sighting = self.sight.as_mut()?.describe(&Subject { roots: &roots, ours: &ours }).ok()?;
        if self.departure.is_some() && sighting.threads.is_empty() {
            return None;
        }
        sighting.busy = self.census.busy().to_vec();
        Some(sighting)
    }

    /// Counts what the program has in all its processes. Whether it is busy shows from the second time on.
    pub fn count(&mut self) -> Resources {
        let roots = self.program.as_ref().map(Program::roots).unwrap_or_default();
        self.census.count(&roots)
    }

    /// What the program has taken too much of; the check is over then.
    pub fn excess(&self) -> Option<Excess> {
        self.excess
    }

    fn moving(&self) -> Rest {
        if self.sight.is_some() { Rest::Moving } else { Rest::Unseen }
    }

    fn report(&mut self, happening: Happening) {
        self.happened.push_back((self.began.elapsed(), happening));
    }

    fn with(&mut self, seat: Seat, act: impl FnOnce(&mut Client)) {
        if let Some(client) = self.clients.get_mut(seat.0) {
            act(client);
        }
    }

    fn ends(&self) -> Vec<OurEnd> {
        self.past.iter().copied().chain(self.clients.iter().filter_map(Client::end)).collect()
    }
}

/// The program.
impl Stage {
    fn start(&mut self) -> io::Result<()> {
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

    fn end_program(&mut self) {
        self.outlets.clear();
        self.stdin = None;
        self.program = None;
    }

    fn watch_appetite(&mut self) {
        let Some(program) = &self.program else { return };
        if let Some(excess) = self.appetite.look(|| program.roots()) {
            self.excess = Some(excess);
        }
    }

    fn watch_exit(&mut self) {
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
    fn feed(&mut self) {
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

/// The clients.
impl Stage {
    fn connect(&mut self, seat: Seat, address: SocketAddr, retry: Retry) -> io::Result<()> {
        if let Some(client) = self.clients.get_mut(seat.0) {
            if let Some(stream) = client.stream() {
                let _ = self.poll.registry().deregister(stream);
            }
            self.past.extend(client.end());
            client.want(address);
            self.queued.retain(|other| *other != seat);
            self.wanted.insert(seat);
        }
        match retry {
            Retry::Patient => self.dial_wanted(),
            Retry::Once => self.dial(seat, address, retry),
        }
        Ok(())
    }

    fn dial(&mut self, seat: Seat, address: SocketAddr, retry: Retry) {
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        let dialed = client.dial(address, retry);
        self.wanted.remove(&seat);
        if dialed != Dialed::Refused
            && let Some(stream) = client.stream()
        {
            let interest = Interest::READABLE | Interest::WRITABLE;
            let _ = self.poll.registry().register(stream, Token(SEATS + seat.0), interest);
            self.queued.push_back(seat);
        }
        self.note_dialed(seat, dialed, retry);
    }

    fn note_dialed(&mut self, seat: Seat, dialed: Dialed, retry: Retry) {
        match (dialed, retry) {
            (Dialed::Open, _) => self.report(Happening::Connected(seat)),
            (Dialed::Refused, Retry::Once) => self.report(Happening::Refused(seat)),
            (Dialed::Refused, Retry::Patient) => drop(self.wanted.insert(seat)),
            (Dialed::Pending, _) => {}
        }
    }

    /// Dials for those who wait to be connected, not more at a time than an accept queue holds.
    fn dial_wanted(&mut self) {
        if self.wanted.is_empty() {
            return;
        }
        self.forget_accepted();
        let clients = &self.clients;
        let waits = |seat: &&Seat| clients.get(seat.0).is_some_and(|client| !client.has_ended());
        let queued = self.queued.iter().filter(waits).count();
        let room = if self.sight.is_some() { QUEUED.saturating_sub(queued) } else { usize::MAX };
        let address_of = |seat: &Seat| match clients.get(seat.0)?.line {
            Line::Wanted { address } => Some((*seat, address)),
            _ => None,
        };
        let wanted: Vec<(Seat, SocketAddr)> = self.wanted.iter().filter_map(address_of).take(room).collect();
        for (seat, address) in wanted {
            self.dial(seat, address, Retry::Patient);
            // Who is refused tells for all.
            if matches!(self.clients.get(seat.0).map(|client| &client.line), Some(Line::Wanted { .. })) {
                break;
            }
        }
    }

    fn check_dialing(&mut self, seat: Seat) {
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        if let Line::Dialing { retry, .. } = client.line {
            let dialed = client.answered();
            self.note_dialed(seat, dialed, retry);
        }
    }

    /// Turns those who wait to be connected towards the address that the program listens on.
    fn find_listener(&mut self, roots: &[i32]) {
        if self.setup.search == Search::No || self.wanted.is_empty() {
            return;
        }
        let Some(sight) = &mut self.sight else { return };
        let Some(found) = sight.listeners(roots).into_iter().find(|found| found.port() != 0) else { return };
        self.setup.address.set_port(found.port());
        for client in &mut self.clients {
            if let Line::Wanted { address } = &mut client.line {
                address.set_port(found.port());
            }
        }
    }

    fn push_all(&mut self) -> Progress {
        let mut progress = Progress::None;
        for seat in 0..self.clients.len() {
            if self.push(Seat(seat)) == Progress::Some {
                progress = Progress::Some;
            }
        }
        progress
    }

    /// Sends what the kernel takes of what a client has queued.
    fn push(&mut self, seat: Seat) -> Progress {
        let Some(client) = self.clients.get(seat.0) else { return Progress::None };
        if !client.has_queue() {
            return Progress::None;
        }
        let taken = if client.sends_in_pieces() { self.taken(seat) } else { Taken::No };
        let Some(client) = self.clients.get_mut(seat.0) else { return Progress::None };
        let before = client.sent();
        let pushed = client.push(taken);
        let after = client.sent();
        match pushed {
            Pushed::Emptied => self.report(Happening::Sent(seat)),
            Pushed::Failed => self.report(Happening::SendFailed(seat)),
            Pushed::Idle | Pushed::Full | Pushed::Held => {}
        }
        if after == before && matches!(pushed, Pushed::Idle | Pushed::Full | Pushed::Held) {
            return Progress::None;
        }
        self.last_piece = Some(Instant::now());
        self.tick.soon();
        Progress::Some
    }

    /// Has the program read everything that this client sent?
    fn taken(&mut self, seat: Seat) -> Taken {
        let Some(end) = self.clients.get(seat.0).and_then(Client::end) else { return Taken::Yes };
        let Some(sight) = &mut self.sight else {
            let long_ago = |last: Instant| last.elapsed() >= PIECE_UNSEEN;
            return if self.last_piece.is_none_or(long_ago) { Taken::Yes } else { Taken::No };
        };
        match sight.standing(&end) {
            Ok(Standing::Held(flow)) if flow.arrived >= end.sent && flow.unread == 0 => Taken::Yes,
            Ok(Standing::ClosedByProgram | Standing::Gone) => Taken::Yes,
            _ => Taken::No,
        }
    }

    /// Those who have been accepted, or have left, wait in no queue.
    fn forget_accepted(&mut self) {
        let clients = &self.clients;
        self.queued.retain(|seat| match clients.get(seat.0) {
            Some(client) => match client.line {
                Line::Dialing { .. } => true,
                Line::Open(_) => client.acceptance == Acceptance::Unknown,
                _ => false,
            },
            None => false,
        });
    }

    fn watch_acceptance(&mut self, whom: Queue) {
        self.forget_accepted();
        let Some(sight) = &mut self.sight else { return };
        let mut accepted = Vec::new();
        for seat in &self.queued {
            let Some(client) = self.clients.get_mut(seat.0) else { continue };
            let Some(end) = client.end().filter(|_| client.is_open()) else { continue };
            match sight.standing(&end) {
                Ok(Standing::Held(_) | Standing::ClosedByProgram) => {
                    client.acceptance = Acceptance::Known;
                    accepted.push(*seat);
                }
                Ok(Standing::InAcceptQueue | Standing::InHandshake) if whom == Queue::Front => break,
                _ => {}
            }
        }
        for seat in accepted {
            self.report(Happening::Accepted(seat));
        }
    }
}

/// The loop.
impl Stage {
    /// What is due without an event: dials, pieces, acceptance, files, input.
    fn go_on(&mut self) {
        self.dial_wanted();
        self.push_all();
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
                INPUT => self.feed(),
                STDOUT => self.read_outlet(0),
                STDERR => self.read_outlet(1),
                Token(seat) => {
                    let seat = Seat(seat.saturating_sub(SEATS));
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
            return self.clients.iter().all(|client| !client.is_open() || client.has_ended());
        }
        let Some(roots) = self.program.as_ref().map(Program::roots) else { return true };
        let ours = self.ends();
        let Some(sight) = &mut self.sight else { return false };
        match sight.look(&Subject { roots: &roots, ours: &ours }) {
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
                self.push_all() == Progress::None
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

    fn read_everything(&mut self) {
        for seat in 0..self.clients.len() {
            self.read_client(Seat(seat));
        }
        self.drain_outlets();
        self.read_files();
    }

    fn drain_outlets(&mut self) {
        for index in 0..self.outlets.len() {
            self.read_outlet(index);
        }
    }

    fn read_client(&mut self, seat: Seat) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let ear = Ear::Seat(seat);
        for gulp in 0..=GULPS {
            let Some(client) = self.clients.get_mut(seat.0) else { break };
            if gulp == GULPS {
                self.backlog.insert(ear);
                break;
            }
            match client.read(&mut buffer) {
                Gulp::Bytes(count) => {
                    client.acceptance = Acceptance::Known;
                    self.report(Happening::Heard { ear, bytes: buffer[..count].to_vec() });
                }
                Gulp::End(ending) => self.report(Happening::Ended { ear, ending }),
                Gulp::Nothing => break,
            }
        }
        self.buffer = buffer;
    }

    fn read_outlet(&mut self, index: usize) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for gulp in 0..=GULPS {
            let Some(outlet) = self.outlets.get_mut(index) else { break };
            let ear = outlet.ear;
            if gulp == GULPS {
                self.backlog.insert(ear);
                break;
            }
            match outlet.read(&mut buffer) {
                outlet::Gulp::Bytes(count) => {
                    self.report(Happening::Heard { ear, bytes: buffer[..count].to_vec() });
                }
                outlet::Gulp::End => {
                    let _ = self.poll.registry().deregister(&mut SourceFd(&outlet.fd.as_raw_fd()));
                    self.report(Happening::Ended { ear, ending: crate::model::stage::Ending::Fin });
                }
                outlet::Gulp::Nothing => break,
            }
        }
        self.buffer = buffer;
    }

    fn read_files(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for index in 0..self.written.len() {
            let count = self.written[index].read(&mut buffer);
            if count > 0 {
                let ear = self.written[index].ear;
                self.report(Happening::Heard { ear, bytes: buffer[..count].to_vec() });
            }
        }
        self.buffer = buffer;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.end_program();
        for client in &mut self.clients {
            client.vanish();
        }
    }
}
