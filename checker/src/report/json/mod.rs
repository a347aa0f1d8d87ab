//! The report for other programs: one JSON document, written when the run is over.

mod document;

use std::io::{self, Write};
use std::time::Duration;

use self::document::{
    BuildEntry, CheckEntry, Document, LabEntry, NoteEntry, OutputEntry, RunsEntry, SkipEntry, StepEntry,
    SubmissionEntry, ThreadEntry, Totals, TranscriptEntry,
};
use super::Report;
use super::bytes::{Showing, reversible, visible};
use super::tally::{Built, OpenLab, Tally};
use super::words::{self, Scene};
use crate::model::course::Visibility;
use crate::model::event::{Event, RunInfo, Submission};
use crate::model::outcome::{CheckResult, Failure, LastOutput, Note, Outcome, Skip};
use crate::model::sight::Sighting;
use crate::model::stage::Ending;
use crate::model::transcript::{Entry, What};

/// Raised when a member changes its meaning or goes away; new members may come at any time.
const FORMAT: u32 = 1;
/// Expected and actual texts may be longer here than on a screen.
const SHOWING: Showing = Showing { columns: 1000, ellipsis: "…", no_newline: "" };

pub struct Json<W> {
    out: W,
    run: Option<RunInfo>,
    open: Option<(OpenLab, Vec<CheckEntry>)>,
    labs: Vec<LabEntry>,
    total: Tally,
}

impl<W: Write> Json<W> {
    pub fn new(out: W) -> Self {
        Json { out, run: None, open: None, labs: Vec::new(), total: Tally::default() }
    }

    fn check(&mut self, result: &CheckResult) {
        if let Some((lab, checks)) = &mut self.open {
            lab.count(result);
            checks.push(check_entry(result));
        }
    }

    fn close_lab(&mut self) {
        let unreported = self.open.as_ref().map(|(lab, _)| lab.unreported()).unwrap_or_default();
        for result in unreported {
            self.check(&result);
        }
        let Some((lab, checks)) = self.open.take() else { return };
        self.total.add(lab.tally);
        self.labs.push(LabEntry {
            title: words::text(&lab.info.title).to_owned(),
            submission: submission_entry(&lab.info.submission),
            points: lab.tally.points,
            out_of: lab.tally.out_of,
            build: lab.build.as_ref().map(build_entry),
            error: lab.errored,
            checks,
            lab: lab.info.id,
        });
    }

    fn write(&mut self, took: Duration) -> io::Result<()> {
        let document = Document {
            format: FORMAT,
            labs_file: self.run.as_ref().map(|run| run.labs_file.display().to_string()).unwrap_or_default(),
            seed: self.run.as_ref().map_or(0, |run| run.seed),
            duration_ms: milliseconds(took),
            totals: totals(self.total),
            labs: std::mem::take(&mut self.labs),
        };
        let text = serde_json::to_string_pretty(&document).map_err(io::Error::other)?;
        // A CI log takes `##[…]` for a command to itself, wherever it stands; JSON has another way to write a `#`.
        self.out.write_all(text.replace("##", "#\\u0023").as_bytes())?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

impl<W: Write> Report for Json<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(info) => self.run = Some(info.clone()),
            Event::LabStarted(info) => {
                self.close_lab();
                self.open = Some((OpenLab::new(info.clone()), Vec::new()));
            }
            Event::Built { took, result } => {
                if let Some((lab, _)) = &mut self.open {
                    lab.build = Some(Built { took: *took, result: result.clone() });
                }
            }
            Event::CheckStarted { .. } => {}
            Event::CheckFinished(result) => self.check(result),
            Event::LabErrored { message } => {
                if let Some((lab, _)) = &mut self.open {
                    lab.errored = Some(message.clone());
                }
            }
            Event::LabFinished => self.close_lab(),
            Event::RunFinished { took } => {
                self.close_lab();
                self.write(*took)?;
            }
        }
        Ok(())
    }
}

fn check_entry(result: &CheckResult) -> CheckEntry {
    let mut entry = CheckEntry {
        id: result.id.clone(),
        title: words::text(&result.title).to_owned(),
        outcome: match result.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed(_) => "failed",
            Outcome::Skipped(_) => "skipped",
            Outcome::Errored(_) => "errored",
        },
        points: result.points,
        out_of: result.out_of,
        duration_ms: milliseconds(result.took),
        ..CheckEntry::default()
    };
    match &result.outcome {
        Outcome::Skipped(skip) => entry.skipped = Some(skip_entry(skip)),
        Outcome::Errored(message) => entry.error = Some(visible(message)),
        Outcome::Passed | Outcome::Failed(_) => {
            let runs = result.runs;
            entry.runs = Some(RunsEntry { passed: runs.passed, total: runs.total });
        }
    }
    if result.visibility == Visibility::Hidden {
        entry.hidden = Some(true);
        return entry;
    }
    if let Outcome::Failed(failure) = &result.outcome {
        tell_failure(&mut entry, failure, Scene::of(result, failure));
        entry.last_output = output_entry(&result.last_output);
    }
    if let Some(sighting) = &result.sighting {
        entry.threads = thread_entries(sighting, Scene::of_passed(result));
    }
    for note in &result.notes {
        match note {
            Note::MissingNewline { who } => entry.notes.push(NoteEntry::MissingNewline { who: who.clone() }),
            Note::RestNotSeen => entry.notes.push(NoteEntry::RestNotSeen),
            Note::NoSight => entry.notes.push(NoteEntry::NoSight),
            Note::Words(all) => entry.words.extend(all.iter().enumerate().map(|(i, word)| {
                let name = if i == 0 { "word".to_owned() } else { format!("word{}", i + 1) };
                (name, word.clone())
            })),
        }
    }
    entry.transcript = result.transcript.iter().map(transcript_entry).collect();
    entry
}

