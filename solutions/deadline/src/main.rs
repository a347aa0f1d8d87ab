//! `deadline PORT HOST MILLISECONDS`: asks one question, and waits for nothing longer than that.

use std::env;
use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

/// Why there is no answer.
enum Trouble {
    Refused,
    TooSlow,
    NoAnswer,
    Ended,
    Other(Box<dyn Error>),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("deadline: {trouble}");
            ExitCode::from(trouble.status())
        }
    }
}

fn run() -> Result<(), Trouble> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse()).map_err(other)?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let limit = args.next().map_or(Ok(1000), |limit| limit.parse()).map_err(other)?;
    let question = io::stdin().lines().next().transpose().map_err(other)?.unwrap_or_default();
    let address = (host.as_str(), port).to_socket_addrs().map_err(other)?.next();
    let address = address.ok_or_else(|| other("this host has no address"))?;
    let answer = ask(address, &question, Duration::from_millis(limit))?;
    println!("{answer}");
    Ok(())
}

/// Sends the question as a line, and gives back the line that answers it, without its newline.
fn ask(address: SocketAddr, question: &str, limit: Duration) -> Result<String, Trouble> {
    let mut stream = TcpStream::connect_timeout(&address, limit).map_err(|error| match error.kind() {
        ErrorKind::ConnectionRefused => Trouble::Refused,
        ErrorKind::TimedOut => Trouble::TooSlow,
        _ => other(error),
    })?;
    // From here on no read blocks longer than that; a write of one line does not block at all.
    stream.set_read_timeout(Some(limit)).map_err(other)?;
    stream.write_all(format!("{question}\n").as_bytes()).map_err(broken)?;
    let mut answer = String::new();
    // It reads until the newline, however many segments that takes.
    BufReader::new(stream).read_line(&mut answer).map_err(broken)?;
    match answer.strip_suffix('\n') {
        Some(answer) => Ok(answer.trim_end_matches('\r').to_owned()),
        None => Err(Trouble::Ended),
    }
}

/// A connection that fails under way: in time, or by the limit, which Linux tells as `WouldBlock`.
fn broken(error: io::Error) -> Trouble {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Trouble::NoAnswer,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Trouble::Ended,
        _ => other(error),
    }
}

fn other(error: impl Into<Box<dyn Error>>) -> Trouble {
    Trouble::Other(error.into())
}

impl Trouble {
    fn status(&self) -> u8 {
        match self {
            Trouble::Refused => 1,
            Trouble::TooSlow => 2,
            Trouble::NoAnswer => 3,
            Trouble::Ended => 4,
            Trouble::Other(_) => 5,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Refused => write!(f, "nobody listens there"),
            Trouble::TooSlow => write!(f, "no connection in time"),
            Trouble::NoAnswer => write!(f, "no answer in time"),
            Trouble::Ended => write!(f, "the server ended the connection without an answer"),
            Trouble::Other(error) => write!(f, "{error}"),
        }
    }
}
