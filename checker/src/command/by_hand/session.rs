//! One session at the bench: a stage, the clients on it, and what a person wishes of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::time::Duration;

use rust_i18n::t;

use super::notebook::Notebook;
use super::wish::{self, USER, Wish};
use super::{Manner, help};
use crate::grade::bench::Bench;
use crate::grade::cause;
use crate::grade::record::Record;
use crate::model::outcome::Why;
use crate::model::sight::{Doing, Sighting, Whom};
use crate::model::stage::{Departure, Ear, Happening, Order, Rest, Retry, Seat};
use crate::report::live::{self, News};
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::Line;
use crate::report::words::Scene;

/// What is shown of one answer, in bytes; the rest of it is only counted.
const SHOWN: u64 = 256 << 10;

/// What a program may say in all, in bytes: as in a check.
const MOST_HEARD: u64 = 128 << 20;

/// The stage is looked at again after this long even if nothing happens.
const PATIENCE: Duration = Duration::from_millis(20);

/// A program that goes on moving is given so long before the next line.
const FOR_A_PERSON: Duration = Duration::from_millis(150);
const TO_CONNECT: Duration = Duration::from_secs(2);
const AFTER_AN_ANSWER: Duration = Duration::from_millis(300);
const WITHOUT_AN_ANSWER: Duration = Duration::from_secs(5);

/// A program that goes on talking is listened to for so long.
const AT_MOST: Duration = Duration::from_secs(30);

/// A program that neither answers nor rests is spoken of after this long.
const STILL_BUSY: Duration = Duration::from_secs(1);

/// From the one who types.
#[derive(Debug)]
pub enum Typed {
    Line(String),
    /// A line that is no text, with its newline.
    Bytes(Vec<u8>),
    /// No more lines come; what was asked may still be answered.
    EndOfInput,
    /// The person has had enough.
    End,
}

/// To the one who types: the stage is ready for the next line.
#[derive(Debug, Clone)]
pub struct Ready {
    pub prompt: String,
    pub names: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    /// Nothing was typed yet.
    Wait,
    End,
}

/// Whatever is shown goes there, a block of whole lines at a time.
pub type Show<'a> = &'a dyn Fn(String);

pub struct Session<'a> {
    bench: Bench,
    manner: Manner,
    palette: Palette,
    show: Show<'a>,
    record: Record,
    notebook: Notebook,
    clients: Vec<Client>,
    speaker: Speaker,
    pieces: Option<usize>,
    /// When somebody acted last, and what they did.
    since: Duration,
    act: Act,
    /// When something came last.
    last_news: Duration,
    /// Bytes that came since the last act, and in all.
    heard_since: u64,
    heard: u64,
    pause: Pause,
    /// What has come of the last act.
    outcome: Outcome,
    rest: Rest,
    departure: Option<Departure>,
    /// Lines of the program's output that have no end yet.
    unfinished: BTreeMap<Ear, Vec<u8>>,
    /// The last cause of a silence that was told, so that nothing is told twice.
    told: Option<String>,
}

#[derive(Debug)]
struct Client {
    name: String,
    line: LineState,
    connection: Connection,
}

/// Was the person told that there is one?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connection {
    Untold,
    Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineState {
    Dialing,
    Queued,
    Open,
    HalfClosed,
    /// Ended by the program.
    Ended,
    /// Ended by us, or never begun.
    Over,
}

