//! `checker doctor`: what this machine lets the checker do, and how to get more.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use super::{ExitStatus, UsageError};
use crate::machine::isolation::probe::{Landlock, Rights};
use crate::machine::isolation::{self, Level, Obstacle, Reach, Wanted};
use crate::machine::sight::{Blind, Sight};
use crate::machine::{process, toolchain};
use crate::report::style::{Ink, Mark, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};

/// One thing that was looked at.
struct Finding {
    mark: Mark,
    what: &'static str,
    told: String,
    /// How to get more, where there is more to get.
    more: Vec<String>,
}

/// Looks and tells. To be called while there is one thread.
///
/// # Errors
/// `out` cannot be written to.
pub fn doctor(palette: Palette, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    let reach = isolation::enter(Wanted::Auto).map_err(UsageError::Isolation)?;
    let cargo = cargo();
    let status = if cargo.mark == Mark::Passed { ExitStatus::Passed } else { ExitStatus::Errored };
    let findings = [separation(&reach), files(&reach), sight(), cargo, linker()];
    writeln!(out, "{}", Line::blank().then(Ink::Strong, "This machine").render(&palette))?;
    for finding in &findings {
        for line in lines(finding, &palette) {
            writeln!(out, "{}", line.render(&palette))?;
        }
    }
    out.flush()?;
    Ok(status)
}

const LABEL: usize = 11;

fn lines(finding: &Finding, palette: &Palette) -> Vec<Line> {
    let mark = palette.mark(finding.mark);
    let start = 2 + mark.chars().count() + 1 + LABEL;
    let mut head = Some(format!("{mark} {:LABEL$}", finding.what));
    let mut out = Vec::new();
    for part in wrap(&finding.told, WIDTH - start) {
        out.push(match head.take() {
            Some(head) => Line::indented(2).then(Ink::Plain, &head).then(Ink::Plain, &part),
            None => Line::indented(start).then(Ink::Plain, &part),
        });
    }
    for more in &finding.more {
        for part in wrap(more, WIDTH - start) {
            out.push(Line::indented(start).then(Ink::Faint, &part));
        }
    }
    out
}

fn separation(reach: &Reach) -> Finding {
    let what = "isolation";
    let told = match (reach.level, reach.rights) {
        (Level::Full, Rights::Root) => {
            "full: each check has a network, a process table, a folder and a user of its own"
        }
        (Level::Full, _) => {
            "full: each check has a network, a process table, a folder and a user namespace of its own"
        }
        (Level::Partial, _) => {
            "partial: each check has a keeper that ends its whole process tree, a folder, and a port that nobody else is given; the network and the process table are the machine's"
        }
        (Level::Basic, _) => "basic: each check has a process group, a folder and a port",
    };
    let told = match reach.obstacle {
        None => told.to_owned(),
        Some(obstacle) => format!("{told}. Full isolation is not to be had here: {obstacle}"),
    };
    let mark = if reach.level == Level::Full { Mark::Passed } else { Mark::Skipped };
    Finding { mark, what, told, more: reach.obstacle.map(cures).unwrap_or_default() }
}

fn cures(obstacle: Obstacle) -> Vec<String> {
    let cures: &[&str] = match obstacle {
        Obstacle::NotLinux => &[],
        Obstacle::UserNamespace(_) | Obstacle::IdMap(_) | Obstacle::Namespaces(_) => &[
            "Ubuntu 23.10 and newer, and GitHub's runners: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
            "Debian before 11: sudo sysctl -w kernel.unprivileged_userns_clone=1",
            "In a Docker container: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined",
            "Where user namespaces are limited: sudo sysctl -w user.max_user_namespaces=10000",
        ],
    };
    cures.iter().map(|cure| (*cure).to_owned()).collect()
}

fn files(reach: &Reach) -> Finding {
    let (mark, told) = match reach.landlock {
        Landlock::Available => (
            Mark::Passed,
            "Landlock: a program reads the system's files and its own, and writes only into its folder",
        ),
        Landlock::Missing => (
            Mark::Skipped,
            "this kernel has no Landlock (Linux 5.13, switched on with lsm=landlock,…): a program reads and writes whatever its user may",
        ),
    };
    Finding { mark, what: "files", told: told.to_owned(), more: Vec::new() }
}

fn sight() -> Finding {
    let what = "sight";
    match Sight::open() {
        Ok(_) => Finding {
            mark: Mark::Passed,
            what,
            told: "the checker sees what each thread of a program does, and need not wait for time-outs"
                .into(),
            more: Vec::new(),
        },
        Err(blind) => Finding {
            mark: Mark::Skipped,
            what,
            told: format!("{blind}. Checks rest on time-outs: they take longer, and explain less"),
            more: match blind {
                Blind::Proc(..) | Blind::Descriptors(_) => {
                    vec!["In a container: docker run --cap-add SYS_PTRACE".to_owned()]
                }
                Blind::Sockets(_) => {
                    vec!["The kernel needs CONFIG_INET_DIAG; in a container, a seccomp profile that allows netlink sockets".to_owned()]
                }
                Blind::NotLinux | Blind::ByteCounts => Vec::new(),
            },
        },
    }
}

fn cargo() -> Finding {
    let found = toolchain::cargo();
    found_program("cargo", found, "cargo was not found: crates cannot be built, only --program works")
        .unwrap_or_else(|told| Finding {
            mark: Mark::Errored,
            what: "cargo",
            told,
            more: vec!["Install Rust from https://rustup.rs, or put cargo in PATH".to_owned()],
        })
}

fn linker() -> Finding {
    let found = process::find_program("cc");
    found_program("linker", found, "cc was not found: Rust needs a C linker to build programs")
        .unwrap_or_else(|told| Finding {
            mark: Mark::Skipped,
            what: "linker",
            told,
            more: vec!["Debian and Ubuntu: sudo apt install gcc; Fedora: sudo dnf install gcc".to_owned()],
        })
}

/// The program's place and the first line that it says of itself.
fn found_program(what: &'static str, path: Option<PathBuf>, missing: &str) -> Result<Finding, String> {
    let path = path.ok_or_else(|| missing.to_owned())?;
    let output = Command::new(&path)
        .arg("--version")
        .output()
        .map_err(|error| format!("{} could not be started: {error}", path.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.lines().next().unwrap_or_default();
    if !output.status.success() {
        return Err(format!(
            "{} --version failed: {}",
            path.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    let told = format!("{version} ({})", path.display());
    Ok(Finding { mark: Mark::Passed, what, told, more: Vec::new() })
}
