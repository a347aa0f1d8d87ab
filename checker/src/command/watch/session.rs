//! What happens at each save, key and end of a run.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use rust_i18n::t;

use super::run::{Order, Ran, Running};
use super::view::{Body, View};
use super::{News, WatchOptions};
use crate::command::hint::{self, Given, Which};
use crate::command::room::{Room, RoomError};
use crate::command::targets::{self, Named, Target, Whose};
use crate::command::{ExitStatus, UsageError, course, progress, way};
use crate::grade::plan::{LabPlan, Source};
use crate::machine::isolation::Reach;
use crate::machine::person::console::Pressed;
use crate::machine::person::watching::Watching;
use crate::model::course::Lab;
use crate::model::progress::Stage;
use crate::report::words::text;

/// Editors write in several steps: quiet for so long is the end of a save.
const QUIET: Duration = Duration::from_millis(60);

/// What never gets quiet is checked all the same.
const MOST: Duration = Duration::from_secs(2);

/// How the session is shown.
pub trait Face {
    /// Something of what is shown may have changed.
    ///
    /// # Errors
    /// Nobody can see it any more.
    fn show(&mut self, view: &mut View) -> std::io::Result<()>;

    /// A run has told something: shown once where nothing is drawn over.
    ///
    /// # Errors
    /// Nobody can see it any more.
    fn tell(&mut self, view: &mut View) -> std::io::Result<()>;

    /// What is on the screen cannot be relied on any more.
    fn forget(&mut self);

    /// Stops the process until it is continued.
    ///
    /// # Errors
    /// The terminal cannot be used any more.
    fn stop(&mut self) -> std::io::Result<()>;
}

pub struct Session {
    options: WatchOptions,
    reach: Reach,
    sender: Sender<News>,
    watched: Watched,
    running: Option<Running>,
    /// Saved, and not checked since.
    saved: Option<Save>,
    /// The next run begins as soon as this one has ended.
    is_due: bool,
    /// Nothing more will be asked.
    is_last: bool,
    view: View,
}

struct Watched {
    id: String,
    watching: Watching,
    number: u32,
}

#[derive(Debug, Clone, Copy)]
struct Save {
    first: Instant,
    last: Instant,
}

enum Next {
    GoOn,
    Quit(ExitStatus),
}

impl Session {
    pub fn begin(
        mut options: WatchOptions,
        reach: Reach,
        sender: Sender<News>,
    ) -> Result<Session, UsageError> {
        let room = find_room(&options)?;
        let is_named = options.target.is_some() || options.lab.is_some();
        if !is_named && matches!(room, Room::Outside(_)) {
            let lab = course::any_lab(room.course());
            return Err(RoomError::Nowhere { folder: std::env::current_dir()?, lab }.into());
        }
        if !is_named && way::lab_here(&room).is_none() {
            options.target = first_open(&room).map(|lab| Target::Lab(lab.id.clone()));
        }
        let plan = plan(&room, &options)?;
        let watched = Watched::begin(&plan, &options, 0, &sender)?;
        let view = View::new(&plan.lab);
        Ok(Session {
            options,
            reach,
            sender,
            watched,
            running: None,
            saved: None,
            is_due: false,
            is_last: false,
            view,
        })
    }

    /// Until the person has had enough.
    ///
    /// # Errors
    /// Nobody can see it any more.
    pub fn go_on(mut self, face: &mut dyn Face, news: &Receiver<News>) -> Result<ExitStatus, UsageError> {
        self.run_now(face)?;
        let status = loop {
            face.show(&mut self.view)?;
            let next = match self.wait(news) {
                Some(news) => self.take(news, face)?,
                None => {
                    self.saved = None;
                    self.run_now(face)?;
                    Next::GoOn
                }
            };
            match next {
                Next::Quit(status) => break status,
                Next::GoOn if self.is_last && self.running.is_none() => break ExitStatus::Passed,
                Next::GoOn => {}
            }
        };
        self.end(news);
        Ok(status)
    }