impl Client {
    fn is_gone(&self) -> bool {
        matches!(self.line, LineState::Ended | LineState::Over)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaker {
    User,
    Client(usize),
}

/// What the next line waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    UntilAnswered,
    /// Or for so long after the last news.
    UntilRest {
        most: Duration,
    },
}

/// What silence after it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Nothing was asked of the program.
    None,
    Connected(usize),
    /// Somebody may wait for an answer.
    Asked(Option<usize>),
    Left(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Nothing,
    Something,
    /// A silence was explained.
    Explained,
}

impl<'a> Session<'a> {
    pub fn new(bench: Bench, manner: Manner, palette: Palette, notebook: Notebook, show: Show<'a>) -> Self {
        let record = Record::new(Vec::new(), bench.command.clone());
        Session {
            bench,
            manner,
            palette,
            show,
            record,
            notebook,
            clients: Vec::new(),
            speaker: Speaker::User,
            pieces: None,
            since: Duration::ZERO,
            act: Act::None,
            last_news: Duration::ZERO,
            heard_since: 0,
            heard: 0,
            pause: Pause::UntilAnswered,
            outcome: Outcome::Nothing,
            rest: Rest::Moving,
            departure: None,
            unfinished: BTreeMap::new(),
            told: None,
        }
    }

    /// Starts the program, lets the first client connect where there is one to be, and does what is wished
    /// until no more is.
    ///
    /// # Errors
    /// The program could not be started, or this machine failed.
    pub fn run(
        mut self,
        lines: &Receiver<Typed>,
        ready: &Sender<Ready>,
        first: Option<&str>,
    ) -> Result<(), String> {
        self.begin(Act::None);
        self.perform(Order::StartProgram)?;
        if let Some(name) = first {
            self.open(Some(name.to_owned()))?;
        }
        let mut asked = true;
        let mut ending = false;
        loop {
            self.take_in();
            self.explain();
            if asked && self.is_settled() {
                if ending {
                    break;
                }
                asked = false;
                self.tell_unfinished(self.last_news);
                // Who does not listen any more has said so in another way.
                let _ = ready.send(self.ready());
            }
            if !asked {
                let then = match lines.try_recv() {
                    Ok(Typed::Line(line)) => self.obey(&line)?,
                    Ok(Typed::Bytes(bytes)) => {
                        self.send(self.speaker, bytes)?;
                        Then::GoOn
                    }
                    Ok(Typed::EndOfInput) => {
                        self.last_words()?;
                        ending = true;
                        Then::GoOn
                    }
                    Ok(Typed::End) | Err(TryRecvError::Disconnected) => Then::End,
                    Err(TryRecvError::Empty) => Then::Wait,
                };
                match then {
                    Then::End => break,
                    Then::Wait => {}
                    Then::GoOn => {
                        asked = true;
                        continue;
                    }
                }
            }
            self.wait(asked).map_err(|error| error.to_string())?;
        }
        self.take_in();
        self.tell_unfinished(self.last_news);
        self.save_at_the_end();
        drop(self.bench);
        Ok(())
    }

    fn wait(&mut self, asked: bool) -> std::io::Result<()> {
        if self.rest == Rest::AtRest && !asked {
            self.bench.stage.idle()?;
            self.rest = Rest::Moving;
            return Ok(());
        }
        self.rest = self.bench.stage.wait(PATIENCE)?;
        if let Some(excess) = self.bench.stage.excess() {
            return Err(std::io::Error::other(excess.to_string()));
        }
        if self.heard > MOST_HEARD {
            let told = t!("the program said more than %{number} MiB", number = MOST_HEARD >> 20);
            return Err(std::io::Error::other(told.into_owned()));
        }
        Ok(())
    }

    /// Is it time for the next line?
    fn is_settled(&self) -> bool {
        let passed = self.bench.stage.now().saturating_sub(self.since);
        if self.rest == Rest::AtRest {
            return true;
        }
        if let Pause::UntilRest { most } = self.pause {
            let silent = self.bench.stage.now().saturating_sub(self.since.max(self.last_news));
            return silent >= most || passed >= most.max(AT_MOST);
        }
        match (self.rest, self.manner, self.outcome) {
            // An interpreter takes its time to start.
            (_, Manner::Person, Outcome::Nothing) if matches!(self.act, Act::Connected(_)) => {
                passed >= TO_CONNECT
            }
            (_, Manner::Person, _) => passed >= FOR_A_PERSON,
            (_, Manner::Script, Outcome::Something) => passed >= AFTER_AN_ANSWER,
            (_, Manner::Script, _) => passed >= WITHOUT_AN_ANSWER,
        }
    }

