//! One response, as far as it has come.

use bstr::ByteSlice;
use httparse::Status;

use crate::model::outcome::HttpActual;

/// Header fields that a head may have.
const MOST_FIELDS: usize = 100;

/// Bytes of a head.
const LONGEST_HEAD: usize = 64 << 10;

/// Bytes that are shown of what is no line of a head.
const SHOWN: usize = 200;

/// Does a body follow the head?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Asked {
    #[default]
    Everything,
    /// HEAD: a length is told, and no body comes.
    Head,
}

/// A response that has come as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub code: u16,
    /// `404 Not Found`, or the code alone.
    pub status: Vec<u8>,
    pub fields: Vec<Field>,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: Vec<u8>,
}

/// What still has to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing came.
    Everything,
    /// `bytes` of the head came.
    EndOfHead {
        bytes: usize,
    },
    /// `got` of `length`.
    Body {
        got: usize,
        length: u64,
    },
    LastChunk {
        got: usize,
    },
    /// The end of the connection.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// With the bytes that it takes up.
    Whole(Response, usize),
    Part(Missing),
    /// Whatever comes later.
    Bad(HttpActual),
}

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    None,
    Length(u64),
    Chunked,
    /// With the connection.
    Rest,
}

/// Reads the response at the beginning of `bytes`. `ended`: nothing more comes.
pub fn read(bytes: &[u8], asked: Asked, ended: bool) -> Reading {
    let head = match head_of(bytes) {
        Ok(Some(head)) => head,
        Ok(None) if bytes.is_empty() => return Reading::Part(Missing::Everything),
        Ok(None) => return Reading::Part(Missing::EndOfHead { bytes: bytes.len() }),
        Err(fault) => return Reading::Bad(fault),
    };
    let mut response = match parsed(head) {
        Ok(response) => response,
        Err(fault) => return Reading::Bad(fault),
    };
    let rest = &bytes[head.len()..];
    let framing = match framing(&response, asked) {
        Ok(framing) => framing,
        Err(fault) => return Reading::Bad(fault),
    };
    let length = match framing {
        Framing::None => 0,
        Framing::Length(length) => match usize::try_from(length) {
            Ok(length) if length <= rest.len() => length,
            _ => return Reading::Part(Missing::Body { got: rest.len(), length }),
        },
        Framing::Rest if ended => rest.len(),
        Framing::Rest => return Reading::Part(Missing::End),
        Framing::Chunked => match chunks(rest) {
            Ok(Some((body, length))) => {
                response.body = body;
                return Reading::Whole(response, head.len() + length);
            }
            Ok(None) => return Reading::Part(Missing::LastChunk { got: rest.len() }),
            Err(fault) => return Reading::Bad(fault),
        },
    };
    response.body = rest[..length].to_vec();
    Reading::Whole(response, head.len() + length)
}

/// The lines up to the empty one, which must all end as HTTP's do; none while they are not complete.
fn head_of(bytes: &[u8]) -> Result<Option<&[u8]>, HttpActual> {
    let mut begin = 0;
    let mut lines = 0;
    while let Some(length) = bytes[begin..].find_byte(b'\n') {
        let line = &bytes[begin..begin + length];
        let Some(line) = line.strip_suffix(b"\r") else {
            return Err(match lines == 0 && !line.starts_with(b"HTTP/") {
                true => HttpActual::NoStatusLine(shown(line)),
                false => HttpActual::BareNewline(shown(line)),
            });
        };
        if lines == 0 && !line.starts_with(b"HTTP/") {
            return Err(HttpActual::NoStatusLine(shown(line)));
        }
        begin += length + 1;
        lines += 1;
        if line.is_empty() {
            return Ok(Some(&bytes[..begin]));
        }
        if lines > MOST_FIELDS + 1 {
            break;
        }
    }
    match lines > MOST_FIELDS + 1 || bytes.len() > LONGEST_HEAD {
        true => Err(HttpActual::EndlessHead),
        false => Ok(None),
    }
}

fn shown(line: &[u8]) -> Vec<u8> {
    line[..line.len().min(SHOWN)].to_vec()
}