    /// `None` when a save has become quiet.
    fn wait(&self, news: &Receiver<News>) -> Option<News> {
        let Some(save) = self.saved else { return Some(news.recv().unwrap_or(News::Ended)) };
        let until = (save.last + QUIET).min(save.first + MOST);
        match news.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(news) => Some(news),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(News::Ended),
        }
    }

    fn take(&mut self, news: News, face: &mut dyn Face) -> Result<Next, UsageError> {
        match news {
            News::Saved { watching } if watching == self.watched.number => {
                let now = Instant::now();
                let first = self.saved.map_or(now, |save| save.first);
                self.saved = Some(Save { first, last: now });
                if let Some(running) = &self.running {
                    running.call_off();
                }
            }
            News::Saved { .. } => {}
            News::Pressed(Pressed::Interrupt) | News::Ended => {
                return Ok(Next::Quit(ExitStatus::Interrupted));
            }
            News::Pressed(Pressed::Suspend) | News::Stopped => face.stop()?,
            News::Pressed(Pressed::Resized) => face.forget(),
            News::Pressed(Pressed::Character(key)) => return self.key(key, face),
            News::Pressed(pressed) => self.view.scroll(pressed),
            News::Typed(line) => {
                if let Some(key) = line.trim().chars().next() {
                    return self.key(key, face);
                }
            }
            News::NothingMore => self.is_last = true,
            News::Ran(ran) => self.ran(*ran, face)?,
            News::Broken => return Ok(Next::Quit(ExitStatus::Errored)),
        }
        Ok(Next::GoOn)
    }

    fn key(&mut self, key: char, face: &mut dyn Face) -> Result<Next, UsageError> {
        match key.to_ascii_lowercase() {
            'q' => return Ok(Next::Quit(ExitStatus::Passed)),
            'r' => self.run_now(face)?,
            'h' => {
                self.hint();
                face.tell(&mut self.view)?;
            }
            'n' => {
                self.next_lab(face)?;
            }
            'a' => self.view.toggle(),
            'k' => self.view.scroll(Pressed::Up),
            'j' => self.view.scroll(Pressed::Down),
            'g' => self.view.scroll(Pressed::Top),
            _ => {}
        }
        Ok(Next::GoOn)
    }

    /// Begins a run; where one goes on, that one is called off first.
    fn run_now(&mut self, face: &mut dyn Face) -> Result<(), UsageError> {
        if let Some(running) = &self.running {
            running.call_off();
            self.is_due = true;
            return Ok(());
        }
        self.is_due = false;
        // Folders that came with the save.
        let _ = self.watched.watching.renew();
        // The labs may have changed as well.
        let found = find_room(&self.options).and_then(|room| {
            let plan = plan(&room, &self.options)?;
            Ok((room, plan))
        });
        match found {
            Ok((room, plan)) => {
                self.view.begin_run(&plan.lab);
                let order = Order {
                    plan,
                    course: room.course().clone(),
                    labs: self.options.labs.clone(),
                    sight: self.options.sight,
                    reach: self.reach.clone(),
                    palette: self.options.palette,
                };
                self.running = Some(Running::start(order, self.sender.clone()));
            }
            Err(error) => {
                self.view.body = Body::problem(&error.to_string());
                face.tell(&mut self.view)?;
            }
        }
        Ok(())
    }

    fn ran(&mut self, ran: Ran, face: &mut dyn Face) -> Result<(), UsageError> {
        self.running = None;
        if self.is_due {
            return self.run_now(face);
        }
        if ran.called_off {
            return Ok(());
        }
        let way_on = if ran.tally.all_passed() { self.way_on() } else { None };
        self.view.end_run(ran, way_on);
        Ok(face.tell(&mut self.view)?)
    }

    /// What there is to say when everything has passed.
    fn way_on(&self) -> Option<String> {
        let room = find_room(&self.options).ok()?;
        let course = way::whole_course(&room);
        let Some(next) = way::lab_after(&course, &self.watched.id) else {
            return Some(t!("That was the last lab of the course.").into_owned());
        };
        let title = text(&next.title);
        Some(match watchable(&room, next) {
            true => {
                t!("n goes on to the next lab: %{lab}  %{title}", lab = next.id, title = title).into_owned()
            }
            false => t!("next: %{command}", command = way_to(&room, next)).into_owned(),
        })
    }

    fn hint(&mut self) {
        let Ok(room) = find_room(&self.options) else { return };
        let Some(lab) = room.course().labs.iter().find(|lab| lab.id == self.watched.id) else { return };
        self.view.hint = Some(match hint::next_hint(room.course(), lab, Which::Next) {
            Given::Hint(hint) => format!("{}: {}", hint.check, hint.text),
            Given::NoneNeeded => hint::none_needed(lab),
            Given::NoMore => {
                t!("There are no more hints. `checker hint %{lab} --again` begins anew.", lab = lab.id)
                    .into_owned()
            }
        });
    }

    /// Goes on to the lab behind this one, where its folder is here; else says how to get it.
    fn next_lab(&mut self, face: &mut dyn Face) -> Result<(), UsageError> {
        let room = find_room(&self.options)?;
        let course = way::whole_course(&room);
        let Some(next) = way::lab_after(&course, &self.watched.id) else {
            self.view.note = Some(t!("That was the last lab of the course.").into_owned());
            return Ok(face.tell(&mut self.view)?);
        };
        if !watchable(&room, next) {
            self.view.note = Some(t!("next: %{command}", command = way_to(&room, next)).into_owned());
            return Ok(face.tell(&mut self.view)?);
        }
        let options =
            WatchOptions { target: Some(Target::Lab(next.id.clone())), lab: None, ..self.options.clone() };
        let plan = plan(&room, &options)?;
        self.watched = Watched::begin(&plan, &options, self.watched.number + 1, &self.sender)?;
        self.options = options;
        self.saved = None;
        self.view = View::new(&plan.lab);
        self.run_now(face)
    }

    /// Leaves nothing behind that runs.
    fn end(&mut self, news: &Receiver<News>) {
        let Some(running) = self.running.take() else { return };
        running.call_off();
        while !matches!(news.recv(), Ok(News::Ran(_) | News::Broken) | Err(_)) {}
    }
}

