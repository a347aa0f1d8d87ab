//! Every sentence of the language, in one table: what it looks like, what may follow its colon, and
//! how it becomes a `Sentence`. Reading and advice both go by it.
//!
//! In a pattern, small words stand for themselves (singular or plural) and capitals for what an
//! instructor fills in; see `pattern`.

use std::sync::LazyLock;

use super::parts::Parts;
use crate::model::script::{Case, Form, Payload, Sentence, Until};
use crate::model::stage::{Bound, Resource};

/// One row of the table.
pub struct Row {
    /// The words of the sentence up to its colon.
    pub pattern: String,
    pub tail: Tail,
    pub make: Make,
}

/// What follows the words of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// No colon.
    None,
    /// One text behind the colon.
    Text,
    /// One text behind the colon, or several below it.
    Texts,
    /// Texts below.
    Lines,
    /// Groups of texts below, divided by `--`.
    Groups,
    /// Sentences below.
    Steps,
    /// No colon, or an exit status behind it.
    MaybeStatus,
}

impl Tail {
    /// As it is shown behind a pattern.
    pub fn shown(self) -> &'static str {
        match self {
            Tail::None | Tail::MaybeStatus => "",
            Tail::Text | Tail::Texts => ": TEXT",
            Tail::Lines | Tail::Groups | Tail::Steps => ":",
        }
    }
}

#[derive(Clone, Copy)]
pub enum Make {
    Sentence(fn(&mut Parts<'_, '_, '_>) -> Sentence),
    Form(Hearer, fn(&mut Parts<'_, '_, '_>) -> Form),
}

/// Who hears in a row about receiving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearer {
    Clients,
    Output,
    Screen,
    Complaints,
    File,
}

impl Row {
    pub fn shown(&self) -> String {
        format!("{}{}", self.pattern.replace(" ,", ","), self.tail.shown())
    }

    pub fn has_colon(&self) -> bool {
        !self.tail.shown().is_empty()
    }
}

/// All rows, in the order in which they are tried.
pub fn rows() -> &'static [Row] {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let acting =
            ACTING.iter().map(|(pattern, tail, make)| (pattern.to_string(), *tail, Make::Sentence(*make)));
        let hearing = HEARERS.iter().flat_map(|hearer| {
            let fitting = FORMS.iter().filter(|form| form.heard_by.contains(&hearer.is));
            fitting.map(|form| (hearer.pattern(form), form.tail, Make::Form(hearer.is, form.make)))
        });
        let all = acting.chain(hearing);
        all.map(|(pattern, tail, make)| Row { pattern, tail, make }).collect()
    });
    &ROWS
}

struct HearerRow {
    is: Hearer,
    subject: &'static str,
    verb: &'static str,
}

