//! One run of the lab that is watched, in a thread of its own, which can be called off.

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use super::News;
use crate::command::check::{default_jobs, fresh_seed};
use crate::command::progress::Recorder;
use crate::grade::perform::{SightMode, Threads};
use crate::grade::plan::LabPlan;
use crate::grade::schedule::{self, Settings};
use crate::machine::isolation::Reach;
use crate::machine::{building::build, disk::folder};
use crate::model::course::Course;
use crate::model::event::RunInfo;
use crate::report::Report;
use crate::report::sink::{Format, Origin};
use crate::report::style::Palette;
use crate::report::tally::Tally;
use crate::report::terminal::glance::Glance;

/// What is to be run.
pub struct Order {
    pub plan: LabPlan,
    pub course: Course,
    /// `--labs`
    pub labs: Option<PathBuf>,
    pub sight: SightMode,
    pub reach: Reach,
    pub palette: Palette,
}

/// A run that goes on.
pub struct Running {
    interrupted: Arc<AtomicBool>,
}

/// What came of a run.
pub struct Ran {
    /// It was called off, and tells nothing.
    pub called_off: bool,
    pub tally: Tally,
    pub is_built: bool,
    /// The first failure, or that all is well.
    pub brief: Vec<String>,
    /// The whole report.
    pub full: Vec<String>,
    /// What went wrong with keeping the progress.
    pub mishaps: Vec<String>,
}

impl Running {
    /// Starts a run; what comes of it is sent.
    pub fn start(order: Order, sender: Sender<News>) -> Running {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        thread::spawn(move || {
            let ran = panic::catch_unwind(AssertUnwindSafe(|| run(order, &flag)));
            let news = ran.map_or(News::Broken, |ran| News::Ran(Box::new(ran)));
            // Nobody listens any more only when everything ends.
            let _ = sender.send(news);
        });
        Running { interrupted }
    }

    /// It ends soon, and tells nothing.
    pub fn call_off(&self) {
        self.interrupted.store(true, Ordering::Relaxed);
    }
}

fn run(order: Order, interrupted: &AtomicBool) -> Ran {
    let Order { mut plan, course, labs, sight, reach, palette } = order;
    plan.hold_against(reach.level, sight);
    let plans = [plan];
    let labs = labs.into_iter().flat_map(|file| ["--labs".to_owned(), file.to_string_lossy().into_owned()]);
    let info =
        RunInfo { labs_file: course.file.clone(), seed: fresh_seed(), repeat: 1, again: labs.collect() };
    let settings = Settings {
        info,
        jobs: default_jobs(),
        sight,
        threads: Threads::OfFailures,
        reach,
        cache: folder::cache(),
        build_within: build::WITHIN,
        interrupted,
    };
    let mut glance = Glance::default();
    let mut recorder = Recorder::new(&course, &plans);
    let mut full: Vec<u8> = Vec::new();
    {
        let mut terminal = Format::Terminal.report(&mut full, palette, &Origin::default());
        schedule::run(&plans, &settings, &mut |event| {
            // These write into memory and cannot fail.
            let _ = glance.event(&event);
            let _ = recorder.event(&event);
            let _ = terminal.event(&event);
        });
    }
    let called_off = interrupted.load(Ordering::Relaxed);
    let mishaps = if called_off { Vec::new() } else { recorder.keep() };
    Ran {
        called_off,
        tally: glance.tally(),
        is_built: glance.is_built(),
        brief: glance.lines(&palette).into_iter().map(|line| line.render(&palette)).collect(),
        full: String::from_utf8_lossy(&full).lines().map(str::to_owned).collect(),
        mishaps: mishaps.iter().map(ToString::to_string).collect(),
    }
}
