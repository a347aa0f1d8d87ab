//! Lines into blocks: which line belongs to which, by indentation alone.

use rust_i18n::t;

use super::slice::Slice;
use crate::manifest::problem::Problem;

/// Blocks inside blocks, at most.
const DEEPEST: usize = 8;

/// A line and the lines below it that belong to it.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Without indentation; white space at its end is kept.
    pub line: Slice<'a>,
    pub below: Vec<Entry<'a>>,
}

/// Leaves out empty lines and comments, and sorts the others into blocks.
pub fn blocks<'a>(lines: &[Slice<'a>], problems: &mut Vec<Problem>) -> Vec<Entry<'a>> {
    // What is open, outermost first: the indentation of each block and its lines so far.
    let mut open: Vec<(usize, Vec<Entry<'a>>)> = vec![(0, Vec::new())];
    for line in lines {
        let mut indentation = line.text.len() - line.text.trim_start().len();
        let content = line.part(indentation..line.text.len());
        if content.text.is_empty() || content.text.starts_with('#') {
            continue;
        }
        if let Some(odd) = line.text[..indentation].find(|c| c != ' ') {
            let width = line.text[odd..].chars().next().map_or(1, char::len_utf8);
            problems.push(
                Problem::new(
                    line.part(odd..odd + width).place(),
                    t!("a tab or another odd space before a sentence"),
                )
                .help(t!("indent with plain spaces")),
            );
            indentation = open.last().map_or(0, |(deep, _)| *deep);
        }
        let blocks_before = open.len();
        while open.len() > 1 && open.last().is_some_and(|(deep, _)| *deep > indentation) {
            close_last(&mut open);
        }
        let deepest = open.last().map_or(0, |(deep, _)| *deep);
        let has_line_above = open.last().is_some_and(|(_, entries)| !entries.is_empty());
        let goes_back = open.len() < blocks_before;
        if indentation > deepest && has_line_above && !goes_back {
            if open.len() > DEEPEST {
                problems.push(
                    Problem::new(
                        content.place(),
                        t!("more than %{number} blocks inside one another", number = DEEPEST),
                    )
                    .help(t!("say it with fewer blocks")),
                );
                continue;
            }
            open.push((indentation, Vec::new()));
        } else if indentation != deepest {
            problems.push(
                Problem::new(content.place(), t!("this line's indentation fits no line above it"))
                    .help(t!("lines of one block begin in one column")),
            );
        }
        if let Some((_, entries)) = open.last_mut() {
            entries.push(Entry { line: content, below: Vec::new() });
        }
    }
    while open.len() > 1 {
        close_last(&mut open);
    }
    open.pop().map(|(_, entries)| entries).unwrap_or_default()
}

/// Gives the innermost block to the line above it.
fn close_last<'a>(open: &mut Vec<(usize, Vec<Entry<'a>>)>) {
    let Some((_, below)) = open.pop() else { return };
    if let Some(owner) = open.last_mut().and_then(|(_, entries)| entries.last_mut()) {
        owner.below.extend(below);
    }
}
