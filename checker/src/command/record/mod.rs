//! `checker record`: a session by hand with the reference becomes a check that the reference passes.

mod proof;

use std::fs;
use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, SystemTime};

use rust_i18n::t;

use self::proof::{Proof, prove};
use super::by_hand::notebook::{RECORDED, may_be_written, taken, write_whole};
use super::by_hand::replay::replay;
use super::by_hand::{Ground, Held, Prepared, TryOptions, broken, hold, prepare};
use super::check::default_jobs;
use super::room::Room;
use super::{ExitStatus, UsageError};
use crate::manifest::{self, Heading};
use crate::model::script::Script;
use crate::report::bytes::visible;
use crate::report::style::{Ink, Palette};
use crate::talk::volatile::{self, Differs};

/// Replays, and runs of the check, unless somebody asks for more.
const RUNS: u32 = 5;

#[derive(Debug, Clone)]
pub struct RecordOptions {
    /// What is talked with, and how.
    pub session: TryOptions,
    /// `--check`
    pub check: Option<String>,
    /// `--title`
    pub title: Option<String>,
    /// `--points`
    pub points: Option<u32>,
    /// `--runs`
    pub runs: Option<NonZeroU32>,
    /// `--as-typed`
    pub words: Words,
    /// `--out`; standard output where there is none.
    pub out: Option<PathBuf>,
}

/// What becomes of words that were typed and came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// `{word}`: another one in each run.
    Fresh,
    AsTyped,
}

/// Holds a session as `checker try` does, and makes a check of it: the session is held again a few times, what was
/// another one each time becomes a name or a pattern, and the check has to pass as often.
///
/// # Errors
/// What was asked for cannot be done; nothing was run then.
pub fn record(options: &RecordOptions) -> Result<ExitStatus, UsageError> {
    if let Some(file) = options.out.as_ref().filter(|file| !may_be_written(file)) {
        return Err(UsageError::Said(taken(file)));
    }
    let id = options.check.as_deref().unwrap_or("recorded");
    if !manifest::is_id(id) {
        let told =
            t!("--check %{id}: a check's name is lower-case letters, digits and `-`", id = visible(id));
        return Err(UsageError::Said(told.into_owned()));
    }
    let ground = match prepare(&options.session)? {
        Prepared::Ready(ground) => ground,
        Prepared::Over(status) => return Ok(status),
    };
    if let Room::Outside(_) = ground.room {
        let told = t!("a recording is tried in a labs.yaml, and there is none here. `--labs FILE` names one");
        return Err(UsageError::Said(told.into_owned()));
    }
    if ground.plan.lab.checks.iter().any(|check| check.id == id) {
        let told = t!(
            "%{lab} has a check %{id} already. Give another name: --check NAME",
            lab = ground.plan.lab.id,
            id = id
        );
        return Err(UsageError::Said(told.into_owned()));
    }
    let held = hold(&options.session, &ground)?;
    if held.status != ExitStatus::Passed {
        return Ok(held.status);
    }
    Maker { options, id, ground: &ground, held: &held, palette: options.session.palette }.make()
}

struct Maker<'a> {
    options: &'a RecordOptions,
    id: &'a str,
    ground: &'a Ground,
    held: &'a Held,
    palette: Palette,
}

