//! What is not the lesson: a page, the types of files, and the time of day.
#![allow(dead_code, reason = "you will need them one by one")]

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The page at `/`, where there is no folder or no `index.html` in it.
pub const HOME: &str = "<!doctype html>\n<html lang=\"pt-BR\">\n<meta charset=\"utf-8\">\n<title>Olá</title>\n\
    <h1>Olá, mundo!</h1>\n<p>Esta página veio de um programa em Rust.</p>\n</html>";

/// The Content-Type of a file, by its ending.
pub fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        _ => "application/octet-stream",
    }
}

/// The time of day in UTC, as `14:05:09`. For dates and time zones a crate is needed.
pub fn time() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}
