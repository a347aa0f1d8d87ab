//! One run of one check: the script is begun sentence by sentence and judged until it is over.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rust_i18n::t;

use super::cause::{self, Evidence};
use super::command_line::{self, ProgramLine};
use super::fall::{End, Fall, could_not_start, limit, over_limit, reference};
use super::footing::{self, Footing, Unready};
use super::mutation::Interceptor;
use super::record::Record;
use crate::machine::disk::folder;
use crate::machine::isolation::Reach;
use crate::machine::sight::Sight;
use crate::machine::stage::{Setup, Stage};
use crate::model::course::{Check, Console, Errors, Part, Speech};
use crate::model::mutation::{Probe, Reading};
use crate::model::outcome::{Failure, FailureKind, LastOutput, Note, Outcome, Skip, StepRef};
use crate::model::script::{Sentence, Step};
use crate::model::sight::Sighting;
use crate::model::stage::{Departure, Ear, Happening, Moment, Order, Rest, Seat};
use crate::model::transcript::Entry;
use crate::talk::receive::{Ground, Miss};
use crate::talk::spoken::files_of;
use crate::talk::{Conversation, Progress, Stumble, Underway};

/// A sentence is judged again after this long even if nothing happens.
const PATIENCE: Duration = Duration::from_millis(20);

/// After a failure, the program gets this long to come to rest or to end, so that the cause is whole.
const AFTERMATH: Duration = Duration::from_millis(500);

/// What a program may print in one run. More is a fault of its own, and nobody reads it.
const MOST_OUTPUT: u64 = 16 << 20;

/// What all clients together may receive in one run: many times the largest bulk of a script.
const MOST_RECEIVED: u64 = 128 << 20;

/// What the runs of a check have in common.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub check: &'a Check,
    pub program: &'a ProgramLine,
    /// Decides every random word and byte.
    pub seed: u64,
    pub sight: SightMode,
    pub threads: Threads,
    /// Whether answers are read a second time, and altered before.
    pub probe: Option<Probe>,
    /// How far programs are kept off the rest.
    pub reach: &'a Reach,
    /// Set when the user wants everything to end.
    pub interrupted: &'a AtomicBool,
}

/// May the checker look at what the program does?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SightMode {
    Auto,
    None,
}

impl SightMode {
    /// As it is chosen with `--sight`, and told with results.
    pub fn id(self) -> &'static str {
        match self {
            SightMode::Auto => "auto",
            SightMode::None => "none",
        }
    }
}

/// When are the program's threads looked at, one by one?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// Where a check has failed.
    OfFailures,
    Always,
}

/// What one run gave.
#[derive(Debug)]
pub struct Run {
    pub outcome: Outcome,
    pub transcript: Vec<Entry>,
    pub seats: Vec<String>,
    pub last_output: LastOutput,
    pub notes: Vec<Note>,
    /// Of a run that passed, where it was asked for.
    pub sighting: Option<Sighting>,
    /// What a second reading says of the answers, where it was asked for.
    pub reading: Option<Reading>,
}

impl Run {
    fn without_words(outcome: Outcome) -> Run {
        Run {
            outcome,
            transcript: Vec::new(),
            seats: Vec::new(),
            last_output: LastOutput::default(),
            notes: Vec::new(),
            sighting: None,
            reading: None,
        }
    }
}

/// Runs a check once, against a fresh process in a fresh folder.
pub fn run(request: Request) -> Run {
    let folder = match tempfile::Builder::new().prefix("checker-").tempdir() {
        Ok(folder) => folder,
        Err(error) => return Run::without_words(Outcome::Errored(error.to_string())),
    };
    // A thread of its own for each run: what it enters, it cannot leave.
    let done = std::thread::scope(|scope| scope.spawn(|| prepare(request, folder.path())).join());
    // Its owner's removal gives up where the program has closed a folder; what is left after that is reported
    // by nobody, since no verdict hangs on it.
    let _ = folder::clear_away(folder.path());
    match done {
        Ok(Ok(run)) => run,
        Ok(Err(Unready::Machine(error))) => Run::without_words(Outcome::Errored(error.to_string())),
        Ok(Err(Unready::Script(fault))) => Run::without_words(Outcome::Errored(fault)),
        Err(_) => {
            Run::without_words(Outcome::Errored(t!("the checker lost this check's thread").into_owned()))
        }
    }
}

