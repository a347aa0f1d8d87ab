//! A YAML text as a tree of values that know their places. `serde_yaml` gives the values, the index
//! of events the places; duplicate keys stay, so that they can be told with everything else.

use std::fmt::{self, Formatter};

use rust_i18n::t;
use serde::de::{Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::positions::{self, Below, Outline, Style};
use super::problem::{Place, Problem};
use super::syntax;

#[derive(Debug)]
pub struct Node {
    pub place: Place,
    pub style: Style,
    /// A scalar as it stands in the file.
    pub raw: String,
    /// What stands behind a scalar in its line.
    pub behind: String,
    pub value: Value,
}

#[derive(Debug)]
pub enum Value {
    Null,
    Bool,
    Integer(i128),
    Float,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Tagged(String),
}

/// Reads a text; `None` for one without any value. The problem is a syntax error.
pub fn read(source: &str) -> Result<Option<Node>, Problem> {
    if let Some(place) = too_deep(source) {
        return Err(Problem::new(place, t!("more than %{most} brackets are open here", most = MOST_OPEN))
            .help(t!("close each bracket that is opened")));
    }
    let parsed = serde_yaml::from_str::<Yaml>(source);
    if matches!(&parsed, Err(error) if error.location().is_some()) {
        return parsed.map(|_| None).map_err(|error| syntax::problem(source, &error));
    }
    let outline = positions::outline(source).map_err(|fault| {
        let advice = syntax::advice(source, fault.place);
        Problem::new(fault.place, t!("this is no YAML: %{what}", what = fault.message))
            .help(advice.unwrap_or_else(|| t!("the file must be one YAML document")))
    })?;
    match parsed {
        Ok(yaml) => Ok(outline.root().map(|root| locate(yaml, &outline, Some(root), &Lines::of(source)))),
        Err(_) if outline.root().is_none() => Ok(None),
        Err(error) => Err(syntax::problem(source, &error)),
    }
}

/// Brackets that may be open at a time: parsers take a time for them that grows with the square.
const MOST_OPEN: usize = 1000;

/// Where too many brackets are open; those in quoted texts are counted, those in block texts are not.
fn too_deep(source: &str) -> Option<Place> {
    let mut open = 0usize;
    let mut block: Option<usize> = None;
    for (line, text) in (1..).zip(source.split('\n')) {
        let indent = text.len() - text.trim_start().len();
        if block.is_some_and(|block| indent > block || text.trim().is_empty()) {
            continue;
        }
        block = (open == 0 && opens_block(text)).then_some(indent);
        for (column, c) in (1..).zip(text.chars()) {
            match c {
                '[' | '{' => open += 1,
                ']' | '}' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > MOST_OPEN {
                return Some(Place { line, column, length: 1 });
            }
        }
    }
    None
}

/// Does a text of several lines begin behind this one: `script: |`?
fn opens_block(line: &str) -> bool {
    let end = line.trim_end().trim_end_matches(|c: char| c == '+' || c == '-' || c.is_ascii_digit());
    !line.contains('#') && (end.ends_with(": |") || end.ends_with(": >") || end.ends_with("- |"))
}

/// Reports every key that stands twice in one map, at its second place.
pub fn duplicate_keys(node: &Node, problems: &mut Vec<Problem>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| duplicate_keys(item, problems)),
        Value::Map(entries) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                let first =
                    entries[..index].iter().find(|(other, _)| other.raw == key.raw && !key.raw.is_empty());
                if let Some((first, _)) = first {
                    problems.push(
                        Problem::new(key.place, t!("`%{key}` stands here a second time", key = key.raw))
                            .help(t!(
                                "it is in line %{line} already; keep one of the two",
                                line = first.place.line
                            )),
                    );
                }
                duplicate_keys(value, problems);
            }
        }
        _ => {}
    }
}

struct Lines<'s>(Vec<&'s str>);

impl<'s> Lines<'s> {
    fn of(source: &'s str) -> Self {
        Lines(source.split('\n').collect())
    }

    /// What stands in the line behind this place.
    fn behind(&self, place: Place) -> String {
        let line = (place.line as usize).checked_sub(1).and_then(|index| self.0.get(index));
        let skip = (place.column.saturating_sub(1) + place.length) as usize;
        let Some(line) = line else { return String::new() };
        // Columns count characters; where they are bytes, too, nothing need be counted.
        let start = match line.is_ascii() {
            true => Some(skip),
            false => line.char_indices().nth(skip).map(|(at, _)| at),
        };
        start.and_then(|start| line.get(start..)).unwrap_or_default().to_owned()
    }
}

fn locate(yaml: Yaml, outline: &Outline, number: Option<usize>, lines: &Lines<'_>) -> Node {
    let found = number.and_then(|number| outline.node(number));
    let below = found.map_or(&Below::Nothing, |found| &found.below);
    let value = match (yaml, below) {
        (Yaml::List(items), below) => {
            let number = |index| match below {
                Below::List(numbers) => numbers.get(index).copied(),
                _ => None,
            };
            let items = items.into_iter().enumerate();
            Value::List(items.map(|(index, item)| locate(item, outline, number(index), lines)).collect())
        }
        (Yaml::Map(entries), below) => {
            let number = |index| match below {
                Below::Map(numbers) => numbers.get(index).copied(),
                _ => None,
            };
            let entries = entries.into_iter().enumerate().map(|(index, (key, value))| {
                let numbers: Option<(usize, usize)> = number(index);
                let key = locate(key, outline, numbers.map(|(key, _)| key), lines);
                let mut value = locate(value, outline, numbers.map(|(_, value)| value), lines);
                if matches!(value.value, Value::Null) && value.raw.is_empty() {
                    value.place = key.place;
                    value.behind = key.behind.clone();
                }
                (key, value)
            });
            Value::Map(entries.collect())
        }
        (Yaml::Null, _) => Value::Null,
        (Yaml::Bool, _) => Value::Bool,
        (Yaml::Integer(number), _) => Value::Integer(number),
        (Yaml::Float, _) => Value::Float,
        (Yaml::Text(text), _) => Value::Text(text),
        (Yaml::Tagged(tag), _) => Value::Tagged(tag),
    };
    match found {
        Some(found) => {
            let is_scalar = matches!(found.style, Style::Plain | Style::Quoted);
            let behind = if is_scalar { lines.behind(found.place) } else { String::new() };
            Node { place: found.place, style: found.style, raw: found.raw.clone(), behind, value }
        }
        None => Node {
            place: Place { line: 1, column: 1, length: 0 },
            style: Style::Plain,
            raw: String::new(),
            behind: String::new(),
            value,
        },
    }
}

/// Values as serde_yaml understands them, with all entries of a map.
enum Yaml {
    Null,
    Bool,
    Integer(i128),
    Float,
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(Yaml, Yaml)>),
    Tagged(String),
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Yaml;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Yaml, D::Error> {
        Yaml::deserialize(deserializer)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Yaml, E> {
        Ok(Yaml::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Yaml, E> {
        Ok(Yaml::Integer(number.into()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Yaml, E> {
        Ok(Yaml::Integer(number))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Yaml, E> {
        Ok(i128::try_from(number).map_or(Yaml::Float, Yaml::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Yaml, E> {
        Ok(Yaml::Float)
    }

    fn visit_str<E>(self, text: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(text.to_string()))
    }

    fn visit_string<E>(self, text: String) -> Result<Yaml, E> {
        Ok(Yaml::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Yaml::Map(entries))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Yaml, A::Error> {
        let (tag, content) = access.variant::<String>()?;
        content.newtype_variant::<Yaml>()?;
        Ok(Yaml::Tagged(tag))
    }
}
