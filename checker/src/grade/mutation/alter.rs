//! An answer, altered: plain bytes in, plain bytes out.

use crate::model::course::Speech;
use crate::model::mutation::Alteration;
use crate::model::stage::Ending;

/// What a sentence would have received, and what lies behind it.
#[derive(Debug, Clone)]
pub struct Answer {
    pub speech: Speech,
    /// The sentence's own part, in lines or datagrams.
    pub own: Vec<Vec<u8>>,
    pub rest: Vec<Vec<u8>>,
    pub ending: Option<Ending>,
    /// Connections can be reset; what a program prints cannot.
    pub can_be_reset: bool,
}

/// What comes of all that comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    Comes,
    /// All but the end.
    NeverEnds,
    /// Nothing of it.
    IsLost,
}

#[derive(Debug, Clone)]
pub struct Altered {
    pub units: Vec<Vec<u8>>,
    pub ending: Option<Ending>,
    pub later: Afterwards,
}

const ADDED: &[u8] = b"~ one line too many ~";

/// `None` where there is nothing to be altered in this way.
pub fn alter(alteration: Alteration, answer: &Answer) -> Option<Altered> {
    use Alteration::*;
    let Answer { speech, own, rest, ending, can_be_reset } = answer;
    let is_stream = *speech == Speech::Stream;
    let with = |own: Vec<Vec<u8>>| Altered {
        units: own.into_iter().chain(rest.iter().cloned()).collect(),
        ending: *ending,
        later: Afterwards::Comes,
    };
    let instead = |ending| Altered { units: Vec::new(), ending, later: Afterwards::IsLost };
    let mut own = own.clone();
    // The last line that has a text.
    let last = own.iter().rposition(|unit| !text_of(unit).0.is_empty());
    let added = if is_stream { [ADDED, b"\n"].concat() } else { ADDED.to_vec() };
    match alteration {
        ByteByByte if is_stream && !own.is_empty() => {}
        AllAtOnce | Later => {}
        ByteFlipped => flip(&mut own[last?]),
        CaseChanged => {
            let swapped: Vec<Vec<u8>> = own.iter().map(|unit| swap_case(unit)).collect();
            if swapped == own {
                return None;
            }
            own = swapped;
        }
        WordsAround => {
            last?;
            own = own.iter().map(|unit| [b"~ ", text_of(unit).0, b" ~", text_of(unit).1].concat()).collect();
        }
        LineDropped if !own.is_empty() => drop(own.remove(own.len() / 2)),
        LineDoubled => own.push(own.last()?.clone()),
        LinesSwapped => return swapped(own, rest).map(|units| Altered { units, ..with(Vec::new()) }),
        CutShort => {
            let last = last?;
            let half = text_of(&own[last]).0.len() / 2;
            own[last].truncate(half);
            own.truncate(last + 1);
        }
        LineEndLost => {
            let last = own.last_mut()?;
            let text = text_of(last).0.len();
            if text == last.len() {
                return None;
            }
            last.truncate(text);
        }
        LineBefore => own.insert(0, added),
        LineAfter if !own.is_empty() => own.push(added),
        BytesBefore => match own.first_mut() {
            Some(first) => first.insert(0, b'~'),
            None => own.push(b"~".to_vec()),
        },
        BytesAfter if is_stream && !own.is_empty() => own.push(b"~".to_vec()),
        BytesAfter => own.last_mut()?.push(b'~'),
        EndedEarly if is_stream && !own.is_empty() => return Some(instead(Some(Ending::Fin))),
        Reset if *can_be_reset && *ending != Some(Ending::Reset) => {
            return Some(instead(Some(Ending::Reset)));
        }
        NeverEnded => {
            (*ending)?;
            return Some(Altered { ending: None, later: Afterwards::NeverEnds, ..with(own) });
        }
        Silenced if !own.is_empty() => return Some(instead(None)),
        OtherLineEnds => {
            let carried = |unit: &Vec<u8>| match unit.strip_suffix(b"\n") {
                Some(text) if !text.ends_with(b"\r") => [text, b"\r\n"].concat(),
                _ => unit.clone(),
            };
            let carried: Vec<Vec<u8>> = own.iter().map(carried).collect();
            if carried == own {
                return None;
            }
            own = carried;
        }
        _ => return None,
    }
    Some(with(own))
}

/// A unit's text, and its line end.
fn text_of(unit: &[u8]) -> (&[u8], &[u8]) {
    let text = unit.strip_suffix(b"\n").map_or(unit, |text| text.strip_suffix(b"\r").unwrap_or(text));
    unit.split_at(text.len())
}

fn flip(unit: &mut [u8]) {
    let middle = text_of(unit).0.len() / 2;
    let byte = &mut unit[middle];
    // No other line end may come of it.
    *byte ^= if matches!(*byte ^ 1, b'\n' | b'\r') { 4 } else { 1 };
}

fn swap_case(unit: &[u8]) -> Vec<u8> {
    let mut swapped = Vec::with_capacity(unit.len());
    for chunk in unit.utf8_chunks() {
        for c in chunk.valid().chars() {
            let other: String =
                if c.is_lowercase() { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
            swapped.extend_from_slice(other.as_bytes());
        }
        swapped.extend_from_slice(chunk.invalid());
    }
    swapped
}

/// The last two lines that differ, of the sentence's own or across its end.
fn swapped(mut own: Vec<Vec<u8>>, rest: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    let mut rest = rest.to_vec();
    if let Some(at) = (1..own.len()).rev().find(|at| own[*at] != own[at - 1]) {
        own.swap(at, at - 1);
    } else {
        let (last, first) = (own.last_mut()?, rest.first_mut()?);
        if last == first || !first.ends_with(b"\n") || !last.ends_with(b"\n") {
            return None;
        }
        std::mem::swap(last, first);
    }
    Some(own.into_iter().chain(rest).collect())
}
