//! What a lab may set for all its checks, and a check for itself.

use std::collections::BTreeMap;
use std::time::Duration;

use rust_i18n::t;

use super::fields::Fields;
use super::problem::{Place, Problem, did_you_mean};
use super::script::{self, Slice};
use super::tree::{Node, Value};
use super::value;
use crate::model::course::{Console, Errors, Leftovers, Network, PortWish};
use crate::model::script::Phrase;

/// The command line where a lab says nothing else.
pub const RUN_DEFAULT: &str = "{program} {port}";

/// Lower ports are for the system.
pub const LOWEST_PORT: u32 = 1024;

const PLACEHOLDERS: [&str; 4] = ["program", "file", "port", "args"];

/// What a script speaks of, as far as the program's streams hang on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spoken {
    pub user: bool,
    pub complaints: bool,
}

#[derive(Default)]
pub struct Settings {
    pub run: Option<(String, Place)>,
    pub args: Option<(Vec<String>, Place)>,
    pub env: BTreeMap<String, String>,
    pub within: Option<Duration>,
    pub leftovers: Option<Leftovers>,
    pub ignore: Vec<Phrase>,
    pub stdout: Option<Stdout>,
    pub terminal: Option<(Keyboard, Place)>,
    pub port: Option<PortWish>,
    pub network: Option<Network>,
}

/// What the program's standard output is where nobody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stdout {
    Terminal,
    Pipe,
}

/// What the user of a check sits at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyboard {
    /// A terminal, whether the script speaks of the user or not.
    Always,
    /// A terminal, where the script speaks of the user.
    OnUse,
    /// None: what is typed goes into a pipe.
    Never,
}

impl Settings {
    /// What the user sits at, by a check's own settings and those of its lab.
    pub fn keyboard(own: &Settings, lab: &Settings, problems: &mut Vec<Problem>) -> Keyboard {
        let terminal = own.terminal.or(lab.terminal);
        match (terminal, own.stdout.or(lab.stdout)) {
            (Some((Keyboard::Always, place)), Some(Stdout::Pipe)) => {
                problems.push(
                    Problem::new(place, t!("a terminal, and `stdout: pipe`"))
                        .help(t!("a program has one or the other: leave out `terminal` or `stdout`")),
                );
                Keyboard::Never
            }
            (Some((keyboard, _)), _) => keyboard,
            (None, Some(Stdout::Pipe)) => Keyboard::Never,
            (None, _) => Keyboard::OnUse,
        }
    }

    /// What the program gets for a script that speaks of these.
    pub fn console(own: &Settings, lab: &Settings, keyboard: Keyboard, spoken: Spoken) -> Console {
        let errors = if spoken.complaints { Errors::Apart } else { Errors::OnScreen };
        match (keyboard, own.stdout.or(lab.stdout)) {
            (Keyboard::Always, _) => Console::Terminal(errors),
            (Keyboard::OnUse, _) if spoken.user => Console::Terminal(errors),
            (_, Some(Stdout::Pipe)) => Console::Pipes,
            _ => Console::Screen,
        }
    }

    /// Reads the keys `run`, `args`, `env`, `within`, `leftovers`, `ignore`, `stdout`, `terminal`, `port` and
    /// `network`.
    pub fn read(fields: &Fields<'_>, problems: &mut Vec<Problem>) -> Self {
        Settings {
            run: fields.get("run").and_then(|node| Some((run(node, problems)?, node.place))),
            args: fields.get("args").map(|node| (texts(node, problems), node.place)),
            env: fields.get("env").map(|node| environment(node, problems)).unwrap_or_default(),
            within: fields.get("within").and_then(|node| value::duration(node, problems)),
            leftovers: fields.get("leftovers").and_then(|node| {
                let choices = [("forbidden", Leftovers::Forbidden), ("allowed", Leftovers::Allowed)];
                value::choice(node, &choices, problems)
            }),
            ignore: fields.get("ignore").map(|node| ignored(node, problems)).unwrap_or_default(),
            stdout: fields.get("stdout").and_then(|node| {
                value::choice(node, &[("terminal", Stdout::Terminal), ("pipe", Stdout::Pipe)], problems)
            }),
            terminal: fields.get("terminal").and_then(|node| {
                let keyboard = value::either(node, Keyboard::Always, Keyboard::Never, problems)?;
                Some((keyboard, node.place))
            }),
            port: fields.get("port").and_then(|node| port(node, problems)),
            network: fields.get("network").and_then(|node| {
                let choices = [("ordinary", Network::Ordinary), ("small buffers", Network::SmallBuffers)];
                value::choice(node, &choices, problems)
            }),
        }
    }
}

/// A number, or `any`.
fn port(node: &Node, problems: &mut Vec<Problem>) -> Option<PortWish> {
    match &node.value {
        Value::Text(word) if word == "any" => Some(PortWish::Any),
        Value::Integer(_) => {
            let number = value::whole_number(node, LOWEST_PORT, u32::from(u16::MAX), problems)?;
            u16::try_from(number).ok().map(PortWish::Fixed)
        }
        _ => {
            problems.push(
                Problem::new(node.place, t!("%{found} where a port is needed", found = value::shown(node)))
                    .help(t!("write a number, as in `port: 9090`, or `port: any`")),
            );
            None
        }
    }
}

fn texts(node: &Node, problems: &mut Vec<Problem>) -> Vec<String> {
    let items = value::list(node, problems);
    items.iter().filter_map(|item| value::text(item, problems)).map(str::to_string).collect()
}

fn environment(node: &Node, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for (name, key, content) in value::entries(node, problems) {
        if name.is_empty() || name.contains(['=', '\0']) {
            problems.push(
                Problem::new(key.place, t!("`%{name}` cannot name a variable", name = name))
                    .help(t!("use letters, digits and `_`")),
            );
        }
        if let Some(content) = value::text(content, problems) {
            variables.insert(name.to_string(), content.to_string());
        }
    }
    variables
}

fn ignored(node: &Node, problems: &mut Vec<Problem>) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    for item in value::list(node, problems) {
        if let Some(text) = value::text(item, problems) {
            let quote = u32::from(item.style != super::positions::Style::Plain);
            let slice = Slice { text, line: item.place.line, column: item.place.column + quote };
            phrases.extend(script::read_phrase(slice, problems));
        }
    }
    phrases
}

fn run(node: &Node, problems: &mut Vec<Problem>) -> Option<String> {
    let line = value::text(node, problems)?;
    if shell_words::split(line).is_err() {
        problems.push(
            Problem::new(node.place, t!("a quote in this command line is never closed"))
                .help(t!("close it, or leave it out")),
        );
    }
    let braces = line.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
    let is_name = |name: &&str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    // Whose ports there are, each check says.
    let is_known = |name: &&str| PLACEHOLDERS.contains(name) || name.ends_with(".port");
    for name in braces.filter(is_name).filter(|name| !is_known(name)) {
        let help = did_you_mean(name, PLACEHOLDERS).unwrap_or_else(|| {
            t!("known are %{known}", known = "`{program}`, `{file}`, `{port}`, `{args}`").into()
        });
        problems.push(
            Problem::new(node.place, t!("`{%{name}}` stands for nothing in a command line", name = name))
                .help(help),
        );
    }
    if !line.contains("{program}") && !line.contains("{file}") {
        problems.push(
            Problem::new(node.place, t!("this command line never names `{program}`"))
                .help(t!("`{program}` is the program that was built, as in `{program} {port}`; `{file}` is its file, for a program of yours that judges it")),
        );
    }
    Some(line.to_string())
}
