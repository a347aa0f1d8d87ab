//! The same session once more, with nobody at the keyboard: each line when the one before was answered.

use std::sync::mpsc;
use std::thread;

use rust_i18n::t;

use super::Ground;
use super::Manner;
use super::notebook::Notebook;
use super::session::{Session, Typed};
use crate::grade::bench::on_bench;
use crate::model::script::Script;
use crate::report::style::Palette;
use crate::talk::volatile;

/// What is said and heard when all that was typed is typed again. Where a line repeats what `original` heard, it
/// says what was heard this time.
///
/// # Errors
/// What kept the program from being started, or this machine's failure, in words.
pub fn replay(
    ground: &Ground,
    typed: &[Typed],
    original: &Script,
    palette: Palette,
) -> Result<Script, String> {
    let notebook = Notebook::new(&ground.plan.lab.id, &ground.casting, None);
    let pages = notebook.pages();
    let (trial, part) = (ground.trial(), ground.part());
    let (line, lines) = mpsc::channel();
    let (ready, is_ready) = mpsc::channel();
    let (bells, bell) = mpsc::channel();
    let done = thread::scope(|scope| {
        let bench = scope.spawn(move || {
            on_bench(trial, move |bench| {
                let _ = bells.send(bench.stage.bell().map_err(|error| error.to_string())?);
                Session::new(bench, part, Manner::Replay, palette, notebook, &|_| ()).run(&lines, &ready)
            })
        });
        if let Ok(bell) = bell.recv() {
            for typed in typed.iter().filter(|typed| !saves(typed)) {
                if is_ready.recv().is_err() {
                    break;
                }
                let typed = match typed {
                    Typed::Line(line) => Typed::Line(volatile::as_heard(line, original, &pages.script())),
                    other => other.clone(),
                };
                let is_last = matches!(typed, Typed::End | Typed::EndOfInput);
                // Refused where the session is over.
                let _ = line.send(typed);
                bell.ring();
                if is_last {
                    break;
                }
            }
            // What still comes is waited for by the session itself.
            while is_ready.recv().is_ok() {}
        }
        bench.join()
    });
    match done {
        Ok(done) => done.and_then(|done| done).map(|()| pages.script()),
        Err(_) => Err(t!("the checker lost the thread of this program").into_owned()),
    }
}

/// A file is written once.
fn saves(typed: &Typed) -> bool {
    matches!(typed, Typed::Line(line) if line.trim_start().starts_with(":save"))
}
