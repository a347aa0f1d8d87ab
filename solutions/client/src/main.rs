//! `client PORT HOST`: sends each line that is typed to a server and prints the line that it answers.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
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

fn run() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port: u16 = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    Ok(converse(TcpStream::connect((host.as_str(), port))?)?)
}

/// Returns when the user wants to leave; an error tells that the server has gone.
fn converse(mut server: TcpStream) -> io::Result<()> {
    // One reader for the whole conversation: what it has read ahead belongs to it.
    let mut answers = BufReader::new(server.try_clone()?);
    let mut lines = io::stdin().lines();
    loop {
        print!("> ");
        io::stdout().flush()?;
        let line = match lines.next().transpose()? {
            Some(line) if !is_farewell(&line) => line,
            _ => break,
        };
        server.write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        if answers.read_line(&mut answer)? == 0 {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "the server has ended the connection"));
        }
        println!("{}", answer.trim_end_matches(['\r', '\n']));
    }
    println!("Bye.");
    Ok(())
}

fn is_farewell(line: &str) -> bool {
    matches!(line.to_lowercase().as_str(), "" | "sair" | "quit")
}
