// Wrong: panics while it holds the lock that all threads need; whoever locks it then panics as well.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let lines = Arc::new(Mutex::new(0));
    for (number, client) in (1..).zip(TcpListener::bind(format!("{host}:{port}"))?.incoming()) {
        let client = client?;
        let lines = Arc::clone(&lines);
        thread::spawn(move || echo_in_caps(number, client, &lines).unwrap());
    }
    Ok(())
}

fn echo_in_caps(number: u32, mut client: TcpStream, count: &Mutex<u64>) -> io::Result<()> {
    client.write_all(format!("Echo server (client {number}).\n").as_bytes())?;
    let mut lines = BufReader::new(client.try_clone()?);
    let mut line = Vec::new();
    loop {
        let received = lines.read_until(b'\n', &mut line);
        let mut count = count.lock().unwrap();
        if received.unwrap() == 0 {
            return Ok(());
        }
        *count += 1;
        drop(count);
        client.write_all(&upper_case(&line))?;
        if is_goodbye(&line) {
            return Ok(());
        }
        line.clear();
    }
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
