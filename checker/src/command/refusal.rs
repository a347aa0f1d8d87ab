//! What a person is told when labs cannot be had from a site.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::{ExitStatus, UsageError};
use crate::machine::delivery::DeliveryError;
use crate::machine::site::{AddressFault, SiteError};
use crate::manifest::Problems;
use crate::model::site::{PathFault, Refusal};
use crate::report::bytes::visible;
use crate::report::terminal::line::{WIDTH, wrap};
use crate::report::words;

#[derive(Debug)]
pub enum SitesError {
    /// Everything that is wrong with config.yaml.
    Config(Problems),
    /// config.yaml cannot be read or written.
    ConfigFile(PathBuf, std::io::Error),
    /// Neither `XDG_CONFIG_HOME` nor a home.
    Homeless,
    UnknownSite {
        asked: String,
        known: Vec<String>,
    },
    /// A name that no site can have.
    UnfitName(String),
    SiteTaken(String),
    /// A lab that no site has, or not the one that was asked.
    UnknownLab {
        asked: String,
        site: Option<String>,
        known: Vec<String>,
    },
    /// What a site said, or did not; `elsewhere` is a site that would do.
    Site {
        site: String,
        error: SiteError,
        elsewhere: Option<String>,
    },
    Delivery(DeliveryError),
    /// Nothing tells where a folder's lab came from.
    NoReceipt(PathBuf),
    ReceiptUnreadable(PathBuf, String),
    Interrupted,
}

impl SitesError {
    /// 2 where the one who asked can mend it, 3 where only the site, the network or the machine can.
    pub fn status(&self) -> ExitStatus {
        match self {
            SitesError::Site { error: SiteError::Address(_) | SiteError::NoSuchFolder(_), .. } => {
                ExitStatus::Misused
            }
            SitesError::Delivery(DeliveryError::Occupied(_)) => ExitStatus::Misused,
            SitesError::Site { .. } | SitesError::Delivery(_) | SitesError::ConfigFile(..) => {
                ExitStatus::Errored
            }
            SitesError::Interrupted => ExitStatus::Interrupted,
            _ => ExitStatus::Misused,
        }
    }
}

impl From<SitesError> for UsageError {
    fn from(error: SitesError) -> Self {
        UsageError::Sites(error)
    }
}

impl Display for SitesError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            SitesError::Config(problems) => problems.fmt(f),
            SitesError::Site { site, error, elsewhere } => {
                let mut text =
                    t!("site %{site}: %{error}", site = site, error = site_error(error)).into_owned();
                if let Some(command) = elsewhere {
                    let other = t!(
                        "To have the lab from another site all the same:\n  %{command}",
                        command = command
                    );
                    text.extend(["\n", &other]);
                }
                f.write_str(&wrapped(&text))
            }
            other => f.write_str(&wrapped(&short(other))),
        }
    }
}

/// Lines that fit, behind `error: ` as well. What is indented is somebody else's text and stays as it is.
pub(super) fn wrapped(text: &str) -> String {
    let label = t!("error: %{error}", error = "").width();
    let fit = |(number, line): (usize, &str)| match line.starts_with(' ') {
        true => vec![line.to_owned()],
        false => wrap(line, if number == 0 { WIDTH - label } else { WIDTH }),
    };
    text.lines().enumerate().flat_map(fit).collect::<Vec<_>>().join("\n")
}

fn short(error: &SitesError) -> String {
    match error {
        SitesError::ConfigFile(file, error) => format!("{}: {error}", file.display()),
        SitesError::Homeless => {
            t!("there is no folder for config.yaml.\nSet HOME or XDG_CONFIG_HOME to an absolute path.").into()
        }
        SitesError::UnknownSite { asked, known } => t!(
            "%{asked}: there is no site of this name.\nKnown here: %{known}. To add another one:\n  checker site add NAME URL",
            asked = visible(asked),
            known = words::list(known)
        )
        .into(),
        SitesError::UnfitName(name) => t!(
            "%{name}: this cannot be the name of a site.\nNames are lower-case letters, digits and -; official is taken.",
            name = visible(name)
        )
        .into(),
        SitesError::SiteTaken(name) => t!(
            "%{name}: there is a site of this name already.\nTo give it another address: checker site remove %{name}",
            name = name
        )
        .into(),
        SitesError::UnknownLab { asked, site, known } => unknown_lab(asked, site.as_deref(), known),
        SitesError::Delivery(error) => delivery(error),
        SitesError::NoReceipt(folder) => t!(
            "%{folder}: nothing tells where a lab in this folder came from.\nGo to a folder that `checker checkout` made, or name it:\n  checker update DIR",
            folder = folder.display()
        )
        .into(),
        SitesError::ReceiptUnreadable(file, why) => t!(
            "%{file}: this cannot be read: %{why}\nCheck the lab out again, into a folder beside, and copy your own files there.",
            file = file.display(),
            why = visible(why)
        )
        .into(),
        SitesError::Interrupted => t!("interrupted").into(),
        SitesError::Config(_) | SitesError::Site { .. } => String::new(),
    }
}

fn unknown_lab(asked: &str, site: Option<&str>, known: &[String]) -> String {
    let asked_shown = visible(asked);
    let what = match site {
        Some(site) => {
            t!("%{asked}: the site %{site} has no lab of this name.", asked = asked_shown, site = site)
        }
        None => t!("%{asked}: no site has a lab of this name.", asked = asked_shown),
    };
    let cure = match super::suggest(asked, known) {
        Some(name) => t!("Did you mean %{name}?", name = name),
        None => t!("The labs are %{list}.", list = words::list(known)),
    };
    format!("{what}\n{cure}")
}

