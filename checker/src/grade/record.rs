//! Orders and happenings → the transcript that a student reads.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::course::Speech;
use crate::model::outcome::LastOutput;
use crate::model::script::Signal;
use crate::model::stage::{Ear, Happening, Order, Seat};
use crate::model::transcript::{Entry, Excerpt, What};

/// Entries kept at the beginning and at the end of a long conversation.
const FIRST: usize = 50;
const LAST: usize = 250;

/// Bytes kept of the end of each output.
const OUTPUT: usize = 16 << 10;

#[derive(Debug)]
pub struct Record {
    seats: Vec<String>,
    command: String,
    entries: Vec<Entry>,
    last_output: LastOutput,
    /// Datagrams that were to be sent and have not arrived yet.
    posted: BTreeMap<Seat, Vec<Excerpt>>,
    /// Those whose messages stay apart.
    datagrams: BTreeSet<String>,
}

impl Record {
    pub fn new(seats: Vec<String>, command: String) -> Self {
        Record {
            seats,
            command,
            entries: Vec::new(),
            last_output: LastOutput::default(),
            posted: BTreeMap::new(),
            datagrams: BTreeSet::new(),
        }
    }

    /// Each message that these actors hear is an entry of its own.
    pub fn with_datagrams(self, datagrams: BTreeSet<String>) -> Self {
        Record { datagrams, ..self }
    }

    /// One more seat, with the name of its owner.
    pub fn add_seat(&mut self, name: &str, speech: Speech) {
        self.seats.push(name.to_owned());
        if speech == Speech::Datagrams {
            self.datagrams.insert(name.to_owned());
        }
    }

