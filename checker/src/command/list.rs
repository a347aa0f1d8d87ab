//! `checker list`: a map of the course.

use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::UsageError;
use crate::model::course::{Course, Lab, Visibility};
use crate::report::bytes::{count, visible};
use crate::report::sink::Format;
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::{Line, WIDTH};
use crate::report::words::text;

#[derive(Debug, Clone)]
pub struct ListOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    pub format: Format,
    /// Of standard output.
    pub palette: Palette,
}

/// Writes the map of the course to `out`.
///
/// # Errors
/// labs.yaml cannot be found or has problems; `out` cannot be written to.
pub fn list(options: ListOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    let course = super::course::course(options.labs.as_deref())?;
    match options.format {
        Format::Terminal => terminal(&course, &options.palette, out)?,
        Format::Json => json(&course, out)?,
    }
    Ok(out.flush()?)
}

const LONGEST_ID: usize = 16;
const LONGEST_TITLE: usize = 30;
const CHECKS: usize = 9;
const POINTS: usize = 10;

fn terminal(course: &Course, palette: &Palette, out: &mut dyn Write) -> Result<(), UsageError> {
    let mut lines = vec![
        Line::blank().then(Ink::Strong, text(&course.title)).then(Ink::Plain, &format!(": {}", size(course))),
        Line::blank(),
    ];
    let widest = |widths: &mut dyn Iterator<Item = usize>, most: usize| widths.max().unwrap_or(0).min(most);
    let id = widest(&mut course.labs.iter().map(|lab| visible(&lab.id).width()), LONGEST_ID);
    let title = widest(&mut course.labs.iter().map(|lab| visible(text(&lab.title)).width()), LONGEST_TITLE);
    let topics_room = WIDTH - 2 - id - 2 - title - 2 - CHECKS - 2 - POINTS - 2;
    lines.extend(course.labs.iter().map(|lab| {
        let topics: Vec<&str> = lab.topics.iter().map(text).collect();
        Line::indented(2)
            .column(Ink::Strong, &lab.id, id, palette)
            .then(Ink::Plain, "  ")
            .column(Ink::Plain, text(&lab.title), title, palette)
            .then(Ink::Plain, "  ")
            .right(Ink::Plain, &count(lab.checks.len() as u64, "check"), CHECKS, palette)
            .then(Ink::Plain, "  ")
            .right(Ink::Plain, &count(points(lab), "point"), POINTS, palette)
            .then(Ink::Plain, "  ")
            .column(Ink::Faint, &topics.join(", "), topics_room, palette)
    }));
    if let Some(lab) = course.labs.first() {
        lines.push(Line::blank());
        lines
            .push(Line::blank().then(Ink::Plain, &format!("checker check {} checks the first one.", lab.id)));
    }
    for line in lines {
        writeln!(out, "{}", line.render(palette))?;
    }
    Ok(())
}

fn size(course: &Course) -> String {
    let checks = course.labs.iter().map(|lab| lab.checks.len() as u64).sum();
    let points = course.labs.iter().map(points).sum();
    let labs = course.labs.len() as u64;
    format!("{}, {}, {}", count(labs, "lab"), count(checks, "check"), count(points, "point"))
}

fn points(lab: &Lab) -> u64 {
    lab.checks.iter().map(|check| u64::from(check.points)).sum()
}

#[derive(Serialize)]
struct Map<'a> {
    format: u32,
    course: &'a str,
    labs: Vec<LabEntry<'a>>,
}

#[derive(Serialize)]
struct LabEntry<'a> {
    lab: &'a str,
    title: &'a str,
    topics: Vec<&'a str>,
    points: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exercise: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    solution: Option<String>,
    checks: Vec<CheckEntry<'a>>,
}

#[derive(Serialize)]
struct CheckEntry<'a> {
    id: &'a str,
    title: &'a str,
    points: u32,
    needs: &'a [String],
    tags: &'a [String],
    hidden: bool,
}

fn json(course: &Course, out: &mut dyn Write) -> Result<(), UsageError> {
    let labs = course.labs.iter().map(|lab| LabEntry {
        lab: &lab.id,
        title: text(&lab.title),
        topics: lab.topics.iter().map(text).collect(),
        points: points(lab),
        exercise: lab.exercise.as_ref().map(|folder| folder.display().to_string()),
        solution: lab.solution.as_ref().map(|folder| folder.display().to_string()),
        checks: lab
            .checks
            .iter()
            .map(|check| CheckEntry {
                id: &check.id,
                title: text(&check.title),
                points: check.points,
                needs: &check.needs,
                tags: &check.tags,
                hidden: check.visibility == Visibility::Hidden,
            })
            .collect(),
    });
    let map = Map { format: 1, course: text(&course.title), labs: labs.collect() };
    serde_json::to_writer_pretty(&mut *out, &map).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::course::tests_support::course;

    fn shown(write: impl Fn(&mut dyn Write) -> Result<(), UsageError>) -> String {
        let mut out: Vec<u8> = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_map_at_a_terminal() {
        let text = shown(|out| terminal(&course(), &Palette::UNCOLOURED, out));
        assert!(text.lines().all(|line| line.width() <= WIDTH), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_map_as_json() {
        insta::assert_snapshot!(shown(|out| json(&course(), out)));
    }

    #[test]
    fn an_empty_course_is_no_accident() {
        let text = shown(|out| terminal(&Course { labs: Vec::new(), ..course() }, &Palette::PLAIN, out));
        assert_eq!(text, "Sockets and threads: 0 labs, 0 checks, 0 points\n\n");
    }
}
