//! A check → the lines of labs.yaml that would be read as it.

use crate::model::course::{Actor, Part, Post};
use crate::model::script::Script;

/// Of the list below `checks:`.
const INDENT: &str = "      ";

/// What a check says besides its script.
#[derive(Debug)]
pub struct Heading<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// None where it has none.
    pub points: Option<u32>,
    /// Where it is not its lab's.
    pub run: Option<&'a str>,
    /// The check's own; none where it has its lab's.
    pub args: Option<&'a [String]>,
    /// Those who must be declared.
    pub actors: &'a [Actor],
}

/// An entry of a lab's `checks`, indented as there, with its newline.
pub fn check_in_yaml(heading: &Heading, script: &Script) -> String {
    let mut lines = vec![format!("- id: {}", heading.id), format!("  title: {}", quoted(heading.title))];
    if let Some(points) = heading.points {
        lines.push(format!("  points: {points}"));
    }
    if let Some(run) = heading.run {
        lines.push(format!("  run: {}", quoted(run)));
    }
    if let Some(args) = heading.args {
        let args: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
        lines.push(format!("  args: [{}]", args.join(", ")));
    }
    let declared: Vec<String> = heading.actors.iter().filter_map(declared).collect();
    if !declared.is_empty() {
        lines.push(format!("  actors: {{ {} }}", declared.join(", ")));
    }
    lines.push("  script: |".to_owned());
    lines.extend(script.to_string().lines().map(|line| format!("    {line}")));
    lines.iter().map(|line| format!("{INDENT}{line}\n")).collect()
}

/// None for those whom a script may name without a declaration.
fn declared(actor: &Actor) -> Option<String> {
    let part = match actor.part {
        Part::Client | Part::Guest => return None,
        Part::Crowd { clients } => format!("clients: {clients}"),
        Part::UdpClient => "udp: client".to_owned(),
        Part::Post(Post::TcpServer) => "tcp: server".to_owned(),
        Part::Post(Post::TcpClosed) => "tcp: closed".to_owned(),
        Part::Post(Post::TcpFull) => "tcp: full".to_owned(),
        Part::Post(Post::UdpServer) => "udp: server".to_owned(),
        Part::Post(Post::UdpClosed) => "udp: closed".to_owned(),
    };
    Some(format!("{}: {{ {part} }}", actor.name))
}

/// A labs.yaml of one lab about programs that read their input, print an answer and end, as tst has them. `checks` are
/// entries of its list, with their newlines.
pub fn answers_lab_in_yaml(lab: &str, title: &str, checks: &[String]) -> String {
    let title = quoted(title);
    let mut text = format!("format: 1\ncourse: {title}\nlabs:\n  - id: {lab}\n    title: {title}\n");
    text.push_str("    run: \"{program}\"\n    stdout: pipe\n    within: 2s\n    checks:\n");
    text + &checks.concat()
}

/// In double quotes, which YAML reads as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The entry of `check_in_yaml` as it stands above the check of this line (from 1), and the text of labs.yaml with
/// it; `None` where the check does not begin a line of its own.
pub fn above_check(text: &str, line: u32, entry: &str) -> Option<(String, String)> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let known = usize::try_from(line).ok()?.min(lines.len());
    let at = lines[..known].iter().rposition(|line| line.trim_start().starts_with("- "))?;
    let column = lines[at].len() - lines[at].trim_start().len();
    let indented = |line: &str| match line.strip_prefix(INDENT) {
        Some(rest) if !rest.trim().is_empty() => format!("{}{rest}", " ".repeat(column)),
        _ => "\n".to_owned(),
    };
    let entry: String = entry.split_inclusive('\n').map(indented).collect();
    let whole = format!("{}{entry}{}", lines[..at].concat(), lines[at..].concat());
    Some((entry, whole))
}
