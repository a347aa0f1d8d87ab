//! A saved result beside one that was made again, for a person at a terminal: what was recorded, what came now, and
//! whether that is the same verdict.

mod deed;

use std::io::{self, Write};

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use self::deed::deed;
use super::bytes::visible;
use super::results::document::{CheckEntry, TranscriptEntry, Verdict};
use super::results::{CheckAgain, Conversation, Ingredient, Input, Now, Replayed};
use super::style::{Ink, Mark, Palette};
use super::terminal::line::{Line, WIDTH, wrap};
use super::{told, words};

/// Columns of labels, which are words of both languages.
const LABEL: usize = 14;
/// Columns of what was recorded, with something behind it.
const RECORDED: usize = 44;
/// Columns of a verdict that leave room for another one.
const LONGEST: usize = 24;
/// Digits of a hash that are enough to tell two apart.
const DIGITS: usize = 12;
/// Entries of a conversation that are shown from its beginning, and from its end.
const MOST: usize = 24;
const TIME: usize = 9;
const NAME: usize = 10;
/// Lines of a part of what happened.
const MOST_LINES: usize = 6;

/// Which conversations are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Of every check.
    All,
    /// Of those whose verdict is another one now.
    Others,
}

/// # Errors
/// It cannot be written.
pub fn write(replayed: &Replayed, shown: Shown, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let teller = Teller { replayed, palette };
    let lines = teller.tell(shown);
    lines.into_iter().try_for_each(|line| writeln!(out, "{}", line.render(palette)))
}

struct Teller<'a> {
    replayed: &'a Replayed<'a>,
    palette: &'a Palette,
}

