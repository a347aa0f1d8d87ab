//! Where everything stands: an index of the events of a YAML text, as a tree of places.

use std::collections::HashMap;

use rust_i18n::t;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::problem::Place;

/// Nodes of the text by number; an alias has the number of what it stands for.
#[derive(Debug, Default)]
pub struct Outline {
    nodes: Vec<OutlineNode>,
    root: Option<usize>,
}

#[derive(Debug)]
pub struct OutlineNode {
    pub place: Place,
    pub style: Style,
    /// A scalar as it stands in the text, quotes and escapes resolved.
    pub raw: String,
    pub below: Below,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Quoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A list or a map.
    Collection,
}

#[derive(Debug)]
pub enum Below {
    Nothing,
    List(Vec<usize>),
    Map(Vec<(usize, usize)>),
}

/// Why a text cannot be indexed.
#[derive(Debug)]
pub struct Fault {
    pub place: Place,
    pub message: String,
}

impl Outline {
    pub fn root(&self) -> Option<usize> {
        self.root
    }

    pub fn node(&self, number: usize) -> Option<&OutlineNode> {
        self.nodes.get(number)
    }
}

/// Indexes a text. Faults are a syntax error and a second document.
pub fn outline(source: &str) -> Result<Outline, Fault> {
    let mut outline = Outline::default();
    let mut anchors = HashMap::new();
    let mut open: Vec<Open> = Vec::new();
    let mut documents = 0;
    let mut parser = Parser::new_from_str(source);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Fault {
            place: Place {
                line: number(error.marker().line()),
                column: number(error.marker().col() + 1),
                length: 0,
            },
            message: error.info().to_string(),
        })?;
        let finished = match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    let message = t!("a second YAML document begins here").into();
                    return Err(Fault { place: place(span), message });
                }
                continue;
            }
            Event::Alias(anchor) => anchors.get(&anchor).copied(),
            Event::Scalar(raw, style, anchor, _) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                    _ => Style::Quoted,
                };
                let node = outline.add(place(span), style, raw.into_owned());
                anchors.insert(anchor, node);
                Some(node)
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                let node = outline.add(Place { length: 1, ..place(span) }, Style::Collection, String::new());
                anchors.insert(anchor, node);
                let is_map = matches!(event, Event::MappingStart(..));
                open.push(Open { node, is_map, children: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|closed| outline.close(closed)),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => continue,
        };
        match (open.last_mut(), finished) {
            (Some(parent), Some(node)) => parent.children.push(node),
            (None, node) => outline.root = node,
            (Some(_), None) => {}
        }
    }
    Ok(outline)
}

struct Open {
    node: usize,
    is_map: bool,
    children: Vec<usize>,
}

impl Outline {
    fn add(&mut self, place: Place, style: Style, raw: String) -> usize {
        self.nodes.push(OutlineNode { place, style, raw, below: Below::Nothing });
        self.nodes.len() - 1
    }

    fn close(&mut self, closed: Open) -> usize {
        let below = if closed.is_map {
            Below::Map(closed.children.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
        } else {
            Below::List(closed.children)
        };
        if let Some(node) = self.nodes.get_mut(closed.node) {
            node.below = below;
        }
        closed.node
    }
}

fn place(span: Span) -> Place {
    let (start, end) = (span.start, span.end);
    let length = if start.line() == end.line() { end.col().saturating_sub(start.col()) } else { 1 };
    Place { line: number(start.line()), column: number(start.col() + 1), length: number(length) }
}

fn number(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
