//! Texts of a script: plain, `"quoted"` and `/regex/`, with their `{placeholders}`.

use std::ops::Range;

use rust_i18n::t;

use super::regex_check;
use super::slice::Slice;
use crate::manifest::problem::Problem;
use crate::model::script::{Phrase, Piece, RegexCase, Shape};

/// Lines that `{200..1}` may make in one check, all its texts together.
pub const MOST_LINES: u64 = 100_000;

/// A text as it was read; one phrase, or one for each number of its `{200..1}`.
#[derive(Debug, Default)]
pub struct Reading<'a> {
    pub phrases: Vec<Phrase>,
    /// Every `{name}`, with its braces.
    pub captures: Vec<Slice<'a>>,
    /// Every `{member}`, with its braces.
    pub members: Vec<Slice<'a>>,
    /// The `{200..1}`, with its braces.
    pub range: Option<Slice<'a>>,
}

impl Reading<'_> {
    pub fn is_regex(&self) -> bool {
        matches!(self.phrases.first(), Some(Phrase { shape: Shape::Regex { .. }, .. }))
    }
}

/// Part of a text before its range has become numbers.
pub enum Bit<'a> {
    /// With the slice that it was written as.
    Literal(Vec<u8>, Slice<'a>),
    Piece(Piece, Slice<'a>),
    Range(Numbers, Slice<'a>),
}

/// `{from..to}`, counting up or down.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
    from: u64,
    to: u64,
}

impl Numbers {
    fn count(self) -> u64 {
        self.from.abs_diff(self.to).saturating_add(1)
    }

    fn each(self) -> impl Iterator<Item = u64> {
        (0..self.count()).map(move |i| if self.from <= self.to { self.from + i } else { self.from - i })
    }
}

/// Reads a text. `room` is how many lines ranges may still make in this check.
pub fn read<'a>(text: Slice<'a>, room: &mut u64, problems: &mut Vec<Problem>) -> Reading<'a> {
    warn_of_spaces_behind(text, problems);
    let (kind, body) = kind_and_body(text);
    let bits = match kind {
        Kind::Plain => plain_bits(body, problems),
        Kind::Quoted => quoted_bits(body, problems),
        Kind::Regex(_) => regex_bits(body, problems),
    };
    if let Kind::Regex(case) = kind {
        regex_check::check(&bits, body, case, problems);
    }
    let mut reading = Reading::default();
    let mut numbers = None;
    for bit in &bits {
        match bit {
            Bit::Piece(Piece::Capture(_), at) => reading.captures.push(*at),
            Bit::Piece(Piece::Member, at) => reading.members.push(*at),
            Bit::Range(_, at) if numbers.is_some() => {
                problems.push(
                    Problem::new(at.place(), t!("a text counts only once"))
                        .help(t!("write one text for each number of the other count")),
                );
            }
            Bit::Range(range, at) => {
                numbers = Some(*range);
                reading.range = Some(*at);
            }
            Bit::Literal(..) | Bit::Piece(..) => {}
        }
    }
    match (numbers, reading.range) {
        (Some(numbers), Some(at)) if numbers.count() > *room => {
            problems.push(
                Problem::new(at.place(), t!("this makes %{number} lines; %{room} are left", number = numbers.count(), room = room))
                    .help(t!("one check may count to %{most} lines; for more, send them in bulk: `ana sends 2000 lines of 100 bytes`", most = MOST_LINES)),
            );
        }
        (Some(numbers), Some(at)) => {
            *room -= numbers.count();
            reading.phrases = numbers.each().map(|n| phrase(text, at, kind, &bits, n)).collect();
        }
        _ => reading.phrases.push(phrase(text, text.part(0..0), kind, &bits, 0)),
    }
    reading
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Plain,
    Quoted,
    Regex(RegexCase),
}

fn kind_and_body(text: Slice<'_>) -> (Kind, Slice<'_>) {
    let end = text.text.len();
    match text.text.as_bytes() {
        [b'/', .., b'/'] => (Kind::Regex(RegexCase::Exact), text.part(1..end - 1)),
        [b'/', .., b'/', b'i'] => (Kind::Regex(RegexCase::Ignored), text.part(1..end - 2)),
        [b'"', .., b'"'] => (Kind::Quoted, text.part(1..end - 1)),
        _ => (Kind::Plain, text),
    }
}

/// Blanks behind a closing quote or slash would silently make it a plain text.
fn warn_of_spaces_behind(text: Slice<'_>, problems: &mut Vec<Problem>) {
    let trimmed = text.trimmed();
    if trimmed.text.len() < text.text.len() && !matches!(kind_and_body(trimmed).0, Kind::Plain) {
        let behind = text.part(trimmed.text.len()..text.text.len());
        problems.push(
            Problem::new(behind.place(), t!("blanks behind the closing mark make this a plain text"))
                .help(t!("remove the blanks at the end of the line")),
        );
    }
}

