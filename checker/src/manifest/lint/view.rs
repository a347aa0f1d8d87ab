//! A course and the file that it was read from, side by side: what was understood, and where it stands.

use crate::manifest::problem::Place;
use crate::manifest::tree::{Node, Value};
use crate::model::course::{Check, Course, Lab};
use crate::model::script::Step;

pub struct View<'v> {
    pub course: &'v Course,
    pub root: &'v Node,
    pub labs: Vec<LabView<'v>>,
    lines: Vec<&'v str>,
}

pub struct LabView<'v> {
    pub lab: &'v Lab,
    pub node: &'v Node,
    pub checks: Vec<CheckView<'v>>,
}

pub struct CheckView<'v> {
    pub check: &'v Check,
    pub node: &'v Node,
}

impl<'v> View<'v> {
    pub fn of(course: &'v Course, root: &'v Node, source: &'v str) -> Self {
        let labs = course.labs.iter().zip(items(root, "labs")).map(|(lab, node)| LabView {
            lab,
            node,
            checks: lab
                .checks
                .iter()
                .zip(items(node, "checks"))
                .map(|(check, node)| CheckView { check, node })
                .collect(),
        });
        View { course, root, labs: labs.collect(), lines: source.split('\n').collect() }
    }

    /// Where the sentence stands.
    pub fn place_of(&self, step: &Step) -> Place {
        self.place_in(step.line, step.written.trim_end()).unwrap_or(Place {
            line: step.line,
            column: 1,
            length: 0,
        })
    }

    /// Where these words stand in the sentence or in the lines below that belong to it; the sentence itself
    /// where they are not found, as with `{3..1}`, which is not what was written.
    pub fn place_within(&self, step: &Step, words: &str) -> Place {
        let head = step.written.trim_end();
        let behind = head.find(": ").map_or(0, |colon| colon + 1);
        if let Some(at) = head.get(behind..).and_then(|text| text.find(words)) {
            let sentence = self.place_of(step);
            let before = characters(&head[..behind + at]);
            return Place { column: sentence.column + before, length: characters(words), ..sentence };
        }
        let below = step.line + 1..step.line.saturating_add(self.below(step));
        below.into_iter().find_map(|line| self.place_in(line, words)).unwrap_or_else(|| self.place_of(step))
    }

    /// One more than the lines below the sentence that are indented further than it.
    fn below(&self, step: &Step) -> u32 {
        let indentation = |line: &str| line.len() - line.trim_start().len();
        let at = step.line as usize;
        let own = self.lines.get(at.saturating_sub(1)).map_or(0, |line| indentation(line));
        let rest = self.lines.iter().skip(at);
        let deeper = rest.take_while(|line| line.trim().is_empty() || indentation(line) > own);
        u32::try_from(deeper.count() + 1).unwrap_or(u32::MAX)
    }

    fn place_in(&self, line: u32, words: &str) -> Option<Place> {
        let text = self.lines.get((line as usize).checked_sub(1)?)?;
        let before = characters(&text[..text.find(words)?]);
        Some(Place { line, column: before + 1, length: characters(words) })
    }
}

impl CheckView<'_> {
    /// Where the check's id stands.
    pub fn place(&self) -> Place {
        get(self.node, "id").map_or(self.node.place, |node| node.place)
    }
}

impl LabView<'_> {
    /// Where the lab's id stands.
    pub fn place(&self) -> Place {
        get(self.node, "id").map_or(self.node.place, |node| node.place)
    }
}

/// The value of this key.
pub fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(name, _)| name.raw == key).map(|(_, value)| value)
}

/// Where the key itself stands.
pub fn place_of_key(node: &Node, key: &str) -> Option<Place> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(name, _)| name.raw == key).map(|(name, _)| name.place)
}

/// The items of the list at this key.
pub fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    match get(node, key).map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
