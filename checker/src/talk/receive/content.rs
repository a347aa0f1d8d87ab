//! Exact bytes, wherever lines end.

use super::{Judged, Listening, Miss};
use crate::model::outcome::{Actual, Expected, FailureKind};

/// Bytes shown on each side of the first difference.
const CONTEXT: usize = 40;

/// Exactly these bytes, of which `met` have come.
pub fn content(bytes: &[u8], met: &mut usize, listening: &mut Listening) -> Judged {
    let rest = &bytes[*met..];
    let unread = listening.ear.unread();
    let same = unread.iter().zip(rest).take_while(|(came, wanted)| came == wanted).count();
    if same < unread.len().min(rest.len()) {
        let from = same.saturating_sub(CONTEXT / 2);
        let offset = (*met + from) as u64;
        let excerpt = |all: &[u8]| all[from..all.len().min(same + CONTEXT)].to_vec();
        return listening.wrong(
            FailureKind::Mismatch,
            Expected::Bytes { offset, bytes: excerpt(rest) },
            Actual::Bytes { offset, bytes: excerpt(unread) },
        );
    }
    listening.ear.take(same);
    *met += same;
    let rest = &bytes[*met..];
    if rest.is_empty() {
        return listening.done();
    }
    let missing = || Expected::Bytes { offset: *met as u64, bytes: rest[..rest.len().min(CONTEXT)].to_vec() };
    match listening.lack(missing, *met as u64) {
        Judged::Failed(miss) if rest == b"\n" && *met > 0 => Judged::Failed(Miss {
            kind: FailureKind::MissingNewline,
            actual: Actual::WithoutNewline(bytes[..*met].to_vec()),
            ..miss
        }),
        other => other,
    }
}
