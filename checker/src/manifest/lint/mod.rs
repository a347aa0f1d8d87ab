//! What a labs.yaml may say and probably does not mean: warnings, each with a name that silences it.
//!
//! Only a file without problems is looked at, so that everything here is known to be well-formed.

mod allow;
mod files;
mod frame;
mod languages;
mod phrases;
mod reach;
mod scripts;
mod view;
mod warning;
mod words;

use std::path::Path;

pub use allow::{LINT, read as read_allowed};
pub use warning::{Lint, Warning, Warnings};

use self::view::View;
use self::warning::Finds;
use super::{Problems, tree};

/// Looks at a labs.yaml and at the folders that it names.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn lint(path: &Path) -> Result<Warnings, Problems> {
    let source = super::text(path)?;
    let course = super::read(path, &source)?;
    let source = source.strip_prefix('\u{feff}').unwrap_or(&source);
    let Ok(Some(root)) = tree::read(source) else {
        return Ok(Warnings::new(path, source, Vec::new(), 0, 0));
    };
    let view = View::of(&course, &root, source);
    let mut finds = Finds::default();
    languages::look(&view, &mut finds);
    words::look(&view, &mut finds);
    for lab in &view.labs {
        finds.without(allow::of(lab.node), |finds| {
            frame::lab(lab, finds);
            files::look(&view, lab, finds);
            for check in &lab.checks {
                finds.without(allow::of(check.node), |finds| {
                    frame::check(lab, check, finds);
                    scripts::look(&view, check, finds);
                    phrases::look(&view, check, finds);
                    reach::look(&view, check, finds);
                });
            }
        });
    }
    let checks = view.labs.iter().map(|lab| lab.checks.len()).sum();
    Ok(Warnings::new(path, source, finds.list, view.labs.len(), checks))
}
