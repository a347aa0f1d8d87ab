//! What cannot be said of somebody who sends and receives datagrams: there is no connection that could end.

use rust_i18n::t;

use super::slice::Slice;
use crate::manifest::problem::Problem;
use crate::model::script::{Form, Listener, Payload, Sentence, Who};

/// What UDP carries over IPv4 at most.
const LARGEST: u64 = 65_507;

/// Whom a sentence is about that only a connection can do or suffer.
pub fn of_connections(sentence: &Sentence) -> Option<&Who> {
    match sentence {
        Sentence::StopSending { who }
        | Sentence::StopReading { who }
        | Sentence::ReadAgain { who }
        | Sentence::Close { who }
        | Sentence::Reset { who }
        | Sentence::Send { who, pieces: Some(_), .. }
        | Sentence::Send { who, what: Payload::Request { .. }, .. } => Some(who),
        Sentence::Receive {
            listener: Listener::Clients(who),
            form:
                Form::End
                | Form::EventuallyEnd
                | Form::Disconnected
                | Form::Reset
                | Form::WhatWasSent { .. }
                | Form::Status(_)
                | Form::Header { .. }
                | Form::Body(_),
        } => Some(who),
        _ => None,
    }
}

/// Whom a sentence lets send more than a datagram can hold.
pub fn too_large(sentence: &Sentence) -> Option<&Who> {
    match sentence {
        Sentence::Send {
            who,
            what: Payload::Bulk { bytes } | Payload::BulkLines { each: bytes, .. },
            ..
        } if *bytes > LARGEST => Some(who),
        _ => None,
    }
}

pub fn no_connection(line: Slice<'_>, name: &str) -> Problem {
    let message = t!("`%{name}` sends datagrams, and this is about connections", name = name);
    let help = t!("with UDP one sends and receives, and nothing else: `%{name} receives: …`", name = name);
    Problem::new(line.place(), message).help(help)
}

pub fn no_room(line: Slice<'_>, name: &str) -> Problem {
    let message = t!("a datagram of `%{name}` holds 65507 bytes at most", name = name);
    Problem::new(line.place(), message)
        .help(t!("send less, or several of them: `sends 3 lines of 1000 bytes`"))
}
