//! A second labs.yaml laid over a first: checks that students do not get to see, for labs that they do.

use std::path::Path;

use rust_i18n::t;

use super::{Place, Problem, Problems, read};
use crate::model::course::Course;

/// Adds to a course what another file says: checks behind those of the lab with the same id, and labs that the
/// course has not. What a lab is and where it lies, the course says.
///
/// # Errors
/// The file has problems, or a check of its has the id of another one.
pub fn merge(course: &mut Course, file_name: &Path, text: &str) -> Result<(), Problems> {
    let more = read(file_name, text)?;
    let mut problems = Vec::new();
    for lab in more.labs {
        let Some(known) = course.labs.iter_mut().find(|known| known.id == lab.id) else {
            course.labs.push(lab);
            continue;
        };
        for check in lab.checks {
            match known.checks.iter().find(|other| other.id == check.id) {
                None => known.checks.push(check),
                Some(other) => {
                    let said = t!(
                        "the lab `%{lab}` has a check `%{check}` already",
                        lab = known.id,
                        check = check.id
                    );
                    let cure = t!(
                        "it is in line %{line} of %{file}; give one of them another id",
                        line = other.line,
                        file = course.file.display()
                    );
                    problems.push(Problem::new(place(text, check.line), said).help(cure));
                }
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Problems::new(file_name, text, problems)) }
}

/// All that is written in a line.
fn place(text: &str, line: u32) -> Place {
    let index = usize::try_from(line).unwrap_or(0).saturating_sub(1);
    let written = text.lines().nth(index).unwrap_or_default();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let indent = written.chars().take_while(|c| c.is_whitespace()).count();
    Place { line, column: number(indent + 1), length: number(written.trim().chars().count()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::course::Lab;

    fn file(labs: &[(&str, &[&str])]) -> String {
        let lab = |(id, checks): &(&str, &[&str])| {
            let check = |id: &&str| {
                format!("      - id: {id}\n        title: t\n        script: |\n          program exits: 0\n")
            };
            let checks: String = checks.iter().map(check).collect();
            format!("  - id: {id}\n    title: t\n    checks:\n{checks}")
        };
        let labs: String = labs.iter().map(lab).collect();
        format!("format: 1\ncourse: c\nlabs:\n{labs}")
    }

    fn ids(course: &Course) -> Vec<String> {
        let of_lab = |lab: &Lab| -> Vec<String> {
            lab.checks.iter().map(|check| format!("{}/{}", lab.id, check.id)).collect()
        };
        course.labs.iter().flat_map(of_lab).collect()
    }

    #[test]
    fn checks_are_added_by_lab() {
        let mut course =
            read(Path::new("public.yaml"), &file(&[("echo", &["a"]), ("chat", &["a"])])).unwrap();
        merge(&mut course, Path::new("private.yaml"), &file(&[("chat", &["z"]), ("new", &["a"])])).unwrap();
        assert_eq!(ids(&course), ["echo/a", "chat/a", "chat/z", "new/a"]);
    }

    #[test]
    fn a_clash_is_told_with_place_and_cure() {
        let mut course = read(Path::new("public.yaml"), &file(&[("echo", &["a", "b"])])).unwrap();
        let clash =
            merge(&mut course, Path::new("private.yaml"), &file(&[("echo", &["z", "b"])])).unwrap_err();
        let told = clash.to_string();
        assert!(told.contains("private.yaml:11:9") || told.contains("private.yaml:11"), "{told}");
        assert!(told.contains("the lab `echo` has a check `b` already"), "{told}");
        assert!(told.contains("line 11 of public.yaml; give one of them another id"), "{told}");
    }
}
