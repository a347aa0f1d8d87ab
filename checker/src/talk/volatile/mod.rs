//! Several tellings of one session → one script that is true of all of them: what is another one each time
//! becomes a name where somebody repeats it, else a pattern.

mod line;
mod tellings;
mod token;
mod words;

pub use self::tellings::Differs;
pub use self::words::{echoed, with_words};

use std::time::Duration;

use self::line::Line;
use self::tellings::Tellings;
use self::token::tokens;
use crate::model::script::{Form, Phrase, Script, Sentence};

/// The script of all tellings, the first one's where they agree. `now` is the time since 1970, by which clock
/// times are recognised that happen to be the same in all of them.
///
/// # Errors
/// They differ in more than texts.
pub fn common(scripts: &[Script], now: Duration) -> Result<Script, Differs> {
    let mut tellings = Tellings::of(scripts)?;
    let rows: Vec<Vec<Phrase>> = tellings.phrases();
    let places = tellings.places();
    let mut lines: Vec<Line> = (0..places.len())
        .map(|index| Line::of(&rows.iter().map(|row| row[index].clone()).collect::<Vec<_>>()))
        .collect();
    line::loosen_clocks(&mut lines, &places, now);
    line::name(&mut lines, &places);
    if let Some(index) = lines.iter().zip(&places).position(|(line, place)| place.is_act() && line.is_loose())
    {
        return Err(Differs::Act { sentence: rows[0][index].written.clone() });
    }
    Ok(tellings.write(lines.into_iter().map(Line::into_phrase).collect()))
}

/// What was typed in the session `original`, with what was heard in `now` in the place of what was heard there.
pub fn as_heard(typed: &str, original: &Script, now: &Script) -> String {
    let (then, heard) = (texts(original), texts(now));
    let mut changed: Vec<(String, String)> = Vec::new();
    for (before, after) in then.iter().zip(&heard) {
        let (before, after) = (tokens(before), tokens(after));
        if before.len() == after.len() {
            let pairs = before.iter().zip(&after).filter(|(before, after)| before != after);
            changed.extend(pairs.filter_map(|(before, after)| Some((before.text()?, after.text()?))));
        }
    }
    let said = token::split(typed).into_iter().map(|part| {
        let known = changed.iter().find(|(before, _)| before == part && part.len() > 1);
        known.map_or(part, |(_, after)| after)
    });
    said.collect()
}

/// All that was heard, in order.
fn texts(script: &Script) -> Vec<Phrase> {
    let heard = script.steps.iter().filter_map(|step| match &step.sentence {
        Sentence::Receive { listener, form } => Some((listener, form)),
        _ => None,
    });
    heard
        .flat_map(|(listener, form)| {
            let times = tellings::each(listener).len();
            std::iter::repeat_n(phrases_of(form), times).flatten()
        })
        .collect()
}

fn phrases_of(form: &Form) -> Vec<Phrase> {
    match form {
        Form::Next(phrases) | Form::InAnyOrder(phrases) => phrases.clone(),
        Form::Raw(phrase) => vec![phrase.clone()],
        _ => Vec::new(),
    }
}
