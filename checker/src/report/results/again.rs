//! A saved result beside one that was made again: is the verdict the same, and what is another than it was then?

use std::collections::BTreeMap;

use super::Record;
use super::document::{CheckEntry, TranscriptEntry};
use crate::model::provenance::LabsFile;
use crate::model::transcript::Excerpt;

/// A result and the one that was made of it again.
#[derive(Debug)]
pub struct Replayed<'a> {
    pub then: &'a Record,
    pub now: &'a Record,
    /// What a verdict hangs on.
    pub inputs: Vec<Input>,
    /// Those that were recorded, or the one that was asked for.
    pub checks: Vec<CheckAgain<'a>>,
}

/// One thing that a verdict hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub what: Ingredient,
    /// As it was recorded; empty where it was not.
    pub then: String,
    pub now: Now,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ingredient {
    /// What was handed in.
    Program,
    /// The instructor's files beside it.
    Exercise,
    /// The lab's entry in the labs files.
    Lab,
    /// These files as a whole, which hold other labs, too.
    LabsFiles,
    Checker,
    Isolation,
    Sight,
    Machine,
    Repeat,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Now {
    Same,
    Other(String),
    /// The record does not say how it was then.
    Unknown,
}

/// One check, then and now.
#[derive(Debug, Clone, Copy)]
pub struct CheckAgain<'a> {
    pub then: &'a CheckEntry,
    /// None where the lab has no such check any more.
    pub now: Option<&'a CheckEntry>,
}

/// What was said, apart from when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversation {
    Same,
    Other,
    /// One of the two holds none: of a hidden check, or of one that was not run.
    NotKept,
}

impl<'a> Replayed<'a> {
    /// `only` is the check that was asked for; all of the record where there is none.
    pub fn of(then: &'a Record, now: &'a Record, only: Option<&str>) -> Self {
        let asked = then.lab.checks.iter().filter(|check| only.is_none_or(|id| check.id == id));
        let checks = asked.map(|check| CheckAgain { then: check, now: now.check(&check.id) }).collect();
        Replayed { then, now, inputs: inputs(then, now), checks }
    }

    pub fn is_same(&self) -> bool {
        self.then.refused.is_some() == self.now.refused.is_some()
            && self.checks.iter().all(CheckAgain::is_same)
    }

    /// What is another than it was then, of what can change a verdict.
    pub fn changed(&self) -> Vec<Ingredient> {
        let lab_is_known =
            self.inputs.iter().any(|input| input.what == Ingredient::Lab && input.now != Now::Unknown);
        let counts = |input: &&Input| {
            matches!(input.now, Now::Other(_)) && !(input.what == Ingredient::LabsFiles && lab_is_known)
        };
        self.inputs.iter().filter(counts).map(|input| input.what).collect()
    }
}

impl CheckAgain<'_> {
    /// The same outcome, and of a failure the same kind.
    pub fn is_same(&self) -> bool {
        let Some(now) = self.now else { return false };
        let then = self.then;
        then.outcome == now.outcome && then.kind == now.kind && then.skipped == now.skipped
    }

    pub fn conversation(&self) -> Conversation {
        let now = self.now.map_or(&[][..], |now| &now.transcript);
        match (self.then.transcript.as_slice(), now) {
            ([], _) | (_, []) => Conversation::NotKept,
            (then, now) if said(then) == said(now) => Conversation::Same,
            _ => Conversation::Other,
        }
    }
}

