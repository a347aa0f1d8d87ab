//! `udp-client PORT HOST MILLISECONDS TRIES`: asks with one datagram, and asks again when no answer comes.

use std::env;
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port: u16 = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let limit = args.next().map_or(Ok(1000), |limit| limit.parse())?;
    let tries: u32 = args.next().map_or(Ok(3), |tries| tries.parse())?;
    let question = io::stdin().lines().next().transpose()?.unwrap_or_default();
    match ask(&host, port, &question, Duration::from_millis(limit), tries)? {
        Some(answer) => {
            println!("{answer}");
            Ok(ExitCode::SUCCESS)
        }
        None => {
            eprintln!("no answer after {tries} tries");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Gives the answer; `None` when none of the tries brought one.
fn ask(host: &str, port: u16, question: &str, limit: Duration, tries: u32) -> io::Result<Option<String>> {
    // 1. A socket of your own, at any port: `UdpSocket::bind(("0.0.0.0", 0))`.
    // 2. Send the question as one datagram and receive one: `send_to` and `recv_from`, or `connect`
    //    and then `send` and `recv`. Which of the two lets strangers answer?
    // 3. Datagrams get lost. Wait for the limit (`set_read_timeout`), then ask again, `tries` times in all.
    // 4. `ErrorKind::ConnectionRefused` says that nobody receives there. That is no answer, either.
    todo!("ask {host}:{port} '{question}', {tries} times, {limit:?} each")
}
