//! Sentences about what the program has: threads, connections, open files, and the processor.
//!
//! They are judged when the program has fallen silent. What is too many then may still be on its way
//! out where rest was not proven, and gets the whole of `within`.

use super::conversation::{Conversation, Program, Underway};
use super::goal::{self, Goal, Since};
use super::judging::failed;
use super::receive::{Found, Ground, Judged};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::stage::{Amount, Bound, Load, Moment, Resource, Resources, Rest};

/// What speaks against the goal: the kind of failure, what was wanted and what was found.
type Against = (FailureKind, Expected, Actual);

impl Conversation<'_> {
    pub(super) fn judge_resources(&mut self, goal: &Goal, underway: &Underway, moment: Moment) -> Judged {
        if let Program::Exited { departure, .. } = self.program {
            let actual = Actual::Exited(departure);
            return failed(FailureKind::ExitedEarly, self.wanted_of(goal), actual, Ground::Contradiction);
        }
        let Some(counted) = self.counted else { return Judged::Waiting };
        let since = Since { began: underway.began, last: self.last_happening };
        if !goal::settled(moment, since, underway.within) {
            return Judged::Waiting;
        }
        if let Goal::Rests = goal {
            return self.judge_rests(counted, underway, moment, since);
        }
        let Some((kind, expected, actual)) = self.against(goal, counted) else {
            self.note(moment);
            if let Goal::Marked = goal {
                self.mark = Some(counted);
            }
            return Judged::Done(Found::default());
        };
        let is_final = moment.rest == Rest::AtRest || since.lasts(moment.now) >= underway.within;
        if is_final { failed(kind, expected, actual, Ground::Lack) } else { Judged::Waiting }
    }

    /// A program that sleeps between two looks at something is calm; one that never stops looking is busy.
    fn judge_rests(
        &mut self,
        counted: Resources,
        underway: &Underway,
        moment: Moment,
        since: Since,
    ) -> Judged {
        let lasts = since.lasts(moment.now);
        match (moment.rest, counted.load) {
            (Rest::AtRest, _) => Judged::Done(Found::default()),
            (_, Load::Calm) => {
                self.note(moment);
                Judged::Done(Found::default())
            }
            (_, Load::Busy) if lasts >= underway.within => {
                failed(FailureKind::BusyLoop, Expected::Rest, Actual::BusyFor(lasts), Ground::Lack)
            }
            (_, Load::Unknown) if lasts >= underway.within => Judged::Done(Found::default()),
            (_, Load::Busy | Load::Unknown) => Judged::Waiting,
        }
    }

    fn wanted_of(&self, goal: &Goal) -> Expected {
        match goal {
            Goal::Has { bound, amount } => Expected::Has { bound: *bound, amount: *amount },
            Goal::BackAtMark => {
                let mark = self.mark.unwrap_or_default();
                Expected::AtMark(Resource::ALL.map(|of| mark.amount(of)).to_vec())
            }
            Goal::Rests => Expected::Rest,
            _ => Expected::StillRunning,
        }
    }

    fn against(&self, goal: &Goal, counted: Resources) -> Option<Against> {
        match goal {
            Goal::Has { bound, amount } => {
                let found = counted.amount(amount.of);
                let expected = Expected::Has { bound: *bound, amount: *amount };
                (!bound.allows(amount.number, found.number)).then_some((
                    FailureKind::Mismatch,
                    expected,
                    Actual::Has(vec![found]),
                ))
            }
            Goal::BackAtMark => {
                let too_many = exceeded(self.mark.unwrap_or_default(), counted);
                let (wanted, found): (Vec<Amount>, Vec<Amount>) = too_many.into_iter().unzip();
                (!wanted.is_empty()).then_some((
                    FailureKind::Leak,
                    Expected::AtMark(wanted),
                    Actual::Has(found),
                ))
            }
            _ => None,
        }
    }
}

/// What there is more of than at the mark: both amounts. A file more for each connection more is no
/// news of its own.
fn exceeded(mark: Resources, counted: Resources) -> Vec<(Amount, Amount)> {
    let more = |of| counted.amount(of).number.saturating_sub(mark.amount(of).number);
    let is_news = |of: &Resource| {
        let number = counted.amount(*of).number;
        let exceeds = !Bound::AtMost.allows(mark.amount(*of).number, number);
        exceeds && (*of != Resource::Files || more(Resource::Files) > more(Resource::Connections))
    };
    Resource::ALL.into_iter().filter(is_news).map(|of| (mark.amount(of), counted.amount(of))).collect()
}
