//! Accidents of a build that befall everybody once, read from what cargo said: what happened, and the
//! cure.

mod signs;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::statvfs::statvfs;
use regex::Regex;
use rust_i18n::t;

use crate::machine::building::toolchain::Toolchain;
use crate::machine::running::process;

/// What happened to a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accident {
    pub whose: Whose,
    /// What happened, in a few words.
    pub told: String,
    /// What to do about it.
    pub cure: String,
}

/// Whose it is to put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The crate asks for what a lab cannot have.
    Submission,
    /// The machine lacks what every build needs.
    Machine,
}

/// Below this a disk counts as full: no build gets by with less.
const ROOM: u64 = 16 << 20;

/// The accident behind what cargo said while it built below `target`; none where the code is what is wrong.
pub fn of_build(stderr: &[u8], target: &Path) -> Option<Accident> {
    let said = String::from_utf8_lossy(stderr);
    without_rust(&said)
        .or_else(|| unlinked(&said))
        .or_else(|| full(&said, target))
        .or_else(|| killed(&said))
        .or_else(|| offline(&said))
        .or_else(|| outside(&said))
        .or_else(|| too_old(&said))
        .or_else(|| unknown_edition(&said))
        .or_else(|| said.contains(signs::NO_TARGETS).then(no_program))
}

/// A folder without a manifest.
pub fn no_manifest(folder: &Path) -> Accident {
    Accident {
        whose: Whose::Submission,
        told: t!("there is no Cargo.toml in %{folder}", folder = folder.display()).into(),
        cure: t!(
            "Name the folder in which your crate's Cargo.toml lies. If the file is gone, `checker checkout LAB DIR` makes a fresh copy of the lab."
        )
        .into(),
    }
}

/// A crate that is a library only.
pub fn no_program() -> Accident {
    Accident {
        whose: Whose::Submission,
        told: t!("the crate builds no program: it needs a src/main.rs").into(),
        cure: t!("Cargo makes a program of src/main.rs: has the file another name, or another folder?")
            .into(),
    }
}

/// A crate with more programs than one, by name.
pub fn many_programs(names: &[String]) -> Accident {
    Accident {
        whose: Whose::Submission,
        told: t!(
            "the crate builds %{number} programs (%{names}): a lab has one",
            number = names.len(),
            names = names.join(", ")
        )
        .into(),
        cure: t!(
            "Keep one: move the files of src/bin elsewhere, or remove the other [[bin]] sections of Cargo.toml."
        )
        .into(),
    }
}

/// What to do about an error of the system's in one of the checker's own folders, where that is known.
pub fn cure_of(error: &io::Error, folder: &Path) -> Option<String> {
    let folder = folder.display();
    Some(match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => disk_cure(),
        io::ErrorKind::PermissionDenied => t!(
            "The folder must be yours. If the checker once ran with sudo: sudo chown -R \"$USER\" %{folder}",
            folder = folder
        )
        .into(),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            t!("A file stands where a folder should be. XDG_CACHE_HOME names another place.").into()
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            t!("Nothing can be written there. XDG_CACHE_HOME names another place.").into()
        }
        _ => return None,
    })
}

/// How one gets room on a disk.
pub fn disk_cure() -> String {
    t!("Make room on the disk, or name another one with XDG_CACHE_HOME; what lies in its `checker` folder may be deleted.").into()
}

/// Believed only where cargo or the compiler does not start for us either.
fn without_rust(said: &str) -> Option<Accident> {
    let toolchain = Toolchain::find()?;
    let (program, told) = if said.contains(signs::NO_TOOLCHAIN) {
        (Some(toolchain.cargo.clone()), t!("rustup has no Rust to build with"))
    } else if said.contains(signs::NO_COMPILER) {
        (toolchain.rustc(), t!("the Rust compiler, rustc, could not be started"))
    } else {
        return None;
    };
    let starts = |program: PathBuf| {
        let version = Command::new(program).arg("--version").stdin(Stdio::null()).output();
        version.is_ok_and(|output| output.status.success())
    };
    if program.is_some_and(starts) {
        return None;
    }
    let cure = t!("With rustup: rustup default stable. `checker doctor` tells what else is missing.");
    Some(Accident { whose: Whose::Machine, told: told.into(), cure: cure.into() })
}

