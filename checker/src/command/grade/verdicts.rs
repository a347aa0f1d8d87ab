//! Results of a run: what was known, what has come, and what the run as a whole amounts to.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rust_i18n::t;

use super::Judgement;
use super::class::Submission;
use super::handed_in::{self, Program};
use super::rules::Rules;
use crate::command::ExitStatus;
use crate::grade::plan::{LabPlan, Shared};
use crate::machine::delivery::digest;
use crate::model::course::Visibility;
use crate::model::event;
use crate::report::results::document::{CheckEntry, LabEntry, SubmissionEntry, Verdict};
use crate::report::results::{Moment, Record};
use crate::report::words;

pub struct Verdicts<'a> {
    rules: &'a Rules,
    submissions: &'a [Submission],
    /// Those of the course, in its order.
    labs: Vec<Shared>,
    /// By submission and lab.
    known: BTreeMap<(&'a str, &'a str), &'a Record>,
    counts: Counts,
}

/// How many programs came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    graded: usize,
    unchanged: usize,
    passed: usize,
    failed: usize,
    refused: usize,
    errored: usize,
}

impl<'a> Verdicts<'a> {
    pub fn new(rules: &'a Rules, submissions: &'a [Submission], known: &'a [Record]) -> Self {
        let known = known.iter().map(|record| (record.key(), record)).collect();
        let labs = rules.course.labs.iter().map(Shared::new).collect();
        Verdicts { rules, submissions, labs, known, counts: Counts::default() }
    }

    /// Was the same program graded under the same terms, and with a verdict?
    pub fn is_known(&self, submission: usize, program: &Program) -> bool {
        let known = self.record_of(submission, program.lab);
        known.is_some_and(|record| record.fingerprint == program.fingerprint && !is_errored(record))
    }

    /// Counts what is known and stays.
    pub fn skip(&mut self, submission: usize, program: &Program) {
        self.counts.unchanged += 1;
        if let Some(record) = self.record_of(submission, program.lab) {
            self.counts.judge(record);
        }
    }

    pub fn count(&mut self, record: &Record) {
        self.counts.graded += 1;
        self.counts.judge(record);
    }

    pub fn counts(self) -> Counts {
        self.counts
    }

    pub fn plan(&self, program: &Program) -> LabPlan {
        let lab = &self.labs[program.lab];
        let mut plan = LabPlan {
            checks: lab.choose(&program.shown, &self.rules.only),
            submission: program.shown.clone(),
            source: program.source.clone(),
            guide: None,
            again: Vec::new(),
            lab: Arc::clone(&lab.lab),
        };
        plan.hold_against(self.rules.reach.level, self.rules.sight);
        plan
    }

    pub fn record(&self, submission: usize, program: &Program, entry: LabEntry) -> Record {
        Record {
            tampered: program.tampered.clone(),
            fingerprint: program.fingerprint.clone(),
            ..self.bare(submission, program.lab, entry)
        }
    }

    /// One for each lab that is graded, unless it is known.
    pub fn refused(&mut self, submission: usize, why: &str) -> Vec<Record> {
        let all = self.rules.wanted.iter().map(|lab| self.refusal(submission, *lab, why)).collect();
        self.news(all, why)
    }

    /// As `refused`, of one lab alone.
    pub fn refused_lab(&mut self, submission: usize, lab: usize, why: &str) -> Vec<Record> {
        self.news(vec![self.refusal(submission, lab, why)], why)
    }

    fn refusal(&self, submission: usize, lab: usize, why: &str) -> Record {
        let entry = self.untold(submission, lab, Verdict::Skipped, why).refused();
        Record { refused: Some(why.to_owned()), ..self.bare(submission, lab, entry) }
    }

    /// As `refused`; but that is this machine's fault, or the network's.
    pub fn not_had(&mut self, submission: usize, why: &str) -> Vec<Record> {
        let record = |lab| self.bare(submission, lab, self.untold(submission, lab, Verdict::Errored, why));
        let all: Vec<Record> = self.rules.wanted.iter().map(|lab| record(*lab)).collect();
        self.news(all, why)
    }

