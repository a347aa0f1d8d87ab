// Wrong: reads strings, and gives a client up whose line is none.
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
    for line in BufReader::new(client.try_clone()?).lines() {
        let line = line?;
        client.write_all(format!("{}\n", line.to_uppercase()).as_bytes())?;
        if line == "tchau" || line == "bye" {
            break;
        }
    }
    Ok(())
}
