// Wrong: what it says stays in a buffer of its own.
use std::env;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    for client in TcpListener::bind(format!("{host}:{port}"))?.incoming() {
        let _ = client.and_then(acknowledge);
    }
    Ok(())
}

fn acknowledge(client: TcpStream) -> io::Result<()> {
    let mut answers = BufWriter::new(client.try_clone()?);
    answers.write_all(b"Welcome!\n")?;
    for line in BufReader::new(client).split(b'\n') {
        line?;
        answers.write_all(b"Message received!\n")?; // and no flush
    }
    Ok(())
}
