//! What is to be seen while a lab is watched, whatever shows it.

use rust_i18n::t;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::run::Ran;
use crate::machine::person::console::Pressed;
use crate::model::course::Lab;
use crate::report::bytes::visible;
use crate::report::style::{Ink, Palette};
use crate::report::tally::Tally;
use crate::report::terminal::line::{Line, wrap};
use crate::report::words::text;

pub struct View {
    id: String,
    title: String,
    state: State,
    runs: u32,
    pub body: Body,
    /// The hint that was asked for last.
    pub hint: Option<String>,
    /// What a key has to say.
    pub note: Option<String>,
    /// How many lines of the body are above the screen.
    offset: usize,
    /// How many were there to be seen when it was drawn last.
    room: usize,
    height: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Checking,
    Waiting(Option<Tally>),
}

/// What the last run had to tell, rendered.
#[derive(Default)]
pub struct Body {
    pub brief: Vec<String>,
    pub full: Vec<String>,
    /// What to do when everything has passed.
    pub way_on: Option<String>,
    pub mishaps: Vec<String>,
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shown {
    #[default]
    Brief,
    Full,
}

impl Body {
    /// Nothing can be run because of this.
    pub fn problem(text: &str) -> Body {
        let lines: Vec<String> = text.lines().map(|line| format!("  {}", visible(line))).collect();
        Body { full: lines.clone(), brief: lines, ..Body::default() }
    }
}

impl View {
    pub fn new(lab: &Lab) -> View {
        View {
            id: lab.id.clone(),
            title: text(&lab.title).to_owned(),
            state: State::Waiting(None),
            runs: 0,
            body: Body::default(),
            hint: None,
            note: None,
            offset: 0,
            room: 0,
            height: 0,
        }
    }

    /// What was told stays until there is something new to tell.
    pub fn begin_run(&mut self, lab: &Lab) {
        self.title = text(&lab.title).to_owned();
        self.state = State::Checking;
        self.runs += 1;
        self.note = None;
    }

    pub fn end_run(&mut self, ran: Ran, way_on: Option<String>) {
        self.state = State::Waiting(ran.is_built.then_some(ran.tally));
        let shown = self.body.shown;
        self.body = Body { brief: ran.brief, full: ran.full, way_on, mishaps: ran.mishaps, shown };
        self.hint = None;
        self.offset = 0;
    }

    /// Everything, or what matters first.
    pub fn toggle(&mut self) {
        self.body.shown = match self.body.shown {
            Shown::Brief => Shown::Full,
            Shown::Full => Shown::Brief,
        };
        self.offset = 0;
    }

    pub fn scroll(&mut self, pressed: Pressed) {
        let page = self.room.saturating_sub(1).max(1);
        let last = self.height.saturating_sub(self.room);
        let offset = match pressed {
            Pressed::Up => self.offset.saturating_sub(1),
            Pressed::Down => self.offset + 1,
            Pressed::PageUp => self.offset.saturating_sub(page),
            Pressed::PageDown => self.offset + page,
            Pressed::Top | Pressed::Escape => 0,
            Pressed::Bottom => last,
            _ => self.offset,
        };
        self.offset = offset.min(last);
    }

    /// The screen's rows, from its top to its bottom.
    pub fn rows(&mut self, (columns, rows): (usize, usize), palette: &Palette) -> Vec<String> {
        let body = self.lines(columns, palette);
        let mut all = vec![self.header(columns, palette)];
        // One row for the header, one for the keys.
        let room = rows.saturating_sub(2);
        self.height = body.len();
        // One for how many more there are.
        self.room = if body.len() > room { room.saturating_sub(1) } else { room };
        self.offset = self.offset.min(body.len().saturating_sub(self.room));
        all.extend(body.iter().skip(self.offset).take(self.room).cloned());
        let left = body.len().saturating_sub(self.offset + self.room);
        if body.len() > room && room > 0 {
            let more = match left {
                0 => t!("the end; the arrow keys go back"),
                1 => t!("one more line: space or the arrow keys"),
                _ => t!("%{count} more lines: space or the arrow keys", count = left),
            };
            all.push(fit(&Line::indented(2).then(Ink::Mild, &more).render(palette), columns));
        }
        all.resize(rows.saturating_sub(1).max(1), String::new());
        if rows > 1 {
            all.push(fit(&Line::blank().then(Ink::Faint, &keys()).render(palette), columns));
        }
        all
    }

    fn header(&self, columns: usize, palette: &Palette) -> String {
        let state = match self.state {
            State::Checking => t!("run %{number}: checking", number = self.runs),
            State::Waiting(Some(tally)) => t!(
                "run %{number}: %{points} of %{out_of} points",
                number = self.runs,
                points = tally.points,
                out_of = tally.out_of
            ),
            State::Waiting(None) if self.runs == 0 => "".into(),
            State::Waiting(None) => t!("run %{number}: did not build", number = self.runs),
        };
        let left = columns.saturating_sub(state.width() + 2);
        let name = visible(&self.id);
        let title = left.saturating_sub(name.width() + 2);
        let line = Line::blank()
            .column(Ink::Strong, &name, name.width().min(left), palette)
            .then(Ink::Plain, "  ")
            .column(Ink::Plain, &self.title, title, palette)
            .then(Ink::Plain, "  ")
            .then(Ink::Faint, &state);
        fit(&line.render(palette), columns)
    }

