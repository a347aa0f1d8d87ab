//! What a script has established so far: who is connected, what was captured, who said something.

use std::collections::{BTreeMap, BTreeSet};

use rust_i18n::t;

use super::phrase::{self, Reading};
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
    excused: BTreeSet<String>,
    /// Lines that ranges may still make.
    pub room: u64,
    pub keyboard: Keyboard,
    pub spoken: Spoken,
}

/// What sentences change for those behind them.
#[derive(Debug, Clone, Default)]
pub struct State {
    connected: BTreeSet<String>,
    spoke: BTreeSet<String>,
    captured: BTreeMap<String, Voice>,
    pub mark: Mark,
}

/// Has the script marked the program's resources?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    #[default]
    None,
    Made,
}

/// Who speaks or listens in a sentence, as far as captures and `{member}` depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Voice {
    /// The program, the user, or clients that all share one value.
    #[default]
    Single,
    /// This crowd alone: each member has its own values.
    Crowd(String),
    /// A crowd among others.
    Mixed(String),
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

    /// `crowd's {id} are all different`: gives the crowd and the capture.
    pub fn crowd_and_capture(
        &mut self,
        name: Slice<'_>,
        capture: Slice<'_>,
        problems: &mut Vec<Problem>,
    ) -> (String, String) {
        let captured = capture.text.trim_matches(['{', '}']).to_string();
        if self.must_be_connected(name, problems) {
            let values = self.state.captured.get(&captured);
            let fault = if !matches!(self.part_of(name.text), Part::Crowd { .. }) {
                Some((
                    name,
                    t!("`%{name}` is a single client, with one value of each capture", name = name.text),
                ))
            } else if values != Some(&Voice::Crowd(name.text.to_string())) {
                Some((
                    capture,
                    t!("`%{name}` captured no `%{capture}`", name = name.text, capture = capture.text),
                ))
            } else {
                None
            };
            if let Some((place, fault)) = fault.filter(|_| !self.excused.contains(capture.text)) {
                problems.push(Problem::new(place.place(), fault).help(
                    t!("declare a crowd in `actors: {crowd: {clients: 20}}`, and let it capture first: `crowd receives: /number {id}/`"),
                ));
            }
        }
        (name.text.to_string(), captured)
    }

    pub fn voice_of(&self, who: &Who) -> Voice {
        let is_crowd = |name: &&String| matches!(self.part_of(name), Part::Crowd { .. });
        let (crowd, size) = match who {
            Who::Named(names) => (names.iter().find(is_crowd), names.len()),
            Who::Everyone { but } => {
                let mut present = self.state.connected.iter().filter(|name| !but.contains(name));
                let size = present.clone().count();
                (present.find(is_crowd), size)
            }
        };
        match crowd {
            None => Voice::Single,
            Some(crowd) if size == 1 => Voice::Crowd(crowd.clone()),
            Some(crowd) => Voice::Mixed(crowd.clone()),
        }
    }

    /// All captures of this text must have been made before, by the same voice.
    pub fn use_captures(
        &mut self,
        reading: &Reading<'_>,
        voice: &Voice,
        why: &str,
        problems: &mut Vec<Problem>,
    ) {
        for capture in &reading.captures {
            let name = capture.text.trim_matches(['{', '}']);
            match self.state.captured.get(name) {
                _ if self.excused.contains(capture.text) => {}
                Some(Voice::Crowd(crowd) | Voice::Mixed(crowd)) if *voice != Voice::Crowd(crowd.clone()) => {
                    problems.push(
                        Problem::new(
                            capture.place(),
                            t!(
                                "each member of `%{crowd}` has its own `%{capture}`",
                                crowd = crowd,
                                capture = capture.text
                            ),
                        )
                        .help(t!("only `%{crowd}` itself can use it", crowd = crowd)),
                    );
                }
                Some(_) => {}
                None => {
                    let known: Vec<String> =
                        self.state.captures().map(|name| format!("{{{name}}}")).collect();
                    problems.push(
                        Problem::new(
                            capture.place(),
                            t!(
                                "`%{capture}` has not been captured yet; %{why}",
                                capture = capture.text,
                                why = why
                            ),
                        )
                        .maybe_help(
                            did_you_mean(capture.text, known.iter().map(String::as_str)).or_else(|| {
                                Some(t!(
                                    "capture it before, as in `ana receives: /your number is %{capture}/`",
                                    capture = capture.text
                                ).into())
                            }),
                        ),
                    );
                    self.excused.insert(capture.text.to_string());
                }
            }
        }
        self.check_members(reading, voice, problems);
    }

    /// The captures of this text are made now, where they were not before.
    pub fn make_captures(&mut self, reading: &Reading<'_>, voice: &Voice, problems: &mut Vec<Problem>) {
        for capture in &reading.captures {
            let name = capture.text.trim_matches(['{', '}']);
            self.state.captured.entry(name.to_string()).or_insert_with(|| voice.clone());
        }
        self.check_members(reading, voice, problems);
    }

    fn check_members(&self, reading: &Reading<'_>, voice: &Voice, problems: &mut Vec<Problem>) {
        if matches!(voice, Voice::Crowd(_)) {
            return;
        }
        problems.extend(reading.members.iter().map(|member| {
            Problem::new(member.place(), t!("`{member}` needs a crowd, and nobody else, in its sentence"))
                .help(t!(
                    "declare one in `actors: {crowd: {clients: 20}}`; for the text itself write `{{member}}`"
                ))
        }));
    }

    fn must_be_connected(&mut self, name: Slice<'_>, problems: &mut Vec<Problem>) -> bool {
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

    fn check_names(&mut self, subject: &Subject<'_>, problems: &mut Vec<Problem>) {
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

    fn part_of(&self, name: &str) -> Part {
        self.declared.iter().find(|actor| actor.name == name).map_or(Part::Client, |actor| actor.part)
    }
}

fn names_of(subject: &Subject<'_>) -> Vec<String> {
    subject.names.iter().map(|name| name.text.to_string()).collect()
}
