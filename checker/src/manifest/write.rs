//! A check → the lines of labs.yaml that would be read as it.

use std::collections::BTreeMap;

use crate::model::course::{Actor, Leftovers, Part, Post};
use crate::model::script::Script;

/// Of the list below `checks:`.
const INDENT: &str = "      ";

/// What a check says besides its script.
#[derive(Debug, Default)]
pub struct Heading<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// None where it has none.
    pub points: Option<u32>,
    /// Where it is not its lab's.
    pub run: Option<&'a str>,
    /// The check's own; none where it has its lab's.
    pub args: Option<&'a [String]>,
    /// Patterns of the file names that it is for; none where it is for every program.
    pub files_for: &'a [String],
    /// Files of the working folder: name and content.
    pub files: Option<&'a BTreeMap<String, String>>,
    /// May anybody hold unread lines in the end, against what its lab says?
    pub leftovers: Option<Leftovers>,
    /// Those who must be declared.
    pub actors: &'a [Actor],
}

/// An entry of a lab's `checks`, indented as there, with its newline.
pub fn check_in_yaml(heading: &Heading, script: &Script) -> String {
    let mut lines = vec![format!("- id: {}", heading.id), format!("  title: {}", quoted(heading.title))];
    match heading.files_for {
        [] => {}
        [one] => lines.push(format!("  for: {}", quoted(one))),
        several => lines.push(format!("  for: [{}]", list(several))),
    }
    if let Some(points) = heading.points {
        lines.push(format!("  points: {points}"));
    }
    if let Some(run) = heading.run {
        lines.push(format!("  run: {}", quoted(run)));
    }
    if let Some(args) = heading.args {
        lines.push(format!("  args: [{}]", list(args)));
    }
    if let Some(files) = heading.files.filter(|files| !files.is_empty()) {
        lines.push("  files:".to_owned());
        lines.extend(files.iter().flat_map(|(name, content)| file(name, content)));
    }
    match heading.leftovers {
        Some(Leftovers::Allowed) => lines.push("  leftovers: allowed".to_owned()),
        Some(Leftovers::Forbidden) => lines.push("  leftovers: forbidden".to_owned()),
        None => {}
    }
    let declared: Vec<String> = heading.actors.iter().filter_map(declared).collect();
    if !declared.is_empty() {
        lines.push(format!("  actors: {{ {} }}", declared.join(", ")));
    }
    lines.push("  script: |".to_owned());
    lines.extend(script.to_string().lines().map(|line| format!("    {line}")));
    let indented =
        |line: &String| if line.is_empty() { "\n".to_owned() } else { format!("{INDENT}{line}\n") };
    lines.iter().map(indented).collect()
}

fn list(texts: &[String]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

/// An entry of `files`: line by line where YAML gives back just these lines.
fn file(name: &str, content: &str) -> Vec<String> {
    let begins_well =
        content.lines().find(|line| !line.is_empty()).is_some_and(|line| !line.starts_with(' '));
    let ends_well = content.ends_with('\n') && !content.ends_with("\n\n");
    if !begins_well || !ends_well || content.chars().any(|c| c != '\n' && c != '\t' && is_special(c)) {
        return vec![format!("    {}: {}", quoted(name), quoted(content))];
    }
    let lines =
        content.lines().map(|line| if line.is_empty() { String::new() } else { format!("      {line}") });
    [format!("    {}: |", quoted(name))].into_iter().chain(lines).collect()
}

/// What YAML does not take as it stands, or takes for the end of a line.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
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
    let json = serde_json::Value::from(text).to_string();
    let safe = |c: char| if is_special(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    json.chars().map(safe).collect()
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