/// The name of a crate's own choosing that is not there is the crate's fault.
fn unlinked(said: &str) -> Option<Accident> {
    let linker = captured(signs::NO_LINKER, said)?;
    let is_missing = linker == "cc" && process::find_program("cc").is_none();
    Some(Accident {
        whose: if is_missing { Whose::Machine } else { Whose::Submission },
        told: t!("the linker `%{linker}` was not found", linker = linker).into(),
        cure: linker_cure(),
    })
}

/// How one gets a C linker.
pub fn linker_cure() -> String {
    t!("Debian and Ubuntu: sudo apt install gcc; Fedora: sudo dnf install gcc").into()
}

fn killed(said: &str) -> Option<Accident> {
    Regex::new(signs::COMPILER_KILLED).ok()?.find(said)?;
    // Anybody can say so.
    Some(Accident { whose: Whose::Submission, ..compiler_killed() })
}

/// A compiler that was ended by the system, for nothing that its input could say.
pub fn compiler_killed() -> Accident {
    Accident {
        whose: Whose::Machine,
        told: t!("the system ended the compiler (SIGKILL), most often for lack of memory").into(),
        cure: t!("Close other programs, or let cargo do less at once: CARGO_BUILD_JOBS=1 checker check")
            .into(),
    }
}

/// A disk is only full if it is: a build script can say anything.
fn full(said: &str, target: &Path) -> Option<Accident> {
    if !said.contains(signs::DISK_FULL) || room(target)? >= ROOM {
        return None;
    }
    Some(Accident {
        whose: Whose::Machine,
        told: t!("the disk is full: %{folder}", folder = target.display()).into(),
        cure: disk_cure(),
    })
}

/// Bytes that this user may still write to the disk of a folder.
pub fn room(folder: &Path) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    Some(disk.blocks_available() * disk.fragment_size())
}

fn offline(said: &str) -> Option<Accident> {
    if !said.contains(signs::OFFLINE) {
        return None;
    }
    let name = signs::NOT_HERE.iter().find_map(|pattern| captured(pattern, said))?;
    // The last in the chain is what the crate itself asks for.
    let chain = Regex::new(signs::ON_BEHALF_OF).ok()?;
    let asked = chain.captures_iter(said).last().map_or_else(|| name.clone(), |found| found[1].to_owned());
    let told = if asked == name {
        t!("`%{name}` is not on this machine, and builds run without the network", name = name)
    } else {
        t!(
            "`%{name}`, which `%{asked}` needs, is not on this machine, and builds run without the network",
            name = name,
            asked = asked
        )
    };
    Some(Accident {
        whose: Whose::Submission,
        told: told.into(),
        cure: t!(
            "The labs need nothing but std: remove `%{name}` from [dependencies]. To keep it, let cargo get it once: `cargo fetch` in the crate's folder. Where your work is checked, it may be missing all the same.",
            name = asked
        )
        .into(),
    })
}

fn outside(said: &str) -> Option<Accident> {
    let name = captured(signs::OUTSIDE, said)?;
    Some(Accident {
        whose: Whose::Submission,
        told: t!("the crate needs `%{name}`, which lies outside of its folder", name = name).into(),
        cure: t!("Only the crate's own folder is built. Make `%{name}` a module in src, or put it into the folder.", name = name)
            .into(),
    })
}

fn too_old(said: &str) -> Option<Accident> {
    let edition = captured(signs::EDITION_OF_LATER, said);
    let version = captured(signs::RUST_TOO_OLD, said);
    let told = match (edition, version) {
        (Some(edition), _) => {
            t!("the Rust of this machine is too old for the edition %{edition}", edition = edition)
        }
        (None, Some(version)) => match captured(signs::RUST_WANTED, said) {
            Some(wanted) => t!(
                "the Rust of this machine is too old: it is %{version}, and the crate needs %{wanted}",
                version = version,
                wanted = wanted
            ),
            None => t!("the Rust of this machine is too old: it is %{version}", version = version),
        },
        (None, None) => return None,
    };
    let cure = t!("Get a newer one: rustup update stable. Or lower what Cargo.toml asks for.");
    Some(Accident { whose: Whose::Submission, told: told.into(), cure: cure.into() })
}

