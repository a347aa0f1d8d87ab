//! A conversation as a list, where a chart would be too wide or too long.

use unicode_width::UnicodeWidthStr;

use super::line::{Line, WIDTH};
use crate::model::outcome::Expected;
use crate::model::stage::Ending;
use crate::model::transcript::{Entry, Excerpt, What};
use crate::report::bytes::{cut, quoted_beginning, visible};
use crate::report::style::{Ink, Palette};
use crate::report::words;

/// Entries shown: the last ones.
const SHOWN: usize = 12;
const TIME: usize = 11;
const NAME: usize = 14;

pub fn transcript(entries: &[Entry], expected: &Expected, palette: &Palette) -> Vec<Line> {
    let hidden = entries.len().saturating_sub(SHOWN);
    let shown = &entries[hidden..];
    let mut lines = Vec::new();
    if hidden > 0 {
        let noun = if hidden == 1 { "entry" } else { "entries" };
        let text = format!("{hidden} earlier {noun} left out (--report json=FILE has them all)");
        lines.push(Line::indented(4).then(Ink::Faint, &text));
    }
    let name_columns = shown.iter().map(|entry| visible(&entry.who).width()).max().unwrap_or(0).min(NAME);
    lines.extend(shown.iter().map(|entry| row(entry, name_columns, expected, palette)));
    lines
}

fn row(entry: &Entry, name_columns: usize, expected: &Expected, palette: &Palette) -> Line {
    let line = Line::blank()
        .right(Ink::Faint, &words::duration(entry.at), TIME, palette)
        .then(Ink::Plain, "  ")
        .column(Ink::Strong, &entry.who, name_columns, palette)
        .then(Ink::Plain, "  ");
    let room = WIDTH - line.width();
    let (ink, text) = told(&entry.what, expected, room, palette);
    line.then(ink, &cut(&visible(&text), room, palette.ellipsis()))
}

fn told(what: &What, expected: &Expected, room: usize, palette: &Palette) -> (Ink, String) {
    let text = |verb: &str, excerpt: &Excerpt| {
        let showing = palette.showing(room.saturating_sub(verb.len() + 1));
        (Ink::Plain, format!("{verb} {}", quoted_beginning(&excerpt.head, excerpt.total, showing)))
    };
    let plain = |text: &str| (Ink::Plain, text.to_owned());
    match what {
        What::Started { command } => (Ink::Plain, format!("starts: {command}")),
        What::Connected => plain("connects"),
        What::Sent(excerpt) => text("sends", excerpt),
        What::Received(excerpt) => text("receives", excerpt),
        What::Ended(Ending::Fin) => plain("receives the end"),
        What::Ended(Ending::Reset) => plain("receives a reset"),
        What::HalfClosed => plain("stops sending"),
        What::Closed => plain("closes"),
        What::Reset => plain("resets"),
        What::StoppedReading => plain("stops reading"),
        What::ReadAgain => plain("reads again"),
        What::Typed(excerpt) => text("types", excerpt),
        What::EndedInput => plain("ends the input"),
        What::Printed(excerpt) => text("prints", excerpt),
        What::Complained(excerpt) => text("complains", excerpt),
        What::GotSignal(signal) => (Ink::Plain, format!("gets {signal}")),
        What::Exited(how) => (Ink::Plain, words::departure(*how)),
        What::Failed => {
            let awaited = words::awaited(expected, palette.showing(room.saturating_sub(2)));
            (Ink::Bad, format!("{} {awaited}", palette.strokes().fault))
        }
    }
}
