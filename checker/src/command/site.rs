//! `checker site`: the list of sites in config.yaml, and the index that a course's own site needs.

use std::fs;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::UsageError;
use super::parcel::Catalogue;
use super::refusal::SitesError;
use super::room::COURSE_FILE;
use super::sites::{self, replace};
use crate::machine::delivery::digest;
use crate::machine::site::{Address, AddressFault, Site, SiteError};
use crate::manifest::{self, Indexed};
use crate::model::site::{Config, INDEX_FILE, LabPath, OFFICIAL, Piece, SITE_WITHIN, SiteEntry};
use crate::report::bytes::{count, visible};
use crate::report::style::{Ink, Palette};
use crate::report::terminal::line::{Line, WIDTH, wrap};
use crate::report::words;

#[derive(Debug, Clone)]
pub enum SiteOptions {
    Add { name: String, url: String },
    List(Palette),
    Remove { name: String },
    Build(SiteBuild),
}

#[derive(Debug, Clone)]
pub struct SiteBuild {
    /// The folder of a labs.yaml.
    pub folder: PathBuf,
}

/// Does what was asked and says what it did.
///
/// # Errors
/// The name, the address or a file does not fit; then nothing was written.
pub fn site(options: &SiteOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    match options {
        SiteOptions::Add { name, url } => add(name, url, out)?,
        SiteOptions::List(palette) => list(palette, out)?,
        SiteOptions::Remove { name } => remove(name, out)?,
        SiteOptions::Build(SiteBuild { folder }) => build(folder, out)?,
    }
    Ok(out.flush()?)
}