fn inputs(then: &Record, now: &Record) -> Vec<Input> {
    let input = |what, then: String, now: String| {
        let standing = match () {
            () if then.is_empty() => Now::Unknown,
            () if then == now => Now::Same,
            () => Now::Other(now),
        };
        Input { what, then, now: standing }
    };
    let (old, new) = (&then.inputs, &now.inputs);
    let (before, after) = (&then.provenance, &now.provenance);
    let hashes = |files: &[LabsFile]| -> String {
        files.iter().map(|file| file.sha256.as_str()).collect::<Vec<_>>().join(" ")
    };
    let times = |record: &Record| record.provenance.repeat.map_or(1, |times| times.get()).to_string();
    let mut inputs = vec![
        input(Ingredient::Program, old.handed_in.clone(), new.handed_in.clone()),
        input(Ingredient::Lab, old.lab.clone(), new.lab.clone()),
        input(Ingredient::LabsFiles, hashes(&before.labs), hashes(&after.labs)),
        input(Ingredient::Checker, before.checker.clone(), after.checker.clone()),
        input(Ingredient::Isolation, before.isolation.clone(), after.isolation.clone()),
        input(Ingredient::Sight, before.sight.clone(), after.sight.clone()),
        input(Ingredient::Machine, before.machine.clone(), after.machine.clone()),
    ];
    // With the same program, another thing that was built is the instructor's doing.
    if old.handed_in == new.handed_in && !old.checked.is_empty() && old.checked != new.checked {
        inputs.insert(1, input(Ingredient::Exercise, old.checked.clone(), new.checked.clone()));
    }
    // Of a submission that is refused, there is no program.
    if old.handed_in.is_empty() && new.handed_in.is_empty() {
        inputs.retain(|input| input.what != Ingredient::Program);
    }
    if times(then) != "1" || times(now) != "1" {
        inputs.push(input(Ingredient::Repeat, times(then), times(now)));
    }
    inputs
}