impl Watched {
    fn begin(
        plan: &LabPlan,
        options: &WatchOptions,
        number: u32,
        sender: &Sender<News>,
    ) -> Result<Watched, UsageError> {
        let Source::Crate(folder) = &plan.source else { return Err(UsageError::NothingToCheck) };
        let sender = sender.clone();
        let saved = move || sender.send(News::Saved { watching: number }).unwrap_or_default();
        let watching = Watching::begin(folder, options.wish, saved)
            .map_err(|_| UsageError::NoSuchFolder { folder: folder.clone() })?;
        Ok(Watched { id: plan.lab.id.clone(), watching, number })
    }
}

fn find_room(options: &WatchOptions) -> Result<Room, UsageError> {
    let folder = match (&options.target, &options.lab) {
        (Some(Target::Lab(folder)), None) => Some(Path::new(folder)),
        (Some(Target::Folder(folder)), None) => Some(folder.as_path()),
        _ => None,
    };
    Room::find_with(options.labs.as_deref(), folder)
}

fn plan(room: &Room, options: &WatchOptions) -> Result<LabPlan, UsageError> {
    let targets: Vec<Target> = options.target.iter().cloned().collect();
    let lab = options.lab.as_deref();
    targets::one(room, Named { targets: &targets, lab, whose: Whose::Exercise, program: None })
}

/// Is the lab's crate a folder of this course?
fn watchable(room: &Room, lab: &Lab) -> bool {
    matches!(room, Room::Course(_)) && room.exercise(lab).is_some_and(|folder| folder.is_dir())
}

/// The first lab here that is not done.
fn first_open(room: &Room) -> Option<&Lab> {
    let known = progress::recall(room.course(), &mut Vec::new());
    let labs = room.course().labs.iter().zip(&known);
    let is_open = |lab: &Lab, known| progress::standing(lab, known).stage != Stage::Done;
    let mut here = labs.filter(|(lab, _)| watchable(room, lab));
    let first = here.clone().next();
    here.find(|(lab, known)| is_open(lab, known)).or(first).map(|(lab, _)| lab)
}

fn way_to(room: &Room, lab: &Lab) -> String {
    let known = progress::recall_lab(room.course(), &lab.id);
    way::way_to(room, lab, &known)
}
