//! The stage of one check: the program, its clients and its output in one event loop.
//!
//! `perform` carries out an order; `wait` returns when something happened, when the program is seen
//! at rest, or after a while. The stage judges nothing.

mod clients;
mod guests;
mod mail;
mod program;
mod reading;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};

use crate::machine::isolation::Sandbox;
use crate::machine::network::client::{Acceptance, Client, Dialed, Gulp, Line, PIECE_UNSEEN, Pushed, Taken};
use crate::machine::network::loopback::{Drained, Loopback};
use crate::machine::network::mailbox::Mailbox;
use crate::machine::network::station::{self, Station};
use crate::machine::running::appetite::{self, Allowance, Appetite, Excess};
use crate::machine::running::census::Census;
use crate::machine::running::outlet::{self, Outlet};
use crate::machine::running::process::{Program, Recipe};
use crate::machine::running::terminal;
use crate::machine::running::tick::Tick;
use crate::machine::running::written::{Folder, Written};
use crate::machine::sight::{Datagrams, Glance, Motion, OurEnd, Sight, Standing, Subject, Writes};
use crate::model::outcome::FileSeen;
use crate::model::sight::Sighting;
use crate::model::stage::{Departure, Ear, Happening, Order, Resources, Rest, Retry, Seat};

const EXIT: Token = Token(0);
const TICK: Token = Token(1);
const INPUT: Token = Token(2);
const STDOUT: Token = Token(3);
const STDERR: Token = Token(4);
const WAKE: Token = Token(5);
const SEATS: usize = 6;
const STATIONS: usize = usize::MAX / 2;

/// Connections that may wait to be accepted at a time: less than any backlog in use (std asks for
/// 128), so that no SYN is dropped and tried again a second later.
const QUEUED: usize = 64;

/// Read at once.
const BUFFER: usize = 64 << 10;

/// Reads in a row from one stream, so that an endless one does not keep the others waiting.
const GULPS: usize = 16;

/// Bytes of memory that a program may hold, its whole tree together.
const MEMORY: u64 = 1 << 30;

/// Bytes that a program may write into its folder. In full isolation the folder itself is of that size.
const DISK: u64 = 64 << 20;

#[derive(Debug)]
pub struct Setup {
    pub recipe: Recipe,
    pub sandbox: Sandbox,
    pub address: SocketAddr,
    pub search: Search,
    pub seats: usize,
    /// Ports of our own, each with the seat of its actor.
    pub stations: Vec<(Seat, Station)>,
    pub udp_clients: Vec<Seat>,
    /// Files of the working folder that the script speaks of, in the order of `Ear::File`.
    pub files: Vec<String>,
}

/// Is the address of the setup where the program is to be found?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    No,
    /// Wherever it listens is right.
    Listener,
}

/// Calls the stage from another thread.
#[derive(Debug)]
pub struct Bell(Waker);

impl Bell {
    pub fn ring(&self) {
        // It fails where the stage is gone, and there is nobody to be called then.
        let _ = self.0.wake();
    }
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
    stdin: Option<OwnedFd>,
    outlets: Vec<Outlet>,
    folder: Folder,
    written: Vec<Written>,
    clients: Vec<Client>,
    /// Seats that wait for a connection, each with the seat of the station that it is made to.
    awaited: VecDeque<(Seat, Seat)>,
    /// Actors that send and hear datagrams.
    mail: BTreeMap<Seat, Mailbox>,
    /// Ports at which connecting hangs.
    full: Vec<(Seat, SocketAddr)>,
    /// Where the program may send something to us unasked.
    loopback: Option<Loopback>,
    /// Seats that wait to be connected; some may have left meanwhile.
    wanted: BTreeSet<Seat>,
    /// Seats that dialed and are not known to be accepted, in the order of their dials.
    queued: VecDeque<Seat>,
    /// Ends of connections that were replaced by a later one of the same seat.
    past: Vec<OurEnd>,
    input: VecDeque<u8>,
    input_ends: InputEnds,
    line: TypedLine,
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

/// What was typed into the line that the terminal's user is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TypedLine {
    Empty,
    Begun,
}

