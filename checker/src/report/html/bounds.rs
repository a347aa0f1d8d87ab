//! How much of a record a page holds: enough to understand it, and little enough for a class of hundreds.

use crate::report::results::Record;
use crate::report::results::document::{CheckEntry, TranscriptEntry};
use crate::report::told::cut;

/// Entries of a transcript: so many of its beginning, and of its end where it went wrong.
const FIRST: usize = 30;
const LAST: usize = 50;
/// Characters of one thing that was said, of the program's last words, and of all that a build said.
const SAID: usize = 400;
const OUTPUT: usize = 3000;
const BUILD: usize = 6000;

pub fn bounded(record: &Record) -> Record {
    let mut record = record.clone();
    if let Some(build) = &mut record.lab.build {
        build.output = build.output.take().map(|output| cut(&output, BUILD));
    }
    record.lab.checks.iter_mut().for_each(bound);
    record
}

fn bound(check: &mut CheckEntry) {
    for text in [&mut check.expected, &mut check.actual, &mut check.why, &mut check.hint, &mut check.error] {
        *text = text.take().map(|text| cut(&text, OUTPUT));
    }
    if let Some(output) = &mut check.last_output {
        output.stdout = end(&output.stdout);
        output.stderr = end(&output.stderr);
    }
    let length = check.transcript.len();
    if length > FIRST + LAST {
        let left_out = length - FIRST - LAST;
        let at_ms = check.transcript[FIRST].at_ms;
        let (who, what) = ("program".to_owned(), "left-out".to_owned());
        let note = TranscriptEntry { at_ms, who, what, text: None, bytes: u64::try_from(left_out).ok() };
        check.transcript.splice(FIRST..length - LAST, [note]);
    }
    for entry in &mut check.transcript {
        entry.text = entry.text.take().map(|text| cut(&text, SAID));
    }
}

/// Of what a program printed, the end tells most.
fn end(text: &str) -> String {
    let length = text.chars().count();
    if length <= OUTPUT {
        text.to_owned()
    } else {
        format!("… {}", text.chars().skip(length - OUTPUT).collect::<String>())
    }
}
