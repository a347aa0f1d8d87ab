//! What cargo needs to make a program of a crate.

use std::path::{Path, PathBuf};
use std::process::Command;

use rust_i18n::t;

use super::{Finding, State};
use crate::machine::building::toolchain::Toolchain;
use crate::machine::disk::places::{self, Place, Purpose};
use crate::machine::{building::accident, building::toolchain, running::process};

/// The Rust that the labs were made for.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Bytes that a build of a lab takes, at most, and those of a whole course.
const ROOM_OF_A_LAB: u64 = 64 << 20;
const ROOM_OF_A_COURSE: u64 = 1 << 30;

pub fn findings() -> Vec<Finding> {
    let mut findings = vec![cargo()];
    findings.extend(toolchain::cargo().map(|_| rustc()));
    findings.extend([linker(), folders(), disk()]);
    findings
}

fn cargo() -> Finding {
    match toolchain::cargo() {
        None => Finding::new(
            State::Missing,
            "cargo",
            t!("cargo was not found: crates cannot be built, only --program works"),
        )
        .more([t!("Install Rust from https://rustup.rs, or put cargo in PATH")]),
        Some(path) => match version(&path) {
            Ok(version) => Finding::new(State::Well, "cargo", shown(&version, &path)),
            Err(told) => Finding::new(State::Missing, "cargo", told)
                .more([t!("If it is rustup's: rustup default stable")]),
        },
    }
}

fn rustc() -> Finding {
    let Some(path) = Toolchain::find().and_then(Toolchain::rustc) else {
        return Finding::new(State::Missing, "rustc", t!("rustc was not found beside cargo"))
            .more([t!("Install Rust from https://rustup.rs, or put cargo in PATH")]);
    };
    match version(&path) {
        Err(told) => {
            Finding::new(State::Missing, "rustc", told).more([t!("If it is rustup's: rustup default stable")])
        }
        Ok(version) if is_older(&version, RUST) => {
            let told = t!(
                "%{version} is too old: the labs need Rust %{wanted} or newer",
                version = version,
                wanted = RUST
            );
            Finding::new(State::Missing, "rustc", told).more([t!("To get it: rustup update stable")])
        }
        Ok(version) => Finding::new(State::Well, "rustc", version),
    }
}

fn linker() -> Finding {
    let Some(path) = process::find_program("cc") else {
        return Finding::new(
            State::Missing,
            t!("linker"),
            t!("cc was not found: Rust needs a C linker to build programs"),
        )
        .more([accident::linker_cure()]);
    };
    match version(&path) {
        Ok(version) => Finding::new(State::Well, t!("linker"), shown(&version, &path)),
        Err(told) => Finding::new(State::Missing, t!("linker"), told).more([accident::linker_cure()]),
    }
}

fn folders() -> Finding {
    let mut told = Vec::new();
    let mut more = Vec::new();
    let mut state = State::Well;
    for Place { purpose, folder } in places::all() {
        let Some(folder) = folder else {
            state = worse(state, State::Weak);
            more.push(homeless(purpose));
            continue;
        };
        match places::check(&folder) {
            Ok(()) => told.push(found(purpose, &folder)),
            Err(error) => {
                let needed = matches!(purpose, Purpose::Builds | Purpose::Runs);
                state = worse(state, if needed { State::Missing } else { State::Weak });
                more.push(
                    t!("%{folder} cannot be written to: %{error}.", folder = folder.display(), error = error)
                        .into(),
                );
                more.extend(accident::cure_of(&error, places::existing(&folder)));
            }
        }
    }
    let told = match told.is_empty() {
        true => t!("none can be written to").into(),
        false => told.join(", "),
    };
    Finding::new(state, t!("folders"), told).more(more)
}

fn found(purpose: Purpose, folder: &Path) -> String {
    let folder = short(folder);
    match purpose {
        Purpose::Builds => t!("builds in %{folder}", folder = folder),
        Purpose::Progress => t!("progress in %{folder}", folder = folder),
        Purpose::Settings => t!("settings in %{folder}", folder = folder),
        Purpose::Runs => t!("working folders in %{folder}", folder = folder),
    }
    .into()
}

/// HOME is not set, and no variable of XDG takes its place.
fn homeless(purpose: Purpose) -> String {
    match purpose {
        Purpose::Settings => t!("HOME is not set: sites cannot be added. Set it, or XDG_CONFIG_HOME."),
        _ => t!("HOME is not set: your progress is not remembered. Set it, or XDG_STATE_HOME."),
    }
    .into()
}

fn disk() -> Finding {
    let Some(Place { folder: Some(cache), .. }) =
        places::all().into_iter().find(|place| place.purpose == Purpose::Builds)
    else {
        return Finding::new(State::Well, t!("disk"), t!("not known"));
    };
    let Some(room) = accident::room(places::existing(&cache)) else {
        return Finding::new(State::Well, t!("disk"), t!("not known"));
    };
    let free = match room >> 30 {
        0 => t!("%{mib} MiB are free for builds", mib = room >> 20),
        gib => t!("%{gib} GiB are free for builds", gib = gib),
    };
    let state = match room {
        ..ROOM_OF_A_LAB => State::Missing,
        ROOM_OF_A_LAB..ROOM_OF_A_COURSE => State::Weak,
        _ => State::Well,
    };
    let cure = (state != State::Well).then(accident::disk_cure);
    Finding::new(state, t!("disk"), free).more(cure)
}

fn worse(one: State, other: State) -> State {
    match (one, other) {
        (State::Missing, _) | (_, State::Missing) => State::Missing,
        (State::Weak, _) | (_, State::Weak) => State::Weak,
        (State::Well, State::Well) => State::Well,
    }
}

/// A path as people write it, with `~` for their home.
fn short(path: &Path) -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(below) => Path::new("~").join(below).display().to_string(),
        None => path.display().to_string(),
    }
}

fn shown(version: &str, path: &Path) -> String {
    format!("{version} ({})", short(path))
}

/// The first line that the program says of itself.
pub fn version(path: &Path) -> Result<String, String> {
    let output = Command::new(path).arg("--version").output().map_err(|error| {
        t!("%{program} could not be started: %{error}", program = path.display(), error = error).into_owned()
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(t!("%{program} --version failed: %{said}", program = path.display(), said = said.trim()).into_owned())
}

/// Is the version in `rustc 1.80.1 (…)` older than this one?
fn is_older(said: &str, wanted: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let plain = version.and_then(|version| version.split('-').next()).unwrap_or_default();
        plain.split('.').map_while(|number| number.parse().ok()).collect()
    };
    let (is, wanted) = (numbers(said), numbers(wanted));
    !is.is_empty() && is < wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for old in ["rustc 1.94.1 (abc 2026-01-01)", "rustc 1.9.0", "rustc 1.94.0-nightly (abc)"] {
            assert!(is_older(old, "1.95"), "{old}");
        }
        for new in
            ["rustc 1.95.0 (abc)", "rustc 1.100.0", "rustc 2.0.0", "rustc 1.96.0-nightly", "rustc of my own"]
        {
            assert!(!is_older(new, "1.95"), "{new}");
        }
    }
}
