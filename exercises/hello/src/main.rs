//! `hello PORT HOST`: greets the first client and ends.

use std::env;
use std::error::Error;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    greet_one(&host, port)?;
    Ok(())
}

/// Waits for one client, sends it `Hello, World!` and a newline, and closes the connection.
fn greet_one(host: &str, port: u16) -> io::Result<()> {
    // Try your program after each of these steps (README.md tells how):
    //
    // 1. Listen: `TcpListener::bind` takes a pair of host and port.
    // 2. Wait for a client: `accept` gives you its stream and its address.
    // 3. Send all the bytes of the greeting: `write_all`, from the trait `std::io::Write`.
    // 4. Close the connection. Is there anything to write for that?
    //
    // Each step may fail; a `?` behind the call hands the error to main.
    todo!("listen on {host}:{port}, accept one client, greet it")
}
