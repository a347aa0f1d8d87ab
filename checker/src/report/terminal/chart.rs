//! A conversation as a small sequence chart: who, from top to bottom, said what to whom.

use std::borrow::Cow;

use rust_i18n::t;
use std::net::SocketAddr;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::line::{Line, WIDTH};
use crate::model::outcome::Expected;
use crate::model::stage::Ending;
use crate::model::transcript::{Entry, Excerpt, What};
use crate::report::bytes::{Showing, cut, quoted_beginning};
use crate::report::style::{Ink, Palette};
use crate::report::words;

/// Who a program is in a transcript.
pub const PROGRAM: &str = "program";
const INDENT: usize = 4;
/// Columns on the right that only the times use.
const TIMES: usize = 9;
const ROWS: usize = 16;

/// None where there are too many actors or entries for a chart that is easy to read.
pub fn chart(entries: &[Entry], expected: &Expected, palette: &Palette) -> Option<Vec<Line>> {
    let entries: Vec<&Entry> = entries.iter().filter(|entry| is_drawn(entry)).collect();
    let lives = Lives::of(&entries)?;
    if entries.is_empty() || entries.len() > ROWS {
        return None;
    }
    let mut lines = vec![lives.names(palette)];
    let mut time_shown = String::new();
    for entry in entries {
        let time = words::duration(entry.at);
        let time_to_show = if time == time_shown { String::new() } else { time.clone() };
        lines.push(lives.row(entry, &time_to_show, expected, palette));
        time_shown = time;
    }
    Some(lines)
}

/// The program's start is how every conversation begins.
fn is_drawn(entry: &Entry) -> bool {
    !(matches!(entry.what, What::Started { .. }) && entry.at.is_zero())
}

/// The vertical lines, from left to right: the clients with the program in their middle.
struct Lives {
    names: Vec<String>,
    columns: Vec<usize>,
    program: usize,
}

impl Lives {
    fn of(entries: &[&Entry]) -> Option<Lives> {
        let mut names: Vec<String> = Vec::new();
        for entry in entries {
            if entry.who != PROGRAM && !names.contains(&entry.who) {
                names.push(entry.who.clone());
            }
        }
        let gap = match names.len() {
            1 => 30,
            2 => 22,
            3 => 20,
            4 => 15,
            _ => return None,
        };
        let program = names.len().div_ceil(2);
        names.insert(program, PROGRAM.to_owned());
        let first = INDENT + 1 + words::who(&names[0]).width().min(12) / 2;
        let columns = (0..names.len()).map(|i| first + i * gap).collect();
        Some(Lives { names, columns, program })
    }

    fn names(&self, palette: &Palette) -> Line {
        let mut canvas = Canvas::new(self, None);
        for (name, column) in self.names.iter().zip(&self.columns) {
            let name = cut(&words::who(name), 13, palette.ellipsis());
            canvas.write(column.saturating_sub(name.width() / 2), &name, Ink::Strong);
        }
        canvas.line()
    }

    fn row(&self, entry: &Entry, time: &str, expected: &Expected, palette: &Palette) -> Line {
        let mut canvas = Canvas::new(self, Some(palette));
        let who = self.names.iter().position(|name| *name == entry.who).unwrap_or(self.program);
        match act(entry, expected, palette, self.room(who)) {
            Act::ToProgram(label) => self.arrow(&mut canvas, who, self.program, label, palette),
            Act::FromProgram(label) => self.arrow(&mut canvas, self.program, who, label, palette),
            Act::Alone(text) => self.moment(&mut canvas, who, &text, Ink::Plain, palette),
            Act::Fault(text) => self.moment(&mut canvas, who, &text, Ink::Bad, palette),
        }
        canvas.write(WIDTH - time.width(), time, Ink::Faint);
        canvas.line()
    }

    fn arrow(&self, canvas: &mut Canvas, from: usize, to: usize, label: Label, palette: &Palette) {
        if from == to {
            let room = WIDTH - TIMES - self.columns[from] - 2;
            return self.moment(canvas, from, &label.text(room, palette), Ink::Plain, palette);
        }
        let strokes = palette.strokes();
        let (from, to) = (self.columns[from], self.columns[to]);
        let (left, right) = (from.min(to), from.max(to));
        for column in left + 1..right {
            let is_crossed = self.columns.contains(&column);
            canvas.write(column, if is_crossed { strokes.crossing } else { strokes.dash }, Ink::Plain);
        }
        let room = right - left - 6;
        let label = label.text(room, palette);
        if from < to {
            canvas.write(right - 1, strokes.right, Ink::Plain);
            canvas.write(left + 3, &label, Ink::Plain);
        } else {
            canvas.write(left + 1, strokes.left, Ink::Plain);
            canvas.write(right - 2 - label.width(), &label, Ink::Plain);
        }
    }

    /// Columns beside a lifeline, on the side that has more of them.
    fn room(&self, who: usize) -> usize {
        (WIDTH - TIMES - self.columns[who] - 2).max(self.columns[who] - INDENT - 2)
    }

