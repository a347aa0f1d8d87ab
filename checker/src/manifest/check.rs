//! One check of a lab, with what its lab sets merged in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_i18n::t;

use super::fields::{Fields, Keys};
use super::lint;
use super::positions::Style;
use super::problem::{Place, Problem, did_you_mean};
use super::script::{self, Play, Slice};
use super::settings::{Keyboard, RUN_DEFAULT, Settings, Spoken};
use super::tree::{Node, Value};
use super::value;
use crate::model::course::{
    Actor, Check, Leftovers, Network, Part, PortWish, Post, Visibility, WITHIN_DEFAULT,
};
use crate::model::file_names::FileNames;
use crate::model::script::Script;

/// Clients in one crowd.
pub const LARGEST_CROWD: u32 = 10_000;
pub const MOST_POINTS: u32 = 1000;
pub const MOST_RUNS: u32 = 1000;

pub static CHECK: Keys = Keys {
    of: || t!("a check"),
    known: &[
        "id",
        "title",
        "points",
        "for",
        "needs",
        "hint",
        "tags",
        "visibility",
        "repeat",
        "run",
        "args",
        "env",
        "files",
        "within",
        "leftovers",
        "ignore",
        "stdout",
        "terminal",
        "port",
        "network",
        "actors",
        "script",
        "lint",
    ],
    later: &[],
};

pub static ACTOR: Keys = Keys { of: || t!("an actor"), known: &["clients", "tcp", "udp"], later: &[] };

/// A check as it was read, with the places that its lab needs to judge it among the others.
pub struct Draft {
    pub check: Check,
    /// Of its id.
    pub place: Place,
    needs: Vec<(String, Place)>,
}

/// Reads a check. `lines` are those of the file.
pub fn read(node: &Node, lab: &Settings, lines: &[&str], problems: &mut Vec<Problem>) -> Option<Draft> {
    let fields = Fields::of(node, &CHECK, problems)?;
    let id_node = fields.required("id", problems);
    let id = id_node.and_then(|node| value::id(node, problems)).unwrap_or_default().to_string();
    let title =
        fields.required("title", problems).and_then(|node| value::words(node, problems)).unwrap_or_default();
    let own = Settings::read(&fields, problems);
    let needs = fields.get("needs").map(|node| needs(node, problems)).unwrap_or_default();
    let number = |key, least, most, problems: &mut Vec<Problem>| {
        fields.get(key).and_then(|node| value::whole_number(node, least, most, problems))
    };
    let points = number("points", 0, MOST_POINTS, problems).unwrap_or(1);
    let repeat = number("repeat", 1, MOST_RUNS, problems).unwrap_or(1);
    let visibility = fields.get("visibility").and_then(|node| {
        value::choice(node, &[("shown", Visibility::Shown), ("hidden", Visibility::Hidden)], problems)
    });
    let tags = fields.get("tags").map(|node| value::list(node, problems)).unwrap_or_default();
    let tags = tags.iter().filter_map(|tag| value::id(tag, problems)).map(str::to_string).collect();
    let (run, run_place) = own
        .run
        .clone()
        .or_else(|| lab.run.clone())
        .unwrap_or_else(|| (RUN_DEFAULT.to_string(), fields.start()));
    let args = own.args.as_ref().or(lab.args.as_ref());
    let mut ports = named_ports(&run, run_place);
    if let Some((args, place)) = args {
        ports.extend(args.iter().flat_map(|arg| named_ports(arg, *place)));
    }
    let keyboard = Settings::keyboard(&own, lab, problems);
    let play = play(&fields, lines, &ports, keyboard, problems);
    let console = Settings::console(&own, lab, keyboard, play.spoken);
    if let Some((_, place)) = args.filter(|(args, _)| !args.is_empty() && !run.contains("{args}")) {
        problems.push(
            Problem::new(
                *place,
                t!("no use is made of these arguments: the command line is `%{run}`", run = run),
            )
            .help(t!("put `{args}` into `run`")),
        );
    }
    fields.get("lint").map(|node| lint::read_allowed(node, problems));
    let mut env = lab.env.clone();
    env.extend(own.env);
    let check = Check {
        id,
        title,
        points,
        files_for: fields.get("for").and_then(|node| files_for(node, problems)),
        needs: needs.iter().map(|(id, _)| id.clone()).collect(),
        hint: fields.get("hint").and_then(|node| value::words(node, problems)),
        tags,
        visibility: visibility.unwrap_or(Visibility::Shown),
        repeat,
        run,
        args: args.map(|(args, _)| args.clone()).unwrap_or_default(),
        env,
        files: fields.get("files").map(|node| files(node, problems)).unwrap_or_default(),
        within: own.within.or(lab.within).unwrap_or(WITHIN_DEFAULT),
        leftovers: own.leftovers.or(lab.leftovers).unwrap_or(Leftovers::Forbidden),
        ignore: lab.ignore.iter().cloned().chain(own.ignore).collect(),
        console,
        port: own.port.or(lab.port).unwrap_or(PortWish::Given),
        network: own.network.or(lab.network).unwrap_or(Network::Ordinary),
        cast: play.cast,
        script: play.script,
        line: id_node.map_or(fields.start(), |node| node.place).line,
    };
    Some(Draft { check, place: id_node.map_or(fields.start(), |node| node.place), needs })
}

