//! A request: its first line, and header lines up to an empty one.

use std::io::{self, BufRead, Read};

/// Bytes that a whole head may have. Without a limit, a client that never ends a line would fill our memory.
const LONGEST: u64 = 64 << 10;

pub struct Request {
    pub method: String,
    /// The path, as the client wrote it: `/notes/today.txt`.
    pub target: String,
}

pub enum Asked {
    For(Request),
    /// Something that is no HTTP.
    Nonsense,
    /// The connection ended before anything came.
    Nothing,
}

/// Reads the head of a request. Its lines end in `\r\n`, or in `\n` alone, as RFC 9112 (2.2) allows us to take.
pub fn read(client: &mut impl BufRead) -> io::Result<Asked> {
    let mut head = client.take(LONGEST);
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        if head.read_until(b'\n', &mut line)? == 0 {
            return Ok(if lines.is_empty() { Asked::Nothing } else { Asked::Nonsense });
        }
        let Some(line) = line.strip_suffix(b"\n") else { return Ok(Asked::Nonsense) };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        // What is no UTF-8 fails in one of the tests below.
        lines.push(String::from_utf8_lossy(line).into_owned());
    }
    let request = lines.split_first().and_then(|(first, headers)| {
        headers.iter().all(|line| is_header(line)).then(|| request(first)).flatten()
    });
    Ok(request.map_or(Asked::Nonsense, Asked::For))
}

/// `GET /path HTTP/1.1`
fn request(line: &str) -> Option<Request> {
    let [method, target, version] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_http = matches!(version, "HTTP/1.0" | "HTTP/1.1");
    let fits = is_method && target.starts_with('/') && is_http;
    fits.then(|| Request { method: method.to_owned(), target: target.to_owned() })
}

/// `Name: value`
fn is_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| !name.is_empty() && !name.contains(char::is_whitespace))
}
