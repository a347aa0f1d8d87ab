//! What is wrong with a sentence about an actor that has a port of its own, or lacks one.

use rust_i18n::t;

use super::slice::Slice;
use super::who::Subject;
use crate::manifest::problem::Problem;
use crate::model::course::{Part, Post};

/// Why this one cannot connect, if it cannot.
pub fn no_client(name: Slice<'_>, part: Option<Part>) -> Option<Problem> {
    let message = match part? {
        Part::Post(Post::TcpServer) => {
            t!("`%{name}` is a server: the program connects to it", name = name.text)
        }
        Part::UdpClient | Part::Post(Post::UdpServer) => return Some(no_connection(name)),
        Part::Post(_) => return Some(only_a_port(name)),
        Part::Guest => t!("`%{name}` is a connection that the program has made", name = name.text),
        Part::Client | Part::Crowd { .. } => return None,
    };
    let help = t!("a server accepts: `srv accepts`, or `srv accepts as %{name}`", name = name.text);
    Some(Problem::new(name.place(), message).help(help))
}

/// Why this one cannot accept, if it cannot.
pub fn no_server(name: Slice<'_>, part: Option<Part>) -> Option<Problem> {
    let message = match part {
        Some(Part::Post(Post::TcpServer)) => return None,
        Some(Part::UdpClient | Part::Post(Post::UdpServer)) => return Some(no_connection(name)),
        Some(Part::Post(_)) => return Some(only_a_port(name)),
        Some(Part::Client | Part::Crowd { .. }) => {
            t!("`%{name}` is a client: it connects, and accepts nobody", name = name.text)
        }
        Some(Part::Guest) => t!("`%{name}` is a connection, which cannot accept", name = name.text),
        None => t!("`%{name}` is no server", name = name.text),
    };
    let help = t!("declare a server: `actors: { %{name}: { tcp: server } }`", name = name.text);
    Some(Problem::new(name.place(), message).help(help))
}

/// What is said of an actor that has no connection yet and never connects.
pub fn not_there(name: Slice<'_>, part: Option<Part>) -> Option<Problem> {
    match part? {
        Part::Post(Post::TcpServer) => {
            let message = t!("`%{name}` has not accepted anybody yet", name = name.text);
            Some(
                Problem::new(name.place(), message)
                    .help(t!("write `%{name} accepts` before", name = name.text)),
            )
        }
        Part::Post(Post::UdpServer) => {
            let message =
                t!("`%{name}` has received nothing yet, and knows nobody to answer", name = name.text);
            Some(
                Problem::new(name.place(), message)
                    .help(t!("write `%{name} receives: …` before", name = name.text)),
            )
        }
        Part::UdpClient => {
            let message = t!("`%{name}` has not sent anything yet", name = name.text);
            Some(
                Problem::new(name.place(), message)
                    .help(t!("write `%{name} sends: …` before", name = name.text)),
            )
        }
        Part::Post(_) => Some(only_a_port(name)),
        Part::Client | Part::Crowd { .. } | Part::Guest => None,
    }
}

/// `accepts` is said of one server.
pub fn not_one(subject: &Subject<'_>) -> Option<Problem> {
    let at = subject.everyone.or(subject.names.get(1).copied())?;
    let message = t!("one server accepts at a time");
    Some(Problem::new(at.place(), message).help(t!("write a sentence for each: `srv accepts`")))
}

pub fn bad_name(name: Slice<'_>, fault: String) -> Problem {
    Problem::new(name.place(), fault)
        .help(t!("names are lower-case letters, digits and `_`, as in `ana` or `client_2`"))
}

/// A connection cannot have the name of somebody else.
pub fn known_otherwise(name: Slice<'_>) -> Problem {
    let message = t!("`%{name}` is somebody else already", name = name.text);
    Problem::new(name.place(), message).help(t!("give the connection a name of its own"))
}

fn no_connection(name: Slice<'_>) -> Problem {
    let message = t!("`%{name}` sends datagrams: with UDP nobody connects", name = name.text);
    Problem::new(name.place(), message).help(t!("leave the sentence out: sending is enough"))
}

pub fn no_datagrams(name: Slice<'_>) -> Problem {
    let message = t!("`%{name}` does not send datagrams", name = name.text);
    Problem::new(name.place(), message).help(t!("declare a UDP client: `actors: { lia: { udp: client } }`"))
}

pub fn no_hearer(name: Slice<'_>) -> Problem {
    let message = t!("`%{name}` is no UDP server, whom somebody else could answer for", name = name.text);
    Problem::new(name.place(), message)
        .help(t!("declare one: `actors: { %{name}: { udp: server } }`", name = name.text))
}

fn only_a_port(name: Slice<'_>) -> Problem {
    let message = t!("`%{name}` only lends its port, and does nothing", name = name.text);
    let help = t!("a server is declared as `%{name}: { tcp: server }`", name = name.text);
    Problem::new(name.place(), message).help(help)
}
