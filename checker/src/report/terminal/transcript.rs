//! A conversation as a list, where a chart would be too wide or too long.

use std::borrow::Cow;

use rust_i18n::t;
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
        let text = match hidden {
            1 => t!("1 earlier entry left out (--report json=FILE has them all)"),
            _ => {
                t!("%{number} earlier entries left out (--report json=FILE has them all)", number = hidden)
            }
        };
        lines.push(Line::indented(4).then(Ink::Faint, &text));
    }
    let name_columns = shown.iter().map(|entry| words::who(&entry.who).width()).max().unwrap_or(0).min(NAME);
    lines.extend(shown.iter().map(|entry| row(entry, name_columns, expected, palette)));
    lines
}

fn row(entry: &Entry, name_columns: usize, expected: &Expected, palette: &Palette) -> Line {
    let line = Line::blank()
        .right(Ink::Faint, &words::duration(entry.at), TIME, palette)
        .then(Ink::Plain, "  ")
        .column(Ink::Strong, &words::who(&entry.who), name_columns, palette)
        .then(Ink::Plain, "  ");
    let room = WIDTH - line.width();
    let (ink, text) = told(&entry.what, expected, room, palette);
    line.then(ink, &cut(&visible(&text), room, palette.ellipsis()))
}

fn told(what: &What, expected: &Expected, room: usize, palette: &Palette) -> (Ink, String) {
    let text = |verb: Cow<str>, excerpt: &Excerpt| {
        let showing = palette.showing(room.saturating_sub(verb.width() + 1));
        (Ink::Plain, format!("{verb} {}", quoted_beginning(&excerpt.head, excerpt.total, showing)))
    };
    let plain = |text: Cow<str>| (Ink::Plain, text.into_owned());
    match what {
        What::Started { command } => plain(t!("starts: %{command}", command = command)),
        What::Connected => plain(t!("connects")),
        What::Accepted => plain(t!("accepts")),
        What::Sent(excerpt) => text(t!("sends"), excerpt),
        What::Received(excerpt) => text(t!("receives"), excerpt),
        What::Strayed { from, bytes } => {
            let told = t!("receives from %{address}, which is not the program's port,", address = from);
            text(told, bytes)
        }
        What::Ended(Ending::Fin) => plain(t!("receives the end")),
        What::Ended(Ending::Reset) => plain(t!("receives a reset")),
        What::HalfClosed => plain(t!("stops sending")),
        What::Closed => plain(t!("closes")),
        What::Reset => plain(t!("resets")),
        What::StoppedReading => plain(t!("stops reading")),
        What::ReadAgain => plain(t!("reads again")),
        What::Typed(excerpt) => text(t!("types"), excerpt),
        What::Pressed(key) => plain(t!("presses %{key}", key = key)),
        What::EndedInput => plain(t!("ends the input")),
        What::Printed(excerpt) => text(t!("prints"), excerpt),
        What::Complained(excerpt) => text(t!("complains"), excerpt),
        What::GotSignal(signal) => plain(t!("gets %{signal}", signal = signal)),
        What::Exited(how) => (Ink::Plain, words::departure(*how)),
        What::Failed => {
            let awaited = words::awaited(expected, palette.showing(room.saturating_sub(2)));
            (Ink::Bad, format!("{} {awaited}", palette.strokes().fault))
        }
    }
}
