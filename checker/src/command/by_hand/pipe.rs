//! Lines from a file, a pipe or a terminal that can do no better: one after the other, each when the stage is
//! ready for it.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::Receiver;

use super::Desk;
use super::session::{Ready, Typed};
use crate::command::ExitStatus;
use crate::report::bytes::visible;

/// Reads until the end; where no terminal shows what is typed, it is shown with its prompt.
pub fn read_lines(desk: &Desk, ready: &Receiver<Ready>, is_terminal: bool) -> ExitStatus {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    while let Ok(Ready { prompt, .. }) = ready.recv() {
        if is_terminal {
            show(&prompt);
        }
        line.clear();
        match input.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => {
                if is_terminal {
                    show("\n");
                }
                desk.say(Typed::EndOfInput);
                // The session ends by itself, when all was answered.
                while ready.recv().is_ok() {}
                return ExitStatus::Passed;
            }
            Ok(_) => {}
        }
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        let text = &line[..line.len() - 1];
        if !is_terminal {
            show(&format!("{prompt}{}\n", visible(&String::from_utf8_lossy(text))));
        }
        desk.say(match std::str::from_utf8(text) {
            Ok(text) => Typed::Line(text.to_owned()),
            Err(_) => Typed::Bytes(line.clone()),
        });
    }
    ExitStatus::Passed
}

fn show(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
