//! The official labs, which the checker brings along: labs.yaml, the exercises and the reference solutions.
//!
//! They are embedded in what `cargo install` builds. A debug build reads them from the repository instead, or
//! every `cargo run` after a change to an exercise would build the checker again; the feature `embed` embeds
//! them there, too.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../exercises"]
#[exclude = "*/target/*"]
#[exclude = "*/Cargo.lock"]
struct Exercises;

/// Without the known wrong programs.
#[derive(RustEmbed)]
#[folder = "../solutions"]
#[exclude = "*/target/*"]
#[exclude = "*/Cargo.lock"]
#[exclude = "*/wrong/*"]
struct Solutions;

/// Where the official labs.yaml lies while the checker is built: one place for both ways to read it.
macro_rules! labs_yaml {
    () => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../labs.yaml")
    };
}

/// The text of the official labs.yaml; `None` where it cannot be had.
#[cfg(any(feature = "embed", not(debug_assertions)))]
pub fn labs_file() -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(include_str!(labs_yaml!())))
}

/// The text of the official labs.yaml; `None` where it cannot be had.
#[cfg(not(any(feature = "embed", not(debug_assertions))))]
pub fn labs_file() -> Option<Cow<'static, str>> {
    std::fs::read_to_string(labs_yaml!()).ok().map(Cow::Owned)
}

/// Every file below a folder of the official course, such as `exercises/hello` or `solutions/hello`, by its
/// path below that folder.
pub fn files_below(folder: &str) -> BTreeMap<String, Cow<'static, [u8]>> {
    match folder.split_once('/') {
        Some(("exercises", lab)) => collect::<Exercises>(lab),
        Some(("solutions", lab)) => collect::<Solutions>(lab),
        _ => BTreeMap::new(),
    }
}

/// A file of the official course by its path, such as `exercises/hello/README.md`.
pub fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    let file = match path.split_once('/')? {
        ("exercises", below) => Exercises::get(below),
        ("solutions", below) => Solutions::get(below),
        _ => None,
    };
    file.map(|file| file.data)
}

fn collect<Files: RustEmbed>(lab: &str) -> BTreeMap<String, Cow<'static, [u8]>> {
    let all = Files::iter();
    all.filter_map(|path| {
        let below = path.strip_prefix(lab)?.strip_prefix('/')?;
        Some((below.to_owned(), Files::get(&path)?.data))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exercises_and_references_are_there_and_wrong_programs_are_not() {
        let files: Vec<String> = files_below("exercises/hello").into_keys().collect();
        assert!(
            ["Cargo.toml", "README.md", "src/main.rs"].iter().all(|name| files.contains(&(*name).into()))
        );
        let built = |name: &String| name.starts_with("target/") || name == "Cargo.lock";
        assert!(!files.iter().any(built), "{files:?}");
        let files: Vec<String> = files_below("solutions/hello").into_keys().collect();
        assert_eq!(files, ["Cargo.toml", "src/main.rs"]);
        assert!(files_below("checker/src").is_empty() && files_below("exercises").is_empty());
    }
}
