// Wrong: keeps the connection while it waits for the next client.
use std::env;
use std::io::{self, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let listener = TcpListener::bind(format!("{host}:{port}"))?;
    let mut clients = Vec::new();
    for client in listener.incoming() {
        let mut client = client?;
        client.write_all(b"Hello, World!\n")?;
        clients.push(client);
    }
    Ok(())
}
