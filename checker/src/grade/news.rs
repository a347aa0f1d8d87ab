//! What workers tell, passed on as events: in the order of the plans, or as each plan is over.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use rust_i18n::t;

use super::plan::{LabPlan, PlannedCheck, Source};
use super::schedule::settled;
use crate::model::event::{Event, LabInfo};
use crate::model::outcome::{BuildFailure, CheckResult, Outcome};

/// What a worker has to tell.
pub enum News {
    Built { lab: usize, took: Duration, result: Result<(), BuildFailure> },
    Errored { lab: usize, message: String },
    Checked { lab: usize, check: usize, result: Box<CheckResult> },
}

impl News {
    fn plan(&self) -> usize {
        match self {
            News::Built { lab, .. } | News::Errored { lab, .. } | News::Checked { lab, .. } => *lab,
        }
    }
}

/// Passes news on as events: lab by lab, check by check, whatever finished first.
pub fn in_order(plans: &[LabPlan], news: mpsc::Receiver<News>, sink: &mut dyn FnMut(Event)) {
    let mut builds: Vec<Option<Event>> = plans.iter().map(|_| None).collect();
    let mut results: Vec<Vec<Option<Box<CheckResult>>>> =
        plans.iter().map(|plan| plan.checks.iter().map(|_| None).collect()).collect();
    let take = |builds: &mut Vec<Option<Event>>, results: &mut Vec<Vec<Option<Box<CheckResult>>>>| {
        match news.recv() {
            Ok(News::Built { lab, took, result }) => builds[lab] = Some(Event::Built { took, result }),
            Ok(News::Errored { lab, message }) => builds[lab] = Some(Event::LabErrored { message }),
            Ok(News::Checked { lab, check, result }) => results[lab][check] = Some(result),
            Err(mpsc::RecvError) => return false,
        }
        true
    };
    for (lab, plan) in plans.iter().enumerate() {
        sink(Event::LabStarted(lab_info(plan)));
        if !matches!(plan.source, Source::Program(_)) {
            while builds[lab].is_none() && take(&mut builds, &mut results) {}
            if let Some(event) = builds[lab].take() {
                sink(event);
            }
        }
        for (check, planned) in plan.checks.iter().enumerate() {
            sink(Event::CheckStarted { id: planned.check.id.clone() });
            while results[lab][check].is_none() && take(&mut builds, &mut results) {}
            let result = results[lab][check].take();
            sink(Event::CheckFinished(result.unwrap_or_else(|| lost(planned))));
        }
        sink(Event::LabFinished);
    }
}

/// Passes each plan's events on when its last check is done.
pub fn as_they_come(plans: &[LabPlan], news: mpsc::Receiver<News>, sink: &mut dyn FnMut(usize, Event)) {
    let mut open: BTreeMap<usize, Waiting> = BTreeMap::new();
    let waiting =
        |plan: usize| Waiting { build: None, results: plans[plan].checks.iter().map(|_| None).collect() };
    for said in news {
        let plan = said.plan();
        let known = open.entry(plan).or_insert_with(|| waiting(plan));
        match said {
            News::Built { took, result, .. } => known.build = Some(Event::Built { took, result }),
            News::Errored { message, .. } => known.build = Some(Event::LabErrored { message }),
            News::Checked { check, result, .. } => known.results[check] = Some(result),
        }
        let is_built = known.build.is_some() || matches!(plans[plan].source, Source::Program(_));
        if is_built
            && known.results.iter().all(Option::is_some)
            && let Some(known) = open.remove(&plan)
        {
            known.tell(&plans[plan], &mut |event| sink(plan, event));
        }
    }
    // Their worker was lost.
    for (plan, known) in open {
        known.tell(&plans[plan], &mut |event| sink(plan, event));
    }
}

/// What has come of a plan that is not over.
struct Waiting {
    build: Option<Event>,
    results: Vec<Option<Box<CheckResult>>>,
}

impl Waiting {
    fn tell(self, plan: &LabPlan, sink: &mut dyn FnMut(Event)) {
        sink(Event::LabStarted(lab_info(plan)));
        self.build.into_iter().for_each(&mut *sink);
        for (planned, result) in plan.checks.iter().zip(self.results) {
            sink(Event::CheckStarted { id: planned.check.id.clone() });
            sink(Event::CheckFinished(result.unwrap_or_else(|| lost(planned))));
        }
        sink(Event::LabFinished);
    }
}

fn lost(planned: &PlannedCheck) -> Box<CheckResult> {
    let told = t!("the checker lost this check's thread").into_owned();
    Box::new(settled(planned, Outcome::Errored(told)))
}

fn lab_info(plan: &LabPlan) -> LabInfo {
    let judged = plan.checks.iter().filter(|planned| planned.check.has_judge());
    LabInfo {
        id: plan.lab.id.clone(),
        title: plan.lab.title.clone(),
        submission: plan.submission.clone(),
        guide: plan.guide.clone(),
        checks: plan.checks.iter().map(|planned| planned.check.id.clone()).collect(),
        needed: plan.checks.iter().flat_map(|planned| planned.check.needs.clone()).collect(),
        judged: judged.map(|planned| planned.check.id.clone()).collect(),
        out_of: plan.checks.iter().map(PlannedCheck::out_of).sum(),
        again: plan.again.clone(),
    }
}
