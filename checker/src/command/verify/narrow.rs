//! Labs of which only some checks, or some wrong programs, are to be tried.

use std::sync::Arc;

use crate::command::UsageError;
use crate::grade::plan;
use crate::model::course::Lab;
use crate::model::event::Submission;

/// What to try; everything where both are empty.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// `--only`: ids of checks.
    pub only: Vec<String>,
    /// `--wrong`: file names of known wrong programs, as labs.yaml has them.
    pub wrong: Vec<String>,
}

/// The labs with nothing but these checks, what they need, and these wrong programs; a lab that has none of them is
/// left out.
///
/// # Errors
/// No lab has such a check, or such a program among those that must fail these checks.
pub fn narrowed(labs: Vec<&Lab>, narrow: &Narrow) -> Result<Vec<Lab>, UsageError> {
    let checks = |lab: &Lab| -> Vec<String> { lab.checks.iter().map(|check| check.id.clone()).collect() };
    let mut known: Vec<String> = labs.iter().flat_map(|lab| checks(lab)).collect();
    if let Some(asked) = narrow.only.iter().find(|id| !known.contains(id)).cloned() {
        return Err(match labs.as_slice() {
            [lab] => UsageError::UnknownCheck { lab: lab.id.clone(), asked, known },
            _ => {
                // Labs have checks of the same name.
                known.sort();
                known.dedup();
                UsageError::UnknownCheckAnywhere { asked, known }
            }
        });
    }
    let mut labs: Vec<Lab> = labs.into_iter().filter_map(|lab| with_checks(lab, &narrow.only)).collect();
    if narrow.wrong.is_empty() {
        return Ok(labs);
    }
    let known: Vec<String> = labs.iter().flat_map(programs).collect();
    if let Some(asked) = narrow.wrong.iter().find(|program| !known.contains(program)).cloned() {
        return Err(UsageError::UnknownWrong { asked, known });
    }
    for lab in &mut labs {
        lab.wrong.retain(|wrong| narrow.wrong.iter().any(|name| wrong.program.as_os_str() == name.as_str()));
    }
    labs.retain(|lab| !lab.wrong.is_empty());
    Ok(labs)
}

fn with_checks(lab: &Lab, only: &[String]) -> Option<Lab> {
    let mut lab = lab.clone();
    if only.is_empty() {
        return Some(lab);
    }
    if !lab.checks.iter().any(|check| only.contains(&check.id)) {
        return None;
    }
    let chosen = plan::choose(&lab, &Submission::Program(String::new()), only);
    lab.checks = chosen.into_iter().map(|planned| Arc::unwrap_or_clone(planned.check)).collect();
    lab.wrong.retain(|wrong| only.contains(&wrong.fails));
    Some(lab)
}

fn programs(lab: &Lab) -> Vec<String> {
    lab.wrong.iter().map(|wrong| wrong.program.to_string_lossy().into_owned()).collect()
}
