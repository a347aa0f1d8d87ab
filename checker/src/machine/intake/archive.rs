//! Archives as students make them. What they say of themselves is not believed: sizes are counted, paths looked at.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use tar::EntryType;
use zip::ZipArchive;

use super::basket::{Basket, wanted};
use super::{Fault, MOST_BYTES, MOST_PACKED, NotTaken, Rights};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Tar,
    TarGz,
    Zip,
}

/// Files and folders of an archive, at most, what is left out included.
const MOST_ENTRIES: usize = 50_000;

/// What an archive's name says of it, and the name without its ending.
pub fn packing(name: &str) -> Option<(&str, Packing)> {
    let endings = [
        (".tar.gz", Packing::TarGz),
        (".tgz", Packing::TarGz),
        (".tar", Packing::Tar),
        (".zip", Packing::Zip),
    ];
    endings.into_iter().find_map(|(ending, packing)| {
        let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0 && name.is_char_boundary(*at))?;
        name[at..].eq_ignore_ascii_case(ending).then_some((&name[..at], packing))
    })
}

pub fn read(path: &Path, packing: Packing, basket: &mut Basket) -> Result<(), NotTaken> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => Fault::Closed { path: path.display().to_string() }.into(),
        _ => NotTaken::Machine(error),
    })?;
    if file.metadata().map_err(NotTaken::Machine)?.len() > MOST_PACKED {
        return Err(Fault::Swells.into());
    }
    match packing {
        Packing::Tar => read_tar(BufReader::new(file), basket),
        Packing::TarGz => read_tar(MultiGzDecoder::new(BufReader::new(file)), basket),
        Packing::Zip => read_zip(file, basket),
    }
}

/// Takes the files of a tar.
///
/// # Errors
/// It is refused, or cannot be read.
pub fn read_tar(packed: impl Read, basket: &mut Basket) -> Result<(), NotTaken> {
    let mut archive = tar::Archive::new(Capped { inner: packed, left: MOST_PACKED });
    for (number, entry) in archive.entries().map_err(broken)?.enumerate() {
        let entry = entry.map_err(broken)?;
        if number >= MOST_ENTRIES {
            return Err(Fault::TooManyFiles.into());
        }
        let path = entry.path_bytes().into_owned();
        let target = || entry.link_name_bytes().map(|target| target.into_owned()).unwrap_or_default();
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let rights = rights(entry.header().mode().ok());
                basket.add(&path, entry, rights)?;
            }
            EntryType::Directory => drop(wanted(&path)?),
            EntryType::Symlink => basket.link(&path, &target())?,
            EntryType::Link => basket.second_name(&path, &target())?,
            EntryType::XGlobalHeader | EntryType::XHeader => {}
            _ => return Err(Fault::Device { path: String::from_utf8_lossy(&path).into_owned() }.into()),
        }
    }
    Ok(())
}

fn read_zip(mut file: File, basket: &mut Basket) -> Result<(), NotTaken> {
    if headers(&mut file).map_err(NotTaken::Machine)? > MOST_ENTRIES {
        return Err(Fault::TooManyFiles.into());
    }
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(error.into()))?;
    let mut left = MOST_PACKED;
    for number in 0..archive.len() {
        let mut entry = match archive.by_index(number) {
            Ok(entry) => entry,
            Err(error) => return Err(broken(error.into())),
        };
        // Windows writes them so, and no file of a lab has one in its name.
        let path: Vec<u8> =
            entry.name_raw().iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect();
        let mode = entry.unix_mode();
        let is_folder = entry.is_dir() || path.ends_with(b"/");
        if wanted(&path)?.is_none() || is_folder {
            continue;
        }
        let kind = mode.unwrap_or(0) & 0o170_000;
        if entry.is_symlink() {
            let mut target = Vec::new();
            entry.by_ref().take(4096).read_to_end(&mut target).map_err(broken)?;
            basket.link(&path, &target)?;
        } else if matches!(kind, 0 | 0o100_000) {
            let mut counted = Capped { inner: entry.by_ref(), left };
            basket.add(&path, &mut counted, rights(mode))?;
            left = counted.left;
        } else {
            return Err(Fault::Device { path: String::from_utf8_lossy(&path).into_owned() }.into());
        }
    }
    Ok(())
}

/// How many entries a zip may have: they are counted before anybody makes room for them.
fn headers(file: &mut File) -> io::Result<usize> {
    const SIGNATURE: &[u8; 4] = b"PK\x01\x02";
    let mut buffer = vec![0; 64 << 10];
    let (mut kept, mut found) = (0, 0);
    loop {
        let count = file.read(&mut buffer[kept..])?;
        if count == 0 {
            file.seek(SeekFrom::Start(0))?;
            return Ok(found);
        }
        let filled = kept + count;
        found += buffer[..filled].windows(SIGNATURE.len()).filter(|bytes| bytes == SIGNATURE).count();
        kept = filled.min(SIGNATURE.len() - 1);
        buffer.copy_within(filled - kept..filled, 0);
    }
}

fn rights(mode: Option<u32>) -> Rights {
    if mode.is_some_and(|mode| mode & 0o111 != 0) { Rights::Executable } else { Rights::Plain }
}

fn broken(error: io::Error) -> NotTaken {
    let why = error.to_string();
    if error.kind() == io::ErrorKind::FileTooLarge {
        return Fault::Swells.into();
    }
    if why.to_ascii_lowercase().contains("password") {
        return Fault::Locked { path: why }.into();
    }
    Fault::Broken { why }.into()
}

