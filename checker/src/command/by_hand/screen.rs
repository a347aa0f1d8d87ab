//! A terminal: one pane of transcript above the line that is being typed, which is never torn.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::mpsc::Receiver;

use rust_i18n::t;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Context, Editor, ExternalPrinter, Helper};

use super::Desk;
use super::session::{Ready, Typed};
use super::wish::{COMMANDS, USER};
use crate::command::ExitStatus;
use crate::model::script::Key;
use crate::report::style::{Ink, Palette};

pub struct Screen {
    editor: RefCell<Editor<Names, MemHistory>>,
}

/// Prints above the line that is being typed.
pub type Print = Box<dyn FnMut(String) + Send>;

impl Screen {
    /// None on a terminal that this cannot be done on.
    pub fn open(palette: Palette) -> Option<Screen> {
        let config = Config::builder().auto_add_history(true).max_history_size(1000).ok()?.build();
        let mut editor = Editor::with_history(config, MemHistory::new()).ok()?;
        editor.set_helper(Some(Names { palette, names: Vec::new() }));
        Some(Screen { editor: RefCell::new(editor) })
    }

    pub fn printer(&self) -> Option<Print> {
        let mut printer = self.editor.borrow_mut().create_external_printer().ok()?;
        Some(Box::new(move |block| {
            // Nobody is left to read it where this fails.
            let _ = printer.print(block);
        }))
    }

    /// Reads lines until the person has had enough: Ctrl-D, or Ctrl-C twice.
    pub fn read_lines(self, desk: &Desk, ready: &Receiver<Ready>) -> ExitStatus {
        let mut editor = self.editor.into_inner();
        let mut pasted = VecDeque::new();
        let mut given_up = false;
        while let Ok(Ready { prompt, names }) = ready.recv() {
            if let Some(helper) = editor.helper_mut() {
                helper.names = names;
            }
            let line = loop {
                if let Some(line) = pasted.pop_front() {
                    break line;
                }
                match editor.readline(&prompt) {
                    Ok(lines) => {
                        given_up = false;
                        pasted.extend(lines.split('\n').map(|line| line.trim_end_matches('\r').to_owned()));
                    }
                    Err(ReadlineError::Interrupted) if given_up => return ExitStatus::Interrupted,
                    Err(ReadlineError::Interrupted) => {
                        given_up = true;
                        hint(&t!("Ctrl-C once more, or Ctrl-D, ends the session."), &editor);
                    }
                    Err(ReadlineError::Signal(_)) => {}
                    Err(_) => return ExitStatus::Passed,
                }
            };
            desk.say(Typed::Line(line));
        }
        ExitStatus::Passed
    }
}

fn hint(text: &str, editor: &Editor<Names, MemHistory>) {
    use std::io::Write;
    let palette = editor.helper().map_or(Palette::PLAIN, |helper| helper.palette);
    let _ = writeln!(std::io::stdout(), "{}", palette.paint(Ink::Faint, text));
}

/// Completes commands and the names of clients.
struct Names {
    palette: Palette,
    names: Vec<String>,
}

impl Completer for Names {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = line.get(..at).unwrap_or_default();
        Ok(complete(typed, &self.names))
    }
}

/// Where what is completed begins, and what it may become.
fn complete(typed: &str, names: &[String]) -> (usize, Vec<Pair>) {
    let pair = |shown: &str, behind: &str| Pair {
        display: shown.to_owned(),
        replacement: format!("{shown}{behind}"),
    };
    let everybody = names.iter().map(String::as_str).chain([USER]);
    match typed.rsplit_once(' ') {
        Some((":press", begun)) => {
            let keys = Key::NAMED.iter().map(Key::to_string).chain(["Ctrl-C", "Ctrl-D"].map(str::to_owned));
            let fitting = keys.filter(|key| key.starts_with(begun));
            (typed.len() - begun.len(), fitting.map(|key| pair(&key, "")).collect())
        }
        Some((command, begun)) if COMMANDS.contains(&command) => (
            typed.len() - begun.len(),
            everybody.filter(|name| name.starts_with(begun)).map(|n| pair(n, "")).collect(),
        ),
        Some(_) => (typed.len(), Vec::new()),
        None if typed.starts_with(':') => {
            (0, COMMANDS.iter().filter(|command| command.starts_with(typed)).map(|c| pair(c, " ")).collect())
        }
        None if typed.is_empty() => (0, Vec::new()),
        None => (0, everybody.filter(|name| name.starts_with(typed)).map(|name| pair(name, ": ")).collect()),
    }
}

impl Highlighter for Names {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(self.palette.paint(Ink::Strong, prompt))
    }
}

impl Hinter for Names {
    type Hint = String;
}

impl Validator for Names {}

impl Helper for Names {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_names_are_completed() {
        let names = ["ana".to_owned(), "bia".to_owned()];
        let completed = |typed: &str| {
            let (at, pairs) = complete(typed, &names);
            pairs.iter().map(|pair| typed[..at].to_owned() + &pair.replacement).collect::<Vec<_>>()
        };
        assert_eq!(completed(":th"), [":threads "]);
        assert_eq!(completed(":re"), [":reset ", ":readagain ", ":restart "]);
        assert_eq!(completed(":as b"), [":as bia"]);
        assert_eq!(completed(":press Ctrl-C"), [":press Ctrl-C"]);
        assert_eq!(completed(":press Pa"), [":press PageUp", ":press PageDown"]);
        assert_eq!(completed("bi"), ["bia: "]);
        assert_eq!(completed("oi b"), [""; 0]);
        assert_eq!(completed(""), [""; 0]);
    }
}