impl HearerRow {
    fn pattern(&self, form: &FormRow) -> String {
        let words = [self.subject, form.adverb, self.verb, form.rest];
        words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

const HEARERS: [HearerRow; 5] = [
    HearerRow { is: Hearer::Clients, subject: "WHO", verb: "receives" },
    HearerRow { is: Hearer::Output, subject: "program", verb: "prints" },
    HearerRow { is: Hearer::Screen, subject: "user", verb: "sees" },
    HearerRow { is: Hearer::Complaints, subject: "program", verb: "complains" },
    HearerRow { is: Hearer::File, subject: "program", verb: "writes FILE" },
];

struct FormRow {
    adverb: &'static str,
    rest: &'static str,
    tail: Tail,
    heard_by: &'static [Hearer],
    make: fn(&mut Parts<'_, '_, '_>) -> Form,
}

const ALL: &[Hearer] = &[Hearer::Clients, Hearer::Output, Hearer::Screen, Hearer::Complaints, Hearer::File];
const BYTES: &[Hearer] = &[Hearer::Clients, Hearer::Output, Hearer::Screen, Hearer::Complaints];
const STREAMS: &[Hearer] = &[Hearer::Clients, Hearer::Output, Hearer::Complaints];
const OUTPUTS: &[Hearer] = &[Hearer::Output, Hearer::Complaints];
const CLIENTS: &[Hearer] = &[Hearer::Clients];

const fn form(
    (adverb, rest): (&'static str, &'static str),
    tail: Tail,
    heard_by: &'static [Hearer],
    make: fn(&mut Parts<'_, '_, '_>) -> Form,
) -> FormRow {
    FormRow { adverb, rest, tail, heard_by, make }
}

static FORMS: [FormRow; 17] = [
    form(("", ""), Tail::Texts, ALL, |p| Form::Next(p.heard_texts())),
    form(("eventually", ""), Tail::Texts, ALL, |p| Form::Eventually(p.heard_texts())),
    form(("eventually", "the end"), Tail::None, STREAMS, |_| Form::EventuallyEnd),
    form(("", "raw"), Tail::Text, BYTES, |p| Form::Raw(p.exact_text())),
    form(("", "one of"), Tail::Lines, ALL, |p| Form::OneOf(p.alternatives())),
    form(("", "in any order"), Tail::Lines, ALL, |p| Form::InAnyOrder(p.unordered())),
    form(("", "interleaved"), Tail::Groups, ALL, |p| Form::Interleaved(p.groups())),
    form(("", "what it sent"), Tail::None, CLIENTS, |_| Form::WhatItSent(Case::AsSent)),
    form(("", "what it sent , in upper case"), Tail::None, CLIENTS, |_| Form::WhatItSent(Case::Upper)),
    form(("", "what NAME sent , line by line"), Tail::None, ALL, |p| Form::WhatWasSent { by: p.sender() }),
    form(("", "N lines"), Tail::None, ALL, |p| Form::Lines(p.count())),
    form(("", "at most N lines"), Tail::None, ALL, |p| Form::AtMostLines(p.count())),
    form(("", "nothing"), Tail::None, ALL, |_| Form::Nothing),
    form(("", "nothing but"), Tail::Text, ALL, |p| Form::NothingBut(p.pattern())),
    form(("", "as a whole"), Tail::Text, OUTPUTS, |p| Form::Whole(p.whole())),
    form(("", "the end"), Tail::None, STREAMS, |_| Form::End),
    form(("", "a reset"), Tail::None, CLIENTS, |_| Form::Reset),
];

type Acting = (&'static str, Tail, fn(&mut Parts<'_, '_, '_>) -> Sentence);

static ACTING: [Acting; 53] = [
    ("WHO connects", Tail::None, |p| Sentence::Connect {
        who: p.newcomers(),
        until: Until::Accepted,
        through: None,
    }),
    ("WHO connects without waiting", Tail::None, |p| Sentence::Connect {
        who: p.newcomers(),
        until: Until::Handshake,
        through: None,
    }),
    ("WHO connects through HOST", Tail::None, |p| Sentence::Connect {
        who: p.newcomers(),
        until: Until::Accepted,
        through: Some(p.host()),
    }),
    ("WHO connects through HOST without waiting", Tail::None, |p| Sentence::Connect {
        who: p.newcomers(),
        until: Until::Handshake,
        through: Some(p.host()),
    }),
    ("WHO cannot connect", Tail::None, |p| Sentence::CannotConnect { who: p.strangers(), through: None }),
    ("WHO cannot connect through HOST", Tail::None, |p| Sentence::CannotConnect {
        who: p.strangers(),
        through: Some(p.host()),
    }),
    ("WHO accepts", Tail::None, |p| p.accept()),
    ("WHO accepts as NAME", Tail::None, |p| p.accept_as()),
    ("WHO answers instead of NAME", Tail::Texts, |p| p.answer_instead()),
    ("WHO sends", Tail::Texts, |p| Sentence::Send {
        who: p.speakers(),
        what: Payload::Lines(p.sent_texts()),
        pieces: None,
    }),
    ("WHO sends raw", Tail::Text, |p| Sentence::Send {
        who: p.speakers(),
        what: Payload::Raw(p.sent_text()),
        pieces: None,
    }),
    ("WHO sends in pieces of SIZE", Tail::Texts, |p| Sentence::Send {
        who: p.speakers(),
        pieces: Some(p.piece()),
        what: Payload::Lines(p.sent_texts()),
    }),
    ("WHO sends raw in pieces of SIZE", Tail::Text, |p| Sentence::Send {
        who: p.speakers(),
        pieces: Some(p.piece()),
        what: Payload::Raw(p.sent_text()),
    }),
    ("WHO sends SIZE", Tail::None, |p| Sentence::Send {
        who: p.speakers(),
        what: Payload::Bulk { bytes: p.size() },
        pieces: None,
    }),
    ("WHO sends SIZE in pieces of SIZE", Tail::None, |p| Sentence::Send {
        who: p.speakers(),
        what: Payload::Bulk { bytes: p.size() },
        pieces: Some(p.piece()),
    }),
    ("WHO sends N lines of SIZE", Tail::None, |p| Sentence::Send {
        who: p.speakers(),
        what: p.bulk_lines(),
        pieces: None,
    }),
    ("WHO sends N lines of SIZE in pieces of SIZE", Tail::None, |p| Sentence::Send {
        who: p.speakers(),
        what: p.bulk_lines(),
        pieces: Some(p.piece()),
    }),
    ("WHO requests", Tail::Texts, |p| Sentence::Send { who: p.speakers(), what: p.request(), pieces: None }),
    ("WHO gets status", Tail::Text, |p| Sentence::Receive {
        listener: p.clients(),
        form: Form::Status(p.heard_text()),
    }),
    ("WHO gets header", Tail::Text, |p| Sentence::Receive { listener: p.clients(), form: p.header() }),
    ("WHO gets body", Tail::Text, |p| Sentence::Receive {
        listener: p.clients(),
        form: Form::Body(p.body()),
    }),
    ("WHO is disconnected", Tail::None, |p| Sentence::Receive {
        listener: p.clients(),
        form: Form::Disconnected,
    }),
    ("WHO forgets", Tail::None, |p| Sentence::Forget { who: p.who() }),
    ("WHO stops sending", Tail::None, |p| Sentence::StopSending { who: p.who() }),
    ("WHO stops reading", Tail::None, |p| Sentence::StopReading { who: p.who() }),
    ("WHO reads again", Tail::None, |p| Sentence::ReadAgain { who: p.who() }),
    ("WHO closes", Tail::None, |p| Sentence::Close { who: p.who() }),
    ("WHO resets", Tail::None, |p| Sentence::Reset { who: p.who() }),
    ("NAME's CAPTURE are all different", Tail::None, |p| p.all_different()),
    ("program starts", Tail::None, |_| Sentence::ProgramStarts),
    ("program restarts", Tail::None, |_| Sentence::ProgramRestarts),
    ("program gets SIGNAL", Tail::None, |p| Sentence::ProgramGets(p.signal())),
    ("program exits", Tail::MaybeStatus, |p| Sentence::ProgramExits(p.exit())),
    ("program exits after at least DURATION", Tail::None, |p| Sentence::ProgramExitsAfter(p.duration())),
    ("program is still running", Tail::None, |_| Sentence::ProgramStillRuns),
    ("program has N threads", Tail::None, |p| p.has(Bound::Exactly, Resource::Threads)),
    ("program has N connections", Tail::None, |p| p.has(Bound::Exactly, Resource::Connections)),
    ("program has N files open", Tail::None, |p| p.has(Bound::Exactly, Resource::Files)),
    ("program has at least N threads", Tail::None, |p| p.has(Bound::AtLeast, Resource::Threads)),
    ("program has at least N connections", Tail::None, |p| p.has(Bound::AtLeast, Resource::Connections)),
    ("program has at least N files open", Tail::None, |p| p.has(Bound::AtLeast, Resource::Files)),
    ("program has at most N threads", Tail::None, |p| p.has(Bound::AtMost, Resource::Threads)),
    ("program has at most N connections", Tail::None, |p| p.has(Bound::AtMost, Resource::Connections)),
    ("program has at most N files open", Tail::None, |p| p.has(Bound::AtMost, Resource::Files)),
    ("mark the resources", Tail::None, |p| p.mark()),
    ("program is back at the mark", Tail::None, |p| p.back_at_mark()),
    ("program rests", Tail::None, |_| Sentence::ProgramRests),
    ("user types", Tail::Texts, |p| Sentence::UserTypes { lines: p.typed_texts() }),
    ("user types raw", Tail::Text, |p| Sentence::UserTypesRaw { text: p.typed_text() }),
    ("user presses KEY", Tail::None, |p| Sentence::UserPresses(p.key())),
    ("user ends the input", Tail::None, |p| p.user_ends_input()),
    ("together", Tail::Steps, |p| Sentence::Together(p.steps_at_once())),
    ("repeat N times", Tail::Steps, |p| Sentence::Repeat { times: p.times(), steps: p.steps_in_order() }),
];

#[cfg(test)]
mod examples;
