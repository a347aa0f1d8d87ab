//! Lines whose order is free, wholly or in part.

use std::collections::BTreeSet;

use bstr::ByteSlice;
use predicates::Predicate;

use super::listening::written;
use super::{Judged, Listening, Sender};
use crate::model::course::Leftovers;
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::text::Matcher;

pub fn in_any_order(texts: &[Matcher], lines: &mut Vec<Vec<u8>>, listening: &mut Listening) -> Judged {
    while lines.len() < texts.len() {
        let Some(line) = listening.line() else {
            return listening.lack(|| Expected::Remaining(written(unmatched(texts, lines))), 0);
        };
        lines.push(line.text.clone());
        if assignment(texts, lines).is_none() {
            lines.pop();
            let remaining = Expected::Remaining(written(unmatched(texts, lines)));
            return if texts.iter().any(|text| text.eval(&line.text)) {
                listening.wrong(FailureKind::ExtraData, remaining, line, Actual::ExtraLine)
            } else {
                listening.wrong(FailureKind::Mismatch, remaining, line, Actual::Line)
            };
        }
        listening.take(&line);
    }
    listening.done()
}

/// The line that each text is matched with, so that every line has a text of its own; `None` where
/// that cannot be (a maximum bipartite matching by augmenting paths).
fn assignment(texts: &[Matcher], lines: &[Vec<u8>]) -> Option<Vec<Option<usize>>> {
    fn place(
        line: usize,
        texts: &[Matcher],
        lines: &[Vec<u8>],
        owner: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for text in 0..texts.len() {
            if seen[text] || !texts[text].eval(&lines[line]) {
                continue;
            }
            seen[text] = true;
            let free = match owner[text] {
                None => true,
                Some(other) => place(other, texts, lines, owner, seen),
            };
            if free {
                owner[text] = Some(line);
                return true;
            }
        }
        false
    }
    let mut owner = vec![None; texts.len()];
    for line in 0..lines.len() {
        if !place(line, texts, lines, &mut owner, &mut vec![false; texts.len()]) {
            return None;
        }
    }
    Some(owner)
}

fn unmatched<'a>(texts: &'a [Matcher], lines: &[Vec<u8>]) -> Vec<&'a Matcher> {
    match assignment(texts, lines) {
        Some(owner) => {
            texts.iter().zip(owner).filter(|(_, owner)| owner.is_none()).map(|(text, _)| text).collect()
        }
        None => texts.iter().collect(),
    }
}

pub fn interleaved(
    groups: &[Vec<Matcher>],
    states: &mut BTreeSet<Vec<usize>>,
    left: &mut usize,
    listening: &mut Listening,
) -> Judged {
    while *left > 0 {
        let awaited = || -> Vec<String> {
            let positions = states.iter().next().cloned().unwrap_or_default();
            let next = groups.iter().zip(positions).filter_map(|(group, position)| group.get(position));
            written(next)
        };
        let Some(line) = listening.line() else {
            return listening.lack(|| Expected::Remaining(awaited()), 0);
        };
        let mut after = BTreeSet::new();
        for state in states.iter() {
            for (group, position) in state.iter().enumerate() {
                if groups[group].get(*position).is_some_and(|text| text.eval(&line.text)) {
                    let mut state = state.clone();
                    state[group] += 1;
                    after.insert(state);
                }
            }
        }
        if after.is_empty() {
            let remaining = Expected::Remaining(awaited());
            return listening.wrong(FailureKind::Mismatch, remaining, line, Actual::Line);
        }
        *states = after;
        *left -= 1;
        listening.take(&line);
    }
    listening.done()
}

pub fn lines_of(senders: &mut [Sender], listening: &mut Listening) -> Judged {
    loop {
        let Some(missing) = senders.iter().find(|sender| sender.come < sender.lines.len()) else {
            return listening.done();
        };
        let expected = |sender: &Sender| Expected::LineOf {
            sender: sender.name.clone(),
            line: sender.lines.get(sender.come).cloned().unwrap_or_default(),
        };
        let missing = expected(missing);
        let Some(line) = listening.line() else {
            return listening.lack(|| missing, 0);
        };
        let next = |sender: &Sender| {
            sender.lines.get(sender.come).is_some_and(|wanted| stands_within(wanted, &line.text))
        };
        if let Some(sender) = senders.iter_mut().find(|sender| next(sender)) {
            sender.come += 1;
            listening.take(&line);
            continue;
        }
        let within = |lines: &[Vec<u8>]| lines.iter().any(|sent| stands_within(sent, &line.text));
        if senders.iter().any(|sender| within(&sender.lines[..sender.come])) {
            return listening.wrong(FailureKind::ExtraData, missing, line, Actual::ExtraLine);
        }
        if let Some(sender) = senders.iter().find(|sender| within(&sender.lines[sender.come..])) {
            return listening.wrong(FailureKind::Mismatch, expected(sender), line, Actual::Line);
        }
        match listening.patience.leftovers {
            Leftovers::Allowed => listening.take(&line),
            Leftovers::Forbidden => {
                return listening.wrong(FailureKind::Mismatch, missing, line, Actual::Line);
            }
        }
    }
}

/// Is `sent` in `line`, with no letter or digit right beside it (so that `1` is not in `10`)?
fn stands_within(sent: &[u8], line: &[u8]) -> bool {
    if sent.is_empty() {
        return line.is_empty();
    }
    let joins = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    line.find_iter(sent).any(|start| {
        let before = start.checked_sub(1).and_then(|index| line.get(index));
        !joins(before) && !joins(line.get(start + sent.len()))
    })
}
