//! Numbers of things: one of them, or many.

use rust_i18n::t;

/// What reports count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    Byte,
    Check,
    Client,
    Connection,
    Lab,
    Line,
    OpenDescriptor,
    Point,
    Submission,
    Thread,
}

/// `1 byte`, `3 bytes`.
pub fn count(number: u64, noun: Noun) -> String {
    let is_one = number == 1;
    match noun {
        Noun::Byte if is_one => t!("1 byte"),
        Noun::Byte => t!("%{number} bytes", number = number),
        Noun::Check if is_one => t!("1 check"),
        Noun::Check => t!("%{number} checks", number = number),
        Noun::Client if is_one => t!("1 client"),
        Noun::Client => t!("%{number} clients", number = number),
        Noun::Connection if is_one => t!("1 connection"),
        Noun::Connection => t!("%{number} connections", number = number),
        Noun::Lab if is_one => t!("1 lab"),
        Noun::Lab => t!("%{number} labs", number = number),
        Noun::Line if is_one => t!("1 line"),
        Noun::Line => t!("%{number} lines", number = number),
        Noun::OpenDescriptor if is_one => t!("1 open descriptor"),
        Noun::OpenDescriptor => t!("%{number} open descriptors", number = number),
        Noun::Point if is_one => t!("1 point"),
        Noun::Point => t!("%{number} points", number = number),
        Noun::Submission if is_one => t!("1 submission"),
        Noun::Submission => t!("%{number} submissions", number = number),
        Noun::Thread if is_one => t!("1 thread"),
        Noun::Thread => t!("%{number} threads", number = number),
    }
    .into_owned()
}
