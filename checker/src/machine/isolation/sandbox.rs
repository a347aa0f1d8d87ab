//! What one run gets: a folder, a network, an identity, limits.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::unistd::{Gid, Uid};

use super::keeper::{Controlling, Identity, Limits, Plan};
use super::landlock::{Allowed, Network};
use super::{Level, Reach, landlock, namespaces, view};
use crate::machine::isolation::probe::Rights;
use crate::model::course::Console;

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
    purpose: Purpose,
    identity: Identity,
    limits: Limits,
}

#[derive(Debug)]
enum Purpose {
    /// A program that is checked, in this folder.
    Run(PathBuf),
    Build(Allowed),
}

/// Users that programs of a root checker run as, one after the other: a range that systems leave to
/// such passing users, and that exists in containers, which have 65536.
const FIRST_USER: u32 = 61_184;
const USERS: u32 = 4_000;

/// Processes and threads that the kernel allows to a build; it is told to have too many before that.
const PROCESSES_OF_BUILD: u64 = 2_100;

/// As many more than it may have the kernel allows to a program.
const MORE: usize = 100;

/// The same where all of the user's processes count, those of other checks among them.
const PROCESSES_OF_USER: u64 = 6_000;

impl Sandbox {
    /// Enters it: to be called in a thread that does nothing else before and after this run.
    ///
    /// `folder` is empty and belongs to the checker. The program may have so many `tasks`, processes and threads.
    pub fn open(reach: &Reach, folder: &Path, need: Need, tasks: usize) -> io::Result<Sandbox> {
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
        let limits = Limits {
            file_size: 256 << 20,
            open_files: 4096,
            processes: processes(reach.level, (tasks + MORE) as u64),
            cpu_seconds: 600,
        };
        let purpose = Purpose::Run(folder.to_path_buf());
        Ok(Sandbox { level: reach.level, rights: reach.rights, purpose, identity, limits })
    }

    /// The machine of a build: no network, nothing but what is `allowed`, and the checker's own user, whose
    /// the folders are. To be called in a thread that does nothing else before and after this build.
    pub fn open_for_build(reach: &Reach, allowed: Allowed) -> io::Result<Sandbox> {
        let identity = match (reach.level, reach.rights) {
            (Level::Full, Rights::UserNamespace) => nested_user(),
            _ => Identity::Powerless,
        };
        if reach.level == Level::Full {
            namespaces::enter()?;
        }
        let limits = Limits {
            file_size: 1 << 30,
            open_files: 16_384,
            processes: processes(reach.level, PROCESSES_OF_BUILD),
            cpu_seconds: 3_600,
        };
        let purpose = Purpose::Build(allowed);
        Ok(Sandbox { level: reach.level, rights: reach.rights, purpose, identity, limits })
    }

    /// Gives the folder and what is in it to the program, and lets it find what it needs.
    pub fn furnish(&self, needed: &[PathBuf]) -> io::Result<()> {
        if let (Identity::Other { uid, gid }, Purpose::Run(folder)) = (&self.identity, &self.purpose) {
            give(folder, *uid, *gid)?;
            if self.level == Level::Full && self.rights == Rights::Root {
                view::open_ways(needed)?;
            }
        }
        Ok(())
    }

    /// What the keeper does between fork and exec.
    pub fn plan(&self, needed: &[PathBuf], console: Console, lifeline: OwnedFd, status: OwnedFd) -> Plan {
        let allowed = match &self.purpose {
            Purpose::Build(allowed) => allowed.clone(),
            Purpose::Run(folder) => Allowed {
                readable: needed.to_vec(),
                folders: vec![folder.clone()],
                writable: Vec::new(),
                network: Network::Allowed,
            },
        };
        Plan {
            level: self.level,
            identity: self.identity.clone(),
            landlock: match self.level {
                Level::Full | Level::Partial => landlock::rules(&allowed),
                Level::Basic => None,
            },
            limits: self.limits,
            folder: match &self.purpose {
                Purpose::Run(folder) => Some(folder.clone()),
                // Kept for the next time.
                Purpose::Build(_) => None,
            },
            lifeline,
            status,
            terminal: match console {
                Console::Terminal(_) => Controlling::StandardInput,
                Console::Screen | Console::Pipes => Controlling::Nothing,
            },
        }
    }

    pub fn level(&self) -> Level {
        self.level
    }
}

fn processes(level: Level, own: u64) -> u64 {
    match level {
        Level::Full => own,
        Level::Partial | Level::Basic => tasks_of_this_user() + PROCESSES_OF_USER,
    }
}

fn other_user() -> Identity {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = std::process::id().wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % USERS;
    Identity::Other { uid: FIRST_USER + number, gid: FIRST_USER + number }
}

/// Processes and threads that this user had when the first program was started.
fn tasks_of_this_user() -> u64 {
    static COUNTED: OnceLock<u64> = OnceLock::new();
    *COUNTED.get_or_init(|| {
        let own = Uid::current().as_raw();
        let Ok(entries) = std::fs::read_dir("/proc") else { return 0 };
        let ours = entries.flatten().filter(|entry| entry.metadata().is_ok_and(|data| data.uid() == own));
        ours.filter_map(|entry| std::fs::metadata(entry.path().join("task")).ok())
            .map(|task| task.nlink().saturating_sub(2))
            .sum()
    })
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