    pub fn seats(&self) -> &[String] {
        &self.seats
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn name(&self, seat: Seat) -> String {
        self.seats.get(seat.0).cloned().unwrap_or_default()
    }

    fn add(&mut self, at: Duration, who: String, what: What) {
        if let Some(last) = self.entries.last_mut()
            && last.who == who
            && !self.datagrams.contains(&who)
        {
            match (&mut last.what, &what) {
                (What::Received(seen), What::Received(more))
                | (What::Printed(seen), What::Printed(more))
                | (What::Complained(seen), What::Complained(more)) => {
                    seen.extend(&more.head);
                    seen.total += more.total - more.head.len() as u64;
                    return;
                }
                _ => {}
            }
        }
        self.entries.push(Entry { at, who, what });
        if self.entries.len() > 2 * (FIRST + LAST) {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        if self.entries.len() > FIRST + LAST {
            self.entries.drain(FIRST..self.entries.len() - LAST);
        }
    }

    pub fn order(&mut self, order: &Order, at: Duration) {
        if let Order::Post { seat, letters, .. } = order {
            self.posted.entry(*seat).or_default().extend(letters.iter().map(|letter| Excerpt::of(letter)));
            return;
        }
        let program = || "program".to_string();
        let (who, what) = match order {
            Order::StartProgram
            | Order::RestartProgram
            | Order::Connect { .. }
            | Order::Accept { .. }
            | Order::Post { .. } => {
                return;
            }
            Order::Signal(signal) => (program(), What::GotSignal(signal_name(*signal))),
            Order::Send { seat, bytes, .. } => (self.name(*seat), What::Sent(Excerpt::of(bytes))),
            Order::HalfClose(seat) => (self.name(*seat), What::HalfClosed),
            Order::Close(seat) => (self.name(*seat), What::Closed),
            Order::Reset(seat) => (self.name(*seat), What::Reset),
            Order::StopReading(seat) => (self.name(*seat), What::StoppedReading),
            Order::ReadAgain(seat) => (self.name(*seat), What::ReadAgain),
            Order::Type(bytes) | Order::TypeRaw(bytes) => {
                ("user".to_string(), What::Typed(Excerpt::of(bytes)))
            }
            Order::Press(key) => ("user".to_string(), What::Pressed(*key)),
            Order::EndInput => ("user".to_string(), What::EndedInput),
        };
        self.add(at, who, what);
    }

    pub fn happening(&mut self, happening: &Happening, at: Duration) {
        if let Happening::Sent(seat) = happening {
            for letter in self.posted.remove(seat).unwrap_or_default() {
                self.add(at, self.name(*seat), What::Sent(letter));
            }
            return;
        }
        let program = || "program".to_string();
        let (who, what) = match happening {
            Happening::ProgramStarted => (program(), What::Started { command: self.command.clone() }),
            Happening::Connected(seat) => (self.name(*seat), What::Connected),
            Happening::CameIn(seat) => (self.name(*seat), What::Accepted),
            Happening::Heard { ear: Ear::Seat(seat), bytes } => {
                (self.name(*seat), What::Received(Excerpt::of(bytes)))
            }
            Happening::Strayed { seat, from, bytes } => {
                (self.name(*seat), What::Strayed { from: *from, bytes: Excerpt::of(bytes) })
            }
            Happening::Heard { ear: Ear::Output, bytes } => {
                keep_end(&mut self.last_output.stdout, bytes);
                (program(), What::Printed(Excerpt::of(bytes)))
            }
            Happening::Heard { ear: Ear::Complaints, bytes } => {
                keep_end(&mut self.last_output.stderr, bytes);
                (program(), What::Complained(Excerpt::of(bytes)))
            }
            Happening::Ended { ear: Ear::Seat(seat), ending } => (self.name(*seat), What::Ended(*ending)),
            Happening::Exited(departure) => (program(), What::Exited(*departure)),
            Happening::Accepted(_)
            | Happening::Refused(_)
            | Happening::Sent(_)
            | Happening::SendFailed(_)
            | Happening::Counted(_)
            | Happening::Heard { ear: Ear::File(_), .. }
            | Happening::Ended { .. } => return,
        };
        self.add(at, who, what);
    }

    /// Marks where the failing sentence gave up.
    pub fn failed(&mut self, at: Duration, who: Option<String>) {
        self.add(at, who.unwrap_or_else(|| "program".to_string()), What::Failed);
    }

    pub fn last_output(&self) -> &LastOutput {
        &self.last_output
    }

    pub fn finish(mut self) -> (Vec<Entry>, LastOutput) {
        self.shorten();
        (self.entries, self.last_output)
    }
}

fn keep_end(kept: &mut Vec<u8>, bytes: &[u8]) {
    kept.extend_from_slice(bytes);
    if kept.len() > 2 * OUTPUT {
        kept.drain(..kept.len() - OUTPUT);
    }
}

fn signal_name(signal: Signal) -> &'static str {
    match signal {
        Signal::Int => "SIGINT",
        Signal::Term => "SIGTERM",
        Signal::Hup => "SIGHUP",
        Signal::Kill => "SIGKILL",
        Signal::Usr1 => "SIGUSR1",
        Signal::Usr2 => "SIGUSR2",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_pieces_is_one_entry() {
        let mut record = Record::new(vec!["ana".into()], "echo 1".into());
        for piece in [&b"o"[..], b"i", b"\n"] {
            let ear = Ear::Seat(Seat(0));
            record.happening(&Happening::Heard { ear, bytes: piece.to_vec() }, Duration::ZERO);
        }
        let (entries, _) = record.finish();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].what, What::Received(Excerpt::of(b"oi\n")));
    }

    #[test]
    fn a_long_conversation_keeps_its_two_ends() {
        let mut record = Record::new(vec!["ana".into()], "echo 1".into());
        for number in 0..10_000u32 {
            let bytes = number.to_string().into_bytes();
            record.order(&Order::Send { seat: Seat(0), bytes, piece: None }, Duration::ZERO);
        }
        let (entries, _) = record.finish();
        assert_eq!(entries.len(), FIRST + LAST);
        assert_eq!(entries[0].what, What::Sent(Excerpt::of(b"0")));
        assert_eq!(entries[FIRST + LAST - 1].what, What::Sent(Excerpt::of(b"9999")));
    }

    #[test]
    fn only_the_end_of_the_output_is_kept() {
        let mut record = Record::new(Vec::new(), String::new());
        for _ in 0..100 {
            let bytes = vec![b'x'; 4096];
            record.happening(&Happening::Heard { ear: Ear::Output, bytes }, Duration::ZERO);
        }
        assert!(record.last_output().stdout.len() <= 2 * OUTPUT);
    }
}
