//! The bytes of a request.

use std::net::SocketAddr;

/// `head`: the request line, `GET /` will do, and header fields. `Host`, and the length of a body, are added where
/// they are not among them.
pub fn request(head: Vec<Vec<u8>>, body: Vec<u8>, address: SocketAddr) -> Vec<u8> {
    let mut lines = head;
    let has = |lines: &[Vec<u8>], name: &[u8]| {
        lines.iter().skip(1).any(|line| {
            line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
                && line.get(name.len()) == Some(&b':')
        })
    };
    if let Some(first) = lines.first_mut()
        && !first.windows(6).any(|part| part == b" HTTP/")
    {
        first.extend_from_slice(b" HTTP/1.1");
    }
    if !has(&lines, b"Host") {
        lines.insert(1.min(lines.len()), format!("Host: {address}").into_bytes());
    }
    if !body.is_empty() && !has(&lines, b"Content-Length") && !has(&lines, b"Transfer-Encoding") {
        lines.push(format!("Content-Length: {}", body.len()).into_bytes());
    }
    let mut bytes: Vec<u8> = lines.into_iter().flat_map(|line| [line, b"\r\n".to_vec()].concat()).collect();
    bytes.extend_from_slice(b"\r\n");
    bytes.extend(body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &[&str], body: &str) -> String {
        let head = head.iter().map(|line| line.as_bytes().to_vec()).collect();
        String::from_utf8(request(head, body.into(), "127.0.0.1:9090".parse().unwrap())).unwrap()
    }

    #[test]
    fn what_every_request_has_is_added() {
        assert_eq!(shown(&["GET /"], ""), "GET / HTTP/1.1\r\nHost: 127.0.0.1:9090\r\n\r\n");
        assert_eq!(
            shown(&["POST / HTTP/1.0", "host: x"], "oi\n"),
            "POST / HTTP/1.0\r\nhost: x\r\nContent-Length: 3\r\n\r\noi\n"
        );
    }
}