/// Reports needs that no earlier check can meet.
pub fn check_needs(drafts: &[Draft], problems: &mut Vec<Problem>) {
    let position = |id: &str| drafts.iter().position(|draft| draft.check.id == id);
    for (index, draft) in drafts.iter().enumerate() {
        for (need, place) in &draft.needs {
            let fault = match position(need) {
                _ if *need == draft.check.id => {
                    Some((t!("`%{need}` needs itself", need = need), t!("leave it out")))
                }
                None => {
                    let help = did_you_mean(need, drafts.iter().map(|draft| draft.check.id.as_str()));
                    Some((
                        t!("this lab has no check `%{check}`", check = need),
                        help.map_or_else(|| t!("name an earlier check of this lab by its id"), Into::into),
                    ))
                }
                Some(at) if at > index && leads_to(drafts, at, index) => Some((
                    t!("`%{one}` and `%{other}` need each other", one = draft.check.id, other = need),
                    t!("one of them must stand alone"),
                )),
                Some(at) if at > index => Some((
                    t!("`%{need}` comes later", need = need),
                    t!("a check needs earlier ones; change their order"),
                )),
                Some(_) => None,
            };
            problems.extend(fault.map(|(message, help)| Problem::new(*place, message).help(help)));
        }
    }
}

/// Does the check at `from` need the one at `to`, directly or through others?
fn leads_to(drafts: &[Draft], from: usize, to: usize) -> bool {
    let mut reached = vec![false; drafts.len()];
    let mut ahead = vec![from];
    while let Some(at) = ahead.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        let needs = drafts[at].needs.iter();
        ahead.extend(needs.filter_map(|(need, _)| drafts.iter().position(|draft| draft.check.id == *need)));
    }
    reached[to]
}

fn needs(node: &Node, problems: &mut Vec<Problem>) -> Vec<(String, Place)> {
    let mut needs: Vec<(String, Place)> = Vec::new();
    for item in value::list(node, problems) {
        let Some(id) = value::text(item, problems) else { continue };
        if needs.iter().any(|(other, _)| other == id) {
            problems.push(
                Problem::new(item.place, t!("`%{name}` is named twice", name = id)).help(t!("name it once")),
            );
        } else {
            needs.push((id.to_string(), item.place));
        }
    }
    needs
}

/// Patterns of file names: one text, or a list.
fn files_for(node: &Node, problems: &mut Vec<Problem>) -> Option<FileNames> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut patterns = Vec::new();
    for item in items {
        let Some(pattern) = value::text(item, problems) else { continue };
        if pattern.is_empty() || pattern.contains('/') {
            problems.push(
                Problem::new(item.place, t!("`%{pattern}` fits no file's name", pattern = pattern))
                    .help(t!("write a name, or a pattern such as `*.py`; folders are not part of it")),
            );
        } else {
            patterns.push(pattern.to_string());
        }
    }
    if items.is_empty() {
        problems.push(
            Problem::new(node.place, t!("a check for no file at all"))
                .help(t!("write `for: \"*.py\"`, or leave it out where it is for every program")),
        );
    }
    (!patterns.is_empty()).then(|| FileNames::new(patterns))
}

