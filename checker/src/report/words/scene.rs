//! What an explanation may look at: the sighting, and the last that somebody did before the failure.

use rust_i18n::t;

use crate::model::outcome::{Actual, CheckResult, Expected, Failure, FailureKind};
use crate::model::sight::{Doing, HeldView, Sighting, ThreadView, WaitsFor};
use crate::model::stage::{Ending, Resource, Seat};
use crate::model::transcript::{Entry, Excerpt, What};
use crate::report::bytes::visible;

#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub sighting: Option<&'a Sighting>,
    /// The name of each seat.
    pub seats: &'a [String],
    pub kind: FailureKind,
    /// The last that a client did.
    pub act: Option<Act<'a>>,
    pub transcript: &'a [Entry],
    /// What there is more of than there may be, and by how many.
    pub excess: Excess,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Excess {
    pub threads: u64,
    pub connections: u64,
    pub files: u64,
}

impl Excess {
    fn of(failure: &Failure) -> Excess {
        let mut excess = Excess::default();
        let (Expected::AtMark(wanted), Actual::Has(found)) = (&failure.expected, &failure.actual) else {
            return excess;
        };
        for (wanted, found) in wanted.iter().zip(found) {
            let more = found.number.saturating_sub(wanted.number);
            match found.of {
                Resource::Threads => excess.threads = more,
                Resource::Connections => excess.connections = more,
                Resource::Files => excess.files = more,
            }
        }
        excess
    }
}

/// Something that a client did.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    pub seat: Seat,
    pub what: Deed<'a>,
    /// Entries of the transcript before and with it.
    upto: usize,
}

#[derive(Debug, Clone, Copy)]
pub enum Deed<'a> {
    Connected,
    Sent(&'a Excerpt),
    HalfClosed,
    Closed,
    Reset,
}

/// What came to a client after the last act.
#[derive(Debug, Clone)]
pub enum Answer {
    Nothing,
    Only(Excerpt),
}

impl<'a> Scene<'a> {
    pub fn of(result: &'a CheckResult, failure: &'a Failure) -> Self {
        Scene {
            sighting: failure.sighting.as_ref(),
            seats: &result.seats,
            kind: failure.kind,
            act: last_act(&result.transcript, &result.seats),
            transcript: &result.transcript,
            excess: Excess::of(failure),
        }
    }

    /// The scene at the end of a check that passed.
    pub fn of_passed(result: &'a CheckResult) -> Self {
        Scene {
            sighting: result.sighting.as_ref(),
            seats: &result.seats,
            kind: FailureKind::TimedOut,
            act: None,
            transcript: &result.transcript,
            excess: Excess::default(),
        }
    }

    /// The scene of a conversation that goes on: somebody may wait in vain.
    pub fn live(sighting: Option<&'a Sighting>, seats: &'a [String], transcript: &'a [Entry]) -> Self {
        Scene {
            sighting,
            seats,
            kind: FailureKind::NoAnswer,
            act: last_act(transcript, seats),
            transcript,
            excess: Excess::default(),
        }
    }

    pub fn name(&self, seat: Seat) -> String {
        let unnamed = || t!("client %{number}", number = seat.0 + 1).into_owned();
        self.seats.get(seat.0).map_or_else(unnamed, |name| visible(name))
    }

