//! Sentences that cannot come true, whatever the program does: those behind an end.

use std::collections::{BTreeMap, BTreeSet};

use rust_i18n::t;

use super::languages::each_step;
use super::view::{CheckView, View, get};
use super::warning::{Finds, Lint};
use crate::model::course::{Actor, Leftovers, Part, Post};
use crate::model::script::{Form, Listener, Sentence, Step, Who};

/// What a script has brought about so far.
#[derive(Debug, Clone, PartialEq)]
struct World {
    /// The line in which the program has ended.
    program_ended: Option<u32>,
    clients: BTreeMap<String, Client>,
}

/// A connection, as its actor sees it; with the line that brought it about.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Client {
    Open,
    /// It has ended its own direction.
    Silent(u32),
    /// The program has ended the connection.
    Ended(u32),
    /// It has closed or broken the connection.
    Closed(u32),
}

/// Why a sentence cannot come true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    ProgramEnded,
    Silent,
    Ended,
    Closed,
}

pub fn look(view: &View<'_>, check: &CheckView<'_>, finds: &mut Finds) {
    let mut walk =
        Walk { world: World::of(&check.check.cast), found: BTreeMap::new(), speaks_of_output: false };
    walk.steps(&check.check.script.steps);
    let mut place_of = BTreeMap::new();
    each_step(&check.check.script.steps, &mut |step| {
        place_of.insert(step.line, view.place_of(step));
    });
    for (line, (why, since, who)) in &walk.found {
        let Some(place) = place_of.get(line) else { continue };
        let (message, help) = match why {
            Why::ProgramEnded => (
                t!("this cannot come true: the program ended in line %{line}", line = since),
                t!("put it before the end, or let the program start again: `program restarts`"),
            ),
            Why::Silent => (
                t!("this cannot come true: %{who} stopped sending in line %{line}", who = who, line = since),
                t!("send before `stops sending`"),
            ),
            Why::Ended => (
                t!("this cannot come true: %{who} received the end in line %{line}", who = who, line = since),
                t!("put it before the end of the connection, or connect again"),
            ),
            Why::Closed => (
                t!(
                    "this cannot come true: %{who} closed the connection in line %{line}",
                    who = who,
                    line = since
                ),
                t!("put it before the end of the connection, or connect again"),
            ),
        };
        finds.warn(Lint::Unreachable, *place, message, help);
    }
    idle_leftovers(check, &walk, finds);
}

/// `leftovers: allowed` where everybody has left, and nobody asked for what the program prints.
fn idle_leftovers(check: &CheckView<'_>, walk: &Walk, finds: &mut Finds) {
    let Some(node) = get(check.node, "leftovers") else { return };
    let is_there = |client: &Client| matches!(client, Client::Open | Client::Silent(_));
    if check.check.leftovers == Leftovers::Allowed
        && !walk.speaks_of_output
        && !walk.world.clients.values().any(is_there)
    {
        finds.warn(
            Lint::IdleLeftovers,
            node.place,
            t!("nothing can be left over: at the end nobody is connected any more"),
            t!("leave this out"),
        );
    }
}

struct Walk {
    world: World,
    /// By line; the first reason that was found.
    found: BTreeMap<u32, (Why, u32, String)>,
    speaks_of_output: bool,
}

