//! A small class, made of the one sample run, that every report of many submissions is tried on.

use std::io::{self, Write};

use super::document::LabEntry;
use super::{Collector, Inputs, Moment, Record, Tampered, Tampering};
use crate::model::provenance::{LabsFile, Provenance};
use crate::report::{Report, sample};

const AT: &str = "2026-11-20T10:00:00.000Z";
/// What somebody might call a folder who wants to be obeyed by a spreadsheet, a page or a log.
pub const HOSTILE: &str = "=cmd|' /C calc'!A0</script><script>alert(1)</script>::error::\u{202e}x";

/// What a form makes of something, as text.
pub fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Everything that there is in four submissions: chat, echo and what else the sample run has.
pub fn class() -> Vec<Record> {
    let mut records: Vec<Record> = (0..).take(labs().len()).map(|place| record("ana", place, AT)).collect();
    records.push(passing("bia", 0));
    records.push(passing("bia", 1));
    records.push(Record {
        tampered: vec![
            Tampered { path: "chat/lab.yaml".into(), what: Tampering::Changed },
            Tampered { path: "chat/build.rs".into(), what: Tampering::Added },
        ],
        ..record("caio", 0, AT)
    });
    let refused = record(HOSTILE, 0, AT);
    records.push(Record {
        refused: Some("the archive has a path that leads out of it: ../../.ssh/authorized_keys".into()),
        lab: refused.lab.clone().refused(),
        ..refused
    });
    records
}

pub fn record(submission: &str, place: u32, at: &str) -> Record {
    let lab = labs().swap_remove(usize::try_from(place).unwrap());
    Record {
        format: Record::FORMAT,
        submission: submission.to_owned(),
        place,
        lab,
        refused: None,
        tampered: Vec::new(),
        fingerprint: "9f2c".into(),
        inputs: Inputs::default(),
        provenance: Provenance {
            checker: "0.1.0".into(),
            labs: vec![LabsFile { file: "labs.yaml".into(), sha256: "c0ffee".repeat(10) + "abcd" }],
            isolation: "full".into(),
            sight: "auto".into(),
            machine: "Linux 6.12 x86_64, 2 processors".into(),
            seed: 7,
            repeat: None,
        },
        graded_at: Moment::read(at).unwrap(),
    }
}

/// A record in which every check has passed.
fn passing(submission: &str, place: u32) -> Record {
    use super::document::{CheckEntry, RunsEntry, Verdict};
    let mut record = record(submission, place, AT);
    for check in &mut record.lab.checks {
        *check = CheckEntry {
            points: check.out_of,
            out_of: check.out_of,
            duration_ms: 4.0,
            runs: Some(RunsEntry { passed: 1, total: 1 }),
            transcript: std::mem::take(&mut check.transcript),
            ..CheckEntry::new(check.id.clone(), check.title.clone(), Verdict::Passed)
        };
        check.transcript.retain(|entry| entry.what != "failed");
    }
    record.lab.points = record.lab.out_of;
    record
}

fn labs() -> Vec<LabEntry> {
    let mut collector = Collector::default();
    sample::run().iter().for_each(|event| collector.event(event).unwrap());
    collector.take()
}

/// So many submissions of nine labs with ten checks each, and nothing alike in any two of them.
pub fn large(submissions: u32) -> Vec<Record> {
    let models: Vec<Record> = class().into_iter().filter(|record| record.lab.checks.len() > 2).collect();
    let mut records = Vec::new();
    for (number, place) in (0..submissions).flat_map(|number| (0..9u32).map(move |place| (number, place))) {
        let mut record = models[(number + place) as usize % models.len()].clone();
        record.submission = format!("turma/aluna-{number}");
        record.place = place;
        record.lab.lab = format!("lab-{place}");
        record.lab.checks = (0..10)
            .map(|check| {
                let of = &record.lab.checks[(check + number as usize) % record.lab.checks.len()];
                let mut entry = of.clone();
                entry.id = format!("check-{check}");
                for said in entry.transcript.iter_mut().filter(|said| said.bytes.is_some()) {
                    said.at_ms += f64::from(number);
                    said.text =
                        Some(format!("{} {number} {place} {check}\n", said.text.take().unwrap_or_default()));
                }
                entry
            })
            .collect();
        records.push(record);
    }
    records
}
