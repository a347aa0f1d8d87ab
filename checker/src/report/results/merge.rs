//! Several sets of results as one: of the same submission and lab the newest counts.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Moment, Record};

/// All records in the order of reports: by submission as people count (`turma 9` before `turma 10`), then by the lab's
/// place. In whichever order they come, the same is left.
pub fn merge(records: impl IntoIterator<Item = Record>) -> Vec<Record> {
    newest(records, Record::heading, |record| serde_json::to_string(record).unwrap_or_default())
}

/// What decides about a result's place, and whether another one is left in its stead.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    pub submission: &'a str,
    /// Of the lab.
    pub place: u32,
    pub lab: &'a str,
    pub graded_at: Moment,
}

impl Record {
    fn heading(&self) -> Heading<'_> {
        let Record { submission, place, lab, graded_at, .. } = self;
        Heading { submission, place: *place, lab: &lab.lab, graded_at: *graded_at }
    }
}

/// As [`merge`], of anything that stands for a record. Of two of the same moment, what is `written` in them decides,
/// and then the later one counts.
pub fn newest<Item>(
    all: impl IntoIterator<Item = Item>,
    heading: impl Fn(&Item) -> Heading<'_>,
    written: impl Fn(&Item) -> String,
) -> Vec<Item> {
    let mut newest: BTreeMap<(String, String), Item> = BTreeMap::new();
    for item in all {
        let of_item = heading(&item);
        let key = (of_item.submission.to_owned(), of_item.lab.to_owned());
        let is_older = |known: &Item| {
            let ages = of_item.graded_at.cmp(&heading(known).graded_at);
            ages.then_with(|| written(&item).cmp(&written(known))) == Ordering::Less
        };
        if !newest.get(&key).is_some_and(is_older) {
            newest.insert(key, item);
        }
    }
    let mut left: Vec<Item> = newest.into_values().collect();
    left.sort_by(|a, b| {
        let (a, b) = (heading(a), heading(b));
        let submissions = natural(a.submission, b.submission);
        submissions.then(a.place.cmp(&b.place)).then_with(|| a.lab.cmp(b.lab))
    });
    left
}

/// Texts in which numbers count as such.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) {
        let ordering = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (number, rest) = number(&mut left);
            let (other, other_rest) = self::number(&mut right);
            (left, right) = (rest, other_rest);
            number.len().cmp(&other.len()).then_with(|| number.cmp(other))
        } else {
            (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
            x.cmp(&y)
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The number that the text begins with, without leading zeros, and what is behind it.
fn number<'a>(text: &mut &'a str) -> (&'a str, &'a str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    #[test]
    fn the_newest_counts_in_whichever_order_they_come() {
        let old = sample::record("ana", 0, "2026-11-20T10:00:00.000Z");
        let mut new = sample::record("ana", 0, "2026-11-20T11:00:00.000Z");
        new.refused = Some("regraded".into());
        let other = sample::record("bia", 0, "2026-11-20T09:00:00.000Z");
        let expected = vec![new.clone(), other.clone()];
        assert_eq!(merge([old.clone(), other.clone(), new.clone()]), expected);
        assert_eq!(merge([new, old, other]), expected);
    }

    #[test]
    fn two_of_the_same_moment_leave_the_same_one() {
        let one = sample::record("ana", 0, "2026-11-20T10:00:00.000Z");
        let two = Record { fingerprint: "another".into(), ..one.clone() };
        assert_eq!(merge([one.clone(), two.clone()]), merge([two, one]));
    }

    #[test]
    fn labs_stand_in_their_order_and_submissions_are_counted() {
        let at = "2026-11-20T10:00:00.000Z";
        let names = ["turma 10", "turma 9", "Ana", "turma 09", "turma"];
        let records = names.iter().flat_map(|name| [1, 0].map(|place| sample::record(name, place, at)));
        let merged = merge(records);
        let names: Vec<&str> = merged.iter().step_by(2).map(|record| record.submission.as_str()).collect();
        assert_eq!(names, ["Ana", "turma", "turma 09", "turma 9", "turma 10"]);
        assert!(merged.iter().map(|record| record.place).eq([0, 1].into_iter().cycle().take(10)));
    }
}
