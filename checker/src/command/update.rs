//! `checker update [DIR]`: new guides and checks for a lab that was checked out, and nothing of the student's
//! own lost.

use std::io::Write;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::UsageError;
use super::refusal::SitesError;
use super::room::LAB_FILE;
use super::sites::{self, Wanted};
use crate::machine::delivery::{self, Change, Done, Edited};
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};

#[derive(Debug, Clone)]
pub struct UpdateOptions {
    /// The lab's folder, or one below it; where the person is if there is none.
    pub folder: Option<PathBuf>,
    pub edited: Edited,
    /// Of standard output.
    pub palette: Palette,
}

/// Brings what is new, and tells what became of each file.
///
/// # Errors
/// The folder is no lab's, or the lab cannot be had; nothing was changed then.
pub fn update(options: &UpdateOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    let folder = lab_folder(options.folder.as_deref())?;
    delivery::finish(&folder).map_err(SitesError::Delivery)?;
    let unreadable = |error: std::io::Error| {
        SitesError::ReceiptUnreadable(folder.join(delivery::RECEIPT_FILE), error.to_string())
    };
    let before = delivery::receipt(&folder).map_err(unreadable)?;
    let before = before.ok_or_else(|| SitesError::NoReceipt(folder.clone()))?;
    let wanted = Wanted { lab: before.lab.clone(), site: Some(before.site.clone()) };
    let parcel = sites::parcel(&wanted)?;
    let done =
        delivery::update(&folder, &parcel, Some(&before), options.edited).map_err(SitesError::Delivery)?;
    for line in told(&parcel.lab, &parcel.site, &done, options.edited) {
        writeln!(out, "{}", line.render(&options.palette))?;
    }
    Ok(out.flush()?)
}

/// The folder that the lab was checked out into, from a folder in it.
fn lab_folder(named: Option<&Path>) -> Result<PathBuf, UsageError> {
    let start = named.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let absolute = std::path::absolute(&start)?;
    let is_lab =
        |folder: &Path| folder.join(delivery::RECEIPT_FILE).is_file() || folder.join(LAB_FILE).is_file();
    let levels_up = absolute.ancestors().position(is_lab);
    match levels_up {
        Some(0) => Ok(start),
        Some(levels) => Ok(absolute.ancestors().nth(levels).map_or(start, Path::to_owned)),
        None => Err(SitesError::NoReceipt(start).into()),
    }
}

const LABEL: usize = 11;

fn told(lab: &str, site: &str, done: &[Done], edited: Edited) -> Vec<Line> {
    let mut out = vec![
        Line::blank()
            .then(Ink::Strong, lab)
            .then(Ink::Plain, &format!("  {}", t!("from %{site}", site = site))),
    ];
    let rows: Vec<(Ink, String, String)> = done.iter().filter_map(|done| row(done, edited)).collect();
    for (ink, label, text) in &rows {
        let label = format!("{label:LABEL$}");
        let mut label = Some(label.as_str());
        for part in wrap(text, WIDTH - 2 - LABEL) {
            out.push(match label.take() {
                Some(label) => Line::indented(2).then(*ink, label).then(Ink::Plain, &part),
                None => Line::indented(2 + LABEL).then(Ink::Plain, &part),
            });
        }
    }
    if rows.is_empty() {
        out.push(Line::indented(2).then(Ink::Plain, &t!("There is nothing new.")));
    }
    let is_kept = |done: &Done| matches!(done.change, Change::Edited { .. } | Change::Missed);
    if edited == Edited::Kept && done.iter().any(is_kept) {
        let cure = t!(
            "checker update --force takes the new ones as well; what you wrote then stays beside them, as FILE.orig."
        );
        out.push(Line::blank());
        out.extend(wrap(&cure, WIDTH - 2).iter().map(|line| Line::indented(2).then(Ink::Plain, line)));
    }
    out
}

fn row(done: &Done, edited: Edited) -> Option<(Ink, String, String)> {
    let path = &done.path;
    let (ink, label, text) = match (done.change, edited) {
        (Change::Same | Change::Own, _) => return None,
        (Change::Added, _) | (Change::Missed, Edited::Replaced) => (Ink::Good, t!("added"), path.to_string()),
        (Change::Updated { .. }, _) => (Ink::Good, t!("updated"), path.to_string()),
        (Change::Removed { .. }, _) => {
            (Ink::Mild, t!("removed"), t!("%{path}: the lab has it no more", path = path).into())
        }
        (Change::Edited { .. }, Edited::Replaced) => (
            Ink::Good,
            t!("updated"),
            t!(
                "%{path}: yours is now %{backup}",
                path = path,
                backup = done.backup.as_deref().unwrap_or_default()
            )
            .into(),
        ),
        (Change::Edited { .. }, Edited::Kept) => {
            (Ink::Mild, t!("kept"), t!("%{path}: you changed it, and there is a new one", path = path).into())
        }
        (Change::Missed, Edited::Kept) => (
            Ink::Mild,
            t!("left out"),
            t!("%{path}: you removed it, and there is a new one", path = path).into(),
        ),
        (Change::Blocked, _) => {
            (Ink::Mild, t!("left out"), t!("%{path}: something else is in its place", path = path).into())
        }
        (Change::Left, _) => (
            Ink::Mild,
            t!("kept"),
            t!("%{path}: the lab has it no more, but you changed it", path = path).into(),
        ),
    };
    Some((ink, label.into(), text))
}
