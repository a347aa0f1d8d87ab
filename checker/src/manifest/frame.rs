//! The file as a whole and its labs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use rust_i18n::t;

use super::check;
use super::fields::{Fields, Keys};
use super::lint;
use super::problem::{Place, Problem, did_you_mean};
use super::settings::Settings;
use super::tree::{Node, Value};
use super::value;
use crate::model::course::{Check, Course, Lab, Text, WrongProgram};
use crate::model::outcome::FailureKind;

pub static COURSE: Keys = Keys { of: || t!("a course"), known: &["format", "course", "labs"], later: &[] };

pub static LAB: Keys = Keys {
    of: || t!("a lab"),
    known: &[
        "id",
        "title",
        "topics",
        "exercise",
        "solution",
        "run",
        "args",
        "env",
        "within",
        "leftovers",
        "ignore",
        "stdout",
        "terminal",
        "port",
        "network",
        "checks",
        "wrong",
        "lint",
    ],
    later: &[
        ("limits", || t!("`within` limits how long a sentence waits")),
        ("languages", || t!("`run` may begin with any program, as in `python3 {program} {port}`")),
    ],
};

pub static WRONG: Keys =
    Keys { of: || t!("a wrong program"), known: &["program", "fails", "kind"], later: &[] };

/// Reads the course from the file's root node.
pub fn course(file: &Path, source: &str, root: &Node, problems: &mut Vec<Problem>) -> Option<Course> {
    let fields = Fields::of(root, &COURSE, problems)?;
    format(&fields, problems);
    let title = fields.required("course", problems).and_then(|node| value::words(node, problems));
    let nodes =
        fields.required("labs", problems).map(|node| filled_list(node, "labs", problems)).unwrap_or_default();
    let lines: Vec<&str> = source.split('\n').collect();
    let mut seen = BTreeMap::new();
    let mut labs = Vec::new();
    for node in nodes {
        if let Some((lab, place)) = lab(node, &lines, problems) {
            unique(&lab.id, place, |id| t!("a second lab with the id `%{id}`", id = id), &mut seen, problems);
            labs.push(lab);
        }
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(""));
    Some(Course {
        title: title.unwrap_or_default(),
        labs,
        file: file.to_path_buf(),
        root: folder.to_path_buf(),
    })
}

fn format(fields: &Fields<'_>, problems: &mut Vec<Problem>) {
    let Some(node) = fields.required("format", problems) else { return };
    if !matches!(node.value, Value::Integer(1)) {
        problems.push(
            Problem::new(node.place, t!("format %{found} is not known", found = value::shown(node)))
                .help(t!("this checker reads `format: 1`")),
        );
    }
}

fn lab(node: &Node, lines: &[&str], problems: &mut Vec<Problem>) -> Option<(Lab, Place)> {
    let fields = Fields::of(node, &LAB, problems)?;
    let id_node = fields.required("id", problems);
    let id = id_node.and_then(|node| value::id(node, problems)).unwrap_or_default().to_string();
    let settings = Settings::read(&fields, problems);
    let title = fields.required("title", problems).and_then(|node| value::words(node, problems));
    let topics = fields.get("topics").map(|node| value::list(node, problems)).unwrap_or_default();
    let topics: Vec<Text> = topics.iter().filter_map(|topic| value::words(topic, problems)).collect();
    let exercise = fields.get("exercise").and_then(|node| value::path(node, problems));
    let solution = fields.get("solution").and_then(|node| value::path(node, problems));
    let nodes = fields
        .required("checks", problems)
        .map(|node| filled_list(node, "checks", problems))
        .unwrap_or_default();
    let checks = checks(nodes, &settings, lines, problems);
    let wrong = fields.get("wrong").map(|node| value::list(node, problems)).unwrap_or_default();
    let wrong = wrong.iter().filter_map(|node| wrong_program(node, &checks, problems)).collect();
    fields.get("lint").map(|node| lint::read_allowed(node, problems));
    let place = id_node.map_or(fields.start(), |node| node.place);
    let lab = Lab {
        id,
        title: title.unwrap_or_default(),
        topics,
        exercise,
        solution,
        wrong,
        checks,
        line: place.line,
    };
    Some((lab, place))
}

fn checks(nodes: &[Node], settings: &Settings, lines: &[&str], problems: &mut Vec<Problem>) -> Vec<Check> {
    let mut seen = BTreeMap::new();
    let mut drafts = Vec::new();
    for node in nodes {
        if let Some(draft) = check::read(node, settings, lines, problems) {
            let second = |id: &str| t!("a second check with the id `%{id}`", id = id);
            unique(&draft.check.id, draft.place, second, &mut seen, problems);
            drafts.push(draft);
        }
    }
    check::check_needs(&drafts, problems);
    drafts.into_iter().map(|draft| draft.check).collect()
}

fn wrong_program(node: &Node, checks: &[Check], problems: &mut Vec<Problem>) -> Option<WrongProgram> {
    let fields = Fields::of(node, &WRONG, problems)?;
    let program_node = fields.required("program", problems);
    let program = program_node.and_then(|node| value::path(node, problems));
    let fails_node = fields.required("fails", problems);
    let fails = fails_node.and_then(|node| value::text(node, problems).map(|fails| (node, fails)));
    if let Some((node, fails)) = fails
        && !checks.iter().any(|check| check.id == fails)
    {
        let help = did_you_mean(fails, checks.iter().map(|check| check.id.as_str()));
        problems.push(
            Problem::new(node.place, t!("this lab has no check `%{check}`", check = fails))
                .help(help.unwrap_or_else(|| t!("name a check of this lab by its id").into())),
        );
    }
    let kinds: Vec<_> = FailureKind::ALL.iter().map(|kind| (kind.id(), *kind)).collect();
    let kind = fields.required("kind", problems).and_then(|node| value::choice(node, &kinds, problems));
    Some(WrongProgram {
        program: program?,
        fails: fails?.1.to_string(),
        kind: kind?,
        line: program_node.map_or(fields.start().line, |node| node.place.line),
    })
}

fn filled_list<'n>(node: &'n Node, of: &str, problems: &mut Vec<Problem>) -> &'n [Node] {
    let items = value::list(node, problems);
    if items.is_empty() && matches!(node.value, Value::List(_)) {
        problems
            .push(Problem::new(node.place, t!("no %{of} at all", of = of)).help(t!("write at least one")));
    }
    items
}

/// Reports an id that is taken already.
fn unique(
    id: &str,
    place: Place,
    second: impl Fn(&str) -> Cow<'static, str>,
    seen: &mut BTreeMap<String, u32>,
    problems: &mut Vec<Problem>,
) {
    if id.is_empty() {
        return;
    }
    if let Some(line) = seen.get(id) {
        problems.push(
            Problem::new(place, second(id))
                .help(t!("the first is in line %{line}; give one of them another id", line = line)),
        );
    } else {
        seen.insert(id.to_string(), place.line);
    }
}
