//! Submissions × labs × checks: what reports of many submissions walk through.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::document::{CheckEntry, LabEntry, SubmissionEntry, Totals, Verdict};
use super::{Inputs, Moment, Record, merge};
use crate::model::provenance::Provenance;

/// The results of a class, or of one run: records in their order, and the columns that they make.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    records: Vec<Record>,
    labs: Vec<LabColumn>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LabColumn {
    pub id: String,
    pub title: String,
    /// The most that a submission could have here.
    pub out_of: u32,
    pub checks: Vec<CheckColumn>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckColumn {
    pub id: String,
    pub title: String,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    pub name: &'a str,
    /// A record for each lab, where there is one.
    pub labs: Vec<Option<&'a Record>>,
    pub points: u32,
    /// Labs without a record count as well.
    pub out_of: u32,
}

/// A check that submissions fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HardCheck<'a> {
    pub lab: &'a str,
    pub id: &'a str,
    pub title: &'a str,
    /// Submissions that fail it, of those whose lab was graded.
    pub failed: usize,
    pub graded: usize,
}

impl Results {
    /// Of the same submission and lab the newest counts.
    pub fn of(records: impl IntoIterator<Item = Record>) -> Self {
        Results::in_order(merge(records))
    }

    /// What `checker check` has told, one record for each lab; a folder is a submission of its name.
    pub fn of_run(labs: Vec<LabEntry>, provenance: &Provenance, graded_at: Moment) -> Self {
        let mut order: Vec<String> = Vec::new();
        let records = labs.into_iter().map(|lab| {
            let known = order.iter().position(|id| *id == lab.lab);
            let place = known.unwrap_or(order.len());
            if known.is_none() {
                order.push(lab.lab.clone());
            }
            Record {
                format: Record::FORMAT,
                submission: name(&lab.submission),
                place: u32::try_from(place).unwrap_or(u32::MAX),
                lab,
                refused: None,
                tampered: Vec::new(),
                fingerprint: String::new(),
                inputs: Inputs::default(),
                provenance: provenance.clone(),
                graded_at,
            }
        });
        Results::in_order(records.collect())
    }

    fn in_order(records: Vec<Record>) -> Self {
        let mut labs: Vec<(u32, LabColumn)> = Vec::new();
        for record in &records {
            let lab = &record.lab;
            let known = labs.iter().position(|(_, column)| column.id == lab.lab);
            let index = known.unwrap_or_else(|| {
                let (id, title) = (lab.lab.clone(), lab.title.clone());
                labs.push((record.place, LabColumn { id, title, out_of: 0, checks: Vec::new() }));
                labs.len() - 1
            });
            labs[index].1.take_in(lab);
        }
        labs.sort_by_key(|(place, _)| *place);
        Results { records, labs: labs.into_iter().map(|(_, column)| column).collect() }
    }

    /// Only these submissions and labs; all where none is named.
    #[must_use]
    pub fn only(self, submissions: &[String], labs: &[String]) -> Self {
        let is_asked = |asked: &[String], name: &str| asked.is_empty() || asked.iter().any(|a| a == name);
        let kept = self
            .records
            .into_iter()
            .filter(|record| is_asked(submissions, &record.submission) && is_asked(labs, &record.lab.lab));
        Results::in_order(kept.collect())
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    pub fn labs(&self) -> &[LabColumn] {
        &self.labs
    }

    /// The checks that most submissions fail: what to speak of in class.
    pub fn hardest(&self, most: usize) -> Vec<HardCheck<'_>> {
        let mut failed: Vec<HardCheck> =
            self.labs.iter().flat_map(|lab| self.fails(lab)).filter(|check| check.failed > 0).collect();
        failed.sort_by_key(|check| Reverse(check.failed));
        failed.truncate(most);
        failed
    }

    fn fails<'a>(&'a self, lab: &'a LabColumn) -> impl Iterator<Item = HardCheck<'a>> {
        let records: Vec<&Record> = self.records.iter().filter(|record| record.lab.lab == lab.id).collect();
        lab.checks.iter().map(move |check| {
            let entries = records.iter().filter_map(|record| record.check(&check.id));
            let failed = entries.filter(|entry| entry.outcome == Verdict::Failed).count();
            HardCheck { lab: &lab.id, id: &check.id, title: &check.title, failed, graded: records.len() }
        })
    }