fn add(name: &str, url: &str, out: &mut dyn Write) -> Result<(), UsageError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.starts_with('-') || !name.bytes().all(fits) || name == OFFICIAL {
        return Err(SitesError::UnfitName(name.to_owned()).into());
    }
    let config = sites::config()?;
    if config.sites.iter().any(|site| site.name == name) {
        return Err(SitesError::SiteTaken(name.to_owned()).into());
    }
    let failed = |error| SitesError::Site { site: name.to_owned(), error, elsewhere: None };
    let (url, address) = from_here(url).map_err(failed)?;
    if let Address::Folder(folder) = &address
        && !folder.join(COURSE_FILE).is_file()
    {
        return Err(failed(SiteError::Missing { path: COURSE_FILE.to_owned() }).into());
    }
    let entry = SiteEntry { name: name.to_owned(), url };
    change(|text| manifest::with_site(text, &config, &entry))?;
    let told = t!("%{name} is a site now: checker checkout LAB@%{name}", name = name);
    writeln!(out, "{told}")?;
    if is_open_to_others(&address) {
        let warning = t!(
            "Its address is http, which nobody seals: whoever is in between can change the labs. https is safer, if the site has it."
        );
        wrap(&warning, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

/// A folder named from where the person is, as config.yaml wants it.
fn from_here(url: &str) -> Result<(String, Address), SiteError> {
    match sites::address(url) {
        Err(SiteError::Address(AddressFault::Relative(_))) => {
            let folder = fs::canonicalize(url).map_err(|_| SiteError::NoSuchFolder(url.into()))?;
            let url = folder.to_string_lossy().into_owned();
            let address = sites::address(&url)?;
            Ok((url, address))
        }
        other => Ok((url.to_owned(), other?)),
    }
}

/// Not sealed, and not within this machine.
fn is_open_to_others(address: &Address) -> bool {
    match address {
        Address::Http(url) if url.scheme() == "http" => {
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
            host != "localhost" && !host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Address::Git { protocol, .. } => *protocol == "http",
        Address::Http(_) | Address::Folder(_) => false,
    }
}

fn remove(name: &str, out: &mut dyn Write) -> Result<(), UsageError> {
    let config = sites::config()?;
    if !config.sites.iter().any(|site| site.name == name) {
        let known: Vec<String> = config.sites.iter().map(|site| site.name.clone()).collect();
        return Err(SitesError::UnknownSite { asked: name.to_owned(), known: with_official(known) }.into());
    }
    change(|text| manifest::without_site(text, &config, name))?;
    writeln!(
        out,
        "{}",
        t!("%{name} is no site any more. Labs that came from it stay where they are.", name = name)
    )?;
    Ok(())
}

fn with_official(mut names: Vec<String>) -> Vec<String> {
    names.push(OFFICIAL.to_owned());
    names
}

/// Writes config.yaml anew.
fn change(text: impl Fn(&str) -> String) -> Result<(), SitesError> {
    let file = sites::config_file()?;
    let before = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(SitesError::ConfigFile(file, error)),
    };
    replace(&file, &text(&before)).map_err(|error| SitesError::ConfigFile(file, error))
}

fn list(palette: &Palette, out: &mut dyn Write) -> Result<(), UsageError> {
    let Config { sites, .. } = sites::config()?;
    let official = SiteEntry { name: OFFICIAL.to_owned(), url: t!("comes with the checker").into() };
    let longest = sites.iter().map(|site| site.name.len()).max().unwrap_or(0).max(OFFICIAL.len());
    for site in sites.iter().chain([&official]) {
        let line =
            Line::blank().column(Ink::Strong, &site.name, longest + 2, palette).then(Ink::Plain, &site.url);
        writeln!(out, "{}", line.render(palette))?;
    }
    Ok(())
}

fn build(folder: &Path, out: &mut dyn Write) -> Result<(), UsageError> {
    let file = folder.join(COURSE_FILE);
    if !file.is_file() {
        return Err(UsageError::LabsFileMissing { file });
    }
    // Told as everywhere, with places.
    let course = manifest::load(&file).map_err(UsageError::LabsFileProblems)?;
    let absolute = std::path::absolute(folder)?;
    let failed =
        |error| SitesError::Site { site: visible(&folder.display().to_string()), error, elsewhere: None };
    let site = Site::open(&Address::Folder(absolute), SITE_WITHIN).map_err(failed)?;
    let entry = SiteEntry { name: String::new(), url: String::new() };
    let catalogue = Catalogue::read(&site, entry).map_err(failed)?;
    let text = fs::read(&file)?;
    let course_file = Piece { size: text.len() as u64, digest: digest(&text) };
    let (mut labs, mut without) = (Vec::new(), Vec::new());
    for lab in &course.labs {
        let Some(exercise) = lab.exercise.as_deref().and_then(Path::to_str) else {
            without.push(lab.id.clone());
            continue;
        };
        let Some(parcel) = catalogue.parcel(&lab.id).map_err(failed)? else { continue };
        let files = parcel.files.iter().filter(|(path, _)| **path != LabPath::lab_file());
        let files = files.map(|(path, content)| {
            (path.clone(), Piece { size: content.len() as u64, digest: digest(content) })
        });
        // A parcel's exercise is a path.
        let Ok(exercise) = LabPath::read(exercise.trim_end_matches('/')) else { continue };
        labs.push(Indexed { lab, exercise, files: files.collect() });
    }
    let files: usize = labs.iter().map(|lab| lab.files.len()).sum();
    let index = folder.join(INDEX_FILE);
    replace(&index, &manifest::index_text(&course.title, course_file, &labs))
        .map_err(|error| SitesError::ConfigFile(index.clone(), error))?;
    let told = t!(
        "%{index}: %{labs} with %{files}. A web server needs this folder's index.json, labs.yaml and exercises.",
        index = visible(&index.display().to_string()),
        labs = count(labs.len() as u64, "lab"),
        files = count(files as u64, "file")
    );
    wrap(&told, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    if !without.is_empty() {
        writeln!(out, "{}", t!("Left out, having no exercise: %{labs}.", labs = words::list(&without)))?;
    }
    Ok(())
}
