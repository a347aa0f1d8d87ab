//! The English words of every report, in one place: another language is another set of these functions.

mod actual;
mod doing;
mod expected;
mod scene;
mod table;
mod why;

pub use actual::actual;
pub use doing::{doing, thread_name};
pub use expected::{awaited, expected};
pub use scene::Scene;
pub use table::thread_table;
pub use why::why;

use std::time::Duration;

use rust_i18n::t;

use super::bytes::{Showing, count, quoted};
use crate::model::course::Text;
use crate::model::event::Submission;
use crate::model::language::Language;
use crate::model::outcome::{FailureKind, Lack, Note, Runs, Skip};
use crate::model::stage::Departure;

/// The text in this language, or what stands for all languages.
pub fn text(text: &Text) -> &str {
    text.by_language.get(Language::spoken().tag()).unwrap_or(&text.default)
}

/// Room-saving: why a check was not tried.
pub fn skip(skip: &Skip) -> String {
    match skip {
        Skip::Needs(check) => t!("needs %{check}", check = check).into_owned(),
        Skip::NotBuilt => "not built".to_owned(),
        Skip::Interrupted => "interrupted".to_owned(),
        Skip::NotPossible(Lack::SmallBuffers) => "not here".to_owned(),
        Skip::NotPossible(Lack::Sight) => "not here".to_owned(),
    }
}

/// What happened, as a sentence about the program, where no sentence of the script tells it.
pub fn kind(kind: FailureKind) -> &'static str {
    use FailureKind::*;
    match kind {
        BuildFailed => "the program did not build",
        NotImplemented => "this is not yet implemented",
        ExitedEarly => "the program ended too early",
        NeverListened => "the program never listened",
        WrongPort => "the program listens on another port",
        WrongAddress => "the program listens on another address",
        NotAccepted => "a connection was not accepted",
        NotRefused => "a connection was not refused",
        NoAnswer => "no answer came",
        Mismatch => "another answer came",
        MissingNewline => "a newline is missing",
        EndedEarly => "the connection ended too early",
        Reset => "the connection was reset",
        NotEnded => "the connection was not ended",
        ExtraData => "more came than was asked for",
        WrongExit => "the program ended in another way",
        StillRunning => "the program did not end",
        KilledBySignal => "the program was killed by a signal",
        Leak => "something was left behind",
        BusyLoop => "the program is busy while it waits",
        LimitExceeded => "a limit was exceeded",
        TimedOut => "the time was over",
    }
}

/// `exited with status 101`, `was killed by SIGSEGV`: behind "the program".
pub fn departure(departure: Departure) -> String {
    match departure {
        Departure::Status(status) => format!("exited with status {status}"),
        Departure::Signal(number) => format!("was killed by {}", signal(number)),
    }
}

/// A note's label and text.
pub fn note(note: &Note, showing: Showing) -> (&'static str, String) {
    match note {
        Note::MissingNewline { who } => (
            "note",
            format!("{}the last line that {who} received has no newline at its end", showing.no_newline),
        ),
        Note::RestNotSeen => {
            ("note", "the program never came to rest, so silence was judged by waiting".to_owned())
        }
        Note::NoSight => {
            ("note", "this machine does not show what a program does; time-outs decided".to_owned())
        }
        Note::Words(words) => ("words", random_words(words, showing)),
    }
}

/// How often the same program passed; none where it ran once.
pub fn runs(runs: Runs) -> Option<String> {
    let Runs { passed, total } = runs;
    match total {
        0 | 1 => None,
        _ if passed == 0 => Some(format!("none of {total} runs passed")),
        _ if passed == total => Some(format!("all {total} runs passed")),
        _ => Some(format!(
            "{passed} of {total} runs passed with the same program: its outcome depends on timing, which is a race"
        )),
    }
}

/// What was checked, where it is not simply the exercise.
pub fn submission(submission: &Submission) -> Option<String> {
    match submission {
        Submission::Exercise(_) => None,
        Submission::Solution(_) => Some("reference solution".to_owned()),
        Submission::Folder(folder) => Some(folder.display().to_string()),
        Submission::Program(command) => Some(command.clone()),
    }
}

/// `6 ms`, `1.2 s`, `2 min 5 s`.
pub fn duration(duration: Duration) -> String {
    let ms = duration.as_millis();
    if ms == 0 && !duration.is_zero() {
        "<1 ms".to_owned()
    } else if ms < 1000 {
        format!("{ms} ms")
    } else if duration < Duration::from_secs(60) && ms.is_multiple_of(1000) {
        format!("{} s", ms / 1000)
    } else if duration < Duration::from_secs(60) {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {} s", duration.as_secs() / 60, duration.as_secs() % 60)
    }
}

/// `4 bytes`, `8 MiB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0 => "0 bytes".to_owned(),
        b if b.is_multiple_of(1 << 20) => format!("{} MiB", b >> 20),
        b if b.is_multiple_of(1 << 10) => format!("{} KiB", b >> 10),
        b => count(b, "byte"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn random_words(words: &[String], showing: Showing) -> String {
    let named: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(i, word)| {
            let name = if i == 0 { "{word}".to_owned() } else { format!("{{word{}}}", i + 1) };
            format!("{name} was {}", quoted(word.as_bytes(), showing))
        })
        .collect();
    list(&named)
}

fn signal(number: i32) -> String {
    match nix::sys::signal::Signal::try_from(number) {
        Ok(signal) => signal.as_str().to_owned(),
        Err(_) => format!("signal {number}"),
    }
}

#[cfg(test)]
mod tests;