/// Reads so many bytes and then fails.
struct Capped<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(count)
    }
}

/// What one file can hold is less than what an archive may unpack to, so that a swollen one is told as such.
const _: () = assert!(MOST_BYTES < MOST_PACKED);

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::write::SimpleFileOptions;

    use super::super::{Files, Source, take};
    use super::*;

    type Entry<'a> = (&'a [u8], EntryType, &'a [u8]);

    fn tar(entries: &[Entry]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, kind, content) in entries {
            let mut header = tar::Header::new_old();
            // As nobody's tar would write it.
            header.as_old_mut().name[..path.len()].copy_from_slice(path);
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            let data: &[u8] = if *kind == EntryType::Regular { content } else { b"" };
            if data.is_empty() {
                header.as_old_mut().linkname[..content.len()].copy_from_slice(content);
            }
            header.set_size(data.len() as u64);
            header.set_cksum();
            builder.append(&header, data).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn of_bytes(name: &str, bytes: &[u8]) -> Result<Files, Fault> {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        take(&Source::Archive(path, packing(name).unwrap().1)).map_err(|error| match error {
            NotTaken::Refused(fault) => fault,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn the_ending_tells_the_packing() {
        assert_eq!(packing("ana.tar.gz"), Some(("ana", Packing::TarGz)));
        assert_eq!(packing("ana.lab.ZIP"), Some(("ana.lab", Packing::Zip)));
        assert_eq!(packing("ana.tar"), Some(("ana", Packing::Tar)));
        assert_eq!(packing(".zip"), None);
        assert_eq!(packing("ana.rar"), None);
    }

    #[test]
    fn a_tar_is_read_packed_or_not() {
        let packed = tar(&[
            (b"ana/", EntryType::Directory, b""),
            (b"ana/main.py", EntryType::Regular, b"print()"),
            (b"ana/target/x", EntryType::Regular, b"no"),
            (b"ana/link.py", EntryType::Symlink, b"main.py"),
            (b"ana/same.py", EntryType::Link, b"ana/main.py"),
        ]);
        let names = |files: Files| files.into_keys().collect::<Vec<_>>();
        let expected = ["ana/link.py", "ana/main.py", "ana/same.py"];
        assert_eq!(names(of_bytes("a.tar", &packed).unwrap()), expected);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&packed).unwrap();
        let squeezed = encoder.finish().unwrap();
        assert_eq!(names(of_bytes("a.tgz", &squeezed).unwrap()), expected);
        assert!(matches!(of_bytes("a.tgz", &squeezed[..40]), Err(Fault::Broken { .. })));
        assert!(matches!(of_bytes("a.tgz", b"no archive"), Err(Fault::Broken { .. })));
        assert!(matches!(of_bytes("a.zip", b"no archive"), Err(Fault::Broken { .. })));
    }

    #[test]
    fn a_tar_that_would_write_elsewhere_is_refused() {
        let refused = |entry: Entry| of_bytes("a.tar", &tar(&[entry])).unwrap_err();
        let climbs = |fault| matches!(fault, Fault::Climbs { .. });
        assert!(climbs(refused((b"../../.ssh/authorized_keys", EntryType::Regular, b"x"))));
        assert!(climbs(refused((b"/etc/passwd", EntryType::Regular, b"x"))));
        assert!(climbs(refused((b"a/../..", EntryType::Directory, b""))));
        assert!(climbs(refused((b"a", EntryType::Link, b"/etc/passwd"))));
        assert!(matches!(refused((b"a", EntryType::Symlink, b"/etc")), Fault::Leaves { .. }));
        for kind in [EntryType::Char, EntryType::Block, EntryType::Fifo] {
            assert!(matches!(refused((b"a", kind, b"")), Fault::Device { .. }));
        }
        assert!(matches!(refused((b"a\x1bb", EntryType::Regular, b"x")), Fault::Name { .. }));
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let mut header = tar::Header::new_gnu();
        header.set_path("zeros").unwrap();
        header.set_size(1 << 40);
        header.set_cksum();
        encoder.write_all(header.as_bytes()).unwrap();
        for _ in 0..=(MOST_BYTES >> 20) {
            encoder.write_all(&vec![0; 1 << 20]).unwrap();
        }
        assert_eq!(of_bytes("a.tgz", &encoder.finish().unwrap()), Err(Fault::TooLarge));
    }

    fn zip(entries: &[(&str, u32, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (path, mode, content) in entries {
            writer.start_file(*path, SimpleFileOptions::default().unix_permissions(*mode)).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_zip_is_read() {
        let packed = zip(&[
            ("ana\\main.py", 0o755, b"print()"),
            ("ana/target/x", 0o644, b"no"),
            ("__MACOSX/ana/._main.py", 0o644, b"no"),
        ]);
        let files = of_bytes("a.zip", &packed).unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!(files["ana/main.py"].rights, Rights::Executable);
        assert!(matches!(of_bytes("a.zip", &zip(&[("../x", 0o644, b"x")])), Err(Fault::Climbs { .. })));
        assert!(matches!(of_bytes("a.zip", &zip(&[("..\\x", 0o644, b"x")])), Err(Fault::Climbs { .. })));
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        writer.add_symlink("a", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let linked = writer.finish().unwrap().into_inner();
        assert!(matches!(of_bytes("a.zip", &linked), Err(Fault::Leaves { .. })));
        assert_eq!(of_bytes("a.zip", &zip(&[])), Err(Fault::Empty));
    }
}
