//! `checker import tst DIR|URL`: a tst activity as a labs.yaml of one lab.

use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rust_i18n::t;

use super::refusal::SitesError;
use super::{UsageError, sites};
use crate::machine::site::{Address, Site, SiteError};
use crate::manifest::{self, Fetched, Problems, TstFile};
use crate::model::site::Refusal;

#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// A folder, one of its test files, or an address.
    pub from: String,
    /// The lab's id; the folder's name where there is none.
    pub lab: Option<String>,
}

/// Bytes of a test file at most.
const MOST: u64 = 1 << 20;

/// How long an address may take.
const WITHIN: Duration = Duration::from_secs(60);

/// Where nobody tells which files there are.
const USUAL: [&str; 6] =
    ["tst.yaml", "tst.json", "public_tests.yaml", "public_tests.json", "tests.yaml", "tests.json"];

/// Writes the labs.yaml to `out`, and to standard error what of the activity has no effect.
///
/// # Errors
/// There is no activity, it has no tests, or some of them cannot be said in a labs.yaml: nothing is written then.
pub fn import_tst(options: &ImportOptions, out: &mut dyn Write) -> Result<(), UsageError> {
    let Activity { files, site, pytest } = activity(&options.from)?;
    let lab = lab_name(options)?;
    let mut fetch = |name: &str| fetched(&site, name);
    let imported = manifest::import_tst(&files, &lab, &mut fetch).map_err(|problems| match pytest {
        Some(script) if problems.is_empty() => ImportError::Pytest(script),
        None if problems.is_empty() => ImportError::NoTests(options.from.clone()),
        _ => ImportError::Problems(problems),
    })?;
    out.write_all(imported.text.as_bytes())?;
    out.flush()?;
    for note in &imported.notes {
        // Where not even this can be written, the lab is there all the same.
        let _ = writeln!(io::stderr(), "{}", t!("note: %{note}", note = note));
    }
    Ok(())
}

/// What is imported from.
struct Activity {
    files: Vec<TstFile>,
    /// Where the tests lie, and what they need besides.
    site: Site,
    /// A script that tst would hand to pytest.
    pytest: Option<PathBuf>,
}

fn activity(from: &str) -> Result<Activity, UsageError> {
    let path = Path::new(from);
    if path.is_dir() {
        of_folder(path)
    } else if path.exists() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let site = folder_site(from, folder.unwrap_or(Path::new(".")))?;
        Ok(Activity { files: vec![read(path)?], site, pytest: None })
    } else if from.contains("://") || from.ends_with(".git") {
        of_site(from)
    } else {
        Err(ImportError::NoSuchFolder(from.to_owned()).into())
    }
}

fn folder_site(from: &str, folder: &Path) -> Result<Site, UsageError> {
    Site::open(&Address::Folder(folder.to_owned()), WITHIN).map_err(|error| refused(from, error))
}

fn refused(from: &str, error: SiteError) -> UsageError {
    SitesError::Site { site: from.to_owned(), error, elsewhere: None }.into()
}

