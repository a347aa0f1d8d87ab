//! @en Answers the first line alone, and then only listens.
//! @pt-BR Responde só a primeira linha, e depois apenas escuta.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

fn main() {
    let port: u16 = env::args().nth(1).unwrap().parse().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let (mut client, _) = listener.accept().unwrap();
    let mut lines = BufReader::new(client.try_clone().unwrap()).lines();
    if let Some(Ok(line)) = lines.next() {
        writeln!(client, "{line}").unwrap();
    }
    lines.for_each(drop);
}
