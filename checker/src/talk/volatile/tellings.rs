//! Tellings of one session, side by side: what was done, and what each listener heard behind it.

use super::token::mask;
use crate::model::script::{Form, Listener, Payload, Phrase, Script, Sentence, Shape, Step, Until, Who};

/// In what two tellings of the same session differ besides their texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Differs {
    /// What was done.
    Act { sentence: String },
    /// How much `who` heard after `after` was done; at the beginning where there is none.
    Heard { who: String, after: Option<String>, counts: Vec<usize> },
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Act,
    Heard,
}

impl Place {
    pub fn is_act(self) -> bool {
        self == Place::Act
    }
}

/// All of them have the same acts, listeners and numbers of lines.
#[derive(Debug)]
pub struct Tellings(Vec<Vec<Part>>);

#[derive(Debug, Clone, Default)]
struct Part {
    act: Option<Sentence>,
    heard: Vec<Heard>,
}

#[derive(Debug, Clone, PartialEq)]
struct Heard {
    listener: Listener,
    forms: Vec<Form>,
    /// From the first to the last line that came in another order.
    any_order: Option<(usize, usize)>,
}

impl Tellings {
    /// # Errors
    /// They differ in more than texts.
    pub fn of(scripts: &[Script]) -> Result<Tellings, Differs> {
        let mut tellings: Vec<Vec<Part>> = scripts.iter().map(parts).collect();
        let Some((base, others)) = tellings.split_first_mut() else { return Ok(Tellings(tellings)) };
        for other in others.iter() {
            let odd = base.iter().zip(other).find(|(one, other)| !is_same_act(one, other));
            let longer = if base.len() > other.len() { base.get(other.len()) } else { other.get(base.len()) };
            if let Some(part) = odd.map(|(one, _)| one).or(longer) {
                return Err(Differs::Act { sentence: told(part).unwrap_or_default() });
            }
        }
        for (index, part) in base.iter_mut().enumerate() {
            let others: Vec<&mut Part> = others.iter_mut().filter_map(|other| other.get_mut(index)).collect();
            part.agree(others)?;
        }
        Ok(Tellings(tellings))
    }

    /// Of each telling, its texts in order.
    pub fn phrases(&mut self) -> Vec<Vec<Phrase>> {
        let of_telling = |parts: &mut Vec<Part>| {
            parts.iter_mut().flat_map(Part::phrases).map(|(_, phrase)| phrase.clone()).collect()
        };
        self.0.iter_mut().map(of_telling).collect()
    }

    /// Where each of these texts stands.
    pub fn places(&mut self) -> Vec<Place> {
        self.0.first_mut().into_iter().flatten().flat_map(Part::phrases).map(|(place, _)| place).collect()
    }

    /// The first telling with these texts.
    pub fn write(mut self, phrases: Vec<Phrase>) -> Script {
        let Some(parts) = self.0.first_mut() else { return Script::default() };
        let places = parts.iter_mut().flat_map(Part::phrases);
        places.zip(phrases).for_each(|((_, place), phrase)| *place = phrase);
        let sentences = parts.iter().flat_map(Part::sentences);
        let step = |sentence| Step { line: 0, written: String::new(), within: None, hint: None, sentence };
        Script { steps: sentences.map(step).collect() }
    }
}

impl Part {
    /// Takes over what the others have otherwise: less certain connections, and lines in any order.
    fn agree(&mut self, mut others: Vec<&mut Part>) -> Result<(), Differs> {
        let after = told(self);
        if let Some(Sentence::Connect { until, .. }) = &mut self.act {
            let is_unsure = |part: &&mut Part| {
                matches!(part.act, Some(Sentence::Connect { until: Until::Handshake, .. }))
            };
            if others.iter().any(is_unsure) {
                *until = Until::Handshake;
            }
        }
        let mut listeners: Vec<Listener> = self.heard.iter().map(|heard| heard.listener.clone()).collect();
        let more = others.iter().flat_map(|part| &part.heard).map(|heard| heard.listener.clone());
        for listener in more {
            if !listeners.contains(&listener) {
                listeners.push(listener);
            }
        }
        for listener in listeners {
            let count = |part: &Part| {
                part.heard
                    .iter()
                    .find(|heard| heard.listener == listener)
                    .map_or(0, |heard| heard.forms.len())
            };
            let counts: Vec<usize> =
                std::iter::once(count(self)).chain(others.iter().map(|part| count(part))).collect();
            if counts.iter().any(|count| *count != counts[0]) {
                return Err(Differs::Heard { who: name(&listener), after, counts });
            }
            let find = |part: &Part| part.heard.iter().position(|heard| heard.listener == listener);
            let Some(at) = find(self) else { continue };
            for other in &mut others {
                let Some(there) = find(other) else { continue };
                let heard = other.heard.remove(there);
                let heard = self.heard[at].reordered(heard);
                // Texts are compared in the first telling's order.
                other.heard.insert(at.min(other.heard.len()), heard);
            }
        }
        Ok(())
    }

    fn phrases(&mut self) -> Vec<(Place, &mut Phrase)> {
        let acts = self.act.iter_mut().flat_map(said).map(|phrase| (Place::Act, phrase));
        let forms = self.heard.iter_mut().flat_map(|heard| &mut heard.forms);
        acts.chain(forms.flat_map(texts).map(|phrase| (Place::Heard, phrase))).collect()
    }

