//! `echo-loop PORT HOST`: echoes one client after another, until Ctrl-C.

mod interrupt;

use std::env;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    // Main waits in accept or read for as long as the clients please. Nothing here needs to be put in
    // order first: the kernel closes whatever is open.
    interrupt::on_interrupt(|| process::exit(0))?;
    serve(&TcpListener::bind((host.as_str(), port))?);
    Ok(())
}

/// Echoes one client after another, for ever.
fn serve(listener: &TcpListener) {
    for client in listener.incoming() {
        // A lost connection is the end of one client, not of the server.
        if let Err(error) = client.and_then(echo) {
            eprintln!("a client was lost: {error}");
        }
    }
}

/// Returns when the client has ended its side and has been sent all that it said. Its stream ends here
/// too: dropping it closes the connection.
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
