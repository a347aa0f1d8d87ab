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
use crate::report::results::{Inputs, Moment, Record};
use crate::report::words;

pub struct Verdicts<'a> {
    rules: &'a Rules,
    submissions: &'a [Submission],
    /// Those of the course, in its order.
    labs: Vec<Shared>,
    known: &'a KnownResults,
    counts: Counts,
}

/// What was saved earlier, by submission and lab: as much of it as decides whether it stays.
#[derive(Debug, Default)]
pub struct KnownResults(BTreeMap<(String, String), Known>);

#[derive(Debug)]
struct Known {
    fingerprint: String,
    graded_at: Moment,
    came: Came,
}

/// What a program came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    Passed,
    Failed,
    Refused,
    Errored,
}

impl KnownResults {
    /// Takes one in; of the same submission and lab the newest counts.
    pub fn take(&mut self, record: Record) {
        let came = Came::of(&record);
        let Record { submission, lab, fingerprint, graded_at, .. } = record;
        let key = (submission, lab.lab);
        if self.0.get(&key).is_none_or(|known| known.graded_at <= graded_at) {
            self.0.insert(key, Known { fingerprint, graded_at, came });
        }
    }
}

impl Came {
    fn of(record: &Record) -> Came {
        let has = |verdict| record.lab.checks.iter().any(|check| check.outcome == verdict);
        if record.refused.is_some() {
            Came::Refused
        } else if record.lab.error.is_some() || has(Verdict::Errored) {
            Came::Errored
        } else if has(Verdict::Failed) {
            Came::Failed
        } else {
            Came::Passed
        }
    }
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
    pub fn new(rules: &'a Rules, submissions: &'a [Submission], known: &'a KnownResults) -> Self {
        let labs = rules.course.labs.iter().map(Shared::new).collect();
        Verdicts { rules, submissions, labs, known, counts: Counts::default() }
    }

    /// Was the same program graded under the same terms, and with a verdict?
    pub fn is_known(&self, submission: usize, program: &Program) -> bool {
        self.known_of(submission, program.lab).is_some_and(|known| known.stays(&program.fingerprint))
    }

    /// Counts what is known and stays.
    pub fn skip(&mut self, submission: usize, program: &Program) {
        self.counts.unchanged += 1;
        if let Some(known) = self.known_of(submission, program.lab) {
            self.counts.judge(known.came);
        }
    }

    pub fn count(&mut self, record: &Record) {
        self.counts.graded += 1;
        self.counts.judge(Came::of(record));
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
            inputs: program.inputs.clone(),
            ..self.bare(submission, program.lab, entry)
        }
    }

    /// One for each lab that is graded, unless it is known.
    pub fn refused(&mut self, submission: usize, why: &str) -> Vec<Record> {
        let all: Vec<Record> =
            self.rules.wanted.iter().map(|lab| self.refusal(submission, *lab, why)).collect();
        self.news(submission, all, why)
    }

    /// As `refused`, of one lab alone.
    pub fn refused_lab(&mut self, submission: usize, lab: usize, why: &str) -> Vec<Record> {
        self.news(submission, vec![self.refusal(submission, lab, why)], why)
    }

    fn refusal(&self, submission: usize, lab: usize, why: &str) -> Record {
        let entry = self.untold(submission, lab, Verdict::Skipped, why).refused();
        Record { refused: Some(why.to_owned()), ..self.bare(submission, lab, entry) }
    }

    /// As `refused`; but that is this machine's fault, or the network's.
    pub fn not_had(&mut self, submission: usize, why: &str) -> Vec<Record> {
        let record = |lab| self.bare(submission, lab, self.untold(submission, lab, Verdict::Errored, why));
        let all: Vec<Record> = self.rules.wanted.iter().map(|lab| record(*lab)).collect();
        self.news(submission, all, why)
    }

    /// Those that say something else than what is known.
    fn news(&mut self, submission: usize, records: Vec<Record>, why: &str) -> Vec<Record> {
        let fingerprint = |record: &Record| {
            let terms = &self.rules.terms[usize::try_from(record.place).unwrap_or_default()];
            digest(format!("{terms}\n{why}").as_bytes()).to_string()
        };
        let (mut news, mut old) = (Vec::new(), Vec::new());
        for record in records {
            let record = Record { fingerprint: fingerprint(&record), ..record };
            let lab = usize::try_from(record.place).unwrap_or_default();
            match self.known_of(submission, lab).filter(|known| known.stays(&record.fingerprint)) {
                Some(known) => old.push(known.came),
                None => news.push(record),
            }
        }
        self.counts.unchanged += old.len();
        old.iter().for_each(|came| self.counts.judge(*came));
        news
    }

    fn known_of(&self, submission: usize, lab: usize) -> Option<&'a Known> {
        let key = (self.submissions[submission].name.clone(), self.rules.course.labs[lab].id.clone());
        self.known.0.get(&key)
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
            inputs: Inputs { lab: self.rules.entries[lab].clone(), ..Inputs::default() },
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

impl Known {
    /// Was the same graded under the same terms, and with a verdict?
    fn stays(&self, fingerprint: &str) -> bool {
        self.fingerprint == fingerprint && self.came != Came::Errored
    }
}

impl Counts {
    fn judge(&mut self, came: Came) {
        match came {
            Came::Passed => self.passed += 1,
            Came::Failed => self.failed += 1,
            Came::Refused => self.refused += 1,
            Came::Errored => self.errored += 1,
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