fn delivery(error: &DeliveryError) -> String {
    match error {
        DeliveryError::Occupied(path) => t!(
            "%{path}: there is something already, and nothing of it is overwritten.\nName another folder behind the lab. If it is a lab that was checked out before:\n  checker update %{path}",
            path = path.display()
        ),
        DeliveryError::Busy(path) => t!(
            "%{path}: another checker is at work in this folder.\nWait until it is done, and try again.",
            path = path.display()
        ),
        DeliveryError::Io(path, error) => {
            t!("%{path}: %{error}\nNothing of yours was changed.", path = path.display(), error = error)
        }
    }
    .into()
}

pub(super) fn site_error(error: &SiteError) -> String {
    match error {
        SiteError::Address(fault) => address_fault(fault),
        SiteError::NoSuchFolder(folder) => {
            t!("%{folder}: there is no such folder.", folder = visible(&folder.display().to_string())).into()
        }
        SiteError::Missing { path } => t!("it has no %{path}.", path = visible(path)).into(),
        SiteError::Unreachable { why } => t!(
            "it cannot be reached: %{why}.\nIs the network there, and the address right? `checker site list` shows it.",
            why = visible(why)
        )
        .into(),
        SiteError::Status { address, status } => t!(
            "it answers with the status %{status}: %{address}",
            status = status,
            address = visible(address)
        )
        .into(),
        SiteError::TooSlow { within } => t!(
            "it takes longer than %{within}.\nTry again later, or allow more time with `within: 5m` in config.yaml.",
            within = words::duration(*within)
        )
        .into(),
        SiteError::NoGit => {
            t!("its address is a git repository, and there is no git here.\nInstall git.").into()
        }
        SiteError::Git { said } => {
            let said: Vec<String> = said.lines().map(|line| format!("  git: {}", visible(line))).collect();
            format!("{}\n{}", t!("git could not fetch it."), said.join("\n"))
        }
        SiteError::Io(error) => error.to_string(),
        SiteError::Refused(refusal) => t!(
            "refused: %{reason}.\nNothing was written. Whoever keeps the site can mend it.",
            reason = self::refusal(refusal)
        )
        .into(),
    }
}

fn address_fault(fault: &AddressFault) -> String {
    match fault {
        AddressFault::Unknown(url) => t!(
            "%{url}: this is no address of a site.\nWrite a folder, https://…, or a git repository: git+https://…, git@host:path, anything that ends in .git",
            url = visible(url)
        ),
        AddressFault::Relative(url) => t!(
            "%{url}: a folder is written from the root, or from the home with ~/",
            url = visible(url)
        ),
        AddressFault::Password => t!(
            "an address with a name or a password in it would be copied into each lab's folder.\nLeave them out; for a private repository use git@host:path and a key."
        ),
        AddressFault::Extra(url) => {
            t!("%{url}: an address of a site has neither ? nor #.", url = visible(url))
        }
    }
    .into()
}

fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Path { path, fault } => {
            t!("the path %{path} %{fault}", path = quoted(path), fault = path_fault(*fault))
        }
        Refusal::Collision { path } => {
            t!("the path %{path} stands for two files on some systems", path = quoted(path))
        }
        Refusal::NoFile { path } => {
            t!("%{path} is no file, but a link or something else", path = quoted(path))
        }
        Refusal::TooLarge { path, most } => {
            t!("%{path} is larger than %{most} bytes", path = quoted(path), most = most)
        }
        Refusal::TooManyFiles { lab } => t!("%{lab} has too many files", lab = quoted(lab)),
        Refusal::LabTooLarge { lab } => t!("%{lab} is too large", lab = quoted(lab)),
        Refusal::TooManyLabs => t!("it has too many labs"),
        Refusal::Length { path, size } => {
            t!("%{path} has not the %{size} bytes that the index says", path = quoted(path), size = size)
        }
        Refusal::Hash { path } => t!("%{path} has other bytes than the index says", path = quoted(path)),
        Refusal::Redirect { from, to } => {
            t!("%{from} sends us on to %{to}", from = quoted(from), to = quoted(to))
        }
        Refusal::IndexUnreadable { why } => t!("index.json is no index: %{why}", why = visible(why)),
        Refusal::IndexOfLaterFormat { format } => {
            t!("index.json has the format %{format}, and this checker reads format 1", format = format)
        }
        Refusal::IndexFault { what } => t!("index.json has %{what} in it", what = quoted(what)),
        Refusal::IndexOutdated { lab } => {
            t!("index.json and labs.yaml do not agree about %{lab}", lab = quoted(lab))
        }
        Refusal::CourseFileNoText => t!("labs.yaml is no UTF-8"),
        Refusal::CourseFileProblems { count, first } => {
            t!(
                "labs.yaml has problems (%{count}), first of all %{first}",
                count = count,
                first = visible(first)
            )
        }
        Refusal::NoExercise { lab } => t!("the lab %{lab} has no exercise", lab = quoted(lab)),
    }
    .into()
}

fn path_fault(fault: PathFault) -> String {
    match fault {
        PathFault::Empty => t!("is empty"),
        PathFault::TooLong => t!("is too long"),
        PathFault::Absolute => t!("is an absolute one"),
        PathFault::Climbs => t!("leads out of the lab's folder, or nowhere"),
        PathFault::Characters => t!("has more in it than letters, digits and . _ - +"),
        PathFault::Hidden => t!("is hidden: tools obey such files unasked"),
        PathFault::Device => t!("is a device on some systems"),
        PathFault::Reserved => t!("is one that the checker or cargo writes itself"),
    }
    .into()
}

/// A stranger's text, short and harmless.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let shown = visible(text);
    let mut short: String = shown.chars().take(LONGEST).collect();
    if short.len() < shown.len() {
        short.push('…');
    }
    format!("\"{short}\"")
}
