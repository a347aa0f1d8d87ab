// Wrong: waits for ever for bytes that would make sense of those that never can.
use std::env;
use std::io::{self, Read, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let (mut client, _) = TcpListener::bind(format!("{host}:{port}"))?.accept()?;
    let mut buffer = [0; 16 * 1024];
    let mut pending = Vec::new();
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return client.write_all(&pending);
        }
        pending.extend_from_slice(&buffer[..received]);
        let good = match str::from_utf8(&pending) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(), // and error_len() tells whether there is hope
        };
        let rest = pending.split_off(good);
        let text = String::from_utf8(pending).unwrap_or_default();
        client.write_all(text.to_uppercase().as_bytes())?;
        pending = rest;
    }
}
