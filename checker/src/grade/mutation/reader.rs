//! A run's answers, read a second time: everybody's tape, names and words, sentence by sentence.

use std::collections::BTreeMap;

use super::http::Pages;
use super::reading::{self, Context, Verdict};
use super::tape::Tape;
use super::texts::Known;
use crate::model::course::{Check, Leftovers, Part, Speech};
use crate::model::script::{Form, Listener, Sentence};
use crate::model::stage::{Ear, Happening, Order, Seat};
use crate::talk::spoken::speaks_of;

/// Lines with their line ends, or datagrams.
pub type Units = Vec<Vec<u8>>;

#[derive(Debug)]
pub struct Reader<'a> {
    check: &'a Check,
    words: Vec<String>,
    leftovers: Leftovers,
    seats: Vec<Place>,
    tapes: BTreeMap<Ear, Tape>,
    captures: BTreeMap<String, Vec<u8>>,
    /// Something that a sentence declares was not so.
    pub broken: bool,
}

/// Who sits there.
#[derive(Debug, Default)]
struct Place {
    actor: String,
    member: Option<usize>,
    speech: Option<Speech>,
    sent: Vec<u8>,
    answered: bool,
    captures: BTreeMap<String, Vec<u8>>,
    pages: Pages,
}

impl<'a> Reader<'a> {
    /// `leftovers`: what the check says, or another wish.
    pub fn new(check: &'a Check, words: Vec<String>, leftovers: Leftovers) -> Reader<'a> {
        let mut seats = Vec::new();
        for actor in &check.cast {
            let place = |member| Place {
                actor: actor.name.clone(),
                member,
                speech: Some(actor.part.speech()),
                ..Place::default()
            };
            match actor.part {
                Part::Crowd { clients } => seats.extend((1..=clients).map(|member| place(Some(member)))),
                _ => seats.push(place(None)),
            }
        }
        let (tapes, captures) = (BTreeMap::new(), BTreeMap::new());
        Reader { check, words, leftovers, seats, tapes, captures, broken: false }
    }

    pub fn speech(&self, ear: Ear) -> Speech {
        match ear {
            Ear::Seat(Seat(seat)) => {
                self.seats.get(seat).and_then(|place| place.speech).unwrap_or(Speech::Stream)
            }
            _ => Speech::Stream,
        }
    }

    pub fn does(&mut self, order: &Order) {
        match order {
            Order::Connect { seat, .. } | Order::Accept { seat, .. } => {
                self.tapes.remove(&Ear::Seat(*seat));
                if let Some(place) = self.seats.get_mut(seat.0) {
                    place.sent.clear();
                    place.pages = Pages::default();
                }
            }
            // Who has gone away holds nothing any more.
            Order::Close(seat) | Order::Reset(seat) => drop(self.tapes.remove(&Ear::Seat(*seat))),
            Order::Send { seat, bytes, .. } => self.says(*seat, bytes),
            Order::Post { seat, letters, .. } => self.says(*seat, &letters.concat()),
            _ => {}
        }
    }

    fn says(&mut self, seat: Seat, bytes: &[u8]) {
        if let Some(place) = self.seats.get_mut(seat.0) {
            if std::mem::take(&mut place.answered) {
                place.sent.clear();
            }
            place.sent.extend_from_slice(bytes);
            place.pages.sends(bytes);
        }
    }

    pub fn hears(&mut self, happening: &Happening) {
        match happening {
            Happening::Heard { ear, bytes } => self.tape(*ear).hear(bytes),
            Happening::Ended { ear, ending } => {
                self.tape(*ear).ending.get_or_insert(*ending);
            }
            Happening::ProgramStarted => {
                for ear in [Ear::Output, Ear::Complaints] {
                    self.tape(ear).ending = None;
                }
            }
            _ => {}
        }
    }

    /// What was given back: bytes of a stream, datagrams, and the end.
    pub fn unhears(&mut self, ear: Ear, count: usize) {
        let tape = self.tape(ear);
        tape.unhear(count);
        tape.ending = None;
    }

    fn tape(&mut self, ear: Ear) -> &mut Tape {
        let speech = self.speech(ear);
        self.tapes.entry(ear).or_insert_with(|| Tape::new(speech))
    }

    /// Reads what a sentence received. `unfinished`: it failed, and so what others than this ear still lack
    /// may be on its way.
    pub fn over(&mut self, sentence: &Sentence, ears: &[Ear], unfinished: Option<Ear>) {
        for ear in ears {
            let speech = self.speech(*ear);
            let mut tape = self.tapes.remove(ear).unwrap_or_else(|| Tape::new(speech));
            match sentence {
                Sentence::Receive { listener, form } => {
                    let verdict = match self.pages(*ear, form) {
                        Some(mut pages) => {
                            let verdict = self.read_page(&mut pages, form, *ear, &mut tape);
                            self.turn_to(*ear, pages);
                            verdict
                        }
                        None => self.read(listener, form, *ear, &mut tape, true),
                    };
                    let is_due = unfinished.is_none() || unfinished == Some(*ear);
                    self.broken |= verdict == Verdict::Breaks || verdict == Verdict::Lacks && is_due;
                    if let Verdict::Holds(names) = verdict {
                        self.learn(*ear, names);
                    }
                    self.answered(*ear, form != &Form::Nothing);
                }
                Sentence::Forget { .. } => {
                    tape.forget();
                    self.answered(*ear, true);
                }
                _ => {}
            }
            self.tapes.insert(*ear, tape);
        }
    }

    /// What every script ends with, where the script itself does not ask: of all clients and of what the script
    /// speaks of, or only of one of them.
    pub fn own_finale(&mut self, only: Option<Ear>) {
        let steps = &self.check.script.steps;
        let is_due = |ear: &Ear| match ear {
            Ear::Seat(_) => true,
            Ear::Output => speaks_of(steps, &Listener::Output) || speaks_of(steps, &Listener::Screen),
            Ear::Complaints => speaks_of(steps, &Listener::Complaints),
            Ear::File(_) => false,
        };
        let is_meant = |ear: &Ear| only.is_none_or(|only| only == *ear);
        let ears: Vec<Ear> = self.tapes.keys().copied().filter(is_due).filter(is_meant).collect();
        self.finale(&ears);
    }

    /// What every script ends with.
    pub fn finale(&mut self, ears: &[Ear]) {
        for ear in ears {
            let speech = self.speech(*ear);
            let mut tape = self.tapes.remove(ear).unwrap_or_else(|| Tape::new(speech));
            let verdict = self.read(&Listener::Output, &Form::Nothing, *ear, &mut tape, true);
            self.broken |= verdict == Verdict::Breaks;
        }
    }

    fn answered(&mut self, ear: Ear, is_answer: bool) {
        if let Ear::Seat(seat) = ear
            && let Some(place) = self.seats.get_mut(seat.0)
        {
            place.answered |= is_answer;
        }
    }

    fn learn(&mut self, ear: Ear, names: Vec<(String, Vec<u8>)>) {
        match ear {
            Ear::Seat(seat) if self.seats.get(seat.0).is_some_and(|place| place.member.is_some()) => {
                self.seats[seat.0].captures.extend(names);
            }
            _ => self.captures.extend(names),
        }
    }

    /// What is known of this listener's responses, where the sentence is about one.
    fn pages(&self, ear: Ear, form: &Form) -> Option<Pages> {
        match (form, ear) {
            (Form::Status(_) | Form::Header { .. } | Form::Body(_), Ear::Seat(seat)) => {
                Some(self.seats.get(seat.0)?.pages.clone())
            }
            _ => None,
        }
    }

    fn read_page(&self, pages: &mut Pages, form: &Form, ear: Ear, tape: &mut Tape) -> Verdict {
        let place = match ear {
            Ear::Seat(seat) => self.seats.get(seat.0),
            _ => None,
        };
        let member = place.and_then(|place| place.member);
        let captures = match place {
            Some(place) if member.is_some() => &place.captures,
            _ => &self.captures,
        };
        pages.read(form, tape, Known { words: &self.words, captures, member })
    }

    fn turn_to(&mut self, ear: Ear, pages: Pages) {
        if let Ear::Seat(seat) = ear
            && let Some(place) = self.seats.get_mut(seat.0)
        {
            place.pages = pages;
        }
    }

    /// Can the answer be whole, as long as this?
    pub fn may_be_whole(&self, form: &Form, ear: Ear, held: &Tape) -> bool {
        match (form, ear) {
            (Form::WhatItSent(_), Ear::Seat(seat)) => {
                self.seats.get(seat.0).is_none_or(|place| held.length() >= place.sent.len())
            }
            (Form::Lines(wanted), _) => held.units().len() as u64 >= *wanted,
            (Form::WhatWasSent { by }, _) => {
                let speakers = self.seats.iter().filter(|place| place.actor == *by);
                let sent = speakers.flat_map(|place| &place.sent).filter(|byte| **byte == b'\n').count();
                held.units().len() >= sent
            }
            _ => true,
        }
    }

    /// The sentence's own part of what has come so far, and what lies behind it; none while it is not whole.
    pub fn part(
        &self,
        listener: &Listener,
        form: &Form,
        ear: Ear,
        held: &Tape,
        over: bool,
    ) -> Option<(Units, Units)> {
        let mut rest = held.clone();
        let verdict = self.read(listener, form, ear, &mut rest, over);
        if !over && !matches!(verdict, Verdict::Holds(_)) {
            return None;
        }
        let mut own = held.clone();
        own.unhear(match self.speech(ear) {
            Speech::Datagrams => rest.units().len(),
            Speech::Stream => rest.length(),
        });
        Some((own.into_units(), rest.into_units()))
    }

    fn read(&self, listener: &Listener, form: &Form, ear: Ear, tape: &mut Tape, over: bool) -> Verdict {
        if let Some(mut pages) = self.pages(ear, form) {
            return self.read_page(&mut pages, form, ear, tape);
        }
        let nobody = Place::default();
        let place = match ear {
            Ear::Seat(seat) => self.seats.get(seat.0).unwrap_or(&nobody),
            _ => &nobody,
        };
        let captures = if place.member.is_some() { &place.captures } else { &self.captures };
        let others: Vec<Vec<Vec<u8>>> = match form {
            Form::WhatWasSent { by } => {
                let speakers = self.seats.iter().filter(|place| place.actor == *by);
                speakers.map(|place| lines(&place.sent)).collect()
            }
            _ => Vec::new(),
        };
        let context = Context {
            known: Known { words: &self.words, captures, member: place.member },
            speech: self.speech(ear),
            ignore: &self.check.ignore,
            leftovers: self.leftovers,
            sent: &place.sent,
            others: &others,
            is_file: matches!(listener, Listener::File(_)),
            over,
        };
        let is_terminal = ear == Ear::Output && self.check.console.is_terminal();
        let texts: &[_] = match form {
            Form::Next(texts) | Form::Eventually(texts) | Form::OneOf(texts) => texts,
            _ => &[],
        };
        if is_terminal && !over && reading::is_prompt(texts, tape, context) {
            return reading::read(form, tape, Context { over: true, ..context });
        }
        reading::read(form, tape, context)
    }
}

fn lines(sent: &[u8]) -> Vec<Vec<u8>> {
    let text = |line: &[u8]| line.strip_suffix(b"\r").unwrap_or(line).to_vec();
    let mut lines: Vec<Vec<u8>> = sent.split(|byte| *byte == b'\n').map(text).collect();
    if lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

/// Is silence, or the end, what the sentence waits for? Then its answer is whole only when nothing comes.
pub fn is_quiet(form: &Form) -> bool {
    matches!(form, Form::Nothing | Form::NothingBut(_) | Form::AtMostLines(_))
}
