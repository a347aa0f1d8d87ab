//! How a script comes to an end before its last sentence.

use std::io;

use super::cause::Awaits;
use crate::model::course::Text;
use crate::model::outcome::{Actual, Expected, FailureKind, StepRef};
use crate::model::script::{Listener, Sentence, Step};
use crate::talk::Stumble;
use crate::talk::receive::{Ground, Miss};

/// Why a script did not come to its end.
pub enum End {
    Stumble(Box<Fall>),
    Interrupted,
    Machine(String),
}

/// The sentence that failed, as the conversation and labs.yaml tell it.
pub struct Fall {
    pub stumble: Stumble,
    pub step: Option<StepRef>,
    pub hint: Option<Text>,
    pub awaits: Awaits,
    /// The file that it is about.
    pub file: Option<String>,
}

impl End {
    /// Where a sentence of the script failed.
    pub fn at(step: &Step, stumble: Stumble) -> End {
        let awaits = match &step.sentence {
            Sentence::Receive { listener: Listener::Output, .. } => Awaits::Output,
            Sentence::Receive { listener: Listener::Screen, .. } => Awaits::Screen,
            _ => Awaits::Other,
        };
        let file = match &step.sentence {
            Sentence::Receive { listener: Listener::File(name), .. } => Some(name.clone()),
            _ => None,
        };
        let (hint, step) = (step.hint.clone(), Some(reference(step)));
        End::Stumble(Box::new(Fall { stumble, step, hint, awaits, file }))
    }

    pub fn stumble(stumble: Stumble, step: Option<StepRef>, hint: Option<Text>) -> End {
        End::Stumble(Box::new(Fall { stumble, step, hint, awaits: Awaits::Other, file: None }))
    }
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        End::Machine(error.to_string())
    }
}

pub fn reference(step: &Step) -> StepRef {
    StepRef { line: step.line, sentence: step.shown() }
}

pub fn could_not_start(error: String) -> Miss {
    Miss {
        kind: FailureKind::ExitedEarly,
        expected: Expected::ProgramStarts,
        actual: Actual::CouldNotStart(error),
        ground: Ground::Contradiction,
    }
}

/// It has taken too much of something, as `what` says.
pub fn limit(what: String) -> End {
    End::Stumble(Box::new(over_limit(what)))
}

/// As [`limit`].
pub fn over_limit(what: String) -> Fall {
    let miss = Miss {
        kind: FailureKind::LimitExceeded,
        expected: Expected::Nothing,
        actual: Actual::LimitExceeded(what),
        ground: Ground::Contradiction,
    };
    Fall { stumble: Stumble { miss, actor: None }, step: None, hint: None, awaits: Awaits::Other, file: None }
}
