//! `caps-threads PORT HOST`: greets each client with its number, and echoes its lines in capitals.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    serve(&TcpListener::bind((host.as_str(), port))?);
    Ok(())
}

/// Lets clients in, for ever.
fn serve(listener: &TcpListener) {
    // The numbers are given by the one thread that accepts. Nothing is shared, so nothing can race.
    for (number, client) in (1..).zip(listener.incoming()) {
        thread::spawn(move || {
            // An error is the end of this thread and its client, and of nobody else.
            if let Err(error) = client.and_then(|client| echo_in_caps(number, client)) {
                eprintln!("client {number}: {error}");
            }
        });
    }
}

/// Returns when the client has said goodbye or ended its side. Its connection ends here as well.
fn echo_in_caps(number: u32, mut client: TcpStream) -> io::Result<()> {
    // Without this the kernel may hold a line back until the one before is acknowledged.
    client.set_nodelay(true)?;
    // One write, one segment: `writeln!` would write piece by piece.
    client.write_all(format!("Echo server (client {number}).\n").as_bytes())?;
    let mut lines = BufReader::new(client.try_clone()?);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        client.write_all(&upper_case(&line))?;
        if is_goodbye(&line) {
            break;
        }
        line.clear();
    }
    Ok(())
}

/// Is this all that the line says?
fn is_goodbye(line: &[u8]) -> bool {
    let words = line.strip_suffix(b"\n").unwrap_or(line);
    matches!(words.strip_suffix(b"\r").unwrap_or(words), b"tchau" | b"bye")
}

/// Text in capitals; bytes that are no text stay as they are.
fn upper_case(bytes: &[u8]) -> Vec<u8> {
    let mut upper = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        upper.extend_from_slice(chunk.valid().to_uppercase().as_bytes());
        upper.extend_from_slice(chunk.invalid());
    }
    upper
}