fn of_folder(folder: &Path) -> Result<Activity, UsageError> {
    let told = |error| ImportError::Unreadable(folder.to_owned(), error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(told)? {
        paths.push(entry.map_err(told)?.path());
    }
    paths.sort();
    let files =
        paths.iter().filter(|path| is_test_file(path)).map(|path| read(path)).collect::<Result<_, _>>()?;
    let site = folder_site(&folder.to_string_lossy(), folder)?;
    Ok(Activity { files, site, pytest: paths.into_iter().find(|path| is_for_pytest(path)) })
}

fn of_site(url: &str) -> Result<Activity, UsageError> {
    let address = sites::address(url).map_err(|error| refused(url, error))?;
    let is_listed = !matches!(address, Address::Http(_));
    let site = Site::open(&address, WITHIN).map_err(|error| refused(url, error))?;
    let names = match site.list("") {
        Ok(Some(names)) => names,
        Ok(None) => USUAL.map(str::to_owned).to_vec(),
        Err(error) => return Err(refused(url, error)),
    };
    let names: Vec<PathBuf> = names.iter().filter(|name| !name.contains('/')).map(PathBuf::from).collect();
    let mut files = Vec::new();
    for path in names.iter().filter(|path| is_test_file(path)) {
        match site.read(&path.to_string_lossy(), MOST) {
            Ok(content) => files.push(TstFile { path: path.clone(), text: utf8(path, content)? }),
            Err(SiteError::Missing { .. } | SiteError::Status { status: 404, .. }) if !is_listed => {}
            Err(error) => return Err(refused(url, error)),
        }
    }
    Ok(Activity { files, site, pytest: names.into_iter().find(|path| is_for_pytest(path)) })
}

/// What a script of the activity needs, or an answer.
fn fetched(site: &Site, name: &str) -> Fetched {
    match site.read(name, MOST) {
        Ok(content) => match String::from_utf8(content) {
            Ok(text) => Fetched::Text(text),
            Err(_) => Fetched::Unfit(t!("this is no UTF-8").into_owned()),
        },
        Err(SiteError::Missing { .. } | SiteError::Status { status: 404, .. }) => Fetched::Missing,
        Err(SiteError::Refused(Refusal::TooLarge { .. })) => {
            Fetched::Unfit(t!("larger than 1 MiB").into_owned())
        }
        Err(SiteError::Refused(_)) => Fetched::Unfit(t!("this is no ordinary file").into_owned()),
        Err(SiteError::Io(error)) => Fetched::Unfit(error.to_string()),
        Err(SiteError::Status { status, .. }) => {
            Fetched::Unfit(t!("the server answers %{status}", status = status).into_owned())
        }
        Err(_) => Fetched::Unfit(t!("it cannot be reached").into_owned()),
    }
}

fn is_for_pytest(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"))
}

fn is_test_file(path: &Path) -> bool {
    matches!(path.extension().and_then(OsStr::to_str), Some("yaml" | "json"))
}

/// Reads no more than it may, and nothing that never ends.
fn read(path: &Path) -> Result<TstFile, UsageError> {
    let told = |error| ImportError::Unreadable(path.to_owned(), error);
    if !fs::metadata(path).map_err(told)?.is_file() {
        return Err(told(io::Error::other(t!("this is no ordinary file"))).into());
    }
    let mut content = Vec::new();
    fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut content)).map_err(told)?;
    if content.len() as u64 > MOST {
        return Err(told(io::Error::other(t!("larger than 1 MiB"))).into());
    }
    Ok(TstFile { path: path.to_owned(), text: utf8(path, content)? })
}

fn utf8(path: &Path, content: Vec<u8>) -> Result<String, ImportError> {
    String::from_utf8(content)
        .map_err(|_| ImportError::Unreadable(path.to_owned(), io::Error::other(t!("this is no UTF-8"))))
}

fn lab_name(options: &ImportOptions) -> Result<String, ImportError> {
    if let Some(lab) = &options.lab {
        let is_fit = manifest::is_id(lab);
        return if is_fit { Ok(lab.clone()) } else { Err(ImportError::Name(lab.clone())) };
    }
    let path = Path::new(&options.from);
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = if whole.is_file() { whole.parent().unwrap_or(&whole) } else { &whole };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    Ok(manifest::slug(name.trim_end_matches(".git")).unwrap_or_else(|| "activity".to_owned()))
}

/// Why nothing was imported.
#[derive(Debug)]
pub enum ImportError {
    NoSuchFolder(String),
    Unreadable(PathBuf, io::Error),
    NoTests(String),
    /// The only tests are written for pytest, for which tst needs more than itself.
    Pytest(PathBuf),
    /// No id.
    Name(String),
    /// Of each file.
    Problems(Vec<Problems>),
}

impl From<ImportError> for UsageError {
    fn from(error: ImportError) -> Self {
        UsageError::Import(error)
    }
}

impl Display for ImportError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            ImportError::NoSuchFolder(from) => t!(
                "%{from}: there is no such folder.\nName the folder of a tst activity, one of its test files, or an address that begins with https://.",
                from = from
            ),
            ImportError::Unreadable(path, error) => {
                t!("%{path}: %{error}.\nNothing was imported.", path = path.display(), error = error)
            }
            ImportError::NoTests(from) => t!(
                "%{from}: no tests of tst's are here.\nThey stand in .yaml or .json files, below `tests:` or as a list.",
                from = from
            ),
            ImportError::Pytest(path) => t!(
                "%{path}: tests for pytest cannot be imported. tst hands them to `pytest --tst`, an option of the plugin pytest-tst, which does not come with tst.\nWhere both are installed, say so in a tst.yaml: `script: pytest %{name} --tst {} --clean`. Everywhere else, say there what must be printed: `output`, `match`, `tokens` or `parts`.",
                path = path.display(),
                name = path.file_name().unwrap_or_default().to_string_lossy()
            ),
            ImportError::Name(name) => t!(
                "%{name}: this cannot be a lab's name.\nNames are lower-case letters, digits and `-`, as in echo-loop.",
                name = name
            ),
            ImportError::Problems(problems) => {
                let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
                return f.write_str(&all.join("\n\n"));
            }
        })
    }
}