fn unknown_edition(said: &str) -> Option<Accident> {
    let edition = captured(signs::NO_SUCH_EDITION, said)?;
    Some(Accident {
        whose: Whose::Submission,
        told: t!("Rust has no edition `%{edition}`", edition = edition).into(),
        cure: t!("Write `edition = \"2024\"` in Cargo.toml; a newer one may need `rustup update stable`.")
            .into(),
    })
}

fn captured(pattern: &str, said: &str) -> Option<String> {
    Some(Regex::new(pattern).ok()?.captures(said)?[1].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accident(said: &str) -> Accident {
        of_build(said.as_bytes(), Path::new("/")).unwrap_or_else(|| panic!("{said}"))
    }

    #[test]
    fn a_crate_that_is_not_there_is_named() {
        for said in [
            "error: no matching package named `rand` found\nAs a reminder, you're using offline mode (--offline)",
            "error: failed to select a version for the requirement `rand = \"^9\"`\nyou're using offline mode",
            "error: failed to download `rand v0.9.0`\nattempting to make an HTTP request, but --offline was specified",
            "error: failed to get `rand` as a dependency of package `x`\nyou are in the offline mode (--offline)",
        ] {
            assert!(accident(said).told.starts_with("`rand` is not on this machine"), "{said}");
        }
    }

    #[test]
    fn what_a_dependency_needs_is_told_with_the_dependency() {
        let said = "error: no matching package named `rand_chacha` found\nrequired by package `rand v0.9.0`\n    ... \
                    which satisfies dependency `rand = \"^0.9\"` of package `dice v0.1.0`\n    ... which satisfies \
                    dependency `dice = \"^0.1\"` of package `hello v0.1.0 (/x)`\nyou're using offline mode";
        let accident = accident(said);
        assert!(accident.told.starts_with("`rand_chacha`, which `dice` needs, is not"), "{accident:?}");
        assert!(accident.cure.contains("remove `dice` from"), "{accident:?}");
    }

    #[test]
    fn an_error_in_a_folder_has_a_cure_where_one_is_known() {
        let cure = |kind: io::ErrorKind| cure_of(&kind.into(), Path::new("/home/ana/.cache/checker"));
        assert!(
            cure(io::ErrorKind::PermissionDenied).unwrap().ends_with("\"$USER\" /home/ana/.cache/checker")
        );
        assert!(cure(io::ErrorKind::StorageFull).unwrap().starts_with("Make room on the disk"));
        assert_eq!(cure(io::ErrorKind::Interrupted), None);
    }

    #[test]
    fn a_compiler_that_was_killed_is_told() {
        let said = "error: could not compile `x` (bin \"x\")\n\nCaused by:\n  process didn't exit successfully: \
                    `/rust/bin/rustc --crate-name x src/main.rs` (signal: 9, SIGKILL: kill)";
        assert!(accident(said).told.starts_with("the system ended the compiler"));
        let script = "process didn't exit successfully: `/x/build-script-build` (signal: 9, SIGKILL: kill)";
        assert_eq!(of_build(script.as_bytes(), Path::new("/")), None);
    }

    #[test]
    fn code_that_is_wrong_is_no_accident() {
        assert_eq!(
            of_build(b"error[E0425]: cannot find value `offline`\n --> src/main.rs:3", Path::new("/")),
            None
        );
        // Anybody can say so.
        assert_eq!(of_build(b"No space left on device (os error 28)", Path::new("/")), None);
    }

    #[test]
    fn an_old_rust_is_told_in_the_words_of_old_and_new_cargos() {
        let old =
            "The package requires the Cargo feature called `edition2024`, but that feature is not stabilized";
        assert!(accident(old).told.ends_with("too old for the edition 2024"));
        let new =
            "error: rustc 1.80.0 is not supported by the following package:\n  x@0.1.0 requires rustc 1.95\n";
        assert!(accident(new).told.contains("1.80.0, and the crate needs 1.95"));
    }

    #[test]
    fn a_linker_of_the_crates_own_choosing_is_its_own_fault() {
        let accident = accident("error: linker `ld.of.mine` not found\n");
        assert_eq!(accident.whose, Whose::Submission);
    }
}
