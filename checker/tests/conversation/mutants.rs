//! Answers that were altered on their way.
