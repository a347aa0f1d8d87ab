//! HTTP responses, in words.

use rust_i18n::t;

use super::expected::narrow;
use super::list;
use crate::model::outcome::{Actual, HttpActual, HttpExpected};
use crate::report::bytes::{Showing, quoted, visible};
use crate::report::count::{Noun, count};

/// Header fields that are named.
const NAMED: usize = 8;

pub fn expected(expected: &HttpExpected) -> String {
    match expected {
        HttpExpected::Response => t!("an HTTP response"),
        HttpExpected::EndOfHead => t!("the empty line at the end of the response's head"),
        HttpExpected::Body { length } => {
            t!("a body of %{bytes}, as Content-Length says", bytes = count(*length, Noun::Byte))
        }
        HttpExpected::LastChunk => t!("the chunk of length 0, which ends the body"),
        HttpExpected::EndOfBody => {
            t!("the end of the body: without Content-Length, that is the end of the connection")
        }
        HttpExpected::Status(status) => t!("the status %{status}", status = visible(status)),
        HttpExpected::Header { name, value } => {
            t!("the header %{header}", header = format!("{}: {}", visible(name), visible(value)))
        }
        HttpExpected::BodyLike(pattern) => t!("a body like %{pattern}", pattern = visible(pattern)),
    }
    .into_owned()
}

pub fn actual(actual: &HttpActual, showing: Showing) -> String {
    let shown = |bytes: &[u8]| quoted(bytes, narrow(showing));
    match actual {
        HttpActual::NoStatusLine(line) => {
            t!("%{line}, which is no status line such as HTTP/1.1 200 OK", line = shown(line))
        }
        HttpActual::BareNewline(line) => {
            t!("the line %{line} ends in \\n alone; HTTP's lines end in \\r\\n", line = shown(line))
        }
        HttpActual::NoField(line) => {
            t!("%{line}, which is no header: a name, a colon and a value", line = shown(line))
        }
        HttpActual::EndlessHead => t!("a head that does not end: more than 100 headers, or 64 KiB"),
        HttpActual::BadLength(value) => {
            t!("a Content-Length of %{value}, which is no number of bytes", value = shown(value))
        }
        HttpActual::BadChunk(line) => {
            t!(
                "%{line}, where a chunk should begin with its length in hexadecimal digits",
                line = shown(line)
            )
        }
        HttpActual::Status(status) => {
            t!("the status %{status}", status = visible(&String::from_utf8_lossy(status)))
        }
        HttpActual::NoSuchHeader { has } if has.is_empty() => t!("no header at all"),
        HttpActual::NoSuchHeader { has } => {
            let named: Vec<String> = has.iter().take(NAMED).map(|name| visible(name)).collect();
            t!("no such header, but %{headers}", headers = list(&named))
        }
        HttpActual::Header(value) => t!("the value %{value}", value = shown(value)),
        HttpActual::Body(body) => quoted(body, showing).into(),
        HttpActual::Part { bytes, then } => {
            let bytes = count(*bytes, Noun::Byte);
            match &**then {
                Actual::Ended { .. } => t!("%{bytes}, and then the end of the connection", bytes = bytes),
                Actual::Reset { .. } => t!("%{bytes}, and then a reset", bytes = bytes),
                then => t!("%{bytes}, and then %{then}", bytes = bytes, then = super::actual(then, showing)),
            }
        }
    }
    .into_owned()
}
