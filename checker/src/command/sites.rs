//! The sites that a person listed, and the labs that can be had from them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::UsageError;
use super::check::watch_for_interrupts;
use super::parcel::Catalogue;
use super::refusal::SitesError;
use crate::machine::disk::folder::{self, Own};
use crate::machine::site::{self, Address, Site, SiteError};
use crate::manifest;
use crate::model::site::{Config, OFFICIAL, Parcel, SITE_WITHIN, SiteEntry};

/// `LAB@SITE`, or a lab of the first site that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub lab: String,
    pub site: Option<String>,
}

/// Where config.yaml is: `$XDG_CONFIG_HOME/checker`, or `~/.config/checker`.
pub fn config_file() -> Result<PathBuf, SitesError> {
    Ok(folder::own(Own::Config).ok_or(SitesError::Homeless)?.join("config.yaml"))
}

/// What config.yaml says; nothing where there is none.
pub fn config() -> Result<Config, SitesError> {
    let Ok(file) = config_file() else { return Ok(Config::default()) };
    match fs::read_to_string(&file) {
        Ok(text) => manifest::config(&file, &text).map_err(SitesError::Config),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Config::default()),
        Err(error) => Err(SitesError::ConfigFile(file, error)),
    }
}

/// What a url means on this machine.
pub fn address(url: &str) -> Result<Address, SiteError> {
    site::parse(url, folder::home().as_deref()).map_err(SiteError::Address)
}

/// The lab, from the site that was named, else from the first that has it: those of config.yaml in their
/// order, the one that the checker brings along last. A site that fails ends the search: whoever listed it
/// first wants its labs, and no others unawares.
pub fn parcel(wanted: &Wanted) -> Result<Parcel, UsageError> {
    let config = config()?;
    let mut known = Vec::new();
    for entry in chosen(&config, wanted.site.as_deref())? {
        let failed = |error| {
            let elsewhere = (entry.name != OFFICIAL && wanted.site.is_none())
                .then(|| format!("checker checkout {}@{OFFICIAL}", wanted.lab));
            SitesError::Site { site: entry.name.clone(), error, elsewhere }
        };
        let site = open(&entry, &config).map_err(|error| match error {
            Opening::Failed(error) => failed(error),
            Opening::Interrupted => SitesError::Interrupted,
        })?;
        let catalogue = Catalogue::read(&site, entry.clone()).map_err(failed)?;
        if let Some(parcel) = catalogue.parcel(&wanted.lab).map_err(failed)? {
            return Ok(parcel);
        }
        known.extend(catalogue.course.labs.iter().map(|lab| lab.id.clone()));
    }
    Err(SitesError::UnknownLab { asked: wanted.lab.clone(), site: wanted.site.clone(), known }.into())
}

fn chosen(config: &Config, named: Option<&str>) -> Result<Vec<SiteEntry>, SitesError> {
    let official = SiteEntry { name: OFFICIAL.to_owned(), url: String::new() };
    let all = config.sites.iter().cloned().chain([official]);
    let Some(name) = named else { return Ok(all.collect()) };
    let known = || config.sites.iter().map(|site| site.name.clone()).chain([OFFICIAL.to_owned()]).collect();
    match all.into_iter().find(|site| site.name == name) {
        Some(site) => Ok(vec![site]),
        None => Err(SitesError::UnknownSite { asked: name.to_owned(), known: known() }),
    }
}

enum Opening {
    Failed(SiteError),
    Interrupted,
}

fn open(entry: &SiteEntry, config: &Config) -> Result<Site, Opening> {
    if entry.name == OFFICIAL {
        return Ok(Site::Official);
    }
    let within = config.within.unwrap_or(SITE_WITHIN);
    let address = address(&entry.url).map_err(Opening::Failed)?;
    match &address {
        // Ctrl-C reaches git as well; what it has fetched so far must not stay behind.
        Address::Git { .. } => {
            let interrupted =
                watch_for_interrupts().map_err(|error| Opening::Failed(SiteError::Io(error)))?;
            let opened = Site::open(&address, within);
            match interrupted.load(Ordering::Relaxed) {
                true => Err(Opening::Interrupted),
                false => opened.map_err(Opening::Failed),
            }
        }
        Address::Folder(_) | Address::Http(_) => Site::open(&address, within).map_err(Opening::Failed),
    }
}

/// Writes a file as a whole: it is the old one or the new one, whatever happens in between.
pub fn replace(file: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut written = tempfile::NamedTempFile::new_in(folder)?;
    written.write_all(text.as_bytes())?;
    written.as_file().sync_all()?;
    written.persist(file)?;
    Ok(())
}
