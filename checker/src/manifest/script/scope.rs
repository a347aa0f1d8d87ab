//! What a script has established so far: who is connected, what was captured, who said something.

use std::collections::{BTreeMap, BTreeSet};

use rust_i18n::t;

use super::captures::Voice;
use super::phrase;
use super::posts;
use super::slice::Slice;
use super::who::{Subject, fault_of_name};
use crate::manifest::problem::{Problem, did_you_mean};
use crate::manifest::settings::{Keyboard, Spoken};
use crate::model::course::{Actor, Part, Post, Speech};
use crate::model::script::Who;

pub struct Scope<'d> {
    declared: &'d [Actor],
    /// Everybody who acted, in order.
    pub cast: Vec<Actor>,
    pub state: State,
    /// Names and captures of sentences that were reported already; no more is said about them.
    pub(super) excused: BTreeSet<String>,
    /// Lines that ranges may still make.
    pub room: u64,
    pub keyboard: Keyboard,
    pub spoken: Spoken,
}

/// What sentences change for those behind them.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(super) connected: BTreeSet<String>,
    spoke: BTreeSet<String>,
    pub(super) captured: BTreeMap<String, Voice>,
    pub mark: Mark,
}

/// Has the script marked the program's resources?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    #[default]
    None,
    Made,
}

impl State {
    /// Takes over what was established beside it.
    pub fn absorb(&mut self, other: State) {
        self.connected.extend(other.connected);
        self.spoke.extend(other.spoke);
        self.captured.extend(other.captured);
        if other.mark == Mark::Made {
            self.mark = Mark::Made;
        }
    }

    /// This actor has a connection from now on.
    pub fn arrive(&mut self, name: &str) {
        self.connected.insert(name.to_string());
    }

    pub fn captures(&self) -> impl Iterator<Item = &str> {
        self.captured.keys().map(String::as_str)
    }
}

impl<'d> Scope<'d> {
    pub fn new(declared: &'d [Actor], keyboard: Keyboard) -> Self {
        Scope {
            declared,
            cast: Vec::new(),
            state: State::default(),
            excused: BTreeSet::new(),
            room: phrase::MOST_LINES,
            keyboard,
            spoken: Spoken::default(),
        }
    }

    /// Says no more about the names and captures of a sentence that could not be understood.
    pub fn excuse(&mut self, subject: Option<&Subject<'_>>, text: &str) {
        self.excused
            .extend(subject.iter().flat_map(|subject| &subject.names).map(|name| name.text.to_string()));
        let braces = text.split('{').skip(1).filter_map(|part| part.split('}').next());
        self.excused
            .extend(braces.filter(|name| phrase::is_capture_name(name)).map(|name| format!("{{{name}}}")));
    }

    /// Those who connect now.
    pub fn newcomers(&mut self, subject: &Subject<'_>, problems: &mut Vec<Problem>) -> Who {
        let who = self.strangers(subject, problems);
        if let Who::Named(names) = &who {
            self.state.connected.extend(names.iter().cloned());
        }
        who
    }

    /// Those who need not be connected.
    pub fn strangers(&mut self, subject: &Subject<'_>, problems: &mut Vec<Problem>) -> Who {
        if let Some(everyone) = subject.everyone {
            problems.push(
                Problem::new(everyone.place(), t!("`everyone` means those who are connected already"))
                    .help(t!("name those who connect: `ana, bia and caio connect`")),
            );
        }
        self.check_names(subject, problems);
        for name in &subject.names {
            if let Some(problem) = posts::no_client(*name, self.known_part(name.text)) {
                problems.push(problem);
                continue;
            }
            self.enter(name.text);
        }
        Who::Named(names_of(subject))
    }

    /// The one who accepts.
    pub fn server(&mut self, subject: &Subject<'_>, problems: &mut Vec<Problem>) -> String {
        self.check_names(subject, problems);
        let [name] = subject.names.as_slice() else {
            problems.extend(posts::not_one(subject));
            return String::new();
        };
        match posts::no_server(*name, self.known_part(name.text)) {
            Some(problem) => {
                problems.push(problem);
                self.excused.insert(name.text.to_string());
            }
            None => self.enter(name.text),
        }
        name.text.to_string()
    }

    /// The one who acts as a connection that a server accepts.
    pub fn guest(&mut self, name: Slice<'_>, problems: &mut Vec<Problem>) -> String {
        let known = self.known_part(name.text);
        if let Some(fault) = fault_of_name(name.text) {
            problems.push(posts::bad_name(name, fault));
        } else if !matches!(known, None | Some(Part::Guest)) {
            problems.push(posts::known_otherwise(name));
        } else if known.is_none() {
            self.cast.push(Actor { name: name.text.to_string(), part: Part::Guest });
        }
        self.state.arrive(name.text);
        name.text.to_string()
    }

    /// Of those who speak in datagrams, the ones who can do so without anything before: clients send, servers hear.
    pub fn introduce(&mut self, subject: &Subject<'_>, part: Part) {
        for name in &subject.names {
            if self.part_of(name.text) == part {
                self.enter(name.text);
                self.state.arrive(name.text);
            }
        }
    }

