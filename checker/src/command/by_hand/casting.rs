//! How a lab is tried by hand: who is there, and as which of its checks the program is started.

use crate::command::UsageError;
use crate::model::course::{Actor, Check, Console, Errors, Lab, Part};
use crate::model::script::{Sentence, Step};
use crate::talk::scribe::Output;

#[derive(Debug)]
pub struct Casting {
    /// All of a check but its script.
    pub check: Check,
    pub play: Play,
    /// Do the program's own words belong to the conversation?
    pub output: Output,
    /// What a check must say that is pasted below this lab's.
    pub own: Own,
}

/// What the program is in this lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Play {
    /// It listens, and clients connect to it.
    Server,
    /// It receives datagrams from clients.
    Receiver,
    /// It connects, or sends datagrams, to those who are there; the person is its user.
    Client,
    /// It has to do with nobody but its user.
    Alone,
}

/// Settings in which the lab's checks differ from what goes without saying.
#[derive(Debug, Clone, Default)]
pub struct Own {
    pub run: Option<String>,
    pub args: Option<Vec<String>>,
    /// Those of the check who must be declared.
    pub actors: Vec<Actor>,
}

/// What labs.yaml has where it says nothing.
const USUAL_RUN: &str = "{program} {port}";

impl Casting {
    /// # Errors
    /// The lab has no checks, and so nobody knows how its program is started.
    pub fn of(lab: &Lab) -> Result<Casting, UsageError> {
        let has_server = |check: &&Check| check.cast.iter().any(|actor| is_server(actor.part));
        let is_plain = |check: &&Check| check.args.is_empty();
        let checks = || lab.checks.iter();
        let check = checks().find(has_server).or(checks().find(is_plain)).or(lab.checks.first());
        let mut check = check.cloned().ok_or(UsageError::NothingToCheck)?;
        // Where the checks have a user at a terminal, this person is one.
        if checks().any(|other| other.console.is_terminal()) {
            check.console = Console::Terminal(Errors::OnScreen);
        }
        let play = if check.cast.iter().any(|actor| actor.part.post().is_some()) {
            Play::Client
        } else if check.cast.iter().any(|actor| actor.part == Part::UdpClient) {
            Play::Receiver
        } else if checks().any(|check| connects(&check.script.steps)) {
            Play::Server
        } else {
            Play::Alone
        };
        let output = match (play, check.console) {
            (Play::Server | Play::Receiver, _) => Output::LeftOut,
            (_, Console::Terminal(_)) => Output::Seen,
            (_, Console::Screen | Console::Pipes) => Output::Printed,
        };
        let own = Own {
            run: checks().any(|check| check.run != USUAL_RUN).then(|| check.run.clone()),
            args: checks().any(|check| !check.args.is_empty()).then(|| check.args.clone()),
            actors: check.cast.iter().filter(|actor| is_declared(actor.part)).cloned().collect(),
        };
        Ok(Casting { check, play, output, own })
    }

    /// The client who is there from the beginning; none where the person is the program's user.
    pub fn first(&self) -> Option<String> {
        let sends = |actor: &&Actor| actor.part == Part::UdpClient;
        match self.play {
            Play::Server => Some("ana".to_owned()),
            Play::Receiver => self.check.cast.iter().find(sends).map(|actor| actor.name.clone()),
            Play::Client | Play::Alone => None,
        }
    }
}

fn is_server(part: Part) -> bool {
    use crate::model::course::Post;
    matches!(part.post(), Some(Post::TcpServer | Post::UdpServer))
}

fn is_declared(part: Part) -> bool {
    !matches!(part, Part::Client | Part::Guest | Part::Crowd { .. })
}

fn connects(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.sentence {
        Sentence::Connect { .. } => true,
        Sentence::Together(steps) | Sentence::Repeat { steps, .. } => connects(steps),
        _ => false,
    })
}
