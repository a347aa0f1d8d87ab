//! The machine of a play, and the order in which sentences are begun and judged: as when a check is
//! performed, and without a process, a socket or a clock.

use std::collections::VecDeque;
use std::time::Duration;

use checker::model::course::Check;
use checker::model::script::{Sentence, Step};
use checker::model::stage::{Ear, Happening, Moment, Order, Rest, Seat};
use checker::talk::receive::Ground;
use checker::talk::{Conversation, Progress, Stumble, Underway};

use crate::play::{Cue, End, Fall, Machine, Sight};

pub struct Stage<'a> {
    pub conversation: Conversation<'a>,
    pub files: Vec<String>,
    pub cues: VecDeque<Cue>,
    pub rest: Rest,
    pub sight: Sight,
    pub machine: Machine,
    pub now: Duration,
    pub played: usize,
    pub orders: Vec<Order>,
}

struct Strand<'s> {
    later: VecDeque<&'s Step>,
    now: Option<(&'s Step, Underway)>,
}

impl<'a> Stage<'a> {
    pub fn all(&mut self, check: &'a Check) -> Result<(), End> {
        let steps = &check.script.steps;
        if !matches!(steps.first().map(|step| &step.sentence), Some(Sentence::ProgramStarts)) {
            self.act(vec![Order::StartProgram]);
        }
        self.steps(steps)?;
        let Some(mut underway) = self.conversation.begin_finale(self.now) else { return Ok(()) };
        loop {
            match self.conversation.judge(&mut underway, Moment { now: self.now, rest: self.rest }) {
                Progress::Done => return Ok(()),
                Progress::Failed(stumble) => return Err(fallen(stumble, None)),
                Progress::Waiting | Progress::Act(_) => self.go_ahead(),
            }
        }
    }

    fn steps(&mut self, steps: &'a [Step]) -> Result<(), End> {
        for step in steps {
            match &step.sentence {
                Sentence::Together(inner) => {
                    let strands = inner.iter().map(|step| VecDeque::from([step])).collect();
                    self.strands(strands)?;
                }
                Sentence::Repeat { times, steps } => {
                    for _ in 0..*times {
                        self.steps(steps)?;
                    }
                }
                _ => self.strands(vec![VecDeque::from([step])])?,
            }
        }
        Ok(())
    }

    fn strands(&mut self, strands: Vec<VecDeque<&'a Step>>) -> Result<(), End> {
        let mut strands: Vec<Strand> = strands.into_iter().map(|later| Strand { later, now: None }).collect();
        loop {
            let unproven = if self.rest == Rest::Unseen { Rest::Unseen } else { Rest::Moving };
            let moved = self.go_on(&mut strands, unproven)?;
            if strands.iter().all(|strand| strand.now.is_none() && strand.later.is_empty()) {
                return Ok(());
            }
            if moved {
                continue;
            }
            if self.rest != Rest::Moving && self.go_on(&mut strands, self.rest)? {
                // What is still to come is an answer to the next sentence.
                self.rest = Rest::Moving;
                continue;
            }
            let connecting = |strand: &Strand| {
                matches!(&strand.now, Some((Step { sentence: Sentence::Connect { .. }, .. }, _)))
            };
            if self.machine == Machine::Obliging
                && strands.iter().any(connecting)
                && self.rest == Rest::Moving
            {
                // Whoever connects finds the program at rest before anything is said.
                self.come_to_rest();
            } else {
                self.go_ahead();
            }
        }
    }

    fn go_on(&mut self, strands: &mut [Strand<'a>], rest: Rest) -> Result<bool, End> {
        let mut moved = false;
        let mut lack = None;
        for strand in strands {
            let Some((step, mut underway)) = strand.now.take() else {
                if let Some(step) = strand.later.pop_front() {
                    let begun = self.conversation.begin(step, self.now);
                    let (underway, orders) = begun.map_err(|fault| End::Fault(fault.0))?;
                    self.act(orders);
                    strand.now = Some((step, underway));
                    moved = true;
                }
                continue;
            };
            match self.conversation.judge(&mut underway, Moment { now: self.now, rest }) {
                Progress::Done => moved = true,
                Progress::Waiting => strand.now = Some((step, underway)),
                Progress::Act(orders) => {
                    self.act(orders);
                    strand.now = Some((step, underway));
                    moved = true;
                }
                Progress::Failed(stumble) => {
                    let ground = stumble.miss.ground;
                    let end = fallen(stumble, Some(step));
                    if ground == Ground::Contradiction {
                        return Err(end);
                    }
                    lack.get_or_insert(end);
                    strand.now = Some((step, underway));
                }
            }
        }
        match (moved, lack) {
            (false, Some(end)) => Err(end),
            _ => Ok(moved),
        }
    }

    fn act(&mut self, orders: Vec<Order>) {
        for order in orders {
            let happenings = match (&order, self.machine) {
                (Order::StartProgram | Order::RestartProgram, _) => vec![Happening::ProgramStarted],
                (Order::Connect { seat, .. }, Machine::Obliging) => {
                    vec![Happening::Connected(*seat), Happening::Accepted(*seat)]
                }
                (Order::Send { seat, .. }, Machine::Obliging) => vec![Happening::Sent(*seat)],
                _ => Vec::new(),
            };
            self.orders.push(order);
            self.rest = Rest::Moving;
            for happening in happenings {
                self.conversation.hear(&happening, self.now);
            }
        }
    }

    /// Plays the next cue.
    fn go_ahead(&mut self) {
        let Some(cue) = self.cues.pop_front() else { return self.come_to_rest() };
        self.played += 1;
        self.now += Duration::from_millis(1);
        self.rest = Rest::Moving;
        let happening = match cue {
            Cue::Rests => return self.come_to_rest(),
            Cue::Passes(time) => {
                self.now += time;
                return;
            }
            Cue::Says(who, bytes) => Happening::Heard { ear: self.ear(&who), bytes },
            Cue::Ends(who, ending) => Happening::Ended { ear: self.ear(&who), ending },
            Cue::Exits(departure) => Happening::Exited(departure),
            Cue::Happens(happening) => happening,
        };
        self.conversation.hear(&happening, self.now);
    }

    fn come_to_rest(&mut self) {
        self.rest = match self.sight {
            Sight::AtRest => Rest::AtRest,
            Sight::Restless => Rest::Moving,
            Sight::Unseen => Rest::Unseen,
        };
        if self.sight != Sight::AtRest {
            self.now += Duration::from_millis(50);
            assert!(self.now < Duration::from_secs(600), "it waits for ever");
        }
    }

    fn ear(&self, who: &str) -> Ear {
        if let Some(file) = self.files.iter().position(|file| file == who) {
            return Ear::File(file);
        }
        match who {
            "prints" => Ear::Output,
            "complains" => Ear::Complaints,
            name => {
                let seat = self.conversation.seat_names().iter().position(|seat| seat == name);
                Ear::Seat(Seat(seat.unwrap_or_else(|| panic!("nobody is called {name}"))))
            }
        }
    }
}

fn fallen(stumble: Stumble, step: Option<&Step>) -> End {
    End::Failed(Box::new(Fall {
        kind: stumble.miss.kind,
        expected: stumble.miss.expected,
        actual: stumble.miss.actual,
        actor: stumble.actor.map(|(_, name)| name),
        sentence: step.map(|step| step.written.clone()),
    }))
}
