//! Folders and files of our own.

pub mod folder;
pub mod memo;
pub mod official;
pub mod places;
pub mod planting;
pub mod worktree;
