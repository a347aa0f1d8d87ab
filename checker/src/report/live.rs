//! A conversation held by hand, told while it happens: who heard what, and when.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Duration;

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::bytes::{lines, quoted};
use super::style::{Ink, Palette};
use super::terminal::line::{Line, WIDTH, wrap};
use super::words::{self, Scene};
use crate::model::outcome::Why;
use crate::model::stage::{Departure, Ending};

/// Rows that one piece of news may take.
const MOST_ROWS: usize = 8;
const MOST_OUTPUT: usize = 16;
/// Columns for names.
const NAME: usize = 9;
const TIME: usize = 8;
/// Columns of what was said, in an explanation.
const SAID: usize = 28;

/// Something that a person at the bench is told.
#[derive(Debug)]
pub enum News {
    Started {
        command: String,
    },
    Connected {
        who: String,
    },
    /// Connected, and not accepted.
    Queued {
        who: String,
    },
    Refused {
        who: String,
    },
    Heard {
        who: String,
        bytes: Vec<u8>,
    },
    Ended {
        who: String,
        ending: Ending,
    },
    SendFailed {
        who: String,
    },
    /// A server has taken a connection of the program.
    CameIn {
        who: String,
    },
    /// A datagram of so many bytes has arrived.
    Posted {
        who: String,
        bytes: usize,
    },
    HeardLetter {
        who: String,
        bytes: Vec<u8>,
    },
    /// From somebody whom it did not ask.
    Strayed {
        who: String,
        from: SocketAddr,
        bytes: Vec<u8>,
    },
    /// Stands on the user's screen.
    Seen(Vec<u8>),
    Printed(Vec<u8>),
    Complained(Vec<u8>),
    Exited {
        how: Departure,
        why: Option<Why>,
    },
}

/// The news in rows, with the time since the last act.
pub fn news(news: &News, after: Duration, palette: &Palette) -> Vec<Line> {
    let program = t!("program");
    let one = |text: Cow<str>| vec![text.into_owned()];
    let (who, ink, texts) = match news {
        News::Started { command } => {
            (&*program, Ink::Faint, one(t!("starts: %{command}", command = command)))
        }
        News::Connected { who } => (who.as_str(), Ink::Faint, one(t!("is connected"))),
        News::Queued { who } => {
            (who.as_str(), Ink::Mild, one(t!("waits in the accept queue: nobody has accepted it")))
        }
        News::Refused { who } => {
            (who.as_str(), Ink::Bad, one(t!("cannot connect: the connection is refused")))
        }
        News::Heard { who, bytes } => (who.as_str(), Ink::Plain, came(bytes, Verb::Receives, palette)),
        News::Ended { who, ending: Ending::Fin } => {
            (who.as_str(), Ink::Mild, one(t!("receives the end: the program closed the connection")))
        }
        News::Ended { who, ending: Ending::Reset } => {
            (who.as_str(), Ink::Mild, one(t!("receives a reset: the connection is gone")))
        }
        News::SendFailed { who } => {
            (who.as_str(), Ink::Bad, one(t!("cannot send: the connection is broken")))
        }
        News::CameIn { who } => (who.as_str(), Ink::Faint, one(t!("accepts: the program has connected"))),
        News::Posted { who, bytes } => {
            let size = words::size(*bytes as u64);
            (who.as_str(), Ink::Faint, one(t!("has sent a datagram of %{size}", size = size)))
        }
        News::HeardLetter { who, bytes } => {
            (who.as_str(), Ink::Plain, one(t!("receives a datagram: %{text}", text = letter(bytes, palette))))
        }
        News::Strayed { who, from, bytes } => {
            let text = letter(bytes, palette);
            let told = t!("a datagram from elsewhere, %{address}: %{text}", address = from, text = text);
            (who.as_str(), Ink::Mild, one(told))
        }
        News::Seen(bytes) => ("user", Ink::Plain, came(bytes, Verb::Sees, palette)),
        News::Printed(bytes) => (&*program, Ink::Plain, output(&t!("prints:"), bytes, palette)),
        News::Complained(bytes) => (&*program, Ink::Plain, output(&t!("complains:"), bytes, palette)),
        News::Exited { how, .. } => (&*program, Ink::Strong, vec![words::departure(*how)]),
    };
    let mut rows = rows(who, ink, &texts, after, palette);
    if let News::Exited { why: Some(why), .. } = news {
        let scene = Scene::live(None, &[], &[]);
        let why = words::why(why, scene, palette.showing(SAID));
        rows.extend(why.iter().flat_map(|why| aside(Ink::Bad, why)));
    }
    rows
}