    fn ready(&self) -> Ready {
        let prompt = match self.speaker {
            Speaker::User => format!("{USER}> "),
            Speaker::Client(index) => format!("{}> ", self.clients[index].name),
        };
        Ready { prompt, names: self.names() }
    }

    /// A script is over: who only listened to standard input hears its end, and may finish.
    fn last_words(&mut self) -> Result<(), String> {
        self.begin(Act::None);
        self.pause = Pause::UntilRest { most: WITHOUT_AN_ANSWER };
        if self.clients.is_empty() && self.departure.is_none() {
            self.perform(Order::EndInput)?;
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        self.clients.iter().map(|client| client.name.clone()).collect()
    }
}

/// What happens.
impl Session<'_> {
    fn take_in(&mut self) {
        while let Some((at, happening)) = self.bench.stage.next_happening() {
            self.record.happening(&happening, at);
            self.notebook.happening(&happening);
            self.last_news = at;
            if self.is_too_much(&happening) {
                continue;
            }
            match happening {
                Happening::Heard { ear: ear @ (Ear::Output | Ear::Complaints), bytes } => {
                    self.tell_lines(at, ear, bytes);
                }
                happening => {
                    self.tell_unfinished(at);
                    self.tell(at, happening);
                }
            }
        }
        if self.rest == Rest::Unseen {
            self.believe_accepted();
        }
        if self.rest == Rest::AtRest {
            // A prompt, perhaps: nothing more comes.
            self.tell_unfinished(self.last_news);
        }
    }

    /// Tells what the program printed as far as its lines are whole.
    fn tell_lines(&mut self, at: Duration, ear: Ear, bytes: Vec<u8>) {
        let tail = self.unfinished.entry(ear).or_default();
        tail.extend(bytes);
        let Some(end) = tail.iter().rposition(|byte| *byte == b'\n') else { return };
        let rest = tail.split_off(end + 1);
        let lines = std::mem::replace(tail, rest);
        self.tell(at, Happening::Heard { ear, bytes: lines });
    }

    fn tell_unfinished(&mut self, at: Duration) {
        for (ear, bytes) in std::mem::take(&mut self.unfinished) {
            if !bytes.is_empty() {
                self.tell(at, Happening::Heard { ear, bytes });
            }
        }
    }

    /// Has so much come since the last act that nobody could read it?
    fn is_too_much(&mut self, happening: &Happening) -> bool {
        let Happening::Heard { bytes, .. } = happening else { return false };
        let before = self.heard_since;
        self.heard_since += bytes.len() as u64;
        self.heard += bytes.len() as u64;
        if before < SHOWN && self.heard_since >= SHOWN {
            self.say(
                Ink::Mild,
                &t!("So much comes that the rest is not shown, until something else is done."),
            );
        }
        self.heard_since >= SHOWN
    }

    fn tell(&mut self, at: Duration, happening: Happening) {
        let after = at.saturating_sub(self.since);
        let who = |seat: Seat| self.clients.get(seat.0).map(|client| client.name.clone()).unwrap_or_default();
        let news = match happening {
            Happening::ProgramStarted => {
                self.departure = None;
                News::Started { command: short(&self.bench.command) }
            }
            Happening::Connected(seat) => return self.has_connected(seat),
            Happening::Accepted(seat) => return self.was_accepted(seat, after),
            Happening::Refused(seat) => {
                let news = News::Refused { who: who(seat) };
                self.set(seat, LineState::Over);
                self.outcome = Outcome::Something;
                news
            }
            Happening::Heard { ear: Ear::Seat(seat), bytes } => {
                let news = News::Heard { who: who(seat), bytes };
                self.was_accepted(seat, after);
                news
            }
            Happening::Heard { ear: Ear::Output, bytes } => {
                self.outcome = Outcome::Something;
                News::Printed(bytes)
            }
            Happening::Heard { ear: Ear::Complaints, bytes } => News::Complained(bytes),
            Happening::Ended { ear: Ear::Seat(seat), ending } => {
                let news = News::Ended { who: who(seat), ending };
                self.was_accepted(seat, after);
                if self.line(seat) != LineState::Over {
                    self.set(seat, LineState::Ended);
                }
                self.outcome = Outcome::Something;
                news
            }
            Happening::SendFailed(seat) => News::SendFailed { who: who(seat) },
            Happening::Exited(how) => {
                self.departure = Some(how);
                self.outcome = Outcome::Something;
                News::Exited { how, why: cause::complaint(&self.record.last_output().stderr, Some(how)) }
            }
            _ => return,
        };
        self.show_news(&news, after);
    }

