//! The parts of sentences about HTTP.

use rust_i18n::t;

use super::parts::Parts;
use super::slice::Slice;
use crate::model::script::{Form, Payload, Phrase, Piece};

impl<'a> Parts<'_, 'a, '_> {
    /// The request line and header fields, and behind `--` the body.
    pub fn request(&mut self) -> Payload {
        let texts = self.texts();
        let is_divider = |text: &Slice<'_>| text.text.trim_end() == "--";
        let divider = texts.iter().position(is_divider).unwrap_or(texts.len());
        let (head, body) = texts.split_at(divider);
        if let Some(line) = head.first() {
            self.check_request_line(*line);
        }
        for field in head.iter().skip(1).filter(|field| !field.text.contains(':')) {
            let cure = t!("write a name and a value, as in `Accept: text/html`; `--` stands before a body");
            self.report(field.place(), t!("this is no header"), cure);
        }
        let head: Vec<Phrase> = head.iter().flat_map(|text| self.sent(*text)).collect();
        let body = body.iter().skip(1).flat_map(|text| self.sent(*text)).collect();
        Payload::Request { head, body }
    }

    fn check_request_line(&mut self, line: Slice<'a>) {
        let phrases = self.sent_silently(line);
        let Some(Piece::Literal(text)) = phrases.first().and_then(|phrase| phrase.shape.pieces().first())
        else {
            return;
        };
        let method = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        let has_target = phrases.first().is_some_and(|phrase| phrase.shape.pieces().len() > 1)
            || text.get(method + 1).is_some_and(|byte| !byte.is_ascii_whitespace());
        if method == 0 || text.get(method) != Some(&b' ') || !has_target {
            let cure = t!(
                "write a method and a target, as in `GET /`; what is to be wrong goes behind `sends raw:`"
            );
            self.report(line.place(), t!("this is no request"), cure);
        }
    }

    /// `Content-Type: /html/`
    pub fn header(&mut self) -> Form {
        let text = self.one_text();
        let Some((name, value)) = text.text.split_once(':').map(|(name, _)| {
            let behind = text.part(name.len() + 1..text.text.len());
            let blank = usize::from(behind.text.starts_with(' '));
            (name.trim(), behind.part(blank..behind.text.len()))
        }) else {
            return self.no_header(text);
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(is_name) || value.text.trim().is_empty() {
            return self.no_header(text);
        }
        Form::Header { name: name.to_owned(), value: self.heard(value) }
    }

    fn no_header(&mut self, text: Slice<'a>) -> Form {
        let cure = t!("write its name and its value, as in `ana gets header: Content-Type: /html/`");
        self.report(text.place(), t!("this is no header"), cure);
        Form::Header { name: String::new(), value: Phrase::of_line(b"") }
    }

    /// The text of a body.
    pub fn body(&mut self) -> Phrase {
        self.checked_whole(&t!("`gets body` takes nothing out of the body"))
    }
}
