//! `udp-ack PORT HOST`: answers `Message received!` to the sender of each datagram.

use std::env;
use std::error::Error;
use std::io;
use std::net::UdpSocket;

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
    // 1. Receive one datagram: `recv_from` gives its length and its sender's address.
    // 2. Send `Message received!` to that address: `send_to`.
    // 3. Again, for ever. What does a length of 0 mean here? What did it mean with TCP?
    todo!("answer whoever sends to {:?}", socket.local_addr())
}
