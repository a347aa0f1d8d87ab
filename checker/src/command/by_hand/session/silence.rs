//! A silence, explained.

use rust_i18n::t;

use super::people::LineState;
use super::{Act, Outcome, STILL_BUSY, Session};
use crate::model::outcome::Why;
use crate::model::sight::{Doing, Sighting, Whom};
use crate::model::stage::{Rest, Seat};
use crate::report::live::{self, News};
use crate::report::style::Ink;
use crate::report::words::Scene;

impl Session<'_> {
    /// Says what the threads do where an answer may have been expected and none comes.
    pub(super) fn explain(&mut self) {
        if self.outcome != Outcome::Nothing {
            return;
        }
        let is_late = self.bench.stage.now().saturating_sub(self.since) >= STILL_BUSY;
        if self.rest != Rest::AtRest && !(is_late && self.rest == Rest::Moving) {
            return;
        }
        if self.act == Act::None || self.departure.is_some() {
            return;
        }
        self.outcome = Outcome::Explained;
        if let Act::Connected(client) = self.act
            && self.clients[client].line == LineState::Queued
        {
            let who = self.clients[client].name.clone();
            let after = self.bench.stage.now().saturating_sub(self.since);
            self.show_news(&News::Queued { who }, after);
        }
        let Some(sighting) = self.bench.stage.describe() else { return };
        let Some(cause) = self.cause(&sighting) else { return };
        if self.told.as_ref() == Some(&cause) {
            let same = t!("no answer, as before");
            return self.show_lines(&live::aside(Ink::Faint, &same));
        }
        self.show_lines(&live::aside(Ink::Mild, &cause));
        self.told = Some(cause);
    }

    fn cause(&self, sighting: &Sighting) -> Option<String> {
        let names = self.names();
        let scene = Scene::live(Some(sighting), &names, self.record.entries());
        let blocked = |actor: Option<usize>| Why::Blocked {
            actor: actor.map(Seat),
            actor_name: actor.and_then(|actor| names.get(actor).cloned()),
        };
        let cause = |why: &Why| live::cause(why, scene, &self.palette);
        match self.act {
            Act::None => None,
            Act::Connected(client) => match self.clients[client].line {
                LineState::Dialing => Some(self.why_nobody_listens(sighting, scene)),
                LineState::Queued if sighting.waiting_in_queue.contains(&Seat(client)) => {
                    cause(&blocked(Some(client)))
                }
                _ => None,
            },
            Act::Asked(Some(client)) if !self.clients[client].posted.is_empty() => {
                Some(self.why_nobody_receives(sighting, scene))
            }
            Act::Asked(client) => {
                if self.rest == Rest::AtRest {
                    cause(&blocked(client))
                } else {
                    Some(
                        t!("no answer yet: %{threads}", threads = live::threads_in_a_line(scene))
                            .into_owned(),
                    )
                }
            }
            Act::Left(client) => {
                let is_held = sighting.held.iter().any(|held| held.seat == Seat(client));
                if is_held { cause(&blocked(Some(client))) } else { None }
            }
        }
    }

    fn why_nobody_listens(&self, sighting: &Sighting, scene: Scene) -> String {
        let why = match sighting.listening.as_slice() {
            [] => Why::NeverListens,
            on => Why::ListensElsewhere { on: on.to_vec(), asked: self.bench.address },
        };
        self.with_what_it_does(live::cause(&why, scene, &self.palette), sighting, scene)
    }

    fn why_nobody_receives(&self, sighting: &Sighting, scene: Scene) -> String {
        let why = match sighting.bound.as_slice() {
            [] => Why::NeverBinds { listens: sighting.listening.clone() },
            on => Why::BoundElsewhere { on: on.to_vec(), asked: self.bench.address },
        };
        self.with_what_it_does(live::cause(&why, scene, &self.palette), sighting, scene)
    }

    fn with_what_it_does(&self, why: Option<String>, sighting: &Sighting, scene: Scene) -> String {
        let mut told = why.unwrap_or_default();
        let reads_input = |doing: &Doing| *doing == Doing::Receiving(Whom::Input);
        if sighting.threads.iter().any(|thread| reads_input(&thread.doing)) {
            told.push_str(&format!(". {}", t!("`:type TEXT` types a line to it.")));
        } else if sighting.listening.is_empty() && sighting.bound.is_empty() {
            told.push_str(&format!("; {}", live::threads_in_a_line(scene)));
        }
        told
    }
}
