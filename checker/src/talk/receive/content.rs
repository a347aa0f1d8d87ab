//! Exact bytes, wherever lines end.

use predicates::Predicate;

use super::{Judged, Listening, Miss};
use crate::model::outcome::{Actual, Expected, FailureKind};
use crate::talk::matcher::Matcher;

/// Bytes shown on each side of the first difference.
const CONTEXT: usize = 40;

/// Bytes shown of a text that does not fit as a whole.
const WHOLE_SHOWN: usize = 2000;

/// Exactly these bytes, of which `met` have come.
pub fn content(bytes: &[u8], met: &mut usize, listening: &mut Listening) -> Judged {
    let unread = listening.ear.unread();
    let same = unread.iter().zip(&bytes[*met..]).take_while(|(came, wanted)| came == wanted).count();
    let came = unread[same..].iter().take(CONTEXT).copied().collect::<Vec<u8>>();
    listening.ear.take(same);
    *met += same;
    let rest = &bytes[*met..];
    if rest.is_empty() {
        return listening.done();
    }
    let shown = &rest[..rest.len().min(CONTEXT)];
    if !came.is_empty() {
        let from = met.saturating_sub(CONTEXT / 2);
        let common = &bytes[from..*met];
        return listening.contradiction(
            FailureKind::Mismatch,
            Expected::Bytes { offset: from as u64, bytes: [common, shown].concat() },
            Actual::Bytes { offset: from as u64, bytes: [common, &came].concat() },
        );
    }
    let missing = || Expected::Bytes { offset: *met as u64, bytes: shown.to_vec() };
    match listening.lack(missing, *met as u64) {
        Judged::Failed(miss) if (rest == b"\n" || rest == b"\r\n") && *met > 0 => {
            let last = bytes[..*met].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            Judged::Failed(Miss {
                kind: FailureKind::MissingNewline,
                actual: Actual::WithoutNewline(last.to_vec()),
                ..miss
            })
        }
        other => other,
    }
}

/// Everything up to the end, which must fit as one text.
pub fn whole(text: &mut Matcher, listening: &mut Listening) -> Judged {
    text.bind(listening.names.bindings());
    if listening.ear.ending().is_none() {
        return listening.not_ended(Expected::End);
    }
    let came = listening.ear.unread();
    if text.eval(came) {
        listening.ear.forget();
        return listening.done();
    }
    let shown = came[..came.len().min(WHOLE_SHOWN)].to_vec();
    let wanted = match text.literal() {
        Some(literal) => Expected::Bytes { offset: 0, bytes: literal.to_vec() },
        None => Expected::WholeLike(text.written.clone()),
    };
    listening.contradiction(FailureKind::Mismatch, wanted, Actual::Bytes { offset: 0, bytes: shown })
}

/// A datagram of exactly these bytes.
pub fn datagram(bytes: &[u8], listening: &mut Listening) -> Judged {
    let wanted = || Expected::Bytes { offset: 0, bytes: bytes.to_vec() };
    let Some(line) = listening.line() else { return listening.lack(wanted, 0) };
    let came = listening.ear.unread()[..line.length].to_vec();
    if came == bytes {
        listening.take(&line);
        return listening.done();
    }
    listening.contradiction(FailureKind::Mismatch, wanted(), Actual::Bytes { offset: 0, bytes: came })
}