fn files(node: &Node, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for (name, key, content) in value::entries(node, problems) {
        if let Err(fault) = value::inner_path(name) {
            problems.push(
                Problem::new(key.place, fault).help(t!("name a file below the program's working folder")),
            );
        }
        if let Some(content) = value::text(content, problems) {
            files.insert(name.to_string(), content.to_string());
        }
    }
    files
}

/// The actors whose ports a text names, each as `{NAME.port}`, and where.
fn named_ports(text: &str, place: Place) -> Vec<(String, Place)> {
    let braces = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
    braces.filter_map(|(name, _)| Some((name.strip_suffix(".port")?.to_string(), place))).collect()
}

fn check_ports(ports: &[(String, Place)], cast: &[Actor], problems: &mut Vec<Problem>) {
    let has_port = |name: &str| cast.iter().any(|actor| actor.name == name && actor.part.post().is_some());
    for (name, place) in ports.iter().filter(|(name, _)| !has_port(name)) {
        let message = match cast.iter().any(|actor| actor.name == *name) {
            true => t!("`%{name}` has no port of its own", name = name),
            false => t!("there is no actor `%{name}` whose port `{%{name}.port}` could be", name = name),
        };
        let with_ports = cast.iter().filter(|actor| actor.part.post().is_some());
        let help = did_you_mean(name, with_ports.map(|actor| actor.name.as_str())).unwrap_or_else(|| {
            t!("declare it in the check: `actors: { %{name}: { tcp: server } }`", name = name).into_owned()
        });
        problems.push(Problem::new(*place, message).help(help));
    }
}

fn play(
    fields: &Fields<'_>,
    lines: &[&str],
    ports: &[(String, Place)],
    keyboard: Keyboard,
    problems: &mut Vec<Problem>,
) -> Play {
    let declared = fields.get("actors").map(|node| actors(node, problems)).unwrap_or_default();
    let cast: Vec<Actor> = declared.iter().map(|(actor, _)| actor.clone()).collect();
    let Some(node) = fields.required("script", problems) else { return nobody() };
    let Value::Text(text) = &node.value else {
        let message = match &node.value {
            Value::Null => t!("a script without a sentence"),
            _ => t!("%{found} where a script is needed", found = value::shown(node)),
        };
        problems.push(Problem::new(node.place, message).help(how_to_write()));
        return nobody();
    };
    if node.style != Style::Literal {
        problems.push(
            Problem::new(fields.place_of("script"), t!("a script must keep its lines")).help(how_to_write()),
        );
        return nobody();
    }
    let play = script::read(&block(text, node.place, lines), &cast, keyboard, problems);
    if text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#')) {
        let place = fields.place_of("script");
        problems.push(Problem::new(place, t!("a script without a sentence")).help(how_to_write()));
    }
    check_ports(ports, &play.cast, problems);
    for (actor, place) in declared {
        let is_missing = match actor.part {
            Part::Post(_) => !ports.iter().any(|(name, _)| *name == actor.name),
            _ => !play.cast.iter().any(|other| other.name == actor.name),
        };
        if is_missing && actor.part.post().is_some() {
            problems.push(Problem::new(place, t!("nobody is told of `%{name}`", name = actor.name)).help(
                t!(
                    "put its port into `run` or `args`, as in `{program} {%{name}.port}`, or leave it out",
                    name = actor.name
                ),
            ));
        } else if is_missing && !text.contains(&actor.name) {
            problems.push(
                Problem::new(place, t!("`%{name}` is declared but never acts", name = actor.name)).help(
                    match actor.part {
                        Part::UdpClient => t!(
                            "let it act in the script, as in `%{name} sends: oi`, or leave it out",
                            name = actor.name
                        ),
                        _ => t!(
                            "let it act in the script, as in `%{name} connects`, or leave it out",
                            name = actor.name
                        ),
                    },
                ),
            );
        }
    }
    play
}