    fn sentences(&self) -> Vec<Sentence> {
        let mut groups: Vec<(Vec<String>, Heard)> = Vec::new();
        for heard in &self.heard {
            let names = each(&heard.listener);
            let is_same = |other: &Heard| other.forms == heard.forms && other.any_order == heard.any_order;
            match groups.iter_mut().find(|(known, other)| !known.is_empty() && is_same(other)) {
                Some((known, _)) if is_client(&heard.listener) => known.extend(names),
                _ if is_client(&heard.listener) => groups.push((names, heard.clone())),
                _ => groups.push((Vec::new(), heard.clone())),
            }
        }
        let heard = groups.into_iter().flat_map(|(names, heard)| {
            let listener =
                if names.is_empty() { heard.listener.clone() } else { Listener::Clients(Who::Named(names)) };
            let form = move |form| Sentence::Receive { listener: listener.clone(), form };
            heard.written().into_iter().map(form)
        });
        self.act.iter().cloned().chain(heard).collect()
    }
}

impl Heard {
    /// The other one in the order of this one, where they are the same lines in another.
    fn reordered(&mut self, other: Heard) -> Heard {
        let masks = |forms: &[Form]| forms.iter().map(masked).collect::<Vec<_>>();
        let (mine, theirs) = (masks(&self.forms), masks(&other.forms));
        if mine == theirs {
            return other;
        }
        let mut left: Vec<usize> = (0..theirs.len()).collect();
        let mut order = Vec::new();
        for mask in &mine {
            let Some(found) = left.iter().position(|index| theirs[*index] == *mask) else { return other };
            order.push(left.remove(found));
        }
        let odd = |at: &usize| mine[*at] != theirs[*at];
        let range = (0..mine.len()).find(odd).zip((0..mine.len()).rfind(odd));
        let is_line = |index: usize| matches!(self.forms[index], Form::Next(_));
        match range {
            Some((from, to)) if (from..=to).all(is_line) => {
                let (low, high) = self.any_order.unwrap_or((from, to));
                self.any_order = Some((low.min(from), high.max(to)));
            }
            _ => return other,
        }
        Heard { forms: order.into_iter().map(|index| other.forms[index].clone()).collect(), ..other }
    }

    fn written(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        let mut together: Vec<Phrase> = Vec::new();
        for (index, form) in self.forms.iter().enumerate() {
            let end = self.any_order.filter(|(from, to)| (*from..=*to).contains(&index)).map(|(_, to)| to);
            match (form, end) {
                (Form::Next(phrases), Some(end)) => {
                    together.extend(phrases.iter().cloned());
                    if index == end {
                        forms.push(Form::InAnyOrder(std::mem::take(&mut together)));
                    }
                }
                // A pattern is of a line; what has an end is one.
                (Form::Raw(phrase), _) if matches!(phrase.shape, Shape::Regex { .. }) => {
                    forms.push(Form::Next(vec![phrase.clone()]));
                }
                _ => forms.push(form.clone()),
            }
        }
        forms
    }
}

fn masked(form: &Form) -> (u8, Vec<super::token::Token>) {
    match form {
        Form::Next(phrases) => (0, phrases.iter().flat_map(mask).collect()),
        Form::Raw(phrase) => (1, mask(phrase)),
        _ => (2, Vec::new()),
    }
}

fn parts(script: &Script) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    for step in &script.steps {
        let (Sentence::Receive { listener, form }, Some(part)) = (&step.sentence, parts.last_mut()) else {
            parts.push(Part { act: Some(step.sentence.clone()), heard: Vec::new() });
            continue;
        };
        for name in each(listener) {
            let listener = match is_client(listener) {
                true => Listener::Clients(Who::Named(vec![name])),
                false => listener.clone(),
            };
            match part.heard.iter_mut().find(|heard| heard.listener == listener) {
                Some(heard) => heard.forms.push(form.clone()),
                None => part.heard.push(Heard { listener, forms: vec![form.clone()], any_order: None }),
            }
        }
    }
    parts
}

fn is_client(listener: &Listener) -> bool {
    matches!(listener, Listener::Clients(Who::Named(_)))
}

/// The names of those who listen; one for the program's output.
pub fn each(listener: &Listener) -> Vec<String> {
    match listener {
        Listener::Clients(Who::Named(names)) => names.clone(),
        other => vec![name(other)],
    }
}

fn name(listener: &Listener) -> String {
    match listener {
        Listener::Clients(who) => who.to_string(),
        Listener::Screen => "user".to_owned(),
        Listener::Output | Listener::Complaints | Listener::File(_) => "program".to_owned(),
    }
}

fn is_same_act(one: &Part, other: &Part) -> bool {
    let bare = |part: &Part| {
        let mut act = part.act.clone();
        if let Some(Sentence::Connect { until, .. }) = &mut act {
            *until = Until::Accepted;
        }
        let nothing = Phrase::of_line(b"");
        act.iter_mut().flat_map(said).for_each(|phrase| *phrase = nothing.clone());
        act
    };
    bare(one) == bare(other)
}

fn told(part: &Part) -> Option<String> {
    part.act.as_ref().map(|act| act.to_string())
}

/// The texts that somebody says.
pub fn said(sentence: &mut Sentence) -> Vec<&mut Phrase> {
    match sentence {
        Sentence::Send { what: Payload::Lines(lines), .. }
        | Sentence::UserTypes { lines }
        | Sentence::AnswerInstead { lines, .. } => lines.iter_mut().collect(),
        Sentence::Send { what: Payload::Request { head, body }, .. } => head.iter_mut().chain(body).collect(),
        Sentence::Send { what: Payload::Raw(text), .. } | Sentence::UserTypesRaw { text } => vec![text],
        _ => Vec::new(),
    }
}

/// The texts that somebody hears.
pub fn texts(form: &mut Form) -> Vec<&mut Phrase> {
    match form {
        Form::Next(phrases) | Form::InAnyOrder(phrases) => phrases.iter_mut().collect(),
        Form::Raw(phrase) => vec![phrase],
        _ => Vec::new(),
    }
}
