//! What was said by hand → a script that says it again: sentences in the order in which things happened.
//!
//! What somebody hears belongs behind what was done before it, so it is kept until the next act and then
//! written as whole lines, however it was cut on its way.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::course::Speech;
use crate::model::script::{
    Exit, Form, Listener, Payload, Phrase, Piece, Script, Sentence, Shape, Step, Until, Who,
};
use crate::model::stage::{Departure, Ear, Happening, Order, Seat};

/// Do the program's own words belong to the conversation?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    LeftOut,
    /// `program prints`
    Printed,
    /// `user sees`: it stands on a terminal.
    Seen,
}

#[derive(Debug)]
pub struct Scribe {
    output: Output,
    /// Of each seat, its owner's name, and how they speak.
    seats: Vec<(String, Speech)>,
    sentences: Vec<Sentence>,
    /// What was heard since the last act.
    heard: BTreeMap<Ear, Heard>,
    /// Connections that are not known to be accepted.
    dials: Vec<Dial>,
    /// Sentences about datagrams that have not arrived, with their senders.
    posted: Vec<(Seat, usize)>,
    /// The port of a connection, which is another one each time, and what it is called in texts.
    ports: Vec<(u16, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Heard {
    bytes: Vec<u8>,
    /// The end came behind it.
    end: bool,
    /// Of those who hear one message at a time.
    letters: Vec<Vec<u8>>,
}

#[derive(Debug)]
struct Dial {
    seat: Seat,
    /// Index of its sentence.
    sentence: usize,
    line: Line,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Dialing,
    Open,
}

impl Scribe {
    pub fn new(output: Output) -> Self {
        Scribe {
            output,
            seats: Vec::new(),
            sentences: Vec::new(),
            heard: BTreeMap::new(),
            dials: Vec::new(),
            posted: Vec::new(),
            ports: Vec::new(),
        }
    }

    /// One more client, or server.
    pub fn add_seat(&mut self, name: &str, speech: Speech) {
        self.seats.push((name.to_owned(), speech));
    }

    /// The client's own port: a program may speak of it.
    pub fn port(&mut self, seat: Seat, port: u16) {
        let name = self.name(seat);
        let own = |known: &&(u16, String)| {
            known.1.strip_prefix(&name).is_some_and(|rest| rest.starts_with("_port"))
        };
        let number = match self.ports.iter().filter(own).count() {
            0 => String::new(),
            before => (before + 1).to_string(),
        };
        self.ports.push((port, format!("{name}_port{number}")));
    }

    /// Somebody acts.
    pub fn order(&mut self, order: &Order) {
        self.write_heard();
        let who = |seat: &Seat| Who::Named(vec![self.name(*seat)]);
        let sentence = match order {
            // Before the first sentence it starts by itself.
            Order::StartProgram => return,
            Order::RestartProgram => Sentence::ProgramRestarts,
            Order::Signal(signal) => Sentence::ProgramGets(*signal),
            Order::Connect { seat, through, .. } => {
                let until = Until::Handshake;
                let sentence = Sentence::Connect { who: who(seat), until, through: *through };
                self.dials.push(Dial { seat: *seat, sentence: self.sentences.len(), line: Line::Dialing });
                sentence
            }
            Order::Send { seat, bytes, piece } => {
                Sentence::Send { who: who(seat), what: payload(bytes), pieces: *piece }
            }
            Order::HalfClose(seat) => Sentence::StopSending { who: who(seat) },
            Order::Close(seat) => Sentence::Close { who: who(seat) },
            Order::Reset(seat) => Sentence::Reset { who: who(seat) },
            Order::StopReading(seat) => Sentence::StopReading { who: who(seat) },
            Order::ReadAgain(seat) => Sentence::ReadAgain { who: who(seat) },
            Order::Type(bytes) => match payload(bytes) {
                Payload::Lines(lines) => Sentence::UserTypes { lines },
                _ => Sentence::UserTypesRaw { text: Phrase::quoted(bytes) },
            },
            Order::TypeRaw(bytes) => Sentence::UserTypesRaw { text: Phrase::quoted(bytes) },
            Order::Press(key) => Sentence::UserPresses(*key),
            Order::EndInput => Sentence::UserEndsInput,
            Order::Accept { seat, at } => {
                let guest = (seat != at).then(|| self.name(*seat));
                Sentence::Accept { server: self.name(*at), guest }
            }
            Order::Post { seat, letters, instead_of } => {
                let who = who(seat);
                self.posted.push((*seat, self.sentences.len()));
                match instead_of {
                    Some(of) => Sentence::AnswerInstead {
                        who,
                        of: self.name(*of),
                        lines: letters.iter().map(|letter| Phrase::of_line(letter)).collect(),
                    },
                    None => Sentence::Send { who, what: datagrams(letters), pieces: None },
                }
            }
        };
        self.sentences.push(sentence);
    }

    /// Something happens on stage.
    pub fn happening(&mut self, happening: &Happening) {
        match happening {
            Happening::Connected(seat) => {
                if let Some(dial) = self.dials.iter_mut().rfind(|dial| dial.seat == *seat) {
                    dial.line = Line::Open;
                }
            }
            Happening::Accepted(seat) => self.accepted(*seat),
            Happening::Sent(seat) => self.posted.retain(|(sender, _)| sender != seat),
            Happening::Refused(seat) => {
                if let Some(index) = self.take_dial(*seat)
                    && let Some(Sentence::Connect { who, through, .. }) = self.sentences.get(index).cloned()
                {
                    self.sentences[index] = Sentence::CannotConnect { who, through };
                }
            }
            Happening::Heard { ear: ear @ Ear::Seat(seat), bytes } if self.hears_datagrams(*seat) => {
                self.heard.entry(*ear).or_default().letters.push(bytes.clone());
            }
            Happening::Heard { ear, bytes } if self.listens(*ear) => {
                if let Ear::Seat(seat) = ear {
                    self.accepted(*seat);
                }
                self.heard.entry(*ear).or_default().bytes.extend_from_slice(bytes);
            }
            Happening::Ended { ear: ear @ Ear::Seat(seat), .. } => {
                self.accepted(*seat);
                self.heard.entry(*ear).or_default().end = true;
            }
            Happening::Exited(Departure::Status(status)) => {
                self.write_heard();
                self.sentences.push(Sentence::ProgramExits(Exit::Status(*status)));
            }
            // The language has no word for an end by a signal.
            Happening::Exited(Departure::Signal(_)) => self.write_heard(),
            _ => {}
        }
    }

    /// Everybody who takes part in what was said so far.
    pub fn actors(&self) -> BTreeSet<String> {
        let steps = self.script().steps;
        steps.iter().flat_map(|step| names(&step.sentence)).map(str::to_owned).collect()
    }

    /// All that was said so far.
    pub fn script(&self) -> Script {
        // A client that never got through has said nothing, and nobody knows how that would end.
        let dialing = self.dials.iter().filter(|dial| dial.line == Line::Dialing).map(|dial| dial.sentence);
        let lost: Vec<usize> = dialing.chain(self.posted.iter().map(|(_, sentence)| *sentence)).collect();
        let written = self.sentences.iter().enumerate().filter(|(index, _)| !lost.contains(index));
        let mut sentences: Vec<Sentence> = written.map(|(_, sentence)| sentence.clone()).collect();
        sentences.extend(self.sentences_of_heard());
        let steps = sentences.into_iter().map(|sentence| Step {
            line: 0,
            written: String::new(),
            within: None,
            hint: None,
            sentence,
        });
        Script { steps: steps.collect() }
    }

    fn name(&self, seat: Seat) -> String {
        self.seats.get(seat.0).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    fn hears_datagrams(&self, seat: Seat) -> bool {
        self.seats.get(seat.0).is_some_and(|(_, speech)| *speech == Speech::Datagrams)
    }

    fn listens(&self, ear: Ear) -> bool {
        match ear {
            Ear::Seat(_) => true,
            Ear::Output => self.output != Output::LeftOut,
            _ => false,
        }
    }

    /// The sentence of this seat's dial, which is known from here on.
    fn take_dial(&mut self, seat: Seat) -> Option<usize> {
        let position = self.dials.iter().rposition(|dial| dial.seat == seat)?;
        Some(self.dials.remove(position).sentence)
    }

    /// A connection counts as accepted by itself where nothing else was done before.
    fn accepted(&mut self, seat: Seat) {
        let Some(index) = self.take_dial(seat) else { return };
        let last = self.sentences.len().saturating_sub(1);
        if let Some(Sentence::Connect { until, .. }) = self.sentences.get_mut(index)
            && index == last
        {
            *until = Until::Accepted;
        }
    }

    fn write_heard(&mut self) {
        let sentences = self.sentences_of_heard();
        self.sentences.extend(sentences);
        self.heard.clear();
    }

    /// What was heard, the clients in their order, and those who heard the same named together. Who heard
    /// first does not matter: a sentence finds what has come before it, too.
    fn sentences_of_heard(&self) -> Vec<Sentence> {
        let mut groups: Vec<(Vec<String>, &Heard)> = Vec::new();
        for (ear, heard) in &self.heard {
            let Ear::Seat(seat) = ear else { continue };
            match groups.iter_mut().find(|(_, other)| *other == heard) {
                Some((names, _)) => names.push(self.name(*seat)),
                None => groups.push((vec![self.name(*seat)], heard)),
            }
        }
        let mut sentences = Vec::new();
        for (names, heard) in groups {
            let listener = Listener::Clients(Who::Named(names));
            let end = heard.end.then_some(Form::Disconnected);
            let letters = heard.letters.iter().map(|letter| self.form_of_datagram(letter));
            let forms = self.forms(&heard.bytes).chain(letters).chain(end);
            sentences.extend(forms.map(|form| Sentence::Receive { listener: listener.clone(), form }));
        }
        if let Some(heard) = self.heard.get(&Ear::Output) {
            let lines = heard.bytes.split_inclusive(|byte| *byte == b'\n');
            sentences.extend(lines.map(|line| match self.output {
                // A prompt is seen like a line.
                Output::Seen if !line.ends_with(b"\n") => Sentence::Receive {
                    listener: Listener::Screen,
                    form: Form::Next(vec![Phrase::quoted(line)]),
                },
                Output::Seen => Sentence::Receive { listener: Listener::Screen, form: self.form(line) },
                _ => Sentence::Receive { listener: Listener::Output, form: self.form(line) },
            }));
        }
        sentences
    }

    fn forms<'b>(&'b self, bytes: &'b [u8]) -> impl Iterator<Item = Form> + 'b {
        bytes.split_inclusive(|byte| *byte == b'\n').map(|line| self.form(line))
    }

    fn form(&self, line: &[u8]) -> Form {
        match line.strip_suffix(b"\n") {
            Some(text) if !text.is_empty() && !text.ends_with(b"\r") => {
                Form::Next(vec![self.with_ports(Phrase::of_line(text))])
            }
            _ => Form::Raw(Phrase::quoted(line)),
        }
    }

    fn form_of_datagram(&self, letter: &[u8]) -> Form {
        match is_text(letter) {
            true => Form::Next(vec![self.with_ports(Phrase::of_line(letter))]),
            false => Form::Raw(Phrase::quoted(letter)),
        }
    }

    /// The text with each number that is a connection's port made a capture.
    fn with_ports(&self, phrase: Phrase) -> Phrase {
        let Shape::Plain(pieces) = &phrase.shape else { return phrase };
        let [Piece::Literal(bytes)] = pieces.as_slice() else { return phrase };
        let text = String::from_utf8_lossy(bytes);
        let mut written = String::new();
        let mut pieces = Vec::new();
        for part in numbers_apart(&text) {
            match self.ports.iter().rev().find(|(port, _)| port.to_string() == part) {
                Some((_, name)) => {
                    written.push_str(&format!("{{{name}}}"));
                    pieces.push(Piece::Capture(name.clone()));
                }
                None => {
                    written.push_str(&part.replace('{', "{{").replace('}', "}}"));
                    pieces.push(Piece::Literal(part.as_bytes().to_vec()));
                }
            }
        }
        match pieces.iter().any(|piece| matches!(piece, Piece::Capture(_))) {
            true => Phrase { written, shape: Shape::Plain(pieces) },
            false => phrase,
        }
    }
}

/// The text in parts that are all digits or have none.
fn numbers_apart(text: &str) -> Vec<&str> {
    text.as_bytes()
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
        .scan(0, |at, part| {
            let from = *at;
            *at += part.len();
            text.get(from..*at)
        })
        .collect()
}

/// Those whom a sentence of ours names.
fn names(sentence: &Sentence) -> Vec<&str> {
    let (who, other) = match sentence {
        Sentence::Accept { server, .. } => return vec![server],
        Sentence::AnswerInstead { who, of, .. } => (who, Some(of.as_str())),
        Sentence::Send { who, .. }
        | Sentence::Receive { listener: Listener::Clients(who), .. }
        | Sentence::Connect { who, .. } => (who, None),
        _ => return Vec::new(),
    };
    match who {
        Who::Named(names) => names.iter().map(String::as_str).chain(other).collect(),
        Who::Everyone { .. } => Vec::new(),
    }
}

fn datagrams(letters: &[Vec<u8>]) -> Payload {
    match letters {
        [letter] if !is_text(letter) => Payload::Raw(Phrase::quoted(letter)),
        _ => Payload::Lines(letters.iter().map(|letter| Phrase::of_line(letter)).collect()),
    }
}

/// Could a datagram be a line without its newline?
fn is_text(letter: &[u8]) -> bool {
    !letter.contains(&b'\n') && !letter.ends_with(b"\r")
}

/// A whole line that can be seen is a line; anything else is what it is.
fn payload(bytes: &[u8]) -> Payload {
    match bytes.strip_suffix(b"\n") {
        Some(line) if !line.is_empty() && !line.contains(&b'\n') && !line.ends_with(b"\r") => {
            Payload::Lines(vec![Phrase::of_line(line)])
        }
        _ => Payload::Raw(Phrase::quoted(bytes)),
    }
}
