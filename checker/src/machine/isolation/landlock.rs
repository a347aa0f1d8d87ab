//! What a program may read and write, as Landlock rules made before it is forked.

use std::os::fd::OwnedFd;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, Scope,
};

/// The newest interface that is used where the kernel has it (Linux 6.12: no signals to processes outside).
const NEWEST: ABI = ABI::V6;

/// Where systems keep what every program needs: libraries, interpreters, time zones, processor counts.
const READABLE: [&str; 13] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc",
    "/opt",
    "/nix",
    "/proc",
    "/dev",
    "/sys/devices/system",
];

const WRITABLE: [&str; 3] = ["/dev/null", "/dev/zero", "/dev/full"];

/// The terminal that a program was started at, if any: it may switch its echo off.
const TERMINAL: &str = "/dev/tty";

/// What is allowed besides the system's own files.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// Files and folders.
    pub readable: Vec<PathBuf>,
    /// Folders in which everything is allowed.
    pub folders: Vec<PathBuf>,
    /// Files that exist, and that may be written.
    pub writable: Vec<PathBuf>,
    pub network: Network,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    Allowed,
    /// No TCP, where the kernel can forbid it (Linux 6.7).
    Forbidden,
}

/// A ruleset to be applied between fork and exec; `None` where the kernel has no Landlock.
pub fn rules(allowed: &Allowed) -> Option<OwnedFd> {
    try_rules(allowed).ok().flatten()
}

fn try_rules(allowed: &Allowed) -> Result<Option<OwnedFd>, landlock::RulesetError> {
    let all = AccessFs::from_all(NEWEST);
    let read = AccessFs::from_read(NEWEST);
    let read_file = AccessFs::ReadFile | AccessFs::Execute;
    let write_file = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::Truncate;
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .scope(Scope::from_all(NEWEST))?;
    if allowed.network == Network::Forbidden {
        ruleset = ruleset.handle_access(AccessNet::from_all(NEWEST))?;
    }
    let mut ruleset = ruleset.create()?;
    let system = READABLE.iter().map(PathBuf::from);
    for path in system.chain(allowed.readable.iter().cloned()) {
        // What is not there needs no rule.
        let Ok(fd) = PathFd::new(&path) else { continue };
        let access = if path.is_dir() { read } else { read_file };
        ruleset = ruleset.add_rule(PathBeneath::new(fd, access))?;
    }
    for path in WRITABLE.iter().map(PathBuf::from).chain(allowed.writable.iter().cloned()) {
        let Ok(fd) = PathFd::new(path) else { continue };
        ruleset = ruleset.add_rule(PathBeneath::new(fd, write_file))?;
    }
    if let Ok(fd) = PathFd::new(TERMINAL) {
        ruleset = ruleset.add_rule(PathBeneath::new(fd, write_file | AccessFs::IoctlDev))?;
    }
    for folder in &allowed.folders {
        let Ok(fd) = PathFd::new(folder) else { continue };
        ruleset = ruleset.add_rule(PathBeneath::new(fd, all))?;
    }
    Ok(ruleset.into())
}

/// Does this kernel enforce anything?
pub fn is_available() -> bool {
    let nothing = Allowed {
        readable: Vec::new(),
        folders: Vec::new(),
        writable: Vec::new(),
        network: Network::Allowed,
    };
    rules(&nothing).is_some()
}