    /// Threads that have not ended.
    pub fn living(&self) -> Vec<&'a ThreadView> {
        let threads = self.sighting.map(|sighting| sighting.threads.as_slice()).unwrap_or_default();
        threads.iter().filter(|thread| thread.doing != Doing::Ended).collect()
    }

    pub fn held(&self, seat: Seat) -> Option<&'a HeldView> {
        self.sighting?.held.iter().find(|held| held.seat == seat)
    }

    pub fn is_queued(&self, seat: Seat) -> bool {
        self.sighting.is_some_and(|sighting| sighting.waiting_in_queue.contains(&seat))
    }

    pub fn is_busy(&self, thread: &ThreadView) -> bool {
        self.sighting.is_some_and(|sighting| sighting.busy.contains(&thread.tid))
    }

    pub fn waits_for(&self, thread: &ThreadView) -> Option<WaitsFor> {
        let wait = self.sighting?.waits.iter().find(|wait| wait.tid == thread.tid)?;
        Some(wait.waits_for)
    }

    /// The last that this client sent on its connection.
    pub fn last_sent(&self, seat: Seat) -> Option<&'a Excerpt> {
        self.own(seat).find_map(|entry| match &entry.what {
            What::Sent(excerpt) => Some(excerpt),
            _ => None,
        })
    }

    /// What came last on this client's connection, newest first.
    fn own(&self, seat: Seat) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let transcript = self.transcript;
        let name = self.seats.get(seat.0).cloned();
        let own = transcript.iter().rev().filter(move |entry| name.as_ref() == Some(&entry.who));
        own.take_while(|entry| !begins_a_connection(entry))
    }

    /// Whether the program's side reset the connection of a client that had said something on it.
    pub fn was_cut_off(&self, seat: Seat) -> bool {
        let is_reset = |entry: &Entry| entry.what == What::Ended(Ending::Reset);
        self.own(seat).any(is_reset) && self.last_sent(seat).is_some()
    }

    /// Whether anything came to this client on its connection.
    pub fn was_answered(&self, seat: Seat) -> bool {
        self.own(seat).any(|entry| matches!(entry.what, What::Received(_)))
    }

    /// What happened after the act.
    pub fn since(&self, act: Act) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.transcript.iter().skip(act.upto)
    }

    /// Somebody who sends and hears datagrams, as far as that shows.
    pub fn has_no_connection(&self, seat: Seat) -> bool {
        let name = self.seats.get(seat.0);
        let has_udp = self.sighting.is_some_and(|sighting| !sighting.bound.is_empty());
        has_udp && !self.transcript.iter().any(|entry| Some(&entry.who) == name && begins_a_connection(entry))
    }

    pub fn answer(&self, act: Act, to: Seat) -> Answer {
        let name = self.seats.get(to.0);
        let since = self.transcript.iter().skip(act.upto).filter(|entry| Some(&entry.who) == name);
        // What others heard meanwhile stands between the parts.
        let mut came = Excerpt::default();
        for entry in since {
            if let What::Received(part) = &entry.what {
                came.extend(&part.head);
                came.total += part.total - part.head.len() as u64;
            }
        }
        if came.total == 0 { Answer::Nothing } else { Answer::Only(came) }
    }

    /// Those whose connection has ended, by whichever side; a crowd that has left as a whole by its own name.
    pub fn leavers(&self) -> Vec<String> {
        let mut left = Vec::new();
        for who in self.seats {
            let own = self.transcript.iter().rev().filter(|entry| entry.who == *who);
            let mut since = own.take_while(|entry| !begins_a_connection(entry));
            if since.any(|entry| matches!(entry.what, What::Closed | What::Reset | What::Ended(_))) {
                let name = who.split(' ').next().unwrap_or_default();
                if !left.iter().any(|known| known == name) {
                    left.push(visible(name));
                }
            }
        }
        left
    }
}

fn begins_a_connection(entry: &Entry) -> bool {
    matches!(entry.what, What::Connected | What::Accepted)
}

pub(super) fn last_act<'a>(transcript: &'a [Entry], seats: &[String]) -> Option<Act<'a>> {
    let acts = transcript.iter().enumerate().rev();
    acts.into_iter().find_map(|(index, entry)| {
        let what = match &entry.what {
            What::Connected => Deed::Connected,
            What::Sent(excerpt) => Deed::Sent(excerpt),
            What::HalfClosed => Deed::HalfClosed,
            What::Closed => Deed::Closed,
            What::Reset => Deed::Reset,
            _ => return None,
        };
        let seat = Seat(seats.iter().position(|name| *name == entry.who)?);
        Some(Act { seat, what, upto: index + 1 })
    })
}
