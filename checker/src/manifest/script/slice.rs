//! A piece of one line that knows where it stands in labs.yaml.

use std::ops::Range;

use crate::manifest::problem::Place;

#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    pub text: &'a str,
    /// From 1.
    pub line: u32,
    /// Of the first character, from 1.
    pub column: u32,
}

impl<'a> Slice<'a> {
    /// The part at these bytes, which must lie on character boundaries; empty where they do not.
    pub fn part(self, bytes: Range<usize>) -> Slice<'a> {
        let before = self.text.get(..bytes.start).unwrap_or_default();
        let text = self.text.get(bytes).unwrap_or_default();
        Slice { text, line: self.line, column: self.column + characters(before) }
    }

    /// Without white space at its end.
    pub fn trimmed(self) -> Slice<'a> {
        Slice { text: self.text.trim_end(), ..self }
    }

    pub fn place(self) -> Place {
        Place { line: self.line, column: self.column, length: characters(self.text) }
    }

    /// Just behind the last character.
    pub fn end(self) -> Place {
        Place { line: self.line, column: self.column + characters(self.text), length: 0 }
    }

    /// The words, divided by white space; a comma is a word of its own.
    pub fn words(self) -> Vec<Slice<'a>> {
        let mut words = Vec::new();
        let mut start = None;
        for (at, c) in self.text.char_indices() {
            if c.is_whitespace() || c == ',' {
                if let Some(start) = start.take() {
                    words.push(self.part(start..at));
                }
                if c == ',' {
                    words.push(self.part(at..at + 1));
                }
            } else if start.is_none() {
                start = Some(at);
            }
        }
        words.extend(start.map(|start| self.part(start..self.text.len())));
        words
    }
}

fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
