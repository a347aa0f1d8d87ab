//! The index of a site of static files: JSON that a stranger wrote, into a `model::site::Index`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::course::{Lab, Text};
use crate::model::site::{
    Digest, Index, IndexedLab, LabPath, MOST_FILES, MOST_LABS, MOST_OF_COURSE_FILE, MOST_OF_FILE,
    MOST_OF_LAB, Piece, Refusal, collision,
};

/// The form of the index that this checker reads and writes.
const FORMAT: u64 = 1;

#[derive(Deserialize)]
struct Form {
    format: u64,
}

#[derive(Serialize, Deserialize)]
struct Written {
    format: u64,
    course: Json,
    labs_file: PieceWritten,
    labs: Vec<LabWritten>,
}

#[derive(Serialize, Deserialize)]
struct LabWritten {
    id: String,
    title: Json,
    #[serde(default)]
    topics: Vec<Json>,
    exercise: String,
    files: Vec<FileWritten>,
}

#[derive(Serialize, Deserialize)]
struct FileWritten {
    path: String,
    #[serde(flatten)]
    piece: PieceWritten,
}

#[derive(Serialize, Deserialize)]
struct PieceWritten {
    size: u64,
    sha256: String,
}

/// A lab as it goes into an index.
pub struct Indexed<'a> {
    pub lab: &'a Lab,
    pub exercise: LabPath,
    pub files: BTreeMap<LabPath, Piece>,
}

/// Reads an index, and refuses it as a whole for whatever is wrong with it.
pub fn index(bytes: &[u8]) -> Result<Index, Refusal> {
    let unreadable = |error: serde_json::Error| Refusal::IndexUnreadable { why: error.to_string() };
    let Form { format } = serde_json::from_slice(bytes).map_err(unreadable)?;
    if format != FORMAT {
        return Err(Refusal::IndexOfLaterFormat { format });
    }
    let written: Written = serde_json::from_slice(bytes).map_err(unreadable)?;
    if written.labs.len() > MOST_LABS {
        return Err(Refusal::TooManyLabs);
    }
    let course_file = piece(&written.labs_file, "labs.yaml", MOST_OF_COURSE_FILE)?;
    let labs = written.labs.iter().map(lab).collect::<Result<Vec<_>, _>>()?;
    let mut seen = BTreeSet::new();
    match labs.iter().find(|lab| !seen.insert(&lab.id)) {
        Some(twice) => Err(Refusal::IndexFault { what: twice.id.clone() }),
        None => Ok(Index { course_file, labs }),
    }
}

/// The text of an index, with a newline at its end.
pub fn index_text(title: &Text, course_file: Piece, labs: &[Indexed<'_>]) -> String {
    let labs = labs.iter().map(|Indexed { lab, exercise, files }| LabWritten {
        id: lab.id.clone(),
        title: text(&lab.title),
        topics: lab.topics.iter().map(text).collect(),
        exercise: exercise.as_str().to_owned(),
        files: files
            .iter()
            .map(|(path, piece)| FileWritten { path: path.as_str().to_owned(), piece: written(*piece) })
            .collect(),
    });
    let index = Written {
        format: FORMAT,
        course: text(title),
        labs_file: written(course_file),
        labs: labs.collect(),
    };
    serde_json::to_string_pretty(&index).unwrap_or_default() + "\n"
}

fn lab(written: &LabWritten) -> Result<IndexedLab, Refusal> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if written.id.is_empty() || !written.id.bytes().all(fits) {
        return Err(Refusal::IndexFault { what: written.id.clone() });
    }
    if written.files.len() > MOST_FILES {
        return Err(Refusal::TooManyFiles { lab: written.id.clone() });
    }
    let mut files = BTreeMap::new();
    let mut sum = 0;
    for file in &written.files {
        let path = path(&file.path)?;
        let piece = piece(&file.piece, &file.path, MOST_OF_FILE)?;
        sum += piece.size;
        if files.insert(path, piece).is_some() {
            return Err(Refusal::Collision { path: file.path.clone() });
        }
    }
    if sum > MOST_OF_LAB {
        return Err(Refusal::LabTooLarge { lab: written.id.clone() });
    }
    match collision(files.keys()) {
        Some(path) => Err(Refusal::Collision { path: path.to_string() }),
        None => Ok(IndexedLab { id: written.id.clone(), exercise: path(&written.exercise)?, files }),
    }
}

fn path(text: &str) -> Result<LabPath, Refusal> {
    LabPath::read(text).map_err(|fault| Refusal::Path { path: text.to_owned(), fault })
}

fn piece(written: &PieceWritten, path: &str, most: u64) -> Result<Piece, Refusal> {
    if written.size > most {
        return Err(Refusal::TooLarge { path: path.to_owned(), most });
    }
    let digest = Digest::read(&written.sha256);
    let digest = digest.ok_or_else(|| Refusal::IndexFault { what: written.sha256.clone() })?;
    Ok(Piece { size: written.size, digest })
}

fn written(piece: Piece) -> PieceWritten {
    PieceWritten { size: piece.size, sha256: piece.digest.to_string() }
}

/// A text, or a map of languages, as labs.yaml has it.
fn text(text: &Text) -> Json {
    if text.by_language.is_empty() {
        return Json::String(text.default.clone());
    }
    Json::Object(text.by_language.iter().map(|(tag, text)| (tag.clone(), text.clone().into())).collect())
}
