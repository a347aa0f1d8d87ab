//! Several sequences of lines mixed at will: interleaved groups, and what several clients sent.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use bstr::ByteSlice;

use super::listening::written;
use super::weave::{Step, Tree, Weave};
use super::{Judged, Listening};
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::matcher::{Fit, Matcher};

/// Groups of texts, each in its own order.
#[derive(Debug)]
pub struct Groups {
    groups: Vec<Vec<Matcher>>,
    /// A text of each node of the tree.
    texts: Vec<Option<(usize, usize)>>,
    weave: Weave,
}

impl Groups {
    pub fn new(groups: Vec<Vec<Matcher>>) -> Groups {
        let sequences: Vec<Vec<String>> = groups.iter().map(written).collect();
        let tree = Arc::new(Tree::new(&sequences));
        let mut texts = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            for place in 0..group.len() {
                let Some(node) = tree.node(index, place) else { continue };
                texts.resize(texts.len().max(node + 1), None);
                texts[node] = Some((index, place));
            }
        }
        Groups { groups, texts, weave: Weave::new(tree) }
    }

    fn text(&self, node: usize) -> Option<&Matcher> {
        let (group, place) = (*self.texts.get(node)?)?;
        self.groups.get(group)?.get(place)
    }

    /// The next text of each group.
    fn awaited(&self) -> impl Iterator<Item = &Matcher> {
        self.groups.iter().zip(self.weave.places()).filter_map(|(group, place)| group.get(place))
    }
}

/// Every line once, each group in its own order.
pub fn interleaved(groups: &mut Groups, listening: &mut Listening) -> Judged {
    while !groups.weave.is_over() {
        let awaited = || Expected::Remaining(written(groups.awaited()));
        let Some(line) = listening.line() else { return listening.lack(awaited, 0) };
        let fits = |node: &usize| groups.text(*node).is_some_and(|text| text.fit(&line) == Fit::Fits);
        let fits: Vec<usize> = groups.weave.next().into_iter().filter(fits).collect();
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
    tree: Arc<Tree>,
    /// Finds the beginnings of all their lines.
    finder: AhoCorasick,
    /// The lines of each beginning.
    by: Vec<Vec<Spoken>>,
    /// The steps that are empty lines.
    empty: Vec<usize>,
}

/// A client's name and the lines that it sent.
#[derive(Debug)]
pub struct Sender {
    pub name: String,
    pub lines: Vec<Vec<u8>>,
}

/// One of all different lines.
#[derive(Debug)]
struct Spoken {
    text: Vec<u8>,
    /// The steps at which it is sent.
    nodes: Vec<usize>,
}

impl Sent {
    /// `None` where it is too much to be searched for.
    pub fn new(senders: Vec<Sender>) -> Option<Sent> {
        let lines: Vec<Vec<&[u8]>> =
            senders.iter().map(|sender| sender.lines.iter().map(Vec::as_slice).collect()).collect();
        let tree = Tree::new(&lines);
        let mut different: BTreeMap<&[u8], BTreeSet<usize>> = BTreeMap::new();
        for (sender, lines) in lines.iter().enumerate() {
            for (place, line) in lines.iter().enumerate() {
                different.entry(line).or_default().extend(tree.node(sender, place));
            }
        }
        let empty = different.remove(&b""[..]).unwrap_or_default().into_iter().collect();
        let mut beginnings: BTreeMap<&[u8], Vec<Spoken>> = BTreeMap::new();
        for (line, nodes) in different {
            let spoken = Spoken { text: line.to_vec(), nodes: nodes.into_iter().collect() };
            beginnings.entry(&line[..line.len().min(BEGINNING)]).or_default().push(spoken);
        }
        let finder = AhoCorasick::new(beginnings.keys()).ok()?;
        let by = beginnings.into_values().collect();
        Some(Sent { tree: Arc::new(tree), finder, by, empty, senders })
    }

    /// The steps whose lines stand in this one, as words of their own (so that `1` is not in `10`).
    fn within(&self, line: &[u8]) -> Vec<usize> {
        if line.is_empty() {
            return self.empty.clone();
        }
        let mut found = BTreeSet::new();
        for hit in self.finder.find_overlapping_iter(line) {
            for spoken in &self.by[hit.pattern().as_usize()] {
                let part = hit.start()..hit.start() + spoken.text.len();
                if line[hit.start()..].starts_with(&spoken.text) && is_whole(line, part) {
                    found.extend(spoken.nodes.iter().copied());
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
        Relay { weave: Weave::new(sent.tree.clone()), sent }
    }

    /// The next line of the first sender that is not through and for whom this holds.
    fn awaited(&self, is_it: impl Fn(usize) -> bool) -> Option<Expected> {
        let mut senders = self.sent.senders.iter().zip(self.weave.places()).enumerate();
        senders.find_map(|(index, (sender, place))| {
            let line = sender.lines.get(place).filter(|_| is_it(index))?.clone();
            Some(Expected::LineOf { sender: sender.name.clone(), line })
        })
    }

    fn missing(&self) -> Expected {
        self.awaited(|_| true).unwrap_or(Expected::Nothing)
    }

    /// What should have come before these steps.
    fn missing_before(&self, nodes: &[usize]) -> Option<Expected> {
        let speaks = |sender: usize| {
            let lines = self.sent.senders[sender].lines.len();
            (0..lines)
                .any(|place| self.sent.tree.node(sender, place).is_some_and(|node| nodes.contains(&node)))
        };
        self.awaited(speaks)
    }
}

/// Each line of each sender within one line, in the sender's order.
pub fn lines_of(relay: &mut Relay, listening: &mut Listening) -> Judged {
    while !relay.weave.is_over() {
        let Some(line) = listening.line() else { return listening.lack(|| relay.missing(), 0) };
        let within = relay.sent.within(&line.text);
        if relay.weave.advance(&within) == Step::Done {
            listening.take(&line);
            continue;
        }
        if within.iter().any(|node| relay.weave.has_come(*node)) {
            return listening.wrong(FailureKind::ExtraData, relay.missing(), line, Actual::ExtraLine);
        }
        if let Some(awaited) = relay.missing_before(&within) {
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
}
