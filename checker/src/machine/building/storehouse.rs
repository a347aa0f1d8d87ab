//! The builds of a class, kept for the next time within limits: those that were used longest ago go first.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::machine::{building::build, disk::folder};

#[derive(Debug)]
pub struct Storehouse {
    cache: PathBuf,
    /// Bytes that may be kept.
    most: u64,
    total: u64,
    oldest_first: VecDeque<(PathBuf, u64)>,
}

impl Storehouse {
    /// Looks at what earlier runs have left below `cache`; the builds of these `sources` will be used again.
    pub fn open(cache: &Path, most: u64, sources: &[PathBuf]) -> Storehouse {
        let needed: Vec<String> = sources.iter().map(|source| build::place_of(&real(source))).collect();
        let entries = fs::read_dir(cache.join("build")).into_iter().flatten().flatten();
        let mut found: Vec<(SystemTime, PathBuf)> = entries
            .filter(|entry| !needed.iter().any(|name| entry.file_name() == name.as_str()))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        found.sort();
        let mut house = Storehouse { cache: cache.to_owned(), most, total: 0, oldest_first: VecDeque::new() };
        for (_, place) in found {
            let size = size(&place);
            house.total += size;
            house.oldest_first.push_back((place, size));
        }
        house.make_room();
        house
    }

    /// The build of this source is done and nobody runs it any more.
    ///
    /// What only helps to build a crate again that was changed a little is thrown away at once: it is more than half.
    pub fn keep(&mut self, source: &Path) {
        let place = self.cache.join("build").join(build::place_of(&real(source)));
        let _ = folder::remove(&place.join("target/debug/incremental"));
        let size = size(&place);
        self.total += size;
        self.oldest_first.push_back((place, size));
        self.make_room();
    }

    fn make_room(&mut self) {
        while self.total > self.most
            && let Some((place, size)) = self.oldest_first.pop_front()
        {
            self.total -= size;
            // What cannot be removed now is found again by the next run.
            let _ = clear(&place);
        }
    }
}

/// Under its lock, which another checker may hold.
fn clear(place: &Path) -> io::Result<()> {
    let _lock = build::lock(&place.join("lock"))?;
    for part in ["target", "source", "scratch"] {
        folder::clear_away(&place.join(part))?;
    }
    fs::remove_file(place.join("lock"))?;
    fs::remove_dir(place)
}

fn real(source: &Path) -> PathBuf {
    fs::canonicalize(source).unwrap_or_else(|_| source.to_owned())
}

/// Bytes on the disk; links are not followed.
fn size(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    const BLOCK: u64 = 512;
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| {
        let data = entry.metadata().ok()?;
        let below = if data.is_dir() { size(&entry.path()) } else { 0 };
        Some(data.blocks() * BLOCK + below)
    });
    sizes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_builds_go_when_there_is_no_room() {
        let temp = tempfile::tempdir().unwrap();
        let cache = fs::canonicalize(temp.path()).unwrap();
        let sources: Vec<PathBuf> = ["a", "b", "c"].map(|name| cache.join(name)).into();
        let place = |source: &Path| cache.join("build").join(build::place_of(source));
        for source in &sources {
            fs::create_dir(source).unwrap();
            fs::create_dir_all(place(source).join("target/debug/incremental")).unwrap();
            fs::write(place(source).join("target/debug/program"), vec![1; 1 << 20]).unwrap();
        }
        let mut house = Storehouse::open(&cache, 5 << 19, &sources);
        sources.iter().for_each(|source| house.keep(source));
        let left: Vec<bool> = sources.iter().map(|source| place(source).exists()).collect();
        assert_eq!(left, [false, true, true]);
        assert!(!place(&sources[1]).join("target/debug/incremental").exists());
        Storehouse::open(&cache, 0, &sources[..2]);
        assert!(place(&sources[1]).exists() && !place(&sources[2]).exists());
    }
}
