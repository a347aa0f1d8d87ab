//! Sentences → orders for the machine and goals to wait for.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rust_i18n::t;

use super::bulk;
use super::conversation::{Conversation, Fault, Program};
use super::ear::Heard;
use super::goal::{Goal, Signalled};
use super::http;
use super::matcher::Matcher;
use super::receive::{Asking, Groups, Relay, Sender, Sent, Unordered, Wanted};
use super::seating::{Burst, Link, Queue, Seating};
use super::text::{self, Bindings, bytes_of};
use crate::model::course::Speech;
use crate::model::script::{Case, Form, Listener, Payload, Phrase, Piece, Sentence, Shape, Who};
use crate::model::stage::{Ear, Order, Retry, Seat};

pub fn matcher(phrase: &Phrase, bindings: Bindings) -> Result<Matcher, Fault> {
    usable(Matcher::new(phrase, bindings), phrase)
}

fn usable(matcher: Option<Matcher>, phrase: &Phrase) -> Result<Matcher, Fault> {
    matcher.ok_or_else(|| {
        let pattern = &phrase.written;
        Fault(
            t!("the pattern %{pattern} cannot be used with these names filled in", pattern = pattern)
                .into_owned(),
        )
    })
}

/// What all listeners of a sentence have in common.
struct Common {
    sent: Option<Arc<Sent>>,
    /// Patterns that are the same for everyone: compiling one takes longer than many lines.
    patterns: RefCell<BTreeMap<String, Matcher>>,
}

impl Common {
    fn matcher(&self, phrase: &Phrase, bindings: Bindings) -> Result<Matcher, Fault> {
        let own = |piece: &Piece| matches!(piece, Piece::Capture(_) | Piece::Member);
        if !matches!(phrase.shape, Shape::Regex { .. }) || phrase.shape.pieces().iter().any(own) {
            return matcher(phrase, bindings);
        }
        if let Some(known) = self.patterns.borrow().get(&phrase.written) {
            return Ok(known.clone());
        }
        let new = matcher(phrase, bindings)?;
        self.patterns.borrow_mut().insert(phrase.written.clone(), new.clone());
        Ok(new)
    }
}

type Opening = (Vec<Order>, Vec<Goal>, VecDeque<(Vec<Order>, Vec<Goal>)>);

