//! A site that is a git repository, fetched with the user's git and read without checking anything out: no
//! hook, no filter and no link of the repository has a chance to act.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::{Deadline, SiteError, is_left_out};
use crate::machine::running::process;
use crate::model::site::{MOST_FILES, Refusal};

pub struct Repository {
    folder: TempDir,
    deadline: Deadline,
    /// Everything of the newest commit.
    entries: Vec<Entry>,
}

struct Entry {
    path: String,
    kind: Kind,
}

enum Kind {
    File {
        object: String,
        size: u64,
    },
    /// A link or a submodule.
    Other,
}

/// Bytes that one file of git's own may have while it fetches, at most.
const MOST_ON_DISK: u64 = 256 << 20;

/// How long a git that was told to end may take for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes of a listing, at most.
const MOST_OF_LISTING: u64 = 16 << 20;

/// Variables that git and ssh need to reach other machines.
const KEPT: [&str; 10] = [
    "PATH",
    "SSH_AUTH_SOCK",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "no_proxy",
    "NO_PROXY",
    "ALL_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

impl Repository {
    /// Fetches the newest commit of the repository's own branch.
    pub fn fetch(url: &str, protocol: &str, deadline: Deadline) -> Result<Repository, SiteError> {
        let folder = tempfile::Builder::new().prefix("checker-git-").tempdir().map_err(SiteError::Io)?;
        let mut fetched = Repository { folder, deadline, entries: Vec::new() };
        let options =
            ["clone", "--quiet", "--bare", "--depth=1", "--single-branch", "--no-tags", "--template="];
        fetched.git(
            protocol,
            &[&options[..], &["--no-local", "--", url, "repository"]].concat(),
            MOST_OF_LISTING,
        )?;
        let listing = fetched
            .in_repository(&["ls-tree", "-r", "-z", "--long", "--full-tree", "HEAD"], MOST_OF_LISTING)?;
        fetched.entries = listing.split(|byte| *byte == 0).filter_map(entry).collect();
        Ok(fetched)
    }

    /// Fetches one commit by a name that the other side knows it by.
    fn fetch_reference(
        url: &str,
        protocol: &str,
        reference: &str,
        deadline: Deadline,
    ) -> Result<Repository, SiteError> {
        let folder = tempfile::Builder::new().prefix("checker-git-").tempdir().map_err(SiteError::Io)?;
        let fetched = Repository { folder, deadline, entries: Vec::new() };
        fetched.git("none", &["init", "--quiet", "--bare", "--template=", "repository"], MOST_OF_LISTING)?;
        let options = ["--git-dir=repository", "fetch", "--quiet", "--depth=1", "--no-tags", "--"];
        fetched.git(protocol, &[&options[..], &[url, reference]].concat(), MOST_OF_LISTING)?;
        Ok(fetched)
    }

    pub fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SiteError> {
        let entry = self.entries.iter().find(|entry| entry.path == path);
        match entry.map(|entry| &entry.kind) {
            None => Err(SiteError::Missing { path: path.to_owned() }),
            Some(Kind::Other) => Err(Refusal::NoFile { path: path.to_owned() }.into()),
            Some(Kind::File { size, .. }) if *size > most => {
                Err(Refusal::TooLarge { path: path.to_owned(), most }.into())
            }
            Some(Kind::File { object, .. }) => self.in_repository(&["cat-file", "blob", object], most),
        }
    }

    pub fn list(&self, folder: &str) -> Result<Vec<String>, SiteError> {
        let mut found = Vec::new();
        for entry in &self.entries {
            let below = entry.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            let Some(below) = below else { continue };
            if below.split('/').enumerate().any(|(depth, part)| is_left_out(part, depth == 0)) {
                continue;
            }
            match entry.kind {
                Kind::File { .. } => found.push(below.to_owned()),
                Kind::Other => return Err(Refusal::NoFile { path: entry.path.clone() }.into()),
            }
            if found.len() > MOST_FILES {
                return Err(Refusal::TooManyFiles { lab: folder.to_owned() }.into());
            }
        }
        Ok(found)
    }

    fn in_repository(&self, words: &[&str], most: u64) -> Result<Vec<u8>, SiteError> {
        self.git("none", &[&["--git-dir=repository"], words].concat(), most)
    }

    /// What git writes, at most so many bytes of it.
    fn git(&self, protocol: &str, words: &[&str], most: u64) -> Result<Vec<u8>, SiteError> {
        let git = process::find_program("git").ok_or(SiteError::NoGit)?;
        let mut command = command(&git, protocol, self.folder.path());
        let child = command.args(words).spawn().map_err(SiteError::Io)?;
        self.told(child, most)
    }

    fn told(&self, mut child: Child, most: u64) -> Result<Vec<u8>, SiteError> {
        let left = self.deadline.left();
        let (sender, ended) = mpsc::channel();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let out = sender.clone();
        thread::spawn(move || out.send((Stream::Out, stdout.map(|stream| read(stream, most + 1)))));
        thread::spawn(move || sender.send((Stream::Err, stderr.map(|stream| read(stream, 8 << 10)))));
        let (mut written, mut said) = (Vec::new(), Vec::new());
        let mut failure = left.as_ref().err().map(|_| self.deadline.passed());
        let end = Instant::now() + left.unwrap_or(Duration::ZERO);
        for _ in 0..2 {
            match ended.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok((Stream::Out, content)) => written = content.unwrap_or_default(),
                Ok((Stream::Err, content)) => said = content.unwrap_or_default(),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    failure = Some(self.deadline.passed());
                    break;
                }
            }
        }
        if written.len() as u64 > most {
            failure = Some(Refusal::TooLarge { path: "git".to_owned(), most }.into());
        }
        if failure.is_some() {
            // Gently first: git ends its own helpers then.
            let _ = kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM);
            while ended.recv_timeout(PATIENCE).is_ok() {}
            let _ = child.kill();
        }
        let status = child.wait().map_err(SiteError::Io)?;
        match failure {
            Some(failure) => Err(failure),
            None if status.success() => Ok(written),
            None => Err(SiteError::Git { said: String::from_utf8_lossy(&said).trim().to_owned() }),
        }
    }
}

