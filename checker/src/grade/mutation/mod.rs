//! Answers altered on their way to the judge, and read a second time.
//!
//! A mutant waits for its sentence to begin. It takes back what its listener has heard and not been asked for,
//! holds what comes until the answer is whole, and passes on something else. Meanwhile a plain reading
//! follows what really reaches the conversation, and says whether the sentences are still true.

mod alter;
mod http;
mod reader;
mod reading;
mod tape;
mod texts;

use std::collections::VecDeque;
use std::time::Duration;

use self::alter::{Afterwards, Answer};
use self::reader::{Reader, is_quiet};
use self::tape::Tape;
use crate::model::course::{Check, Leftovers, Speech};
use crate::model::mutation::{Alteration, Declared, Mutant, Probe, Reading};
use crate::model::script::{Form, Listener, Sentence, Step};
use crate::model::stage::{Ear, Happening, Order, Rest};
use crate::talk::Conversation;

/// An answer of which nothing more came for this long is taken for whole.
const WHOLE: Duration = Duration::from_millis(1500);

/// How late an answer is that comes later.
const LATE: Duration = Duration::from_millis(60);

/// Bytes that come one by one; the rest of a long answer comes at once.
const ONE_BY_ONE: usize = 2000;

/// Stands between the stage and the conversation.
#[derive(Debug)]
pub struct Interceptor<'a> {
    mutant: Option<Mutant>,
    target: Option<Target<'a>>,
    plain: Reader<'a>,
    strict: Reader<'a>,
    under_way: Vec<(&'a Step, Vec<Ear>)>,
    altered: bool,
    allows_leftovers: bool,
}

/// The listener whose answer is altered.
#[derive(Debug)]
struct Target<'a> {
    ear: Ear,
    listener: &'a Listener,
    form: &'a Form,
    alteration: Alteration,
    phase: Phase,
    afterwards: Afterwards,
}

#[derive(Debug)]
enum Phase {
    Holding {
        held: Tape,
        since: Duration,
        last: Duration,
    },
    /// One at a time, with a judgement between.
    Delivering(VecDeque<Happening>),
    Through,
}

