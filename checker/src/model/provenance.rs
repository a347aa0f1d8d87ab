//! What produced a result: enough to know whether two of them can be compared, and to have one again.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The version of the checker.
    pub checker: String,
    /// The files that say what is checked, in the order in which they were named.
    pub labs: Vec<LabsFile>,
    /// `full`, `partial` or `basic`.
    pub isolation: String,
    /// `auto` or `none`.
    pub sight: String,
    /// System, release, architecture and the number of processors.
    pub machine: String,
    /// Of the random words and bytes.
    pub seed: u64,
    /// How often each check was asked to run, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat: Option<NonZeroU32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LabsFile {
    /// As it was named.
    pub file: String,
    /// Of its bytes, in hexadecimal digits.
    pub sha256: String,
}
