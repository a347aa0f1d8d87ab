//! This machine in a few words, for results that are compared with those of another one.

use std::fs;

/// System, release, architecture and the number of processors, the same in every language.
pub fn described() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let system = match std::env::consts::OS {
        "linux" => "Linux",
        other => other,
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let plural = if cores == 1 { "" } else { "s" };
    let named = format!("{system} {} {}", release.trim(), std::env::consts::ARCH).replace("  ", " ");
    format!("{named}, {cores} processor{plural}")
}
