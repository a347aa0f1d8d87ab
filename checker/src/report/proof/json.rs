//! What is proven of labs, for other programs.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use crate::model::proof::{
    Finding, Found, LabProof, Mark, Mutants, Standing, Trial, Trouble, Verdict, WrongTrial,
};
use crate::report::words;

/// Raised when a member changes its meaning or goes away; new members may come at any time.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    proven: bool,
    took_ms: f64,
    labs: Vec<LabEntry<'a>>,
}

#[derive(Serialize)]
struct LabEntry<'a> {
    lab: &'a str,
    title: &'a str,
    standing: &'static str,
    took_ms: f64,
    checks: Vec<CheckEntry<'a>>,
    reference: Option<TrialEntry<'a>>,
    skeleton: Option<TrialEntry<'a>>,
    wrong: Vec<WrongEntry<'a>>,
    without_wrong: &'a [String],
    mutants: Option<MutantsEntry<'a>>,
}

#[derive(Serialize)]
struct MutantsEntry<'a> {
    standing: &'static str,
    broken_failed: u32,
    harmless_passed: u32,
    left_over: u32,
    took_ms: f64,
    findings: Vec<FindingEntry<'a>>,
    trouble: Vec<TroubleEntry<'a>>,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    check: &'a str,
    line: u32,
    sentence: &'a str,
    alteration: &'static str,
    found: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

#[derive(Serialize)]
struct TroubleEntry<'a> {
    check: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct CheckEntry<'a> {
    id: &'a str,
    points: u32,
}

#[derive(Serialize)]
struct TrialEntry<'a> {
    standing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'a str>,
    verdicts: Vec<VerdictEntry<'a>>,
}

#[derive(Serialize)]
struct VerdictEntry<'a> {
    check: &'a str,
    #[serde(flatten)]
    mark: MarkEntry<'a>,
    runs: u32,
    runs_passed: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<&'a str>,
}

#[derive(Serialize)]
struct MarkEntry<'a> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct WrongEntry<'a> {
    program: &'a str,
    line: u32,
    fails: &'a str,
    kind: &'static str,
    standing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'a str>,
    verdicts: Vec<VerdictEntry<'a>>,
    again: Vec<MarkEntry<'a>>,
}

/// One document about all labs.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(proofs: &[LabProof], took: Duration, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        format: FORMAT,
        proven: proofs.iter().all(|proof| proof.standing() == Standing::Proven),
        took_ms: milliseconds(took),
        labs: proofs.iter().map(lab_entry).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    writeln!(out)
}

fn lab_entry(proof: &LabProof) -> LabEntry<'_> {
    LabEntry {
        lab: &proof.id,
        title: words::text(&proof.title),
        standing: standing(proof.standing()),
        took_ms: milliseconds(proof.took),
        checks: proof.checks.iter().map(|check| CheckEntry { id: &check.id, points: check.points }).collect(),
        reference: proof.reference.as_ref().map(|trial| trial_entry(trial, proof.reference_stands())),
        skeleton: proof.skeleton.as_ref().map(|trial| trial_entry(trial, proof.skeleton_stands())),
        wrong: proof.wrong.iter().map(wrong_entry).collect(),
        without_wrong: &proof.unproven,
        mutants: proof.mutants.as_ref().map(|mutants| mutants_entry(mutants, proof.mutants_stand())),
    }
}

fn mutants_entry(mutants: &Mutants, stands: Standing) -> MutantsEntry<'_> {
    let trouble = mutants.trouble.iter().map(|(check, trouble)| {
        let (Trouble::NotBuilt(message) | Trouble::Broken(message)) = trouble;
        TroubleEntry { check, message }
    });
    MutantsEntry {
        standing: standing(stands),
        broken_failed: mutants.broken,
        harmless_passed: mutants.harmless,
        left_over: mutants.tolerated,
        took_ms: milliseconds(mutants.took),
        findings: mutants.findings.iter().map(finding_entry).collect(),
        trouble: trouble.collect(),
    }
}

fn finding_entry(finding: &Finding) -> FindingEntry<'_> {
    let (found, kind) = match finding.found {
        Found::Survives => ("survives", None),
        Found::Unnoticed => ("unnoticed", None),
        Found::FalseAlarm(kind) => ("false-alarm", Some(kind.id())),
    };
    FindingEntry {
        check: &finding.check,
        line: finding.line,
        sentence: &finding.sentence,
        alteration: finding.alteration.id(),
        found,
        kind,
    }
}

fn trial_entry(trial: &Trial, stands: Standing) -> TrialEntry<'_> {
    TrialEntry {
        standing: standing(stands),
        trouble: trouble(trial),
        verdicts: trial.verdicts.iter().map(verdict_entry).collect(),
    }
}

fn wrong_entry(wrong: &WrongTrial) -> WrongEntry<'_> {
    WrongEntry {
        program: &wrong.program,
        line: wrong.line,
        fails: &wrong.fails,
        kind: wrong.kind.id(),
        standing: standing(wrong.standing()),
        trouble: trouble(&wrong.trial),
        verdicts: wrong.trial.verdicts.iter().map(verdict_entry).collect(),
        again: wrong.again.iter().map(mark_entry).collect(),
    }
}

fn verdict_entry(verdict: &Verdict) -> VerdictEntry<'_> {
    VerdictEntry {
        check: &verdict.check,
        mark: mark_entry(&verdict.mark),
        runs: verdict.runs.total,
        runs_passed: verdict.runs.passed,
        line: verdict.step.as_ref().map(|step| step.line),
        sentence: verdict.step.as_ref().map(|step| step.sentence.as_str()),
    }
}

fn mark_entry(mark: &Mark) -> MarkEntry<'_> {
    let (outcome, kind, message) = match mark {
        Mark::Passed => ("passed", None, None),
        Mark::Failed(kind) => ("failed", Some(kind.id()), None),
        Mark::NotRun(need) => ("not-run", None, Some(need.as_str())),
        Mark::NotPossible => ("not-possible", None, None),
        Mark::OtherFile => ("other-file", None, None),
        Mark::Interrupted => ("interrupted", None, None),
        Mark::Errored(message) => ("errored", None, Some(message.as_str())),
    };
    MarkEntry { outcome, kind, message }
}

fn trouble(trial: &Trial) -> Option<&str> {
    trial.trouble.as_ref().map(|trouble| match trouble {
        Trouble::NotBuilt(message) | Trouble::Broken(message) => message.as_str(),
    })
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Proven => "proven",
        Standing::Refuted => "refuted",
        Standing::Unknown => "unknown",
    }
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
