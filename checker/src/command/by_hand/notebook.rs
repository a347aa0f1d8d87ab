//! What was said, kept until it is saved as a check.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::casting::{Casting, Own};
use super::session::Role;
use crate::manifest::{self, Heading};
use crate::model::course::{Actor, Part};
use crate::model::stage::{Happening, Order, Seat};
use crate::talk::scribe::Scribe;

/// How a file of ours begins: only such a one is written over.
const MARK: &str = "# checker try ";

#[derive(Debug)]
pub struct Notebook {
    scribe: Scribe,
    lab: String,
    own: Own,
    /// `--save`
    file: Option<PathBuf>,
}

impl Notebook {
    pub fn new(lab: &str, casting: &Casting, file: Option<PathBuf>) -> Self {
        let scribe = Scribe::new(casting.output);
        Notebook { scribe, lab: lab.to_owned(), own: casting.own.clone(), file }
    }

    pub fn add_seat(&mut self, name: &str, role: Role) {
        self.scribe.add_seat(name, role.speech());
        let is_known = self.own.actors.iter().any(|actor| actor.name == name);
        if role == Role::Mailer && !is_known {
            self.own.actors.push(Actor { name: name.to_owned(), part: Part::UdpClient });
        }
    }

    pub fn port(&mut self, seat: Seat, port: u16) {
        self.scribe.port(seat, port);
    }

    pub fn order(&mut self, order: &Order) {
        self.scribe.order(order);
    }

    pub fn happening(&mut self, happening: &Happening) {
        self.scribe.happening(happening);
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
        let script = self.scribe.script();
        if script.steps.is_empty() {
            return Err(t!("Nothing was said yet, so nothing was saved.").into_owned());
        }
        let title = t!("what was said by hand");
        let actors = self.declared();
        let heading = Heading {
            id: "by-hand",
            title: &title,
            run: self.own.run.as_deref(),
            args: self.own.args.as_deref(),
            actors: &actors,
        };
        let check = manifest::check_in_yaml(&heading, &script);
        let place = t!("to be pasted below `checks:` of this lab");
        let text = format!("{MARK}{}: {place}\n{check}", self.lab);
        write_whole(file, text.as_bytes()).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Those who took part, and those to whom the program is sent.
    fn declared(&self) -> Vec<Actor> {
        let acting = self.scribe.actors();
        let words = self.own.run.iter().chain(self.own.args.iter().flatten());
        let line = words.map(String::as_str).collect::<Vec<_>>().join(" ");
        let is_needed = |actor: &&Actor| {
            acting.contains(&actor.name) || line.contains(&format!("{{{}.port}}", actor.name))
        };
        self.own.actors.iter().filter(is_needed).cloned().collect()
    }
}

/// Is there no file of this name, or one that a session wrote?
pub fn may_be_written(file: &Path) -> bool {
    match fs::read(file) {
        Ok(content) => content.is_empty() || content.starts_with(MARK.as_bytes()),
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

fn write_whole(file: &Path, content: &[u8]) -> io::Result<()> {
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
