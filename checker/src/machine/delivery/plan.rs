//! What an update does to each file: the student's own work comes first. Pure: the folder is only asked.

use serde::{Deserialize, Serialize};

use super::State;
use crate::model::site::{Digest, LabPath, Parcel, Receipt};

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub path: LabPath,
    pub change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is as the site has it.
    Same,
    /// The site has nothing new; the student has changed it, or removed it.
    Own,
    Added,
    Updated {
        was: Digest,
    },
    /// The site has none any more, and the student has not changed it.
    Removed {
        was: Digest,
    },
    /// The site has a new one, and the student has changed the old one, or has one of that name.
    Edited {
        now: Digest,
    },
    /// As `Edited`, but what is there is no file.
    Blocked,
    /// The site has a new one, and the student has removed the old one.
    Missed,
    /// The site has none any more, and the student has changed it.
    Left,
}

/// What becomes of files that both the student and the site have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    Kept,
    /// The new one is taken; the student's is kept beside it.
    Replaced,
}

/// One file's way from the old state to the new one; it can be gone again from anywhere between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    pub path: LabPath,
    /// What is there; nothing where there is none.
    pub was: Option<Digest>,
    /// What will be there.
    pub becomes: Option<Digest>,
    /// What was there is kept under the name of `backup_path`.
    pub backup: Option<u32>,
}

/// What an update would do, by path. Without a receipt nothing was delivered before.
pub fn changes(parcel: &Parcel, receipt: Option<&Receipt>, at: impl Fn(&LabPath) -> State) -> Vec<Step> {
    let delivered = |path: &LabPath| receipt.and_then(|receipt| receipt.files.get(path)).copied();
    let arriving = parcel.files.iter().map(|(path, content)| {
        let change = arriving(path, super::digest(content), delivered(path), at(path));
        Step { path: path.clone(), change }
    });
    let gone = receipt.iter().flat_map(|receipt| &receipt.files);
    let gone = gone.filter(|(path, _)| !parcel.files.contains_key(*path)).map(|(path, was)| {
        let change = match at(path) {
            State::Absent => Change::Same,
            State::File(now) if now == *was => Change::Removed { was: *was },
            State::File(_) | State::Other => Change::Left,
        };
        Step { path: path.clone(), change }
    });
    let mut steps: Vec<Step> = arriving.chain(gone).collect();
    steps.sort_by(|one, other| one.path.cmp(&other.path));
    steps
}

fn arriving(path: &LabPath, new: Digest, delivered: Option<Digest>, now: State) -> Change {
    match (now, delivered) {
        (State::File(now), _) if now == new => Change::Same,
        (State::File(now), Some(was)) if now == was => Change::Updated { was },
        (State::Absent, None) => Change::Added,
        // Without it the folder is no lab's.
        (State::Absent, _) if *path == LabPath::lab_file() => Change::Added,
        (_, Some(was)) if was == new => Change::Own,
        (State::Absent, Some(_)) => Change::Missed,
        (State::File(now), _) => Change::Edited { now },
        (State::Other, _) => Change::Blocked,
    }
}

/// What is to be done. `taken` says whether there is anything at a path.
pub fn operations(
    parcel: &Parcel,
    steps: &[Step],
    edited: Edited,
    taken: impl Fn(&str) -> bool,
) -> Vec<Operation> {
    let operation = |step: &Step| {
        let becomes = parcel.files.get(&step.path).map(|content| super::digest(content));
        let (was, backup) = match (step.change, edited) {
            (Change::Added, _) | (Change::Missed, Edited::Replaced) => (None, None),
            (Change::Updated { was } | Change::Removed { was }, _) => (Some(was), None),
            (Change::Edited { now }, Edited::Replaced) => (Some(now), Some(free_backup(&step.path, &taken))),
            _ => return None,
        };
        Some(Operation { path: step.path.clone(), was, becomes, backup })
    };
    steps.iter().filter_map(operation).collect()
}

