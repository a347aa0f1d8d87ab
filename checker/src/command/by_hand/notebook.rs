//! What was said, kept until it is saved as a check.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rust_i18n::t;

use super::casting::{Casting, Own};
use super::session::Role;
use crate::manifest::{self, Heading};
use crate::model::course::{Actor, Part};
use crate::model::script::Script;
use crate::model::stage::{Happening, Order, Seat};
use crate::talk::scribe::Scribe;

/// How a file of ours begins: only such a one is written over.
const MARKS: [&str; 2] = ["# checker try ", RECORDED];

/// How a recorded check begins.
pub const RECORDED: &str = "# checker record ";

/// What was said so far. It can be read while the session goes on.
#[derive(Debug, Clone)]
pub struct Pages(Arc<Mutex<Written>>);

#[derive(Debug)]
struct Written {
    scribe: Scribe,
    own: Own,
}

impl Pages {
    fn open(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn script(&self) -> Script {
        self.open().scribe.script()
    }

    /// What a check must say besides this script, and the actors that it must declare: those who took part,
    /// and those to whom the program is sent.
    pub fn own(&self) -> Own {
        let Written { scribe, own } = &*self.open();
        let acting = scribe.actors();
        let words = own.run.iter().chain(own.args.iter().flatten());
        let line = words.map(String::as_str).collect::<Vec<_>>().join(" ");
        let is_needed = |actor: &&Actor| {
            acting.contains(&actor.name) || line.contains(&format!("{{{}.port}}", actor.name))
        };
        Own { actors: own.actors.iter().filter(is_needed).cloned().collect(), ..own.clone() }
    }
}

#[derive(Debug)]
pub struct Notebook {
    pages: Pages,
    lab: String,
    /// `--save`
    file: Option<PathBuf>,
}

impl Notebook {
    pub fn new(lab: &str, casting: &Casting, file: Option<PathBuf>) -> Self {
        let written = Written { scribe: Scribe::new(casting.output), own: casting.own.clone() };
        Notebook { pages: Pages(Arc::new(Mutex::new(written))), lab: lab.to_owned(), file }
    }

    pub fn pages(&self) -> Pages {
        self.pages.clone()
    }

    pub fn add_seat(&mut self, name: &str, role: Role) {
        let Written { scribe, own } = &mut *self.pages.open();
        scribe.add_seat(name, role.speech());
        let is_known = own.actors.iter().any(|actor| actor.name == name);
        if role == Role::Mailer && !is_known {
            own.actors.push(Actor { name: name.to_owned(), part: Part::UdpClient });
        }
    }

    pub fn port(&mut self, seat: Seat, port: u16) {
        self.pages.open().scribe.port(seat, port);
    }

    pub fn order(&mut self, order: &Order) {
        self.pages.open().scribe.order(order);
    }

    pub fn happening(&mut self, happening: &Happening) {
        self.pages.open().scribe.happening(happening);
    }

    /// Where to save when the session is over.
    pub fn at_the_end(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Writes a check that says all that was said so far; the file is there as a whole or not at all.
    ///
    /// # Errors
    /// What kept it from being written, for the person.
    pub fn save(&self, file: &Path) -> Result<(), String> {
        if !may_be_written(file) {
            return Err(taken(file));
        }
        let script = self.pages.script();
        if script.steps.is_empty() {
            return Err(t!("Nothing was said yet, so nothing was saved.").into_owned());
        }
        let title = t!("what was said by hand");
        let own = self.pages.own();
        let heading = Heading {
            id: "by-hand",
            title: &title,
            points: None,
            run: own.run.as_deref(),
            args: own.args.as_deref(),
            actors: &own.actors,
            ..Heading::default()
        };
        let check = manifest::check_in_yaml(&heading, &script);
        let place = t!("to be pasted below `checks:` of this lab");
        let text = format!("{}{}: {place}\n{check}", MARKS[0], self.lab);
        write_whole(file, text.as_bytes()).map_err(|error| format!("{}: {error}", file.display()))
    }
}

/// Is there no file of this name, or one that a session wrote?
pub fn may_be_written(file: &Path) -> bool {
    match fs::read(file) {
        Ok(content) => content.is_empty() || MARKS.iter().any(|mark| content.starts_with(mark.as_bytes())),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Told where it may not.
pub fn taken(file: &Path) -> String {
    t!(
        "%{file}: this file is not from a session like this one, and is left as it is. Give another name.",
        file = file.display()
    )
    .into_owned()
}

/// The file is there as a whole or not at all.
pub fn write_whole(file: &Path, content: &[u8]) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(content)?;
    beside.as_file().sync_all()?;
    // As any new file, not as one that only its owner may read.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    beside.as_file().set_permissions(mode)?;
    beside.persist(file)?;
    Ok(())
}
