//! What a site's url means: a folder, static files, or a git repository.

use std::path::{Path, PathBuf};

use url::Url;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An absolute path.
    Folder(PathBuf),
    /// Ends in a slash.
    Http(Url),
    /// What git is given, and the one transport that it may use.
    Git { url: String, protocol: &'static str },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressFault {
    /// Nothing that a site can be reached by.
    Unknown(String),
    /// A folder that does not begin at the root or at the home.
    Relative(String),
    /// A password would be copied into files of labs.
    Password,
    /// Parts that a site has no use for: `?query`, `#fragment`.
    Extra(String),
}

/// Reads a url as config.yaml has it. `home` stands for `~`.
///
/// Git repositories are `git+https://…`, `git+http://…`, `ssh://…`, `git@host:path`, any http address and any
/// folder whose name ends in `.git`.
pub fn parse(url: &str, home: Option<&Path>) -> Result<Address, AddressFault> {
    let unknown = || AddressFault::Unknown(url.to_owned());
    if url.is_empty() || url.starts_with('-') || url.chars().any(char::is_control) {
        return Err(unknown());
    }
    if let Some(git) = url.strip_prefix("git+") {
        let parsed = network(git)?.ok_or_else(unknown)?;
        return git_address(&parsed, git).ok_or_else(unknown);
    }
    if let Some(parsed) = network(url)? {
        return match parsed.scheme() {
            "ssh" => git_address(&parsed, url).ok_or_else(unknown),
            _ if parsed.path().trim_end_matches('/').ends_with(".git") => {
                git_address(&parsed, url).ok_or_else(unknown)
            }
            "http" | "https" => Ok(Address::Http(folder_url(parsed))),
            _ => Err(unknown()),
        };
    }
    if is_scp(url) {
        return Ok(Address::Git { url: url.to_owned(), protocol: "ssh" });
    }
    // `ext::sh -c …` and other helpers of git's.
    if url.contains("://") || url.contains("::") {
        return Err(unknown());
    }
    let path = match (url.strip_prefix("~/"), home) {
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(url),
    };
    if !path.is_absolute() {
        return Err(AddressFault::Relative(url.to_owned()));
    }
    if url.trim_end_matches('/').ends_with(".git") {
        let url = Url::from_file_path(&path).map_err(|()| unknown())?;
        return Ok(Address::Git { url: url.into(), protocol: "file" });
    }
    Ok(Address::Folder(path))
}

/// Reads the url of a git repository, with the one transport that git may use for it: as `parse` does, but any
/// http address and any folder may be one.
///
/// # Errors
/// As for `parse`.
pub fn repository(url: &str) -> Result<(String, &'static str), AddressFault> {
    let relative = |url: &str| std::path::absolute(url).ok().filter(|path| path.is_dir());
    let folder = match relative(url) {
        Some(folder) => Some(folder),
        None => url.strip_prefix("file://").map(PathBuf::from),
    };
    if let Some(folder) = folder {
        let url = Url::from_file_path(&folder).map_err(|()| AddressFault::Unknown(url.to_owned()))?;
        return Ok((url.into(), "file"));
    }
    let whole = if url.starts_with("http") { format!("git+{url}") } else { url.to_owned() };
    match parse(&whole, None)? {
        Address::Git { url, protocol } => Ok((url, protocol)),
        Address::Folder(_) | Address::Http(_) => Err(AddressFault::Unknown(url.to_owned())),
    }
}

/// The url, if it is one of a network.
fn network(text: &str) -> Result<Option<Url>, AddressFault> {
    let schemes = ["http://", "https://", "ssh://"];
    if !schemes.iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(None);
    }
    let url = Url::parse(text).map_err(|_| AddressFault::Unknown(text.to_owned()))?;
    if url.password().is_some() || url.scheme() != "ssh" && !url.username().is_empty() {
        return Err(AddressFault::Password);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(AddressFault::Extra(text.to_owned()));
    }
    let has_host = url.host_str().is_some_and(|host| !host.is_empty() && !host.starts_with('-'));
    if has_host { Ok(Some(url)) } else { Err(AddressFault::Unknown(text.to_owned())) }
}

fn git_address(url: &Url, text: &str) -> Option<Address> {
    let protocol = ["https", "http", "ssh"].into_iter().find(|protocol| *protocol == url.scheme())?;
    Some(Address::Git { url: text.to_owned(), protocol })
}

/// `git@host:path`
fn is_scp(text: &str) -> bool {
    let Some((whom, path)) = text.split_once(':') else { return false };
    let Some((user, host)) = whom.split_once('@') else { return false };
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with('-')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    is_name(user) && is_name(host) && !path.is_empty() && !path.starts_with([':', '-'])
}

/// Paths are added to it, so that its own last part must be a folder.
fn folder_url(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Address, AddressFault> {
        parse(url, Some(Path::new("/home/ana")))
    }

    #[test]
    fn each_kind_of_site_is_told_by_its_url() {
        let git = |url: &str, protocol| Ok(Address::Git { url: url.into(), protocol });
        assert_eq!(read("/srv/course"), Ok(Address::Folder("/srv/course".into())));
        assert_eq!(read("~/course"), Ok(Address::Folder("/home/ana/course".into())));
        let http = Url::parse("https://example.org/sockets/").unwrap();
        assert_eq!(read("https://example.org/sockets"), Ok(Address::Http(http)));
        assert_eq!(read("https://example.org/c.git"), git("https://example.org/c.git", "https"));
        assert_eq!(read("git+https://example.org/c"), git("https://example.org/c", "https"));
        assert_eq!(read("git+http://example.org/c"), git("http://example.org/c", "http"));
        assert_eq!(read("git@example.org:ana/c"), git("git@example.org:ana/c", "ssh"));
        assert_eq!(read("ssh://git@example.org/c"), git("ssh://git@example.org/c", "ssh"));
        assert_eq!(read("/srv/course.git"), git("file:///srv/course.git", "file"));
    }

    #[test]
    fn whatever_else_is_refused() {
        for url in [
            "",
            "-x",
            "--upload-pack=touch x",
            "ext::sh -c touch%20x",
            "file:///etc",
            "git+file:///srv/c",
            "git+ext::sh",
            "ftp://example.org/",
            "https://",
            "ssh://-oProxyCommand=x/c",
            "-oProxyCommand=x@example.org:c",
            "http://a b/",
            "/srv/\x1b[2J",
        ] {
            assert!(matches!(read(url), Err(AddressFault::Unknown(_))), "{url:?}: {:?}", read(url));
        }
        assert!(matches!(read("course"), Err(AddressFault::Relative(_))));
        assert!(matches!(read("a@-x:c"), Err(AddressFault::Relative(_))));
        assert!(matches!(read("../course.git"), Err(AddressFault::Relative(_))));
        assert_eq!(read("https://ana:secret@example.org/"), Err(AddressFault::Password));
        assert!(matches!(read("https://example.org/?x=1"), Err(AddressFault::Extra(_))));
    }
}
