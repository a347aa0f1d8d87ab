//! Bytes → the text of a script that stands for exactly these bytes.

use super::{Phrase, Piece, RegexCase, Shape};

impl Phrase {
    /// The simplest text for a line without its line end: as it is where that reads back the same, else quoted.
    pub fn of_line(bytes: &[u8]) -> Phrase {
        match std::str::from_utf8(bytes) {
            Ok(text) if stands_for_itself(text) => {
                Phrase { written: doubled(text), shape: Shape::Plain(literal(bytes)) }
            }
            _ => Phrase::quoted(bytes),
        }
    }

    /// `"…"`, with an escape for everything that cannot be seen.
    pub fn quoted(bytes: &[u8]) -> Phrase {
        Phrase::of_shape(Shape::Quoted(literal(bytes)))
    }
}

impl Phrase {
    /// The text of this shape, written so that it reads back the same.
    pub fn of_shape(shape: Shape) -> Phrase {
        let quote = |text: &str| text.chars().map(escaped).collect::<String>();
        let inside: String = shape
            .pieces()
            .iter()
            .map(|piece| match (piece, &shape) {
                (Piece::Literal(bytes), Shape::Quoted(_)) => bytes
                    .utf8_chunks()
                    .map(|chunk| {
                        let invalid = chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}"));
                        quote(chunk.valid()) + &invalid.collect::<String>()
                    })
                    .collect(),
                (Piece::Literal(bytes), _) => doubled(&String::from_utf8_lossy(bytes)),
                (Piece::Capture(name), _) => format!("{{{name}}}"),
                (Piece::Word(1), _) => "{word}".to_owned(),
                (Piece::Word(number), _) => format!("{{word{number}}}"),
                (Piece::Member, _) => "{member}".to_owned(),
            })
            .collect();
        let written = match &shape {
            Shape::Plain(_) => inside,
            Shape::Quoted(_) => format!("\"{inside}\""),
            Shape::Regex { case: RegexCase::Exact, .. } => format!("/{inside}/"),
            Shape::Regex { case: RegexCase::Ignored, .. } => format!("/{inside}/i"),
        };
        Phrase { written, shape }
    }
}

fn literal(bytes: &[u8]) -> Vec<Piece> {
    if bytes.is_empty() { Vec::new() } else { vec![Piece::Literal(bytes.to_vec())] }
}

fn stands_for_itself(text: &str) -> bool {
    let has_odd_end = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let looks_quoted = text.starts_with(['"', '/', '#']);
    !has_odd_end(text.chars().next())
        && !has_odd_end(text.chars().next_back())
        && !looks_quoted
        && text.chars().all(is_plain)
}

/// Can it be seen, is it itself in YAML, and does nothing in a terminal or an editor?
fn is_plain(c: char) -> bool {
    let is_odd = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}');
    !c.is_control() && !is_odd && (c == ' ' || !c.is_whitespace())
}

fn escaped(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\0' => "\\0".to_owned(),
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '{' => "{{".to_owned(),
        '}' => "}}".to_owned(),
        c if is_plain(c) => c.to_string(),
        c => format!("\\u{{{:x}}}", c as u32),
    }
}

fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_plain_as_it_may_be() {
        let written = |bytes: &[u8]| Phrase::of_line(bytes).written;
        assert_eq!(written("olá, turma: é #1 \\o/".as_bytes()), "olá, turma: é #1 \\o/");
        assert_eq!(written(b"{a}"), "{{a}}");
        assert_eq!(written(b" oi"), "\" oi\"");
        assert_eq!(written(b"oi "), "\"oi \"");
        assert_eq!(written(b"/x/"), "\"/x/\"");
        assert_eq!(written(b"\"x\" {"), "\"\\\"x\\\" {{\"");
        assert_eq!(written(b"# x"), "\"# x\"");
        assert_eq!(written(b""), "\"\"");
        assert_eq!(written(b"a\xC3\0\r\t\\"), "\"a\\xC3\\0\\r\\t\\\\\"");
        assert_eq!(written("a\u{202e}b\u{feff}".as_bytes()), "\"a\\u{202e}b\\u{feff}\"");
    }
}