/// The phrase with `number` in place of its range, which stands at `range` (empty without one).
fn phrase(text: Slice<'_>, range: Slice<'_>, kind: Kind, bits: &[Bit<'_>], number: u64) -> Phrase {
    let start = text.text.char_indices().nth((range.column - text.column) as usize).map_or(0, |(at, _)| at);
    let mut written = text.text.to_string();
    if !range.text.is_empty() {
        written.replace_range(start..start + range.text.len(), &number.to_string());
    }
    let mut pieces = Vec::new();
    let mut literal = Vec::new();
    for bit in bits {
        match bit {
            Bit::Literal(bytes, _) => literal.extend_from_slice(bytes),
            Bit::Range(..) => literal.extend_from_slice(number.to_string().as_bytes()),
            Bit::Piece(piece, _) => {
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(piece.clone());
            }
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    let shape = match kind {
        Kind::Plain => Shape::Plain(pieces),
        Kind::Quoted => Shape::Quoted(pieces),
        Kind::Regex(case) => Shape::Regex { pieces, case },
    };
    Phrase { written, shape }
}

fn plain_bits<'a>(body: Slice<'a>, problems: &mut Vec<Problem>) -> Vec<Bit<'a>> {
    let mut bits = Vec::new();
    let mut at = 0;
    while let Some(c) = body.text[at..].chars().next() {
        at += match c {
            '{' | '}' => brace(body, at, &mut bits, problems),
            _ => literal(body, at..until(body, at, &['{', '}']), &mut bits),
        };
    }
    bits
}

fn quoted_bits<'a>(body: Slice<'a>, problems: &mut Vec<Problem>) -> Vec<Bit<'a>> {
    let mut bits = Vec::new();
    let mut at = 0;
    while let Some(c) = body.text[at..].chars().next() {
        at += match c {
            '\\' => escape(body, at, &mut bits, problems),
            '{' | '}' => brace(body, at, &mut bits, problems),
            '"' => {
                problems.push(
                    Problem::new(body.part(at..at + 1).place(), t!("a quote inside of a quoted text"))
                        .help(t!("write `\\\"` for a quote that belongs to the text")),
                );
                1
            }
            _ => literal(body, at..until(body, at, &['\\', '{', '}', '"']), &mut bits),
        };
    }
    bits
}

fn regex_bits<'a>(body: Slice<'a>, problems: &mut Vec<Problem>) -> Vec<Bit<'a>> {
    let mut bits = Vec::new();
    let mut at = 0;
    let mut class = 0_u32;
    while let Some(c) = body.text[at..].chars().next() {
        let rest = &body.text[at..];
        let length = match c {
            '\\' => regex_escape(rest),
            '[' => {
                class += 1;
                // A bracket that closes first thing is one of the class's own characters.
                ["[^]", "[]"].iter().find(|start| rest.starts_with(**start)).map_or(1, |start| start.len())
            }
            ']' => {
                class = class.saturating_sub(1);
                1
            }
            '{' if class == 0 => match placeholder_in_regex(body, at, &mut bits, problems) {
                Some(length) => {
                    at += length;
                    continue;
                }
                None => 1,
            },
            '{' => 1,
            _ => until(body, at, &['\\', '[', ']', '{']) - at,
        };
        at += literal(body, at..at + length, &mut bits);
    }
    bits
}

/// The bytes of the escape that `rest` begins with, `{…}` behind `\p` and its like included.
fn regex_escape(rest: &str) -> usize {
    let Some(escaped) = rest[1..].chars().next() else { return 1 };
    let length = 1 + escaped.len_utf8();
    let takes_braces = "pPxuUb".contains(escaped) && rest[length..].starts_with('{');
    match rest.find('}') {
        Some(close) if takes_braces => close + 1,
        _ => length,
    }
}

fn placeholder_in_regex<'a>(
    body: Slice<'a>,
    at: usize,
    bits: &mut Vec<Bit<'a>>,
    problems: &mut Vec<Problem>,
) -> Option<usize> {
    let close = body.text[at..].find('}')?;
    let slice = body.part(at..at + close + 1);
    let inside = &slice.text[1..close];
    let starts_a_name = inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts_a_name || inside.contains("..") {
        bits.push(placeholder(slice, problems)?);
        return Some(close + 1);
    }
    None
}

/// Where the next of these characters stands, from byte `at` on; the end of the text without one.
fn until(body: Slice<'_>, at: usize, special: &[char]) -> usize {
    body.text[at..].find(special).map_or(body.text.len(), |length| at + length)
}

