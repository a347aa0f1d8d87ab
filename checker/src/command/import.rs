//! `checker import tst DIR|URL`: a tst activity as a labs.yaml of one lab.

use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rust_i18n::t;

use super::refusal::SitesError;
use super::{UsageError, sites};
use crate::machine::site::{Address, Site, SiteError};
use crate::manifest::{self, Problems, TstFile};

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
    let files = files(&options.from)?;
    let lab = lab_name(options)?;
    let imported = manifest::import_tst(&files, &lab).map_err(|problems| {
        if problems.is_empty() {
            ImportError::NoTests(options.from.clone())
        } else {
            ImportError::Problems(problems)
        }
    })?;
    out.write_all(imported.text.as_bytes())?;
    out.flush()?;
    for note in &imported.notes {
        // Where not even this can be written, the lab is there all the same.
        let _ = writeln!(io::stderr(), "{}", t!("note: %{note}", note = note));
    }
    Ok(())
}

fn files(from: &str) -> Result<Vec<TstFile>, UsageError> {
    let path = Path::new(from);
    if path.is_dir() {
        of_folder(path)
    } else if path.is_file() {
        Ok(vec![read(path)?])
    } else if from.contains("://") || from.ends_with(".git") {
        of_site(from)
    } else {
        Err(ImportError::NoSuchFolder(from.to_owned()).into())
    }
}

fn of_folder(folder: &Path) -> Result<Vec<TstFile>, UsageError> {
    let told = |error| ImportError::Unreadable(folder.to_owned(), error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(told)? {
        names.push(entry.map_err(told)?.path());
    }
    names.sort();
    let tests: Vec<TstFile> =
        names.iter().filter(|path| is_test_file(path)).map(|path| read(path)).collect::<Result<_, _>>()?;
    let is_script = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"))
    };
    match names.iter().find(is_script) {
        Some(script) if tests.is_empty() => Err(ImportError::Pytest(script.clone()).into()),
        _ => Ok(tests),
    }
}

fn of_site(url: &str) -> Result<Vec<TstFile>, UsageError> {
    let refused = |error| SitesError::Site { site: url.to_owned(), error, elsewhere: None };
    let address = sites::address(url).map_err(refused)?;
    let is_listed = !matches!(address, Address::Http(_));
    let site = Site::open(&address, WITHIN).map_err(refused)?;
    let names: Vec<String> = match site.list("") {
        Ok(Some(names)) => names.into_iter().filter(|name| is_test_file(Path::new(name))).collect(),
        Ok(None) => USUAL.map(str::to_owned).to_vec(),
        Err(error) => return Err(refused(error).into()),
    };
    let mut files = Vec::new();
    for name in names.iter().filter(|name| !name.contains('/')) {
        match site.read(name, MOST) {
            Ok(content) => {
                files.push(TstFile { path: PathBuf::from(name), text: utf8(Path::new(name), content)? })
            }
            Err(SiteError::Missing { .. } | SiteError::Status { status: 404, .. }) if !is_listed => {}
            Err(error) => return Err(refused(error).into()),
        }
    }
    Ok(files)
}

fn is_test_file(path: &Path) -> bool {
    matches!(path.extension().and_then(OsStr::to_str), Some("yaml" | "json"))
}

fn read(path: &Path) -> Result<TstFile, UsageError> {
    let content = fs::read(path).map_err(|error| ImportError::Unreadable(path.to_owned(), error))?;
    if content.len() as u64 > MOST {
        let error = io::Error::other(t!("larger than 1 MiB"));
        return Err(ImportError::Unreadable(path.to_owned(), error).into());
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
    /// The only tests are written for pytest.
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
                "%{path}: tests for pytest cannot be imported.\nSay what must be printed in a tst.yaml: `output`, `match`, `tokens` or `parts`.",
                path = path.display()
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
