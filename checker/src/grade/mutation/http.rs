//! An HTTP response read plainly, and once more: with patterns, and with none of the code in `talk`.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::reading::Verdict;
use super::tape::{Line, LineEnd, Tape};
use super::texts::{self, Fit, Known};
use crate::model::script::{Form, Phrase, Piece, Shape};
use crate::model::stage::Ending;

/// What sentences know of one listener's responses.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    to_head: bool,
    last: Option<Page>,
    status_told: bool,
    body_told: bool,
}

#[derive(Debug, Clone)]
struct Page {
    code: String,
    status: Vec<u8>,
    fields: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Pages {
    pub fn sends(&mut self, bytes: &[u8]) {
        static METHOD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\A([A-Z]+) ").ok());
        if let Some(method) = METHOD.as_ref().and_then(|method| method.captures(bytes)) {
            self.to_head = &method[1] == b"HEAD";
        }
        self.last = None;
    }

    /// What the sentence says of the response, which is taken off the tape where it is a new one.
    pub fn read(&mut self, form: &Form, tape: &mut Tape, known: Known) -> Verdict {
        let is_over = match form {
            Form::Status(_) => self.status_told,
            Form::Body(_) => self.body_told,
            _ => false,
        };
        if self.last.is_none() || is_over {
            match self.next(tape) {
                Ok(page) => {
                    self.last = Some(page);
                    (self.status_told, self.body_told) = (false, false);
                }
                Err(verdict) => return verdict,
            }
        }
        let Some(page) = &self.last else { return Verdict::Lacks };
        let fit = |text: &Phrase, value: &[u8]| {
            let line = Line { text: value.to_vec(), end: LineEnd::Missing };
            match texts::fit(text, &line, known) {
                Fit::Fits(names) => Some(names),
                _ => None,
            }
        };
        let found = match form {
            Form::Status(text) => {
                self.status_told = true;
                fit(text, page.code.as_bytes()).or_else(|| fit(text, &page.status))
            }
            Form::Header { name, value } => {
                let named = page.fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
                named.map(|(_, of_field)| of_field).find_map(|of_field| fit(value, of_field))
            }
            Form::Body(text) => {
                self.body_told = true;
                texts::fit_whole(text, &page.body, known).or_else(|| {
                    let bare = page.body.strip_suffix(b"\n")?;
                    let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
                    if insists(text) { None } else { texts::fit_whole(text, bare, known) }
                })
            }
            _ => None,
        };
        found.map_or(Verdict::Breaks, Verdict::Holds)
    }

    fn next(&self, tape: &mut Tape) -> Result<Page, Verdict> {
        let is_over = tape.ending == Some(Ending::Fin);
        let bytes = tape.clone().take_bytes(tape.length());
        let (mut page, head) = page(&bytes)?;
        let rest = &bytes[head..];
        let value = |name: &str| page.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        let length = match (value("transfer-encoding"), value("content-length")) {
            _ if self.to_head
                || matches!(page.code.as_str(), "204" | "304")
                || page.code.starts_with('1') =>
            {
                0
            }
            (Some((_, coding)), _) if coding.to_ascii_lowercase().ends_with(b"chunked") => {
                let (body, length) = unchunked(rest)?;
                page.body = body;
                tape.take_bytes(head + length);
                return Ok(page);
            }
            (None, Some((_, length))) => {
                let differs = |(name, other): &(String, Vec<u8>)| {
                    name.eq_ignore_ascii_case("content-length") && other != length
                };
                let digits = length.iter().all(u8::is_ascii_digit) && !length.is_empty();
                let number = std::str::from_utf8(length).ok().and_then(|text| text.parse::<usize>().ok());
                match number.filter(|_| digits && !page.fields.iter().any(differs)) {
                    Some(number) => number,
                    None => return Err(Verdict::Breaks),
                }
            }
            _ if is_over => rest.len(),
            _ => return Err(Verdict::Lacks),
        };
        if length > rest.len() {
            return Err(Verdict::Lacks);
        }
        page.body = rest[..length].to_vec();
        tape.take_bytes(head + length);
        Ok(page)
    }
}

/// Does the text ask for a newline at the end, or is it a pattern, which looks at every byte?
fn insists(text: &Phrase) -> bool {
    match (&text.shape, text.shape.pieces().last()) {
        (Shape::Regex { .. }, _) => true,
        (_, Some(Piece::Literal(last))) => last.ends_with(b"\n"),
        _ => false,
    }
}

/// The head as a page without a body, and its length.
fn page(bytes: &[u8]) -> Result<(Page, usize), Verdict> {
    static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let field = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n";
        let status = r"\AHTTP/1\.[01] (([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?)\r\n";
        Regex::new(&format!(r"(?-u){status}((?:{field})*)\r\n")).ok()
    });
    let Some(found) = HEAD.as_ref().and_then(|head| head.captures(bytes)) else {
        let ends = bytes.windows(2).any(|two| two[1] == b'\n' && two[0] != b'\r')
            || bytes.windows(4).any(|four| four == b"\r\n\r\n");
        return Err(if ends { Verdict::Breaks } else { Verdict::Lacks });
    };
    let trimmed = |value: &[u8]| value.trim_ascii().to_vec();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let fields = found[3].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len() - 1);
        (text(&line[..colon]), trimmed(&line[colon + 1..]))
    });
    let page = Page {
        code: text(&found[2]),
        status: trimmed(&found[1]),
        fields: fields.collect(),
        body: Vec::new(),
    };
    Ok((page, found[0].len()))
}

fn unchunked(mut bytes: &[u8]) -> Result<(Vec<u8>, usize), Verdict> {
    static SIZE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?-u)\A([0-9A-Fa-f]{1,16})[\t ]*(?:;[^\r\n]*)?\r\n").ok());
    static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?-u)\A(?:[^\r\n]+\r\n)*\r\n").ok());
    let all = bytes.len();
    let mut body = Vec::new();
    loop {
        let Some(found) = SIZE.as_ref().and_then(|size| size.captures(bytes)) else {
            return Err(if bytes.contains(&b'\n') { Verdict::Breaks } else { Verdict::Lacks });
        };
        let digits = std::str::from_utf8(&found[1]).unwrap_or_default();
        let size = usize::from_str_radix(digits, 16).map_err(|_| Verdict::Breaks)?;
        bytes = &bytes[found[0].len()..];
        if size == 0 {
            let end = END.as_ref().and_then(|end| end.find(bytes)).ok_or(Verdict::Lacks)?;
            return Ok((body, all - bytes.len() + end.len()));
        }
        if bytes.len() < size.saturating_add(2) {
            return Err(Verdict::Lacks);
        }
        if &bytes[size..size + 2] != b"\r\n" {
            return Err(Verdict::Breaks);
        }
        body.extend_from_slice(&bytes[..size]);
        bytes = &bytes[size + 2..];
    }
}