impl Stage {
    /// `sight`: none where the machine shows nothing, or must not be asked.
    pub fn new(mut setup: Setup, sight: Option<Sight>) -> io::Result<Stage> {
        let poll = Poll::new()?;
        let tick = Tick::new()?;
        poll.registry().register(&mut SourceFd(&tick.raw()), TICK, Interest::READABLE)?;
        let mail = Stage::open_mail(&mut setup, &poll)?;
        let is_found = !mail.is_empty() || !setup.stations.is_empty();
        let loopback = if is_found { Some(Loopback::open()?) } else { None };
        for (index, (_, station)) in setup.stations.iter_mut().enumerate() {
            if let Some(listener) = station.listener() {
                let token = Token(STATIONS + index);
                poll.registry().register(listener, token, Interest::READABLE)?;
            }
        }
        let appetite = Appetite::new(Allowance {
            memory: MEMORY,
            tasks: appetite::tasks(setup.seats),
            disk: DISK,
            folders: vec![setup.recipe.folder.clone()],
        });
        let full = setup.stations.iter().filter(|(_, station)| station.is_full());
        let full = full.map(|(seat, station)| (*seat, station.address())).collect();
        let clients = (0..setup.seats).map(|seat| Client::new(Seat(seat))).collect();
        let written = setup.files.iter().enumerate();
        let written = written.map(|(index, name)| Written::new(Ear::File(index), name.clone())).collect();
        let folder = Folder::open(&setup.recipe.folder)?;
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
            folder,
            written,
            clients,
            awaited: VecDeque::new(),
            mail,
            full,
            loopback,
            wanted: BTreeSet::new(),
            queued: VecDeque::new(),
            past: Vec::new(),
            input: VecDeque::new(),
            input_ends: InputEnds::Never,
            line: TypedLine::Empty,
            happened: VecDeque::new(),
            buffer: vec![0; BUFFER],
            last_piece: None,
            backlog: BTreeSet::new(),
            appetite,
            excess: None,
            census: Census::default(),
        })
    }

    /// A seat for one more client.
    pub fn add_seat(&mut self) -> Seat {
        let seat = Seat(self.clients.len());
        self.clients.push(Client::new(seat));
        seat
    }

    /// A seat for one more client that sends datagrams. In the thread that opened the stage.
    pub fn add_udp_seat(&mut self) -> io::Result<Seat> {
        let mut mailbox = Mailbox::new(Seat(self.clients.len()), station::udp_client()?);
        if self.loopback.is_none() {
            self.loopback = Some(Loopback::open()?);
        }
        let seat = self.add_seat();
        self.poll.registry().register(mailbox.socket(), Token(SEATS + seat.0), Interest::READABLE)?;
        self.setup.udp_clients.push(seat);
        self.mail.insert(seat, mailbox);
        Ok(seat)
    }

    /// At whose port a connection of the program waits to be accepted.
    pub fn knocked(&self) -> Option<Seat> {
        let (seat, _) = self.setup.stations.iter().find(|(_, station)| station.has_caller())?;
        Some(*seat)
    }

    /// What ends a `wait` or an `idle` from another thread. A stage has one.
    pub fn bell(&self) -> io::Result<Bell> {
        Ok(Bell(Waker::new(self.poll.registry(), WAKE)?))
    }

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

    /// The connection of this client, from its own end, or its UDP socket; none where there never was one.
    pub fn local_address(&self, seat: Seat) -> Option<SocketAddr> {
        if let Some(mailbox) = self.mail.get(&seat) {
            return mailbox.address();
        }
        Some(self.clients.get(seat.0)?.end()?.local)
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
            Order::Accept { seat, at } => {
                self.awaited.push_back((seat, at));
                self.accept_awaited();
                Ok(())
            }
            Order::Post { seat, letters, instead_of } => {
                self.write_mail(seat, letters, instead_of);
                Ok(())
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
            Order::Type(lines) => {
                self.type_lines(lines);
                Ok(())
            }
            Order::TypeRaw(bytes) => {
                self.type_bytes(&bytes);
                Ok(())
            }
            Order::Press(key) => {
                self.type_bytes(&key.bytes());
                Ok(())
            }
            Order::EndInput => {
                self.end_input();
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

    /// What every thread does right now; none without sight. Of a program that has ended, those of
    /// processes that it left behind.
    pub fn describe(&mut self) -> Option<Sighting> {
        let roots = self.program.as_ref()?.roots();
        let ours = self.ends();
        let subject = Subject { roots: &roots, ours: &ours, full: &self.full, ..Subject::default() };
        let mut sighting = self.sight.as_mut()?.describe(&subject).ok()?;
        if self.departure.is_some() && sighting.threads.is_empty() {
            return None;
        }
        sighting.busy = self.census.busy().to_vec();
        Some(sighting)
    }

    /// What there is of a file that the script speaks of.
    pub fn look_at_file(&self, name: &str) -> FileSeen {
        self.folder.look_at(name)
    }

    /// From here on, the use of processors is measured anew.
    pub fn begin_counting(&mut self) {
        self.census.restart();
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

/// The loop.
impl Stage {
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

    /// Once the program has ended, its output does as well, unless somebody whom it left behind holds it.
    fn output_has_come(&self) -> bool {
        let has_left = || self.program.as_ref().is_some_and(|program| !program.roots().is_empty());
        !self.outlets.iter().any(Outlet::is_open) || has_left()
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
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.end_program();
        for client in &mut self.clients {
            client.vanish();
        }
    }
}