    /// Everybody of the subject sends datagrams, if need be to somebody whom they have not heard.
    pub fn strangers_to_each_other(&mut self, subject: &Subject<'_>, problems: &mut Vec<Problem>) -> Who {
        self.check_names(subject, problems);
        for name in &subject.names {
            match self.known_part(name.text) {
                Some(Part::UdpClient | Part::Post(Post::UdpServer)) => {
                    self.enter(name.text);
                    self.state.arrive(name.text);
                }
                _ => problems.push(posts::no_datagrams(*name)),
            }
        }
        if let Some(everyone) = subject.everyone {
            problems.push(posts::no_datagrams(everyone));
        }
        Who::Named(names_of(subject))
    }

    /// A UDP server that has heard somebody.
    pub fn hearer(&mut self, name: Slice<'_>, problems: &mut Vec<Problem>) -> String {
        if self.known_part(name.text) == Some(Part::Post(Post::UdpServer)) {
            self.must_be_connected(name, problems);
        } else {
            problems.push(posts::no_hearer(name));
        }
        name.text.to_string()
    }

    pub fn first_with_datagrams(&self, who: &Who) -> Option<String> {
        let speaks =
            |name: &&String| self.known_part(name).is_some_and(|part| part.speech() == Speech::Datagrams);
        match who {
            Who::Named(names) => names.iter().find(speaks).cloned(),
            Who::Everyone { but } => {
                let mut present = self.state.connected.iter().filter(|name| !but.contains(name));
                present.find(speaks).cloned()
            }
        }
    }

    /// Puts everybody into the cast who has a port, whether they act or not.
    pub fn with_posts(mut self) -> Vec<Actor> {
        let posts: Vec<Actor> =
            self.declared.iter().filter(|actor| actor.part.post().is_some()).cloned().collect();
        for actor in posts {
            self.enter(&actor.name);
        }
        self.cast
    }

    fn enter(&mut self, name: &str) {
        if !self.cast.iter().any(|actor| actor.name == name) {
            self.cast.push(Actor { name: name.to_string(), part: self.part_of(name) });
        }
    }

    /// What is known of this name so far.
    fn known_part(&self, name: &str) -> Option<Part> {
        let mut known = self.declared.iter().chain(&self.cast);
        known.find(|actor| actor.name == name).map(|actor| actor.part)
    }

    /// Those who must be connected by now.
    pub fn who(&mut self, subject: &Subject<'_>, problems: &mut Vec<Problem>) -> Who {
        self.check_names(subject, problems);
        for name in &subject.names {
            self.must_be_connected(*name, problems);
        }
        match subject.everyone {
            Some(everyone) => {
                if self.state.connected.is_empty() && self.excused.is_empty() {
                    problems.push(
                        Problem::new(everyone.place(), t!("nobody is connected yet"))
                            .help(t!("let somebody connect first: `ana connects`")),
                    );
                }
                Who::Everyone { but: names_of(subject) }
            }
            None => Who::Named(names_of(subject)),
        }
    }

    pub fn has_spoken(&mut self, who: &Who) {
        match who {
            Who::Named(names) => self.state.spoke.extend(names.iter().cloned()),
            Who::Everyone { but } => {
                let speaking = self.state.connected.iter().filter(|name| !but.contains(name)).cloned();
                self.state.spoke.extend(speaking);
            }
        }
    }

    /// Somebody whose lines are to be received by others.
    pub fn sender(&mut self, name: Slice<'_>, problems: &mut Vec<Problem>) -> String {
        self.must_be_connected(name, problems);
        if !self.state.spoke.contains(name.text) && !self.excused.contains(name.text) {
            problems.push(
                Problem::new(name.place(), t!("`%{name}` has not sent anything yet", name = name.text))
                    .help(t!("write `%{name} sends: …` before", name = name.text)),
            );
        }
        name.text.to_string()
    }

    pub(super) fn must_be_connected(&mut self, name: Slice<'_>, problems: &mut Vec<Problem>) -> bool {
        if self.state.connected.contains(name.text) {
            return true;
        }
        if self.excused.insert(name.text.to_string()) && fault_of_name(name.text).is_none() {
            if let Some(problem) = posts::not_there(name, self.known_part(name.text)) {
                problems.push(problem);
                return false;
            }
            let help = did_you_mean(name.text, self.state.connected.iter().map(String::as_str))
                .unwrap_or_else(|| t!("write `%{name} connects` before", name = name.text).into());
            problems.push(
                Problem::new(name.place(), t!("`%{name}` has not connected yet", name = name.text))
                    .help(help),
            );
        }
        false
    }

    pub(super) fn check_names(&mut self, subject: &Subject<'_>, problems: &mut Vec<Problem>) {
        for (index, name) in subject.names.iter().enumerate() {
            if subject.names[..index].iter().any(|other| other.text == name.text) {
                problems.push(
                    Problem::new(name.place(), t!("`%{name}` is named twice", name = name.text))
                        .help(t!("name everybody once")),
                );
            } else if let Some(fault) = fault_of_name(name.text) {
                problems.push(
                    Problem::new(name.place(), fault)
                        .help(t!("names are lower-case letters, digits and `_`, as in `ana` or `client_2`")),
                );
            }
        }
    }

    pub(super) fn part_of(&self, name: &str) -> Part {
        self.declared.iter().find(|actor| actor.name == name).map_or(Part::Client, |actor| actor.part)
    }
}

fn names_of(subject: &Subject<'_>) -> Vec<String> {
    subject.names.iter().map(|name| name.text.to_string()).collect()
}
