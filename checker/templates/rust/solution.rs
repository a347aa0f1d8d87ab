//! @en Answers each line of its client with the same line.
//! @pt-BR Responde cada linha do seu cliente com a mesma linha.

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

fn main() -> Result<(), Box<dyn Error>> {
    let port = env::args().nth(1).map_or(Ok(9090), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let (mut client, _) = listener.accept()?;
    let mut reader = BufReader::new(client.try_clone()?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        client.write_all(&line)?;
        line.clear();
    }
    Ok(())
}