    fn has_connected(&mut self, seat: Seat) {
        self.set(seat, LineState::Queued);
        if let Some(address) = self.bench.stage.local_address(seat) {
            self.notebook.port(seat, address.port());
        }
    }

    /// Where the machine shows nothing, nothing will ever tell whether a connection was accepted.
    fn believe_accepted(&mut self) {
        let after = self.bench.stage.now().saturating_sub(self.since);
        for seat in (0..self.clients.len()).map(Seat) {
            if self.line(seat) == LineState::Queued {
                self.notebook.happening(&Happening::Accepted(seat));
                self.was_accepted(seat, after);
            }
        }
    }

    fn was_accepted(&mut self, seat: Seat, after: Duration) {
        self.outcome = Outcome::Something;
        if self.line(seat) == LineState::Queued {
            self.set(seat, LineState::Open);
        }
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        if client.connection == Connection::Untold {
            client.connection = Connection::Told;
            let who = client.name.clone();
            self.show_news(&News::Connected { who }, after);
        }
    }

    /// Says what the threads do where an answer may have been expected and none comes.
    fn explain(&mut self) {
        if self.outcome != Outcome::Nothing {
            return;
        }
        let is_late = self.bench.stage.now().saturating_sub(self.since) >= STILL_BUSY;
        if self.rest != Rest::AtRest && !(is_late && self.rest == Rest::Moving) {
            return;
        }
        if self.act == Act::None || self.departure.is_some() {
            return;
        }
        self.outcome = Outcome::Explained;
        if let Act::Connected(client) = self.act
            && self.clients[client].line == LineState::Queued
        {
            let who = self.clients[client].name.clone();
            let after = self.bench.stage.now().saturating_sub(self.since);
            self.show_news(&News::Queued { who }, after);
        }
        let Some(sighting) = self.bench.stage.describe() else { return };
        let Some(cause) = self.cause(&sighting) else { return };
        if self.told.as_ref() == Some(&cause) {
            let same = t!("no answer, as before");
            return self.show_lines(&live::aside(Ink::Faint, &same));
        }
        self.show_lines(&live::aside(Ink::Mild, &cause));
        self.told = Some(cause);
    }

    fn cause(&self, sighting: &Sighting) -> Option<String> {
        let names = self.names();
        let scene = Scene::live(Some(sighting), &names, self.record.entries());
        let blocked = |actor: Option<usize>| Why::Blocked {
            actor: actor.map(Seat),
            actor_name: actor.and_then(|actor| names.get(actor).cloned()),
        };
        let cause = |why: &Why| live::cause(why, scene, &self.palette);
        match self.act {
            Act::None => None,
            Act::Connected(client) => match self.clients[client].line {
                LineState::Dialing => Some(self.why_nobody_listens(sighting, scene)),
                LineState::Queued if sighting.waiting_in_queue.contains(&Seat(client)) => {
                    cause(&blocked(Some(client)))
                }
                _ => None,
            },
            Act::Asked(client) => {
                if self.rest == Rest::AtRest {
                    cause(&blocked(client))
                } else {
                    Some(
                        t!("no answer yet: %{threads}", threads = live::threads_in_a_line(scene))
                            .into_owned(),
                    )
                }
            }
            Act::Left(client) => {
                let is_held = sighting.held.iter().any(|held| held.seat == Seat(client));
                if is_held { cause(&blocked(Some(client))) } else { None }
            }
        }
    }

