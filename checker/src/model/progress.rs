//! What is known of a student's own work on a lab: plain data, kept from one run to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What is known of one lab.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabProgress {
    /// The crate that was checked last, as an absolute path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// By the check's id.
    #[serde(default)]
    pub checks: BTreeMap<String, CheckProgress>,
    /// The hints that were given, each by its [`HintId`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub hints: BTreeSet<HintId>,
}

/// What is known of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckProgress {
    /// What the check asked when it was run, in a few letters: a check that asks something else by now counts
    /// as never run.
    pub form: String,
    pub last: Verdict,
    /// It passed at least once.
    pub passed: bool,
    /// The sentence that failed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<FailedSentence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Passed,
    Failed,
    /// A check that it needs did not pass.
    Skipped,
    /// This machine cannot do it, or it is not meant for this program; it counts for nobody.
    NotPossible,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedSentence {
    /// In labs.yaml at that time, from 1.
    pub line: u32,
    /// As it was written.
    pub text: String,
}

/// Names a hint as long as its words stay what they are.
pub type HintId = String;

/// How far a lab has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Untouched,
    Begun,
    Done,
}

impl LabProgress {
    /// What is known of the check, if it still asks what it asked then. `form` tells what it asks now: a whole script is
    /// written out for that, so it is called only where something is known.
    pub fn of(&self, check: &str, form: impl FnOnce() -> String) -> Option<&CheckProgress> {
        self.checks.get(check).filter(|known| known.form == form())
    }

    /// Takes in a verdict: the last one replaces the one before, and having passed in this form stays.
    pub fn record(&mut self, check: &str, form: String, last: Verdict, sentence: Option<FailedSentence>) {
        let passed =
            last == Verdict::Passed || self.of(check, || form.clone()).is_some_and(|known| known.passed);
        self.checks.insert(check.to_owned(), CheckProgress { form, last, passed, sentence });
    }
}

impl CheckProgress {
    /// Nothing is left to do for it.
    pub fn is_settled(&self) -> bool {
        self.passed || self.last == Verdict::NotPossible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn having_passed_stays_until_the_check_asks_something_else() {
        let mut lab = LabProgress::default();
        let mut record = |form: &str, verdict| {
            lab.record("line", form.into(), verdict, None);
            lab.checks["line"].passed
        };
        assert!(!record("a", Verdict::Failed));
        assert!(record("a", Verdict::Passed));
        assert!(record("a", Verdict::Failed));
        assert!(!record("b", Verdict::Failed));
        assert_eq!(lab.of("line", || "a".into()), None);
        assert_eq!(lab.of("line", || "b".into()).unwrap().last, Verdict::Failed);
        assert_eq!(lab.of("end", || panic!("nothing is known of it")), None);
    }
}
