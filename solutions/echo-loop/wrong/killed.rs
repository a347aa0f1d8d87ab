// Wrong: does nothing about SIGINT, which kills a program by default.
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    for client in TcpListener::bind(format!("{host}:{port}"))?.incoming() {
        if let Err(error) = client.and_then(echo) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn echo(mut client: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        client.write_all(&buffer[..received])?;
    }
}