    fn why_nobody_listens(&self, sighting: &Sighting, scene: Scene) -> String {
        let why = match sighting.listening.as_slice() {
            [] => Why::NeverListens,
            on => Why::ListensElsewhere { on: on.to_vec(), asked: self.bench.address },
        };
        let mut told = live::cause(&why, scene, &self.palette).unwrap_or_default();
        let reads_input = |doing: &Doing| *doing == Doing::Receiving(Whom::Input);
        if sighting.threads.iter().any(|thread| reads_input(&thread.doing)) {
            told.push_str(&format!(". {}", t!("`:type TEXT` types a line to it.")));
        } else if sighting.listening.is_empty() {
            told.push_str(&format!("; {}", live::threads_in_a_line(scene)));
        }
        told
    }

    fn line(&self, seat: Seat) -> LineState {
        self.clients.get(seat.0).map_or(LineState::Over, |client| client.line)
    }

    fn set(&mut self, seat: Seat, line: LineState) {
        if let Some(client) = self.clients.get_mut(seat.0) {
            client.line = line;
        }
    }

    fn show_news(&self, news: &News, after: Duration) {
        self.show_lines(&live::news(news, after, &self.palette));
    }

    fn say(&self, ink: Ink, text: &str) {
        text.lines().for_each(|line| self.show_lines(&live::aside(ink, line)));
    }

    fn show_lines(&self, lines: &[Line]) {
        let shown: String = lines.iter().map(|line| line.clone().render(&self.palette) + "\n").collect();
        if !shown.is_empty() {
            (self.show)(shown);
        }
    }
}

/// The command line with the names of files instead of their whole paths.
fn short(command: &str) -> String {
    let name = |word: &str| match word.starts_with('/') {
        true => word.rsplit('/').next().unwrap_or(word).to_owned(),
        false => word.to_owned(),
    };
    command.split(' ').map(name).collect::<Vec<_>>().join(" ")
}

/// What is wished.
impl Session<'_> {
    fn obey(&mut self, line: &str) -> Result<Then, String> {
        self.begin(Act::None);
        let wish = match wish::read(line, &self.names()) {
            Ok(wish) => wish,
            Err(cure) => {
                self.say(Ink::Mild, &cure);
                return Ok(Then::GoOn);
            }
        };
        match wish {
            Wish::Say { who, text } => {
                let mut line = text.into_bytes();
                line.push(b'\n');
                match who {
                    None => self.send(self.speaker, line)?,
                    Some(name) if name == USER => self.send(Speaker::User, line)?,
                    Some(name) => {
                        if let Some(client) = self.known(Some(name)) {
                            self.send(Speaker::Client(client), line)?;
                        }
                    }
                }
            }
            Wish::Raw(bytes) if self.speaker == Speaker::User && self.departure.is_none() => {
                self.begin(Act::Asked(None));
                self.perform(Order::TypeRaw(bytes))?;
            }
            Wish::Raw(bytes) => self.send(self.speaker, bytes)?,
            Wish::Type(text) => self.send(Speaker::User, format!("{text}\n").into_bytes())?,
            Wish::Open(name) => self.open(name)?,
            Wish::As(name) => self.speak_as(&name),
            Wish::Close(name) => self.leave(name, Order::Close)?,
            Wish::Reset(name) => self.leave(name, Order::Reset)?,
            Wish::HalfClose(name) => {
                if let Some(client) = self.connected(name) {
                    self.begin(Act::Asked(Some(client)));
                    self.perform(Order::HalfClose(Seat(client)))?;
                    self.clients[client].line = LineState::HalfClosed;
                }
            }
            Wish::StopReading(name) => {
                if let Some(client) = self.connected(name) {
                    self.perform(Order::StopReading(Seat(client)))?;
                }
            }
            Wish::ReadAgain(name) => {
                if let Some(client) = self.connected(name) {
                    self.perform(Order::ReadAgain(Seat(client)))?;
                }
            }
            Wish::Pieces(pieces) => self.pieces = pieces,
            Wish::EndInput | Wish::Signal(_) if self.departure.is_some() => self.has_ended(),
            Wish::EndInput => {
                self.begin(Act::Asked(None));
                self.perform(Order::EndInput)?;
            }
            Wish::Signal(signal) => {
                self.begin(Act::Asked(None));
                self.perform(Order::Signal(signal))?;
            }
            Wish::Restart => {
                self.clients.iter_mut().for_each(|client| {
                    // Who still waits to be let in may be let in now.
                    if client.line != LineState::Dialing {
                        client.line = LineState::Over;
                    }
                });
                self.perform(Order::RestartProgram)?;
            }
            Wish::Threads => self.threads(),
            Wish::Wait(most) => self.pause = Pause::UntilRest { most: most.unwrap_or(WITHOUT_AN_ANSWER) },
            Wish::Save(file) => self.save(&file),
            Wish::Help => (self.show)(help::text(&self.palette)),
            Wish::Quit => return Ok(Then::End),
        }
        Ok(Then::GoOn)
    }

