//! An HTTP response, and what is asked of it.

use predicates::Predicate;

use super::listening::Listening;
use super::{Judged, Miss};
use crate::model::outcome::{Actual, Expected, FailureKind, HttpActual, HttpExpected};
use crate::model::stage::Ending;
use crate::talk::ear::{Line, Newline};
use crate::talk::http::{Missing, Part, Reading, Response, read};
use crate::talk::matcher::{Fit, Matcher};

/// Bytes of a body that are shown.
const BODY_SHOWN: usize = 2000;

/// What a sentence asks of a response.
#[derive(Debug)]
pub enum Asking {
    Status(Matcher),
    Header { name: String, value: Matcher },
    Body(Matcher),
}

impl Asking {
    fn part(&self) -> Part {
        match self {
            Asking::Status(_) => Part::Status,
            Asking::Header { .. } => Part::Header,
            Asking::Body(_) => Part::Body,
        }
    }
}

/// Takes the next response, unless the sentence is about the one that was taken last.
pub fn judge(asking: &mut Asking, listening: &mut Listening) -> Judged {
    let part = asking.part();
    if listening.ear.exchange.current(part).is_none() {
        let ended = listening.ear.ending() == Some(Ending::Fin);
        match read(listening.ear.unread(), listening.ear.exchange.asked(), ended) {
            Reading::Whole(response, length) => {
                listening.ear.take(length);
                listening.ear.exchange.takes(response);
            }
            Reading::Part(missing) => return lack(missing, listening),
            Reading::Bad(fault) => {
                let expected = Expected::Http(HttpExpected::Response);
                return listening.contradiction(FailureKind::Mismatch, expected, Actual::Http(fault));
            }
        }
    }
    let Some(response) = listening.ear.exchange.current(part).cloned() else { return Judged::Waiting };
    match asking {
        Asking::Status(text) => status(text, &response, listening),
        Asking::Header { name, value } => header(name, value, &response, listening),
        Asking::Body(text) => body(text, &response, listening),
    }
}

fn lack(missing: Missing, listening: &Listening) -> Judged {
    let http = |expected| move || Expected::Http(expected);
    let after = |bytes: usize, judged: Judged| match judged {
        Judged::Failed(miss) if bytes > 0 => {
            let then = match miss.actual {
                Actual::Ended { .. } => Actual::Ended { bytes: 0 },
                Actual::Reset { .. } => Actual::Reset { bytes: 0 },
                other => other,
            };
            let actual = Actual::Http(HttpActual::Part { bytes: bytes as u64, then: Box::new(then) });
            Judged::Failed(Miss { actual, ..miss })
        }
        other => other,
    };
    match missing {
        Missing::Everything => listening.lack(http(HttpExpected::Response), 0),
        Missing::EndOfHead { bytes } => {
            let came = listening.ear.unread();
            if !came.starts_with(b"HTTP/") && !b"HTTP/".starts_with(came) {
                let fault = HttpActual::NoStatusLine(came[..came.len().min(BODY_SHOWN)].to_vec());
                return match listening.lack(http(HttpExpected::Response), 0) {
                    Judged::Failed(miss) => Judged::Failed(Miss {
                        kind: FailureKind::Mismatch,
                        actual: Actual::Http(fault),
                        ..miss
                    }),
                    other => other,
                };
            }
            let judged = after(bytes, listening.lack(http(HttpExpected::EndOfHead), bytes as u64));
            match judged {
                Judged::Failed(miss) if miss.kind == FailureKind::NoAnswer => {
                    Judged::Failed(Miss { kind: FailureKind::MissingNewline, ..miss })
                }
                other => other,
            }
        }
        Missing::Body { got, length } => {
            after(got, listening.lack(http(HttpExpected::Body { length }), got as u64))
        }
        Missing::LastChunk { got } => after(got, listening.lack(http(HttpExpected::LastChunk), got as u64)),
        Missing::End if listening.ear.ending().is_some() => listening.lack(http(HttpExpected::EndOfBody), 0),
        Missing::End => listening.not_ended(Expected::Http(HttpExpected::EndOfBody)),
    }
}

fn line(text: &[u8]) -> Line {
    Line { text: text.to_vec(), newline: Newline::Missing, length: text.len() }
}

/// `404`, or `404 Not Found`.
fn status(text: &mut Matcher, response: &Response, listening: &mut Listening) -> Judged {
    text.bind(listening.names.bindings());
    let code = response.code.to_string().into_bytes();
    let fits = |shown: &&[u8]| text.fit(&line(shown)) == Fit::Fits;
    let Some(shown) = [&code[..], &response.status].into_iter().find(fits) else {
        let expected = Expected::Http(HttpExpected::Status(text.written.clone()));
        let actual = Actual::Http(HttpActual::Status(response.status.clone()));
        return listening.contradiction(FailureKind::Mismatch, expected, actual);
    };
    listening.names.captures.extend(text.capture(shown));
    listening.ear.exchange.told(Part::Status);
    listening.done()
}

fn header(name: &str, text: &mut Matcher, response: &Response, listening: &mut Listening) -> Judged {
    text.bind(listening.names.bindings());
    let fits = |value: &&[u8]| text.fit(&line(value)) == Fit::Fits;
    if let Some(value) = response.values(name).find(fits) {
        listening.names.captures.extend(text.capture(value));
        return listening.done();
    }
    let actual = match response.values(name).next() {
        Some(value) => HttpActual::Header(value.to_vec()),
        None => {
            HttpActual::NoSuchHeader { has: response.fields.iter().map(|field| field.name.clone()).collect() }
        }
    };
    let expected = HttpExpected::Header { name: name.to_owned(), value: text.written.clone() };
    listening.contradiction(FailureKind::Mismatch, Expected::Http(expected), Actual::Http(actual))
}

/// A newline at its end is the body's own taste, unless the text insists on it.
fn body(text: &mut Matcher, response: &Response, listening: &mut Listening) -> Judged {
    text.bind(listening.names.bindings());
    let body = response.body.as_slice();
    let bare = body.strip_suffix(b"\n").map_or(body, |line| line.strip_suffix(b"\r").unwrap_or(line));
    let insists = text.literal().is_none_or(|literal| literal.ends_with(b"\n"));
    if text.eval(body) || !insists && text.eval(bare) {
        listening.ear.exchange.told(Part::Body);
        return listening.done();
    }
    let shown = body[..body.len().min(BODY_SHOWN)].to_vec();
    match text.literal() {
        Some(literal) => listening.contradiction(
            FailureKind::Mismatch,
            Expected::Bytes { offset: 0, bytes: literal.to_vec() },
            Actual::Bytes { offset: 0, bytes: shown },
        ),
        None => listening.contradiction(
            FailureKind::Mismatch,
            Expected::Http(HttpExpected::BodyLike(text.written.clone())),
            Actual::Http(HttpActual::Body(shown)),
        ),
    }
}
