//! `checker list`: the course as a map, with how far the student has come.

use std::io::Write;
use std::path::PathBuf;

use rust_i18n::t;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::progress::{self, Standing};
use super::room::Room;
use super::{UsageError, way};
use crate::model::course::{Check, Course, Visibility};
use crate::model::progress::{LabProgress, Stage, Verdict};
use crate::report::bytes::visible;
use crate::report::sink::Format;
use crate::report::style::{Ink, MapMark, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};
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
    let room = Room::find(options.labs.as_deref())?;
    let course = way::whole_course(&room);
    let mut mishaps = Vec::new();
    let known = progress::recall(&course, &mut mishaps);
    match options.format {
        Format::Json => json(&room, &course, &known, out)?,
        _ => terminal(&room, &course, &known, &options.palette, out)?,
    }
    progress::warn(&mishaps);
    Ok(out.flush()?)
}

const LONGEST_ID: usize = 16;
const LONGEST_TITLE: usize = 30;

fn terminal(
    room: &Room,
    course: &Course,
    known: &[LabProgress],
    palette: &Palette,
    out: &mut dyn Write,
) -> Result<(), UsageError> {
    let standings: Vec<Standing> =
        course.labs.iter().zip(known).map(|(lab, known)| progress::standing(lab, known)).collect();
    let title = Line::blank().then(Ink::Strong, text(&course.title));
    let mut lines = vec![title.then(Ink::Plain, &format!(": {}", summary(&standings))), Line::blank()];
    let widest = |widths: &mut dyn Iterator<Item = usize>, most: usize| widths.max().unwrap_or(0).min(most);
    let id = widest(&mut course.labs.iter().map(|lab| visible(&lab.id).width()), LONGEST_ID);
    let title = widest(&mut course.labs.iter().map(|lab| visible(text(&lab.title)).width()), LONGEST_TITLE);
    let points = standings.iter().map(|standing| points(*standing).width()).max().unwrap_or(0);
    let mark = palette.map_mark(MapMark::Done).width();
    let topics_room = WIDTH.saturating_sub(2 + mark + 1 + id + 2 + title + 2 + points + 2);
    lines.extend(course.labs.iter().zip(&standings).flat_map(|(lab, standing)| {
        let topics: Vec<&str> = lab.topics.iter().map(text).collect();
        let (mark, ink) = match standing.stage {
            Stage::Done => (MapMark::Done, Ink::Good),
            Stage::Begun => (MapMark::Begun, Ink::Mild),
            Stage::Untouched => (MapMark::Untouched, Ink::Faint),
        };
        let mut topics = wrap(&topics.join(", "), topics_room).into_iter();
        let first = Line::indented(2)
            .then(ink, palette.map_mark(mark))
            .then(Ink::Plain, " ")
            .column(Ink::Strong, &lab.id, id, palette)
            .then(Ink::Plain, "  ")
            .column(Ink::Plain, text(&lab.title), title, palette)
            .then(Ink::Plain, "  ")
            .right(ink, &self::points(*standing), points, palette)
            .then(Ink::Plain, "  ")
            .column(Ink::Faint, &topics.next().unwrap_or_default(), topics_room, palette);
        let more = topics.map(|part| Line::indented(WIDTH - topics_room).then(Ink::Faint, &part));
        std::iter::once(first).chain(more).collect::<Vec<_>>()
    }));
    lines.extend(closing(room, course, known, &standings));
    for line in lines {
        writeln!(out, "{}", line.render(palette))?;
    }
    Ok(())
}

/// `22 of 86 points reached, 2 of 5 labs done`
fn summary(standings: &[Standing]) -> String {
    let done = standings.iter().filter(|standing| standing.stage == Stage::Done).count();
    let sum = |of: fn(&Standing) -> u64| standings.iter().map(of).sum::<u64>();
    let (reached, points) = (sum(|standing| standing.reached), sum(|standing| standing.out_of));
    t!(
        "%{reached} of %{points} points reached, %{done} of %{labs} labs done",
        reached = reached,
        points = points,
        done = done,
        labs = standings.len()
    )
    .into_owned()
}

fn points(standing: Standing) -> String {
    format!("{}/{}", standing.reached, standing.out_of)
}