fn parsed(head: &[u8]) -> Result<Response, HttpActual> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let first = head.lines().next().unwrap_or_default();
    match response.parse(head) {
        Ok(Status::Complete(_)) => {}
        Err(httparse::Error::TooManyHeaders) => return Err(HttpActual::EndlessHead),
        Err(httparse::Error::Version | httparse::Error::Status) | Ok(Status::Partial) => {
            return Err(HttpActual::NoStatusLine(shown(first)));
        }
        Err(_) => return Err(first_fault(head)),
    }
    let Some(code) = response.code.filter(|code| (100..600).contains(code)) else {
        return Err(HttpActual::NoStatusLine(shown(first)));
    };
    // As it stands there: what the library gives as the reason leaves out bytes outside ASCII.
    let status = first.splitn_str(2, " ").nth(1).unwrap_or_default().trim().to_vec();
    let field = |field: &httparse::Header| Field { name: field.name.to_owned(), value: field.value.to_vec() };
    let fields = response.headers.iter().map(field).collect();
    Ok(Response { code, status, fields, body: Vec::new() })
}

/// The line that the library stumbled over.
fn first_fault(head: &[u8]) -> HttpActual {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let is_fault = |line: &&[u8]| {
        let mut fields = [httparse::EMPTY_HEADER; 1];
        !line.is_empty() && httparse::parse_headers(&[line, &b"\r\n\r\n"[..]].concat(), &mut fields).is_err()
    };
    match lines.find(is_fault) {
        Some(line) => HttpActual::NoField(shown(line)),
        None => HttpActual::NoStatusLine(shown(first)),
    }
}

impl Response {
    /// The values of the fields of this name, in either case.
    pub fn values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r [u8]> {
        let named = |field: &&Field| field.name.eq_ignore_ascii_case(name);
        self.fields.iter().filter(named).map(|field| field.value.as_slice())
    }
}

/// RFC 9112, 6.3.
fn framing(response: &Response, asked: Asked) -> Result<Framing, HttpActual> {
    if asked == Asked::Head || matches!(response.code, 100..200 | 204 | 304) {
        return Ok(Framing::None);
    }
    if let Some(coding) = response.values("Transfer-Encoding").last() {
        let last = coding.rsplit(|byte| *byte == b',').next().unwrap_or_default().trim();
        return Ok(if last.eq_ignore_ascii_case(b"chunked") { Framing::Chunked } else { Framing::Rest });
    }
    let mut lengths = response.values("Content-Length");
    let Some(length) = lengths.next() else { return Ok(Framing::Rest) };
    if let Some(other) = lengths.find(|other| *other != length) {
        return Err(HttpActual::BadLength([length, b", ", other].concat()));
    }
    let number =
        std::str::from_utf8(length).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match number.and_then(|text| text.parse().ok()) {
        Some(length) => Ok(Framing::Length(length)),
        None => Err(HttpActual::BadLength(length.to_vec())),
    }
}

