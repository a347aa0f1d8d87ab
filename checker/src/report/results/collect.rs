//! Events → the entry of each lab, with the words in which it is told.

use std::io;
use std::time::Duration;

use super::document::{
    BuildEntry, CheckEntry, LabEntry, NoteEntry, OutputEntry, RunsEntry, SkipEntry, StepEntry,
    SubmissionEntry, ThreadEntry, TranscriptEntry, Verdict,
};
use crate::model::course::Visibility;
use crate::model::event::{Event, RunInfo, Submission};
use crate::model::outcome::{CheckResult, Failure, LastOutput, Note, Outcome, Skip};
use crate::model::sight::Sighting;
use crate::model::stage::Ending;
use crate::model::transcript::{Entry, What};
use crate::report::Report;
use crate::report::bytes::{Showing, reversible, visible};
use crate::report::tally::{Built, OpenLab, Tally};
use crate::report::words::{self, Scene};

/// Expected and actual texts may be longer here than on a screen.
const SHOWING: Showing = Showing { columns: 1000, ellipsis: "…", no_newline: "" };

/// Takes events in and keeps what is told of each lab, in their order. It writes nowhere, and so cannot fail.
#[derive(Debug, Default)]
pub struct Collector {
    run: Option<RunInfo>,
    open: Option<(OpenLab, Vec<CheckEntry>)>,
    labs: Vec<LabEntry>,
    total: Tally,
}

impl Collector {
    /// How the run began.
    pub fn run(&self) -> Option<&RunInfo> {
        self.run.as_ref()
    }

    /// Verdicts and points of the labs that are over.
    pub fn total(&self) -> Tally {
        self.total
    }

    /// The labs that are over and were not taken yet.
    pub fn take(&mut self) -> Vec<LabEntry> {
        std::mem::take(&mut self.labs)
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
}

impl Report for Collector {
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
            Event::LabFinished | Event::RunFinished { .. } => self.close_lab(),
        }
        Ok(())
    }
}

fn check_entry(result: &CheckResult) -> CheckEntry {
    let verdict = match result.outcome {
        Outcome::Passed => Verdict::Passed,
        Outcome::Failed(_) => Verdict::Failed,
        Outcome::Skipped(_) => Verdict::Skipped,
        Outcome::Errored(_) => Verdict::Errored,
    };
    let mut entry = CheckEntry::new(result.id.clone(), words::text(&result.title).to_owned(), verdict);
    entry.points = result.points;
    entry.out_of = result.out_of;
    entry.duration_ms = milliseconds(result.took);
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
    entry.kind = Some(failure.kind.id().to_owned());
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
    TranscriptEntry {
        at_ms: milliseconds(entry.at),
        who: entry.who.clone(),
        what: what.to_owned(),
        text,
        bytes,
    }
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
        Skip::OtherFile => SkipEntry::OtherFile,
    }
}

fn output_entry(output: &LastOutput) -> Option<OutputEntry> {
    let is_empty = output.stdout.is_empty() && output.stderr.is_empty();
    (!is_empty)
        .then(|| OutputEntry { stdout: reversible(&output.stdout), stderr: reversible(&output.stderr) })
}

/// With microseconds behind the point.
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
