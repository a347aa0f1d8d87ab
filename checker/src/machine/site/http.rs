//! A site of static files behind http.

use std::io::{self, Read};

use ureq::{Agent, Error};
use url::Url;

use super::{Deadline, SiteError};
use crate::model::site::Refusal;

pub struct Http {
    /// Ends in a slash.
    base: Url,
    agent: Agent,
    deadline: Deadline,
}

/// Redirects that are followed one after another, at most.
const MOST_REDIRECTS: usize = 5;

/// Bytes of an answer's headers, at most.
const MOST_OF_HEADERS: usize = 32 << 10;

impl Http {
    pub fn new(base: Url, deadline: Deadline) -> Http {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Followed here, where each is looked at.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MOST_OF_HEADERS)
            .user_agent(concat!("checker/", env!("CARGO_PKG_VERSION")));
        Http { base, agent: config.build().into(), deadline }
    }

    pub fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, SiteError> {
        let mut address = self.address(path)?;
        for _ in 0..=MOST_REDIRECTS {
            match self.get(&address, path, most)? {
                Answer::Content(content) => return Ok(content),
                Answer::Elsewhere(to) => address = redirected(&address, &to)?,
            }
        }
        Err(Refusal::Redirect { from: self.base.to_string(), to: address.to_string() }.into())
    }

    /// Each part as it stands: nothing in a path is a sign to urls.
    fn address(&self, path: &str) -> Result<Url, SiteError> {
        let mut address = self.base.clone();
        match address.path_segments_mut() {
            Ok(mut parts) => drop(parts.pop_if_empty().extend(path.split('/'))),
            Err(()) => return Err(SiteError::Unreachable { why: self.base.to_string() }),
        }
        Ok(address)
    }

    fn get(&self, address: &Url, path: &str, most: u64) -> Result<Answer, SiteError> {
        let left = self.deadline.left()?;
        let request = self.agent.get(address.as_str()).config().timeout_global(Some(left)).build();
        let mut response = request.call().map_err(|error| self.told(error))?;
        let status = response.status().as_u16();
        match status {
            200 => {}
            301 | 302 | 303 | 307 | 308 => {
                let to = response.headers().get("location").and_then(|to| to.to_str().ok());
                return Ok(Answer::Elsewhere(to.unwrap_or_default().to_owned()));
            }
            404 | 410 => return Err(SiteError::Missing { path: path.to_owned() }),
            status => return Err(SiteError::Status { address: address.to_string(), status }),
        }
        let mut content = Vec::new();
        let mut part = [0; 16 << 10];
        let mut body = response.body_mut().as_reader();
        loop {
            // The whole site has one deadline, however small the pieces come in.
            self.deadline.left()?;
            match body.read(&mut part) {
                Ok(0) => return Ok(Answer::Content(content)),
                Ok(count) => content.extend_from_slice(&part[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.told(Error::from(error))),
            }
            if content.len() as u64 > most {
                return Err(Refusal::TooLarge { path: path.to_owned(), most }.into());
            }
        }
    }

    fn told(&self, error: Error) -> SiteError {
        match error {
            Error::Timeout(_) => self.deadline.passed(),
            Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => self.deadline.passed(),
            error => SiteError::Unreachable { why: error.to_string() },
        }
    }
}

enum Answer {
    Content(Vec<u8>),
    Elsewhere(String),
}

/// Where a redirect leads: to the same machine only, and never from https back to http.
fn redirected(from: &Url, to: &str) -> Result<Url, SiteError> {
    let refused = || Refusal::Redirect { from: from.to_string(), to: to.to_owned() };
    let target = from.join(to).map_err(|_| refused())?;
    let is_same =
        target.scheme() == from.scheme() && target.port_or_known_default() == from.port_or_known_default();
    let is_safer = from.scheme() == "http"
        && target.scheme() == "https"
        && from.port().is_none()
        && target.port().is_none();
    let has_user = !target.username().is_empty() || target.password().is_some();
    if target.host() == from.host() && (is_same || is_safer) && !has_user && !to.is_empty() {
        Ok(target)
    } else {
        Err(refused().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_the_machine_and_never_lose_their_lock() {
        let follow = |from: &str, to: &str| redirected(&Url::parse(from).unwrap(), to).ok().map(String::from);
        let from = "https://example.org/a/index.json";
        assert_eq!(follow(from, "/b/index.json").as_deref(), Some("https://example.org/b/index.json"));
        assert_eq!(
            follow("http://example.org/a", "https://example.org/a").as_deref(),
            Some("https://example.org/a")
        );
        for to in [
            "",
            "http://example.org/a/index.json",
            "https://example.com/",
            "//example.com/",
            "https://example.org:8443/",
            "https://ana@example.org/",
            "file:///etc/passwd",
            "ftp://example.org/x",
        ] {
            assert_eq!(follow(from, to), None, "{to}");
        }
        assert_eq!(follow("http://127.0.0.1:8000/", "http://127.0.0.1:8001/"), None);
    }

    #[test]
    fn nothing_in_a_path_is_a_sign_to_urls() {
        let deadline = Deadline { at: std::time::Instant::now(), within: std::time::Duration::ZERO };
        let http = Http::new(Url::parse("http://127.0.0.1:9/c/").unwrap(), deadline);
        let address = http.address("a b/%2e%2e/x?y#z").unwrap();
        assert_eq!(address.as_str(), "http://127.0.0.1:9/c/a%20b/%252e%252e/x%3Fy%23z");
    }
}
