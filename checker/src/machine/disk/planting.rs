//! New folders and one changed file, all of them or none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A new folder: its path, and its files by their paths below it.
#[derive(Debug, Clone)]
pub struct NewFolder {
    pub path: PathBuf,
    pub files: Vec<(PathBuf, String)>,
}

/// Why nothing was written, and where.
#[derive(Debug)]
pub enum PlantingError {
    /// It is there already.
    Occupied(PathBuf),
    /// Somebody has changed it meanwhile.
    Changed(PathBuf),
    System(PathBuf, io::Error),
}

/// Makes the folders and replaces the file, which said `before` (`None`: which was not there).
///
/// Everything is written beside its place first. Whatever goes wrong, what was moved into place is taken back.
///
/// # Errors
/// A folder is there already, the file has changed, or the system refuses.
pub fn plant(
    folders: &[NewFolder],
    file: &Path,
    before: Option<&str>,
    after: &str,
) -> Result<(), PlantingError> {
    if let Some(taken) = folders.iter().find(|folder| fs::symlink_metadata(&folder.path).is_ok()) {
        return Err(PlantingError::Occupied(taken.path.clone()));
    }
    let root = file.parent().filter(|root| !root.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |error| PlantingError::System(path, error)
    };
    let nursery = tempfile::Builder::new().prefix(".checker-new-").tempdir_in(root).map_err(at(root))?;
    for (number, folder) in folders.iter().enumerate() {
        for (name, content) in &folder.files {
            let path = nursery.path().join(number.to_string()).join(name);
            write(&path, content).map_err(at(&folder.path.join(name)))?;
        }
    }
    let sheet = nursery.path().join("file");
    write(&sheet, after).map_err(at(file))?;
    if let Ok(data) = fs::metadata(file) {
        fs::set_permissions(&sheet, data.permissions()).map_err(at(file))?;
    }
    let mut planted = Planted(Vec::new());
    for (number, folder) in folders.iter().enumerate() {
        for missing in missing_above(&folder.path) {
            fs::create_dir(&missing).map_err(at(&missing))?;
            planted.0.push(missing);
        }
        fs::rename(nursery.path().join(number.to_string()), &folder.path).map_err(at(&folder.path))?;
        planted.0.push(folder.path.clone());
    }
    match (fs::read_to_string(file), before) {
        (Ok(now), Some(before)) if now == before => {}
        (Err(error), None) if error.kind() == io::ErrorKind::NotFound => {}
        (Ok(_), _) => return Err(PlantingError::Changed(file.to_path_buf())),
        (Err(error), _) => return Err(PlantingError::System(file.to_path_buf(), error)),
    }
    fs::rename(&sheet, file).map_err(at(file))?;
    planted.0.clear();
    Ok(())
}

/// What is in its place already; taken back, the last first, unless everything is.
struct Planted(Vec<PathBuf>);

impl Drop for Planted {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            // What cannot be taken back stays; the error that led here is told.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// The folders that have to be made first, outermost first.
fn missing_above(path: &Path) -> Vec<PathBuf> {
    let above = path.ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty() && !above.exists());
    let mut missing: Vec<PathBuf> = above.map(Path::to_path_buf).collect();
    missing.reverse();
    missing
}

fn write(path: &Path, content: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::create(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: PathBuf) -> NewFolder {
        NewFolder { path, files: vec![("src/main.rs".into(), "x".into())] }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn everything_is_there_or_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let at = |name: &str| temp.path().join(name);
        fs::write(at("labs.yaml"), "old").unwrap();
        fs::create_dir_all(at("solutions/taken")).unwrap();

        let both = [folder(at("exercises/new")), folder(at("solutions/taken"))];
        let refused = plant(&both, &at("labs.yaml"), Some("old"), "new").unwrap_err();
        assert!(matches!(refused, PlantingError::Occupied(path) if path == at("solutions/taken")));
        let refused =
            plant(&[folder(at("exercises/new"))], &at("labs.yaml"), Some("other"), "new").unwrap_err();
        assert!(matches!(refused, PlantingError::Changed(path) if path == at("labs.yaml")));
        assert_eq!(names(temp.path()), ["labs.yaml", "solutions"]);
        assert_eq!(fs::read_to_string(at("labs.yaml")).unwrap(), "old");

        plant(&[folder(at("exercises/new"))], &at("labs.yaml"), Some("old"), "new").unwrap();
        assert_eq!(names(temp.path()), ["exercises", "labs.yaml", "solutions"]);
        assert_eq!(fs::read_to_string(at("labs.yaml")).unwrap(), "new");
        assert_eq!(fs::read_to_string(at("exercises/new/src/main.rs")).unwrap(), "x");
    }

    #[test]
    fn a_file_where_a_folder_is_needed_takes_everything_back() {
        let temp = tempfile::tempdir().unwrap();
        let at = |name: &str| temp.path().join(name);
        fs::write(at("solutions"), "a file").unwrap();
        let both = [folder(at("exercises/new")), folder(at("solutions/new"))];
        let refused = plant(&both, &at("labs.yaml"), None, "new").unwrap_err();
        assert!(matches!(refused, PlantingError::System(..)), "{refused:?}");
        assert_eq!(names(temp.path()), ["solutions"]);
    }
}