fn tell_failure(entry: &mut CheckEntry, failure: &Failure, scene: Scene) {
    entry.kind = Some(failure.kind.id());
    entry.step =
        failure.step.as_ref().map(|step| StepEntry { line: step.line, sentence: step.sentence.clone() });
    entry.expected = Some(words::expected(&failure.expected, SHOWING));
    entry.actual = Some(words::actual(&failure.actual, SHOWING));
    entry.why = failure.why.as_ref().and_then(|why| words::why(why, scene, SHOWING));
    entry.hint = failure.hint.as_ref().map(|hint| words::text(hint).trim().to_owned());
    if let Some(sighting) = &failure.sighting {
        entry.threads = thread_entries(sighting, scene);
        entry.listening = sighting.listening.iter().map(ToString::to_string).collect();
    }
}

fn thread_entries(sighting: &Sighting, scene: Scene) -> Vec<ThreadEntry> {
    let entry = |thread| ThreadEntry {
        thread: words::thread_name(thread, sighting),
        doing: words::doing(thread, scene),
    };
    sighting.threads.iter().map(entry).collect()
}

fn transcript_entry(entry: &Entry) -> TranscriptEntry {
    let (what, text, bytes) = match &entry.what {
        What::Started { command } => ("started", Some(visible(command)), None),
        What::Connected => ("connected", None, None),
        What::Accepted => ("accepted", None, None),
        What::Sent(excerpt) => ("sent", Some(reversible(&excerpt.head)), Some(excerpt.total)),
        What::Received(excerpt) => ("received", Some(reversible(&excerpt.head)), Some(excerpt.total)),
        What::Strayed { bytes, .. } => {
            ("received-from-another-address", Some(reversible(&bytes.head)), Some(bytes.total))
        }
        What::Ended(Ending::Fin) => ("received-end", None, None),
        What::Ended(Ending::Reset) => ("received-reset", None, None),
        What::HalfClosed => ("stopped-sending", None, None),
        What::Closed => ("closed", None, None),
        What::Reset => ("reset", None, None),
        What::StoppedReading => ("stopped-reading", None, None),
        What::ReadAgain => ("read-again", None, None),
        What::Typed(excerpt) => ("typed", Some(reversible(&excerpt.head)), Some(excerpt.total)),
        What::Pressed(key) => ("pressed", Some(key.to_string()), None),
        What::EndedInput => ("ended-input", None, None),
        What::Printed(excerpt) => ("printed", Some(reversible(&excerpt.head)), Some(excerpt.total)),
        What::Complained(excerpt) => ("complained", Some(reversible(&excerpt.head)), Some(excerpt.total)),
        What::GotSignal(signal) => ("got-signal", Some((*signal).to_owned()), None),
        What::Exited(how) => ("exited", Some(words::departure(*how)), None),
        What::Failed => ("failed", None, None),
    };
    TranscriptEntry { at_ms: milliseconds(entry.at), who: entry.who.clone(), what, text, bytes }
}

fn build_entry(built: &Built) -> BuildEntry {
    let failure = built.result.as_ref().err();
    BuildEntry {
        ok: failure.is_none(),
        duration_ms: milliseconds(built.took),
        summary: failure.map(|failure| visible(&failure.summary)),
        output: failure.map(|failure| reversible(&failure.output)),
    }
}

fn submission_entry(submission: &Submission) -> SubmissionEntry {
    match submission {
        Submission::Exercise(path) => SubmissionEntry::Exercise { path: path.display().to_string() },
        Submission::Solution(path) => SubmissionEntry::Solution { path: path.display().to_string() },
        Submission::Folder(path) => SubmissionEntry::Folder { path: path.display().to_string() },
        Submission::File(path) => SubmissionEntry::File { path: path.display().to_string() },
        Submission::Program(command) => SubmissionEntry::Program { command: command.clone() },
    }
}

fn skip_entry(skip: &Skip) -> SkipEntry {
    match skip {
        Skip::Needs(check) => SkipEntry::Needs { check: check.clone() },
        Skip::NotBuilt => SkipEntry::NotBuilt,
        Skip::Interrupted => SkipEntry::Interrupted,
        Skip::NotPossible(_) => SkipEntry::NotPossible,
    }
}

fn output_entry(output: &LastOutput) -> Option<OutputEntry> {
    let is_empty = output.stdout.is_empty() && output.stderr.is_empty();
    (!is_empty)
        .then(|| OutputEntry { stdout: reversible(&output.stdout), stderr: reversible(&output.stderr) })
}

fn totals(tally: Tally) -> Totals {
    Totals {
        points: tally.points,
        out_of: tally.out_of,
        passed: tally.passed,
        failed: tally.failed,
        skipped: tally.skipped,
        errored: tally.errored,
    }
}

/// With microseconds behind the point.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests;
