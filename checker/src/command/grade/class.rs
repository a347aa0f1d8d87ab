//! Who has handed in what: the submissions of a class, from folders and from a list of repositories.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::refusal::GradeError;
use crate::machine::intake::{self, Source};

/// What one student, or one group, has handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// One for each of a class.
    pub name: String,
    pub source: Source,
}

/// Endings of a program of one file.
const PROGRAMS: [&str; 5] = ["py", "rs", "c", "js", "mjs"];

/// Each folder and each archive in these folders, and each program of one file; hidden ones and other files are
/// left out.
///
/// # Errors
/// A folder is not there.
pub fn of_folders(folders: &[PathBuf]) -> Result<Vec<Submission>, GradeError> {
    let mut named = Vec::new();
    let mut seen = BTreeSet::new();
    let mut is_new =
        |folder: &&PathBuf| seen.insert(fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf()));
    for folder in folders.iter().filter(|folder| is_new(folder)) {
        let entries =
            fs::read_dir(folder).map_err(|error| GradeError::NoFolder { folder: folder.clone(), error })?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let of_path = |path: PathBuf| Some((folder.as_path(), source(path)?));
        named.extend(paths.into_iter().filter_map(of_path));
    }
    Ok(distinct(named))
}

/// One for each line `NAME URL [REF]` of a file; empty lines and those that begin with `#` say nothing.
///
/// # Errors
/// The file cannot be read, or everything that is wrong in it.
pub fn of_list(file: &Path) -> Result<Vec<Submission>, GradeError> {
    let text =
        fs::read_to_string(file).map_err(|error| GradeError::ListFile { file: file.to_owned(), error })?;
    let (mut found, mut wrong, mut lines) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, url, reference) = match words.as_slice() {
            [] => continue,
            [first, ..] if first.starts_with('#') => continue,
            [name, url] => (*name, *url, None),
            [name, url, reference] => (*name, *url, Some(*reference)),
            _ => {
                wrong.push((number, t!("a line is NAME URL or NAME URL REF").into_owned()));
                continue;
            }
        };
        if let Some(reference) = reference
            && !is_reference(reference)
        {
            let told = t!("%{reference} is no branch, tag or commit", reference = reference.escape_debug());
            wrong.push((number, told.into_owned()));
        }
        if let Some(first) = lines.insert(name.to_owned(), number) {
            let told = t!("the name %{name} stands in line %{line} already", name = name, line = first);
            wrong.push((number, told.into_owned()));
        }
        let source = Source::Repository { url: url.to_owned(), reference: reference.map(str::to_owned) };
        found.push(Submission { name: name.to_owned(), source });
    }
    if wrong.is_empty() { Ok(found) } else { Err(GradeError::List { file: file.to_owned(), wrong }) }
}

/// What lies there, whatever it is called.
pub fn lies_at(path: &Path) -> Option<Source> {
    // A folder of which nothing but `.` is named, too.
    source(fs::canonicalize(path).ok()?).map(|found| match found {
        Source::Folder(_) => Source::Folder(path.to_owned()),
        Source::Archive(_, packing) => Source::Archive(path.to_owned(), packing),
        other => other,
    })
}

/// The submission of this name that has, or is, what lies at `path`.
pub fn lay_around(path: &Path, name: &str) -> Option<Submission> {
    let named = |place: &Path| {
        let above = place.parent().filter(|above| !above.as_os_str().is_empty());
        let found = source(place.to_owned())?;
        let has_name = names(above.unwrap_or(Path::new(".")), &found).iter().any(|known| known == name);
        has_name.then(|| Submission { name: name.to_owned(), source: found })
    };
    path.ancestors().find_map(named)
}

/// Nothing that git would take for an option, or for a wish for more than one commit.
fn is_reference(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
    !text.starts_with(['-', '/', '.']) && !text.contains("..") && text.bytes().all(fits)
}

/// What lies there, as seen by somebody who hands in.
fn source(path: PathBuf) -> Option<Source> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    if name.starts_with('.') {
        return None;
    }
    let data = fs::metadata(&path).ok()?;
    if data.is_dir() {
        return Some(Source::Folder(path));
    }
    if !data.is_file() {
        return None;
    }
    if let Some((_, packing)) = intake::packing(&name) {
        return Some(Source::Archive(path, packing));
    }
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| PROGRAMS.contains(&ending)).then_some(Source::File(path))
}

