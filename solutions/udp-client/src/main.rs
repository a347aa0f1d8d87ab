//! `udp-client PORT HOST MILLISECONDS TRIES`: asks with one datagram, and asks again when no answer comes.

use std::env;
use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::Duration;

const LARGEST: usize = 65_507;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port: u16 = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let limit = args.next().map_or(Ok(1000), |limit| limit.parse())?;
    let tries = args.next().map_or(Ok(3), |tries| tries.parse())?;
    let question = io::stdin().lines().next().transpose()?.unwrap_or_default();

    let socket = UdpSocket::bind(("0.0.0.0", 0))?;
    // No packet leaves for this. From now on the kernel hands us datagrams of this address alone.
    socket.connect((host.as_str(), port))?;
    for _ in 0..tries {
        if let Some(answer) = ask(&socket, question.as_bytes(), Duration::from_millis(limit))? {
            let mut out = io::stdout().lock();
            out.write_all(&answer)?;
            out.write_all(b"\n")?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    eprintln!("no answer after {tries} tries");
    Ok(ExitCode::FAILURE)
}

/// Asks once; `None` when no answer comes within the limit.
fn ask(socket: &UdpSocket, question: &[u8], limit: Duration) -> io::Result<Option<Vec<u8>>> {
    let mut answer = vec![0; LARGEST];
    // An error that came back for the datagram before may be told here: the next try is for that.
    if let Err(error) = socket.send(question) {
        return if error.kind() == ErrorKind::ConnectionRefused { Ok(None) } else { Err(error) };
    }
    socket.set_read_timeout(Some(limit))?;
    match socket.recv(&mut answer) {
        Ok(length) => {
            answer.truncate(length);
            Ok(Some(answer))
        }
        Err(error) => match error.kind() {
            // Nobody receives at that port, or nothing came in time: no answer either way.
            ErrorKind::ConnectionRefused | ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(None),
            _ => Err(error),
        },
    }
}
