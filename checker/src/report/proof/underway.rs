//! What is said of a proof that goes on.

use std::time::Duration;

use rust_i18n::t;

use crate::model::proof::{Advance, Part, Stage};
use crate::report::bytes::cut;
use crate::report::progress::ROOM;
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::Line;
use crate::report::words;

/// Which of the labs it is.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub lab: &'a str,
    /// The first is 1.
    pub number: usize,
    pub labs: usize,
}

/// `chat  lab 3 of 9  mutants: 17 of 120`
pub fn advance(place: Place, advance: Advance) -> Line {
    let part = match advance.part {
        Part::Reference => t!("reference"),
        Part::Skeleton => t!("skeleton"),
        Part::Wrong => t!("wrong"),
        Part::Mutants => t!("mutants"),
    };
    let stage = match advance.stage {
        Stage::Building => t!("is being built"),
        Stage::Listening => t!("the answers as they are"),
        Stage::Trying { done, all } => t!("%{done} of %{all}", done = done, all = all),
    };
    let number = t!("lab %{number} of %{labs}", number = place.number, labs = place.labs);
    let rest = format!("  {number}  {part}: {stage}");
    let lab = ROOM.saturating_sub(rest.chars().count());
    let name = cut(place.lab, lab, Palette::PLAIN.ellipsis());
    Line::blank().then(Ink::Strong, &name).then(Ink::Plain, &rest)
}

/// The last line, where somebody had enough.
pub fn interrupted(place: Place, after: Duration) -> Line {
    let text = t!("Interrupted in %{lab}, after %{time}.", lab = place.lab, time = words::duration(after));
    Line::blank().then(Ink::Mild, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_which_lab_and_part_in_a_line_that_fits() {
        let told = |lab: &str, part: Part, stage: Stage| {
            advance(Place { lab, number: 3, labs: 18 }, Advance { part, stage }).render(&Palette::PLAIN)
        };
        let trying = Stage::Trying { done: 17, all: 120 };
        assert_eq!(told("chat", Part::Mutants, trying), "chat  lab 3 of 18  mutants: 17 of 120");
        let long = told(&"lab-".repeat(30), Part::Reference, Stage::Building);
        assert!(long.ends_with("  lab 3 of 18  reference: is being built"), "{long}");
        assert_eq!(long.chars().count(), ROOM);
    }
}
