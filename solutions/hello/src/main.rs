//! `hello PORT HOST`: greets the first client and ends.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::net::TcpListener;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    greet_one(&host, port)?;
    Ok(())
}

/// Waits for one client, greets it, and closes the connection by letting go of it.
fn greet_one(host: &str, port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((host, port))?;
    let (mut client, _) = listener.accept()?;
    // The kernel completes handshakes for as long as somebody listens. Nobody else will be
    // served, so a second client is better refused now than left waiting.
    drop(listener);
    client.write_all(b"Hello, World!\n")
}
