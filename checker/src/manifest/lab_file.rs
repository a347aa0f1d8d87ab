//! One lab of a labs.yaml as a file of its own, lab.yaml: a course of this lab alone, whose exercise is the
//! folder that the file lies in.

use std::ops::Range;

use serde_yaml::{Mapping, Value as Yaml};

use super::tree::{self, Node, Value};

/// What means nothing where only the exercise is.
const LEFT_OUT: [&str; 2] = ["solution", "wrong"];

/// The lab.yaml of this lab, from the text of a labs.yaml without problems: in the same words and with the
/// same comments wherever the lab can be cut out by its lines, else written anew.
///
/// `None` where the text has no such lab.
pub fn lab_file(text: &str, id: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let wanted = wanted(text, id)?;
    let cut = cut(text, id).filter(|cut| serde_yaml::from_str::<Yaml>(cut).is_ok_and(|cut| cut == wanted));
    cut.or_else(|| serde_yaml::to_string(&wanted).ok())
}

/// What the file must say.
fn wanted(text: &str, id: &str) -> Option<Yaml> {
    let mut course: Mapping = serde_yaml::from_str(text).ok()?;
    let labs = course.get_mut("labs")?.as_sequence_mut()?;
    labs.retain(|lab| lab.get("id").and_then(Yaml::as_str) == Some(id));
    labs.truncate(1);
    let lab = labs.first_mut()?.as_mapping_mut()?;
    lab.insert("exercise".into(), ".".into());
    LEFT_OUT.iter().for_each(|key| drop(lab.shift_remove(*key)));
    Some(Yaml::Mapping(course))
}

/// Everything up to `labs:`, and the lab's own lines. It need not be right: the caller compares.
fn cut(text: &str, id: &str) -> Option<String> {
    let root = tree::read(text).ok()??;
    let Value::Map(course) = &root.value else { return None };
    let (labs_key, labs) = course.iter().find(|(key, _)| key.raw == "labs")?;
    let Value::List(labs) = &labs.value else { return None };
    let at = labs.iter().position(|lab| has_id(lab, id))?;
    let Value::Map(lab) = &labs[at].value else { return None };

    let lines: Vec<&str> = text.lines().collect();
    let first = line_of(&lab.first()?.0)?;
    let end = labs.get(at + 1).map_or(Some(lines.len()), |next| line_of(key_of(next)?))?;
    let column = indentation(lines.get(first)?);
    let end = without_what_follows(&lines, first..end, column);

    let mut out: Vec<String> = Vec::new();
    out.extend(lines.get(..=line_of(labs_key)?)?.iter().map(|line| (*line).to_owned()));
    out.extend(lines.get(first..line_of(&lab.get(1)?.0)?)?.iter().map(|line| (*line).to_owned()));
    for (index, (key, _)) in lab.iter().enumerate().skip(1) {
        let begin = line_of(key)?;
        let until = lab.get(index + 1).map_or(Some(end), |(next, _)| line_of(next))?;
        let own = begin..without_what_follows(&lines, begin..until, column + 2);
        let indent = " ".repeat(indentation(lines.get(begin)?));
        match key.raw.as_str() {
            "exercise" => out.push(format!("{indent}exercise: .")),
            name if LEFT_OUT.contains(&name) => {}
            _ => out.extend(lines.get(own.clone())?.iter().map(|line| (*line).to_owned())),
        }
        // Blank lines and comments, which belong to what comes next.
        out.extend(lines.get(own.end..until)?.iter().map(|line| (*line).to_owned()));
    }
    Some(out.join("\n") + "\n")
}

fn has_id(lab: &Node, id: &str) -> bool {
    let Value::Map(entries) = &lab.value else { return false };
    entries
        .iter()
        .any(|(key, value)| key.raw == "id" && matches!(&value.value, Value::Text(text) if text == id))
}

fn key_of(lab: &Node) -> Option<&Node> {
    let Value::Map(entries) = &lab.value else { return None };
    entries.first().map(|(key, _)| key)
}

/// From 0.
fn line_of(node: &Node) -> Option<usize> {
    (node.place.line as usize).checked_sub(1)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The end of the lines without the blank ones and the comments behind them that are indented no further
/// than so: they belong to whatever comes next.
fn without_what_follows(lines: &[&str], range: Range<usize>, column: usize) -> usize {
    let follows = |line: &&str| {
        line.trim().is_empty() || (line.trim_start().starts_with('#') && indentation(line) <= column)
    };
    let own = lines.get(range.clone()).unwrap_or_default();
    range.start + own.iter().rposition(|line| !follows(line)).map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::read;
    use super::*;

    const COURSE: &str = "\
# The course.
format: 1
course: { en: Sockets, pt-BR: Soquetes }

labs:
  # ---- one
  - id: one
    title: One
    exercise: exercises/one   # here
    solution: solutions/one
    # what everybody has
    leftovers: allowed

    checks:
      - id: a
        title: it works
        script: |
          # first of all
          ana connects
          ana sends: 'x'

    wrong:
      - program: bad.py
        fails: a
        kind: no-answer

  # ---- two
  - id: two
    title: Two
    checks:
      - id: b
        title: it works
        script: |
          ana connects
          # at last
";

    #[test]
    fn a_lab_is_cut_out_with_its_words_and_comments() {
        let cut = lab_file(COURSE, "one").unwrap();
        assert_eq!(
            cut,
            "\
# The course.
format: 1
course: { en: Sockets, pt-BR: Soquetes }

labs:
  - id: one
    title: One
    exercise: .
    # what everybody has
    leftovers: allowed

    checks:
      - id: a
        title: it works
        script: |
          # first of all
          ana connects
          ana sends: 'x'

"
        );
        let course = read(Path::new("lab.yaml"), &cut).unwrap();
        assert_eq!(course.labs[0].exercise.as_deref(), Some(Path::new(".")));
        assert!(lab_file(COURSE, "three").is_none() && lab_file("", "one").is_none());
    }

    #[test]
    fn what_cannot_be_cut_is_written_anew() {
        let aliases = COURSE.replace("title: One", "title: &t One").replace("title: Two", "title: *t");
        let exercise = "    exercise: exercises/one   # here\n";
        let first = COURSE.replace(exercise, "").replace("  - id: one", "  - exercise: x\n    id: one");
        let last = COURSE.replace("format: 1\n", "") + "\nformat: 1\n";
        for (course, id) in [(&*aliases, "two"), (&*first, "one"), (&*last, "one"), (COURSE, "two")] {
            let written = lab_file(course, id).unwrap();
            let read = read(Path::new("lab.yaml"), &written).unwrap();
            assert_eq!((read.labs.len(), read.labs[0].id.as_str()), (1, id), "{written}");
            assert_eq!(read.labs[0].exercise.as_deref(), Some(Path::new(".")), "{written}");
            assert_eq!(read.labs[0].checks.len(), 1);
        }
    }
}
