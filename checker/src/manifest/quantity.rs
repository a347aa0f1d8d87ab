//! Times and sizes as people write them.

use std::time::Duration;

/// What is wrong with a quantity, and the cure.
pub struct Unfit {
    pub message: String,
    pub help: &'static str,
}

/// The longest time that can be asked for.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// The most bytes that one sentence may move.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Reads `400ms`, `10s` or `2m`: more than nothing, at most an hour.
pub fn duration(text: &str) -> Result<Duration, Unfit> {
    const HELP: &str = "write a whole number with its unit and no blank between them: `400ms`, `10s` or `2m`";
    let unfit = |message: String| Unfit { message, help: HELP };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        _ => return Err(unfit(format!("`{text}` is no time"))),
    };
    let time = number.parse::<u64>().ok().and_then(|number| number.checked_mul(milliseconds));
    match time.map(Duration::from_millis) {
        Some(Duration::ZERO) => Err(unfit("a time of nothing at all".into())),
        Some(time) if time <= LONGEST => Ok(time),
        _ if digits == 0 => Err(unfit(format!("`{text}` is no time"))),
        _ => Err(unfit(format!("`{text}` is longer than an hour"))),
    }
}

/// Reads a size from its two words: `1 byte`, `3 bytes`, `4 KiB`, `8 MiB`; at least a byte.
pub fn size(number: &str, unit: &str) -> Result<u64, Unfit> {
    const HELP: &str = "sizes are whole numbers of `bytes`, `KiB` or `MiB`: `100 bytes`, `4 KiB`, `8 MiB`, and 64 MiB at most";
    let unfit = |message: String| Unfit { message, help: HELP };
    let factor = match unit {
        "byte" | "bytes" => 1,
        "KiB" => 1024,
        "MiB" => 1024 * 1024,
        _ => return Err(unfit(format!("`{unit}` is no unit of size"))),
    };
    match count(number, MOST_BYTES)?.checked_mul(factor) {
        Some(bytes) if bytes <= MOST_BYTES => Ok(bytes),
        _ => Err(unfit(format!("`{number} {unit}` is too much"))),
    }
}

/// Reads a whole number between 1 and `most`.
pub fn count(text: &str, most: u64) -> Result<u64, Unfit> {
    let unfit = |message: String| Unfit { message, help: "write a whole number in digits, at least 1" };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(unfit(format!("`{text}` is no whole number")));
    }
    match text.parse() {
        Ok(0) => Err(unfit("none at all".into())),
        Ok(number) if number <= most => Ok(number),
        _ => Err(unfit(format!("`{text}` is more than {most}"))),
    }
}
