//! Is what a sentence waits for there, or can it not come any more?

use std::collections::BTreeSet;
use std::time::Duration;

use super::conversation::{Conversation, Program, Underway};
use super::goal::{self, Goal, Since};
use super::receive::{Found, Ground, Judged, Listening, Miss, Patience, Prompts, Surrender, Wanted};
use super::seating::{Link, Queue};
use super::text::Names;
use crate::model::course::Speech;
use crate::model::outcome::{Actual, Expected, FailureKind, Note};
use crate::model::script::{Exit, Until};
use crate::model::stage::{Ear, Ending, Moment, Rest, Seat};

/// Goals against what has happened.
impl Conversation<'_> {
    pub(super) fn note(&mut self, moment: Moment) {
        let note = match moment.rest {
            Rest::AtRest => return,
            Rest::Moving => Note::RestNotSeen,
            Rest::Unseen => Note::NoSight,
        };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn judge_goal(&mut self, goal: &mut Goal, underway: &Underway, moment: Moment) -> Judged {
        let everything = Since { began: underway.began, last: self.last_happening };
        match goal {
            Goal::Connected { seat, until } => self.judge_connected(*seat, *until, underway, moment),
            Goal::Refused(seat) => match self.seats.get(seat.0).map(|seating| seating.link) {
                Some(Link::Refused) => Judged::Done(Found::default()),
                Some(Link::Handshaken | Link::Accepted) => failed(
                    FailureKind::NotRefused,
                    Expected::Refusal { address: self.address },
                    Actual::ConnectedAnyway,
                    Ground::Contradiction,
                ),
                _ => Judged::Waiting,
            },
            Goal::CameIn { seat, to } => self.judge_came_in(*seat, to, underway, moment),
            Goal::Sent { seat, bytes } => self.judge_sent(*seat, *bytes, underway, moment),
            Goal::Hears { ear, wanted } => self.judge_hears(*ear, wanted, underway, moment),
            // What is forgotten too early would be left over, even by a program that has ended.
            Goal::Forgotten(_) => self.judge_settled(moment, everything, underway.within * goal::ENDLESS),
            Goal::Settled if self.has_exited() => Judged::Done(Found::default()),
            Goal::Settled => self.judge_settled(moment, everything, underway.within),
            Goal::Started => match self.program {
                Program::NotStarted => Judged::Waiting,
                _ => Judged::Done(Found::default()),
            },
            Goal::Exit(wanted) => self.judge_exit(*wanted, underway, moment),
            Goal::ExitNotBefore(least) => {
                match (self.judge_exit(Exit::Cleanly, underway, moment), self.program) {
                    (Judged::Done(_), Program::Exited { at, .. }) => {
                        let after = at.saturating_sub(self.last_action);
                        if after >= *least {
                            Judged::Done(Found::default())
                        } else {
                            failed(
                                FailureKind::WrongExit,
                                Expected::ExitNotBefore(*least),
                                Actual::ExitedAfter(after),
                                Ground::Contradiction,
                            )
                        }
                    }
                    (other, _) => other,
                }
            }
            Goal::StillRuns => match self.program {
                Program::Exited { departure, .. } => failed(
                    FailureKind::ExitedEarly,
                    Expected::StillRunning,
                    Actual::Exited(departure),
                    Ground::Contradiction,
                ),
                _ if goal::settled(moment, everything, underway.within) => Judged::Done(Found::default()),
                _ => Judged::Waiting,
            },
            Goal::Has { .. } | Goal::Marked | Goal::BackAtMark | Goal::Rests => {
                self.judge_resources(goal, underway, moment)
            }
            Goal::Distinct { capture, values } => distinct(capture, values),
        }
    }

    fn judge_settled(&mut self, moment: Moment, since: Since, most: Duration) -> Judged {
        if !goal::settled(moment, since, most) {
            return Judged::Waiting;
        }
        self.note(moment);
        Judged::Done(Found::default())
    }

    fn has_exited(&self) -> bool {
        matches!(self.program, Program::Exited { .. })
    }

    fn judge_connected(&mut self, seat: Seat, until: Until, underway: &Underway, moment: Moment) -> Judged {
        let Some(seating) = self.seats.get(seat.0) else { return Judged::Waiting };
        let link = seating.link;
        let expected = Expected::Connection { address: self.address };
        let since = Since { began: underway.began, last: self.last_happening };
        if until == Until::Handshake && matches!(link, Link::Handshaken | Link::Accepted | Link::Broken) {
            return Judged::Done(Found::default());
        }
        if matches!(link, Link::Accepted | Link::Broken) {
            if self.has_exited() {
                return Judged::Done(Found::default());
            }
            return self.judge_settled(moment, since, underway.within);
        }
        if let Program::Exited { departure, .. } = self.program {
            // What it sent before it ended may still be on its way.
            if link == Link::Handshaken && moment.rest != Rest::AtRest {
                if moment.rest == Rest::Unseen && goal::settled(moment, since, underway.within) {
                    // Its last listener would have taken the connection along: an heir of it holds it.
                    self.note(moment);
                    return Judged::Done(Found::default());
                }
                if goal::gave_up(moment, since, underway.within).is_none() {
                    return Judged::Waiting;
                }
            }
            let actual = Actual::Exited(departure);
            return failed(FailureKind::ExitedEarly, expected, actual, Ground::Contradiction);
        }
        if link == Link::Handshaken && moment.rest == Rest::Unseen {
            // Nothing shows whether it was accepted: a settling time has to do.
            return self.judge_settled(moment, since, underway.within);
        }
        let since = Since { began: underway.began, last: None };
        if goal::gave_up(moment, since, underway.within).is_none() {
            return Judged::Waiting;
        }
        let (kind, actual) = match link {
            Link::Handshaken => (FailureKind::NotAccepted, Actual::InAcceptQueue),
            _ => (FailureKind::NeverListened, Actual::Refused),
        };
        failed(kind, expected, actual, Ground::Lack)
    }

    fn judge_came_in(&self, seat: Seat, to: &str, underway: &Underway, moment: Moment) -> Judged {
        let Some(seating) = self.seats.get(seat.0) else { return Judged::Waiting };
        if matches!(seating.link, Link::Accepted | Link::Broken) {
            return Judged::Done(Found::default());
        }
        let everything = Since { began: underway.began, last: self.last_happening };
        let patience = Since { began: underway.began, last: None };
        let (actual, ground) = match (self.program, goal::gave_up(moment, patience, underway.within)) {
            // A connection that it has made before may still be on its way.
            (Program::Exited { departure, .. }, _)
                if moment.rest == Rest::AtRest || goal::settled(moment, everything, underway.within) =>
            {
                (Actual::Exited(departure), Ground::Contradiction)
            }
            (Program::Exited { .. }, _) | (_, None) => return Judged::Waiting,
            (_, Some(_)) if moment.rest == Rest::AtRest => (Actual::NoConnectionAtRest, Ground::Lack),
            (_, Some(_)) => (Actual::NoConnectionFor(underway.within), Ground::Lack),
        };
        let address = self.posts.get(to).copied().unwrap_or(self.address);
        let expected = Expected::ItsConnection { to: to.to_string(), address };
        failed(FailureKind::NeverConnected, expected, actual, ground)
    }

    fn judge_sent(&mut self, seat: Seat, bytes: u64, underway: &Underway, moment: Moment) -> Judged {
        let Some(seating) = self.seats.get(seat.0) else { return Judged::Waiting };
        if seating.queue == Queue::Empty {
            return Judged::Done(Found::default());
        }
        if seating.speech == Speech::Datagrams {
            return self.judge_posted(underway, moment);
        }
        let expected = Expected::Taken { bytes };
        if seating.link == Link::Broken {
            let actual = match seating.heard.ending() {
                Some(Ending::Fin) => Actual::Ended { bytes: 0 },
                _ => Actual::Reset { bytes: 0 },
            };
            return failed(FailureKind::EndedEarly, expected, actual, Ground::Contradiction);
        }
        let since = Since { began: underway.began, last: seating.heard.last().max(self.last_happening) };
        match goal::gave_up(moment, since, underway.within) {
            None => Judged::Waiting,
            // What is left would be for nobody.
            Some(_) if seating.heard.ending().is_some() => {
                failed(FailureKind::EndedEarly, expected, Actual::Ended { bytes: 0 }, Ground::Lack)
            }
            Some(gave_up) => {
                let kind = match gave_up.kind {
                    Surrender::Silence => FailureKind::NoAnswer,
                    Surrender::Endless => FailureKind::TimedOut,
                };
                failed(kind, expected, gave_up.actual, Ground::Lack)
            }
        }
    }

    /// A client's datagram waits until the program receives at its port; any other is gone at once.
    fn judge_posted(&self, underway: &Underway, moment: Moment) -> Judged {
        let expected = Expected::Bound { address: self.address };
        if let Program::Exited { departure, .. } = self.program {
            let actual = Actual::Exited(departure);
            return failed(FailureKind::ExitedEarly, expected, actual, Ground::Contradiction);
        }
        let patience = Since { began: underway.began, last: None };
        match goal::gave_up(moment, patience, underway.within) {
            None => Judged::Waiting,
            Some(_) => failed(FailureKind::NeverListened, expected, Actual::Unbound, Ground::Lack),
        }
    }

    fn judge_hears(&mut self, ear: Ear, wanted: &mut Wanted, underway: &Underway, moment: Moment) -> Judged {
        let Conversation { seats, output, complaints, files, captures, words, ignore, .. } = self;
        let mut captures = captures;
        let mut member = None;
        let heard = match ear {
            Ear::Seat(seat) => seats.get_mut(seat.0).map(|seating| {
                member = seating.member;
                if member.is_some() {
                    captures = &mut seating.captures;
                }
                &mut seating.heard
            }),
            Ear::Output => Some(output),
            Ear::Complaints => Some(complaints),
            Ear::File(index) => files.get_mut(index).map(|(_, heard)| heard),
        };
        let Some(heard) = heard else { return Judged::Waiting };
        let since = Since { began: underway.began, last: heard.last() };
        let patience = Patience {
            over: goal::gave_up(moment, since, underway.within),
            settled: goal::nothing_comes(moment, since, underway.within),
            leftovers: self.check.leftovers,
            prompts: match ear {
                Ear::Output if self.check.console.is_terminal() => Prompts::Yes,
                _ => Prompts::No,
            },
        };
        wanted.judge(&mut Listening::new(heard, &patience, ignore, Names { captures, words, member }))
    }

    fn judge_exit(&mut self, wanted: Exit, underway: &Underway, moment: Moment) -> Judged {
        if let Program::Exited { departure, .. } = self.program {
            return match goal::judge_exit(wanted, departure, self.signalled) {
                Ok(()) => Judged::Done(Found::default()),
                Err(miss) => Judged::Failed(miss),
            };
        }
        let last = self.last_happening.max(self.output.last()).max(self.complaints.last());
        let since = Since { began: underway.began, last };
        if goal::gave_up(moment, since, underway.within).is_none() {
            return Judged::Waiting;
        }
        let expected = match wanted {
            Exit::Cleanly => Expected::ExitCleanly,
            Exit::Status(status) => Expected::ExitStatus(status),
            Exit::Nonzero => Expected::ExitNonzero,
        };
        failed(FailureKind::StillRunning, expected, Actual::Running, Ground::Lack)
    }
}

pub(super) fn failed(kind: FailureKind, expected: Expected, actual: Actual, ground: Ground) -> Judged {
    Judged::Failed(Miss { kind, expected, actual, ground })
}

fn distinct(capture: &str, values: &[Option<Vec<u8>>]) -> Judged {
    let mut seen = BTreeSet::new();
    for value in values.iter().flatten() {
        if !seen.insert(value) {
            return failed(
                FailureKind::Mismatch,
                Expected::Distinct { capture: capture.to_string() },
                Actual::Repeated { value: value.clone() },
                Ground::Contradiction,
            );
        }
    }
    Judged::Done(Found::default())
}