/// The receipt after these steps: of a file that was not taken, what the student's one came from.
pub fn receipt(parcel: &Parcel, before: Option<&Receipt>, steps: &[Step], edited: Edited) -> Receipt {
    let kept = |change| {
        matches!(change, Change::Blocked)
            || edited == Edited::Kept && matches!(change, Change::Edited { .. } | Change::Missed)
    };
    let files = steps.iter().filter_map(|step| {
        let content = parcel.files.get(&step.path)?;
        let digest = match kept(step.change) {
            true => *before?.files.get(&step.path)?,
            false => super::digest(content),
        };
        Some((step.path.clone(), digest))
    });
    Receipt {
        lab: parcel.lab.clone(),
        site: parcel.site.clone(),
        url: parcel.url.clone(),
        version: parcel.version,
        files: files.collect(),
    }
}

/// `main.rs.orig`, `main.rs.orig2`, …
pub fn backup_path(path: &LabPath, number: u32) -> String {
    match number {
        0 | 1 => format!("{path}.orig"),
        number => format!("{path}.orig{number}"),
    }
}

fn free_backup(path: &LabPath, taken: impl Fn(&str) -> bool) -> u32 {
    (1..).find(|number| !taken(&backup_path(path, *number))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(files: &[(&str, &str)]) -> Parcel {
        Parcel {
            lab: "x".into(),
            site: "s".into(),
            url: String::new(),
            version: Digest([0; 32]),
            files: files.iter().map(|(path, text)| (path_of(path), text.as_bytes().to_vec())).collect(),
        }
    }

    fn path_of(path: &str) -> LabPath {
        LabPath::try_from(path.to_owned()).unwrap()
    }

    fn digest(text: &str) -> Digest {
        super::super::digest(text.as_bytes())
    }

    /// The change of one file: what was delivered, what is there, and what the site has now.
    fn change(path: &str, delivered: Option<&str>, now: Option<&str>, new: Option<&str>) -> Change {
        let arriving = parcel(&new.map(|text| (path, text)).into_iter().collect::<Vec<_>>());
        let mut before = receipt(&parcel(&[]), None, &[], Edited::Kept);
        before.files.extend(delivered.map(|text| (path_of(path), digest(text))));
        let at = |_: &LabPath| now.map_or(State::Absent, |text| State::File(digest(text)));
        changes(&arriving, Some(&before), at).first().map_or(Change::Same, |step| step.change)
    }

    #[test]
    fn what_the_student_changed_stays() {
        let file = |delivered, now, new| change("a.rs", delivered, now, new);
        let (a, b, c) = (Some("a"), Some("b"), Some("c"));
        assert_eq!(file(a, a, a), Change::Same);
        assert_eq!(file(a, b, b), Change::Same);
        assert_eq!(file(a, a, b), Change::Updated { was: digest("a") });
        assert_eq!(file(a, c, a), Change::Own);
        assert_eq!(file(a, None, a), Change::Own);
        assert_eq!(file(a, c, b), Change::Edited { now: digest("c") });
        assert_eq!(file(None, c, b), Change::Edited { now: digest("c") });
        assert_eq!(file(a, None, b), Change::Missed);
        assert_eq!(file(None, None, b), Change::Added);
        assert_eq!(file(a, a, None), Change::Removed { was: digest("a") });
        assert_eq!(file(a, c, None), Change::Left);
        assert_eq!(change("lab.yaml", a, None, a), Change::Added);
    }

    #[test]
    fn a_file_that_was_kept_is_told_again_next_time() {
        let new = parcel(&[("a.rs", "b")]);
        let mut before = receipt(&parcel(&[]), None, &[], Edited::Kept);
        before.files.insert(path_of("a.rs"), digest("a"));
        let steps = changes(&new, Some(&before), |_| State::File(digest("c")));
        assert!(operations(&new, &steps, Edited::Kept, |_| false).is_empty());
        assert_eq!(receipt(&new, Some(&before), &steps, Edited::Kept).files, before.files);
        let forced = operations(&new, &steps, Edited::Replaced, |name| name == "a.rs.orig");
        assert_eq!((forced[0].was, forced[0].backup), (Some(digest("c")), Some(2)));
        let after = receipt(&new, Some(&before), &steps, Edited::Replaced);
        assert_eq!(after.files[&path_of("a.rs")], digest("b"));
    }
}
