//! `deadline PORT HOST MILLISECONDS`: asks one question, and waits for nothing longer than that.

use std::env;
use std::error::Error;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port: u16 = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let limit = args.next().map_or(Ok(1000), |limit| limit.parse())?;
    let question = io::stdin().lines().next().transpose()?.unwrap_or_default();
    let address = (host.as_str(), port).to_socket_addrs()?.next().ok_or("this host has no address")?;
    ask(address, &question, Duration::from_millis(limit))?;
    Ok(ExitCode::SUCCESS)
}

/// Sends the question as a line and prints the line that answers it.
fn ask(address: SocketAddr, question: &str, limit: Duration) -> io::Result<()> {
    // 1. Connect, but not for longer than the limit: `TcpStream::connect_timeout`.
    // 2. Send the question and a newline, read the answer up to its newline, print it.
    // 3. No single read may block longer than the limit: `TcpStream::set_read_timeout`.
    // 4. What can go wrong has a status of its own (README.md has the table). The `kind()` of an
    //    `io::Error` tells the cases apart; `ExitCode::from(3)` is a status for main to return.
    todo!("ask {address} '{question}', and wait {limit:?} at most")
}
