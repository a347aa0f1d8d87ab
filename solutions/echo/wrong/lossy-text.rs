// Wrong: makes a string of the bytes, which replaces what is no UTF-8.
use std::env;
use std::io::{self, Read, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let (mut client, _) = TcpListener::bind(format!("{host}:{port}"))?.accept()?;
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&buffer[..received]);
        client.write_all(text.as_bytes())?;
    }
}
