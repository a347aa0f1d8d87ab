//! `checker checkout LAB[@SITE] [DIR]`: a lab as a folder that builds and is checked on its own.

use std::io::Write;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::refusal::SitesError;
use super::sites::{self, Wanted};
use super::{UsageError, guide, room};
use crate::machine::delivery;
use crate::report::bytes::visible;

#[derive(Debug, Clone)]
pub struct CheckoutOptions {
    pub wanted: Wanted,
    /// `./LAB` where there is none; beside it, where the person is in a lab's folder.
    pub folder: Option<PathBuf>,
}

/// Delivers the lab into its folder and says what to do next.
///
/// # Errors
/// The lab cannot be had, or the folder is not empty; nothing was written then.
pub fn checkout(options: &CheckoutOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    let parcel = sites::parcel(&options.wanted)?;
    let folder = options.folder.clone().unwrap_or_else(|| default_folder(&parcel.lab));
    delivery::check_out(&folder, &parcel).map_err(SitesError::Delivery)?;
    let shown = visible(&folder.display().to_string());
    let place = if shown.contains('/') || shown == "." { shown.clone() } else { format!("./{shown}") };
    writeln!(
        out,
        "{}\n",
        t!(
            "The lab %{lab} is now in %{folder}, from the site %{site}.",
            lab = parcel.lab,
            folder = place,
            site = parcel.site
        )
    )?;
    if folder != Path::new(".") {
        writeln!(out, "  cd {}", shell_words::quote(&shown))?;
    }
    if let Some(guide) = guide::in_folder(&folder).as_deref().and_then(Path::file_name) {
        let read = format!("less {}", guide.to_string_lossy());
        writeln!(out, "  {read:24}{}", t!("the guide"))?;
    }
    writeln!(out, "  {:24}{}", "checker check", t!("what passes, what does not, and why"))?;
    Ok(out.flush()?)
}

fn default_folder(lab: &str) -> PathBuf {
    match room::lab_folder() {
        Some(own) if own == Path::new(".") => Path::new("..").join(lab),
        Some(own) => own.join("..").join(lab),
        None => PathBuf::from(lab),
    }
}
