//! `udp-ack PORT HOST`: answers `Message received!` to the sender of each datagram.

use std::env;
use std::error::Error;
use std::io;
use std::net::UdpSocket;

/// What UDP carries at most; one receive takes one datagram, and what has no room in the buffer is lost.
const LARGEST: usize = 65_507;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let socket = UdpSocket::bind((host.as_str(), port))?;
    serve(&socket)?;
    Ok(())
}

/// Answers for ever.
fn serve(socket: &UdpSocket) -> io::Result<()> {
    let mut buffer = vec![0; LARGEST];
    loop {
        // Nothing is connected: with each datagram comes the address that its answer goes to. A length of 0 is
        // an empty datagram, and no end.
        let (_, sender) = socket.recv_from(&mut buffer)?;
        if let Err(error) = socket.send_to(b"Message received!", sender) {
            eprintln!("udp-ack: no answer to {sender}: {error}");
        }
    }
}
