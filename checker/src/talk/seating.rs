//! One socket's owner: a client, or one member of a crowd.

use std::collections::BTreeMap;

use super::ear::Heard;
use crate::model::course::{Check, Part, Post, Speech};

#[derive(Debug)]
pub struct Seating {
    pub name: String,
    /// Index into the check's cast.
    pub actor: usize,
    pub member: Option<usize>,
    pub link: Link,
    pub heard: Heard,
    /// What it sent since it last received something.
    pub sent: Vec<u8>,
    pub burst: Burst,
    pub queue: Queue,
    pub speech: Speech,
    /// What a crowd's member captured.
    pub captures: BTreeMap<String, Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    Away,
    Connecting,
    Handshaken,
    Accepted,
    Refused,
    /// It broke while something was still to be sent.
    Broken,
    /// Ended by the program, as a sentence has heard.
    Ended,
    /// Closed or reset by us.
    Left,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Burst {
    Going,
    /// A sentence has received since: the next one that sends begins anew.
    Answered,
}

/// Bytes that the machine was given and that have not left yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    Empty,
    Filled,
}

/// One seat for each client, as many as it has members for a crowd.
pub fn seats(check: &Check) -> Vec<Seating> {
    let part = |actor: usize| check.cast.get(actor).map_or(Part::Client, |actor| actor.part);
    let seating = |name: String, actor: usize, member: Option<usize>| Seating {
        name,
        actor,
        member,
        // Whoever waits for datagrams is there from the beginning.
        link: if part(actor) == Part::Post(Post::UdpServer) { Link::Accepted } else { Link::Away },
        heard: Heard::new(part(actor).speech()),
        speech: part(actor).speech(),
        sent: Vec::new(),
        burst: Burst::Going,
        queue: Queue::Empty,
        captures: BTreeMap::new(),
    };
    let mut seats = Vec::new();
    for (index, actor) in check.cast.iter().enumerate() {
        match actor.part {
            Part::Client | Part::UdpClient | Part::Guest | Part::Post(_) => {
                seats.push(seating(actor.name.clone(), index, None))
            }
            Part::Crowd { clients } => seats.extend(
                (1..=clients).map(|member| seating(format!("{} {member}", actor.name), index, Some(member))),
            ),
        }
    }
    seats
}
