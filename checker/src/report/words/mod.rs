//! The words of every report, in one place.

mod actual;
mod blocked;
mod datagrams;
mod doing;
mod expected;
mod http;
mod keyboard;
mod scene;
mod table;
mod why;

pub use actual::actual;
pub use doing::{doing, thread_name};
pub use expected::{awaited, expected};
pub use scene::Scene;
pub use table::thread_table;
pub use why::why;

use std::borrow::Cow;
use std::time::Duration;

use rust_i18n::t;

use super::bytes::{Showing, quoted, visible};
use super::count::{Noun, count};
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
        Skip::Needs(check) => t!("needs %{check}", check = check),
        Skip::NotBuilt => t!("not built"),
        Skip::Interrupted => t!("interrupted"),
        Skip::NotPossible(Lack::SmallBuffers | Lack::Sight) => t!("not here"),
        Skip::OtherFile => t!("other files"),
    }
    .into_owned()
}

/// What happened, as a sentence about the program, where no sentence of the script tells it.
pub fn kind(kind: FailureKind) -> String {
    use FailureKind::*;
    match kind {
        BuildFailed => t!("the program did not build"),
        NotImplemented => t!("this is not yet implemented"),
        ExitedEarly => t!("the program ended too early"),
        NeverListened => t!("the program never listened"),
        WrongPort => t!("the program listens on another port"),
        WrongAddress => t!("the program listens on another address"),
        NotAccepted => t!("a connection was not accepted"),
        NotRefused => t!("a connection was not refused"),
        NeverConnected => t!("the program never connected"),
        NoAnswer => t!("no answer came"),
        Mismatch => t!("another answer came"),
        MissingNewline => t!("a newline is missing"),
        EndedEarly => t!("the connection ended too early"),
        Reset => t!("the connection was reset"),
        NotEnded => t!("the connection was not ended"),
        ExtraData => t!("more came than was asked for"),
        WrongExit => t!("the program ended in another way"),
        StillRunning => t!("the program did not end"),
        KilledBySignal => t!("the program was killed by a signal"),
        Leak => t!("something was left behind"),
        BusyLoop => t!("the program is busy while it waits"),
        LimitExceeded => t!("a limit was exceeded"),
        TimedOut => t!("the time was over"),
    }
    .into_owned()
}

/// `exited with status 101`, `was killed by SIGSEGV`: behind "the program".
pub fn departure(departure: Departure) -> String {
    match departure {
        Departure::Status(status) => t!("exited with status %{status}", status = status),
        Departure::Signal(number) => t!("was killed by %{signal}", signal = signal(number)),
    }
    .into_owned()
}

/// [`departure`] as a sentence.
pub fn departed(how: Departure) -> String {
    t!("the program %{departure}", departure = departure(how)).into_owned()
}

/// An actor's name as people read it; labs.yaml and the JSON report know only the English one.
pub fn who(name: &str) -> String {
    match name {
        "program" => t!("program").into_owned(),
        "user" => t!("user").into_owned(),
        other => visible(other),
    }
}

/// A note's label and text.
pub fn note(note: &Note, showing: Showing) -> (String, String) {
    let text = match note {
        Note::MissingNewline { who } => {
            let text = t!("the last line that %{who} received has no newline at its end", who = who);
            format!("{}{text}", showing.no_newline).into()
        }
        Note::RestNotSeen => t!("the program never came to rest, so silence was judged by waiting"),
        Note::NoSight => t!("this machine does not show what a program does; time-outs decided"),
        Note::Words(words) => random_words(words, showing).into(),
    };
    let label = if matches!(note, Note::Words(_)) { t!("words") } else { t!("note") };
    (label.into_owned(), text.into_owned())
}

/// How often the same program passed; none where it ran once.
pub fn runs(runs: Runs) -> Option<String> {
    let Runs { passed, total } = runs;
    match total {
        0 | 1 => None,
        _ if passed == 0 => Some(t!("none of %{total} runs passed", total = total)),
        _ if passed == total => Some(t!("all %{total} runs passed", total = total)),
        _ => Some(t!(
            "%{passed} of %{total} runs passed with the same program: its outcome depends on timing, which is a race",
            passed = passed,
            total = total
        )),
    }
    .map(Cow::into_owned)
}

/// What was checked, where it is not simply the exercise.
pub fn submission(submission: &Submission) -> Option<String> {
    match submission {
        Submission::Exercise(_) => None,
        Submission::Solution(_) => Some(t!("reference solution").into_owned()),
        Submission::Folder(folder) | Submission::File(folder) => Some(folder.display().to_string()),
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
        let seconds = format!("{:.1}", duration.as_secs_f64());
        let (whole, tenths) = seconds.split_once('.').unwrap_or((&seconds, "0"));
        t!("%{whole}.%{tenths} s", whole = whole, tenths = tenths).into_owned()
    } else {
        format!("{} min {} s", duration.as_secs() / 60, duration.as_secs() % 60)
    }
}

/// `4 bytes`, `8 MiB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0 => count(0, Noun::Byte),
        b if b.is_multiple_of(1 << 20) => format!("{} MiB", b >> 20),
        b if b.is_multiple_of(1 << 10) => format!("{} KiB", b >> 10),
        b => count(b, Noun::Byte),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => t!("%{most} and %{last}", most = most.join(", "), last = last).into_owned(),
    }
}

fn random_words(words: &[String], showing: Showing) -> String {
    let named: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(i, word)| {
            let name = if i == 0 { "{word}".to_owned() } else { format!("{{word{}}}", i + 1) };
            t!("%{name} was %{word}", name = name, word = quoted(word.as_bytes(), showing)).into_owned()
        })
        .collect();
    list(&named)
}

fn signal(number: i32) -> String {
    match nix::sys::signal::Signal::try_from(number) {
        Ok(signal) => signal.as_str().to_owned(),
        Err(_) => t!("signal %{number}", number = number).into_owned(),
    }
}

#[cfg(test)]
mod tests;