    pub fn submissions(&self) -> Vec<Submission<'_>> {
        let mut rows: Vec<Submission> = Vec::new();
        for record in &self.records {
            if rows.last().is_none_or(|row| row.name != record.submission) {
                let labs = vec![None; self.labs.len()];
                rows.push(Submission { name: &record.submission, labs, points: 0, out_of: 0 });
            }
            let column = self.labs.iter().position(|column| column.id == record.lab.lab);
            if let (Some(row), Some(column)) = (rows.last_mut(), column) {
                row.labs[column] = Some(record);
            }
        }
        for row in &mut rows {
            row.points = row.labs.iter().flatten().map(|record| record.lab.points).sum();
            let possible = row.labs.iter().zip(&self.labs);
            row.out_of = possible
                .map(|(record, column)| record.map_or(column.out_of, |record| record.lab.out_of))
                .sum();
        }
        rows
    }

    pub fn totals(&self) -> Totals {
        let mut totals = Totals { points: 0, out_of: 0, passed: 0, failed: 0, skipped: 0, errored: 0 };
        for record in &self.records {
            totals.points += record.lab.points;
            totals.out_of += record.lab.out_of;
            for check in &record.lab.checks {
                match check.outcome {
                    Verdict::Passed => totals.passed += 1,
                    Verdict::Failed => totals.failed += 1,
                    Verdict::Skipped if check.is_not_possible() => {}
                    Verdict::Skipped => totals.skipped += 1,
                    Verdict::Errored => totals.errored += 1,
                }
            }
        }
        totals
    }

    /// What the results were produced by; more than one where they were not produced alike. The seed is of each run.
    pub fn provenances(&self) -> Vec<Provenance> {
        let mut all: Vec<Provenance> = Vec::new();
        for record in &self.records {
            let of_all = Provenance { seed: 0, ..record.provenance.clone() };
            if !all.contains(&of_all) {
                all.push(of_all);
            }
        }
        all
    }
}

impl LabColumn {
    fn take_in(&mut self, lab: &LabEntry) {
        self.out_of = self.out_of.max(lab.out_of);
        let known: BTreeSet<String> = self.checks.iter().map(|check| check.id.clone()).collect();
        for check in lab.checks.iter().filter(|check| !known.contains(&check.id)) {
            self.checks.push(CheckColumn { id: check.id.clone(), title: check.title.clone() });
        }
    }
}

impl Record {
    pub fn check(&self, id: &str) -> Option<&CheckEntry> {
        self.lab.checks.iter().find(|check| check.id == id)
    }
}

/// The same in every language; a student's own work has no name.
fn name(submission: &SubmissionEntry) -> String {
    match submission {
        SubmissionEntry::Exercise { .. } => "exercise".to_owned(),
        SubmissionEntry::Solution { .. } => "solution".to_owned(),
        SubmissionEntry::Folder { path } | SubmissionEntry::File { path } => path.clone(),
        SubmissionEntry::Program { command } => command.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    #[test]
    fn rows_and_columns_hold_every_record_once() {
        let results = Results::of(sample::class());
        let rows = results.submissions();
        let there = rows.iter().flat_map(|row| row.labs.iter().flatten()).count();
        assert_eq!(there, sample::class().len());
        assert!(rows.iter().all(|row| row.labs.len() == results.labs().len()));
        let sum: u32 = rows.iter().map(|row| row.points).sum();
        assert_eq!(sum, results.totals().points);
        assert!(rows.iter().all(|row| row.out_of == rows[0].out_of), "a lab that is missing counts");
        assert_eq!(results.provenances().len(), 1);
    }

    #[test]
    fn a_part_of_it_has_its_own_columns() {
        let part = Results::of(sample::class()).only(&["bia".into()], &["chat".into()]);
        assert_eq!((part.records().len(), part.labs().len()), (1, 1));
        assert_eq!(part.labs()[0].checks.len(), 3);
    }

    #[test]
    fn checks_that_only_some_know_are_columns_for_all() {
        let mut shorter = sample::record("ana", 0, "2026-11-20T10:00:00.000Z");
        shorter.lab.checks.remove(1);
        let results = Results::of([shorter, sample::record("bia", 0, "2026-11-20T10:00:00.000Z")]);
        let ids: Vec<&str> = results.labs()[0].checks.iter().map(|check| check.id.as_str()).collect();
        assert_eq!(ids, ["relay", "leak", "bye"]);
        assert!(results.records()[0].check("bye").is_none());
    }
}
