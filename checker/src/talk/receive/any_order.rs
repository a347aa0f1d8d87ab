//! Lines in any order: a maximum matching between lines and texts that grows line by line.

use std::collections::{HashMap, VecDeque};

use super::listening::written;
use super::{Judged, Listening};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::ear::Line;
use crate::talk::matcher::{Fit, Matcher};

/// Texts that each want a line of their own, and the lines that they have.
#[derive(Debug, Default)]
pub struct Unordered {
    slots: Vec<Slot>,
    /// The slot of each text, in the script's order.
    order: Vec<usize>,
    /// The slots of texts that are literal, by their text.
    literal: HashMap<Vec<u8>, Vec<usize>>,
    patterns: Vec<usize>,
    lines: Vec<Placed>,
}

/// A text, with as much room as the script repeats it.
#[derive(Debug)]
struct Slot {
    text: Matcher,
    room: usize,
    /// Lines by their number.
    holds: Vec<usize>,
}

#[derive(Debug)]
struct Placed {
    /// All slots that it fits.
    fits: Vec<usize>,
    slot: usize,
}

impl Unordered {
    pub fn new(texts: Vec<Matcher>) -> Unordered {
        let mut unordered = Unordered::default();
        let mut known: HashMap<String, usize> = HashMap::new();
        for text in texts {
            let slot = *known.entry(text.written.clone()).or_insert_with(|| {
                let slot = unordered.slots.len();
                match text.literal() {
                    Some(literal) => unordered.literal.entry(literal.to_vec()).or_default().push(slot),
                    None => unordered.patterns.push(slot),
                }
                unordered.slots.push(Slot { text, room: 0, holds: Vec::new() });
                slot
            });
            unordered.slots[slot].room += 1;
            unordered.order.push(slot);
        }
        unordered
    }

    fn is_full(&self) -> bool {
        self.lines.len() == self.order.len()
    }

    /// The texts that still wait for a line, in the script's order.
    fn remaining(&self) -> Vec<String> {
        let mut seen = vec![0; self.slots.len()];
        let waiting = self.order.iter().filter(|slot| {
            seen[**slot] += 1;
            seen[**slot] > self.slots[**slot].holds.len()
        });
        written(waiting.map(|slot| &self.slots[*slot].text))
    }

    fn candidates(&self, line: &Line) -> impl Iterator<Item = usize> {
        let literal = self.literal.get(&line.text).into_iter().flatten();
        literal.chain(&self.patterns).copied()
    }

    fn fitting(&self, line: &Line) -> Vec<usize> {
        self.candidates(line).filter(|slot| self.slots[*slot].text.fit(line) == Fit::Fits).collect()
    }

    /// Gives the line a slot of its own, moving others to slots that they fit as well (an augmenting
    /// path, shortest first). Leaves all as it was where that cannot be.
    fn place(&mut self, fits: Vec<usize>) -> Placement {
        let newcomer = self.lines.len();
        // For each slot reached: the line that would move into it.
        let mut moves: HashMap<usize, usize> = fits.iter().map(|slot| (*slot, newcomer)).collect();
        let mut reached: VecDeque<usize> = fits.iter().copied().collect();
        while let Some(slot) = reached.pop_front() {
            if self.slots[slot].holds.len() < self.slots[slot].room {
                self.lines.push(Placed { fits, slot });
                self.shift(slot, newcomer, &moves);
                return Placement::Found;
            }
            for line in &self.slots[slot].holds {
                for other in &self.lines[*line].fits {
                    if !moves.contains_key(other) {
                        moves.insert(*other, *line);
                        reached.push_back(*other);
                    }
                }
            }
        }
        Placement::None
    }

    fn shift(&mut self, free: usize, newcomer: usize, moves: &HashMap<usize, usize>) {
        let mut slot = free;
        while let Some(line) = moves.get(&slot).copied() {
            let before = self.lines[line].slot;
            self.slots[slot].holds.push(line);
            self.lines[line].slot = slot;
            if line == newcomer {
                return;
            }
            self.slots[before].holds.retain(|held| *held != line);
            slot = before;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placement {
    Found,
    None,
}

/// A line for each text, in whatever order.
pub fn in_any_order(unordered: &mut Unordered, listening: &mut Listening) -> Judged {
    while !unordered.is_full() {
        let remaining = || Expected::Remaining(unordered.remaining());
        let Some(line) = listening.line() else { return listening.lack(remaining, 0) };
        let fits = unordered.fitting(&line);
        if fits.is_empty() {
            let almost: Vec<usize> = unordered.candidates(&line).collect();
            let almost = almost.into_iter().map(|slot| &unordered.slots[slot].text);
            return listening.misfit(almost, line, remaining);
        }
        if unordered.place(fits) == Placement::None {
            let remaining = Expected::Remaining(unordered.remaining());
            return listening.wrong(FailureKind::ExtraData, remaining, line, Actual::ExtraLine);
        }
        listening.take(&line);
    }
    listening.done()
}