impl<'a> Interceptor<'a> {
    pub fn new(check: &'a Check, words: &[String], probe: Probe) -> Interceptor<'a> {
        let mutant = match probe {
            Probe::Listen => None,
            Probe::Alter(mutant) => Some(mutant),
        };
        Interceptor {
            mutant,
            target: None,
            plain: Reader::new(check, words.to_vec(), check.leftovers),
            strict: Reader::new(check, words.to_vec(), Leftovers::Forbidden),
            under_way: Vec::new(),
            altered: false,
            allows_leftovers: check.leftovers == Leftovers::Allowed,
        }
    }

    pub fn does(&mut self, order: &Order) {
        self.plain.does(order);
        self.strict.does(order);
        if let (Order::Connect { seat, .. } | Order::Accept { seat, .. }, Some(target)) =
            (order, &mut self.target)
            && target.ear == Ear::Seat(*seat)
        {
            target.afterwards = Afterwards::Comes;
        }
    }

    /// A sentence begins, with these listeners.
    pub fn begins(&mut self, step: &'a Step, ears: Vec<Ear>, conversation: &mut Conversation, now: Duration) {
        if let (Some(mutant), Sentence::Receive { listener, form }) = (self.mutant, &step.sentence)
            && mutant.line == step.line
            && self.target.is_none()
            && let Some(ear) = ears.get(mutant.listener % ears.len().max(1)).copied()
        {
            let (units, ending) = conversation.take_back(ear);
            let count = match self.plain.speech(ear) {
                Speech::Stream => units.iter().map(Vec::len).sum(),
                Speech::Datagrams => units.len(),
            };
            self.plain.unhears(ear, count);
            self.strict.unhears(ear, count);
            let held = Tape::of(self.plain.speech(ear), units, ending);
            let phase = Phase::Holding { held, since: now, last: now };
            let alteration = mutant.alteration;
            let afterwards = Afterwards::Comes;
            self.target = Some(Target { ear, listener, form, alteration, phase, afterwards });
        }
        self.under_way.push((step, ears));
    }

    /// A sentence has come true.
    pub fn over(&mut self, step: &Step) {
        let Some(at) = self.under_way.iter().position(|(other, _)| std::ptr::eq(*other, step)) else {
            return;
        };
        let (step, ears) = self.under_way.remove(at);
        self.plain.over(&step.sentence, &ears, None);
        self.strict.over(&step.sentence, &ears, None);
    }

    /// What the script ends with was asked of these.
    pub fn finale(&mut self, ears: &[Ear]) {
        self.plain.finale(ears);
        self.strict.finale(ears);
    }

    /// Takes what happened, and gives what the conversation may hear of it now.
    pub fn happens(&mut self, happening: Happening, now: Duration) -> Option<Happening> {
        let of = match &happening {
            Happening::Heard { ear, .. } | Happening::Ended { ear, .. } => Some(*ear),
            _ => None,
        };
        let is_new_program = happening == Happening::ProgramStarted;
        let Some(target) = self.target.as_mut().filter(|target| of == Some(target.ear)) else {
            if let Some(target) = self.target.as_mut().filter(|_| is_new_program) {
                target.afterwards = Afterwards::Comes;
            }
            self.reaches(&happening);
            return Some(happening);
        };
        match (&mut target.phase, happening) {
            (Phase::Holding { held, last, .. }, Happening::Heard { bytes, .. }) => {
                held.hear(&bytes);
                *last = now;
                None
            }
            (Phase::Holding { held, .. }, Happening::Ended { ending, .. }) => {
                held.ending.get_or_insert(ending);
                None
            }
            (Phase::Delivering(queue), happening) => {
                if target.afterwards == Afterwards::Comes {
                    queue.push_back(happening);
                }
                None
            }
            (_, happening) => {
                let is_lost = match target.afterwards {
                    Afterwards::Comes => false,
                    Afterwards::NeverEnds => matches!(happening, Happening::Ended { .. }),
                    Afterwards::IsLost => true,
                };
                if is_lost {
                    return None;
                }
                self.reaches(&happening);
                Some(happening)
            }
        }
    }

    /// What is to be heard now, though it does not happen now.
    pub fn delivers(&mut self, rest: Rest, now: Duration) -> Vec<Happening> {
        self.release(rest, now);
        let Some(target) = &mut self.target else { return Vec::new() };
        let Phase::Delivering(queue) = &mut target.phase else { return Vec::new() };
        let count = if target.alteration == Alteration::ByteByByte { 1 } else { queue.len() };
        let delivered: Vec<Happening> = queue.drain(..count.min(queue.len())).collect();
        if queue.is_empty() {
            target.phase = Phase::Through;
        }
        for happening in &delivered {
            self.plain.hears(happening);
            self.strict.hears(happening);
        }
        delivered
    }

    /// Does it hold something back?
    pub fn is_busy(&self) -> bool {
        self.target.as_ref().is_some_and(|target| !matches!(target.phase, Phase::Through))
    }

    /// What the plain reading says in the end. `passed`: every sentence came true.
    pub fn reading(mut self, passed: bool) -> Reading {
        let ear = self.target.as_ref().map(|target| target.ear);
        if passed && self.allows_leftovers {
            self.strict.own_finale(ear);
        }
        if !passed {
            for (step, ears) in std::mem::take(&mut self.under_way) {
                // Without a target, everything that lacks is due.
                self.plain.over(&step.sentence, &ears, ear);
                self.strict.over(&step.sentence, &ears, ear);
            }
        }
        let declared = match (self.plain.broken, self.strict.broken) {
            (true, _) => Declared::Broken,
            (false, true) => Declared::HoldsByLeave,
            (false, false) => Declared::Holds,
        };
        Reading { altered: self.altered, declared }
    }

    fn reaches(&mut self, happening: &Happening) {
        self.plain.hears(happening);
        self.strict.hears(happening);
    }

    /// Alters what is held, once it is whole.
    fn release(&mut self, rest: Rest, now: Duration) {
        let Some(target) = &mut self.target else { return };
        let Phase::Holding { held, since, last } = &mut target.phase else { return };
        let nothing_comes = rest == Rest::AtRest
            || held.ending.is_some()
            || is_quiet(target.form)
            || now.saturating_sub(*last) > WHOLE;
        let is_whole = self.plain.may_be_whole(target.form, target.ear, held);
        let part = match nothing_comes {
            true => self.plain.part(target.listener, target.form, target.ear, held, true),
            false if is_whole => self.plain.part(target.listener, target.form, target.ear, held, false),
            false => None,
        };
        let Some((own, behind)) = part else { return };
        let is_late = target.alteration == Alteration::Later && now < *since + LATE;
        if is_late {
            return;
        }
        let speech = self.plain.speech(target.ear);
        let can_be_reset = matches!(target.ear, Ear::Seat(_)) && speech == Speech::Stream;
        let answer = Answer { speech, own, rest: behind, ending: held.ending, can_be_reset };
        let unaltered = || alter::Altered {
            units: answer.own.iter().chain(&answer.rest).cloned().collect(),
            ending: answer.ending,
            later: Afterwards::Comes,
        };
        let altered = alter::alter(target.alteration, &answer);
        self.altered |= altered.is_some();
        let altered = altered.unwrap_or_else(unaltered);
        target.afterwards = altered.later;
        let pieces = pieces(target.alteration, speech, altered.units);
        let ear = target.ear;
        let heard = pieces.into_iter().map(|bytes| Happening::Heard { ear, bytes });
        let end = altered.ending.map(|ending| Happening::Ended { ear, ending });
        target.phase = Phase::Delivering(heard.chain(end).collect());
    }
}

fn pieces(alteration: Alteration, speech: Speech, units: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    if speech == Speech::Datagrams {
        return units;
    }
    let whole = units.concat();
    if whole.is_empty() {
        return Vec::new();
    }
    if alteration != Alteration::ByteByByte {
        return vec![whole];
    }
    let (first, rest) = whole.split_at(whole.len().min(ONE_BY_ONE));
    let mut pieces: Vec<Vec<u8>> = first.iter().map(|byte| vec![*byte]).collect();
    pieces.extend((!rest.is_empty()).then(|| rest.to_vec()));
    pieces
}