    /// From here on, what comes is the answer to this.
    fn begin(&mut self, act: Act) {
        self.since = self.bench.stage.now();
        self.act = act;
        self.outcome = Outcome::Nothing;
        self.pause = Pause::UntilAnswered;
        self.heard_since = 0;
    }

    fn perform(&mut self, order: Order) -> Result<(), String> {
        self.rest = Rest::Moving;
        self.record.order(&order, self.bench.stage.now());
        self.notebook.order(&order);
        let is_start = matches!(order, Order::StartProgram | Order::RestartProgram);
        self.bench.stage.perform(order).map_err(|error| match is_start {
            true => t!("the program could not be started: %{error}", error = error).into_owned(),
            false => error.to_string(),
        })
    }

    fn send(&mut self, speaker: Speaker, bytes: Vec<u8>) -> Result<(), String> {
        let Speaker::Client(client) = speaker else {
            if self.departure.is_some() {
                self.has_ended();
                return Ok(());
            }
            self.begin(Act::Asked(None));
            return self.perform(Order::Type(bytes));
        };
        match self.clients[client].line {
            _ if self.departure.is_some() => {
                self.not_connected(client);
                Ok(())
            }
            LineState::Queued | LineState::Open | LineState::Ended => {
                self.begin(Act::Asked(Some(client)));
                let piece = self.pieces;
                self.perform(Order::Send { seat: Seat(client), bytes, piece })
            }
            LineState::HalfClosed => {
                self.say(
                    Ink::Mild,
                    &t!("%{name} has stopped sending (:halfclose).", name = self.clients[client].name),
                );
                Ok(())
            }
            LineState::Dialing | LineState::Over => {
                self.not_connected(client);
                Ok(())
            }
        }
    }

    fn not_connected(&self, client: usize) {
        let name = &self.clients[client].name;
        let told = match self.clients[client].line {
            _ if self.departure.is_some() => {
                t!(
                    "%{name} is not connected: the program has ended. `:restart` starts it again.",
                    name = name
                )
            }
            LineState::Dialing => {
                t!("%{name} is not connected yet: the program does not listen.", name = name)
            }
            _ => t!("%{name} is not connected. `:open %{name}` connects again.", name = name),
        };
        self.say(Ink::Mild, &told);
    }