    /// Those that say something else than what is known.
    fn news(&mut self, records: Vec<Record>, why: &str) -> Vec<Record> {
        let fingerprint = |record: &Record| {
            let terms = &self.rules.terms[usize::try_from(record.place).unwrap_or_default()];
            digest(format!("{terms}\n{why}").as_bytes()).to_string()
        };
        let (mut news, mut old) = (Vec::new(), Vec::new());
        for record in records {
            let record = Record { fingerprint: fingerprint(&record), ..record };
            let known = self.known.get(&record.key());
            match known.is_some_and(|known| known.fingerprint == record.fingerprint && !is_errored(known)) {
                true => old.push(record),
                false => news.push(record),
            }
        }
        self.counts.unchanged += old.len();
        old.iter().for_each(|record| self.counts.judge(record));
        news
    }

    fn record_of(&self, submission: usize, lab: usize) -> Option<&'a Record> {
        let key = (self.submissions[submission].name.as_str(), self.rules.course.labs[lab].id.as_str());
        self.known.get(&key).copied()
    }

    fn bare(&self, submission: usize, lab: usize, entry: LabEntry) -> Record {
        let name = &self.submissions[submission].name;
        Record {
            format: Record::FORMAT,
            submission: name.clone(),
            place: u32::try_from(lab).unwrap_or(u32::MAX),
            lab: entry,
            refused: None,
            tampered: Vec::new(),
            fingerprint: String::new(),
            provenance: self.rules.provenance(name),
            graded_at: Moment::now(),
        }
    }

    /// A lab of which nothing was run: each check has this verdict, and `why` where that is an error.
    fn untold(&self, submission: usize, lab: usize, verdict: Verdict, why: &str) -> LabEntry {
        let error = (verdict == Verdict::Errored).then(|| why.to_owned());
        let shown = handed_in::shown_whole(&self.submissions[submission]);
        let path = match &shown {
            event::Submission::Folder(path) | event::Submission::File(path) => path.display().to_string(),
            _ => String::new(),
        };
        let lab = &self.labs[lab];
        let checks: Vec<CheckEntry> = lab
            .choose(&shown, &self.rules.only)
            .iter()
            .map(|planned| {
                let check = &planned.check;
                let title = words::text(&check.title).to_owned();
                let mut entry = CheckEntry::new(check.id.clone(), title, verdict);
                entry.out_of = planned.out_of();
                entry.hidden = (check.visibility == Visibility::Hidden).then_some(true);
                entry.error.clone_from(&error);
                entry
            })
            .collect();
        LabEntry {
            lab: lab.lab.id.clone(),
            title: words::text(&lab.lab.title).to_owned(),
            submission: SubmissionEntry::Folder { path },
            points: 0,
            out_of: checks.iter().map(|check| check.out_of).sum(),
            build: None,
            error,
            checks,
        }
    }
}

fn is_errored(record: &Record) -> bool {
    record.lab.error.is_some() || record.lab.checks.iter().any(|check| check.outcome == Verdict::Errored)
}

impl Counts {
    fn judge(&mut self, record: &Record) {
        let has = |verdict| record.lab.checks.iter().any(|check| check.outcome == verdict);
        if record.refused.is_some() {
            self.refused += 1;
        } else if is_errored(record) {
            self.errored += 1;
        } else if has(Verdict::Failed) {
            self.failed += 1;
        } else {
            self.passed += 1;
        }
    }

    /// What came of all, what was done, and where it stands.
    pub fn told(&self, results: &Path) -> String {
        let done = t!(
            "%{graded} graded, %{unchanged} not changed since",
            graded = self.graded,
            unchanged = self.unchanged
        );
        let place = t!("Results are in %{file}", file = results.display());
        let came = t!(
            "Programs: %{passed} passed, %{failed} failed, %{refused} refused, %{errored} not graded",
            passed = self.passed,
            failed = self.failed,
            refused = self.refused,
            errored = self.errored
        );
        format!("{came}\n{done}\n{place}")
    }

    pub fn status(&self, judgement: Judgement) -> ExitStatus {
        match judgement {
            _ if self.errored > 0 => ExitStatus::Errored,
            Judgement::OfPrograms if self.failed + self.refused > 0 => ExitStatus::Failed,
            Judgement::OfGrading | Judgement::OfPrograms => ExitStatus::Passed,
        }
    }
}
