//! Lines that count up or down, written as one: `{5..1}`.

use super::Phrase;

/// The phrases as written, with counting neighbours folded back into one `{5..1}`.
pub(super) fn written(phrases: &[Phrase]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = phrases;
    while let Some(first) = rest.first() {
        let (line, taken) = counting(rest).unwrap_or_else(|| (first.written.clone(), 1));
        lines.push(line);
        rest = &rest[taken..];
    }
    lines
}

/// The line `A: {5..1}` for phrases that begin with `A: 5`, `A: 4` … `A: 1`, and how many those are.
fn counting(phrases: &[Phrase]) -> Option<(String, usize)> {
    let [first, second, ..] = phrases else { return None };
    let (before, from, after) = differing_number(&first.written, &second.written)?;
    if is_part_of_something_else(before) {
        return None;
    }
    let nth = |n: u64| format!("{before}{n}{after}");
    let up = second.written == nth(from.checked_add(1)?);
    let is_next = |i: u64| if up { from.checked_add(i) } else { from.checked_sub(i) };
    let taken = (0..)
        .zip(phrases)
        .take_while(|(i, phrase)| is_next(*i).is_some_and(|n| phrase.written == nth(n)))
        .count();
    let to = is_next((taken as u64).checked_sub(1)?)?;
    (taken > 1).then(|| (format!("{before}{{{from}..{to}}}{after}"), taken))
}

/// Is a number behind this text part of `{word2}`, `a{3}`, `[0-9]` or `\x31`?
fn is_part_of_something_else(before: &str) -> bool {
    let is_regex = before.starts_with('/');
    let has_escapes = is_regex || before.starts_with('"');
    let single = if is_regex { before.to_string() } else { before.replace("{{", "") };
    let open = single.rfind('{').is_some_and(|open| single.rfind('}').is_none_or(|close| close < open));
    let escape = has_escapes && before.chars().rev().take(3).any(|c| c == '\\');
    open || escape || (is_regex && before.contains('['))
}

/// Splits `one` at the number in which it differs from `other`: what is before, the number, what is behind.
fn differing_number<'a>(one: &'a str, other: &str) -> Option<(&'a str, u64, &'a str)> {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let start = one.as_bytes()[..same].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    let digits = one.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = start + digits;
    let zeros = one.as_bytes()[start..end].iter().take_while(|byte| **byte == b'0').count();
    let start = start + zeros.min(digits.saturating_sub(1));
    let number = one.get(start..end)?.parse().ok()?;
    Some((one.get(..start)?, number, one.get(end..)?))
}