    fn lines(&self, columns: usize, palette: &Palette) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |ink: Ink, label: Option<String>, text: &str| {
            let label = label.map(|label| format!("{label}  ")).unwrap_or_default();
            let parts = wrap(&visible(text), columns.saturating_sub(4 + label.width()).max(20));
            for (index, part) in parts.iter().enumerate() {
                let line = match index {
                    0 => Line::indented(2).then(ink, &label),
                    _ => Line::indented(2 + label.width()),
                };
                lines.push(line.then(Ink::Plain, part).render(palette));
            }
        };
        for mishap in &self.body.mishaps {
            say(Ink::Mild, Some(t!("note").into_owned()), mishap);
        }
        if let Some(hint) = &self.hint {
            say(Ink::Mild, Some(t!("hint").into_owned()), hint);
        }
        if let Some(note) = &self.note {
            say(Ink::Plain, None, note);
        }
        if !lines.is_empty() {
            lines.insert(0, String::new());
        }
        if !self.body.brief.is_empty() {
            lines.push(String::new());
        }
        match self.body.shown {
            Shown::Brief => lines.extend(self.body.brief.iter().cloned()),
            Shown::Full => lines.extend(self.body.full.iter().cloned()),
        }
        if let Some(way_on) = &self.body.way_on {
            lines.push(String::new());
            lines.push(Line::indented(2).then(Ink::Plain, way_on).render(palette));
        }
        lines.iter().flat_map(|line| fold(line, columns)).collect()
    }
}

fn keys() -> String {
    t!("r run again   h hint   n next lab   a all   q quit").into_owned()
}

/// The line's first columns; colours end with it.
fn fit(line: &str, columns: usize) -> String {
    fold(line, columns).swap_remove(0)
}

/// The line in rows of so many columns, as a terminal would show it; a colour ends with each row and goes on in the next.
fn fold(line: &str, columns: usize) -> Vec<String> {
    let (mut rows, mut row, mut width) = (Vec::new(), String::new(), 0);
    // What was asked for since all colours were last ended.
    let mut colours = String::new();
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            // The palette's own: ESC [ numbers m. Nothing else gets through to here.
            let mut code = String::from(c);
            code.extend(rest.by_ref().take_while(|c| *c != 'm'));
            code.push('m');
            row.push_str(&code);
            match code.as_str() {
                ENDED => colours.clear(),
                _ => colours.push_str(&code),
            }
            continue;
        }
        let c_width = c.width().unwrap_or(0);
        if c_width > columns {
            continue;
        }
        if width + c_width > columns {
            row.push_str(if colours.is_empty() { "" } else { ENDED });
            rows.push(std::mem::replace(&mut row, colours.clone()));
            width = 0;
        }
        width += c_width;
        row.push(c);
    }
    rows.push(row);
    rows
}

const ENDED: &str = "\u{1b}[0m";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::course::tests_support::course;

    fn view(lines: usize) -> View {
        let mut view = View::new(&course().labs[0]);
        view.body.brief = (1..=lines).map(|number| format!("line {number}")).collect();
        view
    }

    fn rows(view: &mut View, rows: usize) -> Vec<String> {
        let all = view.rows((40, rows), &Palette::PLAIN);
        assert!(all.len() == rows && all.iter().all(|row| row.width() <= 40), "{all:#?}");
        all
    }

    #[test]
    fn whatever_the_height_the_keys_are_at_the_bottom() {
        for height in 2..30 {
            let all = rows(&mut view(9), height);
            assert!(all[0].starts_with("echo  Echo") && all[height - 1].starts_with("r run"), "{all:#?}");
        }
        assert_eq!(view(3).rows((10, 1), &Palette::PLAIN).len(), 1);
        assert_eq!(view(3).rows((0, 0), &Palette::PLAIN).len(), 1);
    }

    #[test]
    fn what_does_not_fit_is_counted_and_can_be_reached() {
        let mut view = view(9);
        let all = rows(&mut view, 7);
        assert_eq!(all[2], "line 1");
        assert_eq!(all[5], "  6 more lines: space or the arrow keys");
        view.scroll(Pressed::PageDown);
        assert_eq!(rows(&mut view, 7)[1..5], ["line 3", "line 4", "line 5", "line 6"]);
        view.scroll(Pressed::Bottom);
        let all = rows(&mut view, 7);
        assert_eq!((all[4].as_str(), all[5].as_str()), ("line 9", "  the end; the arrow keys go back"));
        view.scroll(Pressed::Down);
        assert_eq!(rows(&mut view, 7)[4], "line 9");
        // A larger window shows everything again.
        assert_eq!(rows(&mut view, 20)[2], "line 1");
    }

    #[test]
    fn what_a_compiler_says_is_folded_and_not_cut() {
        let mut view = view(0);
        view.body.brief = vec!["19 |     let (client, _) = listener.accept()?; // and more of it".to_owned()];
        let all = rows(&mut view, 8);
        assert_eq!(all[2], "19 |     let (client, _) = listener.acce");
        assert_eq!(all[3], "pt()?; // and more of it");
    }

    #[test]
    fn colours_take_no_room_and_do_not_leak() {
        let red = "\u{1b}[31m";
        assert_eq!(
            fold(&format!("a{red}bcd{ENDED}e"), 2),
            [format!("a{red}b{ENDED}"), format!("{red}cd{ENDED}"), "e".to_owned()]
        );
        assert_eq!(fit("\u{1b}[31mção\u{1b}[0m!", 2), "\u{1b}[31mçã\u{1b}[0m");
        assert_eq!((fold("", 9), fold("日", 1)), (vec![String::new()], vec![String::new()]));
        assert_eq!(fit("日本語", 5), "日本");
    }
}
