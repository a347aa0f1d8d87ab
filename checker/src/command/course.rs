//! Finding and reading labs.yaml, and what in it a person names.

use std::path::{Path, PathBuf};

use super::UsageError;
use crate::manifest;
use crate::model::course::{Check, Course, Lab};

const LABS_FILE: &str = "labs.yaml";

/// Reads the file that `--labs` names, else the nearest labs.yaml, from the current folder upwards.
///
/// # Errors
/// Where there is none, or where it has problems: then all of them.
pub fn course(named: Option<&Path>) -> Result<Course, UsageError> {
    manifest::load(&labs_file(named)?).map_err(UsageError::LabsFileProblems)
}

/// The lab of this name.
pub fn lab<'a>(course: &'a Course, id: &str) -> Result<&'a Lab, UsageError> {
    course.labs.iter().find(|lab| lab.id == id).ok_or_else(|| UsageError::UnknownLab {
        asked: id.to_owned(),
        known: course.labs.iter().map(|lab| lab.id.clone()).collect(),
    })
}

/// The lab's check of this name.
pub fn check<'a>(lab: &'a Lab, id: &str) -> Result<&'a Check, UsageError> {
    lab.checks.iter().find(|check| check.id == id).ok_or_else(|| UsageError::UnknownCheck {
        lab: lab.id.clone(),
        asked: id.to_owned(),
        known: lab.checks.iter().map(|check| check.id.clone()).collect(),
    })
}

fn labs_file(named: Option<&Path>) -> Result<PathBuf, UsageError> {
    match named {
        Some(file) if file.is_file() => Ok(file.to_owned()),
        Some(file) => Err(UsageError::LabsFileMissing { file: file.to_owned() }),
        None => {
            let folder = std::env::current_dir()?;
            nearest(&folder).ok_or(UsageError::NoLabsFile { folder })
        }
    }
}

/// The nearest labs.yaml, named as seen from `folder`: short, as reports cite it.
fn nearest(folder: &Path) -> Option<PathBuf> {
    let levels_up = folder.ancestors().position(|above| above.join(LABS_FILE).is_file())?;
    let mut file: PathBuf = std::iter::repeat_n("..", levels_up).collect();
    file.push(LABS_FILE);
    Some(file)
}

#[cfg(test)]
pub(super) mod tests_support {
    use std::time::Duration;

    use super::*;
    use crate::model::course::{Leftovers, Network, PortWish, Stdout, Text, Visibility};
    use crate::model::script::{Script, Sentence, Step, Until, Who};

    /// A course of two labs.
    pub fn course() -> Course {
        Course {
            title: Text::plain("Sockets and threads"),
            labs: vec![
                lab(
                    "echo",
                    "Echo",
                    &["sockets", "reading and writing"],
                    vec![check("line", 3), check("end", 1)],
                ),
                lab(
                    "chat",
                    "Mini chat",
                    &["threads", "shared state", "what to do when a client leaves"],
                    vec![
                        check("relay", 3),
                        Check {
                            needs: vec!["relay".into()],
                            visibility: Visibility::Hidden,
                            ..check("bye", 5)
                        },
                    ],
                ),
            ],
            file: "labs.yaml".into(),
            root: PathBuf::new(),
        }
    }

    fn lab(id: &str, title: &str, topics: &[&str], checks: Vec<Check>) -> Lab {
        Lab {
            id: id.into(),
            title: Text::plain(title),
            topics: topics.iter().map(|topic| Text::plain(*topic)).collect(),
            exercise: Some(Path::new("exercises").join(id)),
            solution: None,
            wrong: Vec::new(),
            checks,
            line: 4,
        }
    }

    fn check(id: &str, points: u32) -> Check {
        let who = Who::Named(vec!["ana".into()]);
        Check {
            id: id.into(),
            title: Text::plain(format!("what {id} is about")),
            points,
            needs: Vec::new(),
            hint: Some(Text::plain("One thread for each client.")),
            tags: Vec::new(),
            visibility: Visibility::Shown,
            repeat: 1,
            run: "{program} {port}".into(),
            args: Vec::new(),
            env: Default::default(),
            files: Default::default(),
            within: Duration::from_secs(5),
            leftovers: Leftovers::Forbidden,
            ignore: Vec::new(),
            stdout: Stdout::Terminal,
            port: PortWish::Given,
            network: Network::Ordinary,
            cast: Vec::new(),
            script: Script {
                steps: vec![Step {
                    line: 12,
                    written: "ana connects".into(),
                    within: None,
                    hint: None,
                    sentence: Sentence::Connect { who, until: Until::Accepted, through: None },
                }],
            },
            line: 10,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_file_wins_and_is_named_shortly() {
        let course = tempfile::tempdir().unwrap();
        let deep = course.path().join("exercises/chat");
        fs::create_dir_all(&deep).unwrap();
        fs::write(course.path().join("labs.yaml"), "").unwrap();
        assert_eq!(nearest(course.path()), Some("labs.yaml".into()));
        assert_eq!(nearest(&deep), Some("../../labs.yaml".into()));
        fs::write(course.path().join("exercises/labs.yaml"), "").unwrap();
        assert_eq!(nearest(&deep), Some("../labs.yaml".into()));
    }

    #[test]
    fn a_folder_called_labs_yaml_is_no_course() {
        let course = tempfile::tempdir().unwrap();
        fs::create_dir(course.path().join("labs.yaml")).unwrap();
        assert_eq!(nearest(course.path()), None);
        assert!(matches!(
            labs_file(Some(&course.path().join("labs.yaml"))),
            Err(UsageError::LabsFileMissing { .. })
        ));
    }
}
