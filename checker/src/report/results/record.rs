//! One submission × one lab, and what produced it.

use serde::{Deserialize, Serialize};

use super::Moment;
use super::document::{CheckEntry, LabEntry, SkipEntry};
use crate::model::provenance::Provenance;

/// What came of one lab of one submission: a line of `results.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`Record::FORMAT`]; raised when a member changes its meaning or goes away.
    pub format: u32,
    /// The submission's name, one for each folder, archive or repository of the class.
    pub submission: String,
    /// The lab's place in labs.yaml, from 0: the order of columns.
    pub place: u32,
    /// What `checker check` tells of the lab. Of a submission that was refused, its checks are there and were skipped.
    pub lab: LabEntry,
    /// Why the submission could not be graded; nothing of it was run then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// What the submission has changed and must not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tampered: Vec<Tampered>,
    /// Equal for two records where nothing has changed that could change the verdicts.
    #[serde(default)]
    pub fingerprint: String,
    #[serde(default, skip_serializing_if = "Inputs::is_unknown")]
    pub inputs: Inputs,
    #[serde(default)]
    pub provenance: Provenance,
    pub graded_at: Moment,
}

/// What the verdicts were reached with, each as a SHA-256 in hexadecimal digits; empty where nobody looked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inputs {
    /// The lab's entry in the labs files.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lab: String,
    /// The files of the lab as they were handed in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub handed_in: String,
    /// The same with the instructor's own laid over: what was built.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub checked: String,
}

/// A file that belongs to the instructor, and what the submission did with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tampered {
    /// Below the submission's folder.
    pub path: String,
    pub what: Tampering,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tampering {
    /// Its content is another one.
    Changed,
    /// It stands where the instructor has nothing.
    Added,
    /// Told by a later checker.
    #[serde(other)]
    Other,
}

/// How much of the records a report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Points, and what went wrong.
    Verdicts,
    /// What was said, printed and done, too.
    Conversations,
}

impl Inputs {
    fn is_unknown(&self) -> bool {
        *self == Inputs::default()
    }
}

impl Record {
    pub const FORMAT: u32 = 1;

    /// Without what was said, printed and done: as much of it as [`Detail::Verdicts`] is.
    #[must_use]
    pub fn without_conversations(mut self) -> Self {
        for check in &mut self.lab.checks {
            check.transcript = Vec::new();
            check.threads = Vec::new();
            check.listening = Vec::new();
            check.last_output = None;
        }
        self
    }

    /// What records are told apart by: of two with the same, the newer counts.
    pub fn key(&self) -> (&str, &str) {
        (&self.submission, &self.lab.lab)
    }
}

impl LabEntry {
    /// The entry of a submission that is refused: each of its checks was skipped and earns nothing.
    ///
    /// `self` is what would have been told; only the checks' names and points are kept.
    #[must_use]
    pub fn refused(self) -> Self {
        let checks = self.checks.into_iter().map(|check| CheckEntry {
            out_of: check.out_of,
            hidden: check.hidden,
            skipped: Some(SkipEntry::Refused),
            ..CheckEntry::new(check.id, check.title, super::document::Verdict::Skipped)
        });
        LabEntry { points: 0, build: None, error: None, checks: checks.collect(), ..self }
    }
}
