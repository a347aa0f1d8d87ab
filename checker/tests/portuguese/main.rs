//! What is read in Portuguese. One process speaks one language, and so these stand apart.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

// The sample belongs to the library's reports, and names the model as they do.
use checker::model;

mod reports;
