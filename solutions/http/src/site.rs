//! The pages: one of our own, or the files of a folder.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

const HOME: &str = "<!doctype html>\n<html lang=\"pt-BR\">\n<meta charset=\"utf-8\">\n<title>Olá</title>\n\
    <h1>Olá, mundo!</h1>\n<p>Esta página veio de um programa em Rust.</p>\n</html>";

const HTML: &str = "text/html; charset=utf-8";

pub struct Site {
    folder: Option<PathBuf>,
}

impl Site {
    /// The folder's own path, without links: what is served must lie below it.
    pub fn new(folder: Option<String>) -> io::Result<Site> {
        Ok(Site { folder: folder.map(fs::canonicalize).transpose()? })
    }

    /// The page at this path, and its type.
    pub fn page(&self, target: &str) -> Option<(&'static str, Vec<u8>)> {
        let path = if target == "/" { "/index.html" } else { target };
        match self.file(path) {
            Some(file) => Some((kind(&file), fs::read(file).ok()?)),
            None if target == "/" => Some((HTML, HOME.into())),
            None => None,
        }
    }

    fn file(&self, target: &str) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let path = Path::new(target.strip_prefix('/')?);
        // `..` climbs out of the folder, and joining an absolute path (`//etc/passwd`) forgets it altogether.
        if !path.components().all(|component| matches!(component, Component::Normal(_))) {
            return None;
        }
        // A link in the folder could lead out, too.
        let file = folder.join(path).canonicalize().ok()?;
        (file.starts_with(folder) && file.is_file()).then_some(file)
    }
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        _ => "application/octet-stream",
    }
}