/// Where to go from here.
fn closing(room: &Room, course: &Course, known: &[LabProgress], standings: &[Standing]) -> Vec<Line> {
    let line = match next(room, course, known, standings) {
        Some(Next { command, .. }) => {
            Line::blank().then(Ink::Plain, &t!("next: %{command}", command = command))
        }
        None if course.labs.is_empty() => return Vec::new(),
        None => Line::blank().then(Ink::Good, &t!("Every lab is done.")),
    };
    vec![Line::blank(), line]
}

#[derive(Serialize)]
struct Next<'a> {
    lab: &'a str,
    command: String,
}

/// The first lab that is not done, and what to type for it.
fn next<'a>(
    room: &Room,
    course: &'a Course,
    known: &[LabProgress],
    standings: &[Standing],
) -> Option<Next<'a>> {
    let index = standings.iter().position(|standing| standing.stage != Stage::Done)?;
    let lab = &course.labs[index];
    Some(Next { lab: &lab.id, command: way::way_to(room, lab, &known[index]) })
}

#[derive(Serialize)]
struct Map<'a> {
    format: u32,
    course: &'a str,
    reached: u64,
    points: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Next<'a>>,
    labs: Vec<LabEntry<'a>>,
}

#[derive(Serialize)]
struct LabEntry<'a> {
    lab: &'a str,
    title: &'a str,
    topics: Vec<&'a str>,
    stage: Stage,
    reached: u64,
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
    passed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Verdict>,
}

fn json(room: &Room, course: &Course, known: &[LabProgress], out: &mut dyn Write) -> Result<(), UsageError> {
    let standings: Vec<Standing> =
        course.labs.iter().zip(known).map(|(lab, known)| progress::standing(lab, known)).collect();
    let labs = course.labs.iter().zip(known).zip(&standings).map(|((lab, known), standing)| LabEntry {
        lab: &lab.id,
        title: text(&lab.title),
        topics: lab.topics.iter().map(text).collect(),
        stage: standing.stage,
        reached: standing.reached,
        points: standing.out_of,
        exercise: lab.exercise.as_ref().map(|folder| folder.display().to_string()),
        solution: lab.solution.as_ref().map(|folder| folder.display().to_string()),
        checks: lab.checks.iter().map(|check| entry(check, known)).collect(),
    });
    let map = Map {
        format: 1,
        course: text(&course.title),
        reached: standings.iter().map(|standing| standing.reached).sum(),
        points: standings.iter().map(|standing| standing.out_of).sum(),
        next: next(room, course, known, &standings),
        labs: labs.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &map).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

fn entry<'a>(check: &'a Check, known: &LabProgress) -> CheckEntry<'a> {
    let known = known.of(&check.id, || progress::form(check));
    CheckEntry {
        id: &check.id,
        title: text(&check.title),
        points: check.points,
        needs: &check.needs,
        tags: &check.tags,
        hidden: check.visibility == Visibility::Hidden,
        passed: known.is_some_and(|known| known.passed),
        last: known.map(|known| known.last),
    }
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

    /// Of echo all passed, and of chat one of two.
    fn known() -> Vec<LabProgress> {
        let verdicts = [("line", Verdict::Passed), ("end", Verdict::Passed), ("relay", Verdict::Failed)];
        let mut known = vec![LabProgress::default(); 2];
        for (lab, progress) in course().labs.iter().zip(&mut known) {
            for check in &lab.checks {
                if let Some((id, verdict)) = verdicts.iter().find(|(id, _)| *id == check.id) {
                    progress.record(id, progress::form(check), *verdict, None);
                }
            }
        }
        known
    }

    #[test]
    fn the_map_at_a_terminal() {
        for palette in [Palette::UNCOLOURED, Palette::PLAIN] {
            let text = shown(|out| terminal(&Room::Course(course()), &course(), &known(), &palette, out));
            assert!(text.lines().all(|line| line.width() <= WIDTH), "{text}");
            insta::assert_snapshot!(text);
        }
    }

    #[test]
    fn the_map_as_json() {
        insta::assert_snapshot!(shown(|out| json(&Room::Course(course()), &course(), &known(), out)));
    }

    #[test]
    fn an_empty_course_is_no_accident() {
        let empty = Course { labs: Vec::new(), ..course() };
        let text = shown(|out| terminal(&Room::Course(course()), &empty, &[], &Palette::PLAIN, out));
        assert_eq!(text, "Sockets and threads: 0 of 0 points reached, 0 of 0 labs done\n\n");
    }
}