/// One commit of a repository as a tar.
pub fn packed(
    url: &str,
    protocol: &str,
    reference: &str,
    deadline: Deadline,
    most: u64,
) -> Result<Vec<u8>, SiteError> {
    let fetched = Repository::fetch_reference(url, protocol, reference, deadline)?;
    fetched.in_repository(&["archive", "--format=tar", "FETCH_HEAD"], most)
}

enum Stream {
    Out,
    Err,
}

/// So many bytes; the rest is read and forgotten, so that nobody waits for a reader.
fn read(mut stream: impl Read, most: u64) -> Vec<u8> {
    let mut content = Vec::new();
    // What broke off is told by the status.
    let _ = stream.by_ref().take(most).read_to_end(&mut content);
    if (content.len() as u64) < most {
        return content;
    }
    let mut rest = [0; 4 << 10];
    while stream.read(&mut rest).is_ok_and(|count| count > 0) {}
    content
}

/// Git without anybody's configuration, that asks nothing, and knows one way to the network.
fn command(git: &Path, protocol: &str, folder: &Path) -> Command {
    let mut command = Command::new(git);
    command.env_clear();
    command.envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
        .env("HOME", folder)
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "/bin/false")
        .env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
        .env("GIT_ALLOW_PROTOCOL", protocol)
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .env("GIT_ATTR_NOSYSTEM", "1");
    for setting in [
        "core.hooksPath=/dev/null",
        "credential.helper=",
        "http.followRedirects=false",
        "transfer.fsckObjects=true",
        "fetch.recurseSubmodules=false",
        "gc.auto=0",
        "maintenance.auto=false",
    ] {
        command.args(["-c", setting]);
    }
    process::limit_files(&mut command, MOST_ON_DISK);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// `100644 blob OBJECT    SIZE<tab>PATH`
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let path = String::from_utf8_lossy(&line[tab + 1..]).into_owned();
    let about = String::from_utf8_lossy(&line[..tab]).into_owned();
    let mut words = about.split_ascii_whitespace();
    let (mode, object) = (words.next()?, words.nth(1)?);
    let size = words.next().and_then(|size| size.parse().ok());
    let kind = match (mode, size) {
        ("100644" | "100755", Some(size)) => Kind::File { object: object.to_owned(), size },
        _ => Kind::Other,
    };
    Some(Entry { path, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_tells_files_from_everything_else() {
        let file = entry(b"100755 blob 0123abc     17\tsrc/a b.rs").unwrap();
        assert_eq!(file.path, "src/a b.rs");
        assert!(matches!(file.kind, Kind::File { object, size: 17 } if object == "0123abc"));
        for other in ["120000 blob 0123abc 4\tlink", "160000 commit 0123abc -\tmodule"] {
            assert!(matches!(entry(other.as_bytes()).unwrap().kind, Kind::Other));
        }
        assert!(entry(b"").is_none());
    }
}
