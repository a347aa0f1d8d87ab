//! `checker explain LAB[/CHECK]`: a script as it was understood.

use std::borrow::Cow;
use std::io::Write;
use std::path::PathBuf;

use rust_i18n::t;

use super::UsageError;
use super::course::any_lab;
use super::room::{Room, RoomError};
use crate::model::course::{Actor, Check, Course, Lab, Leftovers, Part, Post, Visibility};
use crate::model::language::Language;
use crate::model::script::{Sentence, Step};
use crate::report::count::{Noun, count};
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};
use crate::report::words::{duration, list, text};

#[derive(Debug, Clone)]
pub struct ExplainOptions {
    /// `--labs`
    pub labs: Option<PathBuf>,
    /// The lab that this folder is of where there is none.
    pub lab: Option<String>,
    /// All the lab's checks where there is none.
    pub check: Option<String>,
    /// Of standard output.
    pub palette: Palette,
}

/// Writes what each check says and expects to `out`.
///
/// # Errors
/// labs.yaml cannot be found or has problems; the lab or the check is not in it; `out` cannot be written to.
pub fn explain(options: ExplainOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    let room = Room::find(options.labs.as_deref())?;
    let course = room.course();
    let lab = match &options.lab {
        Some(id) => super::course::lab(course, id)?,
        None => room.own_lab().ok_or_else(|| RoomError::WhichLab { lab: any_lab(course) })?,
    };
    let checks: Vec<&Check> = match &options.check {
        Some(id) => vec![super::course::check(lab, id)?],
        None => lab.checks.iter().collect(),
    };
    for line in explained(course, lab, &checks) {
        writeln!(out, "{}", line.render(&options.palette))?;
    }
    Ok(out.flush()?)
}

/// Columns of a line's number in labs.yaml.
const NUMBER: usize = 5;
const LABEL: usize = 9;

fn explained(course: &Course, lab: &Lab, checks: &[&Check]) -> Vec<Line> {
    let mut out =
        vec![Line::blank().then(Ink::Strong, &lab.id).then(Ink::Plain, &format!("  {}", text(&lab.title)))];
    for check in checks {
        out.push(Line::blank());
        out.extend(heading(course, check));
        out.extend(match check.visibility {
            Visibility::Shown => shown(check),
            Visibility::Hidden => {
                vec![Line::indented(4).then(Ink::Mild, &t!("A hidden check: its script is not shown."))]
            }
        });
    }
    out
}

fn heading(course: &Course, check: &Check) -> Vec<Line> {
    let place = format!("{}:{}", course.file.display(), check.line);
    let about = format!("{}, {place}", count(u64::from(check.points), Noun::Point));
    let title = wrap(&format!("{}: {}", check.id, text(&check.title)), WIDTH - 4);
    let mut out: Vec<Line> = title.iter().map(|part| Line::indented(2).then(Ink::Strong, part)).collect();
    out.push(Line::indented(4).then(Ink::Faint, &about));
    out
}

fn shown(check: &Check) -> Vec<Line> {
    let mut out: Vec<Line> = settings(check)
        .into_iter()
        .flat_map(|(label, text)| {
            let mut label = Some(label);
            let parts = wrap(&text, WIDTH - 4 - LABEL);
            parts.into_iter().map(move |part| {
                let label = label.take().unwrap_or_default();
                Line::indented(4).then(Ink::Faint, &format!("{label:LABEL$}")).then(Ink::Plain, &part)
            })
        })
        .collect();
    out.push(Line::blank());
    out.extend(steps(&check.script.steps, 0));
    if check.leftovers == Leftovers::Forbidden {
        let last = t!("(at the end) everyone receives nothing");
        out.push(Line::indented(NUMBER + 2).then(Ink::Faint, &last));
    }
    out
}

