//! Much of everything.