impl Teller<'_> {
    fn tell(&self, shown: Shown) -> Vec<Line> {
        let mut lines = self.recorded();
        lines.push(Line::blank());
        lines.extend(self.verdicts());
        for check in &self.replayed.checks {
            if shown == Shown::All || !check.is_same() {
                lines.extend(self.conversations(*check));
            }
        }
        lines.push(Line::blank());
        lines.extend(self.conclusion());
        lines
    }

    /// Whose result it is, and what it was reached with.
    fn recorded(&self) -> Vec<Line> {
        let then = self.replayed.then;
        let title = Line::blank()
            .then(Ink::Strong, &then.submission)
            .then(Ink::Plain, "  ")
            .then(Ink::Strong, &then.lab.lab)
            .then(Ink::Plain, "  ")
            .then(Ink::Plain, &then.lab.title);
        let mut lines = vec![title];
        lines.push(self.label(&t!("graded")).then(Ink::Plain, &then.graded_at.to_string()));
        lines.push(self.label(&t!("seed")).then(Ink::Plain, &then.provenance.seed.to_string()));
        for input in &self.replayed.inputs {
            lines.extend(self.input(input));
        }
        for remark in told::remarks(then) {
            lines.push(Line::blank());
            lines.extend(wrap(&remark, WIDTH - 2).iter().map(|row| Line::indented(2).then(Ink::Plain, row)));
        }
        lines
    }

    fn input(&self, input: &Input) -> Vec<Line> {
        let label = match input.what {
            Ingredient::LabsFiles => self.file_names(),
            what => name(what),
        };
        let then = shortened(input.what, &input.then);
        let (ink, now) = match &input.now {
            Now::Same => (Ink::Faint, t!("the same now").into_owned()),
            Now::Unknown => (Ink::Mild, t!("not recorded").into_owned()),
            Now::Other(now) => (Ink::Bad, t!("now: %{now}", now = shortened(input.what, now)).into_owned()),
        };
        let line = self.label(&label);
        if visible(&then).width().max(RECORDED) + LABEL + 4 + visible(&now).width() > WIDTH {
            let below = Line::indented(2 + LABEL).then(ink, &now);
            return vec![line.then(Ink::Plain, &then), below];
        }
        vec![line.column(Ink::Plain, &then, RECORDED, self.palette).then(Ink::Plain, "  ").then(ink, &now)]
    }

    /// How the labs files were named then.
    fn file_names(&self) -> String {
        let files = &self.replayed.then.provenance.labs;
        let name = |file: &str| file.rsplit('/').next().unwrap_or(file).to_owned();
        files.iter().map(|file| name(&file.file)).collect::<Vec<_>>().join(", ")
    }

    fn verdicts(&self) -> Vec<Line> {
        let longest = self.replayed.checks.iter().map(|check| visible(&check.then.id).width()).max();
        let names = longest.unwrap_or(0).min(24);
        self.replayed.checks.iter().flat_map(|check| self.verdict(*check, names)).collect()
    }

    fn verdict(&self, check: CheckAgain, names: usize) -> Vec<Line> {
        let then = came(check.then);
        let line = Line::indented(2)
            .then(ink(check.then.outcome), self.palette.mark(mark(check.then.outcome)))
            .then(Ink::Plain, " ")
            .column(Ink::Strong, &check.then.id, names, self.palette)
            .then(Ink::Plain, "  ")
            .then(Ink::Plain, &then)
            .then(Ink::Plain, &" ".repeat(LONGEST.saturating_sub(then.width())));
        let now = match check.now {
            None => t!("now: the lab has no such check any more").into_owned(),
            Some(now) if came(now) == then => t!("the same now").into_owned(),
            Some(now) => t!("now: %{now}", now = came(now)).into_owned(),
        };
        let ink = if check.is_same() { Ink::Faint } else { Ink::Bad };
        if line.width() + 2 + now.width() <= WIDTH {
            return vec![line.then(Ink::Plain, "  ").then(ink, &now)];
        }
        vec![line, Line::indented(6 + names).then(ink, &now)]
    }

    fn conversations(&self, check: CheckAgain) -> Vec<Line> {
        let id = visible(&check.then.id);
        let mut lines = vec![Line::blank(), head(&t!("%{check}, as it was recorded:", check = id))];
        lines.extend(self.conversation(check.then));
        let Some(now) = check.now else { return lines };
        if check.is_same() && check.conversation() == Conversation::Same {
            lines.push(Line::blank());
            lines.push(head(&t!("Now everybody said and heard the same.")));
            return lines;
        }
        lines.push(Line::blank());
        lines.push(head(&t!("%{check}, as it went now:", check = id)));
        lines.extend(self.conversation(now));
        lines
    }

    fn conversation(&self, check: &CheckEntry) -> Vec<Line> {
        if check.hidden.is_some() {
            let text = t!("It is a hidden check: nothing but its verdict is kept.");
            return vec![Line::indented(4).then(Ink::Faint, &text)];
        }
        let mut lines = Vec::new();
        for (label, text) in told::parts(check) {
            let room = WIDTH - 4 - LABEL;
            let rows: Vec<String> = text.lines().flat_map(|line| wrap(line, room)).collect();
            for (number, row) in rows.iter().take(MOST_LINES).enumerate() {
                let label = if number == 0 { label.as_str() } else { "" };
                let line = Line::indented(4).column(Ink::Faint, label, LABEL, self.palette);
                lines.push(line.then(Ink::Plain, row));
            }
        }
        if !check.words.is_empty() {
            let named = check.words.iter().map(|(name, word)| format!("{{{name}}} {word}"));
            let text = named.collect::<Vec<_>>().join(", ");
            let line = Line::indented(4).column(Ink::Faint, &t!("words"), LABEL, self.palette);
            lines.push(line.then(Ink::Plain, &text));
        }
        let all = &check.transcript;
        if all.is_empty() {
            lines.push(Line::indented(4).then(Ink::Faint, &t!("Nothing was said.")));
        }
        let left_out = all.len().saturating_sub(2 * MOST);
        for (number, entry) in all.iter().enumerate() {
            match left_out {
                0 => lines.push(self.entry(entry)),
                _ if number == MOST => {
                    let text = t!("entries left out: %{number}", number = left_out);
                    lines.push(Line::indented(4 + TIME + 2).then(Ink::Faint, &text));
                }
                _ if number > MOST && number < MOST + left_out => {}
                _ => lines.push(self.entry(entry)),
            }
        }
        lines
    }

    fn entry(&self, entry: &TranscriptEntry) -> Line {
        let time = format!("{:.1} ms", entry.at_ms);
        let line = Line::indented(2)
            .right(Ink::Faint, &time, TIME, self.palette)
            .then(Ink::Plain, "  ")
            .column(Ink::Strong, &words::who(&entry.who), NAME, self.palette)
            .then(Ink::Plain, "  ");
        let room = WIDTH - line.width();
        line.column(Ink::Plain, &deed(entry), room, self.palette)
    }

    fn conclusion(&self) -> Vec<Line> {
        let changed = self.replayed.changed();
        let names: Vec<String> = changed
            .iter()
            .map(|what| match what {
                Ingredient::LabsFiles => self.file_names(),
                what => name(*what),
            })
            .collect();
        let mut texts = Vec::new();
        let (ink, verdict) = match self.replayed.is_same() {
            true => (Ink::Good, t!("The verdict is the same.")),
            false => (Ink::Bad, t!("The verdict is another one.")),
        };
        if !changed.is_empty() {
            texts.push(t!("Not as it was then: %{names}.", names = words::list(&names)));
        }
        match (self.replayed.is_same(), changed.is_empty()) {
            (true, _) => {}
            (false, true) => texts.push(t!(
                "Nothing else is: the same program does now this and now that. How often, --repeat 20 shows."
            )),
            (false, false) => texts.push(t!(
                "Make that as it was, or take the verdict as one about something else than what was graded."
            )),
        }
        let mut lines = vec![Line::indented(2).then(ink, &verdict)];
        for text in texts {
            lines.extend(wrap(&text, WIDTH - 2).iter().map(|row| Line::indented(2).then(Ink::Plain, row)));
        }
        lines
    }

    fn label(&self, text: &str) -> Line {
        Line::indented(2).column(Ink::Faint, text, LABEL - 1, self.palette).then(Ink::Plain, " ")
    }
}

