//! Imports run downwards: `cli`, `command` | `manifest`, `grade`, `report` | `talk`, `machine` | `model`.
//!
//! Read as text: paths from the crate's root, whether they begin with `crate`, `checker` or a row of `super`.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may use besides itself.
const ROOMS: [(&str, &[&str]); 8] = [
    ("cli", &["command", "manifest", "grade", "report", "talk", "machine", "model"]),
    ("command", &["manifest", "grade", "report", "talk", "machine", "model"]),
    ("manifest", &["model"]),
    ("grade", &["talk", "machine", "model"]),
    ("report", &["model"]),
    ("talk", &["model"]),
    ("machine", &["model"]),
    ("model", &[]),
];

/// What only one place may name.
const KNOWN_TO_ONE: [(&str, &str); 24] = [
    ("rexpect", "machine/running/terminal.rs"),
    ("serde_yaml", "manifest/"),
    ("saphyr_parser", "manifest/"),
    ("annotate_snippets", "manifest/"),
    ("colored", "report/style.rs"),
    ("clap", "cli/"),
    ("clap_complete", "cli/"),
    ("clap_mangen", "cli/"),
    ("mio", "machine/"),
    ("libc", "machine/"),
    ("signal_hook", "command/"),
    ("ureq", "machine/site/http.rs"),
    ("url", "machine/site/"),
    ("rust_embed", "machine/disk/official.rs"),
    ("crossterm", "machine/person/console.rs"),
    ("notify", "machine/person/watching.rs"),
    ("httparse", "talk/http/"),
    ("rustyline", "command/by_hand/"),
    ("indicatif", "report/progress.rs"),
    ("tar", "machine/intake/archive.rs"),
    ("zip", "machine/intake/archive.rs"),
    ("minijinja", "report/html/"),
    ("base64", "report/html/"),
    ("quick_junit", "report/junit.rs"),
];

/// What the conversation, being pure, and plain data have no use for.
const IMPURE: [&str; 9] =
    ["Instant", "SystemTime", "fs", "process", "thread", "TcpStream", "TcpListener", "UdpSocket", "nix"];

/// One source file: where it is below src/, and its code without comments and texts.
struct Source {
    file: String,
    code: String,
}

impl Source {
    fn room(&self) -> Option<&str> {
        Some(self.file.split_once('/')?.0)
    }

    /// Modules between the crate's root and this file's own items.
    fn depth(&self) -> usize {
        self.file.split('/').filter(|part| *part != "mod.rs").count()
    }
}

#[test]
fn imports_run_downwards() {
    let mut upwards = Vec::new();
    for source in sources() {
        let room = source.room();
        let allowed: &[&str] = match room {
            // lib.rs only names the rooms; main.rs starts the command line.
            None => &["cli"],
            Some(room) => ROOMS.iter().find(|(name, _)| *name == room).unwrap().1,
        };
        for used in rooms_used(&source) {
            if Some(used.as_str()) != room && !allowed.contains(&used.as_str()) {
                upwards.push(format!("{} uses {used}", source.file));
            }
        }
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn every_room_is_on_a_floor() {
    let src = src();
    for entry in fs::read_dir(&src).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let known = match name.strip_suffix(".rs") {
            Some(file) => ["lib", "main"].contains(&file),
            None => ROOMS.iter().any(|(room, _)| *room == name),
        };
        assert!(known, "checker/src/{name} is on no floor: give it one in this test and in docs/inside.md");
    }
    for (room, _) in ROOMS {
        assert!(src.join(room).is_dir(), "there is no room {room} any more");
    }
}

#[test]
fn a_library_stays_where_it_is_known() {
    let mut astray = Vec::new();
    for source in sources() {
        for (library, place) in KNOWN_TO_ONE {
            if !source.file.starts_with(place) && names_crate(&source.code, library) {
                astray.push(format!("{} names {library}, which only {place} knows", source.file));
            }
        }
    }
    assert!(astray.is_empty(), "{astray:#?}");
}

#[test]
fn the_conversation_and_the_model_touch_nothing() {
    let mut impure = Vec::new();
    for source in sources().into_iter().filter(|source| matches!(source.room(), Some("talk" | "model"))) {
        for name in IMPURE {
            let std_module = source.code.contains(&format!("std::{name}"));
            let is_type = name.starts_with(|first: char| first.is_uppercase());
            if std_module || is_type && has_word(&source.code, name) || names_crate(&source.code, name) {
                impure.push(format!("{} names {name}", source.file));
            }
        }
    }
    assert!(impure.is_empty(), "{impure:#?}");
}

#[test]
fn nothing_prints_past_the_reports() {
    let mut prints = Vec::new();
    for source in sources() {
        for macro_name in ["println!", "print!", "eprintln!", "eprint!", "dbg!"] {
            if has_word(&source.code, macro_name) {
                prints.push(format!("{}: {macro_name}", source.file));
            }
        }
    }
    assert!(prints.is_empty(), "{prints:#?}");
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![src()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = path.strip_prefix(src()).unwrap().to_str().unwrap().to_owned();
                let code = code_of(&fs::read_to_string(&path).unwrap());
                found.push(Source { file, code });
            }
        }
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// The rooms that a file's paths lead into, its tests' paths included.
fn rooms_used(source: &Source) -> Vec<String> {
    let mut used = Vec::new();
    for root in ["crate::", "checker::"] {
        for (at, _) in source.code.match_indices(root) {
            if !source.code[..at].ends_with(is_name) {
                used.extend(heads(&source.code[at + root.len()..]));
            }
        }
    }
    for (at, _) in source.code.match_indices("super::") {
        if source.code[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &source.code[at..];
        let mut climbs = 0;
        while let Some(after) = rest.strip_prefix("super::") {
            rest = after;
            climbs += 1;
        }
        // A module written into its file, such as `tests`, is one deeper.
        if climbs == source.depth() || climbs == source.depth() + 1 {
            used.extend(heads(rest));
        }
    }
    used.retain(|name| ROOMS.iter().any(|(room, _)| room == name));
    used
}

/// The first names of a path or of a group of paths: `{a::b, c}` gives `a` and `c`.
fn heads(path: &str) -> Vec<String> {
    let name = |text: &str| text.trim_start().chars().take_while(|c| is_name(*c)).collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let (mut names, mut depth, mut item) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&group[item..at]));
                item = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// Is there a path into this crate?
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        !before.ends_with(|c| is_name(c) || c == ':')
            && (after.starts_with("::") || (before.ends_with("use ") && after.starts_with([';', ' '])))
    })
}

fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        !code[..at].ends_with(is_name)
            && (word.ends_with('!') || !code[at + word.len()..].starts_with(is_name))
    })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Rust without its comments and without what stands in texts and characters.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| raw_text(rest, &code)).or_else(|| quoted(rest));
        match skipped {
            Some(length) => {
                code.push(' ');
                rest = &rest[length..];
            }
            None => {
                code.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    code
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    rest.starts_with("/*").then(|| rest.find("*/").map_or(rest.len(), |end| end + 2))
}

fn raw_text(rest: &str, before: &str) -> Option<usize> {
    let hashes = rest.strip_prefix('r')?.chars().take_while(|c| *c == '#').count();
    let is_prefix = before.ends_with('b') && !before[..before.len() - 1].ends_with(is_name);
    let starts = rest[1 + hashes..].starts_with('"') && (!before.ends_with(is_name) || is_prefix);
    let end = format!("\"{}", "#".repeat(hashes));
    let body = 2 + hashes;
    starts.then(|| rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len()))
}

fn quoted(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut chars = rest.char_indices().skip(1);
    let mut length = 0;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            _ if c == quote => return Some(at + 1),
            // A lifetime has no second quote; an escape such as \u{10FFFF} is the longest character.
            _ if quote == '\'' && length >= 1 && !rest[1..].starts_with('\\') => return None,
            _ => {}
        }
        length += 1;
    }
    None
}

mod reading {
    use super::*;

    fn source(file: &str, text: &str) -> Source {
        Source { file: file.into(), code: code_of(text) }
    }

    #[test]
    fn paths_are_found_in_every_form() {
        let used = |file, text| rooms_used(&source(file, text));
        assert_eq!(used("talk/ear.rs", "use crate::machine::network::port;"), ["machine"]);
        assert_eq!(used("talk/ear.rs", "use crate::{grade::{plan, cause}, model};"), ["grade", "model"]);
        assert_eq!(used("talk/ear.rs", "fn f() -> crate::report::Sink {}"), ["report"]);
        assert_eq!(used("talk/ear.rs", "use super::super::cli;"), ["cli"]);
        assert_eq!(used("talk/mod.rs", "use super::cli;"), ["cli"]);
        assert_eq!(used("report/words/mod.rs", "use super::super::grade;"), ["grade"]);
        assert_eq!(used("talk/ear.rs", "use super::report; // crate::cli"), Vec::<String>::new());
        assert_eq!(used("talk/ear.rs", "let a = \"crate::cli\"; let b = r#\"crate::\"cli\"#;"), [""; 0]);
        assert_eq!(used("talk/ear.rs", "fn f<'a>(x: &'a str) { '\"'; crate::cli::run() }"), ["cli"]);
    }

    #[test]
    fn libraries_are_found_as_paths_only() {
        let names = |text: &str| names_crate(&code_of(text), "clap");
        assert!(names("use clap::Parser;") && names("fn f(x: clap::Error)") && names("use clap;"));
        assert!(!names("use other::clap::X;") && !names("let clap = 1;") && !names("// clap::Parser"));
    }
}