fn how_to_write() -> Cow<'static, str> {
    t!("write `script: |` and below it one sentence a line, indented")
}

fn nobody() -> Play {
    Play { script: Script::default(), cast: Vec::new(), spoken: Spoken::default() }
}

/// The lines of a literal block, each with its place; `near` is at the block's content or before it.
fn block<'t>(text: &'t str, near: Place, lines: &[&str]) -> Vec<Slice<'t>> {
    let empty = text.bytes().take_while(|byte| *byte == b'\n').count();
    let content = text.split('\n').nth(empty).unwrap_or_default();
    let from = (near.line as usize).saturating_sub(1);
    let found = lines.iter().skip(from).position(|line| indentation(line, content).is_some());
    let first = (from + found.unwrap_or_default() + 1).saturating_sub(empty);
    let of_line = |(index, text): (usize, &'t str)| {
        let line = first.saturating_sub(1) + index;
        let indentation = lines.get(line).and_then(|line| indentation(line, text)).unwrap_or_default();
        let count = |size: usize| u32::try_from(size + 1).unwrap_or(u32::MAX);
        Slice { text, line: count(line), column: count(indentation) }
    };
    text.split('\n').enumerate().map(of_line).collect()
}

/// The spaces before `content`, where the line has nothing else.
fn indentation(line: &str, content: &str) -> Option<usize> {
    let before = line.trim_end_matches('\r').strip_suffix(content)?;
    before.bytes().all(|byte| byte == b' ').then_some(before.len())
}

fn actors(node: &Node, problems: &mut Vec<Problem>) -> Vec<(Actor, Place)> {
    let mut actors = Vec::new();
    for (name, key, part) in value::entries(node, problems) {
        if let Some(fault) = script::fault_of_name(name) {
            problems.push(
                Problem::new(key.place, fault)
                    .help(t!("names are lower-case letters, digits and `_`, as in `crowd`")),
            );
        }
        let Some(fields) = Fields::of(part, &ACTOR, problems) else { continue };
        actors.push((Actor { name: name.to_string(), part: actors_part(&fields, problems) }, key.place));
    }
    actors
}

/// A crowd, or something at a port.
fn actors_part(fields: &Fields<'_>, problems: &mut Vec<Problem>) -> Part {
    const TCP: [(&str, Part); 3] = [
        ("server", Part::Post(Post::TcpServer)),
        ("closed", Part::Post(Post::TcpClosed)),
        ("full", Part::Post(Post::TcpFull)),
    ];
    const UDP: [(&str, Part); 3] = [
        ("client", Part::UdpClient),
        ("server", Part::Post(Post::UdpServer)),
        ("closed", Part::Post(Post::UdpClosed)),
    ];
    let given: Vec<&str> =
        ["clients", "tcp", "udp"].into_iter().filter(|key| fields.get(key).is_some()).collect();
    if let [_, second, ..] = given.as_slice() {
        problems.push(
            Problem::new(fields.place_of(second), t!("an actor has one part"))
                .help(t!("declare two actors, each with a name of its own")),
        );
    }
    if let Some(clients) = fields.get("clients") {
        let clients = value::whole_number(clients, 1, LARGEST_CROWD, problems).unwrap_or(1) as usize;
        return Part::Crowd { clients };
    }
    let part = match (fields.get("tcp"), fields.get("udp")) {
        (Some(tcp), _) => value::choice(tcp, &TCP, problems),
        (None, Some(udp)) => value::choice(udp, &UDP, problems),
        (None, None) => {
            problems.push(
                Problem::new(fields.start(), t!("an actor without a part"))
                    .help(t!("write `clients: 20` for a crowd, `tcp: server` for a server")),
            );
            None
        }
    };
    part.unwrap_or(Part::Client)
}
