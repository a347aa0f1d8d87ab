//! Who is on stage, what everybody has heard, and how far the sentence under way has come.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use fastrand::Rng;

use super::bulk;
use super::ear::{Heard, Newline};
use super::goal::{Goal, Signalled};
use super::matcher::Matcher;
use super::opening::matcher;
use super::receive::{Found, Ground, Judged, Miss, Wanted};
use super::seating::{Burst, Link, Queue, Seating, seats};
use super::spoken::{speaks_of, words_spoken};
use super::text::Bindings;
use crate::model::course::{Check, Leftovers, Speech};
use crate::model::outcome::Note;
use crate::model::script::{Listener, Step};
use crate::model::stage::{Departure, Ear, Ending, Happening, Moment, Order, Resources, Seat};

/// Random words that a script can name: `{word99}` is the last.
const WORDS: usize = 99;

#[derive(Debug)]
pub struct Conversation<'a> {
    pub(super) check: &'a Check,
    /// Where clients connect to, for reports.
    pub(super) address: SocketAddr,
    /// Where actors with a port of their own are found, by name.
    pub(super) posts: BTreeMap<String, SocketAddr>,
    pub(super) seats: Vec<Seating>,
    pub(super) output: Heard,
    pub(super) complaints: Heard,
    pub(super) files: Vec<(String, Heard)>,
    pub(super) program: Program,
    pub(super) signalled: Signalled,
    pub(super) words: Vec<String>,
    pub(super) captures: BTreeMap<String, Vec<u8>>,
    pub(super) rng: Rng,
    pub(super) ignore: Vec<Matcher>,
    /// Our last action or the program's start.
    pub(super) last_action: Duration,
    /// The last thing that happened to any client or to the program itself.
    pub(super) last_happening: Option<Duration>,
    pub(super) notes: Vec<Note>,
    /// What the program had when it was last counted, and at the mark.
    pub(super) counted: Option<Resources>,
    pub(super) mark: Option<Resources>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    NotStarted,
    Runs,
    Exited { departure: Departure, at: Duration },
}

/// A sentence that was begun and is not over.
#[derive(Debug)]
pub struct Underway {
    pub(super) within: Duration,
    pub(super) began: Duration,
    goals: Vec<Goal>,
    /// What follows when all goals are met: actors that connect one after the other.
    later: VecDeque<(Vec<Order>, Vec<Goal>)>,
}

#[derive(Debug)]
pub enum Progress {
    Done,
    Waiting,
    /// The sentence goes on with these.
    Act(Vec<Order>),
    Failed(Stumble),
}

/// A sentence that failed, and at whom.
#[derive(Debug, Clone)]
pub struct Stumble {
    pub miss: Miss,
    pub actor: Option<(Seat, String)>,
}

/// The script asks for something that cannot be: a mistake in labs.yaml that only a run shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Underway {
    /// Patience begins when the orders have been carried out: preparing 8 MiB takes its time, too.
    pub fn begins_at(&mut self, now: Duration) {
        self.began = now;
    }

    /// Whom it listens to.
    pub fn ears(&self) -> Vec<Ear> {
        let ear = |goal: &Goal| match goal {
            Goal::Hears { ear, .. } => Some(*ear),
            Goal::Forgotten(seat) => Some(Ear::Seat(*seat)),
            _ => None,
        };
        self.goals.iter().filter_map(ear).collect()
    }

    /// Must the program's resources be counted before this is judged again?
    pub fn wants_count(&self) -> bool {
        self.goals.iter().any(Goal::wants_count)
    }
}

impl<'a> Conversation<'a> {
    /// `address`: where clients connect to. `files`: the files that the script speaks of, in the
    /// order of `Ear::File`. `seed` decides every random word and byte.
    pub fn new(check: &'a Check, address: SocketAddr, files: Vec<String>, seed: u64) -> Result<Self, Fault> {
        let mut rng = Rng::with_seed(seed);
        let words = bulk::words(&mut rng, WORDS);
        let captures = BTreeMap::new();
        let bindings = Bindings { captures: &captures, words: &words, member: None };
        let ignore = check.ignore.iter().map(|phrase| matcher(phrase, bindings)).collect::<Result<_, _>>()?;
        Ok(Conversation {
            check,
            address,
            posts: BTreeMap::new(),
            seats: seats(check),
            output: Heard::default(),
            complaints: Heard::default(),
            files: files.into_iter().map(|name| (name, Heard::default())).collect(),
            program: Program::NotStarted,
            signalled: Signalled::No,
            words,
            captures,
            rng,
            ignore,
            last_action: Duration::ZERO,
            last_happening: None,
            notes: Vec::new(),
            counted: None,
            mark: None,
        })
    }

