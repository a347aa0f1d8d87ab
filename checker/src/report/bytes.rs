//! Bytes as text that can be read, told apart, and never obeyed by a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::count::{self, Noun};

/// How much room a text has and what marks a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Showing {
    /// Columns of a terminal.
    pub columns: usize,
    /// Stands where something was left out.
    pub ellipsis: &'static str,
    /// Stands where a newline is missing.
    pub no_newline: &'static str,
}

/// Below this many columns a cut text keeps only its beginning.
const ROOM_FOR_BOTH_ENDS: usize = 30;
/// What is shown before the first difference of two texts that do not fit.
const BYTES_BEFORE_DIFFERENCE: usize = 16;

/// `"…"` with everything that cannot be seen written as an escape that labs.yaml understands; one that does not
/// fit into the room is cut in its middle and followed by its length.
pub fn quoted(bytes: &[u8], showing: Showing) -> String {
    let longest_that_may_fit = showing.columns.saturating_mul(4);
    if bytes.len() <= longest_that_may_fit {
        let whole = format!("\"{}\"", tokens(bytes, Escaping::Quoted).map(|t| t.text).collect::<String>());
        if whole.width() <= showing.columns {
            return whole;
        }
    }
    if showing.columns < ROOM_FOR_BOTH_ENDS {
        let room = showing.columns.saturating_sub(2 + showing.ellipsis.width());
        return format!("\"{}\"{}", head(bytes, room).text, showing.ellipsis);
    }
    let length = format!(" ({})", count::count(bytes.len() as u64, Noun::Byte));
    let room = showing.columns.saturating_sub(4 + showing.ellipsis.width() + length.width());
    let head = head(bytes, room * 2 / 3);
    let tail = tail(&bytes[head.bytes..], room - head.text.width());
    format!("\"{}\"{}\"{tail}\"{length}", head.text, showing.ellipsis)
}

/// [`quoted`], where only the beginning of `total` bytes is at hand.
pub fn quoted_beginning(beginning: &[u8], total: u64, showing: Showing) -> String {
    if total <= beginning.len() as u64 {
        return quoted(beginning, showing);
    }
    let length = match showing.columns {
        columns if columns < ROOM_FOR_BOTH_ENDS => String::new(),
        _ => format!(" ({})", count::count(total, Noun::Byte)),
    };
    let room = showing.columns.saturating_sub(2 + showing.ellipsis.width() + length.width());
    format!("\"{}\"{}{length}", head(beginning, room).text, showing.ellipsis)
}

/// Two texts side by side, from shortly before their first difference when they do not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub expected: String,
    pub actual: String,
    /// Column of both where the first difference stands.
    pub column: usize,
    /// Offset of the first difference, in bytes.
    pub at: usize,
}

/// None where the two are equal.
pub fn compare(expected: &[u8], actual: &[u8], showing: Showing) -> Option<Comparison> {
    let at = first_difference(expected, actual)?;
    let whole = |bytes: &[u8]| {
        let all: String = tokens(bytes, Escaping::Quoted).map(|t| t.text).collect();
        format!("\"{all}\"")
    };
    let may_fit = expected.len().max(actual.len()) <= showing.columns.saturating_mul(4);
    if may_fit {
        let (expected_text, actual_text) = (whole(expected), whole(actual));
        if expected_text.width().max(actual_text.width()) <= showing.columns {
            let column = 1 + width_of(&expected[..at]);
            return Some(Comparison { expected: expected_text, actual: actual_text, column, at });
        }
    }
    let start = char_boundary(expected, at.saturating_sub(BYTES_BEFORE_DIFFERENCE));
    let before = if start > 0 { showing.ellipsis } else { "" };
    let window = |bytes: &[u8]| {
        let rest = &bytes[start.min(bytes.len())..];
        let room = showing.columns.saturating_sub(2 + before.width());
        let fits = rest.len() <= room * 4 && width_of(rest) <= room;
        let (shown, after) = if fits {
            (head(rest, room), "")
        } else {
            (head(rest, room.saturating_sub(showing.ellipsis.width())), showing.ellipsis)
        };
        format!("{before}\"{}\"{after}", shown.text)
    };
    let column = before.width() + 1 + width_of(&expected[start..at]);
    Some(Comparison { expected: window(expected), actual: window(actual), column, at })
}

