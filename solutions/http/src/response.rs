//! A response, in one piece.

use std::io::{self, Write};

pub struct Response {
    pub status: u16,
    reason: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
}

impl Response {
    pub fn page(kind: &'static str, body: Vec<u8>) -> Response {
        Response { status: 200, reason: "OK", headers: vec![("Content-Type", kind)], body }
    }

    /// A page that says no more than the status.
    pub fn of_status(status: u16, reason: &'static str) -> Response {
        let body = format!("<!doctype html>\n<title>{reason}</title>\n<h1>{status} {reason}</h1>\n");
        let headers = vec![("Content-Type", "text/html; charset=utf-8")];
        Response { status, reason, headers, body: body.into_bytes() }
    }

    pub fn with(mut self, name: &'static str, value: &'static str) -> Response {
        self.headers.push((name, value));
        self
    }

    pub fn write_to(&self, mut client: impl Write) -> io::Result<()> {
        let mut bytes = Vec::new();
        write!(bytes, "HTTP/1.1 {} {}\r\n", self.status, self.reason)?;
        for (name, value) in &self.headers {
            write!(bytes, "{name}: {value}\r\n")?;
        }
        // The length of the bytes, which is not the number of characters.
        write!(bytes, "Content-Length: {}\r\nConnection: close\r\n\r\n", self.body.len())?;
        bytes.extend(&self.body);
        client.write_all(&bytes)
    }
}
