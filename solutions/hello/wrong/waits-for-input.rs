// Wrong: greets only after the client has said something.
use std::env;
use std::io::{self, Read, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let (mut client, _) = TcpListener::bind(format!("{host}:{port}"))?.accept()?;
    let _ = client.read(&mut [0; 1024])?;
    client.write_all(b"Hello, World!\n")
}
