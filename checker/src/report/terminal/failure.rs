//! What is told below a lab's checks: of each failure what happened, why, and what to try.

use std::borrow::Cow;

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::causes::{Told, told, untouched};
use super::chart::chart;
use super::line::{Line, WIDTH, wrap};
use super::transcript::transcript;
use crate::model::course::Visibility;
use crate::model::event::RunInfo;
use crate::model::outcome::{
    Actual, BuildFailure, CheckResult, Expected, Failure, FailureKind, LastOutput, Note, Outcome, Place, Why,
};
use crate::model::transcript::{Entry, What};
use crate::report::bytes::{compare, cut, lines, visible};
use crate::report::style::{Ink, Palette};
use crate::report::tally::OpenLab;
use crate::report::words::{self, Scene};

const LABEL: usize = 10;
const INDENT: usize = 4;
const ROOM: usize = WIDTH - INDENT - LABEL;
/// Lines of the program's output that are shown of each stream.
const LAST_LINES: usize = 5;
/// Lines of the table of threads.
const MOST_THREADS: usize = 12;
/// Columns of what the program has read, in an explanation.
const READ: usize = 28;
/// Columns of a sentence, which may take several lines.
const LONGEST_SENTENCE: usize = 140;

pub struct Teller<'a> {
    pub run: Option<&'a RunInfo>,
    pub lab: &'a OpenLab,
    /// Everything that did not pass.
    pub results: &'a [CheckResult],
    pub palette: &'a Palette,
}

