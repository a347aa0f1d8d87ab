//! What one run gets: a folder, a network, an identity, limits.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::unistd::{Gid, Uid};

use super::keeper::{Identity, Limits, Plan};
use super::{Level, Reach, landlock, namespaces, view};
use crate::machine::isolation::probe::Rights;

/// What a check asks of its machine besides the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Nothing,
    /// Socket buffers of a few kilobytes.
    SmallBuffers,
}

/// The machine of one run, as seen by the thread that holds its conversation.
#[derive(Debug)]
pub struct Sandbox {
    level: Level,
    rights: Rights,
    folder: PathBuf,
    identity: Identity,
}

/// Users that programs of a root checker run as, one after the other: a range that systems leave to
/// such passing users, and that exists in containers, which have 65536.
const FIRST_USER: u32 = 61_184;
const USERS: u32 = 4_000;

/// Processes and threads: a server with two threads for each of a thousand clients, and some.
const PROCESSES: u64 = 2_500;

impl Sandbox {
    /// Enters it: to be called in a thread that does nothing else before and after this run.
    ///
    /// `folder` is empty and belongs to the checker.
    pub fn open(reach: &Reach, folder: &Path, need: Need) -> io::Result<Sandbox> {
        let identity = match (reach.level, reach.rights) {
            (Level::Full, Rights::Root) => other_user(),
            (Level::Full, _) => nested_user(),
            _ => Identity::Same,
        };
        if reach.level == Level::Full {
            namespaces::enter()?;
            namespaces::mount_folder(folder)?;
            if need == Need::SmallBuffers {
                namespaces::shrink_buffers()?;
            }
        }
        Ok(Sandbox { level: reach.level, rights: reach.rights, folder: folder.to_path_buf(), identity })
    }

    /// Gives the folder and what is in it to the program, and lets it find what it needs.
    pub fn furnish(&self, needed: &[PathBuf]) -> io::Result<()> {
        if let Identity::Other { uid, gid } = self.identity {
            give(&self.folder, uid, gid)?;
            if self.level == Level::Full && self.rights == Rights::Root {
                view::open_ways(needed)?;
            }
        }
        Ok(())
    }

    /// What the keeper does between fork and exec.
    pub fn plan(&self, needed: &[PathBuf], lifeline: OwnedFd, status: OwnedFd) -> Plan {
        Plan {
            level: self.level,
            identity: self.identity.clone(),
            landlock: match self.level {
                Level::Full | Level::Partial => landlock::rules(needed, &self.folder),
                Level::Basic => None,
            },
            limits: Limits {
                file_size: 256 << 20,
                open_files: 4096,
                // An ordinary user's other processes would count, too.
                processes: if self.level == Level::Full { PROCESSES } else { u64::MAX },
                cpu_seconds: 600,
            },
            lifeline,
            status,
        }
    }

    pub fn level(&self) -> Level {
        self.level
    }
}

fn other_user() -> Identity {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = std::process::id().wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % USERS;
    Identity::Other { uid: FIRST_USER + number, gid: FIRST_USER + number }
}

fn nested_user() -> Identity {
    let (uid, gid) = (Uid::effective(), Gid::effective());
    Identity::Nested {
        uid_map: format!("{uid} {uid} 1\n").into_bytes(),
        gid_map: format!("{gid} {gid} 1\n").into_bytes(),
    }
}

/// Changes the owner of a folder and of everything in it.
fn give(path: &Path, uid: u32, gid: u32) -> io::Result<()> {
    std::os::unix::fs::lchown(path, Some(uid), Some(gid))?;
    if path.is_dir() && !path.is_symlink() {
        for entry in std::fs::read_dir(path)? {
            give(&entry?.path(), uid, gid)?;
        }
    }
    Ok(())
}