    /// Something that an actor does or that befalls it, without anybody else.
    fn moment(&self, canvas: &mut Canvas, who: usize, text: &str, ink: Ink, palette: &Palette) {
        let strokes = palette.strokes();
        let column = self.columns[who];
        let right_room = WIDTH - TIMES - column - 2;
        let left_room = column - INDENT - 2;
        let mark = if ink == Ink::Bad { strokes.fault } else { strokes.moment };
        canvas.write(column, mark, ink);
        if text.width() <= right_room || right_room >= left_room {
            let text = cut(text, right_room, palette.ellipsis());
            canvas.write(column + 2, &text, ink);
        } else {
            let text = cut(text, left_room, palette.ellipsis());
            canvas.write(column - 1 - text.width(), &text, ink);
        }
    }
}

enum Act<'a> {
    ToProgram(Label<'a>),
    FromProgram(Label<'a>),
    Alone(String),
    Fault(String),
}

enum Label<'a> {
    Words(Cow<'static, str>),
    Key(String),
    Bytes(&'a Excerpt),
}

impl Label<'_> {
    fn text(&self, room: usize, palette: &Palette) -> String {
        match self {
            Label::Words(words) => cut(words, room, palette.ellipsis()),
            Label::Key(key) => cut(key, room, palette.ellipsis()),
            Label::Bytes(e) => quoted_beginning(&e.head, e.total, palette.showing(room)),
        }
    }
}

fn act<'a>(entry: &'a Entry, expected: &Expected, palette: &Palette, room: usize) -> Act<'a> {
    let alone = |verb: Cow<str>, said: &Excerpt| {
        let showing = palette.showing(room.saturating_sub(verb.width() + 1));
        Act::Alone(format!("{verb} {}", quoted_beginning(&said.head, said.total, showing)))
    };
    match &entry.what {
        What::Connected => Act::ToProgram(Label::Words(t!("connect"))),
        What::Accepted => Act::FromProgram(Label::Words(t!("connect"))),
        What::Sent(excerpt) | What::Typed(excerpt) => Act::ToProgram(Label::Bytes(excerpt)),
        What::Received(excerpt) => Act::FromProgram(Label::Bytes(excerpt)),
        What::Strayed { from, bytes } => Act::Alone(strayed(*from, bytes, palette.showing(room))),
        What::Ended(Ending::Fin) => Act::FromProgram(Label::Words(t!("end"))),
        What::Ended(Ending::Reset) => Act::FromProgram(Label::Words(t!("reset"))),
        What::HalfClosed => Act::ToProgram(Label::Words(t!("stops sending"))),
        What::Pressed(key) => Act::ToProgram(Label::Key(key.to_string())),
        What::EndedInput => Act::ToProgram(Label::Words(t!("end of input"))),
        What::Closed => Act::ToProgram(Label::Words(t!("close"))),
        What::Reset => Act::ToProgram(Label::Words(t!("reset"))),
        What::StoppedReading => Act::Alone(t!("stops reading").into_owned()),
        What::ReadAgain => Act::Alone(t!("reads again").into_owned()),
        What::Started { .. } => Act::Alone(t!("starts").into_owned()),
        What::Printed(excerpt) => alone(t!("prints"), excerpt),
        What::Complained(excerpt) => alone(t!("complains"), excerpt),
        What::GotSignal(signal) => Act::Alone(t!("gets %{signal}", signal = signal).into_owned()),
        What::Exited(how) => Act::Alone(words::departure(*how)),
        What::Failed => Act::Fault(words::awaited(expected, palette.showing(room))),
    }
}

/// A datagram that is not from the program's port.
fn strayed(from: SocketAddr, bytes: &Excerpt, showing: Showing) -> String {
    let bytes = quoted_beginning(&bytes.head, bytes.total, showing);
    t!("not from the program's port, but from %{address}: %{bytes}", address = from, bytes = bytes)
        .into_owned()
}

/// One row, cell by cell; a wide character takes two cells, the second of which is empty.
struct Canvas {
    cells: Vec<(Ink, String)>,
}

impl Canvas {
    /// With the lifelines drawn, if there is a palette to draw them with.
    fn new(lives: &Lives, palette: Option<&Palette>) -> Self {
        let mut canvas = Canvas { cells: vec![(Ink::Plain, " ".to_owned()); WIDTH] };
        if let Some(palette) = palette {
            for column in &lives.columns {
                canvas.write(*column, palette.strokes().life, Ink::Faint);
            }
        }
        canvas
    }

    fn write(&mut self, column: usize, text: &str, ink: Ink) {
        let mut column = column;
        for c in text.chars() {
            let width = c.width().unwrap_or(0);
            if width == 0 {
                if let Some((_, cell)) = column.checked_sub(1).and_then(|before| self.cells.get_mut(before)) {
                    cell.push(c);
                }
                continue;
            }
            if column + width > self.cells.len() {
                return;
            }
            self.cells[column] = (ink, c.to_string());
            for extra in 1..width {
                self.cells[column + extra] = (ink, String::new());
            }
            column += width;
        }
    }

    fn line(self) -> Line {
        let mut line = Line::blank();
        let mut run: Option<(Ink, String)> = None;
        for (ink, text) in self.cells {
            match &mut run {
                Some((current, gathered)) if *current == ink => gathered.push_str(&text),
                _ => {
                    if let Some((ink, gathered)) = run.take() {
                        line = line.then(ink, &gathered);
                    }
                    run = Some((ink, text));
                }
            }
        }
        match run {
            Some((ink, gathered)) => line.then(ink, &gathered),
            None => line,
        }
    }
}
