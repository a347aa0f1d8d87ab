//! One more lab at the end of a labs.yaml, whose other lines stay as they are.

use serde_yaml::Value as Yaml;

use super::tree::{self, Value};

/// The text with this lab behind its last one. `entry` is a list of one lab, not indented.
///
/// `None` where the labs are written in a way to which no line can be added.
pub fn append_lab(text: &str, entry: &str) -> Option<String> {
    let root = tree::read(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()??;
    let Value::Map(course) = &root.value else { return None };
    let at = course.iter().position(|(key, _)| key.raw == "labs")?;
    let Value::List(labs) = &course[at].1.value else { return None };
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.get((labs.first()?.place.line as usize).checked_sub(1)?)?;
    let column = first.find('-').filter(|column| first[..*column].bytes().all(|byte| byte == b' '))?;
    let end = match course.get(at + 1) {
        Some((next, _)) => (next.place.line as usize).checked_sub(1)?,
        None => lines.len(),
    };
    // What stands above the next key, at the margin, is about that key.
    let is_about_next = |line: &&str| line.trim().is_empty() || (line.starts_with('#') && end < lines.len());
    let end = lines[..end].iter().rposition(|line| !is_about_next(line)).map_or(end, |last| last + 1);

    let indented = entry.lines().map(|line| match line {
        "" => String::new(),
        line => format!("{}{line}", " ".repeat(column)),
    });
    let mut all: Vec<String> = lines[..end].iter().map(|line| (*line).to_string()).collect();
    all.push(String::new());
    all.extend(indented);
    all.extend(lines[end..].iter().map(|line| (*line).to_string()));
    let mut appended = all.join(line_end);
    appended.push_str(line_end);
    is_one_more(text, &appended, entry).then_some(appended)
}

/// Does the one say what the other says, and this lab besides?
fn is_one_more(before: &str, after: &str, entry: &str) -> bool {
    let read = |text: &str| serde_yaml::from_str::<Yaml>(text).ok();
    let wanted = || {
        let mut wanted = read(before)?;
        let mut entry = read(entry)?;
        wanted.get_mut("labs")?.as_sequence_mut()?.append(entry.as_sequence_mut()?);
        Some(wanted)
    };
    wanted().is_some_and(|wanted| read(after) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "- id: two\n  title: Two\n\n  checks: []\n";

    #[test]
    fn a_lab_is_added_behind_the_others() {
        for (before, after) in [
            (
                "format: 1\nlabs:\n  - id: one # x",
                "format: 1\nlabs:\n  - id: one # x\n\n  - id: two\n    title: Two\n\n    checks: []\n",
            ),
            ("labs:\n- id: one\n\n\n", "labs:\n- id: one\n\n- id: two\n  title: Two\n\n  checks: []\n\n\n"),
            (
                "labs:\n  - id: one\n    s: |\n      a\n      # b\n\n# last\ncourse: c\n",
                "labs:\n  - id: one\n    s: |\n      a\n      # b\n\n  - id: two\n    title: Two\n\n    checks: []\n\n# last\ncourse: c\n",
            ),
            (
                "labs:\r\n  - id: one\r\n",
                "labs:\r\n  - id: one\r\n\r\n  - id: two\r\n    title: Two\r\n\r\n    checks: []\r\n",
            ),
        ] {
            assert_eq!(append_lab(before, ENTRY).as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn what_has_no_place_for_another_lab_is_left_alone() {
        for text in [
            "",
            "labs: []\n",
            "labs: [{ id: one }]\n",
            "labs:\n  - id: one\n    s: |+\n      a\n\n\n",
            "{ labs: [{ id: one }] }",
        ] {
            assert_eq!(append_lab(text, ENTRY), None, "{text}");
        }
    }
}
