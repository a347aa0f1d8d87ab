// Wrong: reads and writes an atomic number in two steps, between which another thread may read it.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

static CLIENTS: AtomicU32 = AtomicU32::new(0);

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    for client in TcpListener::bind(format!("{host}:{port}"))?.incoming() {
        let client = client?;
        thread::spawn(move || echo_in_caps(client));
    }
    Ok(())
}

fn echo_in_caps(mut client: TcpStream) -> io::Result<()> {
    let number = CLIENTS.load(Ordering::SeqCst) + 1; // and not fetch_add
    thread::sleep(Duration::from_millis(10)); // a moment is enough for somebody else to do the same
    CLIENTS.store(number, Ordering::SeqCst);
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