/// The shortest names that tell them apart: `ana`, else with the ending, else with the folder in front.
fn distinct(sources: Vec<(&Path, Source)>) -> Vec<Submission> {
    let names: Vec<[String; 4]> = sources.iter().map(|(folder, source)| names(folder, source)).collect();
    let is_alone = |place: usize, name: &String| {
        let others = names.iter().filter(|of_one| of_one[..=place].contains(name)).count();
        others == 1
    };
    let chosen = |of_one: &[String; 4]| {
        let place = (0..4).find(|place| is_alone(*place, &of_one[*place])).unwrap_or(3);
        of_one[place].clone()
    };
    let chosen: Vec<String> = names.iter().map(chosen).collect();
    sources.into_iter().zip(chosen).map(|((_, source), name)| Submission { name, source }).collect()
}

/// From the shortest to the one that nobody else has.
fn names(folder: &Path, source: &Source) -> [String; 4] {
    let (Source::Folder(path) | Source::Archive(path, _) | Source::File(path)) = source else {
        return Default::default();
    };
    let whole = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let short = match source {
        Source::Archive(..) => intake::packing(&whole).map_or(whole.clone(), |(name, _)| name.to_owned()),
        Source::File(_) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        _ => whole.clone(),
    };
    let of_folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let of_folder = of_folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let long = format!("{of_folder}/{whole}");
    [short, whole, long, path.display().to_string()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(submissions: &[Submission]) -> Vec<&str> {
        submissions.iter().map(|submission| submission.name.as_str()).collect()
    }

    #[test]
    fn names_are_as_short_as_they_can_be() {
        let temp = tempfile::tempdir().unwrap();
        let at = |name: &str| temp.path().join(name);
        for folder in ["one/ana", "one/.git", "two/ana", "two/bia"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for file in ["one/caio.tar.gz", "one/turma.zip", "one/grades.csv", "two/bia.zip", "two/echo.py"] {
            fs::write(at(file), "").unwrap();
        }
        let found = of_folders(&[at("one"), at("two")]).unwrap();
        assert_eq!(names_of(&found), ["one/ana", "caio", "turma", "two/ana", "two/bia", "bia.zip", "echo"]);
        assert!(matches!(of_folders(&[at("three")]), Err(GradeError::NoFolder { .. })));
    }

    #[test]
    fn a_submission_is_found_again_from_where_its_program_lay() {
        let temp = tempfile::tempdir().unwrap();
        let at = |name: &str| temp.path().join(name);
        fs::create_dir_all(at("one/ana/exercises/echo")).unwrap();
        fs::create_dir_all(at("two/ana")).unwrap();
        fs::write(at("one/caio.tar.gz"), "").unwrap();
        let found = |path: &str, name: &str| lay_around(&at(path), name).map(|found| found.source);
        assert_eq!(found("one/ana/exercises/echo", "ana"), Some(Source::Folder(at("one/ana"))));
        assert_eq!(found("one/ana/exercises/echo", "one/ana"), Some(Source::Folder(at("one/ana"))));
        assert!(
            matches!(found("one/caio.tar.gz/echo", "caio"), Some(Source::Archive(path, _)) if path == at("one/caio.tar.gz"))
        );
        assert_eq!(found("one/bia/echo", "bia"), None);
        assert_eq!(lies_at(&at("one/ana")), Some(Source::Folder(at("one/ana"))));
        assert_eq!(lies_at(&at("three")), None);
    }

    #[test]
    fn a_list_is_read_and_everything_wrong_is_told() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("class");
        fs::write(&file, "# turma\n\nana https://x/ana.git\nbia git@x:bia main\n").unwrap();
        assert_eq!(names_of(&of_list(&file).unwrap()), ["ana", "bia"]);
        fs::write(&file, "ana\nana u\nana u --upload-pack=x\nbia u a..b\nc u r more\n").unwrap();
        let Err(GradeError::List { wrong, .. }) = of_list(&file) else { panic!() };
        assert_eq!(wrong.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 3, 4, 5]);
    }
}
