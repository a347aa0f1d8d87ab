//! One text as several tellings have it, and the text that is true of all.

use std::collections::BTreeSet;
use std::time::Duration;

use super::tellings::Place;
use super::token::{Token, is_clock, pattern, tokens};
use crate::model::script::{Phrase, Piece, RegexCase, Shape};

#[derive(Debug, Clone)]
pub struct Line {
    base: Phrase,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Same(Token),
    /// Another one in each telling.
    Volatile(Vec<String>),
    /// A clock's, which nobody repeats on purpose.
    Clock(Vec<String>),
    Named(String),
    Wild(&'static str),
}

impl Line {
    pub fn of(tellings: &[Phrase]) -> Line {
        let base = tellings[0].clone();
        let rows: Vec<Vec<Token>> = tellings.iter().map(tokens).collect();
        let first = &rows[0];
        if rows.iter().any(|row| row.len() != first.len()) {
            return Line { base, cells: around_the_middle(&rows) };
        }
        let cell = |index: usize| {
            let values: Vec<&Token> = rows.iter().map(|row| &row[index]).collect();
            match values.iter().map(|token| token.text()).collect::<Option<Vec<String>>>() {
                _ if values.iter().all(|value| *value == values[0]) => Cell::Same(values[0].clone()),
                Some(texts) => Cell::Volatile(texts),
                None => Cell::Wild(".+"),
            }
        };
        Line { base, cells: (0..first.len()).map(cell).collect() }
    }

    /// Is there something of which nobody knows what it will be?
    pub fn is_loose(&self) -> bool {
        self.cells.iter().any(|cell| !matches!(cell, Cell::Same(_) | Cell::Named(_)))
    }