fn literal<'a>(body: Slice<'a>, bytes: Range<usize>, bits: &mut Vec<Bit<'a>>) -> usize {
    let slice = body.part(bytes);
    bits.push(Bit::Literal(slice.text.as_bytes().to_vec(), slice));
    slice.text.len()
}

/// A brace outside of a regex, at byte `at`: doubled, or a placeholder. Gives the bytes that it took.
fn brace<'a>(body: Slice<'a>, at: usize, bits: &mut Vec<Bit<'a>>, problems: &mut Vec<Problem>) -> usize {
    let rest = &body.text[at..];
    if rest.starts_with("{{") || rest.starts_with("}}") {
        bits.push(Bit::Literal(rest.as_bytes()[..1].to_vec(), body.part(at..at + 2)));
        return 2;
    }
    match rest.find('}') {
        Some(close) if close > 0 => {
            bits.extend(placeholder(body.part(at..at + close + 1), problems));
            close + 1
        }
        _ => {
            let (brace, doubled) = if rest.starts_with('{') { ("{", "{{") } else { ("}", "}}") };
            problems.push(
                Problem::new(body.part(at..at + 1).place(), t!("a single `%{brace}`", brace = brace))
                    .help(t!("write `%{doubled}` for a brace that belongs to the text", doubled = doubled)),
            );
            1
        }
    }
}

/// What `{…}` stands for.
fn placeholder<'a>(slice: Slice<'a>, problems: &mut Vec<Problem>) -> Option<Bit<'a>> {
    let inside = &slice.text[1..slice.text.len() - 1];
    if let Some((from, to)) = inside.split_once("..")
        && let (Some(from), Some(to)) = (number(from), number(to))
    {
        return Some(Bit::Range(Numbers { from, to }, slice));
    }
    if inside == "member" {
        return Some(Bit::Piece(Piece::Member, slice));
    }
    if let Some(digits) = inside.strip_prefix("word")
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        let word =
            if digits.is_empty() { Some(1) } else { digits.parse().ok().filter(|n| (1..=99).contains(n)) };
        if word.is_none() {
            problems.push(
                Problem::new(slice.place(), t!("random words are numbered from 1 to 99"))
                    .help(t!("`{word}` is the first, `{word2}` another")),
            );
        }
        return word.map(|word| Bit::Piece(Piece::Word(word), slice));
    }
    if is_capture_name(inside) {
        return Some(Bit::Piece(Piece::Capture(inside.to_string()), slice));
    }
    problems.push(Problem::new(slice.place(), t!("`%{text}` stands for nothing", text = slice.text)).help(
        t!("`{name}` captures, `{word}` is a random word, `{member}` a number, `{5..1}` counts; braces of the text are doubled: `{{` and `}}`, in a regex `\\{`"),
    ));
    None
}

pub fn is_capture_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn number(text: &str) -> Option<u64> {
    // Beyond 18 digits counting could overflow; nobody counts that far.
    let fits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// A backslash in a quoted text, at byte `at`. Gives the bytes that the escape took.
fn escape<'a>(body: Slice<'a>, at: usize, bits: &mut Vec<Bit<'a>>, problems: &mut Vec<Problem>) -> usize {
    let rest = &body.text[at..];
    let (bytes, length) = match rest[1..].chars().next() {
        Some('n') => (Some(b"\n".to_vec()), 2),
        Some('r') => (Some(b"\r".to_vec()), 2),
        Some('t') => (Some(b"\t".to_vec()), 2),
        Some('0') => (Some(b"\0".to_vec()), 2),
        Some('"') => (Some(b"\"".to_vec()), 2),
        Some('\\') => (Some(b"\\".to_vec()), 2),
        Some('x') => {
            (rest.get(2..4).and_then(hexadecimal).and_then(|n| u8::try_from(n).ok()).map(|n| vec![n]), 4)
        }
        Some('u') => {
            let close = rest.find('}').filter(|_| rest[2..].starts_with('{')).unwrap_or(1);
            let c = rest.get(3..close).and_then(hexadecimal).and_then(char::from_u32);
            (c.map(|c| c.to_string().into_bytes()), close + 1)
        }
        Some(other) => (None, 1 + other.len_utf8()),
        None => (None, 1),
    };
    let mut end = (at + length).min(body.text.len());
    while !body.text.is_char_boundary(end) {
        end += 1;
    }
    let slice = body.part(at..end);
    match bytes {
        Some(bytes) => bits.push(Bit::Literal(bytes, slice)),
        None => problems.push(
            Problem::new(slice.place(), t!("`%{text}` is no escape", text = slice.text))
                .help(t!("known are `\\n \\r \\t \\0 \\\" \\\\`, a byte `\\xC3` and a character `\\u{e7}`")),
        ),
    }
    slice.text.len()
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let fits = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits { u32::from_str_radix(digits, 16).ok() } else { None }
}
