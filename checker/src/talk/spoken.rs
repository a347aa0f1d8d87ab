//! Facts about a script as a whole: what it speaks of.

use std::collections::BTreeSet;

use crate::model::script::{Form, Listener, Payload, Phrase, Piece, Sentence, Step};

/// Every sentence, those inside blocks included.
pub fn each_sentence<'s>(steps: &'s [Step], visit: &mut dyn FnMut(&'s Sentence)) {
    for step in steps {
        visit(&step.sentence);
        if let Sentence::Together(inner) | Sentence::Repeat { steps: inner, .. } = &step.sentence {
            each_sentence(inner, visit);
        }
    }
}

pub fn speaks_of(steps: &[Step], wanted: &Listener) -> bool {
    let mut found = false;
    each_sentence(steps, &mut |sentence| {
        if let Sentence::Receive { listener, .. } = sentence {
            found |= listener == wanted;
        }
    });
    found
}

/// Names of the files that a script speaks of, each once.
pub fn files_of(steps: &[Step]) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    each_sentence(steps, &mut |sentence| {
        if let Sentence::Receive { listener: Listener::File(name), .. } = sentence
            && !files.contains(name)
        {
            files.push(name.clone());
        }
    });
    files
}

/// Numbers of the random words that a script speaks, in order.
pub fn words_spoken(steps: &[Step]) -> Vec<u32> {
    let mut words = BTreeSet::new();
    let mut look = |phrases: &mut dyn Iterator<Item = &Phrase>| {
        for phrase in phrases {
            for piece in phrase.shape.pieces() {
                if let Piece::Word(number) = piece {
                    words.insert(*number);
                }
            }
        }
    };
    each_sentence(steps, &mut |sentence| match sentence {
        Sentence::Send { what: Payload::Lines(phrases), .. }
        | Sentence::AnswerInstead { lines: phrases, .. }
        | Sentence::UserTypes { lines: phrases } => {
            look(&mut phrases.iter());
        }
        Sentence::Send { what: Payload::Request { head, body }, .. } => look(&mut head.iter().chain(body)),
        Sentence::Send { what: Payload::Raw(phrase), .. } | Sentence::UserTypesRaw { text: phrase } => {
            look(&mut std::iter::once(phrase));
        }
        Sentence::Receive { form, .. } => match form {
            Form::Next(phrases)
            | Form::Eventually(phrases)
            | Form::OneOf(phrases)
            | Form::InAnyOrder(phrases) => look(&mut phrases.iter()),
            Form::Raw(phrase)
            | Form::NothingBut(phrase)
            | Form::Whole(phrase)
            | Form::Status(phrase)
            | Form::Header { value: phrase, .. }
            | Form::Body(phrase) => {
                look(&mut std::iter::once(phrase));
            }
            Form::Interleaved(groups) => look(&mut groups.iter().flatten()),
            _ => {}
        },
        _ => {}
    });
    words.into_iter().collect()
}