/// What everybody said and heard, each by himself and the one apart from the other: who spoke first among several, in
/// how many pieces a text came, and how much of it was on its way when the next was said, is a matter of time.
fn said(transcript: &[TranscriptEntry]) -> BTreeMap<(&str, &str), (String, u64)> {
    let mut all: BTreeMap<(&str, &str), (String, u64)> = BTreeMap::new();
    // Whether the program's end still falls into the conversation is a matter of time, too.
    let transcript = match transcript {
        [before @ .., last] if last.what == "exited" => before,
        whole => whole,
    };
    // What a program complains of names folders, threads and addresses that are of one run alone.
    for entry in transcript.iter().filter(|entry| entry.what != "complained") {
        let text = match entry.what.as_str() {
            // It names a folder and a port that are of this run alone.
            "started" => "",
            // The words are those of a language, the number is not.
            "exited" => entry.text.as_deref().and_then(|text| text.rsplit(' ').next()).unwrap_or_default(),
            _ => entry.text.as_deref().unwrap_or_default(),
        };
        let (texts, bytes) = all.entry((&entry.who, &entry.what)).or_default();
        texts.push_str(text);
        *bytes += entry.bytes.unwrap_or(1);
    }
    for (text, bytes) in all.values_mut() {
        // An entry keeps the beginning of a long text, and so it hangs on the pieces what is kept.
        if *bytes > Excerpt::KEPT as u64 {
            text.clear();
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::{Inputs, sample};

    fn record() -> Record {
        let mut record = sample::record("ana", 0, "2026-11-20T10:00:00.000Z");
        let hash = |text: &str| text.repeat(64);
        record.inputs = Inputs { lab: hash("1"), handed_in: hash("2"), checked: hash("3") };
        record
    }

    fn changed(change: impl FnOnce(&mut Record)) -> (bool, Vec<Ingredient>) {
        let (then, mut now) = (record(), record());
        change(&mut now);
        let replayed = Replayed::of(&then, &now, None);
        (replayed.is_same(), replayed.changed())
    }

    #[test]
    fn whatever_has_changed_is_named() {
        assert_eq!(changed(|_| {}), (true, vec![]));
        let named = |change: fn(&mut Record)| changed(change).1;
        assert_eq!(named(|now| now.inputs.handed_in = "x".into()), [Ingredient::Program]);
        assert_eq!(named(|now| now.inputs.checked = "x".into()), [Ingredient::Exercise]);
        assert_eq!(named(|now| now.inputs.lab = "x".into()), [Ingredient::Lab]);
        assert_eq!(named(|now| now.provenance.checker = "9".into()), [Ingredient::Checker]);
        assert_eq!(named(|now| now.provenance.isolation = "basic".into()), [Ingredient::Isolation]);
        assert_eq!(named(|now| now.provenance.sight = "none".into()), [Ingredient::Sight]);
        assert_eq!(named(|now| now.provenance.machine = "another".into()), [Ingredient::Machine]);
        assert_eq!(named(|now| now.provenance.repeat = std::num::NonZeroU32::new(9)), [Ingredient::Repeat]);
        // Another lab of the same file: nothing of this one.
        assert_eq!(named(|now| now.provenance.labs[0].sha256 = "x".into()), []);
    }

    #[test]
    fn a_labs_file_counts_as_a_whole_where_the_entry_was_not_recorded() {
        let (mut then, mut now) = (record(), record());
        then.inputs = Inputs::default();
        now.provenance.labs[0].sha256 = "x".into();
        let replayed = Replayed::of(&then, &now, None);
        assert_eq!(replayed.changed(), [Ingredient::LabsFiles]);
        assert_eq!(replayed.inputs[0].now, Now::Unknown);
    }

    #[test]
    fn another_outcome_or_kind_is_another_verdict_and_another_time_is_none() {
        let at = |record: &Record, id: &str| record.lab.checks.iter().position(|c| c.id == id).unwrap();
        let bye = at(&record(), "bye");
        assert!(changed(|now| now.lab.checks[bye].duration_ms += 9.0).0);
        assert!(changed(|now| now.lab.checks[bye].transcript[0].at_ms += 9.0).0);
        assert!(!changed(|now| now.lab.checks[bye].kind = Some("reset".into())).0);
        assert!(!changed(|now| drop(now.lab.checks.remove(bye))).0);
        assert!(!changed(|now| now.refused = Some("x".into())).0);
        let (then, mut now) = (record(), record());
        now.lab.checks[bye].kind = Some("reset".into());
        assert!(Replayed::of(&then, &now, Some("relay")).is_same());
        assert!(!Replayed::of(&then, &now, Some("bye")).is_same());
    }

    #[test]
    fn a_conversation_is_the_same_in_other_pieces_and_not_with_other_words() {
        let check = |parts: &[(&str, &str, &str)]| {
            let mut check = record().lab.checks[0].clone();
            let entry = |(who, what, text): &(&str, &str, &str)| TranscriptEntry {
                at_ms: text.len() as f64,
                who: (*who).to_owned(),
                what: (*what).to_owned(),
                text: Some((*text).to_owned()),
                bytes: matches!(*what, "received" | "printed" | "complained").then_some(text.len() as u64),
            };
            check.transcript = parts.iter().map(entry).collect();
            check
        };
        let then = check(&[
            ("program", "started", "/a/x 9090"),
            ("ana", "received", "oi\n"),
            ("program", "complained", "e"),
            ("program", "printed", "o"),
            ("program", "exited", "exited with status 1"),
            ("ana", "received-end", ""),
        ]);
        let same = |parts: &[(&str, &str, &str)]| {
            CheckAgain { then: &then, now: Some(&check(parts)) }.conversation()
        };
        let pieces = [
            ("program", "started", "/b/x 9090"),
            ("program", "printed", "o"),
            ("ana", "received", "o"),
            ("program", "complained", "E"),
            ("ana", "received", "i\n"),
            ("program", "exited", "terminou com status 1"),
            ("ana", "received-end", ""),
            ("program", "exited", ""),
        ];
        assert_eq!(same(&pieces), Conversation::Same);
        assert_eq!(same(&pieces[..7]), Conversation::Same);
        let mut other = pieces;
        other[4].2 = "o\n";
        assert_eq!(same(&other), Conversation::Other);
        let mut other = pieces;
        other[5].2 = "exited with status 2";
        assert_eq!(same(&other), Conversation::Other);
        assert_eq!(same(&pieces[..4]), Conversation::Other);
        assert_eq!(same(&[]), Conversation::NotKept);
    }
}