/// Each sentence with its line in labs.yaml, in the words of the language that is spoken; what stands below it
/// is indented.
fn steps(all: &[Step], depth: usize) -> Vec<Line> {
    let mut out = Vec::new();
    for step in all {
        let indent = " ".repeat(2 + 2 * depth);
        let number = format!("{:>NUMBER$}", step.line);
        let mut words = step.told_in(Language::spoken());
        if matches!(step.sentence, Sentence::Together(_) | Sentence::Repeat { .. }) {
            // Their steps have numbers of their own.
            words.truncate(1);
        }
        for (index, line) in words.iter().enumerate() {
            let start = match index {
                0 => Line::blank().then(Ink::Faint, &number),
                _ => Line::indented(NUMBER),
            };
            out.push(start.then(Ink::Plain, &format!("{indent}{line}")));
        }
        if let Sentence::Together(steps_below) | Sentence::Repeat { steps: steps_below, .. } = &step.sentence
        {
            out.extend(steps(steps_below, depth + 1));
        }
        if let Some(hint) = &step.hint {
            let hint = format!("{indent}{}: {}", t!("hint"), text(hint).trim());
            out.push(Line::indented(NUMBER).then(Ink::Faint, &hint));
        }
    }
    out
}

fn settings(check: &Check) -> Vec<(Cow<'static, str>, String)> {
    let mut all = vec![("run".into(), check.run.clone())];
    let mut add = |label, text: String| {
        if !text.is_empty() {
            all.push((label, text));
        }
    };
    add(t!("args"), shell_words::join(&check.args));
    add(
        t!("env"),
        check.env.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
    );
    add(t!("files"), check.files.keys().cloned().collect::<Vec<_>>().join(", "));
    add(t!("actors"), list(&check.cast.iter().map(actor).collect::<Vec<_>>()));
    add(t!("needs"), list(&check.needs));
    add(t!("within"), duration(check.within));
    if check.repeat > 1 {
        add(t!("repeat"), t!("%{number} times, all must pass", number = check.repeat).into_owned());
    }
    add(
        t!("ignores"),
        check.ignore.iter().map(|phrase| phrase.written.clone()).collect::<Vec<_>>().join(", "),
    );
    add(t!("tags"), check.tags.join(", "));
    add(
        t!("hint"),
        check.hint.iter().flat_map(|hint| text(hint).split_whitespace()).collect::<Vec<_>>().join(" "),
    );
    all
}

fn actor(actor: &Actor) -> String {
    match actor.part {
        Part::Client | Part::Guest => actor.name.clone(),
        Part::UdpClient => format!("{} ({})", actor.name, t!("a UDP client")),
        Part::Post(post) => format!("{} ({})", actor.name, post_in_words(post)),
        Part::Crowd { clients } => format!("{} ({})", actor.name, count(clients as u64, Noun::Client)),
    }
}

fn post_in_words(post: Post) -> Cow<'static, str> {
    match post {
        Post::TcpServer => t!("a TCP server"),
        Post::TcpClosed => t!("a TCP port where nobody listens"),
        Post::UdpServer => t!("a UDP server"),
        Post::UdpClosed => t!("a UDP port where nobody receives"),
        Post::TcpFull => t!("a TCP port whose accept queue is full"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::course::tests_support::course;
    use crate::model::course::Text;
    use crate::model::script::{Form, Listener, Phrase, Piece, Shape, Who};

    #[test]
    fn a_lab_and_a_hidden_check() {
        let course = course();
        let lab = &course.labs[1];
        let checks: Vec<&Check> = lab.checks.iter().collect();
        let lines = explained(&course, lab, &checks);
        let text: Vec<String> = lines.into_iter().map(|line| line.render(&Palette::PLAIN)).collect();
        insta::assert_snapshot!(text.join("\n"));
    }

    #[test]
    fn what_stands_below_a_sentence_is_indented_and_numbered() {
        let ana = || Who::Named(vec!["ana".into()]);
        let phrase = |text: &str| Phrase {
            written: text.into(),
            shape: Shape::Plain(vec![Piece::Literal(text.as_bytes().to_vec())]),
        };
        let step = |line, written: &str, sentence| Step {
            line,
            written: written.into(),
            within: None,
            hint: Some(Text::plain("Ask again.")),
            sentence,
        };
        let groups = Form::Interleaved(vec![vec![phrase("a"), phrase("b")], vec![phrase("c")]]);
        let receive = Sentence::Receive { listener: Listener::Clients(ana()), form: groups };
        let together =
            step(7, "together:", Sentence::Together(vec![step(8, "ana receives interleaved:", receive)]));
        let shown: Vec<String> =
            steps(&[together], 0).into_iter().map(|line| line.render(&Palette::PLAIN)).collect();
        assert_eq!(
            shown,
            [
                "    7  together:",
                "    8    ana receives interleaved:",
                "           a",
                "           b",
                "           --",
                "           c",
                "         hint: Ask again.",
                "       hint: Ask again.",
            ]
        );
    }
}
