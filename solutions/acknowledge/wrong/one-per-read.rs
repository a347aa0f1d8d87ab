// Wrong: takes for a line what one read returns.
use std::env;
use std::io::{self, Read, Write};
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

fn acknowledge(mut client: TcpStream) -> io::Result<()> {
    client.write_all(b"Welcome!\n")?;
    let mut buffer = [0; 4096];
    while client.read(&mut buffer)? > 0 {
        client.write_all(b"Message received!\n")?;
    }
    Ok(())
}
