//! It connects to whoever comes first, and is deaf to everybody else from then on.

use std::net::UdpSocket;

fn main() {
    let port: u16 = std::env::args().nth(1).unwrap().parse().unwrap();
    let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
    let mut buffer = vec![0; 65_507];
    loop {
        let (length, sender) = socket.recv_from(&mut buffer).unwrap();
        let _ = length;
        socket.connect(sender).unwrap();
        socket.send(b"Message received!").unwrap();
    }
}
