//! The shape of the document; docs/json.md describes it.

use std::collections::BTreeMap;

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Document {
    pub format: u32,
    pub labs_file: String,
    pub seed: u64,
    pub duration_ms: f64,
    pub totals: Totals,
    pub labs: Vec<LabEntry>,
}

#[derive(Debug, Serialize)]
pub struct Totals {
    pub points: u32,
    pub out_of: u32,
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    pub errored: u32,
}

#[derive(Debug, Serialize)]
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

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SubmissionEntry {
    Exercise { path: String },
    Solution { path: String },
    Folder { path: String },
    File { path: String },
    Program { command: String },
}

#[derive(Debug, Serialize)]
pub struct BuildEntry {
    pub ok: bool,
    pub duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

#[derive(Debug, Default, Serialize)]
pub struct CheckEntry {
    pub id: String,
    pub title: String,
    pub outcome: &'static str,
    pub points: u32,
    pub out_of: u32,
    pub duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<RunsEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteEntry>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub threads: Vec<ThreadEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listening: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_output: Option<OutputEntry>,
    pub transcript: Vec<TranscriptEntry>,
}

#[derive(Debug, Serialize)]
pub struct RunsEntry {
    pub passed: u32,
    pub total: u32,
}

#[derive(Debug, Serialize)]
pub struct StepEntry {
    pub line: u32,
    pub sentence: String,
}

#[derive(Debug, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum SkipEntry {
    Needs {
        check: String,
    },
    NotBuilt,
    Interrupted,
    /// This machine cannot do what the check needs.
    NotPossible,
}

#[derive(Debug, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum NoteEntry {
    MissingNewline { who: String },
    RestNotSeen,
    NoSight,
}

#[derive(Debug, Serialize)]
pub struct ThreadEntry {
    pub thread: String,
    pub doing: String,
}

#[derive(Debug, Serialize)]
pub struct OutputEntry {
    pub stdout: String,
    pub stderr: String,
}

#[derive(Debug, Serialize)]
pub struct TranscriptEntry {
    pub at_ms: f64,
    pub who: String,
    pub what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}
