//! The labs of this course: their known wrong programs and their languages.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod course_languages;
mod wrong;
mod wrong_programs;
