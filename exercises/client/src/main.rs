//! `client PORT HOST`: sends each line that is typed to a server and prints the line that it answers.

use std::env;
use std::error::Error;
use std::io;
use std::net::TcpStream;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("client: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whatever goes wrong below is handed up to `main` with `?`, which says it and ends with status 1.
fn run() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port: u16 = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    converse(connect(&host, port)?)?;
    Ok(())
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    // 1. `TcpStream` has a function for this. What does it say when there is no server?
    todo!("connect to {host}:{port}")
}

/// Returns when the user wants to leave; an error tells that the server has gone.
fn converse(server: TcpStream) -> io::Result<()> {
    // 2. Show the prompt. It has no newline, so it stays in your program's own buffer until you flush.
    // 3. Read a line from `io::stdin()`. How does the end of the input look?
    // 4. Does the user want to leave? Then say `Bye.` and return.
    // 5. Send the line, and read the answer. One line may come in many segments: what waits for all
    //    of it? What does a read that brings nothing tell?
    // 6. Print the answer, and begin again.
    todo!("converse with {server:?}")
}
