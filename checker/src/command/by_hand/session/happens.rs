//! What happens on stage, told.

use std::time::Duration;

use rust_i18n::t;

use super::people::{Connection, LineState};
use super::shown::short;
use super::{Outcome, SHOWN, Session};
use crate::grade::cause;
use crate::model::course::Console;
use crate::model::stage::{Ear, Happening, Rest, Seat};
use crate::report::live::News;
use crate::report::style::Ink;

impl Session<'_> {
    pub(super) fn take_in(&mut self) {
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
                // A prompt that was heard is shown where it ends, and comes behind the connection.
                Happening::CameIn(_) => self.tell(at, happening),
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

    pub(super) fn tell_unfinished(&mut self, at: Duration) {
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
            Happening::CameIn(seat) => return self.came_in(seat, after),
            Happening::Sent(seat) => return self.have_arrived(seat, after),
            Happening::Strayed { seat, from, bytes } => News::Strayed { who: who(seat), from, bytes },
            Happening::Refused(seat) => {
                let news = News::Refused { who: who(seat) };
                self.set(seat, LineState::Over);
                self.outcome = Outcome::Something;
                news
            }
            Happening::Heard { ear: Ear::Seat(seat), bytes } if self.hears_datagrams(seat) => {
                let news = News::HeardLetter { who: who(seat), bytes };
                self.outcome = Outcome::Something;
                self.clients[seat.0].letters += 1;
                news
            }
            Happening::Heard { ear: Ear::Seat(seat), bytes } => {
                let news = News::Heard { who: who(seat), bytes };
                self.was_accepted(seat, after);
                news
            }
            Happening::Heard { ear: Ear::Output, bytes } => {
                self.outcome = Outcome::Something;
                match self.part.console {
                    Console::Terminal(_) => News::Seen(bytes),
                    Console::Screen | Console::Pipes => News::Printed(bytes),
                }
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

    /// A connection of the program was taken.
    fn came_in(&mut self, seat: Seat, after: Duration) {
        self.outcome = Outcome::Something;
        self.let_in = None;
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        client.line = LineState::Open;
        client.connection = Connection::Told;
        let who = client.name.clone();
        self.show_news(&News::CameIn { who: who.clone() }, after);
        if self.is_first_caller {
            self.is_first_caller = false;
            let told =
                t!("`%{who}: oi` answers on this connection; `:as %{who}` changes the prompt.", who = who);
            self.say(Ink::Faint, &told);
        }
    }

    fn hears_datagrams(&self, seat: Seat) -> bool {
        self.clients.get(seat.0).is_some_and(|client| client.sends_datagrams())
    }

    /// All datagrams that this one has sent.
    fn have_arrived(&mut self, seat: Seat, after: Duration) {
        let Some(client) = self.clients.get_mut(seat.0) else { return };
        let who = client.name.clone();
        for bytes in std::mem::take(&mut client.posted) {
            self.show_news(&News::Posted { who: who.clone(), bytes }, after);
        }
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

    pub(super) fn line(&self, seat: Seat) -> LineState {
        self.clients.get(seat.0).map_or(LineState::Over, |client| client.line)
    }

    pub(super) fn set(&mut self, seat: Seat, line: LineState) {
        if let Some(client) = self.clients.get_mut(seat.0) {
            client.line = line;
        }
    }
}