fn prepare(request: Request, folder: &Path) -> Result<Run, Unready> {
    let check = request.check;
    let Footing { sandbox, door, stations, recipe, words } =
        footing::lay(check, request.program, request.reach, request.seed, folder)?;
    let files = files_of(&check.script.steps);
    let conversation = Conversation::new(check, door.address(), files.clone(), request.seed)
        .map_err(|fault| Unready::Script(fault.0))?
        .with_posts(footing::posts(&stations));
    let stations = stations
        .into_iter()
        .filter_map(|(name, station)| Some((conversation.seat_of(&name)?, station)))
        .collect();
    let setup = Setup {
        recipe,
        sandbox,
        address: door.address(),
        search: footing::search(check),
        seats: conversation.seat_names().len(),
        stations,
        udp_clients: udp_clients(check, &conversation),
        files,
    };
    let sight = match request.sight {
        SightMode::Auto => Sight::open().ok(),
        SightMode::None => None,
    };
    let datagrams = check.cast.iter().filter(|actor| actor.part.speech() == Speech::Datagrams);
    let record = Record::new(conversation.seat_names(), command_line::shown(&words))
        .with_datagrams(datagrams.map(|actor| actor.name.clone()).collect());
    let stage = Stage::new(setup, sight)?;
    let interceptor = request.probe.map(|probe| Interceptor::new(check, conversation.words(), probe));
    let mut play = Play {
        check,
        interceptor,
        conversation,
        stage,
        record,
        rest: Rest::Moving,
        departure: None,
        printed: 0,
        received: 0,
        threads: request.threads,
        interrupted: request.interrupted,
    };
    let end = play.all();
    Ok(play.conclude(end, door.address()))
}

fn udp_clients(check: &Check, conversation: &Conversation) -> Vec<Seat> {
    let clients = check.cast.iter().filter(|actor| actor.part == Part::UdpClient);
    clients.filter_map(|actor| conversation.seat_of(&actor.name)).collect()
}

struct Play<'a> {
    check: &'a Check,
    /// Between the stage and the conversation, where answers are altered.
    interceptor: Option<Interceptor<'a>>,
    conversation: Conversation<'a>,
    stage: Stage,
    record: Record,
    rest: Rest,
    departure: Option<Departure>,
    printed: u64,
    received: u64,
    threads: Threads,
    interrupted: &'a AtomicBool,
}

/// Sentences that follow one another, while other strands do the same.
struct Strand<'s> {
    later: VecDeque<&'s Step>,
    now: Option<(&'s Step, Underway)>,
}

impl<'a> Play<'a> {
    fn all(&mut self) -> Result<(), End> {
        let check = self.check;
        let steps = &check.script.steps;
        if !matches!(steps.first().map(|step| &step.sentence), Some(Sentence::ProgramStarts)) {
            self.start(steps.first())?;
        }
        self.steps(steps)?;
        self.finale(steps.last())
    }

    fn start(&mut self, first: Option<&Step>) -> Result<(), End> {
        self.act(vec![Order::StartProgram]).map_err(|end| match end {
            End::Machine(error) => {
                let stumble = Stumble { miss: could_not_start(error), actor: None };
                End::stumble(stumble, first.map(reference), None)
            }
            other => other,
        })
    }

    fn steps(&mut self, steps: &'a [Step]) -> Result<(), End> {
        for step in steps {
            match &step.sentence {
                Sentence::Together(inner) => {
                    let strands = inner.iter().map(flattened).collect::<Result<Vec<_>, _>>()?;
                    self.strands(strands)?;
                }
                Sentence::Repeat { times, steps } => {
                    for _ in 0..*times {
                        self.steps(steps)?;
                    }
                }
                _ => self.strands(vec![VecDeque::from([step])])?,
            }
        }
        Ok(())
    }

    /// Strands go on side by side, each in its own order, until all are through.
    fn strands(&mut self, strands: Vec<VecDeque<&'a Step>>) -> Result<(), End> {
        let mut strands: Vec<Strand> = strands.into_iter().map(|later| Strand { later, now: None }).collect();
        self.stage.begin_counting();
        loop {
            // First what is decided without silence: somebody's next sentence may end the silence.
            let unproven = if self.seen() == Rest::Unseen { Rest::Unseen } else { Rest::Moving };
            let moved = self.go_on(&mut strands, unproven)?;
            if strands.iter().all(|strand| strand.now.is_none() && strand.later.is_empty()) {
                return Ok(());
            }
            if moved == Moved::Yes {
                continue;
            }
            let asked = strands.iter().filter_map(|strand| strand.now.as_ref());
            if asked.clone().any(|(_, underway)| underway.wants_count()) {
                let counted = Happening::Counted(self.stage.count());
                self.conversation.hear(&counted, self.stage.now());
            }
            if self.seen() != Rest::Moving && self.go_on(&mut strands, self.seen())? == Moved::Yes {
                continue;
            }
            self.watch()?;
        }
    }

