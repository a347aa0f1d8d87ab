//! The shape of the JSON report, and of what is saved; docs/json.md describes it. Members that are not known are
//! skipped.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub format: u32,
    pub labs_file: String,
    pub seed: u64,
    pub duration_ms: f64,
    pub totals: Totals,
    pub labs: Vec<LabEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    pub points: u32,
    pub out_of: u32,
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    pub errored: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabEntry {
    pub lab: String,
    pub title: String,
    pub submission: SubmissionEntry,
    pub points: u32,
    pub out_of: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    pub checks: Vec<CheckEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SubmissionEntry {
    Exercise { path: String },
    Solution { path: String },
    Folder { path: String },
    File { path: String },
    Program { command: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildEntry {
    pub ok: bool,
    pub duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// What became of a check, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Passed,
    Failed,
    Skipped,
    Errored,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckEntry {
    pub id: String,
    pub title: String,
    pub outcome: Verdict,
    pub points: u32,
    pub out_of: u32,
    pub duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<RunsEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<SkipEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threads: Vec<ThreadEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listening: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_output: Option<OutputEntry>,
    #[serde(default)]
    pub transcript: Vec<TranscriptEntry>,
}

impl SubmissionEntry {
    /// None of a command.
    pub fn path(&self) -> Option<&str> {
        match self {
            SubmissionEntry::Exercise { path }
            | SubmissionEntry::Solution { path }
            | SubmissionEntry::Folder { path }
            | SubmissionEntry::File { path } => Some(path),
            SubmissionEntry::Program { .. } => None,
        }
    }
}

impl CheckEntry {
    /// A check of which nothing is known yet.
    pub fn new(id: String, title: String, outcome: Verdict) -> Self {
        CheckEntry {
            id,
            title,
            outcome,
            points: 0,
            out_of: 0,
            duration_ms: 0.0,
            hidden: None,
            runs: None,
            kind: None,
            step: None,
            expected: None,
            actual: None,
            why: None,
            hint: None,
            skipped: None,
            error: None,
            notes: Vec::new(),
            words: BTreeMap::new(),
            threads: Vec::new(),
            listening: Vec::new(),
            last_output: None,
            transcript: Vec::new(),
        }
    }

    /// The same program passed it at some times, and at others not.
    pub fn is_race(&self) -> bool {
        self.runs.as_ref().is_some_and(|runs| runs.passed > 0 && runs.passed < runs.total)
    }

    /// It counts for nobody: this machine cannot do what the check needs, or it is meant for other files.
    pub fn is_not_possible(&self) -> bool {
        matches!(self.skipped, Some(SkipEntry::NotPossible | SkipEntry::OtherFile))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunsEntry {
    pub passed: u32,
    pub total: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepEntry {
    pub line: u32,
    pub sentence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum SkipEntry {
    Needs {
        check: String,
    },
    NotBuilt,
    Interrupted,
    /// This machine cannot do what the check needs.
    NotPossible,
    /// The check is meant for other files.
    OtherFile,
    /// The submission could not be graded at all.
    Refused,
    /// Told by a later checker.
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum NoteEntry {
    MissingNewline {
        who: String,
    },
    RestNotSeen,
    NoSight,
    /// Told by a later checker.
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadEntry {
    pub thread: String,
    pub doing: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutputEntry {
    pub stdout: String,
    pub stderr: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TranscriptEntry {
    pub at_ms: f64,
    pub who: String,
    pub what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}
