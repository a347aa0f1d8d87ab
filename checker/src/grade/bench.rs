//! A stage without a script: for a person who tries a program by hand.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use rust_i18n::t;

use super::command_line::{self, ProgramLine};
use super::footing::{self, Footing, Unready};
use super::perform::SightMode;
use crate::machine::disk::folder;
use crate::machine::isolation::Reach;
use crate::machine::network::port::Door;
use crate::machine::network::station::Station;
use crate::machine::sight::Sight;
use crate::machine::stage::{Setup, Stage};
use crate::model::course::{Check, Post};
use crate::model::stage::Seat;

/// What is tried, and how.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// Of a check, all but its script: how the program is started.
    pub check: &'a Check,
    pub program: &'a ProgramLine,
    pub seed: u64,
    pub sight: SightMode,
    pub reach: &'a Reach,
}

/// A stage on which nothing has happened yet.
pub struct Bench {
    pub stage: Stage,
    /// Where the program is expected to listen.
    pub address: SocketAddr,
    /// The command line, as a shell would read it.
    pub command: String,
    /// Those who have a port that the program may be sent to: they have the first seats, in this order.
    pub hosts: Vec<Host>,
    /// Holds the port as long as it is needed.
    _door: Door,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub post: Post,
    pub address: SocketAddr,
}

/// Gives `act` a stage in a thread and a folder of its own; both are gone afterwards, and all that ran there.
///
/// # Errors
/// What kept the program from being started, in words.
pub fn on_bench<T: Send>(trial: Trial, act: impl FnOnce(Bench) -> T + Send) -> Result<T, String> {
    let folder = tempfile::Builder::new().prefix("checker-").tempdir().map_err(|error| error.to_string())?;
    let path = folder.path();
    let done = std::thread::scope(|scope| scope.spawn(|| bench(trial, path).map(act)).join());
    // As after a check: what cannot be removed hurts nobody.
    let _ = folder::clear_away(path);
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Unready::Machine(error))) => Err(error.to_string()),
        Ok(Err(Unready::Script(fault))) => Err(fault),
        Err(_) => Err(t!("the checker lost the thread of this program").into_owned()),
    }
}

fn bench(trial: Trial, folder: &Path) -> Result<Bench, Unready> {
    let Trial { check, program, seed, sight, reach } = trial;
    let Footing { sandbox, door, stations, recipe, words } =
        footing::lay(check, program, reach, seed, folder)?;
    let posts: BTreeMap<_, _> =
        check.cast.iter().filter_map(|actor| Some((&actor.name, actor.part.post()?))).collect();
    let host = |(name, station): &(String, Station)| {
        Some(Host { name: name.clone(), post: *posts.get(name)?, address: station.address() })
    };
    let hosts: Vec<Host> = stations.iter().filter_map(host).collect();
    let stations = stations.into_iter().enumerate().map(|(seat, (_, station))| (Seat(seat), station));
    let setup = Setup {
        recipe,
        sandbox,
        address: door.address(),
        search: footing::search(check),
        seats: hosts.len(),
        stations: stations.collect(),
        udp_clients: Vec::new(),
        files: Vec::new(),
    };
    let sight = match sight {
        SightMode::Auto => Sight::open().ok(),
        SightMode::None => None,
    };
    let stage = Stage::new(setup, sight)?;
    let command = command_line::shown(&words);
    Ok(Bench { stage, address: door.address(), command, hosts, _door: door })
}
