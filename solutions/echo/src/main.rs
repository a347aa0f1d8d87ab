//! `echo PORT HOST`: sends every byte of one client back to it, then ends.

use std::env;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    // The listener ends with this statement: one client is all that it is for.
    let (client, _) = TcpListener::bind((host.as_str(), port))?.accept()?;
    echo(client)?;
    Ok(())
}

/// Returns when the client has ended its side and has been sent all that it said.
fn echo(mut client: TcpStream) -> io::Result<()> {
    // Without this the kernel may hold a small answer back until the one before is acknowledged.
    client.set_nodelay(true)?;
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        client.write_all(&buffer[..received])?;
    }
}