fn head(text: &str) -> Line {
    Line::indented(2).then(Ink::Plain, text)
}

fn name(what: Ingredient) -> String {
    match what {
        Ingredient::Program => t!("program"),
        Ingredient::Exercise => t!("exercise"),
        Ingredient::Lab => t!("lab"),
        Ingredient::LabsFiles => t!("labs"),
        Ingredient::Checker => t!("checker"),
        Ingredient::Isolation => t!("isolation"),
        Ingredient::Sight => t!("sight"),
        Ingredient::Machine => t!("machine"),
        Ingredient::Repeat => t!("runs"),
    }
    .into_owned()
}

fn shortened(what: Ingredient, value: &str) -> String {
    let is_hash =
        matches!(what, Ingredient::Program | Ingredient::Exercise | Ingredient::Lab | Ingredient::LabsFiles);
    match is_hash {
        true => value.split(' ').map(|hash| hash.get(..DIGITS).unwrap_or(hash)).collect::<Vec<_>>().join(" "),
        false => value.to_owned(),
    }
}

/// The verdict in a few words.
fn came(check: &CheckEntry) -> String {
    let verdict = told::verdict(check.outcome);
    let more = match (&check.kind, &check.skipped) {
        (Some(kind), _) => Some(kind.clone()),
        (None, Some(skip)) => Some(told::skipped(skip)),
        (None, None) => None,
    };
    let runs = check.runs.as_ref().filter(|runs| runs.total > 1).map(|runs| {
        t!("%{passed} of %{total} runs passed", passed = runs.passed, total = runs.total).into_owned()
    });
    [Some(verdict), more, runs].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn mark(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Passed => Mark::Passed,
        Verdict::Failed => Mark::Failed,
        Verdict::Skipped => Mark::Skipped,
        Verdict::Errored => Mark::Errored,
    }
}

fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Passed => Ink::Good,
        Verdict::Failed => Ink::Bad,
        Verdict::Skipped => Ink::Mild,
        Verdict::Errored => Ink::Loud,
    }
}
