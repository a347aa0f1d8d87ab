//! `checker schema`: the frame of labs.yaml as a JSON Schema, for editors.

use std::io::Write;

use super::UsageError;
use crate::manifest;

/// Writes the schema to `out`, its descriptions in the language spoken.
///
/// # Errors
/// `out` cannot be written to.
pub fn schema(out: &mut dyn Write) -> Result<(), UsageError> {
    serde_json::to_writer_pretty(&mut *out, &manifest::schema()).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(out.flush()?)
}
