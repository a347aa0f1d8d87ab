//! Times and sizes as people write them.

use std::borrow::Cow;
use std::time::Duration;

use rust_i18n::t;

/// What is wrong with a quantity, and the cure.
pub struct Unfit {
    pub message: Cow<'static, str>,
    pub help: Cow<'static, str>,
}

/// The longest time that can be asked for.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// The most bytes that one sentence may move.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Reads `400ms`, `10s` or `2m`: more than nothing, at most an hour.
pub fn duration(text: &str) -> Result<Duration, Unfit> {
    let unfit = |message| Unfit {
        message,
        help: t!("write a whole number with its unit and no blank between them: `400ms`, `10s` or `2m`"),
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        _ => return Err(unfit(t!("`%{text}` is no time", text = text))),
    };
    let time = number.parse::<u64>().ok().and_then(|number| number.checked_mul(milliseconds));
    match time.map(Duration::from_millis) {
        Some(Duration::ZERO) => Err(unfit(t!("a time of nothing at all"))),
        Some(time) if time <= LONGEST => Ok(time),
        _ if digits == 0 => Err(unfit(t!("`%{text}` is no time", text = text))),
        _ => Err(unfit(t!("`%{text}` is longer than an hour", text = text))),
    }
}

/// Reads a size from its two words: `1 byte`, `3 bytes`, `4 KiB`, `8 MiB`; at least a byte.
pub fn size(number: &str, unit: &str) -> Result<u64, Unfit> {
    let unfit = |message| Unfit {
        message,
        help: t!(
            "sizes are whole numbers of `bytes`, `KiB` or `MiB`: `100 bytes`, `4 KiB`, `8 MiB`, and 64 MiB at most"
        ),
    };
    let factor = match unit {
        "byte" | "bytes" => 1,
        "KiB" => 1024,
        "MiB" => 1024 * 1024,
        _ => return Err(unfit(t!("`%{unit}` is no unit of size", unit = unit))),
    };
    match count(number, MOST_BYTES)?.checked_mul(factor) {
        Some(bytes) if bytes <= MOST_BYTES => Ok(bytes),
        _ => Err(unfit(t!("`%{size}` is too much", size = format!("{number} {unit}")))),
    }
}

/// Reads a whole number between 1 and `most`.
pub fn count(text: &str, most: u64) -> Result<u64, Unfit> {
    let unfit = |message| Unfit { message, help: t!("write a whole number in digits, at least 1") };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(unfit(t!("`%{text}` is no whole number", text = text)));
    }
    match text.parse() {
        Ok(0) => Err(unfit(t!("none at all"))),
        Ok(number) if number <= most => Ok(number),
        _ => Err(unfit(t!("`%{text}` is more than %{most}", text = text, most = most))),
    }
}
