//! `acknowledge PORT HOST`: welcomes each client and says of each line that it has come.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    serve(&TcpListener::bind((host.as_str(), port))?);
    Ok(())
}

/// Serves one client after another, for ever.
fn serve(listener: &TcpListener) {
    for client in listener.incoming() {
        // A lost connection is the end of one client, not of the server.
        if let Err(error) = client.and_then(acknowledge) {
            eprintln!("a client was lost: {error}");
        }
    }
}

/// Returns when the client has ended its side and all its lines are answered.
fn acknowledge(mut client: TcpStream) -> io::Result<()> {
    // Without this the kernel may hold an answer back until the one before is acknowledged.
    client.set_nodelay(true)?;
    client.write_all(b"Welcome!\n")?;
    // A second handle on the same connection: one reads, the other writes.
    let mut lines = BufReader::new(client.try_clone()?);
    // Nobody needs the lines themselves, so that even one of a gigabyte costs no memory.
    while lines.skip_until(b'\n')? > 0 {
        client.write_all(b"Message received!\n")?;
    }
    Ok(())
}
