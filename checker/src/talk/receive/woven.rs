//! Several sequences of lines mixed at will: interleaved groups, and what several clients sent.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use bstr::ByteSlice;

use super::listening::written;
use super::{Judged, Listening};
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::text::{Fit, Matcher};

/// Ways of reading the same lines that are followed at once. Telling whether lines are a mixture of
/// sequences is hard in general; real sequences differ enough to leave one way or a few.
const MOST_WAYS: usize = 1024;

/// How far each sequence has come; several ways where a line fits several sequences.
#[derive(Debug)]
struct Weave {
    /// Of each sequence. Those of one kind are alike and stand in for one another: only how many of
    /// them have come how far counts, so their places are kept in falling order.
    kinds: Vec<usize>,
    /// The sequences of each kind.
    alike: Vec<Vec<usize>>,
    ways: BTreeSet<Vec<usize>>,
    left: usize,
}

impl Weave {
    /// `kinds`: from 0; sequences of equal kind have equal lines. `left`: lines of all sequences.
    fn new(kinds: Vec<usize>, left: usize) -> Weave {
        let mut alike = vec![Vec::new(); kinds.iter().max().map_or(0, |most| most + 1)];
        for (sequence, kind) in kinds.iter().enumerate() {
            alike[*kind].push(sequence);
        }
        Weave { ways: BTreeSet::from([vec![0; kinds.len()]]), kinds, alike, left }
    }

    /// The sequences and places that may be next.
    fn next(&self) -> BTreeSet<(usize, usize)> {
        self.ways.iter().flat_map(|way| way.iter().copied().enumerate()).collect()
    }

    /// Goes on by one line, if any sequence can: `fits` has the sequences and places that it fits.
    fn advance(&mut self, fits: &[(usize, usize)]) -> Step {
        let mut after = BTreeSet::new();
        for way in &self.ways {
            let moves = fits.iter().filter(|(sequence, place)| {
                way[*sequence] == *place && !self.has_twin_before(way, *sequence)
            });
            after.extend(moves.map(|(sequence, _)| self.moved(way, *sequence)));
        }
        if after.is_empty() {
            return Step::Impossible;
        }
        while after.len() > MOST_WAYS {
            after.pop_last();
        }
        self.ways = after;
        self.left -= 1;
        Step::Done
    }

    /// Has one that is alike come as far, so that it may go on instead?
    fn has_twin_before(&self, way: &[usize], sequence: usize) -> bool {
        let alike = &self.alike[self.kinds[sequence]];
        let before = alike.partition_point(|twin| *twin < sequence).checked_sub(1);
        before.is_some_and(|before| way[alike[before]] == way[sequence])
    }

    /// The way with this sequence one place further. As the first of those that had come as far, it
    /// leaves the order of places as it was.
    fn moved(&self, way: &[usize], sequence: usize) -> Vec<usize> {
        let mut way = way.to_vec();
        way[sequence] += 1;
        way
    }

    /// How far each sequence has come, in one of the ways.
    fn places(&self) -> &[usize] {
        self.ways.first().map(Vec::as_slice).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Done,
    Impossible,
}

/// The same number for equal values.
fn kinds<T: Ord>(values: impl Iterator<Item = T>) -> Vec<usize> {
    let mut known = BTreeMap::new();
    values
        .map(|value| {
            let next = known.len();
            *known.entry(value).or_insert(next)
        })
        .collect()
}

/// Groups of texts, each in its own order.
#[derive(Debug)]
pub struct Groups {
    groups: Vec<Vec<Matcher>>,
    weave: Weave,
}

impl Groups {
    pub fn new(groups: Vec<Vec<Matcher>>) -> Groups {
        let kinds = kinds(groups.iter().map(written));
        Groups { weave: Weave::new(kinds, groups.iter().map(Vec::len).sum()), groups }
    }

