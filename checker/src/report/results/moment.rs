//! A moment in time as it is saved: `2026-11-20T13:53:46.120Z`, in UTC, which sorts as text sorts.

use std::fmt::{self, Display, Formatter};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970, up to the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(u64);

const DAY: u64 = 24 * 60 * 60 * 1000;
const LAST: u64 = 253_402_300_799_999;

impl Moment {
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Moment::since_1970(since)
    }

    pub fn since_1970(since: Duration) -> Self {
        Moment(u64::try_from(since.as_millis()).unwrap_or(LAST).min(LAST))
    }

    /// What [`Display`] writes; milliseconds may be left out.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.strip_suffix('Z')?;
        let (date, time) = text.split_once('T')?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let (time, milliseconds) = match time.split_once('.') {
            Some((time, fraction)) => (time, numbers::<1>(fraction, '.', [3])?[0]),
            None => (time, 0),
        };
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
        let is_time = hour < 24 && minute < 60 && second < 60;
        if !is_time
            || year < 1970
            || !(1..=12).contains(&month)
            || !(1..=month_days(year, month)).contains(&day)
        {
            return None;
        }
        let before =
            (1970..year).map(year_days).sum::<u64>() + (1..month).map(|m| month_days(year, m)).sum::<u64>();
        let seconds = hour * 3600 + minute * 60 + second;
        Some(Moment((before + day - 1) * DAY + seconds * 1000 + milliseconds))
    }
}

fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(between);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = is_number.then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn year_days(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn month_days(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Display for Moment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (mut days, rest) = (self.0 / DAY, self.0 % DAY);
        let mut year = 1970;
        while days >= year_days(year) {
            days -= year_days(year);
            year += 1;
        }
        let mut month = 1;
        while days >= month_days(year, month) {
            days -= month_days(year, month);
            month += 1;
        }
        let (seconds, milliseconds) = (rest / 1000, rest % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z", days + 1)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = "a moment in UTC, such as 2026-11-20T13:53:46.120Z";
        Moment::read(&text).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_and_read_again() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_182_826_120, "2026-11-20T13:53:46.120Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (LAST, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Moment(milliseconds).to_string(), text);
            assert_eq!(Moment::read(text), Some(Moment(milliseconds)));
        }
        assert_eq!(Moment::read("1970-01-01T00:00:01Z"), Some(Moment(1000)));
    }

    #[test]
    fn what_is_no_moment_is_not_read() {
        for text in [
            "",
            "2026-11-20",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-1-1T0:0:0Z",
        ] {
            assert_eq!(Moment::read(text), None, "{text}");
        }
    }
}