/// A text of somebody else for a line of a terminal: as it is, but for what a terminal would obey or hide.
pub fn visible(text: &str) -> String {
    tokens(text.as_bytes(), Escaping::Visible).map(|token| token.text).collect()
}

/// What a program printed, as lines for a terminal: tabs made spaces, colours dropped, the rest as [`visible`].
pub fn lines(bytes: &[u8]) -> Vec<String> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    lines.into_iter().map(line).collect()
}

/// A text from which the bytes can be made again: UTF-8, newlines and tabs as they are, `\\` for a backslash,
/// and `\r`, `\0`, `\xC3` or `\u{9B}` for what is no visible text.
pub fn reversible(bytes: &[u8]) -> String {
    tokens(bytes, Escaping::Reversible).map(|token| token.text).collect()
}

/// The text cut to so many columns, the ellipsis included.
pub fn cut(text: &str, columns: usize, ellipsis: &str) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(ellipsis.width());
    let mut kept = String::new();
    let mut width = 0;
    for c in text.chars() {
        width += c.width().unwrap_or(0);
        if width > room {
            break;
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    kept + ellipsis
}

/// `1 byte`, `3 bytes`.
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escaping {
    /// Quotes and backslashes too: the text stands between quotes.
    Quoted,
    /// Only what a terminal would obey or hide.
    Visible,
    Reversible,
}

struct Token {
    text: String,
    bytes: usize,
}

fn tokens(bytes: &[u8], escaping: Escaping) -> impl Iterator<Item = Token> {
    bytes.utf8_chunks().flat_map(move |chunk| {
        let valid =
            chunk.valid().chars().map(move |c| Token { text: shown(c, escaping), bytes: c.len_utf8() });
        let invalid = chunk.invalid().iter().map(|byte| Token { text: format!("\\x{byte:02X}"), bytes: 1 });
        valid.chain(invalid)
    })
}

fn shown(c: char, escaping: Escaping) -> String {
    match (c, escaping) {
        ('\n' | '\t', Escaping::Reversible) => c.to_string(),
        ('\\', Escaping::Quoted | Escaping::Reversible) => "\\\\".to_owned(),
        ('"', Escaping::Quoted) => "\\\"".to_owned(),
        ('\n', _) => "\\n".to_owned(),
        ('\r', _) => "\\r".to_owned(),
        ('\t', _) => "\\t".to_owned(),
        ('\0', _) => "\\0".to_owned(),
        (c, _) if c.is_ascii_control() => format!("\\x{:02X}", u32::from(c)),
        (c, _) if is_unseen(c) => format!("\\u{{{:X}}}", u32::from(c)),
        (c, _) => c.to_string(),
    }
}

/// Control characters, and those that turn the direction of writing around or take no room.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// As many whole characters from the beginning as fit.
fn head(bytes: &[u8], columns: usize) -> Token {
    let mut kept = Token { text: String::new(), bytes: 0 };
    let mut width = 0;
    let window = &bytes[..bytes.len().min(columns.saturating_mul(4).saturating_add(4))];
    for token in tokens(window, Escaping::Quoted) {
        width += token.text.width();
        if width > columns {
            break;
        }
        kept.text.push_str(&token.text);
        kept.bytes += token.bytes;
    }
    kept
}

/// As many whole characters at the end as fit.
fn tail(bytes: &[u8], columns: usize) -> String {
    let from = char_boundary(bytes, bytes.len().saturating_sub(columns.saturating_mul(4)));
    let mut kept: Vec<String> = Vec::new();
    let mut width = 0;
    let all: Vec<Token> = tokens(&bytes[from..], Escaping::Quoted).collect();
    for token in all.into_iter().rev() {
        width += token.text.width();
        if width > columns {
            break;
        }
        kept.push(token.text);
    }
    kept.into_iter().rev().collect()
}

fn width_of(bytes: &[u8]) -> usize {
    tokens(bytes, Escaping::Quoted).map(|token| token.text.width()).sum()
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let shared = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if shared == a.len() && shared == b.len() {
        return None;
    }
    Some(char_boundary(a, shared).min(char_boundary(b, shared)))
}

/// `at`, or the beginning of the character that it is inside of.
fn char_boundary(bytes: &[u8], at: usize) -> usize {
    let is_continuation = |i: usize| bytes.get(i).is_some_and(|byte| byte & 0xC0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|i| !is_continuation(*i)).unwrap_or(at)
}

fn line(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut line = String::new();
    let mut width = 0;
    for token in tokens(&without_colours(bytes), Escaping::Visible) {
        let text = if token.text == "\\t" { " ".repeat(8 - width % 8) } else { token.text };
        width += text.width();
        line.push_str(&text);
    }
    line
}

/// Without the sequences that only choose a colour (`ESC [ … m`).
fn without_colours(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = match colour_length(rest) {
            Some(length) => &rest[length..],
            None => {
                kept.push(*first);
                after
            }
        };
    }
    kept
}