    /// Judges every strand once; a lack counts only where nobody else could go on.
    fn go_on(&mut self, strands: &mut [Strand<'a>], rest: Rest) -> Result<Moved, End> {
        let mut moved = Moved::No;
        let mut lack = None;
        for strand in strands {
            let Some((step, mut underway)) = strand.now.take() else {
                if let Some(step) = strand.later.pop_front() {
                    strand.now = Some((step, self.begin(step)?));
                    moved = Moved::Yes;
                }
                continue;
            };
            match self.conversation.judge(&mut underway, Moment { now: self.stage.looked(), rest }) {
                Progress::Done => {
                    if let Some(interceptor) = &mut self.interceptor {
                        interceptor.over(step);
                    }
                    moved = Moved::Yes;
                }
                Progress::Waiting => strand.now = Some((step, underway)),
                Progress::Act(orders) => {
                    strand.now = Some((step, underway));
                    self.act(orders)?;
                    moved = Moved::Yes;
                }
                Progress::Failed(stumble) => {
                    let ground = stumble.miss.ground;
                    let end = End::at(step, stumble);
                    if ground == Ground::Contradiction {
                        return Err(end);
                    }
                    lack.get_or_insert(end);
                    strand.now = Some((step, underway));
                }
            }
        }
        match (moved, lack) {
            (Moved::No, Some(end)) => Err(end),
            _ => Ok(moved),
        }
    }

    fn begin(&mut self, step: &'a Step) -> Result<Underway, End> {
        let now = self.stage.now();
        let (mut underway, orders) =
            self.conversation.begin(step, now).map_err(|fault| End::Machine(fault.to_string()))?;
        if let Some(interceptor) = &mut self.interceptor {
            interceptor.begins(step, underway.ears(), &mut self.conversation, now);
        }
        self.act(orders)?;
        underway.begins_at(self.stage.now());
        Ok(underway)
    }

    fn act(&mut self, orders: Vec<Order>) -> Result<(), End> {
        for order in orders {
            self.record.order(&order, self.stage.now());
            if let Some(interceptor) = &mut self.interceptor {
                interceptor.does(&order);
            }
            self.stage.perform(order)?;
            self.rest = Rest::Moving;
        }
        Ok(())
    }

    /// Waits for the next thing to happen and takes it in.
    fn watch(&mut self) -> Result<(), End> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(End::Interrupted);
        }
        self.rest = self.stage.wait(PATIENCE)?;
        while let Some((at, happening)) = self.stage.next_happening() {
            self.record.happening(&happening, at);
            match &happening {
                Happening::ProgramStarted => self.departure = None,
                Happening::Exited(departure) => self.departure = Some(*departure),
                Happening::Heard { ear: Ear::Output | Ear::Complaints, bytes } => {
                    self.printed += bytes.len() as u64;
                }
                Happening::Heard { bytes, .. } => self.received += bytes.len() as u64,
                _ => {}
            }
            let heard = match &mut self.interceptor {
                Some(interceptor) => interceptor.happens(happening, at),
                None => Some(happening),
            };
            if let Some(happening) = heard {
                self.conversation.hear(&happening, at);
            }
        }
        self.deliver();
        if let Some(excess) = self.stage.excess() {
            return Err(limit(excess.to_string()));
        }
        if self.printed > MOST_OUTPUT {
            return Err(limit(t!("it printed more than %{size} MiB", size = MOST_OUTPUT >> 20).into_owned()));
        }
        if self.received > MOST_RECEIVED {
            return Err(limit(t!("it sent more than %{size} MiB", size = MOST_RECEIVED >> 20).into_owned()));
        }
        Ok(())
    }

    /// Lets the conversation hear what was held back and altered.
    fn deliver(&mut self) {
        let Some(interceptor) = &mut self.interceptor else { return };
        let now = self.stage.now();
        for happening in interceptor.delivers(self.rest, now) {
            self.conversation.hear(&happening, now);
        }
    }

    /// Nothing is proven while something is held back.
    fn seen(&self) -> Rest {
        match &self.interceptor {
            Some(interceptor) if interceptor.is_busy() && self.rest == Rest::AtRest => Rest::Moving,
            _ => self.rest,
        }
    }

    fn finale(&mut self, last: Option<&Step>) -> Result<(), End> {
        let Some(mut underway) = self.conversation.begin_finale(self.stage.now()) else { return Ok(()) };
        let ears = underway.ears();
        loop {
            let moment = Moment { now: self.stage.looked(), rest: self.seen() };
            match self.conversation.judge(&mut underway, moment) {
                Progress::Done => {
                    self.read_finale(&ears);
                    return Ok(());
                }
                Progress::Failed(stumble) => {
                    self.read_finale(&ears);
                    let line = last.map_or(self.check.line, |step| step.line);
                    let step = StepRef { line, sentence: t!("everyone receives nothing").into_owned() };
                    return Err(End::stumble(stumble, Some(step), None));
                }
                Progress::Waiting | Progress::Act(_) => self.watch()?,
            }
        }
    }

    fn read_finale(&mut self, ears: &[Ear]) {
        if let Some(interceptor) = &mut self.interceptor {
            interceptor.finale(ears);
        }
    }

    fn conclude(mut self, end: Result<(), End>, asked: SocketAddr) -> Run {
        let outcome = match end {
            Ok(()) => Outcome::Passed,
            Err(End::Interrupted) => Outcome::Skipped(Skip::Interrupted),
            Err(End::Machine(error)) => Outcome::Errored(error),
            Err(End::Stumble(fall)) => Outcome::Failed(Box::new(self.failure(*fall, asked))),
        };
        let notes = self.conversation.notes();
        let seats = self.conversation.seat_names();
        let sighting = match (&outcome, self.threads) {
            (Outcome::Passed, Threads::Always) => self.stage.describe(),
            _ => None,
        };
        drop(self.stage);
        let passed = matches!(outcome, Outcome::Passed);
        let reading = self.interceptor.map(|interceptor| interceptor.reading(passed));
        let (transcript, last_output) = self.record.finish();
        Run { outcome, transcript, seats, last_output, notes, sighting, reading }
    }

    fn failure(&mut self, fall: Fall, asked: SocketAddr) -> Failure {
        let who = fall.stumble.actor.as_ref().map(|(_, name)| name.clone());
        self.record.failed(self.stage.now(), who);
        let Fall { stumble, step, hint, awaits, file } = self.weighed(fall);
        let speech =
            stumble.actor.as_ref().map_or(Speech::Stream, |(seat, _)| self.conversation.speech_of(*seat));
        let sighting = self.stage.describe();
        let last_output = self.record.last_output();
        let evidence = Evidence {
            kind: stumble.miss.kind,
            actor: stumble.actor,
            complaints: match self.check.console {
                Console::Terminal(Errors::OnScreen) => &last_output.stdout,
                _ => &last_output.stderr,
            },
            departure: self.departure,
            sighting: sighting.as_ref(),
            asked,
            awaits,
            file: file.map(|name| (name.clone(), self.stage.look_at_file(&name))),
            console: self.check.console,
            speech,
        };
        let (kind, why) = cause::find(&evidence);
        let Miss { expected, actual, .. } = stumble.miss;
        let hint = hint.or_else(|| self.check.hint.clone());
        Failure { kind, step, expected, actual, why, hint, sighting }
    }

    /// Whether a program that takes too much is caught at that, or at what it does not do meanwhile, is a matter of
    /// time; so it is looked at once more, and what it takes goes first.
    fn weighed(&mut self, fall: Fall) -> Fall {
        if fall.stumble.miss.kind == FailureKind::LimitExceeded {
            return fall;
        }
        self.aftermath();
        self.stage.weigh().map_or(fall, |excess| over_limit(excess.to_string()))
    }

    /// Lets the program come to rest or end.
    fn aftermath(&mut self) {
        if self.rest == Rest::AtRest || self.departure.is_some() {
            return;
        }
        let began = self.stage.now();
        let mut counted = false;
        while self.departure.is_none() && self.rest != Rest::AtRest && self.stage.now() < began + AFTERMATH {
            if self.watch().is_err() {
                return;
            }
            // Counting is dear, and most programs come to rest at once.
            if !counted && self.stage.now() > began + PATIENCE {
                self.stage.count();
                counted = true;
            }
        }
        if counted {
            // Against the first count it shows who kept a processor busy meanwhile.
            self.stage.count();
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moved {
    Yes,
    No,
}

/// The sentences of one strand; a repetition inside `together` is a strand of its own.
fn flattened(step: &Step) -> Result<VecDeque<&Step>, End> {
    match &step.sentence {
        Sentence::Together(_) => {
            let told = t!("line %{line}: `together:` cannot stand inside `together:`", line = step.line);
            Err(End::Machine(told.into_owned()))
        }
        Sentence::Repeat { times, steps } => {
            let once = steps.iter().map(flattened).collect::<Result<Vec<_>, _>>()?;
            let once: Vec<&Step> = once.into_iter().flatten().collect();
            Ok((0..*times).flat_map(|_| once.iter().copied()).collect())
        }
        _ => Ok(VecDeque::from([step])),
    }
}
