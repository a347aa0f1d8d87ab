//! Pull requests, graded against real branches.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod grade_workflow;
