//! The checker itself, where the person is, and what they see and type with.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::IsTerminal;

use rust_i18n::t;

use super::{Finding, State};
use crate::command::room::{Room, official_course};
use crate::machine::{person::screen, running::process};
use crate::model::course::Course;
use crate::report::style::{Output, Surroundings};
use crate::report::words;

/// Columns that every message fits into.
const COLUMNS: u16 = 80;

pub fn findings() -> Vec<Finding> {
    let room = Room::find(None);
    let mut findings = vec![checker()];
    match room {
        Ok(room) => {
            findings.push(place(&room));
            findings.extend(interpreters(room.course()));
        }
        Err(_) => findings.push(
            Finding::new(State::Missing, t!("place"), t!("the labs.yaml of this folder has problems"))
                .more([t!("`checker list` tells them all")]),
        ),
    }
    findings.extend([terminal(), nc(), git()]);
    findings
}

fn checker() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    match official_course() {
        Ok(course) => {
            let told =
                t!("%{version}, with %{count} labs of its own", version = version, count = course.labs.len());
            Finding::new(State::Well, "checker", told)
        }
        Err(_) => {
            Finding::new(State::Weak, "checker", t!("%{version}, without labs of its own", version = version))
                .more([t!("Built from the repository with cargo install, it brings the labs along.")])
        }
    }
}

fn place(room: &Room) -> Finding {
    let first = |course: &Course| course.labs.first().map(|lab| lab.id.clone()).unwrap_or_default();
    let told = match room {
        Room::Course(course) => t!(
            "a course: %{title} (%{file})",
            title = words::text(&course.title),
            file = course.file.display()
        ),
        Room::Lab(course) => {
            t!("the folder of the lab %{lab}: `checker check` checks it", lab = first(course))
        }
        Room::Outside(course) => t!(
            "no lab's folder: `checker list` shows the labs, `checker checkout %{lab}` gets one",
            lab = first(course)
        ),
    };
    Finding::new(State::Well, t!("place"), told)
}

/// Programs that labs are run with, such as `python3`, where they are not there.
fn interpreters(course: &Course) -> Vec<Finding> {
    let checks = course.labs.iter().flat_map(|lab| &lab.checks);
    let first_words = checks.filter_map(|check| check.run.split_whitespace().next());
    let needed: BTreeSet<&str> = first_words.filter(|word| !word.contains('{')).collect();
    let missing = needed.into_iter().filter(|name| process::find_program(name).is_none());
    let told = |name: &str| {
        let labs =
            course.labs.iter().filter(|lab| lab.checks.iter().any(|check| check.run.starts_with(name)));
        let labs: Vec<String> = labs.map(|lab| lab.id.clone()).collect();
        t!("%{name} was not found: it runs %{labs}", name = name, labs = words::list(&labs))
    };
    missing.map(|name| Finding::new(State::Missing, name, told(name))).collect()
}

fn terminal() -> Finding {
    let what = t!("terminal");
    if !std::io::stdout().is_terminal() {
        return Finding::new(
            State::Well,
            what,
            t!("this output is no terminal: plain text, without colours"),
        );
    }
    let surroundings = Surroundings::read(Output::Terminal, |name| std::env::var(name).ok());
    if !surroundings.utf8 {
        return Finding::new(
            State::Weak,
            what,
            t!("the locale is not UTF-8: letters with accents may be lost"),
        )
        .more([t!("Choose one that is: export LANG=C.UTF-8")]);
    }
    match screen::columns() {
        Some(columns) if columns < COLUMNS => Finding::new(
            State::Weak,
            what,
            t!("%{columns} columns: messages are written for %{wanted}", columns = columns, wanted = COLUMNS),
        )
        .more([t!("Make the window wider, or its letters smaller")]),
        Some(columns) => Finding::new(State::Well, what, t!("UTF-8, %{columns} columns", columns = columns)),
        None => Finding::new(State::Well, what, "UTF-8"),
    }
}

fn nc() -> Finding {
    tool(
        "nc",
        t!("nc was not found: the guides use it to talk to your server by hand; `checker try` does without"),
        t!("Debian and Ubuntu: sudo apt install netcat-openbsd; Fedora: sudo dnf install nmap-ncat"),
    )
}

fn git() -> Finding {
    tool(
        "git",
        t!("git was not found: only sites that are git repositories need it"),
        t!("Debian and Ubuntu: sudo apt install git; Fedora: sudo dnf install git"),
    )
}

fn tool(name: &str, missing: Cow<'static, str>, cure: Cow<'static, str>) -> Finding {
    match process::find_program(name) {
        Some(path) => Finding::new(State::Well, name, path.display().to_string()),
        None => Finding::new(State::Weak, name, missing).more([cure]),
    }
}
