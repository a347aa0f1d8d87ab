//! The stage of one check: the program, its clients and its output in one event loop.
//!
//! `perform` carries out an order; `wait` returns when something happened, when the program is seen
//! at rest, or after a while. The stage judges nothing.

mod clients;
mod events;
mod guests;
mod mail;
mod orders;
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

impl Drop for Stage {
    fn drop(&mut self) {
        self.end_program();
        for client in &mut self.clients {
            client.vanish();
        }
    }
}