/// Sentences → orders and goals.
impl Conversation<'_> {
    pub(super) fn open(&mut self, sentence: &Sentence) -> Result<Opening, Fault> {
        let at_once = |orders: Vec<Order>, goals: Vec<Goal>| Ok((orders, goals, VecDeque::new()));
        match sentence {
            Sentence::Connect { who, until, through } => {
                let mut rounds = VecDeque::new();
                for seats in self.by_actor(who)? {
                    let mut orders = Vec::new();
                    let mut goals = Vec::new();
                    for seat in seats {
                        self.arrive(seat);
                        orders.push(Order::Connect { seat, through: *through, retry: Retry::Patient });
                        goals.push(Goal::Connected { seat, until: *until });
                    }
                    rounds.push_back((orders, goals));
                }
                let (orders, goals) = rounds.pop_front().unwrap_or_default();
                Ok((orders, goals, rounds))
            }
            Sentence::CannotConnect { who, through } => {
                let seats: Vec<Seat> = self.by_actor(who)?.into_iter().flatten().collect();
                let mut orders = Vec::new();
                let mut goals = Vec::new();
                for seat in seats {
                    self.arrive(seat);
                    orders.push(Order::Connect { seat, through: *through, retry: Retry::Once });
                    goals.push(Goal::Refused(seat));
                }
                Ok((Vec::new(), vec![Goal::Settled], VecDeque::from([(orders, goals)])))
            }
            Sentence::Accept { server, guest } => {
                let seat = self.seat_named(guest.as_ref().unwrap_or(server))?;
                let at = self.seat_named(server)?;
                self.arrive(seat);
                let goal = Goal::CameIn { seat, to: server.clone() };
                at_once(vec![Order::Accept { seat, at }], vec![goal])
            }
            Sentence::Send { who, what, pieces } => {
                let mut orders = Vec::new();
                let mut goals = Vec::new();
                for seat in self.seats_of(who)? {
                    if self.speech_of(seat) == Speech::Datagrams {
                        let letters = self.letters(seat, what);
                        let (order, goal) = self.post(seat, letters, None);
                        orders.push(order);
                        goals.push(goal);
                        continue;
                    }
                    let bytes = self.payload(seat, what);
                    goals.push(Goal::Sent { seat, bytes: bytes.len() as u64 });
                    self.log_sent(seat, &bytes);
                    orders.push(Order::Send { seat, bytes, piece: *pieces });
                }
                at_once(orders, goals)
            }
            Sentence::AnswerInstead { who, of, lines } => {
                let of = self.seat_named(of)?;
                let mut orders = Vec::new();
                let mut goals = Vec::new();
                for seat in self.seats_of(who)? {
                    let letters = self.letters(seat, &Payload::Lines(lines.clone()));
                    let (order, goal) = self.post(seat, letters, Some(of));
                    orders.push(order);
                    goals.push(goal);
                }
                at_once(orders, goals)
            }
            Sentence::Receive { listener, form } => {
                let mut goals = Vec::new();
                let common = Common { sent: self.sent_by(form)?, patterns: RefCell::default() };
                for ear in self.ears(listener)? {
                    goals.push(Goal::Hears { ear, wanted: self.wanted(ear, listener, form, &common)? });
                }
                at_once(Vec::new(), goals)
            }
            Sentence::Forget { who } => {
                let goals = self.seats_of(who)?.into_iter().map(Goal::Forgotten).collect();
                at_once(Vec::new(), goals)
            }
            Sentence::StopSending { who } => at_once(self.each(who, Order::HalfClose)?, Vec::new()),
            Sentence::StopReading { who } => at_once(self.each(who, Order::StopReading)?, Vec::new()),
            Sentence::ReadAgain { who } => at_once(self.each(who, Order::ReadAgain)?, Vec::new()),
            Sentence::Close { who } => {
                let orders = self.each(who, Order::Close)?;
                self.leave(who)?;
                at_once(orders, Vec::new())
            }
            Sentence::Reset { who } => {
                let orders = self.each(who, Order::Reset)?;
                self.leave(who)?;
                at_once(orders, Vec::new())
            }
            Sentence::AllDifferent { who, capture } => {
                let seats = self.seats_of(&Who::Named(vec![who.clone()]))?;
                let value = |seat: Seat| self.seats.get(seat.0)?.captures.get(capture).cloned();
                let values = seats.into_iter().map(value).collect();
                at_once(Vec::new(), vec![Goal::Distinct { capture: capture.clone(), values }])
            }
            Sentence::ProgramStarts => at_once(vec![Order::StartProgram], vec![Goal::Started]),
            Sentence::ProgramRestarts => {
                self.program = Program::NotStarted;
                at_once(vec![Order::RestartProgram], vec![Goal::Started])
            }
            Sentence::ProgramGets(signal) => {
                self.signalled = Signalled::Yes;
                at_once(vec![Order::Signal(*signal)], Vec::new())
            }
            Sentence::ProgramExits(exit) => at_once(Vec::new(), vec![Goal::Exit(*exit)]),
            Sentence::ProgramExitsAfter(least) => at_once(Vec::new(), vec![Goal::ExitNotBefore(*least)]),
            Sentence::ProgramStillRuns => at_once(Vec::new(), vec![Goal::StillRuns]),
            Sentence::ProgramHas { bound, amount } => {
                at_once(Vec::new(), vec![Goal::Has { bound: *bound, amount: *amount }])
            }
            Sentence::MarkResources => at_once(Vec::new(), vec![Goal::Marked]),
            Sentence::ProgramBackAtMark => at_once(Vec::new(), vec![Goal::BackAtMark]),
            Sentence::ProgramRests => at_once(Vec::new(), vec![Goal::Rests]),
            Sentence::UserTypes { lines } => {
                let mut bytes = Vec::new();
                for line in lines {
                    bytes.extend(bytes_of(line, self.bindings(None)));
                    bytes.push(b'\n');
                }
                at_once(vec![Order::Type(bytes)], Vec::new())
            }
            Sentence::UserTypesRaw { text } => {
                at_once(vec![Order::TypeRaw(bytes_of(text, self.bindings(None)))], Vec::new())
            }
            Sentence::UserPresses(key) => {
                if key.interrupts() {
                    self.signalled = Signalled::Yes;
                }
                at_once(vec![Order::Press(*key)], Vec::new())
            }
            Sentence::UserEndsInput => at_once(vec![Order::EndInput], Vec::new()),
            Sentence::Together(_) | Sentence::Repeat { .. } => {
                Err(Fault(t!("a block is begun sentence by sentence").into_owned()))
            }
        }
    }

    fn each(&self, who: &Who, order: fn(Seat) -> Order) -> Result<Vec<Order>, Fault> {
        Ok(self.seats_of(who)?.into_iter().map(order).collect())
    }

    fn arrive(&mut self, seat: Seat) {
        if let Some(seating) = self.seats.get_mut(seat.0) {
            seating.link = Link::Connecting;
            seating.heard = Heard::default();
            seating.sent.clear();
            seating.burst = Burst::Going;
            seating.queue = Queue::Empty;
        }
    }

    fn leave(&mut self, who: &Who) -> Result<(), Fault> {
        for seat in self.seats_of(who)? {
            self.link(seat, Link::Left);
        }
        Ok(())
    }

    /// The seats of each named actor, actor by actor.
    fn by_actor(&self, who: &Who) -> Result<Vec<Vec<Seat>>, Fault> {
        match who {
            Who::Named(names) => names.iter().map(|name| self.seats_named(name)).collect(),
            Who::Everyone { .. } => Ok(vec![self.seats_of(who)?]),
        }
    }

    fn seats_of(&self, who: &Who) -> Result<Vec<Seat>, Fault> {
        match who {
            Who::Named(_) => Ok(self.by_actor(who)?.into_iter().flatten().collect()),
            Who::Everyone { but } => {
                let mut left_out = Vec::new();
                for name in but {
                    left_out.extend(self.seats_named(name)?);
                }
                Ok(self.present().into_iter().filter(|seat| !left_out.contains(seat)).collect())
            }
        }
    }

    fn seats_named(&self, name: &str) -> Result<Vec<Seat>, Fault> {
        let actor = self.check.cast.iter().position(|actor| actor.name == name);
        let Some(actor) = actor else {
            return Err(Fault(t!("nobody is called %{name}", name = name).into_owned()));
        };
        let seats = self.seats.iter().enumerate().filter(|(_, seating)| seating.actor == actor);
        Ok(seats.map(|(index, _)| Seat(index)).collect())
    }

    fn seat_named(&self, name: &str) -> Result<Seat, Fault> {
        let seats = self.seats_named(name)?;
        seats.first().copied().ok_or_else(|| Fault(t!("nobody is called %{name}", name = name).into_owned()))
    }

    /// Connected now. An end that no sentence has received yet changes nothing: when it comes must
    /// not decide who `everyone` is.
    fn present(&self) -> Vec<Seat> {
        let present = |seating: &Seating| matches!(seating.link, Link::Handshaken | Link::Accepted);
        let seats = self.seats.iter().enumerate().filter(|(_, seating)| present(seating));
        seats.map(|(index, _)| Seat(index)).collect()
    }

    pub(super) fn present_or_ended(&self) -> Vec<Seat> {
        let stayed = |seating: &Seating| {
            matches!(seating.link, Link::Handshaken | Link::Accepted | Link::Broken | Link::Ended)
        };
        let seats = self.seats.iter().enumerate().filter(|(_, seating)| stayed(seating));
        seats.map(|(index, _)| Seat(index)).collect()
    }

    fn bindings(&self, seat: Option<Seat>) -> Bindings<'_> {
        let seating = seat.and_then(|seat| self.seats.get(seat.0));
        let member = seating.and_then(|seating| seating.member);
        let captures = match (seating, member) {
            (Some(seating), Some(_)) => &seating.captures,
            _ => &self.captures,
        };
        Bindings { captures, words: &self.words, member }
    }

    fn payload(&mut self, seat: Seat, what: &Payload) -> Vec<u8> {
        match what {
            Payload::Lines(phrases) => {
                let mut bytes = Vec::new();
                for phrase in phrases {
                    bytes.extend(bytes_of(phrase, self.bindings(Some(seat))));
                    bytes.push(b'\n');
                }
                bytes
            }
            Payload::Raw(phrase) => bytes_of(phrase, self.bindings(Some(seat))),
            Payload::Request { head, body } => {
                let text = |phrase| bytes_of(phrase, self.bindings(Some(seat)));
                let body: Vec<u8> =
                    body.iter().flat_map(|phrase| [text(phrase), b"\n".to_vec()].concat()).collect();
                http::request(head.iter().map(text).collect(), body, self.address)
            }
            Payload::Bulk { bytes } => bulk::bytes(&mut self.rng, *bytes),
            Payload::BulkLines { lines, each } => bulk::lines(&mut self.rng, *lines, *each),
        }
    }

    /// Each text, or each line of a bulk, is a datagram.
    fn letters(&mut self, seat: Seat, what: &Payload) -> Vec<Vec<u8>> {
        match what {
            Payload::Lines(phrases) => {
                phrases.iter().map(|phrase| bytes_of(phrase, self.bindings(Some(seat)))).collect()
            }
            Payload::BulkLines { each, .. } => {
                let all = self.payload(seat, what);
                all.chunks((*each).max(1) as usize).map(<[u8]>::to_vec).collect()
            }
            Payload::Raw(_) | Payload::Request { .. } | Payload::Bulk { .. } => {
                vec![self.payload(seat, what)]
            }
        }
    }

    fn post(&mut self, seat: Seat, letters: Vec<Vec<u8>>, instead_of: Option<Seat>) -> (Order, Goal) {
        let all = letters.concat();
        self.log_sent(seat, &all);
        self.link(seat, Link::Accepted);
        (Order::Post { seat, letters, instead_of }, Goal::Sent { seat, bytes: all.len() as u64 })
    }

    fn log_sent(&mut self, seat: Seat, bytes: &[u8]) {
        if let Some(seating) = self.seats.get_mut(seat.0) {
            if seating.burst == Burst::Answered {
                seating.sent.clear();
                seating.burst = Burst::Going;
            }
            seating.sent.extend_from_slice(bytes);
            seating.heard.exchange.sends(bytes);
            seating.queue = Queue::Filled;
        }
    }

    fn ears(&self, listener: &Listener) -> Result<Vec<Ear>, Fault> {
        match listener {
            Listener::Clients(who) => Ok(self.seats_of(who)?.into_iter().map(Ear::Seat).collect()),
            Listener::Output | Listener::Screen => Ok(vec![Ear::Output]),
            Listener::Complaints => Ok(vec![Ear::Complaints]),
            Listener::File(name) => {
                let index = self.files.iter().position(|(file, _)| file == name);
                let missing = || Fault(t!("no file %{name}", name = name).into_owned());
                index.map(|index| vec![Ear::File(index)]).ok_or_else(missing)
            }
        }
    }

    fn sent_by(&self, form: &Form) -> Result<Option<Arc<Sent>>, Fault> {
        let Form::WhatWasSent { by } = form else { return Ok(None) };
        let seatings = self.seats_named(by)?.into_iter().filter_map(|seat| self.seats.get(seat.0));
        let sender =
            |seating: &Seating| Sender { name: seating.name.clone(), lines: lines_in(&seating.sent) };
        Ok(Sent::new(seatings.map(sender).collect()).map(Arc::new))
    }

    fn wanted(&self, ear: Ear, listener: &Listener, form: &Form, common: &Common) -> Result<Wanted, Fault> {
        let seat = match ear {
            Ear::Seat(seat) => Some(seat),
            _ => None,
        };
        let bindings = self.bindings(seat);
        let is_datagram = seat.is_some_and(|seat| self.speech_of(seat) == Speech::Datagrams);
        let lines_of = |phrase: &Phrase| match is_datagram {
            true => vec![phrase.clone()],
            false => text::lines_of(phrase),
        };
        let one = |phrase: &Phrase| {
            match lines_of(phrase).as_slice() {
            [line] => common.matcher(line, bindings),
            lines => Err(Fault(
                t!(
                    "the text %{text} has %{number} lines where each text is one line; write each as a text of its own",
                    text = phrase.written,
                    number = lines.len()
                )
                .into_owned(),
            )),
        }
        };
        let all = |phrases: &[Phrase]| phrases.iter().map(one).collect::<Result<Vec<_>, _>>();
        let lines = |phrases: &[Phrase]| {
            let lines = phrases.iter().flat_map(lines_of);
            lines.map(|line| common.matcher(&line, bindings)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match form {
            // Another line of the file may always stand before the one that is asked for.
            Form::Next(phrases) if matches!(listener, Listener::File(_)) => {
                Wanted::Eventually(all(phrases)?.into())
            }
            Form::Next(phrases) => Wanted::Next(lines(phrases)?.into()),
            Form::Eventually(phrases) => Wanted::Eventually(all(phrases)?.into()),
            Form::EventuallyEnd => Wanted::EventuallyEnd,
            Form::Raw(phrase) if is_datagram => Wanted::Datagram(bytes_of(phrase, bindings)),
            Form::Raw(phrase) => Wanted::Content { bytes: bytes_of(phrase, bindings), met: 0 },
            Form::OneOf(phrases) => Wanted::OneOf(all(phrases)?),
            Form::InAnyOrder(phrases) => Wanted::InAnyOrder(Unordered::new(all(phrases)?)),
            Form::Interleaved(groups) => {
                let groups = groups.iter().map(|group| lines(group)).collect::<Result<Vec<_>, _>>()?;
                Wanted::Interleaved(Groups::new(groups))
            }
            Form::WhatItSent(case) => {
                let sent = seat.and_then(|seat| self.seats.get(seat.0)).map(|seating| &seating.sent);
                let sent = sent.ok_or_else(|| Fault(t!("only a client has sent something").into_owned()))?;
                if sent.is_empty() {
                    let told = t!("`what it sent` speaks of a client that has sent nothing");
                    return Err(Fault(told.into_owned()));
                }
                let bytes = match case {
                    Case::AsSent => sent.clone(),
                    Case::Upper => bulk::upper(sent),
                };
                Wanted::Content { bytes, met: 0 }
            }
            Form::WhatWasSent { by } => match &common.sent {
                Some(sent) => Wanted::LinesOf(Relay::new(sent.clone())),
                None => {
                    let told = t!("what %{who} sent is too much to be looked for in lines", who = by);
                    return Err(Fault(told.into_owned()));
                }
            },
            Form::Lines(wanted) => Wanted::Lines { wanted: *wanted, got: 0 },
            Form::AtMostLines(wanted) => Wanted::AtMostLines { wanted: *wanted, got: 0 },
            Form::Nothing => Wanted::Nothing,
            Form::NothingBut(phrase) => Wanted::NothingBut(one(phrase)?),
            Form::Whole(phrase) => Wanted::Whole(usable(Matcher::of_whole(phrase, bindings), phrase)?),
            Form::End => Wanted::End,
            Form::Disconnected => Wanted::Disconnected,
            Form::Reset => Wanted::Reset,
            Form::Status(phrase) => Wanted::Http(Asking::Status(one(phrase)?)),
            Form::Header { name, value } => {
                Wanted::Http(Asking::Header { name: name.clone(), value: one(value)? })
            }
            Form::Body(phrase) => {
                Wanted::Http(Asking::Body(usable(Matcher::of_whole(phrase, bindings), phrase)?))
            }
        })
    }
}

/// The lines of what was sent, without their line ends.
fn lines_in(sent: &[u8]) -> Vec<Vec<u8>> {
    let text = |line: &[u8]| line.strip_suffix(b"\r").unwrap_or(line).to_vec();
    let mut lines: Vec<Vec<u8>> = sent.split(|byte| *byte == b'\n').map(text).collect();
    if lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}
