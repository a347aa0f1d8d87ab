//! What a program may read and write, as Landlock rules made before it is forked.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
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

const WRITABLE: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty"];

/// A ruleset to be applied between fork and exec; `None` where the kernel has no Landlock.
///
/// `readable`: files and folders besides the system's own; `folder`: where it may do everything.
pub fn rules(readable: &[PathBuf], folder: &Path) -> Option<OwnedFd> {
    try_rules(readable, folder).ok().flatten()
}

fn try_rules(readable: &[PathBuf], folder: &Path) -> Result<Option<OwnedFd>, landlock::RulesetError> {
    let all = AccessFs::from_all(NEWEST);
    let read = AccessFs::from_read(NEWEST);
    let read_file = AccessFs::ReadFile | AccessFs::Execute;
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    let system = READABLE.iter().map(PathBuf::from);
    for path in system.chain(readable.iter().cloned()) {
        // What is not there needs no rule.
        let Ok(fd) = PathFd::new(&path) else { continue };
        let access = if path.is_dir() { read } else { read_file };
        ruleset = ruleset.add_rule(PathBeneath::new(fd, access))?;
    }
    for path in WRITABLE {
        let Ok(fd) = PathFd::new(path) else { continue };
        ruleset = ruleset.add_rule(PathBeneath::new(fd, AccessFs::ReadFile | AccessFs::WriteFile))?;
    }
    if let Ok(fd) = PathFd::new(folder) {
        ruleset = ruleset.add_rule(PathBeneath::new(fd, all))?;
    }
    Ok(ruleset.into())
}

/// Does this kernel enforce anything?
pub fn is_available() -> bool {
    rules(&[], Path::new("/tmp")).is_some()
}