fn colour_length(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes.strip_prefix(b"\x1b[")?;
    let length = parameters.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    (parameters.get(length) == Some(&b'm')).then_some(length + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Showing = Showing { columns: 60, ellipsis: "…", no_newline: "" };

    fn showing(columns: usize) -> Showing {
        Showing { columns, ..WIDE }
    }

    #[test]
    fn what_cannot_be_seen_is_written_as_an_escape() {
        let text = quoted("olá\r\n\0\x1b[2J\u{9b}\u{202e}\"\\".as_bytes(), WIDE);
        assert_eq!(text, r#""olá\r\n\0\x1B[2J\u{9B}\u{202E}\"\\""#);
        assert_eq!(quoted(b"cora\xC3", WIDE), r#""cora\xC3""#);
    }

    #[test]
    fn a_long_text_keeps_both_ends_and_tells_its_length() {
        let long: Vec<u8> = (0..1_000_000u32).map(|i| b'a' + (i % 26) as u8).collect();
        for columns in 5..120 {
            let text = quoted(&long, showing(columns));
            assert!(text.width() <= columns, "{columns}: {text}");
        }
        let text = quoted(&long, WIDE);
        assert!(text.starts_with("\"abcdef") && text.ends_with("\" (1000000 bytes)"), "{text}");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        let long = "ção日本".repeat(40);
        for columns in 5..90 {
            let text = quoted(long.as_bytes(), showing(columns));
            assert!(text.width() <= columns, "{columns}: {text}");
            assert!(!text.contains("\\x"), "{columns}: {text}");
        }
    }

    #[test]
    fn a_short_comparison_points_at_the_first_difference() {
        let seen = compare(b"OI, TURMA", b"OI, turma", WIDE).unwrap();
        assert_eq!((seen.expected.as_str(), seen.actual.as_str()), ("\"OI, TURMA\"", "\"OI, turma\""));
        assert_eq!((seen.column, seen.at), (5, 4));
        assert_eq!(compare(b"oi", b"oi", WIDE), None);
        assert_eq!(compare(b"oi", b"oi ", WIDE).unwrap().column, 3);
    }

    #[test]
    fn a_difference_inside_a_character_is_told_at_its_beginning() {
        let seen = compare("é".as_bytes(), "è".as_bytes(), WIDE).unwrap();
        assert_eq!((seen.at, seen.column), (0, 1));
    }

    #[test]
    fn a_late_difference_of_long_texts_is_shown_with_what_surrounds_it() {
        let expected = [b"x".repeat(5000), b"here A".to_vec(), b"y".repeat(5000)].concat();
        let mut actual = expected.clone();
        actual[5005] = b'B';
        let seen = compare(&expected, &actual, WIDE).unwrap();
        assert_eq!(seen.at, 5005);
        assert!(seen.expected.contains("here A") && seen.actual.contains("here B"), "{seen:?}");
        assert!(seen.expected.width() <= 60 && seen.actual.width() <= 60);
        assert_eq!(seen.actual.chars().nth(seen.column), Some('B'));
    }

    #[test]
    fn printed_lines_lose_colours_and_keep_other_escapes_visible() {
        assert_eq!(lines(b"\x1b[1;31merror\x1b[0m\ta\r\n\x1b]0;x\x07\n"), ["error   a", "\\x1B]0;x\\x07"]);
        assert_eq!(lines(b"no newline"), ["no newline"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn reversible_text_tells_every_byte_apart() {
        assert_eq!(reversible(b"a\\x41\n\xFF\x1b"), "a\\\\x41\n\\xFF\\x1B");
        let all: std::collections::HashSet<String> = (0..=255u8).map(|byte| reversible(&[byte])).collect();
        assert_eq!(all.len(), 256);
    }
}