    /// The next text of each group.
    fn awaited(&self) -> impl Iterator<Item = &Matcher> {
        self.groups.iter().zip(self.weave.places()).filter_map(|(group, place)| group.get(*place))
    }
}

/// Every line once, each group in its own order.
pub fn interleaved(groups: &mut Groups, listening: &mut Listening) -> Judged {
    while groups.weave.left > 0 {
        let awaited = || Expected::Remaining(written(groups.awaited()));
        let Some(line) = listening.line() else { return listening.lack(awaited, 0) };
        let text = |(group, place): &(usize, usize)| groups.groups[*group].get(*place);
        let fits = |at: &(usize, usize)| text(at).is_some_and(|text| text.fit(&line) == Fit::Fits);
        let fits: Vec<(usize, usize)> = groups.weave.next().into_iter().filter(fits).collect();
        match groups.weave.advance(&fits) {
            Step::Done => listening.take(&line),
            Step::Impossible => {
                let awaited = || Expected::Remaining(written(groups.awaited()));
                return listening.misfit(groups.awaited(), line, awaited);
            }
        }
    }
    listening.done()
}

/// Bytes of each line that are searched for; the rest of it is compared where they are found.
const BEGINNING: usize = 32;

/// What these senders sent, prepared once for all who receive it.
#[derive(Debug)]
pub struct Sent {
    senders: Vec<Sender>,
    kinds: Vec<usize>,
    /// Finds the beginnings of all their lines.
    finder: AhoCorasick,
    /// For each beginning, its lines; for each of these, who sent it, and as which of its own.
    by: Vec<Vec<Vec<(usize, usize)>>>,
    empty: Vec<(usize, usize)>,
    all: usize,
}

/// A client's name and the lines that it sent.
#[derive(Debug)]
pub struct Sender {
    pub name: String,
    pub lines: Vec<Vec<u8>>,
}

impl Sent {
    /// `None` where it is too much to be searched for.
    pub fn new(senders: Vec<Sender>) -> Option<Sent> {
        let mut by: BTreeMap<&[u8], Vec<(usize, usize)>> = BTreeMap::new();
        for (index, sender) in senders.iter().enumerate() {
            for (place, line) in sender.lines.iter().enumerate() {
                by.entry(line).or_default().push((index, place));
            }
        }
        let empty = by.remove(&b""[..]).unwrap_or_default();
        let mut beginnings: BTreeMap<&[u8], Vec<Vec<(usize, usize)>>> = BTreeMap::new();
        for (line, senders) in by {
            beginnings.entry(&line[..line.len().min(BEGINNING)]).or_default().push(senders);
        }
        let finder = AhoCorasick::new(beginnings.keys()).ok()?;
        let by = beginnings.into_values().collect();
        let kinds = kinds(senders.iter().map(|sender| &sender.lines));
        let all = senders.iter().map(|sender| sender.lines.len()).sum();
        Some(Sent { senders, kinds, finder, by, empty, all })
    }

    /// Whose lines stand in this one, as words of their own (so that `1` is not in `10`).
    fn within(&self, line: &[u8]) -> Vec<(usize, usize)> {
        if line.is_empty() {
            return self.empty.clone();
        }
        let mut found = BTreeSet::new();
        for hit in self.finder.find_overlapping_iter(line) {
            for senders in &self.by[hit.pattern().as_usize()] {
                let Some(sent) = senders.first().map(|(sender, place)| &self.senders[*sender].lines[*place])
                else {
                    continue;
                };
                let part = hit.start()..hit.start() + sent.len();
                if line[hit.start()..].starts_with(sent) && is_whole(line, part) {
                    found.extend(senders.iter().copied());
                }
            }
        }
        found.into_iter().collect()
    }
}

/// What has come of all that was sent.
#[derive(Debug)]
pub struct Relay {
    sent: Arc<Sent>,
    weave: Weave,
}

impl Relay {
    pub fn new(sent: Arc<Sent>) -> Relay {
        Relay { weave: Weave::new(sent.kinds.clone(), sent.all), sent }
    }

