//! What is wished, done.

use std::path::Path;

use rust_i18n::t;

use super::people::{LineState, Role, Speaker};
use super::{Act, Outcome, Pause, Session, Then, WITHOUT_AN_ANSWER};
use crate::command::by_hand::help;
use crate::command::by_hand::wish::{self, USER, Wish};
use crate::model::course::{Console, Post};
use crate::model::script::Key;
use crate::model::stage::{Order, Rest, Seat};
use crate::report::live;
use crate::report::style::Ink;
use crate::report::words::Scene;

/// What UDP carries over IPv4 at most.
const LARGEST: usize = 65_507;

impl Session<'_> {
    pub(super) fn obey(&mut self, line: &str) -> Result<Then, String> {
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
                let speaker = match who {
                    None => Some(self.speaker),
                    Some(name) if name == USER => Some(Speaker::User),
                    Some(name) => self.known(Some(name)).map(Speaker::Client),
                };
                if let Some(speaker) = speaker {
                    self.say_line(speaker, text.into_bytes())?;
                }
            }
            Wish::Raw(bytes) if self.speaker == Speaker::User && self.departure.is_none() => {
                self.begin(Act::Asked(None));
                self.perform(Order::TypeRaw(bytes))?;
            }
            Wish::Raw(bytes) => self.send(self.speaker, bytes)?,
            Wish::Type(text) => self.say_line(Speaker::User, text.into_bytes())?,
            Wish::Press(key) => self.press(key)?,
            Wish::Instead(text) => self.answer_instead(text.into_bytes())?,
            Wish::Open { name, transport } => self.open(name, transport)?,
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
                    if client.line != LineState::Dialing && !client.sends_datagrams() {
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
    pub(super) fn begin(&mut self, act: Act) {
        self.since = self.bench.stage.now();
        self.act = act;
        self.outcome = Outcome::Nothing;
        self.pause = Pause::UntilAnswered;
        self.heard_since = 0;
    }

    pub(super) fn perform(&mut self, order: Order) -> Result<(), String> {
        self.rest = Rest::Moving;
        self.record.order(&order, self.bench.stage.now());
        self.notebook.order(&order);
        let is_start = matches!(order, Order::StartProgram | Order::RestartProgram);
        self.bench.stage.perform(order).map_err(|error| match is_start {
            true => t!("the program could not be started: %{error}", error = error).into_owned(),
            false => error.to_string(),
        })
    }

    /// A line as this one says it: with a newline, or as one datagram.
    fn say_line(&mut self, speaker: Speaker, mut line: Vec<u8>) -> Result<(), String> {
        let is_datagram =
            matches!(speaker, Speaker::Client(client) if self.clients[client].sends_datagrams());
        if !is_datagram {
            line.push(b'\n');
        }
        self.send(speaker, line)
    }

    fn press(&mut self, key: Key) -> Result<(), String> {
        if self.departure.is_some() {
            self.has_ended();
            return Ok(());
        }
        if !matches!(self.part.console, Console::Terminal(_)) {
            let told = t!(
                "The program has no terminal in this lab: `:type TEXT` types a line, `:signal INT` interrupts it."
            );
            self.say(Ink::Mild, &told);
            return Ok(());
        }
        self.begin(Act::Asked(None));
        self.perform(Order::Press(key))
    }

    /// One datagram, of this one or from this one's address.
    fn post(&mut self, client: usize, letter: Vec<u8>, instead_of: Option<usize>) -> Result<(), String> {
        let Some(person) = self.clients.get(client) else { return Ok(()) };
        let name = person.name.clone();
        if letter.len() > LARGEST {
            let told = t!("A datagram holds %{number} bytes at most.", number = LARGEST);
            self.say(Ink::Mild, &told);
            return Ok(());
        }
        match person.role {
            Role::Host(Post::UdpServer) if person.letters == 0 => {
                let told = t!("%{name} has received nothing yet, and knows nobody to answer.", name = name);
                self.say(Ink::Mild, &told);
                return Ok(());
            }
            Role::Host(Post::UdpClosed) => {
                self.only_a_port(&name);
                return Ok(());
            }
            Role::Mailer if self.departure.is_some() && instead_of.is_none() => {
                self.has_ended();
                return Ok(());
            }
            _ => {}
        }
        self.begin(Act::Asked(Some(client)));
        self.clients[client].posted.push_back(letter.len());
        let instead_of = instead_of.map(Seat);
        self.perform(Order::Post { seat: Seat(client), letters: vec![letter], instead_of })
    }

    /// Somebody who was not asked answers.
    fn answer_instead(&mut self, letter: Vec<u8>) -> Result<(), String> {
        let mailer = match self.speaker {
            Speaker::Client(client) if self.clients[client].role == Role::Mailer => Some(client),
            _ => None,
        };
        let Some(client) = mailer else {
            self.say(Ink::Mild, &t!("Only a UDP client can do that: `:open bia udp` makes one."));
            return Ok(());
        };
        let heard =
            |person: &super::people::Person| person.role == Role::Host(Post::UdpServer) && person.letters > 0;
        let Some(server) = self.clients.iter().position(heard) else {
            self.say(
                Ink::Mild,
                &t!("No UDP server has received anything yet, so there is nobody to answer."),
            );
            return Ok(());
        };
        self.post(client, letter, Some(server))
    }

    pub(super) fn send(&mut self, speaker: Speaker, bytes: Vec<u8>) -> Result<(), String> {
        let Speaker::Client(client) = speaker else {
            if self.departure.is_some() {
                self.has_ended();
                return Ok(());
            }
            self.begin(Act::Asked(None));
            return self.perform(Order::Type(bytes));
        };
        if self.clients[client].sends_datagrams() {
            return self.post(client, bytes, None);
        }
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

    pub(super) fn has_ended(&self) {
        self.say(Ink::Mild, &t!("The program has ended. `:restart` starts it again."));
    }

    fn save(&self, file: &Path) {
        match self.notebook.save(file) {
            Ok(()) => self.say(Ink::Good, &t!("saved as a check: %{file}", file = file.display())),
            Err(error) => self.say(Ink::Bad, &error),
        }
    }

    pub(super) fn save_at_the_end(&self) {
        if let Some(file) = self.notebook.at_the_end() {
            self.save(file);
        }
    }
}
