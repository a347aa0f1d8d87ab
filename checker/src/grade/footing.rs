//! What a run stands on: its sandbox, its port, its files and its command line.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use rust_i18n::t;

use super::command_line::{self, Parts, Ports, ProgramLine};
use crate::machine::isolation::{Need, Reach, Sandbox, view};
use crate::machine::network::port::Door;
use crate::machine::network::station::Station;
use crate::machine::running::appetite;
use crate::machine::running::process::{self, Recipe};
use crate::machine::stage::Search;
use crate::model::course::{Check, Network, Part, PortWish};

#[derive(Debug)]
pub struct Footing {
    pub sandbox: Sandbox,
    pub door: Door,
    /// Ports of actors that have one, by name.
    pub stations: Vec<(String, Station)>,
    pub recipe: Recipe,
    /// The command line.
    pub words: Vec<String>,
}

/// Why a run could not begin.
#[derive(Debug)]
pub enum Unready {
    Machine(io::Error),
    Script(String),
}

impl From<io::Error> for Unready {
    fn from(error: io::Error) -> Self {
        Unready::Machine(error)
    }
}

/// Makes it in `folder`, which is empty. To be called in a thread of the run's own: what it
/// enters, it cannot leave.
pub fn lay(
    check: &Check,
    program: &ProgramLine,
    reach: &Reach,
    seed: u64,
    folder: &Path,
) -> Result<Footing, Unready> {
    let need = match check.network {
        Network::Ordinary => Need::Nothing,
        Network::SmallBuffers => Need::SmallBuffers,
    };
    let sandbox = Sandbox::open(reach, folder, need, appetite::tasks(clients(check)))?;
    let door = Door::new(check.port, sandbox.level(), seed)?;
    for (name, content) in &check.files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, content)?;
    }
    let stations = stations(check)?;
    let posts = posts(&stations);
    let ports = Ports { program: door.port(), posts: &posts };
    let file = if check.run.contains("{file}") { program.file() } else { None };
    let name = file.as_ref().map(|file| beside(file, folder)).transpose()?;
    let parts = Parts { run: &check.run, program, file: name.as_deref(), ports, args: &check.args };
    let words = command_line::words(parts).map_err(|error| Unready::Script(error.to_string()))?;
    let Some(program) = words.first().and_then(|word| process::find_program(word)) else {
        let word = words.first().cloned().unwrap_or_default();
        return Err(Unready::Script(t!("there is no program %{word}", word = word).into_owned()));
    };
    let args = words[1..].to_vec();
    let mut needed = view::needed(&program, &args);
    needed.extend(file);
    sandbox.furnish(&needed)?;
    let recipe = Recipe {
        program,
        args,
        folder: folder.to_path_buf(),
        env: check.env.clone().into_iter().collect(),
        console: check.console,
        needed,
    };
    Ok(Footing { sandbox, door, stations, recipe, words })
}

/// Puts a way to the file into the folder, and gives the name that it has there. A name that one of the check's own
/// files has is not given away: the whole path stands in for it.
fn beside(file: &Path, folder: &Path) -> io::Result<String> {
    let whole = file.to_string_lossy().into_owned();
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else { return Ok(whole) };
    match std::os::unix::fs::symlink(file, folder.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(whole),
        made => made.map(|()| if name.starts_with('-') { format!("./{name}") } else { name.to_owned() }),
    }
}

/// How many there can be at once.
fn clients(check: &Check) -> usize {
    let number = |part: &Part| if let Part::Crowd { clients } = part { *clients } else { 1 };
    check.cast.iter().map(|actor| number(&actor.part)).sum()
}

/// Opened in the network of this thread.
fn stations(check: &Check) -> io::Result<Vec<(String, Station)>> {
    let posts = check.cast.iter().filter_map(|actor| Some((&actor.name, actor.part.post()?)));
    posts.map(|(name, post)| Ok((name.clone(), Station::open(post)?))).collect()
}

/// Where the actors are found that have a port.
pub fn posts(stations: &[(String, Station)]) -> BTreeMap<String, SocketAddr> {
    stations.iter().map(|(name, station)| (name.clone(), station.address())).collect()
}

/// Where the program is to be found.
pub fn search(check: &Check) -> Search {
    match check.port {
        PortWish::Any => Search::Listener,
        PortWish::Given | PortWish::Fixed(_) => Search::No,
    }
}
