//! What is suspicious in a script as a whole: what it asks for, what it keeps, what it says twice.

use std::collections::BTreeMap;

use rust_i18n::t;

use super::frame::{LONG, warn_of_long};
use super::languages::each_step;
use super::phrases::{Role, of_sentence};
use super::view::{CheckView, View};
use super::warning::{Finds, Lint};
use crate::manifest::problem::Place;
use crate::model::script::{Form, Piece, Sentence, Shape, Step};

pub fn look(view: &View<'_>, check: &CheckView<'_>, finds: &mut Finds) {
    let steps = &check.check.script.steps;
    nothing_awaited(view, steps, finds);
    constant_answer(view, steps, finds);
    unused_captures(view, steps, finds);
    each_step(steps, &mut |step| {
        if step.within.is_some_and(|within| within > LONG) {
            let written = step.written.rsplit_once(" within ").map_or("", |(_, time)| time);
            let written = written.split(':').next().unwrap_or_default().trim();
            warn_of_long(view.place_of(step), written, finds);
        }
    });
}

/// Acting without asking for anything in return. Connecting alone asks to be accepted.
fn nothing_awaited(view: &View<'_>, steps: &[Step], finds: &mut Finds) {
    let mut asks = false;
    let mut last_act = None;
    each_step(steps, &mut |step| match step.sentence {
        Sentence::Connect { .. }
        | Sentence::ProgramStarts
        | Sentence::ProgramRestarts
        | Sentence::MarkResources
        | Sentence::Together(_)
        | Sentence::Repeat { .. } => {}
        Sentence::Send { .. }
        | Sentence::Forget { .. }
        | Sentence::StopSending { .. }
        | Sentence::StopReading { .. }
        | Sentence::ReadAgain { .. }
        | Sentence::Close { .. }
        | Sentence::Reset { .. }
        | Sentence::ProgramGets(_)
        | Sentence::UserTypes { .. }
        | Sentence::UserTypesRaw { .. }
        | Sentence::UserPresses(_)
        | Sentence::UserEndsInput => last_act = Some(view.place_of(step)),
        _ => asks = true,
    });
    if let Some(place) = last_act.filter(|_| !asks) {
        finds.warn(
            Lint::NothingAwaited,
            place,
            t!("whatever the program does now, this check passes"),
            t!("say what must come of it, as in `ana receives: …`; if it is silence, `ana receives nothing`"),
        );
    }
}

/// A random word goes out, and what is awaited are texts that anybody could have written into the program.
fn constant_answer(view: &View<'_>, steps: &[Step], finds: &mut Finds) {
    let mut sent = None;
    let mut constant = None;
    let mut answers_it = false;
    each_step(steps, &mut |step| {
        for (role, phrase) in of_sentence(&step.sentence) {
            let is_word = |piece: &Piece| matches!(piece, Piece::Word(_));
            let varies = phrase.shape.pieces().iter().any(|piece| !matches!(piece, Piece::Literal(_)));
            match role {
                Role::SentLine | Role::SentRaw if phrase.shape.pieces().iter().any(is_word) => {
                    sent.get_or_insert(step.line);
                }
                Role::SentLine | Role::SentRaw => {}
                Role::HeardLine | Role::HeardRaw if varies => answers_it = true,
                Role::HeardLine | Role::HeardRaw => {
                    if sent.is_some() && !matches!(phrase.shape, Shape::Regex { .. }) {
                        constant.get_or_insert_with(|| view.place_within(step, &phrase.written));
                    }
                }
            }
        }
        if let Sentence::Receive { form, .. } = &step.sentence {
            answers_it |= matches!(form, Form::WhatItSent(_) | Form::WhatWasSent { .. });
        }
    });
    if let (Some(_), Some(place), false) = (sent, constant, answers_it) {
        finds.warn(
            Lint::ConstantAnswer,
            place,
            t!("always the same answer to a random word: it could be written in"),
            t!("let the word come back, as in `ana receives: /{word}/`, or send no random word"),
        );
    }
}

/// Bound once, and then neither compared nor sent.
fn unused_captures(view: &View<'_>, steps: &[Step], finds: &mut Finds) {
    let mut seen = BTreeMap::new();
    captures(view, steps, Again::No, &mut seen);
    for (name, (count, place)) in seen {
        if count == 1 {
            finds.warn(
                Lint::UnusedCapture,
                place,
                t!("`{%{name}}` takes what stands there, and nothing is done with it", name = name),
                t!("use it later, or match freely: `/[a-z]+/`; a brace of the text is doubled: `{{`"),
            );
        }
    }
}

/// In a block that is repeated, a capture is compared with that of the time before.
#[derive(Clone, Copy, PartialEq)]
enum Again {
    No,
    Yes,
}

type Seen = BTreeMap<String, (usize, Place)>;

fn captures(view: &View<'_>, steps: &[Step], again: Again, seen: &mut Seen) {
    for step in steps {
        match &step.sentence {
            Sentence::Together(below) => captures(view, below, again, seen),
            Sentence::Repeat { steps: below, .. } => captures(view, below, Again::Yes, seen),
            Sentence::AllDifferent { capture, .. } => {
                seen.entry(capture.clone()).or_insert((0, view.place_of(step))).0 += 1;
            }
            _ => note(view, step, again, seen),
        }
    }
}

fn note(view: &View<'_>, step: &Step, again: Again, seen: &mut Seen) {
    for (_, phrase) in of_sentence(&step.sentence) {
        for piece in phrase.shape.pieces() {
            if let Piece::Capture(name) = piece {
                let written = format!("{{{name}}}");
                let entry =
                    seen.entry(name.clone()).or_insert_with(|| (0, view.place_within(step, &written)));
                entry.0 += if again == Again::Yes || insists_on_newline(&phrase.shape) { 2 } else { 1 };
            }
        }
    }
}

/// A regex cannot, so that a capture is the one way to ask for a newline behind what nobody knows.
fn insists_on_newline(shape: &Shape) -> bool {
    matches!(shape, Shape::Quoted(pieces)
        if matches!(pieces.last(), Some(Piece::Literal(end)) if end.ends_with(b"\n")))
}
