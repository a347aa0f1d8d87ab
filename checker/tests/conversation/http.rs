//! Responses of HTTP/1.1, the right and the wrong.

use checker::model::outcome::{Actual, Expected, FailureKind, HttpActual, HttpExpected};
use checker::model::stage::Order;

use crate::play::{End, Play, play};

const SILENT: Actual = Actual::SilenceAtRest;

const PAGE: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 11\r\n\r\n<p>ol\u{e1}</p>";

const LOOK: &str = "ana connects\nana requests: GET /\nana gets status: 200\n\
    ana gets header: content-type: /html/\nana gets body: <p>ol\u{e1}</p>";

fn http(expected: HttpExpected) -> Expected {
    Expected::Http(expected)
}

fn bad(actual: HttpActual) -> Actual {
    Actual::Http(actual)
}

fn byte_by_byte(play: Play, text: &str) -> Play {
    text.as_bytes().iter().fold(play, |play, byte| play.says("ana", [*byte]))
}

#[test]
fn a_response_is_the_same_in_every_piece() {
    play(LOOK).says("ana", PAGE).passes_with_the_last();
    byte_by_byte(play(LOOK), PAGE).passes_with_the_last();
    let chunks = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n\
        4\r\n<p>o\r\n7\r\nl\u{e1}</p>\r\n0\r\n\r\n";
    byte_by_byte(play(LOOK), chunks).passes_with_the_last();
    let to_the_end = "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>ol\u{e1}</p>\n";
    let ended = format!("{LOOK}\nana receives the end");
    byte_by_byte(play(&ended), to_the_end).ends("ana").passes_with_the_last();
    play(LOOK).says("ana", to_the_end).fails(
        FailureKind::NotEnded,
        http(HttpExpected::EndOfBody),
        Actual::StillOpen,
    );
}

#[test]
fn a_request_is_what_a_browser_would_send() {
    let verdict = play("ana connects\nana requests:\n  POST /{word}\n  X: y\n  --\n  oi\n").verdict();
    assert_eq!(verdict.end, End::Passed);
    let sent = verdict.orders.iter().find_map(|order| match order {
        Order::Send { bytes, .. } => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    });
    let sent = sent.unwrap();
    assert!(sent.starts_with("POST /") && !sent.contains("{word}"), "{sent}");
    let rest = " HTTP/1.1\r\nHost: 127.0.0.1:9090\r\nX: y\r\nContent-Length: 3\r\n\r\noi\n";
    assert!(sent.ends_with(rest), "{sent}");
}

#[test]
fn each_request_has_a_response_of_its_own() {
    let script = "ana connects\nana requests: HEAD /\nana gets status: 200 OK\nana gets body: \"\"\n\
        ana requests: GET /a\nana requests: GET /b\nana gets status: 404\nana gets header: Content-Length: {length}\n\
        ana gets status: 404\nana gets header: Content-Length: {length}\nana gets body: no\nana gets body: /^yes$/";
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n";
    let not = "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n";
    let last = "HTTP/1.1 204 Fine\r\n\r\n";
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";
    play(script).says("ana", head).says("ana", not).says("ana", not).says("ana", ok).passes_with_the_last();
    play(script).says("ana", head).says("ana", not).says("ana", not).says("ana", last).fails(
        FailureKind::Mismatch,
        http(HttpExpected::BodyLike("/^yes$/".into())),
        bad(HttpActual::Body(Vec::new())),
    );
    let extra =
        play("ana connects\nana requests: GET /\nana gets status: 200").says("ana", format!("{PAGE}more"));
    extra.fails(FailureKind::ExtraData, Expected::Nothing, Actual::ExtraBytes(b"more".into()));
}

#[test]
fn what_is_wrong_is_told_in_the_words_of_http() {
    let fails = |text: &str, kind, expected, actual| {
        play(LOOK).says("ana", text).fails(kind, http(expected), actual);
    };
    let mismatch = FailureKind::Mismatch;
    fails("hello\n", mismatch, HttpExpected::Response, bad(HttpActual::NoStatusLine(b"hello".into())));
    fails("hello", mismatch, HttpExpected::Response, bad(HttpActual::NoStatusLine(b"hello".into())));
    let line = b"HTTP/1.1 200 OK".to_vec();
    fails("HTTP/1.1 200 OK\n\n", mismatch, HttpExpected::Response, bad(HttpActual::BareNewline(line)));
    let status = HttpExpected::Status("200".into());
    fails(
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        mismatch,
        status,
        bad(HttpActual::Status(b"404 Not Found".into())),
    );
    let header = || HttpExpected::Header { name: "content-type".into(), value: "/html/".into() };
    fails(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        mismatch,
        header(),
        bad(HttpActual::NoSuchHeader { has: vec!["Content-Length".into()] }),
    );
    fails(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
        mismatch,
        header(),
        bad(HttpActual::Header(b"text/plain".into())),
    );
    let part = |bytes| bad(HttpActual::Part { bytes, then: Box::new(SILENT) });
    fails("HTTP/1.1 200 OK\r\n", FailureKind::MissingNewline, HttpExpected::EndOfHead, part(17));
    let long = PAGE.replace("11", "12");
    fails(&long, FailureKind::NoAnswer, HttpExpected::Body { length: 12 }, part(11));
    play(LOOK).says("ana", &long).ends("ana").fails(
        FailureKind::EndedEarly,
        http(HttpExpected::Body { length: 12 }),
        bad(HttpActual::Part { bytes: 11, then: Box::new(Actual::Ended { bytes: 0 }) }),
    );
    play(LOOK).fails(FailureKind::NoAnswer, http(HttpExpected::Response), SILENT);
    // A length that was counted in characters.
    play(LOOK).says("ana", PAGE.replace("11", "10")).fails(
        mismatch,
        Expected::Bytes { offset: 0, bytes: "<p>ol\u{e1}</p>".into() },
        Actual::Bytes { offset: 0, bytes: "<p>ol\u{e1}</p".into() },
    );
}