    /// The next line of this sender.
    fn awaited(&self, sender: usize) -> Option<Expected> {
        let (place, sender) = (self.weave.places().get(sender)?, self.sent.senders.get(sender)?);
        let line = sender.lines.get(*place)?.clone();
        Some(Expected::LineOf { sender: sender.name.clone(), line })
    }

    fn missing(&self) -> Expected {
        let mut senders = 0..self.sent.senders.len();
        senders.find_map(|sender| self.awaited(sender)).unwrap_or(Expected::Nothing)
    }
}

/// Each line of each sender within one line, in the sender's order.
pub fn lines_of(relay: &mut Relay, listening: &mut Listening) -> Judged {
    while relay.weave.left > 0 {
        let Some(line) = listening.line() else { return listening.lack(|| relay.missing(), 0) };
        let within = relay.sent.within(&line.text);
        if relay.weave.advance(&within) == Step::Done {
            listening.take(&line);
            continue;
        }
        let places = relay.weave.places();
        if within.iter().any(|(sender, place)| *place < places[*sender]) {
            return listening.wrong(FailureKind::ExtraData, relay.missing(), line, Actual::ExtraLine);
        }
        // Its sender has sent other lines before that have not come.
        if let Some(awaited) = within.iter().min().and_then(|(sender, _)| relay.awaited(*sender)) {
            return listening.wrong(FailureKind::Mismatch, awaited, line, Actual::Line);
        }
        match listening.patience.leftovers {
            Leftovers::Allowed if listening.may_grow(&line) => {
                return listening.lack(|| relay.missing(), 0);
            }
            Leftovers::Allowed => listening.take(&line),
            Leftovers::Forbidden => {
                return listening.wrong(FailureKind::Mismatch, relay.missing(), line, Actual::Line);
            }
        }
    }
    listening.done()
}

/// Is this part of the line cut out of no longer word?
fn is_whole(line: &[u8], part: Range<usize>) -> bool {
    let is_wordy = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let text = &line[part.clone()];
    let cut_before = is_wordy(text.chars().next()) && is_wordy(line[..part.start].chars().next_back());
    let cut_behind = is_wordy(text.chars().next_back()) && is_wordy(line[part.end..].chars().next());
    !cut_before && !cut_behind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands_within(sent: &[u8], line: &[u8]) -> bool {
        let sender = Sender { name: "ana".into(), lines: vec![sent.to_vec()] };
        !Sent::new(vec![sender]).unwrap().within(line).is_empty()
    }

    #[test]
    fn a_number_is_not_found_inside_a_longer_one() {
        assert!(stands_within(b"1", b"client 1"));
        assert!(stands_within(b"1", b"10 or 1"));
        assert!(!stands_within(b"1", b"client 10"));
        assert!(!stands_within(b"1", b"21"));
        assert!(stands_within(b"1 1", b"11 1 1"));
    }

    #[test]
    fn words_end_where_letters_of_any_language_do() {
        assert!(!stands_within("pa".as_bytes(), "pação".as_bytes()));
        assert!(!stands_within("ão".as_bytes(), "pão".as_bytes()));
        assert!(!stands_within(b"a", "aç".as_bytes()));
        assert!(stands_within(b"oi", "“oi”".as_bytes()));
    }

    #[test]
    fn only_words_need_room_beside_them() {
        assert!(stands_within(b": oi", b"ana: oi"));
        assert!(stands_within(b"oi!", b"ana>oi!!"));
        assert!(stands_within(b"", b""));
        assert!(!stands_within(b"", b"x"));
    }

    #[test]
    fn sequences_that_are_alike_leave_one_way() {
        let mut weave = Weave::new(vec![0; 300], 300);
        let fits: Vec<(usize, usize)> = (0..300).map(|sequence| (sequence, 0)).collect();
        for _ in 0..300 {
            assert_eq!(weave.advance(&fits), Step::Done);
            assert_eq!(weave.ways.len(), 1);
        }
        assert_eq!(weave.advance(&fits), Step::Impossible);
        assert_eq!(weave.left, 0);
    }
}