/// The cause of a silence, in the words of the course; none where nothing was seen.
pub fn cause(why: &Why, scene: Scene, palette: &Palette) -> Option<String> {
    words::why(why, scene, palette.showing(SAID))
}

/// Something that nobody in particular said.
pub fn aside(ink: Ink, text: &str) -> Vec<Line> {
    wrap(text, WIDTH - NAME).iter().map(|row| Line::indented(NAME).then(ink, row)).collect()
}

/// How somebody is found who is there.
pub fn notice(who: &str, text: &str, palette: &Palette) -> Vec<Line> {
    let line = Line::blank().column(Ink::Strong, who, NAME - 1, palette).then(Ink::Plain, " ");
    vec![line.then(Ink::Faint, text)]
}

/// What each thread does, in a few words.
pub fn threads_in_a_line(scene: Scene) -> String {
    words::thread_table(scene).join("; ")
}

/// What each thread does, a row each.
pub fn threads(scene: Scene) -> Vec<Line> {
    words::thread_table(scene).iter().flat_map(|thread| aside(Ink::Plain, thread)).collect()
}

fn rows(who: &str, ink: Ink, texts: &[String], after: Duration, palette: &Palette) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let who = if index == 0 { who } else { "" };
        let line = Line::blank().column(Ink::Strong, who, NAME - 1, palette).then(Ink::Plain, " ");
        let time = if index == 0 { words::duration(after) } else { String::new() };
        if text.width() + TIME < WIDTH - NAME {
            let line = line.column(ink, text, WIDTH - NAME - TIME, palette);
            lines.push(line.right(Ink::Faint, &time, TIME, palette));
        } else {
            lines.push(line.then(ink, text));
        }
    }
    lines
}

#[derive(Debug, Clone, Copy)]
enum Verb {
    Receives,
    Sees,
}

fn letter(bytes: &[u8], palette: &Palette) -> String {
    quoted(bytes, palette.showing(WIDTH - NAME - TIME - 24))
}

/// A row for each line that came.
fn came(bytes: &[u8], verb: Verb, palette: &Palette) -> Vec<String> {
    let showing = palette.showing(WIDTH - NAME - TIME - 12);
    let all: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let mut rows: Vec<String> = all
        .iter()
        .take(MOST_ROWS)
        .map(|line| {
            let text = quoted(line, showing);
            if line.ends_with(b"\n") {
                match verb {
                    Verb::Receives => t!("receives %{text}", text = text),
                    Verb::Sees => t!("sees %{text}", text = text),
                }
            } else {
                let text = format!("{text} {}", showing.no_newline);
                match verb {
                    Verb::Receives => t!("receives %{text} (no newline)", text = text.trim_end()),
                    Verb::Sees => t!("sees %{text} (no newline)", text = text.trim_end()),
                }
            }
            .into_owned()
        })
        .collect();
    if all.len() > MOST_ROWS {
        let left_out = all[MOST_ROWS..].iter().map(|line| line.len() as u64).sum();
        let more = all.len() - MOST_ROWS;
        rows.push(
            t!("and %{number} more lines, %{size}", number = more, size = words::size(left_out)).into_owned(),
        );
    }
    rows
}

/// What the program printed: the verb once, and a row for each line.
fn output(verb: &str, bytes: &[u8], palette: &Palette) -> Vec<String> {
    let all: Vec<String> = lines(bytes).into_iter().filter(|line| !line.trim().is_empty()).collect();
    let bar = palette.strokes().bar;
    let room = WIDTH - NAME - TIME;
    let mut rows = Vec::new();
    for line in all.iter().take(MOST_OUTPUT) {
        let first = rows.is_empty() && verb.width() + line.width() < room;
        let text = if first { format!("{verb} {line}") } else { format!("{bar} {line}") };
        if rows.is_empty() && !first {
            rows.push(verb.to_owned());
        }
        if text.width() <= WIDTH - NAME {
            rows.push(text);
        } else {
            let wrapped = wrap(line, WIDTH - NAME - 2);
            rows.extend(wrapped.into_iter().take(MOST_ROWS).map(|part| format!("{bar} {part}")));
        }
    }
    if all.len() > MOST_OUTPUT {
        rows.push(t!("and %{number} more lines", number = all.len() - MOST_OUTPUT).into_owned());
    }
    rows
}
