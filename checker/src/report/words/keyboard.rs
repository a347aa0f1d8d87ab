//! A program that waits for its user, while its user waits for it.

use rust_i18n::t;

use super::blocked::name;
use super::doing::doing;
use super::scene::Scene;
use crate::model::script::Key;
use crate::model::sight::{Doing, ThreadView, Whom};
use crate::model::transcript::{Entry, What};
use crate::report::bytes::{Showing, quoted_beginning, visible};

/// The user waits for the program, and the program for the user.
pub fn unflushed(scene: Scene, showing: Showing) -> String {
    let told = waiting(&scene.living(), scene, showing).unwrap_or_default();
    t!(
        "%{told}. What was printed without a newline may still be in its buffer: flush it before you read",
        told = told
    )
    .into()
}

/// A thread that waits for the user, and what happened last; none where none of these does.
pub fn waiting(threads: &[&ThreadView], scene: Scene, showing: Showing) -> Option<String> {
    threads.iter().find_map(|thread| at_keyboard(thread, scene, showing))
}

fn at_keyboard(thread: &ThreadView, scene: Scene, showing: Showing) -> Option<String> {
    if thread.doing != Doing::Receiving(Whom::Input) {
        return None;
    }
    let (who, does) = (name(thread, scene), doing(thread, scene));
    let is_news = |entry: &&Entry| {
        use What::{Closed, EndedInput, HalfClosed, Pressed, Reset, Started, Typed};
        matches!(
            entry.what,
            Typed(_) | Pressed(_) | EndedInput | Closed | HalfClosed | Reset | Started { .. }
        )
    };
    let last = scene.transcript.iter().rev().find(is_news);
    let told = match last.map(|entry| &entry.what) {
        Some(What::Closed | What::HalfClosed | What::Reset) => t!(
            "%{who} has ended the connection, but %{thread} %{does}",
            who = last.map(|entry| visible(&entry.who)).unwrap_or_default(),
            thread = who,
            does = does
        ),
        Some(What::EndedInput | What::Pressed(Key::Ctrl('D'))) => t!(
            "the user has ended the input, but %{thread} %{does} again: a read that brings nothing is the end",
            thread = who,
            does = does
        ),
        Some(What::Typed(typed)) => t!(
            "the user has typed %{typed}, and %{thread} %{does}: it waits for more",
            typed = quoted_beginning(&typed.head, typed.total, showing),
            thread = who,
            does = does
        ),
        Some(What::Pressed(key)) => t!(
            "the user has pressed %{key}, and %{thread} %{does}: it waits for more",
            key = key,
            thread = who,
            does = does
        ),
        _ => t!("%{thread} %{does}: it waits for the user to type", thread = who, does = does),
    };
    Some(told.into_owned())
}
