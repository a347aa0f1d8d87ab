//! A length of 0 ends it, as with TCP.

use std::net::UdpSocket;

fn main() {
    let port: u16 = std::env::args().nth(1).unwrap().parse().unwrap();
    let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
    let mut buffer = vec![0; 65_507];
    loop {
        let (length, sender) = socket.recv_from(&mut buffer).unwrap();
        if length == 0 {
            return;
        }
        socket.send_to(b"Message received!", sender).unwrap();
    }
}
