//! One session at the bench: a stage, the clients on it, and what a person wishes of them.

mod comings;
mod happens;
mod people;
mod shown;
mod silence;
mod wishes;

pub use self::people::Role;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::time::Duration;

use rust_i18n::t;

use self::people::{Person, Speaker};
use super::Manner;
use super::casting::Play;
use super::notebook::Notebook;
use super::wish::USER;
use crate::grade::bench::Bench;
use crate::grade::record::Record;
use crate::model::course::Console;
use crate::model::stage::{Departure, Ear, Order, Rest, Seat};
use crate::report::style::Palette;

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
#[derive(Debug, Clone)]
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

/// What the lab makes of the session.
#[derive(Debug, Clone)]
pub struct Part {
    pub play: Play,
    pub console: Console,
    /// The client who is there from the beginning.
    pub first: Option<String>,
}

pub struct Session<'a> {
    bench: Bench,
    part: Part,
    manner: Manner,
    palette: Palette,
    show: Show<'a>,
    record: Record,
    notebook: Notebook,
    /// Those on stage, by their seats.
    clients: Vec<Person>,
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
    /// Who was told to take a connection, and has not got it yet.
    let_in: Option<Seat>,
    /// Nobody has connected to a server yet.
    is_first_caller: bool,
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
    pub fn new(
        bench: Bench,
        part: Part,
        manner: Manner,
        palette: Palette,
        notebook: Notebook,
        show: Show<'a>,
    ) -> Self {
        let record = Record::new(Vec::new(), bench.command.clone());
        Session {
            bench,
            part,
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
            let_in: None,
            is_first_caller: true,
        }
    }

    /// Starts the program, lets the first client connect where there is one to be, and does what is wished
    /// until no more is.
    ///
    /// # Errors
    /// The program could not be started, or this machine failed.
    pub fn run(mut self, lines: &Receiver<Typed>, ready: &Sender<Ready>) -> Result<(), String> {
        self.begin(Act::None);
        self.seat_hosts();
        self.perform(Order::StartProgram)?;
        if let Some(name) = self.part.first.clone() {
            self.open(Some(name), None)?;
        }
        let mut asked = true;
        let mut ending = false;
        loop {
            // Who connects does so before anything is said of it.
            self.let_in()?;
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
        let silent = self.bench.stage.now().saturating_sub(self.since.max(self.last_news));
        match (self.rest, self.manner, self.outcome) {
            (_, Manner::Replay, _) => silent >= WITHOUT_AN_ANSWER || passed >= AT_MOST,
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
        if matches!(self.part.play, Play::Client | Play::Alone) && self.departure.is_none() {
            self.perform(Order::EndInput)?;
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        self.clients.iter().map(|client| client.name.clone()).collect()
    }
}
