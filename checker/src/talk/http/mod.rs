//! HTTP/1.1 responses out of a stream of bytes.
//!
//! A response is read from the beginning of what came, again and again while it grows; nothing is remembered
//! between two attempts, so that the segments in which it comes make no difference.

mod request;
mod response;

pub use request::request;
pub use response::{Asked, Field, Missing, Reading, Response, read};

/// What a client has asked, and the response that its sentences are about.
#[derive(Debug, Default)]
pub struct Exchange {
    asked: Asked,
    /// The response that was taken last, until the client sends something.
    response: Option<Response>,
    status: Told,
    body: Told,
}

/// Was a sentence about it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Told {
    #[default]
    No,
    Yes,
}

/// What a sentence wants to know of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Status,
    Header,
    Body,
}

impl Exchange {
    /// The client sends: what it gets from here on is another response.
    pub fn sends(&mut self, bytes: &[u8]) {
        let method = bytes.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        if method > 0 && bytes.get(method) == Some(&b' ') {
            self.asked = if &bytes[..method] == b"HEAD" { Asked::Head } else { Asked::Everything };
        }
        self.response = None;
    }

    /// The response that the sentence is about; none where it is the next one. A second status, and a second
    /// body, are another response's.
    pub fn current(&self, part: Part) -> Option<&Response> {
        let is_over = match part {
            Part::Status => self.status == Told::Yes,
            Part::Header => false,
            Part::Body => self.body == Told::Yes,
        };
        self.response.as_ref().filter(|_| !is_over)
    }

    pub fn asked(&self) -> Asked {
        self.asked
    }

    pub fn takes(&mut self, response: Response) {
        self.response = Some(response);
        (self.status, self.body) = (Told::No, Told::No);
    }

    /// A sentence about this has come true.
    pub fn told(&mut self, part: Part) {
        match part {
            Part::Status => self.status = Told::Yes,
            Part::Header => {}
            Part::Body => self.body = Told::Yes,
        }
    }
}
