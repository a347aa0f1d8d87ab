//! The server's diary: a line for each thing that happened.

use std::fmt::{self, Display};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Clone, Copy)]
pub enum Level {
    Info,
    Warning,
    Error,
}

pub struct Log {
    file: Mutex<File>,
}

impl Log {
    /// Goes on at the end of what is there.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Log> {
        Ok(Log { file: Mutex::new(OpenOptions::new().create(true).append(true).open(path)?) })
    }

    /// One line, in one call to `write`: a `File` has no buffer that would have to be flushed.
    pub fn write(&self, level: Level, message: &str) {
        let line = format!("{} {level} {message}\n", time());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(line.as_bytes()) {
            // A server without a diary still serves.
            eprintln!("server.log: {error}");
        }
    }
}

impl Level {
    pub fn of(status: u16) -> Level {
        if status < 400 { Level::Info } else { Level::Warning }
    }
}

impl Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
        })
    }
}

/// The time of day in UTC, as `14:05:09`. For dates and time zones a crate is needed.
fn time() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}