    /// Where the actors are found that have ports of their own.
    pub fn with_posts(self, posts: BTreeMap<String, SocketAddr>) -> Self {
        Conversation { posts, ..self }
    }

    pub fn seat_of(&self, actor: &str) -> Option<Seat> {
        self.seats.iter().position(|seating| seating.name == actor).map(Seat)
    }

    pub fn speech_of(&self, seat: Seat) -> Speech {
        self.seats.get(seat.0).map_or(Speech::Stream, |seating| seating.speech)
    }

    /// So many sockets play.
    pub fn seat_names(&self) -> Vec<String> {
        self.seats.iter().map(|seat| seat.name.clone()).collect()
    }

    /// What a passing or failing run has to tell besides its verdict.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = self.notes.clone();
        let spoken = words_spoken(&self.check.script.steps);
        if let Some(last) = spoken.last() {
            notes.push(Note::Words(self.words.iter().take(*last as usize).cloned().collect()));
        }
        notes
    }

    /// Takes in what the machine reports. `now`: since the check began.
    pub fn hear(&mut self, happening: &Happening, now: Duration) {
        if !matches!(
            happening,
            Happening::Heard { ear: Ear::Output | Ear::Complaints | Ear::File(_), .. }
                | Happening::Counted(_)
        ) {
            self.last_happening = Some(now);
        }
        match happening {
            Happening::ProgramStarted => {
                self.program = Program::Runs;
                self.output.reopen();
                self.complaints.reopen();
                self.last_action = now;
            }
            Happening::Connected(seat) => self.link(*seat, Link::Handshaken),
            Happening::Accepted(seat) => self.accepted(*seat),
            Happening::CameIn(seat) => self.link(*seat, Link::Accepted),
            Happening::Refused(seat) => self.link(*seat, Link::Refused),
            Happening::Sent(seat) => {
                if let Some(seating) = self.seats.get_mut(seat.0) {
                    seating.queue = Queue::Empty;
                }
            }
            Happening::SendFailed(seat) => self.link(*seat, Link::Broken),
            Happening::Heard { ear, bytes } => {
                if let Ear::Seat(seat) = ear {
                    self.accepted(*seat);
                }
                if let Some(heard) = self.heard(*ear) {
                    heard.push(bytes, now);
                }
            }
            Happening::Strayed { .. } => {}
            Happening::Ended { ear, ending } => {
                if let (Ear::Seat(seat), Ending::Fin) = (ear, ending) {
                    self.accepted(*seat);
                }
                if let Some(heard) = self.heard(*ear) {
                    heard.end(*ending, now);
                }
            }
            Happening::Exited(departure) => {
                self.program = Program::Exited { departure: *departure, at: now };
            }
            Happening::Counted(resources) => self.counted = Some(*resources),
        }
    }

    pub(super) fn link(&mut self, seat: Seat, link: Link) {
        if let Some(seating) = self.seats.get_mut(seat.0) {
            seating.link = link;
        }
    }

    fn accepted(&mut self, seat: Seat) {
        if let Some(seating) = self.seats.get_mut(seat.0)
            && seating.link == Link::Handshaken
        {
            seating.link = Link::Accepted;
        }
    }

    fn heard(&mut self, ear: Ear) -> Option<&mut Heard> {
        match ear {
            Ear::Seat(seat) => self.seats.get_mut(seat.0).map(|seating| &mut seating.heard),
            Ear::Output => Some(&mut self.output),
            Ear::Complaints => Some(&mut self.complaints),
            Ear::File(index) => self.files.get_mut(index).map(|(_, heard)| heard),
        }
    }

    /// Gives back what this stream brought and no sentence has asked for, as if it had not been heard yet: bytes, or
    /// datagrams, and the end.
    pub fn take_back(&mut self, ear: Ear) -> (Vec<Vec<u8>>, Option<Ending>) {
        self.heard(ear).map(Heard::take_back).unwrap_or_default()
    }

    /// The random words of this run; `{word}` is the first.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Begins a sentence that is no block; the orders are carried out in their order.
    pub fn begin(&mut self, step: &Step, now: Duration) -> Result<(Underway, Vec<Order>), Fault> {
        let (orders, goals, later) = self.open(&step.sentence)?;
        // What was counted for an earlier sentence is not what the program has now.
        self.counted = None;
        if !orders.is_empty() || !later.is_empty() {
            self.last_action = now;
        }
        let within = step.within.unwrap_or(self.check.within);
        Ok((Underway { within, began: now, goals, later }, orders))
    }

    /// What every script ends with: nobody holds anything that was not asked for.
    pub fn begin_finale(&mut self, now: Duration) -> Option<Underway> {
        let mut ears = Vec::new();
        if self.check.leftovers == Leftovers::Forbidden {
            ears.extend(self.present_or_ended().into_iter().map(Ear::Seat));
            let of_output = |listener| speaks_of(&self.check.script.steps, listener);
            if of_output(&Listener::Output) || of_output(&Listener::Screen) {
                ears.push(Ear::Output);
            }
            if speaks_of(&self.check.script.steps, &Listener::Complaints) {
                ears.push(Ear::Complaints);
            }
        }
        let goals: Vec<Goal> =
            ears.into_iter().map(|ear| Goal::Hears { ear, wanted: Wanted::Nothing }).collect();
        let later = VecDeque::new();
        (!goals.is_empty()).then(|| Underway { within: self.check.within, began: now, goals, later })
    }

    /// Has the sentence come to its end? A contradiction wins over a lack, else the first actor's word counts.
    pub fn judge(&mut self, underway: &mut Underway, moment: Moment) -> Progress {
        let mut stumbles: Vec<Stumble> = Vec::new();
        let mut open = Vec::new();
        for mut goal in std::mem::take(&mut underway.goals) {
            match self.judge_goal(&mut goal, underway, moment) {
                Judged::Done(found) => self.finish(&goal, found),
                Judged::Waiting => open.push(goal),
                Judged::Failed(miss) => {
                    stumbles.push(Stumble { miss, actor: self.actor(&goal) });
                    open.push(goal);
                }
            }
        }
        underway.goals = open;
        let contradiction = stumbles.iter().position(|stumble| stumble.miss.ground == Ground::Contradiction);
        if !stumbles.is_empty() {
            return Progress::Failed(stumbles.swap_remove(contradiction.unwrap_or(0)));
        }
        if !underway.goals.is_empty() {
            return Progress::Waiting;
        }
        match underway.later.pop_front() {
            None => Progress::Done,
            Some((orders, goals)) => {
                self.last_action = moment.now;
                underway.began = moment.now;
                underway.goals = goals;
                Progress::Act(orders)
            }
        }
    }

    fn actor(&self, goal: &Goal) -> Option<(Seat, String)> {
        match goal.ear() {
            Some(Ear::Seat(seat)) => self.seats.get(seat.0).map(|seating| (seat, seating.name.clone())),
            _ => None,
        }
    }

    fn finish(&mut self, goal: &Goal, found: Found) {
        match goal {
            Goal::Hears { ear, wanted } => {
                let name = match ear {
                    Ear::Seat(seat) => self.seats.get(seat.0).map(|seating| seating.name.clone()),
                    // A prompt ends without a newline, and rightly so.
                    Ear::Output if self.check.console.is_terminal() => None,
                    Ear::Output | Ear::Complaints => Some("program".to_string()),
                    Ear::File(_) => None,
                };
                if let (Some(Newline::Missing), Some(who)) = (found.newline, name) {
                    let note = Note::MissingNewline { who };
                    if !self.notes.contains(&note) {
                        self.notes.push(note);
                    }
                }
                if let Ear::Seat(seat) = ear
                    && let Some(seating) = self.seats.get_mut(seat.0)
                {
                    if !matches!(wanted, Wanted::Nothing) {
                        seating.burst = Burst::Answered;
                    }
                    if wanted.is_an_end() && matches!(seating.link, Link::Handshaken | Link::Accepted) {
                        seating.link = Link::Ended;
                    }
                }
            }
            Goal::Forgotten(seat) => {
                if let Some(seating) = self.seats.get_mut(seat.0) {
                    seating.heard.forget();
                    seating.burst = Burst::Answered;
                }
            }
            _ => {}
        }
    }
}
