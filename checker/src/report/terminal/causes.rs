//! Failures that have one cause are told once.

use crate::model::course::Visibility;
use crate::model::outcome::{CheckResult, Failure, FailureKind, Outcome, Place, Why};

/// A failure to tell, and the checks that failed for the same reason.
#[derive(Debug)]
pub struct Told<'a> {
    pub result: &'a CheckResult,
    pub failure: &'a Failure,
    pub also: Vec<&'a str>,
}

/// The place where a lab still has to be begun, if that is all there is to say about it.
pub fn untouched<'a>(results: &'a [CheckResult]) -> Option<Option<&'a Place>> {
    let mut place: Option<Option<&'a Place>> = None;
    for result in results {
        match &result.outcome {
            Outcome::Failed(failure) if failure.kind == FailureKind::NotImplemented => {
                place = place.or(Some(place_of(failure)));
            }
            Outcome::Skipped(_) => {}
            Outcome::Passed | Outcome::Failed(_) | Outcome::Errored(_) => return None,
        }
    }
    place
}

/// The failures that may be told, in order, each cause once.
pub fn told(results: &[CheckResult]) -> Vec<Told<'_>> {
    let mut told: Vec<Told> = Vec::new();
    for result in results {
        let Outcome::Failed(failure) = &result.outcome else { continue };
        if result.visibility == Visibility::Hidden || failure.kind == FailureKind::BuildFailed {
            continue;
        }
        match told.iter_mut().find(|earlier| same_cause(earlier.failure, failure)) {
            Some(earlier) => earlier.also.push(&result.id),
            None => told.push(Told { result, failure, also: Vec::new() }),
        }
    }
    told
}

fn place_of(failure: &Failure) -> Option<&Place> {
    match &failure.why {
        Some(Why::NotImplemented(place)) => Some(place),
        _ => None,
    }
}

fn same_cause(a: &Failure, b: &Failure) -> bool {
    if a.kind != b.kind {
        return false;
    }
    match (&a.why, &b.why) {
        // A blocked program is another story in each check.
        (Some(Why::Blocked { .. }), _) | (_, Some(Why::Blocked { .. })) => false,
        // The ports differ from run to run.
        (Some(Why::ListensElsewhere { .. }), Some(Why::ListensElsewhere { .. })) => true,
        (Some(a), Some(b)) => a == b,
        (None, None) => {
            a.step.is_none() && b.step.is_none() && a.expected == b.expected && a.actual == b.actual
        }
        _ => false,
    }
}
