//! Whatever comes is the answer, whoever sent it.

use std::env;
use std::io;
use std::net::UdpSocket;
use std::process::exit;
use std::time::Duration;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let server = format!("{}:{}", args[1], args[0]);
    let limit = Duration::from_millis(args[2].parse().unwrap());
    let question = io::stdin().lines().next().unwrap().unwrap();
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    socket.set_read_timeout(Some(limit)).unwrap();
    let mut buffer = vec![0; 65_507];
    for _ in 0..args[3].parse::<u32>().unwrap() {
        socket.send_to(question.as_bytes(), &server).unwrap();
        if let Ok((length, _)) = socket.recv_from(&mut buffer) {
            println!("{}", String::from_utf8_lossy(&buffer[..length]));
            exit(0);
        }
    }
    eprintln!("no answer after {} tries", args[3]);
    exit(1);
}
