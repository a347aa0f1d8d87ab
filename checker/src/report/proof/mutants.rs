//! Altered answers that got another verdict than they should.

use std::path::Path;

use rust_i18n::t;

use super::{part, remark};
use crate::model::proof::{Finding, Found, LabProof, Mutants, Trouble};
use crate::report::style::Palette;
use crate::report::terminal::line::Line;
use crate::report::words;

pub fn mutants(proof: &LabProof, labs_file: &Path, palette: &Palette) -> Vec<Line> {
    let name = t!("mutants");
    let standing = proof.mutants_stand();
    let Some(mutants) = &proof.mutants else {
        return part(standing, &name, &t!("there is no reference whose answers could be altered"), palette);
    };
    let mut lines = part(standing, &name, &counts(mutants), palette);
    for (check, Trouble::NotBuilt(message) | Trouble::Broken(message)) in &mutants.trouble {
        lines.extend(remark(&format!("{check}: {message}")));
    }
    let mut findings: Vec<&Finding> = mutants.findings.iter().collect();
    findings.sort_by_key(|finding| (finding.found, finding.line));
    for alike in findings.chunk_by(|one, other| (one.found, one.line) == (other.found, other.line)) {
        lines.extend(told(alike, labs_file));
    }
    lines
}

fn counts(mutants: &Mutants) -> String {
    let survive = mutants.findings.iter().filter(|finding| finding.found == Found::Survives).count();
    let alarms =
        mutants.findings.iter().filter(|finding| matches!(finding.found, Found::FalseAlarm(_))).count();
    let (broken, harmless) = (mutants.broken as usize + survive, mutants.harmless as usize + alarms);
    t!(
        "%{failed} of %{broken} broken answers fail, %{passed} of %{harmless} harmless ones pass, in %{time}",
        failed = mutants.broken,
        broken = broken,
        passed = mutants.harmless,
        harmless = harmless,
        time = words::duration(mutants.took)
    )
    .into_owned()
}

/// Findings of one kind at one sentence.
fn told(alike: &[&Finding], labs_file: &Path) -> Vec<Line> {
    let Some(first) = alike.first() else { return Vec::new() };
    let names: Vec<String> = alike.iter().map(|finding| finding.alteration.id().to_owned()).collect();
    let place = format!("{}:{}: {}: {}", labs_file.display(), first.line, first.check, first.sentence);
    let altered = words::list(&names);
    let text = match first.found {
        Found::Survives => t!(
            "%{altered}: breaks what the sentence declares, and passes. The checker does not see it; no script can mend that.",
            altered = altered
        ),
        Found::Unnoticed => t!(
            "%{altered}: what is left over is allowed here, and no other check of the lab fails for it. Leave out `leftovers: allowed`, or let `receives nothing` follow.",
            altered = altered
        ),
        Found::FalseAlarm(kind) => t!(
            "%{altered}: breaks nothing that the sentence declares, and fails with %{kind}. The checker asks for more than the script does.",
            altered = altered,
            kind = kind.id()
        ),
    };
    [remark(&place), remark(&text)].concat()
}
