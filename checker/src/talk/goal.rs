//! What a sentence under way still waits for, and how long it may.

use std::time::Duration;

use super::receive::{GaveUp, Ground, Miss, Surrender, Wanted};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::model::script::{Exit, Until};
use crate::model::stage::{Amount, Bound, Departure, Ear, Moment, Rest, Seat};

/// Silence that stands in for the proof of rest where the machine shows nothing. A correct server
/// answers or registers a client within a few milliseconds; this leaves it a hundred times that.
pub const SETTLE_UNSEEN: Duration = Duration::from_millis(300);

/// Silence after which an accepted connection counts as settled though the program never rests.
pub const SETTLE_MOVING: Duration = Duration::from_millis(200);

/// Silence that proves nothing but must do for `receives nothing`, of a program that never rests.
pub const NOTHING_MOVING: Duration = Duration::from_secs(1);

/// A sentence whose actor is never silent may take so many times its `within`.
pub const ENDLESS: u32 = 12;

#[derive(Debug)]
pub enum Goal {
    Connected {
        seat: Seat,
        until: Until,
    },
    Refused(Seat),
    /// The program connects to the port of `to`; the connection is this seat's.
    CameIn {
        seat: Seat,
        to: String,
    },
    Sent {
        seat: Seat,
        bytes: u64,
    },
    Hears {
        ear: Ear,
        wanted: Wanted,
    },
    /// Drop what has come, once nothing more comes.
    Forgotten(Seat),
    /// Nothing more happens: before a refusal counts, before `is still running`.
    Settled,
    Started,
    Exit(Exit),
    ExitNotBefore(Duration),
    StillRuns,
    /// Once it is quiet.
    Has {
        bound: Bound,
        amount: Amount,
    },
    Marked,
    BackAtMark,
    Rests,
    Distinct {
        capture: String,
        values: Vec<Option<Vec<u8>>>,
    },
}

impl Goal {
    /// Does it ask for what the program has?
    pub fn wants_count(&self) -> bool {
        matches!(self, Goal::Has { .. } | Goal::Marked | Goal::BackAtMark | Goal::Rests)
    }

    /// Whose silence it waits through.
    pub fn ear(&self) -> Option<Ear> {
        match self {
            Goal::Hears { ear, .. } => Some(*ear),
            Goal::Connected { seat, .. }
            | Goal::Refused(seat)
            | Goal::CameIn { seat, .. }
            | Goal::Sent { seat, .. } => Some(Ear::Seat(*seat)),
            _ => None,
        }
    }
}

/// Since when it is silent, as far as one goal is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    pub began: Duration,
    pub last: Option<Duration>,
}

impl Since {
    /// How long the sentence has been under way.
    pub fn lasts(self, now: Duration) -> Duration {
        now.saturating_sub(self.began)
    }

    pub fn silent_for(self, now: Duration) -> Duration {
        let since = self.last.map_or(self.began, |last| last.max(self.began));
        now.saturating_sub(since)
    }
}

/// Has the last resort come, or the proof that makes it needless?
pub fn gave_up(moment: Moment, since: Since, within: Duration) -> Option<GaveUp> {
    if moment.rest == Rest::AtRest {
        return Some(GaveUp { kind: Surrender::Silence, actual: Actual::SilenceAtRest });
    }
    if since.silent_for(moment.now) >= within {
        return Some(GaveUp { kind: Surrender::Silence, actual: Actual::SilenceFor(within) });
    }
    let whole = within * ENDLESS;
    (since.lasts(moment.now) >= whole)
        .then_some(GaveUp { kind: Surrender::Endless, actual: Actual::NeverFellSilent(whole) })
}

/// Is it quiet enough to go on? Whoever is never silent is waited for no longer than `most`.
pub fn settled(moment: Moment, since: Since, most: Duration) -> bool {
    if since.lasts(moment.now) >= most {
        return true;
    }
    let silent_for = since.silent_for(moment.now);
    match moment.rest {
        Rest::AtRest => true,
        Rest::Moving => silent_for >= SETTLE_MOVING,
        Rest::Unseen => silent_for >= SETTLE_UNSEEN,
    }
}

/// Is it quiet enough to say that nothing comes? Where something that may come comes again and again,
/// the rest has been waited for long enough at some point.
pub fn nothing_comes(moment: Moment, since: Since, within: Duration) -> bool {
    if since.lasts(moment.now) >= within * ENDLESS {
        return true;
    }
    let silent_for = since.silent_for(moment.now);
    match moment.rest {
        Rest::AtRest => true,
        Rest::Moving => silent_for >= NOTHING_MOVING.min(within),
        Rest::Unseen => silent_for >= SETTLE_UNSEEN,
    }
}

/// Did the program end as the sentence asks? `signalled`: the script sent it a signal.
pub fn judge_exit(wanted: Exit, departure: Departure, signalled: Signalled) -> Result<(), Miss> {
    /// What Rust's runtime exits with when main panics.
    const PANIC: i32 = 101;
    let (expected, right) = match wanted {
        Exit::Cleanly => {
            (Expected::ExitCleanly, matches!(departure, Departure::Status(status) if status != PANIC))
        }
        Exit::Status(status) => (Expected::ExitStatus(status), departure == Departure::Status(status)),
        Exit::Nonzero => {
            (Expected::ExitNonzero, matches!(departure, Departure::Status(status) if status != 0))
        }
    };
    if right {
        return Ok(());
    }
    let kind = match (departure, signalled) {
        (Departure::Signal(_), Signalled::No) => FailureKind::KilledBySignal,
        _ => FailureKind::WrongExit,
    };
    Err(Miss { kind, expected, actual: Actual::Exited(departure), ground: Ground::Contradiction })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signalled {
    Yes,
    No,
}
