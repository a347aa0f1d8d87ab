// Wrong: carries the error of one connection out of main.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    for client in TcpListener::bind(format!("{host}:{port}"))?.incoming() {
        acknowledge(client?)?;
    }
    Ok(())
}

fn acknowledge(mut client: TcpStream) -> io::Result<()> {
    client.write_all(b"Welcome!\n")?;
    let mut lines = BufReader::new(client.try_clone()?);
    while lines.skip_until(b'\n')? > 0 {
        client.write_all(b"Message received!\n")?;
    }
    Ok(())
}