impl Walk {
    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match &step.sentence {
            // What begins at the same time knows nothing of what the others bring about.
            Sentence::Together(below) => {
                let before = self.world.clone();
                let mut after = before.clone();
                for step in below {
                    self.world = before.clone();
                    self.step(step);
                    after.take_changes(&before, &self.world);
                }
                self.world = after;
            }
            // The second time shows what the first one left behind.
            Sentence::Repeat { times, steps } => {
                for _ in 0..(*times).min(2) {
                    self.steps(steps);
                }
            }
            sentence => {
                self.judge(step);
                self.carry_out(sentence, step.line);
            }
        }
    }

    fn judge(&mut self, step: &Step) {
        let mut note = |why, since, who: &str| {
            self.found.entry(step.line).or_insert((why, since, who.to_string()));
        };
        if let (true, Some(since)) = (needs_the_program(&step.sentence), self.world.program_ended) {
            return note(Why::ProgramEnded, since, "");
        }
        let (who, sends, receives) = match &step.sentence {
            Sentence::Send { who, .. } => (who, true, false),
            Sentence::StopSending { who } => (who, false, false),
            Sentence::Receive { listener: Listener::Clients(who), form } => (who, false, wants_more(form)),
            _ => return,
        };
        let Who::Named(names) = who else { return };
        for name in names {
            match self.world.clients.get(name) {
                Some(Client::Closed(since)) => note(Why::Closed, *since, name),
                Some(Client::Silent(since)) if sends => note(Why::Silent, *since, name),
                Some(Client::Ended(since)) if receives => note(Why::Ended, *since, name),
                _ => {}
            }
        }
    }

    fn carry_out(&mut self, sentence: &Sentence, line: u32) {
        match sentence {
            Sentence::Connect { who, .. } => self.become_of(who, Client::Open),
            Sentence::Accept { server, guest } => {
                let name = guest.as_ref().unwrap_or(server).clone();
                self.become_of(&Who::Named(vec![name]), Client::Open);
            }
            Sentence::Close { who } | Sentence::Reset { who } => self.become_of(who, Client::Closed(line)),
            Sentence::StopSending { who } => self.become_of(who, Client::Silent(line)),
            Sentence::Receive { listener: Listener::Clients(who), form } if is_end(form) => {
                self.become_of(who, Client::Ended(line));
            }
            Sentence::Receive { listener: Listener::Clients(_), .. } => {}
            Sentence::Receive { .. } | Sentence::UserTypes { .. } | Sentence::UserTypesRaw { .. } => {
                self.speaks_of_output = true;
            }
            Sentence::ProgramStarts | Sentence::ProgramRestarts => self.world.program_ended = None,
            Sentence::ProgramExits(_) | Sentence::ProgramExitsAfter(_) => {
                self.world.program_ended.get_or_insert(line);
            }
            _ => {}
        }
    }

    fn become_of(&mut self, who: &Who, state: Client) {
        let clients = &mut self.world.clients;
        let names: BTreeSet<String> = match who {
            Who::Named(names) => names.iter().cloned().collect(),
            Who::Everyone { but } => {
                let present = clients.iter().filter(|(_, client)| !matches!(client, Client::Closed(_)));
                present.map(|(name, _)| name.clone()).filter(|name| !but.contains(name)).collect()
            }
        };
        clients.extend(names.into_iter().map(|name| (name, state)));
    }
}

impl World {
    /// Whoever speaks in datagrams is there from the beginning, and to the end.
    fn of(cast: &[Actor]) -> World {
        let is_there = |actor: &&Actor| matches!(actor.part, Part::UdpClient | Part::Post(Post::UdpServer));
        let there = cast.iter().filter(is_there);
        World {
            program_ended: None,
            clients: there.map(|actor| (actor.name.clone(), Client::Open)).collect(),
        }
    }

    fn take_changes(&mut self, before: &World, after: &World) {
        if before.program_ended != after.program_ended {
            self.program_ended = after.program_ended;
        }
        for (name, client) in &after.clients {
            if before.clients.get(name) != Some(client) {
                self.clients.insert(name.clone(), *client);
            }
        }
    }
}

fn needs_the_program(sentence: &Sentence) -> bool {
    matches!(
        sentence,
        Sentence::Connect { .. }
            | Sentence::Accept { .. }
            | Sentence::ProgramGets(_)
            | Sentence::UserPresses(_)
            | Sentence::ProgramStillRuns
            | Sentence::ProgramRests
    )
}

/// Is this the last thing of a connection?
fn is_end(form: &Form) -> bool {
    matches!(form, Form::End | Form::EventuallyEnd | Form::Disconnected | Form::Reset | Form::Whole(_))
}

/// Does this need something to come?
fn wants_more(form: &Form) -> bool {
    let alone = matches!(form, Form::Next(_) | Form::Eventually(_) | Form::Raw(_) | Form::Lines(_));
    let together = matches!(form, Form::OneOf(_) | Form::InAnyOrder(_) | Form::Interleaved(_));
    // A header and a body may be of a response that has come already.
    alone || together || matches!(form, Form::Status(_))
}
