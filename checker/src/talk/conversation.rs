//! Who is on stage, what everybody has heard, and how far the sentence under way has come.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use fastrand::Rng;

use super::bulk;
use super::ear::{Heard, Newline};
use super::goal::{self, Goal, Signalled, Since};
use super::opening::matcher;
use super::receive::{Found, Ground, Judged, Listening, Miss, Patience, Surrender, Wanted};
use super::seating::{Burst, Link, Queue, Seating, seats};
use super::spoken::{speaks_of, words_spoken};
use super::text::{Bindings, Matcher, Names};
use crate::model::course::{Check, Leftovers};
use crate::model::outcome::{Actual, Expected, FailureKind, Note};
use crate::model::script::{Exit, Listener, Step, Until};
use crate::model::stage::{Departure, Ear, Ending, Happening, Moment, Order, Resources, Rest, Seat};

/// Random words that a script can name: `{word99}` is the last.
const WORDS: usize = 99;

#[derive(Debug)]
pub struct Conversation<'a> {
    pub(super) check: &'a Check,
    /// Where clients connect to, for reports.
    pub(super) address: SocketAddr,
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
                self.last_action = now;
            }
            Happening::Connected(seat) => self.link(*seat, Link::Handshaken),
            Happening::Accepted(seat) => self.accepted(*seat),
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
            if speaks_of(&self.check.script.steps, &Listener::Output) {
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

    pub(super) fn note(&mut self, moment: Moment) {
        let note = match moment.rest {
            Rest::AtRest => return,
            Rest::Moving => Note::RestNotSeen,
            Rest::Unseen => Note::NoSight,
        };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn judge_goal(&mut self, goal: &mut Goal, underway: &Underway, moment: Moment) -> Judged {
        let everything = Since { began: underway.began, last: self.last_happening };
        match goal {
            Goal::Connected { seat, until } => self.judge_connected(*seat, *until, underway, moment),
            Goal::Refused(seat) => match self.seats.get(seat.0).map(|seating| seating.link) {
                Some(Link::Refused) => Judged::Done(Found::default()),
                Some(Link::Handshaken | Link::Accepted) => failed(
                    FailureKind::NotRefused,
                    Expected::Refusal { address: self.address },
                    Actual::ConnectedAnyway,
                    Ground::Contradiction,
                ),
                _ => Judged::Waiting,
            },
            Goal::Sent { seat, bytes } => self.judge_sent(*seat, *bytes, underway, moment),
            Goal::Hears { ear, wanted } => self.judge_hears(*ear, wanted, underway, moment),
            Goal::Forgotten(_) | Goal::Settled => {
                if self.has_exited() {
                    Judged::Done(Found::default())
                } else if goal::settled(moment, everything, underway.within) {
                    self.note(moment);
                    Judged::Done(Found::default())
                } else {
                    Judged::Waiting
                }
            }
            Goal::Started => match self.program {
                Program::NotStarted => Judged::Waiting,
                _ => Judged::Done(Found::default()),
            },
            Goal::Exit(wanted) => self.judge_exit(*wanted, underway, moment),
            Goal::ExitNotBefore(least) => {
                match (self.judge_exit(Exit::Cleanly, underway, moment), self.program) {
                    (Judged::Done(_), Program::Exited { at, .. }) => {
                        let after = at.saturating_sub(self.last_action);
                        if after >= *least {
                            Judged::Done(Found::default())
                        } else {
                            failed(
                                FailureKind::WrongExit,
                                Expected::ExitNotBefore(*least),
                                Actual::ExitedAfter(after),
                                Ground::Contradiction,
                            )
                        }
                    }
                    (other, _) => other,
                }
            }
            Goal::StillRuns => match self.program {
                Program::Exited { departure, .. } => failed(
                    FailureKind::ExitedEarly,
                    Expected::StillRunning,
                    Actual::Exited(departure),
                    Ground::Contradiction,
                ),
                _ if goal::settled(moment, everything, underway.within) => Judged::Done(Found::default()),
                _ => Judged::Waiting,
            },
            Goal::Has { .. } | Goal::Marked | Goal::BackAtMark | Goal::Rests => {
                self.judge_resources(goal, underway, moment)
            }
            Goal::Distinct { capture, values } => distinct(capture, values),
        }
    }

    fn has_exited(&self) -> bool {
        matches!(self.program, Program::Exited { .. })
    }

    fn judge_connected(&mut self, seat: Seat, until: Until, underway: &Underway, moment: Moment) -> Judged {
        let Some(seating) = self.seats.get(seat.0) else { return Judged::Waiting };
        let link = seating.link;
        let expected = Expected::Connection { address: self.address };
        let since = Since { began: underway.began, last: self.last_happening };
        if until == Until::Handshake && matches!(link, Link::Handshaken | Link::Accepted | Link::Broken) {
            return Judged::Done(Found::default());
        }
        if matches!(link, Link::Accepted | Link::Broken) {
            if self.has_exited() {
                return Judged::Done(Found::default());
            }
            if goal::settled(moment, since, underway.within) {
                self.note(moment);
                return Judged::Done(Found::default());
            }
            return Judged::Waiting;
        }
        if let Program::Exited { departure, .. } = self.program {
            // What it sent before it ended may still be on its way.
            if link == Link::Handshaken && moment.rest != Rest::AtRest {
                return Judged::Waiting;
            }
            let actual = Actual::Exited(departure);
            return failed(FailureKind::ExitedEarly, expected, actual, Ground::Contradiction);
        }
        if link == Link::Handshaken && moment.rest == Rest::Unseen {
            // Nothing shows whether it was accepted: a settling time has to do.
            if goal::settled(moment, since, underway.within) {
                self.note(moment);
                return Judged::Done(Found::default());
            }
            return Judged::Waiting;
        }
        let since = Since { began: underway.began, last: None };
        if goal::gave_up(moment, since, underway.within).is_none() {
            return Judged::Waiting;
        }
        let (kind, actual) = match link {
            Link::Handshaken => (FailureKind::NotAccepted, Actual::InAcceptQueue),
            _ => (FailureKind::NeverListened, Actual::Refused),
        };
        failed(kind, expected, actual, Ground::Lack)
    }

    fn judge_sent(&mut self, seat: Seat, bytes: u64, underway: &Underway, moment: Moment) -> Judged {
        let Some(seating) = self.seats.get(seat.0) else { return Judged::Waiting };
        if seating.queue == Queue::Empty {
            return Judged::Done(Found::default());
        }
        let expected = Expected::Taken { bytes };
        if seating.link == Link::Broken {
            let actual = match seating.heard.ending() {
                Some(Ending::Fin) => Actual::Ended { bytes: 0 },
                _ => Actual::Reset { bytes: 0 },
            };
            return failed(FailureKind::EndedEarly, expected, actual, Ground::Contradiction);
        }
        let since = Since { began: underway.began, last: seating.heard.last().max(self.last_happening) };
        match goal::gave_up(moment, since, underway.within) {
            None => Judged::Waiting,
            // What is left would be for nobody.
            Some(_) if seating.heard.ending().is_some() => {
                failed(FailureKind::EndedEarly, expected, Actual::Ended { bytes: 0 }, Ground::Lack)
            }
            Some(gave_up) => {
                let kind = match gave_up.kind {
                    Surrender::Silence => FailureKind::NoAnswer,
                    Surrender::Endless => FailureKind::TimedOut,
                };
                failed(kind, expected, gave_up.actual, Ground::Lack)
            }
        }
    }

    fn judge_hears(&mut self, ear: Ear, wanted: &mut Wanted, underway: &Underway, moment: Moment) -> Judged {
        let Conversation { seats, output, complaints, files, captures, words, ignore, .. } = self;
        let mut captures = captures;
        let mut member = None;
        let heard = match ear {
            Ear::Seat(seat) => seats.get_mut(seat.0).map(|seating| {
                member = seating.member;
                if member.is_some() {
                    captures = &mut seating.captures;
                }
                &mut seating.heard
            }),
            Ear::Output => Some(output),
            Ear::Complaints => Some(complaints),
            Ear::File(index) => files.get_mut(index).map(|(_, heard)| heard),
        };
        let Some(heard) = heard else { return Judged::Waiting };
        let since = Since { began: underway.began, last: heard.last() };
        let patience = Patience {
            over: goal::gave_up(moment, since, underway.within),
            settled: goal::nothing_comes(moment, since, underway.within),
            leftovers: self.check.leftovers,
        };
        wanted.judge(&mut Listening::new(heard, &patience, ignore, Names { captures, words, member }))
    }

    fn judge_exit(&mut self, wanted: Exit, underway: &Underway, moment: Moment) -> Judged {
        if let Program::Exited { departure, .. } = self.program {
            return match goal::judge_exit(wanted, departure, self.signalled) {
                Ok(()) => Judged::Done(Found::default()),
                Err(miss) => Judged::Failed(miss),
            };
        }
        let last = self.last_happening.max(self.output.last()).max(self.complaints.last());
        let since = Since { began: underway.began, last };
        if goal::gave_up(moment, since, underway.within).is_none() {
            return Judged::Waiting;
        }
        let expected = match wanted {
            Exit::Cleanly => Expected::ExitCleanly,
            Exit::Status(status) => Expected::ExitStatus(status),
            Exit::Nonzero => Expected::ExitNonzero,
        };
        failed(FailureKind::StillRunning, expected, Actual::Running, Ground::Lack)
    }
}

pub(super) fn failed(kind: FailureKind, expected: Expected, actual: Actual, ground: Ground) -> Judged {
    Judged::Failed(Miss { kind, expected, actual, ground })
}

fn distinct(capture: &str, values: &[Option<Vec<u8>>]) -> Judged {
    let mut seen = BTreeSet::new();
    for value in values.iter().flatten() {
        if !seen.insert(value) {
            return failed(
                FailureKind::Mismatch,
                Expected::Distinct { capture: capture.to_string() },
                Actual::Repeated { value: value.clone() },
                Ground::Contradiction,
            );
        }
    }
    Judged::Done(Found::default())
}