/// The body in chunks, and the bytes that they take up with what is around them.
fn chunks(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, HttpActual> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        let bad = || HttpActual::BadChunk(shown(rest.lines().next().unwrap_or_default()));
        let (line, size) = match httparse::parse_chunk_size(rest) {
            Ok(Status::Complete(found)) => found,
            Ok(Status::Partial) if rest.len() > SHOWN => return Err(bad()),
            Ok(Status::Partial) => return Ok(None),
            Err(_) => return Err(bad()),
        };
        at += line;
        if size == 0 {
            break;
        }
        let rest = &bytes[at..];
        let Ok(size) = usize::try_from(size) else { return Err(bad()) };
        let Some(end) = size.checked_add(2).filter(|end| *end <= rest.len()) else { return Ok(None) };
        if &rest[size..end] != b"\r\n" {
            return Err(HttpActual::BadChunk(shown(&rest[size..])));
        }
        body.extend_from_slice(&rest[..size]);
        at += end;
    }
    // Trailer fields, and the empty line.
    loop {
        let Some(length) = bytes[at..].find_byte(b'\n') else { return Ok(None) };
        let line = &bytes[at..at + length];
        at += length + 1;
        match line {
            b"\r" => return Ok(Some((body, at))),
            line if line.ends_with(b"\r") => {}
            line => return Err(HttpActual::BareNewline(shown(line))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str =
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nol\u{e1}!";
    const CHUNKS: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nol\u{e1}\r\n1;x=y\r\n!\r\n0\r\nX: y\r\n\r\n";
    const TO_THE_END: &str = "HTTP/1.0 200 OK\r\n\r\nol\u{e1}!";
    const EMPTY: &str = "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n";

    fn whole(bytes: &[u8], ended: bool) -> (Response, usize) {
        match read(bytes, Asked::Everything, ended) {
            Reading::Whole(response, length) => (response, length),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_body_ends_in_each_of_the_ways_that_there_are() {
        for (text, ended, body) in [
            (PAGE, false, "ol\u{e1}!"),
            (CHUNKS, false, "ol\u{e1}!"),
            (TO_THE_END, true, "ol\u{e1}!"),
            (EMPTY, false, ""),
        ] {
            let (response, length) = whole(text.as_bytes(), ended);
            assert_eq!((response.body.as_bstr(), length), (body.as_bytes().as_bstr(), text.len()), "{text}");
        }
        assert_eq!(read(TO_THE_END.as_bytes(), Asked::Everything, false), Reading::Part(Missing::End));
        let head = PAGE.len() - 5;
        let asked = read(PAGE.as_bytes(), Asked::Head, false);
        assert!(
            matches!(asked, Reading::Whole(response, length) if length == head && response.body.is_empty())
        );
    }

    #[test]
    fn of_every_beginning_something_is_missing_and_nothing_is_wrong() {
        for text in [PAGE, CHUNKS, EMPTY] {
            let (response, length) = whole(text.as_bytes(), false);
            for cut in 0..length {
                let reading = read(&text.as_bytes()[..cut], Asked::Everything, false);
                assert!(matches!(reading, Reading::Part(_)), "{cut} of {text:?}: {reading:?}");
            }
            // What comes behind it is another response's.
            let both = [text.as_bytes(), b"HTTP"].concat();
            assert_eq!(whole(&both, false), (response, length));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        use HttpActual::*;
        let bad = |text: &str| match read(text.as_bytes(), Asked::Everything, false) {
            Reading::Bad(fault) => fault,
            other => panic!("{text:?}: {other:?}"),
        };
        assert_eq!(bad("hello\r\n"), NoStatusLine(b"hello".to_vec()));
        assert_eq!(bad("hello\n"), NoStatusLine(b"hello".to_vec()));
        assert_eq!(bad("HTTP/1.1 200 OK\n"), BareNewline(b"HTTP/1.1 200 OK".to_vec()));
        assert_eq!(bad("HTTP/1.1 two OK\r\n\r\n"), NoStatusLine(b"HTTP/1.1 two OK".to_vec()));
        assert_eq!(bad("HTTP/1.1 200 OK\r\nA: b\r\nno field\r\n\r\n"), NoField(b"no field".to_vec()));
        assert_eq!(bad("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), BadLength(b"-1".to_vec()));
        assert_eq!(
            bad("HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n"),
            BadLength(b"1, 2".to_vec())
        );
        assert_eq!(
            bad("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhi\r\n"),
            BadChunk(b"hi".to_vec())
        );
        assert_eq!(bad(&format!("HTTP/1.1 200 OK\r\n{}", "A: b\r\n".repeat(200))), EndlessHead);
        assert_eq!(bad(&format!("HTTP/1.1 200 OK\r\nA: {}", "b".repeat(70_000))), EndlessHead);
    }

    proptest! {
        #[test]
        fn nothing_that_comes_is_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..300), ended: bool) {
            for text in [PAGE, CHUNKS, TO_THE_END] {
                for at in [0, 17, 40, text.len()] {
                    let mut odd = text.as_bytes()[..at.min(text.len())].to_vec();
                    odd.extend(&bytes);
                    if let Reading::Whole(_, length) = read(&odd, Asked::Everything, ended) {
                        prop_assert!(length <= odd.len());
                    }
                }
            }
        }
    }
}