impl Teller<'_> {
    /// Blocks, each after a blank line.
    pub fn tell(&self) -> Vec<Line> {
        let mut out = self.errors();
        if let Some(failure) = self.lab.build_failure() {
            out.extend(self.build_failure(failure));
            return out;
        }
        match untouched(self.results) {
            Some(place) if self.lab.tally.passed == 0 => out.extend(self.untouched(place)),
            _ => {
                for told in told(self.results) {
                    out.extend(self.failure(&told));
                }
                out.extend(self.hidden());
            }
        }
        out
    }

    /// The first block alone, without the command that repeats it.
    pub fn tell_first(&self) -> Vec<Line> {
        let errors = self.errors();
        let first = match (self.lab.build_failure(), untouched(self.results)) {
            (Some(failure), _) => without_again(self.build_failure(failure)),
            (None, Some(place)) if self.lab.tally.passed == 0 => without_again(self.untouched(place)),
            _ => match told(self.results).first() {
                Some(told) => without_again(self.failure(told)),
                None => self.hidden(),
            },
        };
        errors.into_iter().chain(first).collect()
    }

    fn failure(&self, told: &Told) -> Vec<Line> {
        let Told { result, failure, also } = told;
        let mut out = vec![Line::blank()];
        out.extend(self.headline(result, failure));
        out.extend(self.expected_and_actual(failure));
        out.extend(self.causes(result, failure, also));
        if failure.kind != FailureKind::NotImplemented {
            out.extend(self.threads(Scene::of(result, failure)));
            out.extend(self.conversation(result, failure));
            out.extend(self.last_output(&result.last_output));
            out.push(Line::blank());
        }
        out.push(self.again(Some(&result.id)));
        if failure.kind != FailureKind::NotImplemented && !result.seats.is_empty() {
            out.push(self.by_hand());
        }
        out
    }

    /// What happened.
    fn headline(&self, result: &CheckResult, failure: &Failure) -> Vec<Line> {
        let file = self.run.map_or_else(|| "labs.yaml".into(), |run| run.labs_file.display().to_string());
        let id = visible(&result.id);
        let told = match (&failure.why, &failure.step) {
            (Some(Why::NotImplemented(place)), _) => {
                let place = format!("{}:{}", visible(&place.file), place.line);
                t!("%{check} is not yet implemented: %{place}. Start there.", check = id, place = place)
            }
            (_, Some(step)) => t!(
                "%{check} failed at %{place}: %{sentence}",
                check = id,
                place = format!("{}:{}", visible(&file), step.line),
                sentence = cut(&visible(&step.sentence), LONGEST_SENTENCE, self.palette.ellipsis())
            ),
            (_, None) => t!("%{check} failed: %{what}", check = id, what = words::kind(failure.kind)),
        };
        let mut wrapped = wrap(&told, WIDTH - INDENT).into_iter();
        let first = wrapped.next().unwrap_or_default();
        let mut lines = match first.strip_prefix(&id) {
            Some(rest) => vec![Line::indented(2).then(Ink::Bad, &id).then(Ink::Plain, rest)],
            None => vec![Line::indented(2).then(Ink::Bad, &first)],
        };
        lines.extend(wrapped.map(|rest| Line::indented(INDENT).then(Ink::Plain, &rest)));
        lines
    }

    fn expected_and_actual(&self, failure: &Failure) -> Vec<Line> {
        if failure.kind == FailureKind::NotImplemented {
            return Vec::new();
        }
        let showing = self.palette.showing(ROOM);
        let compared = match (&failure.expected, &failure.actual) {
            (Expected::Line(expected), Actual::Line(actual)) => compare(expected, actual, showing),
            (Expected::Bytes { offset: e, bytes: expected }, Actual::Bytes { offset: a, bytes: actual })
                if e == a =>
            {
                compare(expected, actual, showing)
            }
            _ => None,
        };
        let Some(compared) = compared else {
            let mut out = self.row(&t!("expected"), Ink::Plain, &words::expected(&failure.expected, showing));
            out.extend(self.row(&t!("actual"), Ink::Plain, &words::actual(&failure.actual, showing)));
            return out;
        };
        let offset = match failure.expected {
            Expected::Bytes { offset, .. } => offset,
            _ => 0,
        };
        let place = t!("first difference, at byte %{number}", number = offset + compared.at as u64);
        let caret = self.palette.strokes().caret;
        let pointer = if compared.column + 2 + place.width() <= ROOM {
            format!("{caret} {place}")
        } else {
            caret.to_owned()
        };
        vec![
            self.label(&t!("expected")).then(Ink::Plain, &compared.expected),
            self.label(&t!("actual")).then(Ink::Plain, &compared.actual),
            Line::indented(INDENT + LABEL + compared.column).then(Ink::Faint, &pointer),
        ]
    }

    /// Why, and what to try.
    fn causes(&self, result: &CheckResult, failure: &Failure, also: &[&str]) -> Vec<Line> {
        let scene = Scene::of(result, failure);
        let why = failure.why.as_ref().filter(|why| !matches!(why, Why::NotImplemented(_)));
        let why = why.and_then(|why| words::why(why, scene, self.palette.showing(READ)));
        let mut rows: Vec<(Cow<str>, String)> = Vec::new();
        rows.extend(why.map(|why| (t!("why"), why)));
        rows.extend(words::runs(result.runs).map(|runs| (t!("runs"), runs)));
        if let Some(command) = command_in_question(failure.kind, &result.transcript) {
            rows.push((t!("command"), command.to_owned()));
        }
        let hint = failure.hint.as_ref().map(|hint| one_line(words::text(hint)));
        rows.extend(hint.filter(|hint| !hint.is_empty()).map(|hint| (t!("hint"), hint)));
        rows.extend(result.notes.iter().map(|note: &Note| {
            let (label, text) = words::note(note, self.palette.showing(20));
            (label.into(), text)
        }));
        if !also.is_empty() {
            let also: Vec<String> = also.iter().map(|id| (*id).to_owned()).collect();
            let told = t!("%{checks} failed for the same reason", checks = words::list(&also));
            rows.push((t!("also"), told.into_owned()));
        }
        rows.into_iter().flat_map(|(label, text)| self.row(&label, Ink::Plain, &text)).collect()
    }

    fn conversation(&self, result: &CheckResult, failure: &Failure) -> Vec<Line> {
        if result.transcript.iter().all(|entry| matches!(entry.what, What::Started { .. })) {
            return Vec::new();
        }
        let drawn = chart(&result.transcript, &failure.expected, self.palette)
            .unwrap_or_else(|| transcript(&result.transcript, &failure.expected, self.palette));
        let mut out = vec![Line::blank()];
        out.extend(drawn);
        out
    }

    /// What each thread did at that moment.
    fn threads(&self, scene: Scene) -> Vec<Line> {
        thread_lines(scene, INDENT, self.palette)
    }

    fn last_output(&self, output: &LastOutput) -> Vec<Line> {
        let mut out = Vec::new();
        for (title, title_of_last, bytes) in [
            (t!("the program printed"), t!("the program printed, at last"), &output.stdout),
            (t!("the program complained"), t!("the program complained, at last"), &output.stderr),
        ] {
            let all = lines(bytes);
            if all.is_empty() {
                continue;
            }
            let left_out = all.len().saturating_sub(LAST_LINES);
            let title = if left_out > 0 { title_of_last } else { title };
            out.push(Line::blank());
            out.push(Line::indented(INDENT).then(Ink::Faint, &title));
            let bar = self.palette.strokes().bar;
            out.extend(all[left_out..].iter().map(|line| {
                let text = cut(line, WIDTH - INDENT - 2, self.palette.ellipsis());
                Line::indented(INDENT).then(Ink::Faint, bar).then(Ink::Plain, " ").then(Ink::Plain, &text)
            }));
        }
        out
    }

    fn untouched(&self, place: Option<&Place>) -> Vec<Line> {
        let place = match place {
            Some(place) => t!(
                "not yet implemented: %{place}. Start there.",
                place = format!("{}:{}", place.file, place.line)
            ),
            None => t!("not yet implemented."),
        };
        let mut out = vec![Line::blank(), Line::indented(2).then(Ink::Mild, &place)];
        if let Some(guide) = &self.lab.info.guide {
            out.extend(self.row(&t!("guide"), Ink::Plain, &guide.display().to_string()));
        }
        out.push(self.again(None));
        out
    }

    fn build_failure(&self, failure: &BuildFailure) -> Vec<Line> {
        let mut out = vec![Line::blank()];
        let headline = t!("The program did not build: %{why}", why = visible(failure.summary.trim()));
        out.extend(wrap(&headline, WIDTH - 2).iter().map(|line| Line::indented(2).then(Ink::Bad, line)));
        let said = lines(&failure.output);
        if !said.is_empty() {
            out.push(Line::blank());
            out.extend(said.iter().map(|line| Line::blank().then(Ink::Plain, line)));
        }
        out.push(Line::blank());
        if let Some(cure) = &failure.cure {
            out.extend(self.row(&t!("try"), Ink::Plain, cure));
        }
        out.push(self.again(None));
        out
    }

    /// The checker's own faults, loud.
    fn errors(&self) -> Vec<Line> {
        let mut errors: Vec<(&str, Vec<String>)> = Vec::new();
        for result in self.results {
            if let Outcome::Errored(message) = &result.outcome {
                match errors.iter_mut().find(|(earlier, _)| *earlier == message.as_str()) {
                    Some((_, ids)) => ids.push(result.id.clone()),
                    None => errors.push((message, vec![result.id.clone()])),
                }
            }
        }
        if let Some(message) = &self.lab.errored
            && !errors.iter().any(|(earlier, _)| *earlier == message.as_str())
        {
            errors.push((message, vec![self.lab.info.id.clone()]));
        }
        errors.into_iter().flat_map(|(message, ids)| self.error(message, &ids)).collect()
    }

    fn error(&self, message: &str, ids: &[String]) -> Vec<Line> {
        let (checks, why) = (words::list(ids), message.trim());
        let text = t!("ERROR: %{checks} could not be checked: %{why}", checks = checks, why = why);
        let mut out = vec![Line::blank()];
        out.extend(
            wrap(&visible(&text), WIDTH - 2).iter().map(|line| Line::indented(2).then(Ink::Loud, line)),
        );
        let comfort =
            t!("The checker or its machine failed here, not your program; nothing counts against you.");
        out.extend(wrap(&comfort, WIDTH - INDENT).iter().map(|l| Line::indented(INDENT).then(Ink::Plain, l)));
        out
    }

    fn hidden(&self) -> Vec<Line> {
        let hidden: Vec<String> = self
            .results
            .iter()
            .filter(|r| r.visibility == Visibility::Hidden && matches!(r.outcome, Outcome::Failed(_)))
            .map(|result| result.id.clone())
            .collect();
        let text = match hidden.len() {
            0 => return Vec::new(),
            1 => t!("%{check} is a hidden check: only the verdict is shown.", check = hidden[0]),
            _ => {
                t!("%{checks} are hidden checks: only the verdict is shown.", checks = words::list(&hidden))
            }
        };
        vec![Line::blank(), Line::indented(2).then(Ink::Mild, &text)]
    }

    /// The command that does the same again; never broken, so that it can be copied.
    fn again(&self, only: Option<&str>) -> Line {
        let mut words = vec!["checker", "check"];
        words.extend(self.lab.info.again.iter().map(String::as_str));
        words.extend(self.run.iter().flat_map(|run| run.again.iter().map(String::as_str)));
        words.extend(only.into_iter().flat_map(|id| ["--only", id]));
        self.label(&t!("again")).then(Ink::Plain, &shell_words::join(words))
    }

    /// The command that lets the student hold the conversation; not broken either.
    fn by_hand(&self) -> Line {
        let mut words = vec!["checker", "try"];
        words.extend(self.lab.info.again.iter().map(String::as_str));
        let options = self.run.map(|run| run.again.as_slice()).unwrap_or_default();
        // Who speaks by hand repeats nothing.
        let kept = options.chunks(2).filter(|option| option.first().is_none_or(|name| name != "--repeat"));
        words.extend(kept.flatten().map(String::as_str));
        self.label(&t!("by hand")).then(Ink::Plain, &shell_words::join(words))
    }

    fn row(&self, label: &str, ink: Ink, text: &str) -> Vec<Line> {
        let mut label = Some(self.label(label));
        wrap(&visible(text), ROOM)
            .iter()
            .map(|part| label.take().unwrap_or_else(|| Line::indented(INDENT + LABEL)).then(ink, part))
            .collect()
    }

    fn label(&self, label: &str) -> Line {
        Line::indented(INDENT).column(Ink::Faint, label, LABEL, self.palette)
    }
}