    fn open(&mut self, name: Option<String>) -> Result<(), String> {
        let name = name.unwrap_or_else(|| match self.speaker {
            Speaker::Client(client) if self.clients[client].is_gone() => self.clients[client].name.clone(),
            _ => self.fresh_name(),
        });
        if name == USER {
            self.speaker = Speaker::User;
            return Ok(());
        }
        let client = match self.clients.iter().position(|client| client.name == name) {
            Some(client) if !self.clients[client].is_gone() => {
                self.speaker = Speaker::Client(client);
                self.say(Ink::Mild, &t!("%{name} is connected already.", name = name));
                return Ok(());
            }
            Some(client) => client,
            None => {
                let Seat(client) = self.bench.stage.add_seat();
                self.record.add_seat(&name);
                self.notebook.add_seat(&name);
                self.clients.push(Client { name, line: LineState::Over, connection: Connection::Untold });
                client
            }
        };
        self.clients[client].line = LineState::Dialing;
        self.clients[client].connection = Connection::Untold;
        self.speaker = Speaker::Client(client);
        self.begin(Act::Connected(client));
        // Nobody will listen who has ended.
        let retry = if self.departure.is_some() { Retry::Once } else { Retry::Patient };
        self.perform(Order::Connect { seat: Seat(client), through: None, retry })
    }

    fn fresh_name(&self) -> String {
        const NAMES: [&str; 3] = ["ana", "bia", "caio"];
        let is_free = |name: &str| self.clients.iter().all(|client| client.name != name);
        let named = NAMES.iter().map(|name| (*name).to_owned());
        let numbered = (1..).map(|number| format!("client{number}"));
        named.chain(numbered).find(|name| is_free(name)).unwrap_or_default()
    }

    fn speak_as(&mut self, name: &str) {
        if name == USER {
            self.speaker = Speaker::User;
        } else if let Some(client) = self.known(Some(name.to_owned())) {
            self.speaker = Speaker::Client(client);
        }
    }

    fn leave(&mut self, name: Option<String>, order: fn(Seat) -> Order) -> Result<(), String> {
        let Some(client) = self.connected(name) else { return Ok(()) };
        self.begin(Act::Left(client));
        self.perform(order(Seat(client)))?;
        self.clients[client].line = LineState::Over;
        Ok(())
    }

    /// The client of this name, or the one who speaks.
    fn known(&self, name: Option<String>) -> Option<usize> {
        let Some(name) = name else {
            if let Speaker::Client(client) = self.speaker {
                return Some(client);
            }
            self.say(Ink::Mild, &t!("No client speaks now: `:open ana` connects one."));
            return None;
        };
        let found = self.clients.iter().position(|client| client.name == name);
        if found.is_none() {
            let told = match crate::command::suggest(&name, &self.names()) {
                Some(near) => t!("There is no %{name}. Did you mean %{near}?", name = name, near = near),
                None => t!("There is no %{name}: `:open %{name}` connects a new client.", name = name),
            };
            self.say(Ink::Mild, &told);
        }
        found
    }

    fn connected(&self, name: Option<String>) -> Option<usize> {
        let client = self.known(name)?;
        if matches!(self.clients[client].line, LineState::Over | LineState::Dialing) {
            self.not_connected(client);
            return None;
        }
        Some(client)
    }

    fn threads(&mut self) {
        let Some(sighting) = self.bench.stage.describe() else {
            if self.departure.is_some() {
                return self.has_ended();
            }
            return self.say(Ink::Mild, &t!("This machine does not show what a program does."));
        };
        let names = self.names();
        self.show_lines(&live::threads(Scene::live(Some(&sighting), &names, self.record.entries())));
    }

    fn has_ended(&self) {
        self.say(Ink::Mild, &t!("The program has ended. `:restart` starts it again."));
    }

    fn save(&self, file: &Path) {
        match self.notebook.save(file) {
            Ok(()) => self.say(Ink::Good, &t!("saved as a check: %{file}", file = file.display())),
            Err(error) => self.say(Ink::Bad, &error),
        }
    }

    fn save_at_the_end(&self) {
        if let Some(file) = self.notebook.at_the_end() {
            self.save(file);
        }
    }
}
