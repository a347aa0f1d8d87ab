//! `echocaps PORT HOST`: sends one client's text back in upper case, then ends.

use std::env;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    // The listener ends with this statement: one client is all that it is for.
    let (client, _) = TcpListener::bind((host.as_str(), port))?.accept()?;
    echo_in_caps(client)?;
    Ok(())
}

/// Returns when the client has ended its side and has been sent all that it said.
fn echo_in_caps(mut client: TcpStream) -> io::Result<()> {
    // Without this the kernel may hold a small answer back until the one before is acknowledged.
    client.set_nodelay(true)?;
    let mut caps = Caps::default();
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return client.write_all(&caps.finish());
        }
        client.write_all(&caps.push(&buffer[..received]))?;
    }
}

/// Turns UTF-8 that arrives in pieces into upper case. Bytes that are no UTF-8 stay as they are.
#[derive(Default)]
struct Caps {
    /// The beginning of a character whose other bytes have not come yet.
    unfinished: Vec<u8>,
}

impl Caps {
    /// Takes the next piece and returns all that can be said by now.
    fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let bytes = [self.unfinished.as_slice(), piece].concat();
        let (decided, unfinished) = bytes.split_at(bytes.len() - unfinished_at_end(&bytes));
        self.unfinished = unfinished.to_vec();
        upper_case(decided)
    }

    /// Returns what was still waiting for the rest of its character.
    fn finish(self) -> Vec<u8> {
        self.unfinished
    }
}

/// How many bytes at the end may yet become a character (0 to 3).
fn unfinished_at_end(bytes: &[u8]) -> usize {
    let end = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    // An error without a length means: valid so far, more bytes needed.
    let may_be_completed = str::from_utf8(end).is_err_and(|error| error.error_len().is_none());
    if may_be_completed { end.len() } else { 0 }
}

fn upper_case(bytes: &[u8]) -> Vec<u8> {
    let mut upper = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        upper.extend_from_slice(chunk.valid().to_uppercase().as_bytes());
        upper.extend_from_slice(chunk.invalid());
    }
    upper
}

#[cfg(test)]
mod tests {
    use super::Caps;

    fn in_pieces(bytes: &[u8], size: usize) -> Vec<u8> {
        let mut caps = Caps::default();
        let mut upper: Vec<u8> = bytes.chunks(size).flat_map(|piece| caps.push(piece)).collect();
        upper.extend(caps.finish());
        upper
    }

    #[test]
    fn the_size_of_the_pieces_changes_nothing() {
        for size in 1..=12 {
            assert_eq!(in_pieces("ação, việt, €, 𐐨!".as_bytes(), size), "AÇÃO, VIỆT, €, 𐐀!".as_bytes());
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay_as_they_are() {
        for size in 1..=12 {
            assert_eq!(in_pieces(b"a\xFFb\xE2\x82(c\xC3", size), b"A\xFFB\xE2\x82(C\xC3");
        }
    }

    #[test]
    fn nothing_waits_longer_than_it_must() {
        let mut caps = Caps::default();
        assert_eq!(caps.push(b"a\xE2\x82"), b"A");
        assert_eq!(caps.push(b"("), b"\xE2\x82(");
        assert_eq!(caps.push(b"\xFF"), b"\xFF");
    }
}