impl Maker<'_> {
    fn make(&self) -> Result<ExitStatus, UsageError> {
        let runs = self.options.runs.map_or(RUNS, NonZeroU32::get);
        let original = self.held.pages.script();
        if original.steps.is_empty() {
            return self.refuse(&t!("Nothing was said, so there is nothing to record."), &[]);
        }
        // One telling alone says nothing about what changes.
        let replays = match self.replays(runs.max(2), &original) {
            Ok(replays) => replays,
            Err(message) => return Ok(broken(&message)),
        };
        if self.ground.interrupted.load(Ordering::Relaxed) {
            return Ok(ExitStatus::Interrupted);
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        // Whoever types fast is ahead of the answers: then the replays, which wait for them, speak alone.
        let with_original: Vec<Script> = std::iter::once(original).chain(replays.iter().cloned()).collect();
        let common = volatile::common(&with_original, now).or_else(|_| volatile::common(&replays, now));
        let script = match common {
            Ok(script) => script,
            Err(differs) => return self.tell_difference(differs),
        };
        let (entry, proof) = self.proven(&script, runs)?;
        match proof {
            Proof::Passed => {}
            Proof::Failed { failed, step } => {
                let told = t!(
                    "The recording cannot be made a check: it failed in %{failed} of %{runs} runs, at",
                    failed = failed,
                    runs = runs
                );
                let more = t!(
                    "What differs only now and then shows itself in more runs, and becomes a pattern: --runs %{runs}",
                    runs = runs.saturating_mul(4)
                );
                let cure = (failed < runs as usize).then(|| more.into_owned());
                return self.refuse(&told, &step.into_iter().chain(cure).collect::<Vec<_>>());
            }
            Proof::Interrupted => return Ok(ExitStatus::Interrupted),
            Proof::Broken(message) => return Ok(broken(&message)),
        }
        let entry = match self.options.words {
            Words::Fresh => self.with_fresh_words(&script, runs)?.unwrap_or(entry),
            Words::AsTyped => entry,
        };
        self.write(&entry, runs)
    }

    /// As many as run at a time, until there are enough.
    fn replays(&self, runs: u32, original: &Script) -> Result<Vec<Script>, String> {
        let mut scripts = Vec::new();
        let all: Vec<u32> = (0..runs).collect();
        for some in all.chunks(default_jobs().max(1)) {
            let of_some: Vec<_> = thread::scope(|scope| {
                let run = |_| scope.spawn(|| replay(self.ground, &self.held.typed, original, self.palette));
                let handles: Vec<_> = some.iter().map(run).collect();
                handles.into_iter().map(thread::ScopedJoinHandle::join).collect()
            });
            for done in of_some {
                let lost = |_| t!("the checker lost the thread of this program").into_owned();
                scripts.push(done.map_err(lost)??);
            }
        }
        Ok(scripts)
    }

    /// The entry for this script, and what came of running it where it will stand.
    fn proven(&self, script: &Script, runs: u32) -> Result<(String, Proof), UsageError> {
        let own = self.held.pages.own();
        let usual = t!("what was said by hand");
        let heading = Heading {
            id: self.id,
            title: self.options.title.as_deref().unwrap_or(&usual),
            points: self.options.points,
            run: own.run.as_deref(),
            args: own.args.as_deref(),
            actors: &own.actors,
            ..Heading::default()
        };
        let entry = manifest::check_in_yaml(&heading, script);
        let course = self.ground.room.course();
        let first = self.ground.plan.lab.checks.first().map_or(0, |check| check.line);
        let labs = fs::read_to_string(&course.file)?;
        let Some((entry, whole)) = manifest::above_check(&labs, first, &entry) else {
            let told = t!(
                "%{file}: the lab's checks stand so that none can be put above them",
                file = course.file.display()
            );
            return Err(UsageError::Said(told.into_owned()));
        };
        let read = manifest::read(&course.file, &whole).map_err(UsageError::LabsFileProblems)?;
        let check = read
            .labs
            .into_iter()
            .filter(|lab| lab.id == self.ground.plan.lab.id)
            .flat_map(|lab| lab.checks)
            .find(|check| check.id == self.id)
            .ok_or(UsageError::NothingToCheck)?;
        Ok((entry, prove(self.ground, &check, runs, self.palette)))
    }

    /// With `{word}` for all words that came back, or for those that a program lets be any.
    fn with_fresh_words(&self, script: &Script, runs: u32) -> Result<Option<String>, UsageError> {
        let words = volatile::echoed(script);
        if words.is_empty() {
            return Ok(None);
        }
        let (entry, proof) = self.proven(&volatile::with_words(script, &words), runs)?;
        if matches!(proof, Proof::Passed) {
            return Ok(Some(entry));
        }
        let mut kept: Vec<String> = Vec::new();
        let mut best = None;
        for word in words {
            let more = [kept.clone(), vec![word]].concat();
            let (entry, proof) = self.proven(&volatile::with_words(script, &more), runs)?;
            if matches!(proof, Proof::Passed) {
                (kept, best) = (more, Some(entry));
            }
        }
        Ok(best)
    }

    fn write(&self, entry: &str, runs: u32) -> Result<ExitStatus, UsageError> {
        let lab = &self.ground.plan.lab.id;
        let proof =
            t!("passed %{runs} of %{runs} runs; to be pasted below `checks:` of this lab", runs = runs);
        let text = format!("{RECORDED}{lab}: {proof}\n{entry}");
        let mut out = std::io::stdout().lock();
        match &self.options.out {
            None => write!(out, "\n{text}")?,
            Some(file) if !may_be_written(file) => return Err(UsageError::Said(taken(file))),
            Some(file) => {
                write_whole(file, text.as_bytes())?;
                let told = t!(
                    "%{file}: the check was written. It passed %{runs} of %{runs} runs.",
                    file = file.display(),
                    runs = runs
                );
                writeln!(out, "\n{}", self.palette.paint(Ink::Good, &told))?;
            }
        }
        out.flush()?;
        Ok(ExitStatus::Passed)
    }

    fn tell_difference(&self, differs: Differs) -> Result<ExitStatus, UsageError> {
        match differs {
            Differs::Act { sentence } => self.refuse(
                &t!("The recording cannot be made a check: held again, the session went otherwise, at"),
                &[sentence],
            ),
            Differs::Heard { who, after, counts } => {
                let numbers: Vec<String> = counts.iter().map(usize::to_string).collect();
                let after = after.unwrap_or_else(|| t!("the beginning").into_owned());
                let told = t!(
                    "The recording cannot be made a check: held again, %{who} heard another number of lines (%{numbers}) after",
                    who = who,
                    numbers = numbers.join(", ")
                );
                self.refuse(&told, &[after])
            }
        }
    }

    fn refuse(&self, what: &str, lines: &[String]) -> Result<ExitStatus, UsageError> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{}", self.palette.paint(Ink::Bad, what))?;
        for line in lines {
            writeln!(out, "  {}", visible(line))?;
        }
        writeln!(out, "{}", t!("Nothing was written."))?;
        out.flush()?;
        Ok(ExitStatus::Failed)
    }
}
