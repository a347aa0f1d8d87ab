//! What a script has captured, and whose it is.

use rust_i18n::t;

use super::phrase::Reading;
use super::scope::Scope;
use super::slice::Slice;
use crate::manifest::problem::{Problem, did_you_mean};
use crate::model::course::Part;
use crate::model::script::Who;

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

impl Scope<'_> {
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
}