fn without_again(mut lines: Vec<Line>) -> Vec<Line> {
    lines.pop();
    while lines.last().is_some_and(|line| line.width() == 0) {
        lines.pop();
    }
    lines
}

/// Threads, a line each; of very many only the first.
pub fn thread_lines(scene: Scene, indent: usize, palette: &Palette) -> Vec<Line> {
    let table = words::thread_table(scene);
    if table.is_empty() {
        return Vec::new();
    }
    let mut out = vec![Line::blank(), Line::indented(indent).then(Ink::Faint, &t!("the program's threads"))];
    let left_out = table.len().saturating_sub(MOST_THREADS);
    let bar = palette.strokes().bar;
    let line = |text: &str| {
        let text = cut(&visible(text), WIDTH - indent - 2, palette.ellipsis());
        Line::indented(indent).then(Ink::Faint, bar).then(Ink::Plain, " ").then(Ink::Plain, &text)
    };
    out.extend(table.iter().take(MOST_THREADS).map(|text| line(text)));
    if left_out > 0 {
        out.push(line(&t!("and %{number} more", number = left_out)));
    }
    out
}

/// The lines of a text one after the other.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The command line, where the failure is about what the program made of it.
fn command_in_question(kind: FailureKind, transcript: &[Entry]) -> Option<&str> {
    use FailureKind::{ExitedEarly, NeverListened, WrongAddress, WrongPort};
    if !matches!(kind, ExitedEarly | NeverListened | WrongAddress | WrongPort) {
        return None;
    }
    transcript.iter().find_map(|entry| match &entry.what {
        What::Started { command } => Some(command.as_str()),
        _ => None,
    })
}
