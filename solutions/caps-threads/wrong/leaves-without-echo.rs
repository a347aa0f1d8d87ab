// Wrong: goes at the word tchau or bye, without sending it back.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    for (number, client) in (1..).zip(TcpListener::bind(format!("{host}:{port}"))?.incoming()) {
        let client = client?;
        thread::spawn(move || echo_in_caps(number, client));
    }
    Ok(())
}

fn echo_in_caps(number: u32, mut client: TcpStream) -> io::Result<()> {
    client.write_all(format!("Echo server (client {number}).\n").as_bytes())?;
    let mut lines = BufReader::new(client.try_clone()?);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if is_goodbye(&line) {
            break;
        }
        client.write_all(&upper_case(&line))?;
        line.clear();
    }
    Ok(())
}

fn is_goodbye(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end(), b"tchau" | b"bye")
}

fn upper_case(bytes: &[u8]) -> Vec<u8> {
    let mut upper = Vec::new();
    for chunk in bytes.utf8_chunks() {
        upper.extend_from_slice(chunk.valid().to_uppercase().as_bytes());
        upper.extend_from_slice(chunk.invalid());
    }
    upper
}
