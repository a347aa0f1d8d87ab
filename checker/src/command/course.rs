//! What in a course a person names.

use super::UsageError;
use crate::model::course::{Check, Course, Lab};

/// The lab of this name.
pub fn lab<'a>(course: &'a Course, id: &str) -> Result<&'a Lab, UsageError> {
    course.labs.iter().find(|lab| lab.id == id).ok_or_else(|| UsageError::UnknownLab {
        asked: id.to_owned(),
        known: course.labs.iter().map(|lab| lab.id.clone()).collect(),
    })
}

/// The name of the first lab, to show how one is named.
pub fn any_lab(course: &Course) -> String {
    course.labs.first().map_or_else(|| "LAB".to_owned(), |lab| lab.id.clone())
}

/// The lab's check of this name.
pub fn check<'a>(lab: &'a Lab, id: &str) -> Result<&'a Check, UsageError> {
    lab.checks.iter().find(|check| check.id == id).ok_or_else(|| UsageError::UnknownCheck {
        lab: lab.id.clone(),
        asked: id.to_owned(),
        known: lab.checks.iter().map(|check| check.id.clone()).collect(),
    })
}

#[cfg(test)]
pub(super) mod tests_support {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::*;
    use crate::model::course::{Console, Leftovers, Network, PortWish, Text, Visibility};
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
            files_for: None,
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
            console: Console::Screen,
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
