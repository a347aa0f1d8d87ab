//! It sends the words without the newline that makes a line of them.

use std::env;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::exit;
use std::time::Duration;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let address: SocketAddr = format!("{}:{}", args[1], args[0]).parse().unwrap();
    let limit = Duration::from_millis(args[2].parse().unwrap());
    let question = io::stdin().lines().next().unwrap().unwrap();
    let mut stream = match TcpStream::connect_timeout(&address, limit) {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => end(1, "nobody listens there"),
        Err(_) => end(2, "no connection in time"),
    };
    stream.set_read_timeout(Some(limit)).unwrap();
    stream.write_all(format!("{question}").as_bytes()).unwrap();
    let mut answer = String::new();
    match BufReader::new(stream).read_line(&mut answer) {
        Ok(0) => end(4, "the server hung up"),
        Ok(_) => print!("{answer}"),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => end(4, "the connection broke"),
        Err(_) => end(3, "no answer in time"),
    }
}

fn end(status: i32, words: &str) -> ! {
    eprintln!("{words}");
    exit(status)
}