    pub fn into_phrase(self) -> Phrase {
        let is_same = |cell: &Cell| matches!(cell, Cell::Same(_));
        if self.cells.iter().all(is_same) {
            return self.base;
        }
        if self.is_loose() {
            return self.regex();
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for cell in self.cells {
            match (cell, pieces.last_mut()) {
                (Cell::Same(Token::Text(text)), Some(Piece::Literal(before))) => before.extend(text.bytes()),
                (Cell::Same(Token::Text(text)), _) => pieces.push(Piece::Literal(text.into_bytes())),
                (Cell::Same(Token::Bytes(bytes)), Some(Piece::Literal(before))) => before.extend(bytes),
                (Cell::Same(Token::Bytes(bytes)), _) => pieces.push(Piece::Literal(bytes)),
                (Cell::Same(Token::Piece(piece)), _) => pieces.push(piece),
                (Cell::Named(name), _) => pieces.push(Piece::Capture(name)),
                (Cell::Volatile(_) | Cell::Clock(_) | Cell::Wild(_), _) => {}
            }
        }
        Phrase::of_shape(match self.base.shape {
            Shape::Plain(_) => Shape::Plain(pieces),
            _ => Shape::Quoted(pieces),
        })
    }

    fn regex(mut self) -> Phrase {
        let is_end =
            |cell: &Cell| matches!(cell, Cell::Same(Token::Text(text)) if text == "\n" || text == "\r");
        while self.cells.last().is_some_and(is_end) {
            self.cells.pop();
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut source = String::from("^");
        for cell in &self.cells {
            let name = match cell {
                Cell::Same(Token::Piece(piece)) => Some(piece.clone()),
                Cell::Named(name) => Some(Piece::Capture(name.clone())),
                Cell::Same(Token::Text(text)) => {
                    source.push_str(&visible(text));
                    None
                }
                Cell::Same(Token::Bytes(bytes)) => {
                    bytes.iter().for_each(|byte| source.push_str(&format!("(?-u:\\x{byte:02X})")));
                    None
                }
                Cell::Volatile(values) | Cell::Clock(values) => {
                    source.push_str(&pattern(values));
                    None
                }
                Cell::Wild(pattern) => {
                    source.push_str(pattern);
                    None
                }
            };
            if let Some(piece) = name {
                pieces.push(Piece::Literal(std::mem::take(&mut source).into_bytes()));
                pieces.push(piece);
            }
        }
        source.push('$');
        pieces.push(Piece::Literal(source.into_bytes()));
        pieces.retain(|piece| *piece != Piece::Literal(Vec::new()));
        Phrase::of_shape(Shape::Regex { pieces, case: RegexCase::Exact })
    }
}

/// A text for a regex that shows what cannot be seen.
fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' => "\\t".to_owned(),
        c if c == ' ' || !(c.is_control() || c.is_whitespace()) => regex::escape(c.encode_utf8(&mut [0; 4])),
        c => format!("\\x{{{:x}}}", c as u32),
    };
    text.chars().map(shown).collect()
}

/// What all have in common at both ends, and anything between.
fn around_the_middle(rows: &[Vec<Token>]) -> Vec<Cell> {
    let shortest = rows.iter().map(Vec::len).min().unwrap_or(0);
    let first = &rows[0];
    let head = (0..shortest).take_while(|at| rows.iter().all(|row| row[*at] == first[*at])).count();
    let behind = |row: &[Token], at: usize| row[row.len() - 1 - at].clone();
    let tail = (0..shortest - head)
        .take_while(|at| rows.iter().all(|row| behind(row, *at) == behind(first, *at)))
        .count();
    let wild = if rows.iter().any(|row| row.len() == head + tail) { ".*" } else { ".+" };
    let same = |tokens: &[Token]| tokens.iter().cloned().map(Cell::Same).collect::<Vec<_>>();
    [same(&first[..head]), vec![Cell::Wild(wild)], same(&first[first.len() - tail..])].concat()
}

/// Clock times are loose even if all tellings fell into the same second; not those that somebody typed.
pub fn loosen_clocks(lines: &mut [Line], places: &[Place], now: Duration) {
    let acts = lines.iter().zip(places).filter(|(_, place)| place.is_act());
    let typed: BTreeSet<String> = acts
        .flat_map(|(line, _)| &line.cells)
        .filter_map(|cell| match cell {
            Cell::Same(token) => token.text(),
            _ => None,
        })
        .collect();
    let heard = lines.iter_mut().zip(places).filter(|(_, place)| !place.is_act());
    for cell in heard.flat_map(|(line, _)| &mut line.cells) {
        match cell {
            Cell::Same(Token::Text(text)) if !typed.contains(text) && is_clock(text, now) => {
                *cell = Cell::Clock(vec![text.clone()]);
            }
            Cell::Volatile(values) if values.iter().all(|value| is_clock(value, now)) => {
                *cell = Cell::Clock(values.clone());
            }
            _ => {}
        }
    }
}

/// Gives a name to what is heard and then repeated, by the program or by somebody who acts.
pub fn name(lines: &mut [Line], places: &[Place]) {
    let mut used: BTreeSet<String> = lines
        .iter()
        .flat_map(|line| &line.cells)
        .filter_map(|cell| match cell {
            Cell::Same(Token::Piece(Piece::Capture(name))) => Some(name.clone()),
            _ => None,
        })
        .collect();
    for index in 0..lines.len() {
        if places[index].is_act() {
            continue;
        }
        for at in 0..lines[index].cells.len() {
            let Cell::Volatile(values) = lines[index].cells[at].clone() else { continue };
            let again = Cell::Volatile(values.clone());
            let comes_again = lines[index].cells[at + 1..].contains(&again)
                || lines[index + 1..].iter().any(|line| line.cells.contains(&again));
            if !comes_again {
                continue;
            }
            let name = unused(&lines[index].cells[..at], &values, &mut used);
            for cell in lines[index..].iter_mut().flat_map(|line| &mut line.cells) {
                if *cell == again {
                    *cell = Cell::Named(name.clone());
                }
            }
        }
    }
}

/// The word before it, else what it is.
fn unused(before: &[Cell], values: &[String], used: &mut BTreeSet<String>) -> String {
    let word = before.iter().rev().find_map(|cell| match cell {
        Cell::Same(Token::Text(text)) => {
            text.chars().all(|c| c.is_ascii_alphabetic()).then(|| text.to_ascii_lowercase())
        }
        _ => None,
    });
    let is_number = values.iter().all(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    let plain = if is_number { "number" } else { "token" };
    let name = word.filter(|word| word != "member" && !word.starts_with("word")).unwrap_or(plain.to_owned());
    let mut numbered = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}_{number}")));
    let free = numbered.find(|name| !used.contains(name)).unwrap_or(name);
    used.insert(free.clone());
    free
}
